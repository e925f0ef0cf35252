"""The estimate where no streets are known: straight line × 1.3, and said to be one."""

from __future__ import annotations

from itertools import chain

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from geo.crs import plane_of, to_plane
from geo.units import DETOUR, Metres
from geo.walk.reach import Nearest, Trips, Walks, join_trips
from geo.walk.search import merge_rows

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]


def plane_points(*layers: gpd.GeoDataFrame) -> list[Floats]:
    """Points of layers in one plane, shape (n, 2) each; NaN without a position."""
    plane = to_plane(plane_of(layers[0]))
    points = []
    for layer in layers:
        at = layer.geometry.to_numpy()
        x, y = plane.transform(shapely.get_x(at), shapely.get_y(at))
        found = np.column_stack([np.asarray(x, np.float64), np.asarray(y, np.float64)])
        points.append(np.where(np.isfinite(found), found, np.nan))
    return points


def straight_walks(
    household: gpd.GeoDataFrame, supporters: gpd.GeoDataFrame, pace: Floats
) -> Walks:
    """The walk of every supporter to one household; NaN without a position."""
    house, pool = plane_points(household, supporters)
    metres = np.hypot(*(pool - house[0]).T)
    minutes = metres * DETOUR / pace
    return Walks(minutes, minutes, minutes, metres)


def straight_trips(
    households: gpd.GeoDataFrame, supporters: gpd.GeoDataFrame, pace: Floats, limit: Floats
) -> Trips:
    """Every pair of supporter (source) and household (target) within the supporter's limit."""
    houses, pool = plane_points(households, supporters)
    rows = np.flatnonzero(np.isfinite(houses[:, 0]))
    placed = np.isfinite(pool[:, 0])
    tree = cKDTree(houses[rows])
    found: list[Trips] = []
    for group in np.unique(np.column_stack([pace, limit])[placed], axis=0):
        member = np.flatnonzero(placed & (pace == group[0]) & (limit == group[1]))
        reach = float(group[0] * group[1] / DETOUR)
        near = cKDTree(pool[member]).query_ball_tree(tree, reach * (1 + 1e-9))
        source = np.repeat(member, [len(one) for one in near])
        target = rows[np.fromiter(chain.from_iterable(near), np.int64)]
        metres = np.hypot(*(pool[source] - houses[target]).T)
        kept = metres <= reach
        minutes = metres[kept] * DETOUR / group[0]
        found.append(Trips(source[kept].astype(np.int32), target[kept].astype(np.int32), minutes))
    source, target, minutes = join_trips(found)
    order = np.lexsort((target, source))
    return Trips(source[order], target[order], minutes[order])


def nearest_straight(
    households: gpd.GeoDataFrame,
    supporters: gpd.GeoDataFrame,
    pace: Floats,
    limit: Floats,
    k: int,
) -> Nearest:
    """The ``k`` nearest supporters of every household.

    Parameters
    ----------
    supporters
        In the order in which ties are broken.
    pace
        Metres a minute of each supporter.
    limit
        Minutes at most of each supporter.
    """
    houses, pool = plane_points(households, supporters)
    merged = Nearest(
        np.full((len(houses), k), np.inf),
        np.zeros((len(houses), k)),
        np.full((len(houses), k), -1, np.int32),
    )
    rows = np.flatnonzero(np.isfinite(houses[:, 0]))
    placed = np.isfinite(pool[:, 0])
    for group in np.unique(np.column_stack([pace, limit])[placed], axis=0):
        member = np.flatnonzero(placed & (pace == group[0]) & (limit == group[1]))
        reach = float(group[0] * group[1] / DETOUR)
        metres, who = _nearest_of_group(houses[rows], pool[member], reach, k)
        part = Nearest(
            np.full_like(merged.minutes, np.inf),
            np.zeros_like(merged.metres),
            np.full_like(merged.source, -1),
        )
        found = np.isfinite(metres)
        part.minutes[rows] = np.where(found, metres * DETOUR / group[0], np.inf)
        part.metres[rows] = np.where(found, metres, 0.0)
        part.source[rows] = np.where(found, member[np.where(found, who, 0)], -1)
        merge_rows(*merged, *part)
    return merged


def _nearest_of_group(houses: Floats, pool: Floats, reach: Metres, k: int) -> tuple[Floats, Longs]:
    """Distances and members, nearest first, of equals the lower number; shape (houses, k)."""
    asked = min(k + 1, len(pool))
    found = cKDTree(pool).query(houses, k=range(1, asked + 1))
    metres, who = np.asarray(found[0], np.float64), np.asarray(found[1], np.int64)
    # The tree breaks ties as it likes: where the last one taken ties with the first one
    # left, all members at that distance are looked at.
    if asked == k + 1:
        for row in np.flatnonzero(metres[:, k - 1] == metres[:, k]):
            every = np.hypot(*(pool - houses[row]).T)
            who[row] = np.lexsort((np.arange(len(pool)), every))[:asked]
    metres = np.hypot(pool[who, 0] - houses[:, None, 0], pool[who, 1] - houses[:, None, 1])
    order = np.lexsort((who, metres), axis=1)[:, :k]
    metres = np.take_along_axis(metres, order, axis=1)
    who = np.take_along_axis(who, order, axis=1)
    metres[metres > reach] = np.inf
    short = k - metres.shape[1]
    if short > 0:
        metres = np.pad(metres, ((0, 0), (0, short)), constant_values=np.inf)
        who = np.pad(who, ((0, 0), (0, short)))
    return metres, who
