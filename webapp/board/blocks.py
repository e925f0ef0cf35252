"""班: the houses of a map in groups of neighbours, one sheet of paper for each.

Where residents drew their 班 as areas, these are the groups. Other houses are grouped by
their addresses, town by town, neighbouring 丁目 and blocks together; houses without an
address one after the other, each time to the nearest that is left. The same map always gives
the same groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from webapp.board.homes import Home, homes_of, place_of
from webapp.board.items import Item
from webapp.board.state import Board
from webapp.register.spelling import address_key

MOST: Final = 12
"""Houses on one sheet, where no 班 was drawn: so many have room on one side of A4 in 14 pt."""

_NUMBERS: Final = re.compile(r"\d+")
_OPEN_END: Final = re.compile(r"[\d０-９〇一二三四五六七八九十百]*$")


@dataclass(frozen=True)
class Block:
    """One 班. ``name``: as the area is called, else what the addresses share, else empty."""

    number: int
    name: str
    homes: tuple[Home, ...]


def divide_homes(board: Board, most: int = MOST) -> list[Block]:
    """The homes of a board in groups, each home in one; at most ``most`` where none was drawn."""
    left = homes_of(board)
    groups: list[tuple[str, list[Home]]] = []
    for area in _areas(board):
        inside = [one for one in left.values() if _is_inside(one, area)]
        if inside:
            groups.append((str(area.values.get("name") or ""), inside))
        for one in inside:
            del left[one.house.id]
    groups += [("", one) for one in _by_address(list(left.values()), most)]
    return [
        Block(number, name or _shared_address(homes), tuple(homes))
        for number, (name, homes) in enumerate(groups, 1)
    ]


def blocks_of(board: Board, left_after: int | None = None) -> list[Block]:
    """The groups as they were put on the map, by number; none before a round began.

    A house that came later belongs to the group of the nearest house that has one. With
    ``left_after`` as in `homes_of`.
    """
    homes = list(homes_of(board, left_after).values())
    placed = [one for one in homes if one.house.values.get("block") is not None]
    if not placed:
        return []
    spots = _spots(placed)
    found: dict[int, list[Home]] = {}
    for one in homes:
        number = one.house.values.get("block")
        if number is None:
            apart = np.hypot(*(spots - _spots([one])).T)
            number = placed[int(np.argmin(apart))].house.values["block"]
        found.setdefault(int(number), []).append(one)
    areas = _areas(board)
    return [
        Block(number, _name_of(found[number], areas), tuple(found[number]))
        for number in sorted(found)
    ]


def _name_of(homes: Sequence[Home], areas: Sequence[Item]) -> str:
    for area in areas:
        if area.values.get("name") and all(_is_inside(one, area) for one in homes):
            return str(area.values["name"])
    return _shared_address(homes)


def _areas(board: Board) -> list[Item]:
    drawn = [one for one in board.of_kind("area") if one.values["area"] == "block"]
    return sorted(drawn, key=lambda one: (str(one.values.get("name") or ""), one.id))


def _is_inside(home: Home, area: Item) -> bool:
    ring = shapely.Polygon(area.values["ring"])
    return bool(shapely.intersects_xy(ring, home.house.values["lon"], home.house.values["lat"]))


def _by_address(homes: Sequence[Home], most: int) -> Iterator[list[Home]]:
    """Neighbouring blocks of one town together while they fit; a larger one in even parts."""
    known = sorted(homes, key=lambda one: (_town_and_block(one), place_of(one)))
    for _, in_town in groupby(known, key=lambda one: _town_and_block(one)[0]):
        waiting: list[Home] = []
        for (_, block), neighbours in groupby(in_town, key=_town_and_block):
            these = list(neighbours)
            these = these if block else _chained(these)
            if waiting and len(waiting) + len(these) > most:
                yield from _parted(waiting, most)
                waiting = []
            waiting = [*waiting, *these]
        yield from _parted(waiting, most)


def _parted(homes: Sequence[Home], most: int) -> Iterator[list[Home]]:
    parts = -(-len(homes) // most)
    along = list(homes) if parts == 1 else _chained(homes)
    for part in np.array_split(np.arange(len(along)), max(parts, 1)):
        yield sorted((along[place] for place in part), key=place_of)


def _town_and_block(home: Home) -> tuple[str, tuple[int, ...]]:
    """Town, and 丁目 and block within it as numbers (none = the address tells none)."""
    key = address_key(str(home.house.values.get("address") or ""))
    numbers = [int(one[:9]) for one in _NUMBERS.findall(key)]
    return _NUMBERS.split(key, maxsplit=1)[0], tuple(numbers[:-1][:2])


def _chained(homes: Sequence[Home]) -> list[Home]:
    """From the north-westernmost always on to the nearest that is left."""
    spots = _spots(homes)
    left = np.ones(len(homes), np.bool_)
    here = int(np.lexsort((spots[:, 0], -spots[:, 1], spots[:, 0] - spots[:, 1]))[0])
    order: list[int] = []
    while True:
        order.append(here)
        left[here] = False
        if not left.any():
            return [homes[place] for place in order]
        apart = np.hypot(*(spots - spots[here]).T)
        here = int(np.argmin(np.where(left, apart, np.inf)))


def _spots(homes: Sequence[Home]) -> npt.NDArray[np.float64]:
    """Positions as multiples of a degree of latitude, east shortened so that they compare."""
    spots = np.array([(one.house.values["lon"], one.house.values["lat"]) for one in homes], float)
    return spots * (np.cos(np.radians(35.0)), 1.0)


def _shared_address(homes: Sequence[Home]) -> str:
    """What the addresses have in common, without a number cut in two; empty = nothing."""
    told = [str(one.house.values.get("address") or "") for one in homes]
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*told, strict=False))
    shared = "".join(letters[0] for letters in alike)
    return shared if len(set(told)) == 1 else _OPEN_END.sub("", shared).rstrip("-－−‐のノ")
