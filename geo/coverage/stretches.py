"""The streets that helpers really reach, and those they do not."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.coverage.asking import Ask
from geo.crs import GEOGRAPHIC
from geo.proximity import SupporterPool, require_positive
from geo.units import Minutes
from geo.walk.along import cut_lines, metres_gone
from geo.walk.attach import attach
from geo.walk.network import StreetNetwork
from geo.walk.stretches import Stretches, reached_stretches


def street_cover(
    supporters: gpd.GeoDataFrame | SupporterPool,
    streets: StreetNetwork,
    *,
    ask: Ask | None = None,
    within: Minutes = 10.0,
) -> gpd.GeoDataFrame:
    """Every street, cut where the reach of helpers ends.

    Parameters
    ----------
    supporters
        Supporters layer or a pool; those active who count for sure, each at their own pace
        and no farther than their own limit.
    streets
        The network; closed streets are left out.
    ask
        Which helpers count; None = all.
    within
        Minutes at most, half of there and back.

    Returns
    -------
    One row per stretch, by edge, then from its tail: edge, metres, reached (bool), geometry
    (LineString, EPSG:4326). Both kinds together are the whole of every street.

    Raises
    ------
    CrsMissing, CrsWrong, LayerFaulty, ParameterWrong
    """
    require_positive("within", within)
    pool = (
        supporters if isinstance(supporters, SupporterPool) else SupporterPool(supporters, streets)
    )
    found = find_stretches(pool, streets, ask or Ask(), within)
    coordinates, part = cut_lines(streets, found.low, found.high)
    lon, lat = streets.from_lonlat.transform(*coordinates.T, direction="INVERSE")
    return gpd.GeoDataFrame(
        {
            "edge": found.edge.astype(np.int64),
            "metres": metres_gone(streets, found.high) - metres_gone(streets, found.low),
            "reached": found.reached,
        },
        geometry=shapely.linestrings(np.column_stack([lon, lat]), indices=part),
        crs=GEOGRAPHIC,
    )


def find_stretches(
    pool: SupporterPool, streets: StreetNetwork, ask: Ask, within: Minutes
) -> Stretches:
    """The same as arrays."""
    member = np.flatnonzero(pool.active & (ask.marks(pool) == 1))
    limit = np.minimum(pool.farthest, within)[member]
    sources = attach(pool.layer.iloc[member], streets)
    return reached_stretches(sources, pool.pace[member], limit)


def plane_lines(
    streets: StreetNetwork, found: Stretches, chosen: npt.NDArray[np.bool_]
) -> npt.NDArray[np.object_]:
    """Some stretches as lines in the network's plane."""
    coordinates, part = cut_lines(streets, found.low[chosen], found.high[chosen])
    return np.asarray(shapely.linestrings(coordinates, indices=part), object)
