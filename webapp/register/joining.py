"""What one layer knows through another: a link's line, a household's district.

Rosters name ids; the map draws lines and the tables count by district. Both are made
when the layers are opened, so a corrected point moves its lines with it.
"""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.layers import LayerName
from webapp.layerstore import Layers

_COUNTED: Final[tuple[LayerName, ...]] = ("households", "supporters")


def join_layers(layers: Layers) -> dict[LayerName, gpd.GeoDataFrame]:
    """The layers with the lines of links and the districts of points filled in."""
    joined = dict(layers)
    if "districts" in joined:
        for name in _COUNTED:
            if name in joined:
                joined[name] = with_districts(joined[name], joined["districts"])
    if "links" in joined:
        joined["links"] = _with_lines(joined["links"], [joined[n] for n in _COUNTED if n in joined])
    return joined


def with_districts(points: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """District of each point that names none of these; on a border the first in order."""
    known = points["district_id"].isin(districts["id"])
    shapes = districts.geometry.to_numpy()
    spots = points.geometry.to_numpy()
    row, shape = shapely.STRtree(shapes).query(spots[~known], predicate="intersects")
    first = pd.Series(shape, index=row, dtype="int64").groupby(level=0).min()
    filled = points["district_id"].to_numpy(object, copy=True)
    rows = np.flatnonzero(~known)[first.index.to_numpy(np.int64)]
    filled[rows] = districts["id"].to_numpy(object)[first.to_numpy()]
    return points.assign(district_id=filled)


def _with_lines(links: gpd.GeoDataFrame, ends: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """A straight line between the two ends; as given where one has no position."""
    spots: dict[str, shapely.Point] = {}
    for layer in ends:
        placed = layer[layer.geometry.notna() & ~layer.geometry.is_empty]
        spots |= dict(zip(placed["id"], placed.geometry, strict=True))
    lines = links.geometry.to_numpy().copy()
    for row, pair in enumerate(zip(links["watcher_id"], links["watched_id"], strict=True)):
        if pair[0] in spots and pair[1] in spots:
            lines[row] = shapely.LineString([spots[pair[0]], spots[pair[1]]])
    return links.set_geometry(gpd.GeoSeries(lines, index=links.index, crs=links.crs))
