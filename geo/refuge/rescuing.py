"""Who could fetch whom: those who look in on others, and helpers near."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.layers import check
from geo.refuge.danger import FLEEING_PACE, Danger, Floats, Longs, placed
from geo.terms import RESCUES
from geo.units import MetresPerMinute, Minutes
from geo.watching import watch_pairs


def find_watchers(
    danger: Danger,
    households: gpd.GeoDataFrame,
    links: gpd.GeoDataFrame,
    watchers: Sequence[gpd.GeoDataFrame],
    *,
    within: Minutes = 15.0,
    pace: MetresPerMinute = FLEEING_PACE,
) -> pd.DataFrame:
    """Every watcher of every household: whether they stand in the hazard, and their walk.

    Parameters
    ----------
    danger
        Streets and hazard.
    households, links
        Layers; a mutual link counts both ways.
    watchers
        Layers of those who look in on others: households and supporters.
    within, pace
        Minutes a watcher may walk to the house, and how fast.

    Returns
    -------
    One row per pair, in the order of ``households``, then by watcher: household_id,
    watcher_id, inside (whether the watcher stands in the hazard; null without a position),
    minutes once the hazard is there, minutes_before while all streets are open (NaN beyond
    ``within``).

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong, ParameterWrong
    """
    houses = check(households, "households", only=("id",))
    pairs = watch_pairs(houses, links)
    people = gpd.GeoDataFrame(
        {"id": pd.concat([layer["id"] for layer in watchers], ignore_index=True)},
        geometry=pd.concat([layer.geometry for layer in watchers], ignore_index=True),
        crs=houses.crs,
    )
    people = people[people["id"].isin(pairs["watcher_id"])].reset_index(drop=True)
    who = pd.Index(people["id"]).get_indexer(pd.Index(pairs["watcher_id"])).astype(np.int64)
    inside = pd.array(np.append(danger.inside(people), False)[who], dtype="boolean")
    inside[~np.append(placed(people), False)[who]] = pd.NA
    house = pd.Index(houses["id"]).get_indexer(pd.Index(pairs["household_id"])).astype(np.int64)
    minutes = [
        _of_pairs(danger, (houses, people), (house, who), within, pace, closed=closed)
        for closed in (True, False)
    ]
    return pairs.assign(inside=inside, minutes=minutes[0], minutes_before=minutes[1])


def _of_pairs(
    danger: Danger,
    layers: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    pairs: tuple[Longs, Longs],
    within: Minutes,
    pace: MetresPerMinute,
    *,
    closed: bool,
) -> Floats:
    """Minutes of some pairs of house and watcher; NaN beyond ``within``, or -1 for one of them."""
    (houses, people), (house, who) = layers, pairs
    wanted, goal_of = np.unique(house, return_inverse=True)
    goals = houses.iloc[wanted].reset_index(drop=True)
    order = np.argsort(goal_of, kind="stable")
    first = np.searchsorted(goal_of[order], np.arange(len(wanted) + 1))
    found = np.full(len(house), np.nan)
    for some in danger.walks(people, goals, within=within, pace=pace, closed=closed):
        minutes = np.full(len(people) + 1, np.nan)
        minutes[some.row] = some.minutes
        own = order[first[some.goal] : first[some.goal + 1]]
        found[own] = minutes[who[own]]
    return found


def rescue(
    danger: Danger,
    households: gpd.GeoDataFrame,
    watchers: pd.DataFrame,
    supporters: gpd.GeoDataFrame | None = None,
    *,
    within: Minutes = 15.0,
    pace: MetresPerMinute = FLEEING_PACE,
) -> pd.DataFrame:
    """Whether somebody can come to each household when it counts.

    To a house outside the hazard one may come once it is there; from a house inside, people
    have to be fetched before. Who stands inside the hazard helps nobody else.

    Parameters
    ----------
    danger
        Streets and hazard.
    households
        Households layer.
    watchers
        From `find_watchers`, for the same households.
    supporters
        Supporters layer, to count helpers near; None leaves them unknown.
    within, pace
        Minutes a helper may walk to the house, and how fast.

    Returns
    -------
    One row per household in their order: id; state, see `geo.terms.RESCUES`; inside;
    watchers (all), able (those outside the hazard who can come in time); helpers (active
    supporters outside it who can; NaN where not asked, or the house has no position).

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong, ParameterWrong
    """
    houses = check(households, "households", only=("id",))
    inside = danger.inside(houses)
    at = pd.Index(houses["id"]).get_indexer(pd.Index(watchers["household_id"]))
    outside = (watchers["inside"] == False).fillna(value=False).to_numpy(bool)  # noqa: E712 - null is unknown
    minutes = np.where(inside[at], watchers["minutes_before"], watchers["minutes"])
    everybody, dry, able = (
        np.bincount(at[some], minlength=len(houses))
        for some in (np.ones(len(at), bool), outside, outside & np.isfinite(minutes))
    )
    state = np.full(len(houses), "no_line", object)
    state[everybody > 0] = "watchers_inside"
    state[dry > 0] = "cut_off"
    state[able > 0] = "helped"
    state[~placed(houses)] = "unknown"
    return pd.DataFrame(
        {
            "id": houses["id"].to_numpy(object),
            "state": pd.Categorical(state, list(RESCUES)),
            "inside": inside,
            "watchers": everybody,
            "able": able,
            "helpers": _count_helpers(danger, houses, supporters, within, pace),
        }
    )


def _count_helpers(
    danger: Danger,
    houses: gpd.GeoDataFrame,
    supporters: gpd.GeoDataFrame | None,
    within: Minutes,
    pace: MetresPerMinute,
) -> Floats:
    """Active supporters outside the hazard who can come in time."""
    if supporters is None:
        return np.full(len(houses), np.nan)
    helpers = check(supporters, "supporters", only=("id", "status"))
    active = (helpers["status"] == "active").to_numpy(bool) | bool(helpers["status"].isna().all())
    dry = helpers[active & placed(helpers) & ~danger.inside(helpers)].reset_index(drop=True)
    inside = danger.inside(houses)
    counts = np.where(placed(houses), 0.0, np.nan)
    for closed in (True, False):
        rows = np.flatnonzero((inside != closed) & placed(houses))
        goals = houses.iloc[rows].reset_index(drop=True)
        for some in danger.walks(dry, goals, within=within, pace=pace, closed=closed):
            counts[rows[some.goal]] = len(some.row)
    return counts
