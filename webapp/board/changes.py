"""What changed between two maps: who left and came, which lines were lost and gained.

Pure. A thing is the same on both maps by its record in the register, else by its id on the
map; a line also by its two ends and its kind. What is said to be gone is no longer there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from webapp.board.homes import GONE, homes_of, is_there
from webapp.board.items import Item
from webapp.board.state import REGISTER, Board

_REFERENCES: Final = {
    "house": ("household_id",),
    "person": ("person_id", "supporter_id"),
    "link": ("watch_link_id",),
    "place": ("place_id",),
}
_BOOKS: Final = {"confirmed_on", "consent", "number", "block", GONE, "lon", "lat"}
"""Fields that say nothing of how people live; a number is given anew on each map."""

Key = tuple[str, ...]


@dataclass(frozen=True)
class Left:
    """A house or a person that is no longer there, as it was.

    ``how``: moved, deceased, past; None = taken off the map without a word.
    """

    item: Item
    how: str | None


@dataclass(frozen=True)
class Altered:
    """A thing of which other things are said now. ``fields``: their names, sorted."""

    before: Item
    after: Item
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """What became of the first map on the second; houses, people and lines each by themselves.

    ``bare``: houses where somebody looked in and nobody does any more; ``reached``: the
    other way round. Houses that left or came are in neither.
    """

    left: list[Left] = field(default_factory=list)
    came: list[Item] = field(default_factory=list)
    altered: list[Altered] = field(default_factory=list)
    lost: list[Item] = field(default_factory=list)
    gained: list[Item] = field(default_factory=list)
    bare: list[Item] = field(default_factory=list)
    reached: list[Item] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return any((self.left, self.came, self.altered, self.lost, self.gained))


def board_at(board: Board, number: int) -> Board:
    """The map as it stood after entry ``number``."""
    return Board(one for one in board.entries if one.number <= number)


def opening_of(board: Board) -> Board:
    """The map as the register had it when the workshop began; empty where it began empty."""
    return Board(one for one in board.entries if one.seat == REGISTER)


def find_changes(before: Board, after: Board) -> Changes:
    """What changed from ``before`` to ``after``."""
    old, new = _there(before), _there(after)
    said = {key_of(one): one for one in after.shown()}
    gone = [old[key] for key in old.keys() - new.keys() if old[key].kind in _REFERENCES]
    fresh = [new[key] for key in new.keys() - old.keys() if new[key].kind in _REFERENCES]
    lost, gained = _lines(before, gone), _lines(after, fresh)
    watched = [_watched(before), _watched(after)]
    both = old.keys() & new.keys()
    houses = sorted(key for key in both if key[0] == "house")
    return Changes(
        left=_sorted_left(gone, said),
        came=sorted((one for one in fresh if one.kind in _LIVING), key=_order),
        altered=[one for key in sorted(both) for one in _altered(old[key], new[key])],
        lost=[one for key, one in lost.items() if key not in gained],
        gained=[one for key, one in gained.items() if key not in lost],
        bare=[new[key] for key in houses if key in watched[0] and key not in watched[1]],
        reached=[new[key] for key in houses if key in watched[1] and key not in watched[0]],
    )


def key_of(item: Item) -> Key:
    """What says that an item is the same on two maps."""
    for name in _REFERENCES.get(item.kind, ()):
        if item.values.get(name) is not None:
            return (item.kind, name, str(item.values[name]))
    return (item.kind, "", item.id)


_LIVING: Final = ("house", "person")


def _there(board: Board) -> dict[Key, Item]:
    return {key_of(one): one for one in board.items.values() if is_there(board, one)}


def _sorted_left(gone: list[Item], said: Mapping[Key, Item]) -> list[Left]:
    left = [
        Left(one, said[key].values.get(GONE) if (key := key_of(one)) in said else None)
        for one in gone
        if one.kind in _LIVING
    ]
    return sorted(left, key=lambda one: _order(one.item))


def _order(item: Item) -> tuple[str, int, str]:
    return (item.kind, int(item.values.get("number") or 0), item.id)


def _lines(board: Board, items: list[Item]) -> dict[Key, Item]:
    """Lines among the items, by their ends and kind: one drawn anew is no other one."""
    lines = sorted((one for one in items if one.kind == "link"), key=_order)
    return {_ends_of(board, one): one for one in lines}


def _ends_of(board: Board, line: Item) -> Key:
    ends = [key_of(board.items[str(line.values[end])]) for end in ("watcher", "watched")]
    if line.values.get("direction") == "mutual":
        ends.sort()
    return (str(line.values["link"]), *ends[0], *ends[1])


def _altered(before: Item, after: Item) -> Iterator[Altered]:
    if before.kind not in (*_LIVING, "link"):
        return
    names = (before.values.keys() | after.values.keys()) - _BOOKS - set(_ENDS)
    names -= set(_REFERENCES[before.kind])
    fields = sorted(name for name in names if _told(before, name) != _told(after, name))
    if fields:
        yield Altered(before, after, tuple(fields))


_ENDS: Final = ("watcher", "watched", "house")
"""Fields that name an item, whose id may be another on the other map."""


def _told(item: Item, name: str) -> Any:  # noqa: ANN401
    return item.values.get(name)


def _watched(board: Board) -> set[Key]:
    return {key_of(one.house) for one in homes_of(board).values() if one.is_watched}
