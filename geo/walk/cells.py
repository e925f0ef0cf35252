"""Stretches of street by square cell, and the nearest one to a point."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from numba import njit

from geo.walk.network import Cells, frozen

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

_SMALLEST: Final = 40.0
"""Metres; a cell no smaller than this holds a handful of stretches in a town."""


def index_stretches(x: Floats, y: Floats, edge: Longs) -> Cells:
    """Put every stretch into each cell that its bounding box meets.

    Parameters
    ----------
    x, y
        Vertices in the plane, metres, edge after edge; shape (v,).
    edge
        Edge of each vertex; shape (v,). A stretch runs from a vertex to the next one of
        the same edge.
    """
    start = np.flatnonzero(edge[:-1] == edge[1:])
    west, south = float(x.min()), float(y.min())
    wide, high = float(x.max()) - west, float(y.max()) - south
    side = max(_SMALLEST, float(np.sqrt(wide * high / (2.0 * len(start)))))
    side = max(side, wide / 30_000.0, high / 30_000.0)
    columns, rows = int(wide // side) + 1, int(high // side) + 1
    box = [
        ((np.minimum(x[start], x[start + 1]) - west) // side).astype(np.int64),
        ((np.minimum(y[start], y[start + 1]) - south) // side).astype(np.int64),
        ((np.maximum(x[start], x[start + 1]) - west) // side).astype(np.int64),
        ((np.maximum(y[start], y[start + 1]) - south) // side).astype(np.int64),
    ]
    across, down = box[2] - box[0] + 1, box[3] - box[1] + 1
    many = across * down
    step = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    column = np.repeat(box[0], many) + step % np.repeat(across, many)
    row = np.repeat(box[1], many) + step // np.repeat(across, many)
    cell = row * columns + column
    first = np.zeros(columns * rows + 1, np.int64)
    np.cumsum(np.bincount(cell, minlength=columns * rows), out=first[1:])
    stretch = np.repeat(start, many)[np.argsort(cell, kind="stable")]
    return Cells(
        west, south, side, columns, rows, frozen(first), frozen(stretch.astype(np.int32))
    )


@njit(cache=True, nogil=True)
def nearest_stretches(
    x: Floats,
    y: Floats,
    vertex_x: Floats,
    vertex_y: Floats,
    use: Flags,
    west: float,
    south: float,
    side: float,
    columns: int,
    rows: int,
    first: Longs,
    stretch: Ints,
) -> tuple[Ints, Floats, Floats]:
    """The stretch nearest to each point, among those whose vertex is in ``use``.

    Returns
    -------
    stretch, -1 where none may be used or the point is NaN; share of the stretch from its
    start to the foot of the point, 0..1; metres from the point to its foot. Of stretches
    equally near the lowest number is taken.
    """
    found = np.full(x.size, -1, np.int32)
    share = np.zeros(x.size)
    away = np.full(x.size, np.inf)
    for point in range(x.size):
        px, py = x[point], y[point]
        if not (np.isfinite(px) and np.isfinite(py)):
            continue
        column = min(max(int((px - west) // side), 0), columns - 1)
        row = min(max(int((py - south) // side), 0), rows - 1)
        best = np.inf
        ring = 0
        while True:
            low_column, high_column = column - ring, column + ring
            low_row, high_row = row - ring, row + ring
            for r in range(max(low_row, 0), min(high_row, rows - 1) + 1):
                edge_row = r in (low_row, high_row)
                step = 1 if edge_row or ring == 0 else 2 * ring
                for c in range(low_column, high_column + 1, step):
                    if c < 0 or c >= columns:
                        continue
                    cell = r * columns + c
                    for at in range(first[cell], first[cell + 1]):
                        this = stretch[at]
                        if not use[this]:
                            continue
                        ax, ay = vertex_x[this], vertex_y[this]
                        dx, dy = vertex_x[this + 1] - ax, vertex_y[this + 1] - ay
                        square = dx * dx + dy * dy
                        along = 0.0
                        if square > 0.0:
                            along = ((px - ax) * dx + (py - ay) * dy) / square
                            along = min(max(along, 0.0), 1.0)
                        ex, ey = ax + along * dx - px, ay + along * dy - py
                        distance = ex * ex + ey * ey
                        if distance < best or (distance == best and this < found[point]):
                            best = distance
                            found[point] = this
                            share[point] = along
            # Everything nearer than the nearest open side of the ring has been seen.
            seen = np.inf
            if low_column > 0:
                seen = min(seen, px - (west + low_column * side))
            if high_column < columns - 1:
                seen = min(seen, west + (high_column + 1) * side - px)
            if low_row > 0:
                seen = min(seen, py - (south + low_row * side))
            if high_row < rows - 1:
                seen = min(seen, south + (high_row + 1) * side - py)
            if seen == np.inf or (seen > 0 and best <= seen * seen):
                break
            ring += 1
        if found[point] >= 0:
            away[point] = np.sqrt(best)
    return found, share, away
