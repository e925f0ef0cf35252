"""The land that nobody reaches, drawn from the streets that are really reached."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer

from geo.coverage.asking import Ask
from geo.coverage.stretches import find_stretches, plane_lines
from geo.crs import GEOGRAPHIC, plane_of, to_plane
from geo.errors import ParameterWrong
from geo.layers import check
from geo.proximity import SupporterPool, require_positive
from geo.spreading import spread_on_streets
from geo.units import DETOUR, Metres, Minutes
from geo.walk.network import StreetNetwork

Shapes = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

BESIDE: Final[Metres] = 50.0
"""Land no farther than this from a street belongs to it."""

_SLIVER: Final = 1.0
"""Square metres; what is smaller is left by rounding."""

_PIECE: Final[Metres] = 10.0
"""Streets in an area are counted in pieces no longer than this, by their middles."""


@dataclass(frozen=True)
class Ground:
    """What is reached and what is not, in one plane.

    Attributes
    ----------
    plane
        From longitude/latitude, x = east.
    reached
        Lines or points, each with the metres around it that belong to it.
    around
        Metres.
    missed
        Streets nobody reaches; None where no streets are known.
    round
        Sides of a quarter circle: few at the end of a street, many where all is circles.
    """

    plane: Transformer
    reached: Shapes
    around: Floats
    missed: Shapes | None
    round: int


def uncovered_areas(
    districts: gpd.GeoDataFrame,
    supporters: gpd.GeoDataFrame | SupporterPool,
    streets: StreetNetwork | None = None,
    *,
    activity: str | Ask | None = None,
    within: Minutes = 10.0,
    population: gpd.GeoDataFrame | None = None,
    households: gpd.GeoDataFrame | None = None,
    beside: Metres = BESIDE,
) -> gpd.GeoDataFrame:
    """The parts of districts that no active supporter reaches.

    What is reached is every stretch of street within somebody's walk there and back (see
    `street_cover`), and the land beside it.

    Parameters
    ----------
    districts
        Districts layer.
    supporters
        Supporters layer, or a `SupporterPool`.
    streets
        None takes circles of the straight line / 1.3 and says so in ``basis``. Not read when
        a pool is given.
    activity
        Only supporters who offer it; an `Ask` may name a day and an hour as well.
    within
        Minutes at most, and no more than the supporter's own limit.
    population
        Population layer; its people are spread along the streets.
    households
        Households at risk, to be counted.
    beside
        Metres from a street that belong to it.

    Returns
    -------
    One row per connected area, by district in the order of the layer, the largest first:
    district_id, area_m2, population (people living along its streets; of areas whose figure
    is known, null where none is), population_unknown (areas of the population layer without
    a figure that it takes part of; null without a layer), at_risk (households in it; null
    without a layer), street_metres (streets in it that nobody reaches; 0 = land without
    streets, null where no streets are known), basis, geometry (Polygon, EPSG:4326).

    Raises
    ------
    CrsMissing, CrsWrong, LayerFaulty, ParameterWrong
    """
    require_positive("within", within)
    if not 0 < beside < np.inf:
        raise ParameterWrong(name="beside", value=beside, wanted="a number of metres above 0")
    layer = check(districts, "districts", only=("id",))
    pool = (
        supporters if isinstance(supporters, SupporterPool) else SupporterPool(supporters, streets)
    )
    ask = activity if isinstance(activity, Ask) else Ask(activity)
    ground = _on_streets(pool, ask, within, beside) if pool.streets else None
    ground = ground or _in_circles(layer, pool, ask, within)
    shapes = _to(ground.plane, layer.geometry.to_numpy())
    parts = _left_over(shapes, ground)
    found = np.concatenate([np.empty(0, object), *parts])
    row = np.repeat(np.arange(len(layer)), [len(part) for part in parts])
    return gpd.GeoDataFrame(
        {
            "district_id": layer["id"].array.take(row),
            "area_m2": shapely.area(found),
            **_people(population, pool.streets, ground, found),
            "at_risk": _at_risk(households, ground, found),
            "street_metres": _missed_metres(ground, found),
            "basis": pd.Series([pool.basis] * len(found), dtype="str"),
        },
        geometry=_to(ground.plane, found, inverse=True),
        crs=GEOGRAPHIC,
    )


def _on_streets(pool: SupporterPool, ask: Ask, within: Minutes, beside: Metres) -> Ground | None:
    if pool.streets is None:
        return None
    found = find_stretches(pool, pool.streets, ask, within)
    reached = plane_lines(pool.streets, found, found.reached)
    missed = plane_lines(pool.streets, found, ~found.reached)
    return Ground(pool.streets.from_lonlat, reached, np.full(len(reached), beside), missed, 8)


def _in_circles(
    districts: gpd.GeoDataFrame, pool: SupporterPool, ask: Ask, within: Minutes
) -> Ground:
    plane = to_plane(plane_of(districts))
    member = np.flatnonzero(pool.active & (ask.marks(pool) == 1))
    member = member[pool.layer.geometry.notna().to_numpy()[member]]
    at = _to(plane, pool.layer.geometry.to_numpy()[member])
    radius = (pool.pace * np.minimum(pool.farthest, within) / DETOUR)[member]
    return Ground(plane, at, radius, None, 32)


def _to(plane: Transformer, shapes: Shapes, *, inverse: bool = False) -> Shapes:
    direction = "INVERSE" if inverse else "FORWARD"

    def move(xy: Floats) -> Floats:
        return np.column_stack(plane.transform(xy[:, 0], xy[:, 1], direction=direction))

    return np.asarray(shapely.transform(shapes, move), object)


def _left_over(shapes: Shapes, ground: Ground) -> list[Shapes]:
    """The parts of each district that are not reached, the largest first."""
    if not len(ground.reached):
        return [_parts(shape) for shape in shapes]
    bounds = shapely.bounds(ground.reached)
    bounds += np.column_stack([-ground.around, -ground.around, ground.around, ground.around])
    tree = shapely.STRtree(shapely.box(*bounds.T))

    def rest(shape: shapely.Geometry) -> Shapes:
        near = tree.query(shape)
        beside = shapely.buffer(ground.reached[near], ground.around[near], quad_segs=ground.round)
        return _parts(shapely.difference(shape, shapely.union_all(beside)))

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(rest, shapes))


def _parts(shape: shapely.Geometry | None) -> Shapes:
    """The surfaces of a shape, the largest first."""
    parts = shapely.get_parts(shape)
    size = shapely.area(parts)
    kept = np.flatnonzero(size > _SLIVER)
    return np.asarray(parts[kept[np.argsort(-size[kept], kind="stable")]], object)


def _people(
    population: gpd.GeoDataFrame | None,
    streets: StreetNetwork | None,
    ground: Ground,
    found: Shapes,
) -> dict[str, Floats]:
    nothing = np.full(len(found), np.nan)
    if population is None:
        return {"population": nothing, "population_unknown": nothing}
    layer = check(population, "population", only=("id", "people"))
    spread = spread_on_streets(layer, streets, columns=["people"])
    area, stretch = _inside(_to(ground.plane, spread.geometry.to_numpy()), found)
    people = spread["people"].to_numpy()[stretch]
    known = ~np.isnan(people)
    sums = np.bincount(area, np.where(known, people, 0.0), len(found)).astype(np.float64)
    hidden = pd.DataFrame({"area": area, "id": spread["area_id"].to_numpy()[stretch]})[~known]
    unknown = np.bincount(hidden.drop_duplicates()["area"], minlength=len(found))
    # Where the layer has a known figure and no street runs, nobody lives.
    shapes = _to(ground.plane, layer.geometry.to_numpy()[layer["people"].notna().to_numpy()])
    told = np.concatenate([area[known], _inside(shapely.point_on_surface(found), shapes)[1]])
    sums[np.setdiff1d(np.arange(len(found)), told)] = np.nan
    return {"population": sums, "population_unknown": unknown.astype(np.float64)}


def _at_risk(households: gpd.GeoDataFrame | None, ground: Ground, found: Shapes) -> Floats:
    if households is None:
        return np.full(len(found), np.nan)
    layer = check(households, "households", only=("id",))
    area, _ = _inside(_to(ground.plane, layer.geometry.to_numpy()), found)
    return np.bincount(area, minlength=len(found)).astype(np.float64)


def _inside(points: Shapes, areas: Shapes) -> tuple[Longs, Longs]:
    """Pairs of area and point in it."""
    area, point = shapely.STRtree(points).query(areas, predicate="intersects")
    return area, point


def _missed_metres(ground: Ground, found: Shapes) -> Floats:
    if ground.missed is None:
        return np.full(len(found), np.nan)
    length = shapely.length(ground.missed)
    many = np.ceil(length / _PIECE).astype(np.int64)
    line = np.repeat(np.arange(len(many)), many)
    place = np.arange(len(line)) - np.repeat(np.cumsum(many) - many, many)
    metres = (length / np.maximum(many, 1))[line]
    middles = shapely.line_interpolate_point(ground.missed[line], (place + 0.5) * metres)
    area, piece = _inside(middles, found)
    return np.bincount(area, metres[piece], len(found)).astype(np.float64)
