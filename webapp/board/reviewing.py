"""見直し: what an evening added or changed against what the map began with, item by item.

Pure. Worries, notes, areas and tasks are no records of the register and stay in the hall.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

from webapp.board.items import Item
from webapp.board.leaving import said_of
from webapp.board.state import REGISTER, Board
from webapp.board.verdicts import Verdict

Sort = Literal["new", "changed", "ended", "lost"]

AGREED: Final = frozenset({"self", "family"})

_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "house": ("lon", "lat", "address", "composition", "gone"),
    "person": ("house", "lon", "lat", "name", "kana", "gone", "consent"),
    "link": ("link", "direction", "strength", "how_often", "said_often"),
    "place": ("lon", "lat", "place", "name"),
}
"""What of an item the register has a place for, by kind, in the order of the review."""

_IDS: Final = {"household_id": "household", "person_id": "person", "supporter_id": "supporter",
               "watch_link_id": "watch_link", "place_id": "place"}  # fmt: skip


@dataclass(frozen=True)
class Find:
    """One thing to decide on.

    ``fields``: what was and what is, by field. ``house``: the id of the house it is told
    with, null = none. ``hindrance``: why it cannot enter, a code of ``review.not_…``.
    """

    item: Item
    sort: Sort
    fields: Mapping[str, tuple[Any, Any]]
    said: str | None
    house: str | None
    hindrance: str | None
    records: Mapping[str, str]


class Reviewing:
    """The board at the end of an evening, read against its beginning.

    Parameters
    ----------
    verdicts
        What was decided before, by item.
    allowed
        Ids of the register that the register still allows here.
    """

    def __init__(
        self, board: Board, verdicts: Mapping[str, Verdict], allowed: Collection[str]
    ) -> None:
        self.board = board
        self.verdicts = verdicts
        self._allowed = frozenset(allowed)
        self._boards: dict[int, Board] = {}

    @cached_property
    def finds(self) -> dict[str, Find]:
        """By item all that differs from the register and could be decided on."""
        several = (self._find(item) for kind in _OF for item in self._of_kind(kind))
        return {one.item.id: one for one in several if one is not None}

    def waiting(self) -> list[Find]:
        """What nobody decided on for good, as it is now: those two disagree on first."""
        open_ = [one for one in self.finds.values() if self.verdict_of(one) in {None, "later"}]
        return sorted(open_, key=lambda one: not one.item.conflicts)

    def verdict_of(self, find: Find) -> str | None:
        """What was decided on it; None = nothing, or it was altered since."""
        known = self.verdicts.get(find.item.id)
        if known is None or known.number < find.item.number:
            return None
        return known.verdict

    def records_of(self, item: Item) -> dict[str, str]:
        """Ids of what it is in the register, by noun."""
        known = self.verdicts.get(item.id)
        begun = {
            noun: str(item.values[name])
            for name, noun in _IDS.items()
            if item.values.get(name) and item.marks[name].seat == REGISTER
        }
        return begun | (dict(known.records) if known is not None else {})

    def inside(self, home: Item) -> list[Item]:
        """Who is in the house on the map."""
        people = self.board.of_kind("person")
        return [one for one in people if one.values.get("house") == home.id]

    def all_agree(self, home: Item) -> bool:
        """Whether what is said of the whole house was agreed to by all who are in it."""
        if home.kind != "house" or home.values.get("consent") not in {None, *AGREED}:
            return False
        return all(self.said_of(one) in {*AGREED, "register"} for one in self.inside(home))

    def home_of(self, item: Item) -> Item | None:
        """The house of somebody; None = a point of the own."""
        return self.board.items.get(str(item.values.get("house")))

    def end_of(self, identity: str) -> dict[str, str]:
        """What a line's end is in the register: a household or a supporter; empty = nothing."""
        item = self.board.items[identity]
        records = self.records_of(item)
        home = self.home_of(item) if item.kind == "person" else None
        if "supporter" in records or home is None:
            return records
        return self.records_of(home) | records

    def said_of(self, item: Item) -> str | None:
        """What was said of one; ``register`` where the register is what speaks."""
        said = said_of(self.board, item)
        if said is None and self._begun(item):
            return "register" if self._stands(item) else "refused"
        return said

    def _of_kind(self, kind: str) -> Iterator[Item]:
        return (item for item in self.board.items.values() if item.kind == kind)

    def _find(self, item: Item) -> Find | None:
        records, is_shown = self.records_of(item), self.board.is_shown(item)
        if not is_shown and (item.live or item.kind != "link" or not records):
            return None
        if records and not self._stands(item):
            return None
        fields = dict(self._apart(item, self._before(item) if records else {}))
        if not fields and is_shown:
            return None
        sort = _sort(fields, known=bool(records), is_shown=is_shown)
        said = said_of(self.board, item) if item.kind == "person" else item.values.get("consent")
        why = None if sort == "lost" else self._hindrance(item, sort, said)
        return Find(item, sort, fields, said, self._house(item), why, records)

    def _stands(self, item: Item) -> bool:
        """Whether the register still tells of the one; what entered here was agreed to here."""
        known = [item.values[name] for name in ("household_id", "person_id", "supporter_id")
                 if item.values.get(name)]  # fmt: skip
        return all(one in self._allowed for one in known)

    def _before(self, item: Item) -> Mapping[str, Any]:
        """What was said of it when it entered or the map began."""
        known = self.verdicts.get(item.id)
        number = known.entered if known is not None and known.entered else 1
        if number not in self._boards:
            entries = (one for one in self.board.entries if one.number <= number)
            self._boards[number] = Board(entries)
        earlier = self._boards[number].items.get(item.id)
        if earlier is None:
            return {}
        return earlier.values | {"consent": said_of(self._boards[number], earlier)}

    def _apart(
        self, item: Item, before: Mapping[str, Any]
    ) -> Iterator[tuple[str, tuple[Any, Any]]]:
        now = item.values | ({"consent": said_of(self.board, item)} if item.live else {})
        for name in _OF[item.kind]:
            if name == "consent" and now.get(name) in {None, "unconfirmed"}:
                continue
            if before.get(name) != now.get(name):
                yield name, (before.get(name), now.get(name))

    def _house(self, item: Item) -> str | None:
        named = {"house": item.id, "person": item.values.get("house"),
                 "link": item.values.get("watched")}.get(item.kind)  # fmt: skip
        there = self.board.items.get(str(named))
        return there.values.get("house") if there and there.kind == "person" else named

    def _hindrance(self, item: Item, sort: Sort, said: str | None) -> str | None:
        if item.kind == "place":
            return None
        if item.kind == "link":
            return self._hindrance_of_line(item, said)
        if sort == "new" and item.values.get("gone"):
            return "gone"
        if item.kind == "house":
            return self._hindrance_of_house(item, sort, said)
        return self._hindrance_of_person(item, said) if sort == "new" else None

    def _hindrance_of_person(self, item: Item, said: str | None) -> str | None:
        home = self.home_of(item)
        if said == "refused" or (home is not None and home.values.get("consent") == "refused"):
            return "refused"
        return None if said in AGREED | {"disaster_only"} else "unasked"

    def _hindrance_of_house(self, item: Item, sort: Sort, said: str | None) -> str | None:
        inside = self.inside(item)
        if sort != "new":
            several = item.values.get("gone") == "deceased" and len(inside) != 1
            return "who_died" if several else None
        if said == "refused":
            return "refused"
        if said in AGREED or (said == "disaster_only" and not inside):
            return None
        answers = {said_of(self.board, one) for one in inside}
        return "with_people" if answers & (AGREED | {"disaster_only"}) else "unasked"

    def _hindrance_of_line(self, item: Item, said: str | None) -> str | None:
        if said is not None and said not in AGREED:
            return "refused" if said == "refused" else "unasked"
        ends = [self.board.items[item.values[name]] for name in ("watcher", "watched")]
        answers = {self._said_at(one) for one in ends} - AGREED - {"register"}
        if answers:
            return "refused" if "refused" in answers else "end_unasked"
        watcher, watched = (self.end_of(one.id) for one in ends)
        if not ({"household", "supporter"} & watcher.keys() and watched):
            return "ends_first"
        if "household" not in watched:
            return "watched_supporter"
        same = watcher.get("household") == watched["household"] and "supporter" not in watcher
        return "same_house" if same else None

    def _said_at(self, end: Item) -> str | None:
        """What was said at a line's end: of a house by its people where it did not say itself."""
        home = self.home_of(end) if end.kind == "person" else None
        if home is not None and home.values.get("consent") == "refused":
            return "refused"
        said = self.said_of(end)
        if said is not None:
            return said
        answers = {said_of(self.board, one) for one in self.inside(end)}
        return next(iter(answers & AGREED), None)

    def _begun(self, item: Item) -> bool:
        return any(item.values.get(name) and item.marks[name].seat == REGISTER for name in _IDS)


def _sort(fields: Mapping[str, Any], *, known: bool, is_shown: bool) -> Sort:
    if not is_shown:
        return "lost"
    if not known:
        return "new"
    return "ended" if fields.get("gone", (None, None))[1] else "changed"


def answers_of(said: str | None, *, known: bool) -> list[tuple[str, str, str]]:
    """Basis, purpose and status of the consents that an answer at the table becomes.

    ``known``: the register had the one before. Who said 災害時のみ is shown to nobody else;
    of somebody known the help that was arranged before goes on.

    >>> answers_of("family", known=False)
    [('proxy', 'workshop', 'given')]
    """
    match said:
        case "self":
            return [("self", "workshop", "given")]
        case "family":
            return [("proxy", "workshop", "given")]
        case "refused":
            return [("self", "workshop", "refused")] if known else []
        case "disaster_only":
            closed = ("workshop", "watching") if known else _ELSEWHERE
            refused = [("self", purpose, "refused") for purpose in closed]
            return [("disaster", "disaster", "given"), *refused]
        case _:
            return []


_ELSEWHERE: Final = ("workshop", "watching", "matching", "visit", "planning", "statistics")
"""Purposes that somebody who is shown in a disaster only is shown for to nobody."""
