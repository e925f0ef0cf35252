"""Counting who reaches what, compiled: one pass over the pairs of helpers and demand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.int8]


@njit(cache=True, nogil=True)
def count_reached(
    first: Longs, target: Ints, mark: Marks, step: int, sure: Ints, maybe: Ints
) -> None:
    """Add ``step`` to what each row with a mark reaches, in place.

    Parameters
    ----------
    first, target
        Compressed rows: what each helper reaches.
    mark
        Of each row: 1 counts into ``sure``, -1 into ``maybe``, 0 not at all.
    step
        1 adds the rows, -1 takes them away.
    """
    for row in range(mark.size):
        if mark[row] > 0:
            for at in range(first[row], first[row + 1]):
                sure[target[at]] += step
        elif mark[row] < 0:
            for at in range(first[row], first[row + 1]):
                maybe[target[at]] += step


@njit(cache=True, nogil=True)
def add_weights(
    first: Longs, target: Ints, mark: Marks, many: Ints, weight: Floats, alone: Floats, all_: Floats
) -> None:
    """The weight each row with mark 1 reaches, and reaches as the only one, in place."""
    for row in range(mark.size):
        if mark[row] > 0:
            for at in range(first[row], first[row + 1]):
                one = target[at]
                all_[row] += weight[one]
                if many[one] == 1:
                    alone[row] += weight[one]


@njit(cache=True, nogil=True)
def keep_nearest(first: Longs, target: Ints, minutes: Floats, mark: Marks, best: Floats) -> None:
    """The least minutes of any row with mark 1, in place."""
    for row in range(mark.size):
        if mark[row] > 0:
            for at in range(first[row], first[row + 1]):
                best[target[at]] = min(best[target[at]], minutes[at])
