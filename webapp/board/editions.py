"""One map for several readers: what of it goes on whose paper.

What was said at the table decides (`webapp.board.leaving`), and of what stands in the
register the register decides too, field by field. Illness and disability go on no paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from geo.errors import ParameterWrong
from webapp.board.items import Item
from webapp.board.leaving import Audience, leave
from webapp.board.standing import allow_now
from webapp.board.state import Board
from webapp.board.workshops import PURPOSE
from webapp.register.allowances import Allowances, Output
from webapp.register.consents import BIT
from webapp.register.disclose import allowances_now
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.trail.reads import extent_event
from webapp.register.viewer import Viewer


@dataclass(frozen=True)
class Edition:
    """A paper for somebody.

    Attributes
    ----------
    audience
        As the gate of the table calls them.
    recipient
        As the register calls them; None = nobody's data is on it, so it is no numbered copy.
    keyed
        Whether a list of the numbers may go with it.
    """

    name: str
    audience: Audience
    recipient: str | None
    keyed: bool = False


EDITIONS: Final[Mapping[str, Edition]] = {
    one.name: one
    for one in (
        Edition("working", "hall", "facilitator"),
        Edition("commissioner", "commissioner", "commissioner", keyed=True),
        Edition("district_group", "district_group", "district_group", keyed=True),
        Edition("public", "public", None),
    )
}

_SENSITIVE: Final = "with_disability"

_SHEET_FOR_PENS: Final = {
    "house": frozenset({"lon", "lat", "number"}),
    "place": frozenset({"lon", "lat", "place", "name"}),
    "area": frozenset({"ring", "name", "area"}),
}
"""What stands on the sheet to draw on: houses with numbers, and nobody."""

_PUBLIC: Final = {
    "place": frozenset({"lon", "lat", "place", "name"}),
    "area": frozenset({"ring", "area"}),
}

_ASKED: Final = {"address": "address", "composition": "household", "name": "name"}
"""The fact that somebody answered about in the register, by the field of the map."""


@dataclass(frozen=True)
class Handed:
    """What of the map goes out, as `webapp.register.export_copies` asks for it."""

    viewer: Viewer
    output: Output
    district: str | None
    households: list[str]
    told: list[str]
    items: list[Item]

    @property
    def count(self) -> int:
        """Houses, and those who have a place of their own."""
        return sum(one.kind == "house" or _has_place(one) for one in self.items)


def find_edition(name: str) -> Edition:
    """One of `EDITIONS`. Raises `ParameterWrong`."""
    if name not in EDITIONS:
        raise ParameterWrong(name="edition", value=name[:40] or "–", wanted=", ".join(EDITIONS))
    return EDITIONS[name]


def hand_out(
    register: Register, viewer: Viewer, workshop: View, board: Board, edition: Edition
) -> Handed:
    """What of the board goes on the paper; that it leaves is in the trail."""
    recipient = edition.recipient or "public"
    output = Output(PURPOSE, recipient, datetime.now(UTC))
    allowed = allow_now(register, board.shown(), edition.audience)
    items = leave(board, edition.audience, allowed)
    if edition.recipient is None:
        items = _only(items, _PUBLIC)
    else:
        items = _only(items, _SHEET_FOR_PENS) if edition.name == "working" else items
        items = _by_register(items, board, allowances_now(register, output))
    district = str(workshop["district_id"])
    made = Handed(viewer, output, district, _homes(items, board), _told(items), items)
    if edition.recipient is not None:
        read = extent_event(viewer, PURPOSE, "household", district, made.count, made.told)
        facts = {**(read.facts or {}), "recipient": recipient}
        register.keep([replace(read, deed="export", facts=facts)])
    return made


def _only(items: Iterable[Item], fields: Mapping[str, frozenset[str]]) -> list[Item]:
    """Those kinds alone, with those fields alone."""
    return [
        replace(one, values={k: v for k, v in one.values.items() if k in fields[one.kind]})
        for one in items
        if one.kind in fields
    ]


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


def _homes(items: Iterable[Item], board: Board) -> list[str]:
    """Ids of the households of the register that the paper tells of."""
    told: set[str] = set()
    for one in items:
        own = board.items[one.id].values
        house = board.items.get(str(own.get("house")))
        for values in (own, {} if house is None else house.values):
            if values.get("household_id"):
                told.add(str(values["household_id"]))
    return sorted(told)


def _told(items: Iterable[Item]) -> list[str]:
    names: set[str] = set()
    for one in items:
        if one.kind in {"house", "person", "link", "worry"}:
            names.update(one.values)
    return sorted(names - {"house", "watcher", "watched", "about"})


def _has_place(item: Item) -> bool:
    values: Mapping[str, Any] = item.values
    return item.kind == "person" and values.get("lon") is not None and not values.get("house")
