"""Many requests and many supporters in one plan: who could go where, taken all together.

First as many requests as possible are met, then the walking is least, then the load is
fair. The plan is exact and comes with the bound that proves it. What it is for: phoning
the nearest for each request in turn leaves requests at the end without anybody, and costs
several times the walking.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.matching.arcs import Wanted, find_arcs, require_houses
from geo.matching.plan import Achieved, Rooms, best_plan
from geo.matching.reasons import tell_reasons
from geo.proximity import Basis, SupporterPool, require_positive
from geo.units import Minutes
from geo.walk.network import StreetNetwork

__all__ = ["USUAL_MOST", "USUAL_VISITS", "Achieved", "Matches", "match"]

USUAL_MOST: Final = 2.0
"""Visits a week that somebody can do who was not asked how many."""

USUAL_VISITS: Final = 1.0
"""Visits a week that a request takes where it is not said."""


class Matches(pd.DataFrame):
    """request_id, supporter_id, minutes, reason – and what the plan is worth.

    ``value`` is what it achieves, ``bound`` what none can better; equal, it is proven best.
    """

    _metadata: Final = ["value", "bound", "basis"]

    value: Achieved
    bound: Achieved
    basis: Basis

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return Matches

    @property
    def proven(self) -> bool:
        """No plan meets more requests, and none that meets as many walks less."""
        return self.value == self.bound


def match(
    requests: pd.DataFrame,
    households: gpd.GeoDataFrame,
    supporters: gpd.GeoDataFrame | SupporterPool,
    streets: StreetNetwork | None = None,
    *,
    within: Minutes = 30.0,
    grain: Minutes = 0.0,
    load: Mapping[str, float] | None = None,
) -> Matches:
    """One plan for many requests.

    Parameters
    ----------
    requests
        id, household_id, activity; where given weekday or weekdays, hours, modes, gender,
        steps_free, in_person, excluded as in `geo.Request`, and visits_per_week (null =
        `USUAL_VISITS`).
    households
        Households layer with those the requests name.
    supporters
        Supporters layer or a `SupporterPool`. Only active ones who offer the activity are
        taken, each up to most_per_week less load (null most = `USUAL_MOST`, null load = 0).
        What is unknown of days, hours, means and gender speaks against nobody.
    streets
        None estimates by the straight line × 1.3. Not read when a pool is given.
    within
        Minutes at most, half the round trip, and no more than the supporter's own limit.
    grain
        Walks that differ by less than so many minutes count alike, so that the load decides
        between them; 0 = to the millisecond.
    load
        Visits a week now assigned by supporter id; they go before the layer's column.

    Returns
    -------
    request_id, supporter_id (None = nobody), minutes (NaN = nobody, or by phone), reason (a
    code with facts), in the order of ``requests``. Ties break by the ids.

    ``value`` and ``bound`` are the requests met and the walking minutes of one visit to each.
    They are equal, the plan proven best, wherever all requests take as many visits a week;
    else the plan is good and the bound says how good at least.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong, ParameterWrong
    NotFound
        A request of a household that the layer does not have.
    """
    require_positive("within", within)
    if grain:
        require_positive("grain", grain)
    pool = (
        supporters if isinstance(supporters, SupporterPool) else SupporterPool(supporters, streets)
    )
    houses = require_houses(households)
    wanted = Wanted.of(requests, houses, USUAL_VISITS)
    possible = find_arcs(wanted, houses, pool, within)
    rooms = _rooms(pool, load or {})
    plan = best_plan(wanted.visits, possible.arcs, rooms, grain)
    met = plan.arc >= 0
    pair = plan.arc[met]
    supporter, minutes = np.full(len(wanted), None, object), np.full(len(wanted), np.nan)
    supporter[met] = pool.ids[possible.arcs.supporter[pair]]
    minutes[met] = possible.arcs.minutes[pair]
    order = np.argsort(wanted.rows, kind="stable")
    reasons = list(tell_reasons(wanted, houses, possible, pool, rooms, plan.arc))
    result = Matches(
        {
            "request_id": pd.Series([wanted.ids[row] for row in order], dtype=object),
            "supporter_id": pd.Series(supporter[order], dtype=object),
            "minutes": minutes[order],
            "reason": pd.Series([reasons[row] for row in order], dtype=object),
        }
    )
    result.value, result.bound, result.basis = plan.value, plan.bound, pool.basis
    return result


def _rooms(pool: SupporterPool, load: Mapping[str, float]) -> Rooms:
    now = np.nan_to_num(pool.load)
    for one, visits in load.items():
        if one in pool.rows:
            now[pool.rows[one]] = visits
    return Rooms(np.where(np.isnan(pool.most), USUAL_MOST, pool.most), now)
