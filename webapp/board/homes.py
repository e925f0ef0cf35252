"""The houses of a board, each with who lives there and the lines that end there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from webapp.board.items import Item
from webapp.board.state import Board

GONE: Final = "gone"
"""The field that says of a house or a person that it is no longer there, and why."""


@dataclass(frozen=True)
class Line:
    """A line as it is seen from one house.

    ``near`` is its end in the house, ``far`` the other one. ``inward``: the other end looks
    in here; False = from here somebody looks in there. A mutual line is inward at both ends.
    """

    item: Item
    near: Item
    far: Item
    inward: bool


@dataclass(frozen=True)
class Home:
    """One house, who lives there, and its lines; those who are gone are left out."""

    house: Item
    people: tuple[Item, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def number(self) -> int:
        """The number of the house on the map; 0 = it has none yet."""
        return int(self.house.values.get("number") or 0)

    @property
    def items(self) -> list[Item]:
        """Everything that somebody can confirm of it."""
        return [self.house, *self.people, *(one.item for one in self.lines)]

    @property
    def is_watched(self) -> bool:
        """Whether somebody looks in here."""
        return any(one.inward for one in self.lines)


def is_there(board: Board, item: Item) -> bool:
    """Whether it is on the map, and neither it nor what it hangs on is said to be gone."""
    return (
        board.is_shown(item)
        and GONE not in item.values
        and all(GONE not in board.items[one].values and is_there(board, board.items[one])
                for one in item.refers())
    )  # fmt: skip


def homes_of(board: Board, left_after: int | None = None) -> dict[str, Home]:
    """The homes by the ids of their houses, in the order of their numbers.

    ``left_after``: with those of whom it was said after that entry that they are gone.
    """
    people, lines = _people_by_house(board), _lines_by_house(board)
    houses = [one for one in board.of_kind("house") if not _has_left(one, left_after)]
    homes = [Home(one, tuple(people[one.id]), tuple(lines[one.id])) for one in houses]
    return {one.house.id: one for one in sorted(homes, key=place_of)}


def place_of(home: Home) -> tuple[bool, int, str]:
    """Where a home stands in every list: by number, those without one last."""
    return (not home.number, home.number, home.house.id)


def spot_of(board: Board, item: Item) -> tuple[float, float] | None:
    """Degrees (EPSG:4326) of an item, a person's those of the house; None = it has no place."""
    if item.values.get("lon") is not None and item.values.get("lat") is not None:
        return float(item.values["lon"]), float(item.values["lat"])
    return next(
        (found for one in item.refers()
         if one in board.items and (found := spot_of(board, board.items[one]))),
        None,
    )  # fmt: skip


def house_of(board: Board, item: Item) -> Item | None:
    """The house an end of a line stands in; None of somebody who has a point of the own."""
    if item.kind == "house":
        return item
    home = item.values.get("house")
    return None if home is None else board.items.get(str(home))


def _has_left(house: Item, left_after: int | None) -> bool:
    if GONE not in house.values:
        return False
    return left_after is None or house.marks[GONE].number <= left_after


def _people_by_house(board: Board) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for one in sorted(board.of_kind("person"), key=lambda one: one.id):
        if one.values.get("house") is not None and is_there(board, one):
            found[str(one.values["house"])].append(one)
    return found


def _lines_by_house(board: Board) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = defaultdict(list)
    for one in sorted(board.of_kind("link"), key=lambda one: one.id):
        if not is_there(board, one):
            continue
        watcher, watched = (board.items[str(one.values[end])] for end in ("watcher", "watched"))
        mutual = one.values.get("direction") == "mutual"
        for line in (Line(one, watched, watcher, inward=True),
                     Line(one, watcher, watched, inward=mutual)):  # fmt: skip
            house = house_of(board, line.near)
            if house is not None:
                found[house.id].append(line)
    return found
