"""The ground that is closed, and walks around it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.crs import require_geographic
from geo.errors import ParameterWrong
from geo.layers import check
from geo.proximity import Basis, require_positive
from geo.units import DETOUR, Metres, MetresPerMinute, Minutes
from geo.walk.attach import attach
from geo.walk.closing import close_ground
from geo.walk.labels import milliseconds
from geo.walk.network import StreetNetwork
from geo.walk.reach import walk_rows
from geo.walk.slope import require_pace
from geo.walk.straight import plane_points

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

FLEEING_PACE: Final[MetresPerMinute] = 60.0
"""Metres a minute of those who flee.

Source: 内閣府 津波避難ビル等に係るガイドライン (2005): 1.0 m/s on foot; half of that for those
who walk with difficulty.
"""

_AT_ONCE: Final = 64
"""Goals searched from together: what bounds the memory."""

_MINUTE: Final = 60_000.0


class Walkers(NamedTuple):
    """Those who can walk to one goal."""

    goal: int
    """Row of the goal."""
    row: Longs
    minutes: Floats
    """One way."""


def closing_hazards(hazards: gpd.GeoDataFrame, *, deeper_than: Metres = 0.0) -> gpd.GeoDataFrame:
    """The hazards that nobody walks through.

    Parameters
    ----------
    hazards
        Hazards layer.
    deeper_than
        Metres of water one still walks through: an area whose depth is at most this is left
        out. One whose depth is not told, or has no end, closes.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong, ParameterWrong
    """
    if not 0 <= deeper_than < np.inf:
        raise ParameterWrong(name="deeper_than", value=deeper_than, wanted="0 or more metres")
    areas = check(hazards, "hazards")
    depth = pd.to_numeric(areas["depth_to"]).to_numpy(np.float64, na_value=np.nan)
    return areas[~(depth <= deeper_than)].reset_index(drop=True)


class Danger:
    """The streets of a place with a hazard on them, prepared once and asked many times.

    Parameters
    ----------
    hazards
        Hazards layer: the areas that the study takes for flooded or buried, all at once.
    streets
        None estimates by the straight line × 1.3, and calls a way closed that would lead
        through the hazard.
    deeper_than
        See `closing_hazards`.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong, ParameterWrong
    """

    def __init__(
        self,
        hazards: gpd.GeoDataFrame,
        streets: StreetNetwork | None = None,
        *,
        deeper_than: Metres = 0.0,
    ) -> None:
        self.hazards = closing_hazards(hazards, deeper_than=deeper_than)
        self.streets = streets

    @property
    def basis(self) -> Basis:
        """How minutes are found."""
        return "straight_line" if self.streets is None else "streets"

    @cached_property
    def closed(self) -> StreetNetwork | None:
        """The streets once the hazard is there."""
        return None if self.streets is None else close_ground(self.streets, self._areas)

    @cached_property
    def _areas(self) -> Shapes:
        return self.hazards.geometry.to_numpy()

    def inside(self, layer: gpd.GeoDataFrame) -> Flags:
        """Which points lie in the hazard; False without a position."""
        require_geographic(layer, "The layer")
        found = np.zeros(len(layer), bool)
        points = layer.geometry.to_numpy()
        there = np.flatnonzero(placed(layer))
        if len(self._areas) and len(there):
            tree = shapely.STRtree(points[there])
            found[there[tree.query(self._areas, predicate="intersects")[1]]] = True
        return found

    def walks(
        self,
        people: gpd.GeoDataFrame,
        goals: gpd.GeoDataFrame,
        *,
        within: Minutes,
        pace: MetresPerMinute,
        closed: bool,
    ) -> Iterator[Walkers]:
        """Of every goal those who can walk to it, goal after goal.

        Parameters
        ----------
        people, goals
            Points, longitude/latitude; one without a position is in no walk.
        within
            Minutes one way.
        pace
            Metres a minute on flat ground.
        closed
            Whether the hazard is there; else all streets are open.

        Raises
        ------
        CrsMissing, CrsWrong, ParameterWrong
        """
        require_positive("within", within)
        require_pace(pace)
        network = self.closed if closed else self.streets
        if network is not None:
            yield from _street_walks(people, goals, within, pace, network)
        elif len(people) and len(goals):
            areas = self._areas if closed else self._areas[:0]
            yield from _straight_walks(people, goals, within, pace, areas)


def _street_walks(
    people: gpd.GeoDataFrame,
    goals: gpd.GeoDataFrame,
    within: Minutes,
    pace: MetresPerMinute,
    network: StreetNetwork,
) -> Iterator[Walkers]:
    walkers, ends = attach(people, network), attach(goals, network)
    stops = walkers.stops()
    for low in range(0, len(goals), _AT_ONCE):
        part = ends.only(slice(low, low + _AT_ONCE))
        rows = walk_rows(part, walkers, stops, within * pace / network.pace, backward=True)
        minutes = milliseconds(rows.label).astype(np.float64) * (network.pace / (_MINUTE * pace))
        for goal in range(len(part)):
            own = slice(int(rows.first[goal]), int(rows.first[goal + 1]))
            yield Walkers(low + goal, rows.target[own].astype(np.int64), minutes[own])


def _straight_walks(
    people: gpd.GeoDataFrame,
    goals: gpd.GeoDataFrame,
    within: Minutes,
    pace: MetresPerMinute,
    areas: Shapes,
) -> Iterator[Walkers]:
    at, ends = plane_points(people, goals)
    degrees = [_coordinates(layer) for layer in (people, goals)]
    tree = shapely.STRtree(areas)
    for goal in range(len(goals)):
        minutes = np.asarray(np.hypot(*(at - ends[goal]).T) * DETOUR / pace, np.float64)
        near = np.flatnonzero(minutes <= within)
        far = np.broadcast_to(degrees[1][goal], (len(near), 2))
        ways = np.asarray(shapely.linestrings(np.stack([degrees[0][near], far], axis=1)), object)
        crossing = np.unique(tree.query(ways, predicate="intersects")[0])
        near = np.delete(near, crossing)
        yield Walkers(goal, near, minutes[near])


def placed(layer: gpd.GeoDataFrame) -> Flags:
    """Which rows have a position."""
    shapes = layer.geometry
    return (shapes.notna() & ~shapes.is_empty).to_numpy(bool)


def _coordinates(layer: gpd.GeoDataFrame) -> Floats:
    """Longitude and latitude, NaN without a position; shape (n, 2)."""
    shapes = layer.geometry.to_numpy()
    return np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
