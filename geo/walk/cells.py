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

Corner = tuple[float, float, float]
"""West, south and side of the cells, metres."""

Size = tuple[int, int]
"""Columns and rows."""

_Best = tuple[int, float, float]
"""Stretch, squared metres to it, share of it."""

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
    return Cells(west, south, side, columns, rows, frozen(first), frozen(stretch.astype(np.int32)))


@njit(cache=True, nogil=True)
def _nearest_in_cell(
    px: float, py: float, vertex_x: Floats, vertex_y: Floats, use: Flags, inside: Ints, best: _Best
) -> _Best:
    """The better of ``best`` and the stretches of one cell."""
    for this in inside:
        if not use[this]:
            continue
        ax, ay = vertex_x[this], vertex_y[this]
        dx, dy = vertex_x[this + 1] - ax, vertex_y[this + 1] - ay
        square = dx * dx + dy * dy
        along = 0.0
        if square > 0.0:
            along = float(min(max(((px - ax) * dx + (py - ay) * dy) / square, 0.0), 1.0))
        ex, ey = ax + along * dx - px, ay + along * dy - py
        distance = float(ex * ex + ey * ey)
        if distance < best[1] or (distance == best[1] and this < best[0]):
            best = (int(this), distance, along)
    return best


@njit(cache=True, nogil=True)
def _seen(
    px: float, py: float, column: int, row: int, ring: int, cells: Corner, size: Size
) -> float:
    """Metres from a point to the nearest side of a ring of cells beyond which there are more."""
    west, south, side = cells
    columns, rows = size
    seen = np.inf
    if column - ring > 0:
        seen = min(seen, px - (west + (column - ring) * side))
    if column + ring < columns - 1:
        seen = min(seen, west + (column + ring + 1) * side - px)
    if row - ring > 0:
        seen = min(seen, py - (south + (row - ring) * side))
    if row + ring < rows - 1:
        seen = min(seen, south + (row + ring + 1) * side - py)
    return seen


@njit(cache=True, nogil=True)
def nearest_stretches(
    x: Floats,
    y: Floats,
    vertex_x: Floats,
    vertex_y: Floats,
    use: Flags,
    corner: Corner,
    size: Size,
    first: Longs,
    stretch: Ints,
) -> tuple[Ints, Floats, Floats]:
    """The stretch nearest to each point, among those whose vertex is in ``use``.

    The cells around a point are searched ring by ring, until what is left lies farther
    than the best stretch found.

    Returns
    -------
    stretch, -1 where none may be used or the point is NaN; share of the stretch from its
    start to the foot of the point, 0..1; metres from the point to its foot. Of stretches
    equally near the lowest number is taken.
    """
    west, south, side = corner
    columns, rows = size
    found = np.full(x.size, -1, np.int32)
    share = np.zeros(x.size)
    away = np.full(x.size, np.inf)
    for point in range(x.size):
        px, py = x[point], y[point]
        if not (np.isfinite(px) and np.isfinite(py)):
            continue
        column = min(max(int((px - west) // side), 0), columns - 1)
        row = min(max(int((py - south) // side), 0), rows - 1)
        best = (-1, np.inf, 0.0)
        ring = 0
        while True:
            for r in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
                step = 1 if ring == 0 or r in (row - ring, row + ring) else 2 * ring
                for c in range(column - ring, column + ring + 1, step):
                    if 0 <= c < columns:
                        cell = r * columns + c
                        inside = stretch[first[cell] : first[cell + 1]]
                        best = _nearest_in_cell(px, py, vertex_x, vertex_y, use, inside, best)
            seen = _seen(px, py, column, row, ring, corner, size)
            if seen == np.inf or (seen > 0 and best[1] <= seen * seen):
                break
            ring += 1
        if best[0] >= 0:
            found[point], share[point], away[point] = best[0], best[2], np.sqrt(best[1])
    return found, share, away
