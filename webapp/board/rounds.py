"""The update round: what nobody has confirmed for a year, sheet by sheet, and what came in.

Pure: how far a round is stands in the board, by what was said after the sheets were made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from webapp.board.blocks import Block, blocks_of, divide_homes
from webapp.board.homes import GONE, Home, homes_of
from webapp.board.items import Item, Mark
from webapp.board.state import REGISTER, Board
from webapp.board.stroke import Deed, Stroke

ROUND: Final = "round"
"""The seat of the stroke that gives every house its sheet; nobody at the table undoes it."""

MONTHS: Final = 12
"""So old may be what is on the map, unless somebody says otherwise."""


@dataclass(frozen=True)
class Row:
    """A house on its sheet. ``due``: something of it is too old; ``said``: who said what is new."""

    home: Home
    due: bool
    said: Mark | None


@dataclass(frozen=True)
class Sheet:
    """The sheet of one 班 with what came back of it."""

    block: Block
    rows: tuple[Row, ...]

    @property
    def done(self) -> int:
        """Houses of which an answer came back."""
        return sum(row.said is not None for row in self.rows)

    @property
    def is_whole(self) -> bool:
        """Whether every house is answered."""
        return self.done == len(self.rows)


@dataclass(frozen=True)
class Overdue:
    """How much on a map nobody has confirmed since a day."""

    houses: int
    people: int
    lines: int


def day_before(today: date, months: int) -> date:
    """The same day so many months ago, or the last of that month.

    >>> day_before(date(2026, 3, 31), 13)
    datetime.date(2025, 2, 28)
    """
    month = today.year * 12 + today.month - 1 - months
    for day in range(today.day, 0, -1):
        try:
            return date(month // 12, month % 12 + 1, day)
        except ValueError:
            continue
    raise ValueError


def is_old(item: Item, since: date) -> bool:
    """Whether nobody has confirmed it since that day.

    What the register brought without a day is old; what the table drew itself is not.
    """
    said = item.values.get("confirmed_on")
    if said is None:
        return all(mark.seat in {REGISTER, ROUND} for mark in item.marks.values())
    return date.fromisoformat(str(said)) < since


def overdue(board: Board, since: date) -> Overdue:
    """What on the map is older than that day."""
    homes = homes_of(board)
    lines = {one.item.id: one.item for home in homes.values() for one in home.lines}
    return Overdue(
        sum(is_old(one.house, since) for one in homes.values()),
        sum(is_old(person, since) for one in homes.values() for person in one.people),
        sum(is_old(one, since) for one in lines.values()),
    )


def began(board: Board) -> int | None:
    """The number of the entry that made the sheets; None = no round began."""
    made = [one.number for one in board.live_entries() if one.seat == ROUND]
    return made[-1] if made else None


def first_stroke(board: Board, most: int) -> Stroke:
    """The stroke that gives every house the number of its sheet."""
    deeds = tuple(
        Deed(one.house.id, "house", {"block": block.number}, board.number)
        for block in divide_homes(board, most)
        for one in block.homes
    )
    return Stroke(f"sheets-{board.number}", "draw", deeds)


def list_sheets(board: Board, since: date) -> list[Sheet]:
    """The sheets of the round by their numbers; those who left since stay on theirs."""
    start = began(board)
    if start is None:
        return []
    return [
        Sheet(block, tuple(Row(one, _is_due(one, since), _said(one, start)) for one in block.homes))
        for block in blocks_of(board, start)
    ]


def _is_due(home: Home, since: date) -> bool:
    return any(is_old(one, since) for one in home.items)


def _said(home: Home, start: int) -> Mark | None:
    marks = [home.house.marks.get(name) for name in ("confirmed_on", GONE)]
    said = [one for one in marks if one is not None and one.number > start]
    return max(said, key=lambda one: one.number) if said else None
