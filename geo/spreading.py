"""Figures of areas spread along their streets: people live where streets are.

A census area or a mesh cell says how many live there, not where. Its figure is shared out
by street length, so that hills, fields and water get nobody, and what is measured from
there is measured on foot.

Source: J. K. Wright (1936), A Method of Mapping Densities of Population, Geographical Review
26; by street length: M. Reibel, M. E. Bufalino (2005), Street-weighted interpolation
techniques for demographic count estimation in incompatible zone systems, Environment and
Planning A 37.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.crs import GEOGRAPHIC, require_geographic
from geo.errors import LayerFaulty, ParameterWrong
from geo.units import Metres
from geo.walk.along import coordinates, place_of_share
from geo.walk.labels import millimetres
from geo.walk.network import StreetNetwork

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]


class Pieces(NamedTuple):
    """Stretches of street of about equal length, by their middles; shape (pieces,)."""

    edge: Longs
    metres: Floats
    x: Floats
    y: Floats


def spread_on_streets(
    areas: gpd.GeoDataFrame,
    streets: StreetNetwork | None,
    *,
    columns: Sequence[str],
    every: Metres = 50.0,
) -> gpd.GeoDataFrame:
    """The figures of areas, shared out to the stretches of street inside them.

    Parameters
    ----------
    areas
        Polygons (or points) in longitude/latitude, one row per area, with an ``id``; the
        population layer, districts, mesh cells.
    streets
        The network; None, and every area stays one point.
    columns
        Number columns to share out by street length.
    every
        Metres; no stretch is longer. One that lies across a border counts where its middle
        is; one on a border counts on both sides.

    Returns
    -------
    One row per stretch and area in the order of the areas: area_id, metres of street, each of
    ``columns`` (float64; the rows of an area add up to its figure; unknown stays null),
    geometry (Point, EPSG:4326: the middle of the stretch). An area without a street has one
    row at an inner point of it, with metres 0; one without a shape has no geometry there.

    Raises
    ------
    CrsMissing, CrsWrong, LayerFaulty, ParameterWrong
    """
    require_geographic(areas, "The areas layer")
    _require_columns(areas, columns)
    if not 0 < every < np.inf:
        raise ParameterWrong(name="every", value=every, wanted="a number of metres above 0")
    area, metres, points = _stretches_inside(areas, streets, every)
    share = _shares(area, metres, len(areas))
    figures = {
        name: pd.to_numeric(areas[name]).to_numpy(np.float64, na_value=np.nan)[area] * share
        for name in columns
    }
    return gpd.GeoDataFrame(
        {"area_id": areas["id"].array.take(area), "metres": metres, **figures},
        geometry=points,
        crs=GEOGRAPHIC,
    )


def name_districts(points: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The points with the id of the district that each lies in as ``district_id``.

    Where districts overlap the first one counts; null outside all of them.
    """
    require_geographic(points, "The points")
    require_geographic(districts, "The districts layer")
    tree = shapely.STRtree(districts.geometry.to_numpy())
    point, district = tree.query(points.geometry.to_numpy(), predicate="intersects")
    first = np.full(len(points), len(districts), np.int64)
    np.minimum.at(first, point, district)
    ids = np.array([*districts["id"], None], object)
    return points.assign(district_id=ids[first])


def _require_columns(areas: gpd.GeoDataFrame, columns: Sequence[str]) -> None:
    faults = [f"column {name} is absent" for name in ("id", *columns) if name not in areas.columns]
    faults += [
        f"column {name} holds no numbers"
        for name in columns
        if name in areas.columns
        and (pd.to_numeric(areas[name], errors="coerce").isna() & areas[name].notna()).any()
    ]
    if faults:
        raise LayerFaulty(layer="areas", summary="; ".join(faults), faults=faults)


def cut_streets(streets: StreetNetwork, every: Metres) -> Pieces:
    """Every street that may be walked, cut into equal pieces no longer than ``every``."""
    metres = np.where(streets.edge_open.any(axis=1), millimetres(streets.edge_cost[:, 0]), 0) / 1e3
    many = np.ceil(metres / every).astype(np.int64)
    edge = np.repeat(np.arange(streets.edges), many)
    place = np.arange(len(edge)) - np.repeat(np.cumsum(many) - many, many)
    at = coordinates(streets, place_of_share(streets, edge, (place + 0.5) / many[edge]))
    return Pieces(edge, (metres / np.maximum(many, 1))[edge], at[:, 0], at[:, 1])


def _stretches_inside(
    areas: gpd.GeoDataFrame, streets: StreetNetwork | None, every: Metres
) -> tuple[Longs, Floats, npt.NDArray[np.object_]]:
    """Row of the area, metres and point of every stretch, by area, then along the streets."""
    shapes = areas.geometry.to_numpy()
    if streets is None:
        area, metres = np.empty(0, np.int64), np.empty(0)
        points = np.empty(0, object)
    else:
        middles, lengths = _middles(areas, streets, every)
        piece, area = shapely.STRtree(shapes).query(middles, predicate="intersects")
        order = np.lexsort((piece, area))
        area, metres, points = area[order], lengths[piece[order]], middles[piece[order]]
    # A point meets a street's middle only by chance; an area of no extent stays one point.
    without = np.setdiff1d(np.arange(len(areas)), area)
    area = np.concatenate([area, without])
    metres = np.concatenate([metres, np.zeros(len(without))])
    points = np.concatenate([points, shapely.point_on_surface(shapes[without])])
    points[shapely.is_empty(points)] = None
    order = np.argsort(area, kind="stable")
    return area[order], metres[order], points[order]


def _middles(
    areas: gpd.GeoDataFrame, streets: StreetNetwork, every: Metres
) -> tuple[npt.NDArray[np.object_], Floats]:
    """Middles (longitude/latitude) and lengths of the pieces in the bounds of the areas."""
    pieces = cut_streets(streets, every)
    west, south, east, north = areas.total_bounds
    if not np.isfinite(west):
        return np.empty(0, object), np.empty(0)
    box = streets.from_lonlat.transform_bounds(west, south, east, north)
    near = (box[0] - every <= pieces.x) & (pieces.x <= box[2] + every)
    near &= (box[1] - every <= pieces.y) & (pieces.y <= box[3] + every)
    lon, lat = streets.from_lonlat.transform(pieces.x[near], pieces.y[near], direction="INVERSE")
    return shapely.points(lon, lat), pieces.metres[near]


def _shares(area: Longs, metres: Floats, areas: int) -> Floats:
    """Of its area's figure what each stretch gets."""
    total = np.bincount(area, metres, areas)[area]
    return np.where(total > 0, metres / np.where(total > 0, total, 1.0), 1.0)
