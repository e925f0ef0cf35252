"""How much help there is within reach of a place: floating catchment scores.

A supply is shared by all who live within its reach (first step); a place has the shares of
all supplies within its reach (second step). With visits a week and people the score reads
"visits a week for each person here". What is not known is not a number: a supporter who
was never asked how many visits they can make may raise the score of everybody near, so
there the score is NaN, with `at_least` and `at_most` as far as they are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final, Literal, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csc_array, csr_array

from geo.coverage.ground import place, starts_of
from geo.crs import require_geographic
from geo.errors import ParameterWrong
from geo.proximity import SupporterPool, require_positive
from geo.units import Minutes
from geo.walk.network import StreetNetwork

Floats = npt.NDArray[np.float64]
Decay = Literal["gaussian", "step"]

_WEIGHTS: Final = ("people", "households")
"""Columns of a demand layer that say how many there are, in this order."""

_CAPACITY: Final = "most_per_week"

_ZONES: Final = (1.0, 0.68, 0.22)
"""Weights of the first, second and last third of the way, the slower set of Luo & Qi."""


class Scores(NamedTuple):
    """Of each place; NaN where not known, shape (places,)."""

    score: Floats
    at_least: Floats
    at_most: Floats


def accessibility(
    demand: gpd.GeoDataFrame,
    supply: gpd.GeoDataFrame | SupporterPool,
    streets: StreetNetwork | None = None,
    *,
    within: Minutes = 15.0,
    decay: Decay | Mapping[Minutes, float] | None = "gaussian",
    weight: str | None = None,
    capacity: str | None = None,
    activity: str | None = None,
) -> gpd.GeoDataFrame:
    """Supply for each one who lives here, within reach and shared with all others in reach.

    Parameters
    ----------
    demand
        Places where people live, longitude/latitude; an area counts as a point within it
        (better: spread it with `geo.spreading.spread_on_streets` before).
    supply
        Supporters layer, places layer, or a `SupporterPool`; those not active, and those
        without a position, are left out. Each walks at their own ``pace`` and no farther
        than their own ``farthest_minutes``.
    streets
        None estimates by the straight line × 1.3; ``attrs["basis"]`` says so. Not read when
        a pool is given.
    within
        Minutes at most: half of there and back, as everywhere.
    decay
        None counts all within reach alike (Luo & Wang); "gaussian" falls smoothly to
        nothing at ``within`` (Dai); "step" by thirds of ``within`` with weights 1, 0.68 and
        0.22 (Luo & Qi); zones of one's own are a mapping {minutes up to which: weight 0–1}.
    weight
        Column of ``demand`` that says how many there are; None takes people, else
        households, else one for each row. Hidden people that the census counts in another
        cell (``merged_into``) count none here.
    capacity
        Column of ``supply``; None takes most_per_week where anybody told it, else one each.
    activity
        Only supporters who offer it.

    Returns
    -------
    The rows of ``demand`` with score, at_least and at_most (supply for each one of the
    weight, float64). Nothing in reach is a score of 0. NaN where there is no position, where
    a supply in reach has an unknown capacity or shares with an unknown number, or shares
    with nobody at all. There at_least is what is known for sure, and at_most the same if
    nobody lived where the number is unknown; NaN where there is no such bound. ``attrs``:
    basis, weight and capacity (None = one each).

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong, ParameterWrong

    Notes
    -----
    Source: Luo & Wang (2003), eq. 3–4, decay None; Luo & Qi (2009), eq. 3–4, "step"; Dai
    (2010), eq. 1–3, "gaussian".
    """
    require_positive("within", within)
    require_geographic(demand, "The demand layer")
    pool = _pool_of(supply, streets)
    people, weight = _find_weight(demand, weight)
    asked = pool.active & pool.offers(activity)
    offered, capacity = _find_capacity(pool, capacity)
    member = np.flatnonzero(asked)
    reach = _reach(_as_points(demand), pool, member, within, decay)
    scores = catchment_scores(reach, people, offered[member])
    placed = ~(demand.geometry.is_empty | demand.geometry.isna()).to_numpy(bool)
    found = {name: np.where(placed, one, np.nan) for name, one in scores._asdict().items()}
    result = gpd.GeoDataFrame(demand.assign(**found))
    result.attrs = {"basis": pool.basis, "weight": weight, "capacity": capacity}
    return result


def catchment_scores(reach: csr_array | csc_array, demand: Floats, supply: Floats) -> Scores:
    """The two steps on arrays.

    Parameters
    ----------
    reach
        Weight of each pair, 0 to 1, shape (places, supplies); not stored = out of reach.
    demand, supply
        How many there are, how much is offered; NaN where unknown.

    Notes
    -----
    Source: Luo & Wang (2003), eq. 3: R_j = S_j / Σ_k P_k w_kj, eq. 4: A_i = Σ_j R_j w_ij.

    >>> reach = csr_array(np.array([[1.0, 0.0], [1.0, 1.0]]))
    >>> catchment_scores(reach, np.array([30.0, 10.0]), np.array([4.0, 2.0])).score
    array([0.1, 0.3])
    """
    sharing = reach.T @ np.where(np.isnan(demand), 0.0, demand)
    unsure = (reach.T @ np.isnan(demand).astype(np.float64)) > 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        most = np.where(sharing > 0.0, supply / sharing, np.nan)
    share = np.where(unsure, np.nan, most)
    least = reach @ np.where(np.isnan(share), 0.0, share)
    return Scores(_known(reach, share), least, _known(reach, most))


def _known(reach: csr_array | csc_array, share: Floats) -> Floats:
    """Sums of shares; NaN where one of them is unknown."""
    lost = np.isnan(share)
    total = reach @ np.where(lost, 0.0, share)
    return np.where((reach @ lost.astype(np.float64)) > 0.0, np.nan, total)


def gaussian_weight(minutes: Floats, within: Minutes) -> Floats:
    """Weight of a walk: 1 at the door, 0 at ``within`` minutes.

    Notes
    -----
    Source: Dai (2010), eq. 1: (e^(−½(d/d₀)²) − e^(−½)) / (1 − e^(−½)).

    >>> gaussian_weight(np.array([0.0, 5.0, 10.0]), 10.0).round(3)
    array([1.   , 0.701, 0.   ])
    """
    foot = np.exp(-0.5)
    return np.maximum((np.exp(-0.5 * (minutes / within) ** 2) - foot) / (1.0 - foot), 0.0)


def step_weight(minutes: Floats, zones: Mapping[Minutes, float]) -> Floats:
    """Weight of a walk by the zone it ends in; 0 beyond the last.

    Notes
    -----
    Source: Luo & Qi (2009), eq. 3.

    >>> step_weight(np.array([5.0, 5.1, 11.0]), {5.0: 1.0, 10.0: 0.68})
    array([1.  , 0.68, 0.  ])
    """
    ends = np.array(sorted(zones), np.float64)
    table = np.array([*(zones[end] for end in sorted(zones)), 0.0], np.float64)
    return table[np.searchsorted(ends, minutes)]


def _weigh(minutes: Floats, within: Minutes, decay: object) -> Floats:
    if decay is None:
        return np.ones_like(minutes)
    if decay == "gaussian":
        return gaussian_weight(minutes, within)
    if decay == "step":
        thirds = {within * (n + 1) / len(_ZONES): one for n, one in enumerate(_ZONES)}
        return step_weight(minutes, thirds)
    if isinstance(decay, Mapping):
        _check_zones(decay)
        return step_weight(minutes, decay)
    raise ParameterWrong(name="decay", value=str(decay), wanted="gaussian, step, zones or None")


def _check_zones(zones: Mapping[Minutes, float]) -> None:
    weights = [zones[end] for end in sorted(zones)]
    falling = all(first >= later for first, later in pairwise([1.0, *weights, 0.0]))
    if not weights or not falling or min(zones) <= 0:
        raise ParameterWrong(
            name="decay", value=str(dict(zones)), wanted="weights from 1 to 0 that fall with time"
        )


def _reach(
    demand: gpd.GeoDataFrame,
    pool: SupporterPool,
    member: npt.NDArray[np.int64],
    within: Minutes,
    decay: object,
) -> csc_array:
    """Weights of every pair within reach, shape (demand, members)."""
    shape = (len(demand), len(member))
    if 0 in shape:
        _weigh(np.empty(0), within, decay)
        return csc_array(shape, dtype=np.float64)
    pace, limit = pool.pace[member], np.minimum(pool.farthest, within)[member]
    starts = starts_of(pool.layer.iloc[member], pace, limit)
    near = place(demand, pool.streets).reach(starts)
    weights = _weigh(near.minutes, within, decay)
    return csc_array((weights, near.target, near.first), shape=shape)


def _pool_of(
    supply: gpd.GeoDataFrame | SupporterPool, streets: StreetNetwork | None
) -> SupporterPool:
    if isinstance(supply, SupporterPool):
        return supply
    if "activities" in supply.columns:
        return SupporterPool(supply, streets)
    nothing = pd.Series([[] for _ in range(len(supply))], index=supply.index, dtype=object)
    return SupporterPool(gpd.GeoDataFrame(supply.assign(activities=nothing)), streets)


def _as_points(demand: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = demand.geometry.to_numpy()
    points = np.where(shapely.get_dimensions(shapes) > 0, shapely.point_on_surface(shapes), shapes)
    return gpd.GeoDataFrame(geometry=points, crs=demand.crs)


def _find_weight(demand: gpd.GeoDataFrame, column: str | None) -> tuple[Floats, str | None]:
    """How many there are in each row, and the column that says so."""
    if column is None:
        column = next((name for name in _WEIGHTS if name in demand.columns), None)
    if column is None:
        return np.ones(len(demand)), None
    many = _numbers(demand, column, "weight")
    if "merged_into" in demand.columns:
        many = np.where(np.isnan(many) & demand["merged_into"].notna(), 0.0, many)
    return many, column


def _find_capacity(pool: SupporterPool, column: str | None) -> tuple[Floats, str | None]:
    """How much each of the pool offers, and the column that says so."""
    if column is None and pool.layer[_CAPACITY].notna().any():
        column = _CAPACITY
    if column is None:
        return np.ones(len(pool)), None
    return _numbers(pool.layer, column, "capacity"), column


def _numbers(layer: gpd.GeoDataFrame, column: str, name: str) -> Floats:
    if column not in layer.columns:
        raise ParameterWrong(name=name, value=column, wanted="a column of the layer")
    values = pd.to_numeric(layer[column], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    if (values < 0).any() or np.isinf(values).any():
        raise ParameterWrong(name=name, value=column, wanted="numbers at or above 0")
    return values
