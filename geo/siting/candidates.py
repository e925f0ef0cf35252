"""Places that could be chosen: along the streets, or the middles of mesh cells."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.crs import GEOGRAPHIC, MeshLevel, mesh_bounds, require_geographic
from geo.errors import ParameterWrong
from geo.masking import meshes_of
from geo.spreading import cut_streets, name_districts
from geo.units import Metres
from geo.walk.attach import ISLET
from geo.walk.network import StreetNetwork

Floats = npt.NDArray[np.float64]

_FINER: Final = 4.0
"""Streets are looked at in pieces so many times shorter than the places are apart."""


def street_candidates(
    streets: StreetNetwork, *, every: Metres = 200.0, districts: gpd.GeoDataFrame | None = None
) -> gpd.GeoDataFrame:
    """Places on the streets, one in each square that has a street.

    Parameters
    ----------
    streets
        The network. Parts of it that lead nowhere (see `geo.walk.attach.ISLET`) have none.
    every
        Side of the squares in metres; the place nearest to the middle of each is taken.
    districts
        Only places inside them; None = everywhere.

    Returns
    -------
    id (square, counted in the plane, so that the same place keeps it), district_id where
    districts are given, geometry (Point, EPSG:4326).

    Raises
    ------
    CrsMissing, CrsWrong, ParameterWrong
    """
    if not 0 < every < np.inf:
        raise ParameterWrong(name="every", value=every, wanted="a number of metres above 0")
    pieces = cut_streets(streets, every / _FINER)
    part = streets.edge_part[pieces.edge]
    main = (part == 0) | (streets.part_metres[part] >= ISLET)
    x, y = pieces.x[main], pieces.y[main]
    east, north = np.floor(x / every).astype(np.int64), np.floor(y / every).astype(np.int64)
    off = np.hypot(x - (east + 0.5) * every, y - (north + 0.5) * every)
    order = np.lexsort((x, off, north, east))
    cell = np.column_stack([east, north])[order]
    lead = order[np.any(np.diff(cell, axis=0, prepend=cell[:1] - 1) != 0, axis=1)]
    lon, lat = streets.from_lonlat.transform(x[lead], y[lead], direction="INVERSE")
    ids = [f"street-{e}-{n}" for e, n in zip(east[lead], north[lead], strict=True)]
    return _inside(_layer(ids, lon, lat), districts)


def mesh_candidates(districts: gpd.GeoDataFrame, level: MeshLevel = "250m") -> gpd.GeoDataFrame:
    """The middles of mesh cells that lie in the districts.

    Parameters
    ----------
    districts
        Districts layer.
    level
        Nominal side of the cells.

    Returns
    -------
    id (mesh code), district_id, geometry (Point, EPSG:4326).

    Raises
    ------
    CrsMissing, CrsWrong, ParameterWrong

    Source: JIS X 0410:1976 地域メッシュコード.
    """
    require_geographic(districts, "The districts layer")
    codes = meshes_of(districts, level)
    bounds = np.array([mesh_bounds(code) for code in codes]).reshape(-1, 4)
    middles = (bounds[:, :2] + bounds[:, 2:]) / 2.0
    return _inside(_layer(codes, middles[:, 0], middles[:, 1]), districts)


def _layer(ids: list[str], lon: Floats, lat: Floats) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": ids}, geometry=shapely.points(lon, lat), crs=GEOGRAPHIC)


def _inside(layer: gpd.GeoDataFrame, districts: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    if districts is None:
        return layer
    named = name_districts(layer, districts)
    return named[named["district_id"].notna()].reset_index(drop=True)
