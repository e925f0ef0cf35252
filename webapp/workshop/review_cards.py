"""What a reviewer is shown of each find: in words, with what would be written beside what is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from geo import terms
from webapp.board.items import Item
from webapp.board.likeness import Neighbour, find_alike
from webapp.board.naming import name_item
from webapp.board.reviewing import Find, Reviewing
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Household, Person, Place, Record, WatchLink
from webapp.register.released import release_records
from webapp.register.viewer import Viewer
from webapp.wording import Language, say

_TERMS: Final = {"composition": "composition", "gone": "ending", "consent": "said",
                 "link": "link", "direction": "direction", "how_often": "often",
                 "place": "place"}  # fmt: skip
"""The table of words of each field that has one."""

_RECORDS: Final[Mapping[str, tuple[str, type[Record]]]] = {
    "house": ("household", Household), "person": ("person", Person),
    "link": ("watch_link", WatchLink), "place": ("place", Place),
}  # fmt: skip

_COLUMNS: Final = {"link": "kind", "place": "kind"}


@dataclass(frozen=True)
class Row:
    """One field: what was, what is, and what the register has meanwhile; "" = nothing."""

    field: str
    before: str
    now: str
    meanwhile: str = ""


@dataclass(frozen=True)
class Card:
    """One find as it is shown.

    ``alike``: ids in the register with what they are called; ``speaks``: whether an answer
    is written down with it, which a house's is with its people.
    """

    find: Find
    title: str
    rows: list[Row]
    conflicts: list[tuple[str, str, str]]
    alike: list[tuple[str, str]]
    version: int
    verdict: str | None
    speaks: bool

    @property
    def is_open(self) -> bool:
        """Whether it can enter with one press, without a question."""
        return self.find.hindrance is None and not self.alike and not self.conflicts


@dataclass(frozen=True)
class Group:
    """The cards of one house."""

    title: str
    cards: list[Card]

    @property
    def open(self) -> list[Card]:
        """Those that can be decided on."""
        return [one for one in self.cards if one.find.hindrance is None]

    @property
    def closed(self) -> list[Card]:
        """Those that cannot enter."""
        return [one for one in self.cards if one.find.hindrance is not None]

    @property
    def together(self) -> list[Card]:
        """Those that can enter with one press."""
        return [one for one in self.cards if one.is_open]


class Showing:
    """Finds put into the reader's words."""

    def __init__(
        self, register: Register, viewer: Viewer, reviewing: Reviewing, lang: Language
    ) -> None:
        self._register = register
        self._viewer = viewer
        self._reviewing = reviewing
        self._lang: Language = lang

    def groups(self, finds: Iterable[Find], neighbours: list[Neighbour]) -> list[Group]:
        """By house: conflicts first, what was put off last."""
        listed = list(finds)
        views = self._views(listed)
        grouped: dict[str | None, list[Card]] = {}
        for find in listed:
            card = self._card(find, neighbours, views)
            grouped.setdefault(find.house, []).append(card)
        return [
            Group(self._call_group(house), sorted(cards, key=_order))
            for house, cards in sorted(grouped.items(), key=lambda one: self._place(*one))
        ]

    def call(self, identity: str) -> str:
        """How an item is called."""
        item = self._reviewing.board.items[identity]
        match item.kind:
            case "link":
                ends = (self._name(item.values[one]) for one in ("watcher", "watched"))
                arrow = " ↔ " if item.values.get("direction") == "mutual" else " → "
                return arrow.join(ends)
            case "place":
                kind = item.values.get("place", "other")
                return item.values.get("name") or terms.label("place", kind, self._lang)
            case _:
                return self._name(identity)

    def _name(self, identity: str) -> str:
        item = self._reviewing.board.items[identity]
        refused = self._reviewing.said_of(item) == "refused"
        return name_item(self._reviewing.board, identity, self._lang, plain=refused)

    def _call_group(self, house: str | None) -> str:
        known = house is not None and house in self._reviewing.board.items
        return self._name(str(house)) if known else say("review.no_house", self._lang)

    def _place(self, house: str | None, cards: list[Card]) -> tuple[Any, ...]:
        item = None if house is None else self._reviewing.board.items.get(house)
        open_ = any(one.find.hindrance is None and one.verdict is None for one in cards)
        disputed = any(one.conflicts for one in cards)
        number = 9999 if item is None else item.values.get("number", 9998)
        return (not disputed, not open_, number, house or "")

    def _card(self, find: Find, neighbours: list[Neighbour], views: Mapping[str, View]) -> Card:
        noun, _ = _RECORDS[find.item.kind]
        view = views.get(find.records.get(noun, ""))
        alike = [
            (identity, self._call_alike(identity, home))
            for identity, home in find_alike(neighbours, self._reviewing, find)
        ]
        closed = find.hindrance == "refused" or find.said == "refused"
        return Card(
            find,
            self.call(find.item.id),
            [] if closed else self._rows(find, view),
            [] if closed else self._conflicts(find.item),
            alike,
            0 if view is None else view.version,
            self._reviewing.verdict_of(find),
            find.item.kind == "person"
            or (find.item.kind == "house" and not self._reviewing.inside(find.item)),
        )

    def _rows(self, find: Find, view: View | None) -> list[Row]:
        told, open_ = dict[str, Row](), self._reviewing.all_agree(find.item)
        for name, (before, now) in find.fields.items():
            if name == "consent" or (name == "composition" and not open_):
                continue
            field = "position" if name in {"lon", "lat", "house"} else name
            if field == "position":
                told[field] = Row(field, "", say("review.as_on_map", self._lang))
                continue
            there = None if view is None else view.get(_COLUMNS.get(name, name))
            meanwhile = "" if there in {None, before} else self._tell(name, there)
            told[field] = Row(field, self._tell(name, before), self._tell(name, now), meanwhile)
        return list(told.values())

    def _conflicts(self, item: Item) -> list[tuple[str, str, str]]:
        return [
            (name, one.name, self._tell(name, one.value))
            for name, one in item.conflicts.items()
            if name not in {"lon", "lat", "drop", "confirmed_on", "house"}
        ]

    def _tell(self, name: str, value: Any) -> str:  # noqa: ANN401
        if value is None:
            return ""
        table = _TERMS.get(name)
        return str(value) if table is None else terms.label(table, str(value), self._lang)

    def _call_alike(self, identity: str, home: Neighbour) -> str:
        people = [name for person, name, _ in home.people if identity in {person, home.household}]
        return "　".join(one for one in (*people, home.address) if one) or say(
            "review.same_home", self._lang
        )

    def _views(self, finds: list[Find]) -> dict[str, View]:
        """What the reader may see of the records that would be changed, by id."""
        found: dict[str, View] = {}
        for kind, (noun, record) in _RECORDS.items():
            ids = [one.records[noun] for one in finds
                   if one.item.kind == kind and noun in one.records]  # fmt: skip
            if ids:
                found |= release_records(
                    self._register, self._viewer, "workshop", record, record.id.in_(ids)
                ).by_id()
        return found


def _order(card: Card) -> tuple[bool, int]:
    return (not card.conflicts, ("house", "person", "link", "place").index(card.find.item.kind))
