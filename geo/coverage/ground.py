"""Where the demand stands, on streets or on a plane, and what is reached of it from where."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import Final, NamedTuple, Protocol

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from geo.crs import plane_of, to_plane
from geo.proximity import Basis
from geo.units import DETOUR
from geo.walk.attach import attach, attach_plane
from geo.walk.covered import Reach, join_reach, reach_there_and_back
from geo.walk.network import StreetNetwork
from geo.walk.straight import plane_points

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_CHUNK: Final = 256
"""Starts looked around at a time where there are no streets."""


class Starts(NamedTuple):
    """Where helpers start from; shape (starts,) each."""

    lon: Floats
    lat: Floats
    """Degrees; NaN without a position."""
    pace: Floats
    """Metres a minute."""
    limit: Floats
    """Minutes at most, half the round trip."""

    def only(self, rows: npt.NDArray[np.int64]) -> Starts:
        """Some of them."""
        return Starts(*(column[rows] for column in self))


class Ground(Protocol):
    """The demand, put where minutes are found."""

    @property
    def basis(self) -> Basis:
        """How minutes are found."""
        ...

    @property
    def placed(self) -> Flags:
        """Which rows of the demand have a position."""
        ...

    def reach(self, starts: Starts) -> Reach:
        """Rows of the demand within the limit of each start, with the minutes."""
        ...


class Streets:
    """The demand put on the streets once."""

    basis: Basis = "streets"

    def __init__(self, demand: gpd.GeoDataFrame, streets: StreetNetwork) -> None:
        self.network = streets
        self.attached = attach(demand, streets)
        self.stops = self.attached.stops()
        self.placed: Flags = self.attached.part >= 0

    def reach(self, starts: Starts) -> Reach:
        """Within the walk there and back along the streets."""
        if not len(starts.lon):
            return join_reach([])
        x, y = self.network.from_lonlat.transform(starts.lon, starts.lat)
        sources = attach_plane(np.asarray(x, np.float64), np.asarray(y, np.float64), self.network)
        return reach_there_and_back(sources, self.attached, self.stops, starts.pace, starts.limit)


class StraightLine:
    """The demand in its plane: the estimate where no streets are known."""

    basis: Basis = "straight_line"

    def __init__(self, demand: gpd.GeoDataFrame) -> None:
        self.plane = to_plane(plane_of(demand))
        (self.points,) = plane_points(demand)
        self.placed: Flags = np.isfinite(self.points[:, 0])

    @cached_property
    def _rows(self) -> npt.NDArray[np.int64]:
        return np.flatnonzero(self.placed)

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self.points[self._rows])

    def reach(self, starts: Starts) -> Reach:
        """Within the straight line × 1.3."""
        x, y = self.plane.transform(starts.lon, starts.lat)
        at = np.column_stack([x, y]).astype(np.float64)
        whole = range(0, len(at), _CHUNK)
        return join_reach([self._around(at[i : i + _CHUNK], starts, i) for i in whole])

    def _around(self, at: Floats, starts: Starts, first: int) -> Reach:
        chosen = slice(first, first + len(at))
        pace = starts.pace[chosen]
        radius = pace * starts.limit[chosen] / DETOUR
        here = np.flatnonzero(np.isfinite(at[:, 0]))
        found: list[list[int]] = [[] for _ in at]
        near = self._tree.query_ball_point(at[here], radius[here] * (1 + 1e-9), return_sorted=True)
        for start, rows in zip(here.tolist(), near, strict=True):
            found[start] = rows
        source = np.repeat(np.arange(len(at)), [len(rows) for rows in found])
        target = self._rows[np.fromiter(chain.from_iterable(found), np.int64)]
        metres = np.hypot(*(at[source] - self.points[target]).T)
        kept = metres <= radius[source]
        many = np.bincount(source[kept], minlength=len(at))
        return Reach(
            np.concatenate([[0], np.cumsum(many)]).astype(np.int64),
            target[kept].astype(np.int32),
            metres[kept] * DETOUR / pace[source[kept]],
        )


def place(demand: gpd.GeoDataFrame, streets: StreetNetwork | None) -> Streets | StraightLine:
    """The demand on the streets, or in a plane where there are none."""
    return StraightLine(demand) if streets is None else Streets(demand, streets)


def starts_of(points: gpd.GeoDataFrame, pace: Floats, limit: Floats) -> Starts:
    """The points of a layer as starts."""
    at = points.geometry.to_numpy()
    return Starts(shapely.get_x(at), shapely.get_y(at), pace, limit)
