"""Who reaches a shelter on foot."""

from __future__ import annotations

from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.layers import check
from geo.refuge.danger import FLEEING_PACE, Danger, Floats, Longs, placed
from geo.terms import FLIGHTS
from geo.units import MetresPerMinute, Minutes

_SEARCHED: Final = 3.0
"""How many times the limit is searched to say how far the nearest shelter is."""


class _Nearest(NamedTuple):
    """The nearest shelter of everybody; shape (people,) each."""

    minutes: Floats
    """NaN where there is none within the search."""
    shelter: Longs
    """Row of the shelter, -1 where there is none."""


def find_shelters(danger: Danger, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The shelters among the places, in order of their ids, and which stand in the hazard.

    Parameters
    ----------
    danger
        Streets and hazard.
    places
        Places layer.

    Returns
    -------
    The rows of kind shelter with a position, and inside (bool).

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong
    """
    known = check(places, "places", only=("id", "kind", "name"))
    found = known[(known["kind"] == "shelter").to_numpy(bool) & placed(known)]
    ordered = found.sort_values("id", kind="stable").reset_index(drop=True)
    return ordered.assign(inside=danger.inside(ordered))


def flee(
    danger: Danger,
    people: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    within: Minutes = 15.0,
    pace: MetresPerMinute = FLEEING_PACE,
) -> pd.DataFrame:
    """Who reaches a shelter on foot, which one, and how long it takes.

    Parameters
    ----------
    danger
        Streets and hazard.
    people
        Points with an id, longitude/latitude: households, or stretches of street that stand
        for some.
    places
        Places layer; its shelters outside the hazard count. Of two equally far the one whose
        id comes first is taken.
    within
        Minutes they may walk.
    pace
        Metres a minute on flat ground.

    Returns
    -------
    One row per row of ``people`` in their order: id; state, see `geo.terms.FLIGHTS`
    ("reached" within the time without walking through the hazard; "cut_off" only through
    it; "inside" the hazard itself; "beyond" the time even on open streets; "unknown" without
    a position); shelter_id and minutes once the hazard is there (not for those inside);
    shelter_before and minutes_before while all streets are open; basis. Ids are null and
    minutes NaN where there is none within three times ``within``.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong, ParameterWrong
    """
    havens = find_shelters(danger, places)
    havens = havens[~havens["inside"]].reset_index(drop=True)
    before, there = (
        _nearest(danger, people, havens, within * _SEARCHED, pace, closed=closed)
        for closed in (False, True)
    )
    inside = danger.inside(people)
    state = np.full(len(people), "beyond", object)
    state[before.minutes <= within] = "cut_off"
    state[there.minutes <= within] = "reached"
    state[inside] = "inside"
    state[~placed(people)] = "unknown"
    ids = np.array([*havens["id"], None], object)
    return pd.DataFrame(
        {
            "id": people["id"].to_numpy(object),
            "state": pd.Categorical(state, list(FLIGHTS)),
            "shelter_id": pd.Series(ids[np.where(inside, -1, there.shelter)], dtype=object),
            "minutes": np.where(inside, np.nan, there.minutes),
            "shelter_before": pd.Series(ids[before.shelter], dtype=object),
            "minutes_before": before.minutes,
            "basis": danger.basis,
        }
    )


def _nearest(
    danger: Danger,
    people: gpd.GeoDataFrame,
    havens: gpd.GeoDataFrame,
    within: Minutes,
    pace: MetresPerMinute,
    *,
    closed: bool,
) -> _Nearest:
    best = _Nearest(np.full(len(people), np.nan), np.full(len(people), -1))
    for some in danger.walks(people, havens, within=within, pace=pace, closed=closed):
        nearer = ~(some.minutes >= best.minutes[some.row])
        best.minutes[some.row[nearer]] = some.minutes[nearer]
        best.shelter[some.row[nearer]] = some.goal
    return best


def count_states(
    states: pd.Series, areas: pd.Series, weight: pd.Series | None = None
) -> pd.DataFrame:
    """How many are in which state by area.

    Parameters
    ----------
    states
        Of `flee` or of `geo.refuge.rescue`.
    areas
        The area of each row: a district, a mesh cell; null rows are counted nowhere.
    weight
        How many each row stands for; None = one. A null weight counts as nobody known.

    Returns
    -------
    One row per area in order, one column per state, and total, the sum of the others.
    """
    shares = np.ones(len(states)) if weight is None else weight.fillna(0.0).to_numpy(np.float64)
    table = pd.DataFrame({"area": areas.to_numpy(), "state": states.array, "n": shares})
    counts = table.pivot_table(
        index="area", columns="state", values="n", aggfunc="sum", observed=False, fill_value=0.0
    )
    counts.columns = pd.Index([str(one) for one in counts.columns])
    return counts.assign(total=counts.sum(axis=1))
