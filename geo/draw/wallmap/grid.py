"""The grid of letters and digits, and the numbers of the houses in its reading order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.draw.fiducials import SheetCode
from geo.units import Metres

Floats = npt.NDArray[np.float64]

_STEPS: Final = {500: 25.0, 1000: 50.0, 1500: 100.0, 2000: 100.0, 2500: 200.0}
"""Side of a square in metres by scale: 50 to 80 mm of paper."""

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without I and O, which are read as digits."""


@dataclass(frozen=True)
class Grid:
    """Squares from the top left corner of the whole map, east lettered, south numbered."""

    west: Metres
    north: Metres
    step: Metres

    def squares(self, plane: Floats) -> list[str]:
        """The square of each point; metres in the plane, (n, 2)."""
        across = np.floor((plane[:, 0] - self.west) / self.step).astype(int)
        down = np.floor((self.north - plane[:, 1]) / self.step).astype(int)
        return [
            f"{column_letters(column)}{row + 1}" if min(column, row) >= 0 else ""
            for column, row in zip(across.tolist(), down.tolist(), strict=True)
        ]

    def lines(self, code: SheetCode) -> tuple[list[tuple[int, Metres]], list[tuple[int, Metres]]]:
        """Columns and rows that a sheet shows: number from 0, and where each begins, metres."""
        east = code.west + code.width * code.scale / 1000.0
        south = code.north - code.height * code.scale / 1000.0
        first = int((code.west - self.west + 1e-6) // self.step)
        upper = int((self.north - code.north + 1e-6) // self.step)
        columns = [(k, self.west + k * self.step) for k in range(first, first + 200)]
        rows = [(k, self.north - k * self.step) for k in range(upper, upper + 200)]
        return (
            [(k, x) for k, x in columns if x < east - 1e-6],
            [(k, y) for k, y in rows if y > south + 1e-6],
        )


def grid_of(whole: SheetCode) -> Grid:
    """The grid of a map."""
    return Grid(whole.west, whole.north, _STEPS[whole.scale])


def column_letters(column: int) -> str:
    """The letters of a column from 0.

    >>> column_letters(0), column_letters(8), column_letters(23), column_letters(24)
    ('A', 'J', 'Z', 'AA')
    """
    letters = _LETTERS[column % 24]
    return letters if column < 24 else column_letters(column // 24 - 1) + letters


def number_houses(ids: list[str], plane: Floats, given: pd.Series, grid: Grid) -> list[int]:
    """A number for each house: as given, else in reading order over the grid.

    Squares are read row by row from the left, houses in a square from north to south.
    Houses without a number follow the largest one given, whatever the order of the rows.
    """
    numbers = pd.to_numeric(given, errors="coerce").to_numpy(float, copy=True)
    column = np.floor((plane[:, 0] - grid.west) / grid.step)
    row = np.floor((grid.north - plane[:, 1]) / grid.step)
    order = np.lexsort((np.array(ids), plane[:, 0].round(2), -plane[:, 1].round(2), column, row))
    last = int(np.nanmax(numbers)) if np.isfinite(numbers).any() else 0
    for place in order[np.isnan(numbers[order])]:
        last += 1
        numbers[place] = last
    return numbers.astype(int).tolist()
