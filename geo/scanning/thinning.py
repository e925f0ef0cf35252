"""Strokes thinned to lines of one pixel, and cut where they meet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from geo.scanning.inks import Mask

_BITS: Final = np.array([[1, 2, 4], [128, 0, 8], [64, 32, 16]], np.float32)
_AROUND: Final = ((-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1))

Pixels = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


def thin(mask: Mask) -> Mask:
    """The middle lines of a mask, one pixel wide and as connected as it was.

    Source: Zhang and Suen 1984, A fast parallel algorithm for thinning digital patterns; each
    pixel's eight neighbours as one byte, looked up in a table.
    """
    left = np.pad(mask.astype(np.uint8), 1)
    first, second = _passes()
    while _taken(left, first) | _taken(left, second):
        continue
    for table in _corners():
        _taken(left, table)
    return left[1:-1, 1:-1] > 0


def _codes(left: Bytes) -> Bytes:
    """Each pixel's eight neighbours as one byte."""
    return np.asarray(cv2.filter2D(left, cv2.CV_8U, _BITS), np.uint8)


def _taken(left: Bytes, table: Bytes) -> bool:
    """Take away what the table says; whether there was any."""
    off = (np.asarray(cv2.LUT(_codes(left), table), np.uint8) & left) > 0
    left[off] = 0
    return bool(off.any())


@lru_cache(maxsize=1)
def _ring() -> npt.NDArray[np.int64]:
    """For every byte its neighbours, north first and clockwise, (8, 256)."""
    return np.array([(np.arange(256) >> bit) & 1 for bit in (1, 2, 3, 4, 5, 6, 7, 0)])


def _turns() -> npt.NDArray[np.int64]:
    """How many lines leave a pixel: changes from paper to ink around it."""
    ring = _ring()
    return ((ring == 0) & (np.roll(ring, -1, axis=0) == 1)).sum(axis=0)


def _passes() -> tuple[Bytes, Bytes]:
    """Whether either of the two passes takes a pixel away."""
    ring = _ring()
    count = ring.sum(axis=0)
    removable = (count >= 2) & (count <= 6) & (_turns() == 1)
    north, east, south, west = ring[0], ring[2], ring[4], ring[6]
    first = removable & (north * east * south == 0) & (east * south * west == 0)
    second = removable & (north * east * west == 0) & (north * south * west == 0)
    return first.astype(np.uint8), second.astype(np.uint8)


def _corners() -> list[Bytes]:
    """Whether a pixel is the corner of a step, in each of four directions."""
    turned = [np.roll(_ring(), -2 * side, axis=0) for side in range(4)]
    return [
        (one[0] & one[2] & (1 - one[4]) & (1 - one[5]) & (1 - one[6])).astype(np.uint8)
        for one in turned
    ]


@lru_cache(maxsize=1)
def _meeting() -> Bytes:
    """Whether three or more lines meet at a pixel."""
    return ((_turns() >= 3) | (_ring().sum(axis=0) >= 4)).astype(np.uint8)


def cut_paths(skeleton: Mask) -> list[Pixels]:
    """The lines between the places where three or more meet: pixels (x, y) in order."""
    thinned = skeleton.astype(np.uint8)
    meeting = np.asarray(cv2.LUT(_codes(thinned), _meeting()), np.uint8) & thinned
    simple = thinned & (1 - np.asarray(cv2.dilate(meeting, np.ones((3, 3), np.uint8)), np.uint8))
    _, labels = cv2.connectedComponents(simple, connectivity=8)
    ys, xs = np.nonzero(simple)
    owner = labels[ys, xs]
    order = np.argsort(owner, kind="stable")
    cuts = np.flatnonzero(np.diff(owner[order])) + 1
    points = np.column_stack([xs, ys])[order]
    return [_ordered(part) for part in np.split(points, cuts) if len(part) > 1]


def _ordered(points: Pixels) -> Pixels:
    """The pixels of a simple line from one end to the other; of a ring, all around."""
    left = {(int(x), int(y)) for x, y in points}
    start = next((one for one in left if sum(1 for _ in _near(one, left)) <= 1), None)
    here = start or next(iter(left))
    path = [here]
    left.remove(here)
    while (step := next(_near(here, left), None)) is not None:
        left.remove(step)
        path.append(step)
        here = step
    return np.array(path)


def _near(pixel: tuple[int, int], among: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The neighbours of a pixel that are there, straight ones first."""
    x, y = pixel
    for dx, dy in _AROUND[1::2] + _AROUND[::2]:
        if (x + dx, y + dy) in among:
            yield x + dx, y + dy
