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
    placed = [one[~(one.geometry.isna() | one.geometry.is_empty)] for one in ends]
    ids = pd.Index([str(identity) for one in placed for identity in one["id"]], dtype=object)
    if ids.empty or links.empty:
        return links
    spots = np.vstack([shapely.get_coordinates(one.geometry.to_numpy()) for one in placed])
    last = ~ids.duplicated(keep="last")
    ids, spots = ids[last], spots[last]
    start, end = (ids.get_indexer(pd.Index(links[name])) for name in ("watcher_id", "watched_id"))
    both = (start >= 0) & (end >= 0)
    lines = links.geometry.to_numpy().copy()
    lines[both] = shapely.linestrings(np.stack([spots[start[both]], spots[end[both]]], axis=1))
    return links.set_geometry(gpd.GeoSeries(lines, index=links.index, crs=links.crs))
