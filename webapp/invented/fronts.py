"""House fronts of a few streets: where the houses of an evening's map stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Geometry

from geo.walk.network import StreetNetwork

Floats = npt.NDArray[np.float64]

_WIDE: Final = 330.0
_HIGH: Final = 240.0
"""Metres: what stands on one sheet."""

_APART: Final = 19.0
"""Metres between two fronts of one side of a street."""

_OFF: Final = 10.0
"""Metres from the middle of the street."""

_CLOSE: Final = 15.0
"""Metres within which no second house stands."""


_TRIED: Final = 300
"""Middles of a window that are tried."""


@dataclass(frozen=True)
class Quarter:
    """A few streets. ``window``: west, south, east, north; ``fronts``: points; degrees.

    ``fronts`` run from the north-west to the south-east (EPSG:4326), shape (n, 2).
    """

    window: tuple[float, float, float, float]
    fronts: Floats


def find_quarter(streets: StreetNetwork, district: Geometry, houses: int) -> Quarter:
    """The densest few streets of a district, with at most so many house fronts."""
    plane = shapely.transform(district, lambda at: _forth(streets, at))
    stretches = _find_stretches(streets, plane)
    west, south = _densest(stretches)
    inside = (stretches.mean(axis=1) > (west, south)).all(axis=1)
    inside &= (stretches.mean(axis=1) < (west + _WIDE, south + _HIGH)).all(axis=1)
    stands = _stand(stretches[inside])[:houses]
    order = np.lexsort((stands[:, 0], -(stands[:, 1] // 30)))
    corners = _back(streets, np.array([(west, south), (west + _WIDE, south + _HIGH)]))
    (west, south), (east, north) = corners.tolist()
    return Quarter((west, south, east, north), _back(streets, stands[order]))


def _forth(streets: StreetNetwork, at: Floats) -> Floats:
    return np.column_stack(streets.from_lonlat.transform(*at.T))


def _back(streets: StreetNetwork, at: Floats) -> Floats:
    found = streets.from_lonlat.transform(*at.T, direction="INVERSE")
    return np.column_stack(found).round(7)


def _find_stretches(streets: StreetNetwork, plane: Geometry) -> Floats:
    """Straight stretches without steps within the district, metres, shape (m, 2, 2)."""
    at = np.column_stack([streets.vertex_x, streets.vertex_y])
    same = streets.vertex_edge[1:] == streets.vertex_edge[:-1]
    same &= ~streets.edge_steps[streets.vertex_edge[1:]]
    shapely.prepare(plane)
    both = np.stack([at[:-1], at[1:]], axis=1)[same]
    return both[shapely.contains_xy(plane, *both.mean(axis=1).T)]


def _densest(stretches: Floats) -> tuple[float, float]:
    """South-western corner of the window with most metres of street."""
    middle, metres = stretches.mean(axis=1), np.hypot(*(stretches[:, 1] - stretches[:, 0]).T)
    half, tried = np.array([_WIDE, _HIGH]) / 2, middle[:: max(1, len(middle) // _TRIED)]
    near = (np.abs(tried[:, None, :] - middle[None, :, :]) < half).all(axis=2)
    west, south = tried[int(np.argmax(near @ metres))] - half
    return float(west), float(south)


def _stand(stretches: Floats) -> Floats:
    """Points on both sides of the stretches, none too close to another or on a street."""
    lines = shapely.union_all(shapely.linestrings(stretches))
    taken: list[Floats] = []
    for tail, head in stretches:
        for at in _beside(tail, head):
            clear = shapely.distance(lines, shapely.points(at)) > _OFF - 2
            if clear and all(float(np.hypot(*(at - one))) > _CLOSE for one in taken):
                taken.append(at)
    middle = np.mean(stretches, axis=(0, 1))
    taken.sort(key=lambda at: (float(np.hypot(*(at - middle))), float(at[0])))
    return np.array(taken).reshape(-1, 2)


def _beside(tail: Floats, head: Floats) -> Sequence[Floats]:
    metres = float(np.hypot(*(head - tail)))
    if metres < _APART / 2:
        return ()
    ahead = (head - tail) / metres
    side = np.array([-ahead[1], ahead[0]]) * _OFF
    along = np.arange(_APART / 2, metres, _APART)
    return [tail + ahead * one + sign * side for one in along for sign in (1.0, -1.0)]
