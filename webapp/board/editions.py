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
from webapp.board.extract import extract_items
from webapp.board.items import Item
from webapp.board.leaving import Audience
from webapp.board.state import Board
from webapp.board.workshops import PURPOSE
from webapp.register.allowances import Output
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
    items = extract_items(register, board, edition.audience)
    if edition.recipient is None:
        items = _only(items, _PUBLIC)
    elif edition.name == "working":
        items = _only(items, _SHEET_FOR_PENS)
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
