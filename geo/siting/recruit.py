"""Where to look for the next helpers: the sites that add most to those who help today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse

from geo.coverage import NOWHERE, Ask, Cover
from geo.crs import require_geographic
from geo.errors import LayerFaulty, ParameterWrong
from geo.siting.answer import Siting, Watch
from geo.siting.goals import cover_most, fewest_sites, least_travel, smallest_worst
from geo.siting.model import Fairness
from geo.siting.swaps import Floats
from geo.units import FLAT_PACE, MetresPerMinute

Goal = Literal["cover_most", "least_travel", "fewest_sites", "smallest_worst"]

GOALS: Final[tuple[Goal, ...]] = (
    "cover_most", "least_travel", "fewest_sites", "smallest_worst",
)  # fmt: skip


@dataclass(frozen=True)
class Recruitment:
    """Where the next helpers count most.

    Attributes
    ----------
    sites
        rank (1 = counts most), id, gain (weight reached beside those before it and those who
        help today, all asks together), geometry (Point, EPSG:4326), and the further columns of
        the candidates.
    siting
        The answer. Its demand is that of the cover once for each ask, one after the other;
        its sites are the candidates, and one more, kept: whoever helps today.
    reached
        Weight reached today, for each ask.
    total
        Weight there is, for each ask; rows without a position or a known weight are in neither.
    left_out
        Rows of the demand without a position or a known weight, for each ask.
    """

    sites: gpd.GeoDataFrame
    siting: Siting
    reached: tuple[float, ...]
    total: tuple[float, ...]
    left_out: tuple[int, ...]


@dataclass(frozen=True)
class _Asked:
    """One ask: the weight that counts, and the minutes to whoever helps today (NaN = nobody)."""

    name: str
    weight: Floats
    today: Floats
    left_out: int

    @property
    def reached(self) -> float:
        """The weight reached today."""
        return float(self.weight[~np.isnan(self.today)].sum())


def recruit(  # noqa: PLR0913 - what is asked, how, and how long, each by its own name
    cover: Cover,
    candidates: gpd.GeoDataFrame,
    *,
    sites: int,
    asks: Sequence[Ask] = (Ask(),),
    weights: Sequence[str] = ("households",),
    goal: Goal = "cover_most",
    floors: Mapping[str, float] | None = None,
    pace: MetresPerMinute = FLAT_PACE,
    watch: Watch | None = None,
    seconds: float | None = None,
) -> Recruitment:
    """The places where new helpers, who do all that is asked, add most to those of today.

    Parameters
    ----------
    cover
        What today's helpers reach. Only those who are known to do what is asked, then, count.
    candidates
        id, geometry (points in longitude/latitude); see `street_candidates`, `mesh_candidates`,
        or the places layer.
    sites
        How many new helpers at most; not read for fewest_sites.
    asks
        What the new helpers do, and when; the weights of several are added up.
    weights
        Column of the demand for each ask, or one for all.
    goal
        cover_most: the most weight within the minutes of the cover; least_travel: the fewest
        minutes in all, a walk beyond those of the cover counted as so many; fewest_sites: as few
        as reach whatever the candidates can reach, or the floors if there are some;
        smallest_worst: the longest of the walks that the candidates can shorten as short as
        can be.
    floors
        Share 0 to 1 of the weight of a district (``district_id`` of the demand) that must be
        reached, for each ask. Not with smallest_worst.
    pace
        Metres a minute of the new helpers on flat ground.
    watch, seconds
        As in `cover_most`.

    Raises
    ------
    ParameterWrong, LayerFaulty, CrsMissing, CrsWrong
    FloorsTooHigh, SitesTooFew
    """
    _require(candidates, asks, weights, goal)
    asked = [_ask(cover, ask, weights[place % len(weights)]) for place, ask in enumerate(asks)]
    minutes = cover.candidate_rows(candidates, pace=pace)
    cost = sparse.vstack([_beside_today(minutes, one) for one in asked], format="csr")
    weight = np.concatenate([one.weight for one in asked])
    fairness = None if floors is None else _fairness(cover, asked, floors)
    siting = _answer(
        cost, weight, goal, sites, cover.within, (len(candidates),), fairness, watch, seconds
    )
    return Recruitment(
        _ranked(candidates, siting, minutes, asked),
        siting,
        tuple(one.reached for one in asked),
        tuple(float(one.weight.sum()) for one in asked),
        tuple(one.left_out for one in asked),
    )


def _require(
    candidates: gpd.GeoDataFrame, asks: Sequence[Ask], weights: Sequence[str], goal: str
) -> None:
    require_geographic(candidates, "The candidates")
    if "id" not in candidates.columns:
        fault = "column id is absent"
        raise LayerFaulty(layer="candidates", summary=fault, faults=[fault])
    if not asks:
        raise ParameterWrong(name="asks", value="none", wanted="one or more")
    if len(weights) not in {1, len(asks)}:
        raise ParameterWrong(
            name="weights", value=len(weights), wanted=f"one, or {len(asks)}: one for each ask"
        )
    if goal not in GOALS:
        raise ParameterWrong(name="goal", value=goal, wanted="one of " + ", ".join(GOALS))


def _ask(cover: Cover, ask: Ask, weight: str) -> _Asked:
    state, value = cover.state(ask), cover.weight(weight)
    known = (state != NOWHERE) & ~np.isnan(value)
    left_out = int(np.count_nonzero(~known))
    counted = np.where(known, value, 0.0)
    return _Asked(ask.activity or "", counted, cover.nearest(ask), left_out)


def _beside_today(minutes: sparse.csr_array, asked: _Asked) -> sparse.csr_array:
    """The minutes with one site more: whoever helps today.

    Demand that counts for nothing has no walks.
    """
    reached = np.flatnonzero(~np.isnan(asked.today))
    column = sparse.csr_array(
        (asked.today[reached], (reached, np.zeros(len(reached), np.int64))),
        shape=(len(asked.today), 1),
    )
    table = sparse.csr_array(sparse.hstack([minutes, column], format="csr"))
    counts = np.repeat(asked.weight > 0, np.diff(table.indptr))
    first = np.concatenate([[0], np.cumsum(counts)])[table.indptr]
    return sparse.csr_array((table.data[counts], table.indices[counts], first), shape=table.shape)


def _fairness(cover: Cover, asked: Sequence[_Asked], floors: Mapping[str, float]) -> Fairness:
    """Floors of each district, for each ask."""
    if "district_id" not in cover.demand.columns:
        raise ParameterWrong(name="floors", value="given", wanted="a demand with district_id")
    districts = cover.demand["district_id"].astype(object).to_numpy()
    if len(asked) == 1:
        return Fairness(districts, floors)
    groups = [
        np.array([None if pd.isna(one) else f"{one} ({ask.name})" for one in districts], object)
        for ask in asked
    ]
    least = {f"{name} ({ask.name})": share for name, share in floors.items() for ask in asked}
    return Fairness(np.concatenate(groups), least)


def _answer(  # noqa: PLR0913, PLR0917 - the four questions have much in common
    cost: sparse.csr_array,
    weight: Floats,
    goal: Goal,
    sites: int,
    within: float,
    kept: tuple[int, ...],
    fairness: Fairness | None,
    watch: Watch | None,
    seconds: float | None,
) -> Siting:
    if goal == "cover_most":
        return cover_most(
            cost, weight, sites=sites, within=within, kept=kept, fairness=fairness, watch=watch,
            seconds=seconds,
        )  # fmt: skip
    if goal == "least_travel":
        return least_travel(
            cost, weight, sites=sites, beyond=within, kept=kept, fairness=fairness, watch=watch,
            seconds=seconds,
        )  # fmt: skip
    if goal == "fewest_sites":
        return fewest_sites(
            cost, weight=weight, within=within, kept=kept, fairness=fairness, watch=watch,
            seconds=seconds,
        )  # fmt: skip
    if fairness is not None:
        raise ParameterWrong(name="floors", value="given", wanted="none with smallest_worst")
    return smallest_worst(cost, sites=sites, kept=kept, watch=watch, seconds=seconds)


def _ranked(
    candidates: gpd.GeoDataFrame,
    siting: Siting,
    minutes: sparse.csr_array,
    asked: Sequence[_Asked],
) -> gpd.GeoDataFrame:
    """The candidates chosen, by the weight each reaches beside those before it."""
    columns = sparse.csc_array(minutes)
    left = sum((np.where(np.isnan(one.today), one.weight, 0.0) for one in asked), np.zeros(1))
    rows = {
        int(site): columns.indices[columns.indptr[site] : columns.indptr[site + 1]]
        for site in siting.chosen
    }
    order: list[int] = []
    gains: list[float] = []
    while rows:
        gain = {site: float(left[own].sum()) for site, own in rows.items()}
        best = max(gain, key=lambda site: (gain[site], -site))
        left[rows.pop(best)] = 0.0
        order.append(best)
        gains.append(gain[best])
    chosen = candidates.iloc[order].reset_index(drop=True)
    chosen.insert(0, "gain", np.array(gains, np.float64))
    chosen.insert(0, "rank", np.arange(1, len(order) + 1))
    front = ["rank", "id", "gain"]
    names = [*front, *(name for name in chosen.columns if name not in front)]
    return gpd.GeoDataFrame(chosen[names])
