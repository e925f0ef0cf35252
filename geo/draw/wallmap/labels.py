"""Room for letters on a sheet: where a number or a name hides the least.

The sheet is a raster of half millimetres in which everything drawn has a weight; words go
to the first place around their point that covers nothing, else to the lightest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from geo.draw.fiducials import Millimetres
from geo.draw.paper import POINT

Floats = npt.NDArray[np.float64]

_CELLS: Final = 2.0
"""Raster cells in a millimetre."""

SOLID: Final = 40
"""Weight of a house, a mark, a word: what must stay to be seen."""

_LED: Final = 5
"""Words that are farther off than this weighs need a line back."""

LINE: Final = 3
"""Weight of a link: words may cross it where nothing else is free."""

_WAYS: Final = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
_BETWEEN: Final = tuple(
    (across, down)
    for one in (-1.0, 1.0)
    for other in (-0.5, 0.5)
    for across, down in ((one, other), (other, one))
)
_STEPS: Final = (0.0, 1.6, 3.6, 6.4, 9.6)
_FAR: Final = (*_STEPS, 14.0, 20.0, 27.0, 35.0)


class Spot(NamedTuple):
    """The middle of some words, and whether a thin line must lead back to their point."""

    x: Millimetres
    y: Millimetres
    led: bool


class Room:
    """What of a frame is taken: by things, which are put down first, and by words."""

    def __init__(self, width: Millimetres, height: Millimetres) -> None:
        self._size = width, height
        shape = int(height * _CELLS) + 2, int(width * _CELLS) + 2
        self._things = np.zeros(shape, np.int32)
        self._words = np.zeros(shape, np.uint8)
        self._sums: npt.NDArray[np.int32] | None = None

    def take(self, x: Millimetres, y: Millimetres, half: tuple[float, float], weight: int) -> None:
        """Give a box around (x, y) a weight."""
        self.take_all(np.array([[x, y]]), np.array([half]), weight)

    def take_all(self, points: Floats, halves: Floats, weight: int = SOLID) -> None:
        """Give a box around each point its weight; half widths and heights, (n, 2)."""
        for left, top, right, bottom in self._cells(points, halves).tolist():
            self._things[top:bottom, left:right] += weight
        self._sums = None

    def take_line(self, start: Floats, end: Floats, weight: int = LINE) -> None:
        """Give the cells along a line a weight."""
        steps = max(int(np.hypot(*(end - start)) * _CELLS), 1)
        xy = np.linspace(start, end, steps + 1) * _CELLS
        down = np.clip(xy[:, 1].astype(int), 0, self._things.shape[0] - 1)
        across = np.clip(xy[:, 0].astype(int), 0, self._things.shape[1] - 1)
        self._things[down, across] = np.maximum(self._things[down, across], weight)
        self._sums = None

    def place(
        self, x: float, y: float, keep: float, half: tuple[float, float], *, far: bool = False
    ) -> Spot:
        """Where words of that half size go beside a point, and takes the room.

        ``keep`` is how far from the point the symbol reaches; negative where there is none,
        then the words may stand on the point itself. ``far`` searches to 35 mm, for boxes
        that a line ties to their point.
        """
        return next(self.place_all(np.array([[x, y]]), keep, half, far=far))

    def place_all(
        self, points: Floats, keep: float, half: tuple[float, float], *, far: bool = False
    ) -> Iterator[Spot]:
        """The same for words of one size beside many points, the first point choosing first."""
        offsets, far_off = _offsets(keep, half, far=far)
        spots = points[:, None, :] + offsets[None]
        flat = spots.reshape(-1, 2)
        cells = self._cells(flat, np.array([half]))
        outside = np.where(self._within(flat, half), 0, 10**9)
        weights = (self._weights(cells) + outside).reshape(spots.shape[:2]) + far_off
        cells = cells.reshape(*spots.shape[:2], 4)
        order = np.argsort(weights, axis=1, kind="stable")
        for row, tried in enumerate(order):
            best = self._lightest(cells[row], weights[row], tried)
            left, top, right, bottom = cells[row, best].tolist()
            self._words[top:bottom, left:right] = 1
            yield Spot(*spots[row, best].tolist(), led=bool(far_off[best] > _LED))

    def _lightest(
        self,
        cells: npt.NDArray[np.int64],
        weights: npt.NDArray[np.int64],
        tried: npt.NDArray[np.int64],
    ) -> int:
        """Of places sorted by what things weigh in them, the lightest with the words there."""
        best, lightest = int(tried[0]), np.inf
        for k in tried.tolist():
            if weights[k] >= lightest:
                break
            left, top, right, bottom = cells[k].tolist()
            weight = weights[k] + np.count_nonzero(self._words[top:bottom, left:right]) * SOLID
            if weight < lightest:
                best, lightest = k, weight
        return best

    def _within(self, spots: Floats, half: tuple[float, float]) -> npt.NDArray[np.bool_]:
        inside = (spots >= half) & (spots <= np.subtract(self._size, half))
        return np.asarray(inside.all(axis=1), bool)

    def _weights(self, cells: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """What the things in each box weigh together, from sums over the raster."""
        if self._sums is None:
            rows, columns = self._things.shape
            self._sums = np.zeros((rows + 1, columns + 1), np.int32)
            np.cumsum(np.cumsum(self._things, axis=0), axis=1, out=self._sums[1:, 1:])
        left, top, right, bottom = cells.T
        sums = self._sums
        return sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]

    def _cells(self, spots: Floats, half: Floats) -> npt.NDArray[np.int64]:
        """Left, top, right and bottom of each box in the raster."""
        low = np.floor((spots - half) * _CELLS).astype(np.int64)
        high = np.ceil((spots + half) * _CELLS).astype(np.int64)
        rows, columns = self._things.shape
        return np.clip(np.hstack([low, high]), 0, [columns, rows, columns, rows])


@lru_cache(maxsize=256)
def _offsets(
    keep: float, half: tuple[float, float], *, far: bool
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Where words may stand from their point, nearest first, and what being far off weighs."""
    found = [(0.0, 0.0, 0)] if keep < 0 else []
    for step in _FAR if far else _STEPS:
        for across, down in (*_WAYS, *_BETWEEN) if far else _WAYS:
            near = keep * (0.75 if across and down else 1.0) + step
            found.append((across * (near + half[0]), down * (near + half[1]), round(step * 3)))
    return np.array([one[:2] for one in found]), np.array([one[2] for one in found])


def half_size(text: str, points: float) -> tuple[float, float]:
    """Half the width and height of a line of words, millimetres."""
    widths = sum(0.72 if ord(letter) < 0x2000 else 1.0 for letter in text)
    return widths * points * POINT / 2 + 0.3, points * POINT * 0.42


def wrapped(text: str, letters: int, lines: int) -> list[str]:
    """Words cut into even lines of so many wide letters; what is too long ends in "…".

    >>> wrapped("ゴミ出しが心配", 4, 3), wrapped("あいうえおかきくけ", 4, 2)
    (['ゴミ出し', 'が心配'], ['あいうえ', 'おかき…'])
    """
    plain = " ".join(text.split())
    rows = max(math.ceil(_width(plain) / letters), 1)
    even = letters if rows > lines else _width(plain) / rows + 0.5
    found = [""]
    for letter in plain:
        full = _width(found[-1]) + _width(letter) > even and letter not in _CLINGING
        if full and (rows > lines or len(found) < rows):
            found.append("")
        found[-1] += letter
    if len(found) > lines:
        found = [*found[: lines - 1], found[lines - 1][: letters - 1] + "…"]
    return found


_CLINGING: Final = "。、，．）」』ーっゃゅょッャュョ"
"""Letters that do not begin a line."""


def _width(text: str) -> float:
    return sum(0.58 if ord(letter) < 0x2000 else 1.0 for letter in text)
