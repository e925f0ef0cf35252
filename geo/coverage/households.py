"""Whom nobody reaches."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.layers import check
from geo.proximity import SupporterPool
from geo.units import Minutes
from geo.walk.network import StreetNetwork

_SEARCHED: Final = 3.0
"""How many times the limit is searched to say how far the nearest one is."""


def uncovered_households(
    households: gpd.GeoDataFrame,
    supporters: gpd.GeoDataFrame | SupporterPool,
    streets: StreetNetwork | None = None,
    *,
    activity: str | None = None,
    within: Minutes = 10.0,
) -> gpd.GeoDataFrame:
    """Households that no active supporter reaches.

    Parameters
    ----------
    households
        Households layer.
    supporters
        Supporters layer, or a `SupporterPool`; the rules of `nearest_supporters`.
    streets
        None estimates by the straight line × 1.3. Not read when a pool is given.
    activity
        Only supporters who offer it. Households count whether they want it now or not: see
        ``wanted``.
    within
        Minutes at most, and no more than the supporter's own limit.

    Returns
    -------
    The rows of ``households`` in their order, with reason ("beyond", or "no_position" where
    nothing can be said), minutes to the nearest supporter beyond ``within`` (NaN where
    there is none within three times the limit, or it is not known), and wanted: whether the
    activity is among their needs (null where they were not asked, or for no activity).

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong, ParameterWrong
    """
    pool = (
        supporters if isinstance(supporters, SupporterPool) else SupporterPool(supporters, streets)
    )
    houses = check(households, "households", only=("id", "needs"))
    near = pool.nearest(houses, activity=activity, k=1, within=within)
    missing = houses[~houses["id"].isin(near["household_id"])]
    beyond = pool.nearest(missing, activity=activity, k=1, within=within * _SEARCHED)
    minutes = missing["id"].map(beyond.set_index("household_id")["minutes"]).astype(np.float64)
    placed = missing.geometry.notna() & ~missing.geometry.is_empty
    return missing.assign(
        reason=np.where(placed, "beyond", "no_position"),
        minutes=minutes,
        wanted=pd.array([_wants(needs, activity) for needs in missing["needs"]], dtype="boolean"),
    )


def _wants(needs: object, activity: str | None) -> bool | None:
    if activity is None or not isinstance(needs, (list, tuple, np.ndarray)):
        return None
    return activity in needs
