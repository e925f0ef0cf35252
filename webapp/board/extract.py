"""What of the map goes to somebody now: by what was said at the table, and by the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from webapp.board.items import Item
from webapp.board.leaving import Audience, leave
from webapp.board.standing import LEAVES_FOR, allow_now
from webapp.board.state import Board
from webapp.register.allowances import Allowances, Output
from webapp.register.consents import BIT
from webapp.register.disclose import allowances_now
from webapp.register.house import Register

_SENSITIVE: Final = "with_disability"
"""No paper of a workshop tells it."""

_ASKED: Final = {"address": "address", "composition": "household", "name": "name"}
"""The fact that somebody answered about in the register, by the field of the map."""


def extract_items(register: Register, board: Board, audience: Audience) -> list[Item]:
    """The items that go to ``audience``, each with what may be said of it there."""
    items = leave(board, audience, allow_now(register, board.shown(), audience))
    if audience not in LEAVES_FOR:
        return items
    output = Output(*LEAVES_FOR[audience], datetime.now(UTC))
    return _by_register(items, board, allowances_now(register, output))


def _by_register(items: list[Item], board: Board, allowances: Allowances) -> list[Item]:
    """Without what nobody at the table was asked about and the register does not allow there."""
    return [
        _cut(one, _bits(board.items[one.id], allowances))
        for one in items
        if one.kind != "link" or _line_goes(one, board, allowances)
    ]


def _bits(item: Item, allowances: Allowances) -> int:
    """What the register allows of the one; everything where it does not know, or one was asked."""
    home, person = item.values.get("household_id"), item.values.get("person_id")
    if item.values.get("consent") is not None or not (home or person):
        return -1
    if home:
        return allowances.by_household.get(str(home), 0)
    return allowances.by_person.get(str(person), 0)


def _cut(item: Item, bits: int) -> Item:
    values = {
        name: value
        for name, value in item.values.items()
        if name not in _ASKED or bits & BIT[_ASKED[name]]
    }
    if values.get("composition") == _SENSITIVE:
        del values["composition"]
    return replace(item, values=values)


def _line_goes(link: Item, board: Board, allowances: Allowances) -> bool:
    """A line that the register told goes while both its ends allow lines."""
    if not board.items[link.id].values.get("watch_link_id") or link.values.get("consent"):
        return True
    ends = (board.items[str(link.values[name])] for name in ("watcher", "watched"))
    return all(_bits(end, allowances) & BIT["lines"] for end in ends)
