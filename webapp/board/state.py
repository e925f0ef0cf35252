"""The board: what the entries of a journal come to, one after the other.

Pure: it knows no database and no clock. The same entries give the same board.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from webapp.board.items import Item, Mark
from webapp.board.kinds import STAYS
from webapp.board.stroke import Stroke

REGISTER: Final = "register"
"""The seat of what was on the map when the workshop began."""


@dataclass(frozen=True)
class Entry:
    """One line of the journal."""

    number: int
    stroke: Stroke
    seat: str
    name: str
    at: datetime

    @property
    def group(self) -> tuple[str, str]:
        """What is undone as one."""
        return (self.seat, self.stroke.group or self.stroke.id)


@dataclass(frozen=True)
class Step:
    """The step of the guide that the table is at, from 1, and since when.

    ``minutes``: what the table gave it; None = as the guide has it.
    """

    step: int
    since: datetime
    minutes: int | None = None

    def told(self, now: datetime) -> dict[str, Any]:
        """As a device gets it; by ``seconds`` all agree, whatever their own clocks show."""
        return {
            "step": self.step,
            "since": self.since.isoformat(),
            "seconds": max(round((now - self.since).total_seconds()), 0),
            "minutes": self.minutes,
        }


class Board:
    """What is on the map now."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: list[Entry] = []
        self.items: dict[str, Item] = {}
        self.undone: set[tuple[str, str]] = set()
        self.step: Step | None = None
        self.hidden: frozenset[str] = frozenset()
        """Items of whom the register tells no longer: not shown, nor what hangs on them."""
        self._hanging: dict[str, set[str]] = defaultdict(set)
        """By item whatever hangs on it, or once did."""
        for entry in entries:
            self.apply(entry)

    @property
    def number(self) -> int:
        """The last entry; 0 = none."""
        return self.entries[-1].number if self.entries else 0

    @property
    def saved_at(self) -> datetime | None:
        """When the last entry was written down."""
        return self.entries[-1].at if self.entries else None

    def apply(self, entry: Entry) -> set[str]:
        """Take one more entry; ids of the items that look otherwise now."""
        self.entries.append(entry)
        match entry.stroke.turn:
            case "guide":
                self.step = self._turn(entry)
                return set()
            case "draw":
                return self._spread(self._draw(entry), entry.number)
            case "undo":
                self.undone.add(entry.group)
            case "redo":
                self.undone.discard(entry.group)
        return self._spread(self._draw_anew(entry.group, entry.number), entry.number)

    def shown(self) -> Iterator[Item]:
        """The items that are to be seen."""
        return (item for item in self.items.values() if self.is_shown(item))

    def of_kind(self, kind: str) -> list[Item]:
        """Those of one kind that are to be seen."""
        return [item for item in self.shown() if item.kind == kind]

    def is_shown(self, item: Item) -> bool:
        """Whether it is there, and what it hangs on is there too."""
        if item.id in self.hidden:
            return False
        if not item.live or item.kind in STAYS:
            return item.live
        return all(one in self.items and self.is_shown(self.items[one]) for one in item.refers())

    def live_entries(self) -> Iterator[Entry]:
        """Entries that drew something and were not undone."""
        return (
            one
            for one in self.entries
            if one.stroke.turn == "draw" and one.group not in self.undone
        )

    def _turn(self, entry: Entry) -> Step:
        """The step the table is at; the same step once more goes on, with other minutes."""
        stroke, before = entry.stroke, self.step
        if before is None or before.step != stroke.step:
            return Step(stroke.step or 1, entry.at, stroke.minutes)
        return Step(before.step, before.since, stroke.minutes or before.minutes)

    def _draw(self, entry: Entry) -> set[str]:
        mark = Mark(entry.number, entry.seat, entry.name)
        for deed in entry.stroke.deeds:
            item = self.items.setdefault(deed.id, Item(deed.id, deed.kind))
            item.take(deed, mark)
            for other in item.refers():
                self._hanging[other].add(item.id)
        return {deed.id for deed in entry.stroke.deeds}

    def _draw_anew(self, group: tuple[str, str], number: int) -> set[str]:
        """The items of a group that was undone or redone; those that look otherwise now."""
        entries = (one for one in self.entries if one.group == group)
        ids = {deed.id for one in entries for deed in one.stroke.deeds}
        before = {identity: self.items[identity] for identity in ids}
        after = {identity: Item(identity, one.kind) for identity, one in before.items()}
        for entry in self.live_entries():
            mark = Mark(entry.number, entry.seat, entry.name)
            for deed in entry.stroke.deeds:
                if deed.id in ids:
                    after[deed.id].take(deed, mark)
        changed = {one.id for one in after.values() if not one.looks_like(before[one.id])}
        for identity, item in after.items():
            item.number = number if identity in changed else before[identity].number
        self.items |= after
        return changed

    def _spread(self, changed: set[str], number: int) -> set[str]:
        """With what changed, whatever hangs on it."""
        touched, more = set(changed), changed
        while more:
            more = {
                one
                for other in more
                for one in self._hanging.get(other, ())
                if one not in touched and other in self.items[one].refers()
            }
            touched |= more
        for identity in touched:
            self.items[identity].number = number
        return touched


def tell_item(board: Board, item: Item) -> dict[str, Any]:
    """An item as a device gets it."""
    told: dict[str, Any] = {"id": item.id, "kind": item.kind, "number": item.number}
    if not board.is_shown(item):
        return told | {"shown": False}
    told |= {"shown": True, "values": item.values}
    if item.conflicts:
        told["conflicts"] = {
            name: {"value": one.value, "name": one.name, "by": item.marks[name].name}
            for name, one in item.conflicts.items()
        }
    return told
