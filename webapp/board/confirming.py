"""What a hall confirmed is as of now in the register too, though nothing of it changed.

The register's day of the last change is the day from which an update round counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import date
from typing import Final

from sqlalchemy.orm.attributes import flag_modified

from geo.errors import NotFound
from webapp.board.homes import is_there
from webapp.board.items import Item
from webapp.board.state import REGISTER, Board
from webapp.register.change import Change
from webapp.register.consents import JAPAN
from webapp.register.records import Household, Person, Record, WatchLink

_KNOWN: Final[dict[str, tuple[type[Record], str]]] = {
    "household_id": (Household, "status"),
    "person_id": (Person, "status"),
    "watch_link_id": (WatchLink, "kind"),
}
"""Records by the field that names them, and a field that is written anew as it is."""


def confirm_records(change: Change, board: Board, allowed: Collection[str]) -> int:
    """Write anew what somebody confirmed in the hall; how many records.

    ``allowed``: ids of households and people that the register still allows here. What
    changed on the same day or later is left as it is, as are what the hall says is gone and
    what is no longer in the register.
    """
    count = 0
    for item in board.shown():
        for record, name, identity in _named(board, item, allowed):
            said = date.fromisoformat(str(item.values["confirmed_on"]))
            with suppress(NotFound):
                found = change.get(record, identity)
                if said > found.changed_at.astimezone(JAPAN).date():
                    flag_modified(found, name)
                    count += 1
    return count


def _named(
    board: Board, item: Item, allowed: Collection[str]
) -> Iterator[tuple[type[Record], str, str]]:
    mark = item.marks.get("confirmed_on")
    if mark is None or mark.seat == REGISTER or not is_there(board, item):
        return
    for field, (record, name) in _KNOWN.items():
        identity = item.values.get(field)
        if identity is not None and (item.kind == "link" or identity in allowed):
            yield record, name, str(identity)
