"""The cover when helpers have only so many visits a week."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from geo.coverage.asking import Ask
from geo.coverage.counting import Pairs, fill, measure
from geo.coverage.cover import MAYBE, NOWHERE, Cover
from geo.coverage.tables import groups_of, stack_tables, sum_states
from geo.errors import ParameterWrong

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

GRAIN: Final = 1e6
"""A visit is counted in so many parts, so that the flow is one of whole numbers."""

_LEAST: Final = 0.5
"""Parts; less than this counts as nothing."""

_ENDLESS: Final = np.int64(2**60)


class Served(NamedTuple):
    """Who is served, and what proves that there cannot be more."""

    sure: Floats
    """Share of what each row of the demand wants; 0 where it wants nothing."""
    maybe: Floats
    """The same of what helpers could serve of whom something is not known."""
    value: float
    """All for sure; visits a week."""
    bound: float
    """What no plan can be above: the smallest cut."""


def with_capacity(
    cover: Cover,
    ask: Ask,
    *,
    weight: str,
    visits: float = 1.0,
    by: str | None = "district_id",
) -> pd.DataFrame:
    """What is served when nobody takes more visits a week than they can.

    A helper can take on most_per_week less load. Of all ways to share the demand out, one is
    taken by which as much of the weight is served as possible; which district is served
    where there is too little for all is therefore one answer of several.

    Parameters
    ----------
    cover
        Searched before.
    ask
        Which helpers count.
    weight
        Number column of the demand.
    visits
        Visits a week that each unit of the weight wants.
    by
        Column of the demand to tell apart; None = all in one.

    Returns
    -------
    As `coverage_table`: ``by``, ask (the activity's code), total, reached (served for sure),
    short (within reach, and nobody has a visit left), maybe (could be served by helpers who
    may do it, or of whom it is not known how many visits they take), beyond, unknown,
    without_weight. They add up to the total. ``attrs``: value, the visits a week served for
    sure, and bound, what no plan can be above.

    Raises
    ------
    ParameterWrong
    """
    if not 0 < visits < np.inf:
        raise ParameterWrong(name="visits", value=visits, wanted="a number of visits above 0")
    group, names = groups_of(cover, by)
    value, state = cover.weight(weight), cover.state(ask)
    served = serve(cover, ask, np.nan_to_num(value) * visits)
    sure, maybe = served.sure, served.maybe
    within = state >= MAYBE
    # A weight of nothing is as it is without capacity.
    nothing = within & ~(np.nan_to_num(value) * visits * GRAIN > _LEAST)
    sure[nothing], maybe[nothing] = state[nothing] > MAYBE, state[nothing] == MAYBE
    parts = {
        "reached": sure,
        "short": np.where(within, np.clip(1.0 - sure - maybe, 0.0, 1.0), 0.0),
        "maybe": maybe,
        "beyond": np.where(within | (state == NOWHERE), 0.0, 1.0),
        "unknown": np.where(state == NOWHERE, 1.0, 0.0),
    }
    table = sum_states(group, len(names), value, parts)
    found = stack_tables([table], names, [ask.activity or "any"], by)
    found.attrs = {"value": served.value, "bound": served.bound}
    return found


def serve(cover: Cover, ask: Ask, wanted: Floats) -> Served:
    """As many visits as can be made.

    Parameters
    ----------
    wanted
        Visits a week of each row of the demand; 0 or above.
    """
    marks = cover.marks(ask)
    pairs = _pairs(cover.pairs(), marks != 0, wanted > 0)
    need = np.rint(wanted * GRAIN).astype(np.int64)
    room = np.rint(np.nan_to_num(cover.visits) * GRAIN).astype(np.int64)
    known = ~np.isnan(cover.visits)
    spare = np.where((marks == 1) & known, room, 0)
    flow = np.zeros(len(pairs.target), np.int64)
    all_spare = spare.copy()
    unmet = need.copy()
    fill(pairs, unmet, spare, flow)
    value, bound = (
        int((need - unmet).sum()),
        _smallest_cut(pairs, need, unmet, spare, all_spare, flow),
    )
    # Who may help only takes what is left: what was met for sure stays so.
    further = np.where(known, room, _ENDLESS)
    spare += np.where((marks == -1) | ((marks == 1) & ~known), further, 0)
    fill(pairs, unmet, spare, flow)
    surely = ((marks == 1) & known)[pairs.target]
    sure, maybe = (
        np.bincount(pairs.owner, flow * mine, len(wanted)) / np.maximum(need, 1)
        for mine in (surely, ~surely)
    )
    return Served(sure, maybe, value / GRAIN, bound / GRAIN)


def _pairs(reach: csr_array, counts: npt.NDArray[np.bool_], wants: npt.NDArray[np.bool_]) -> Pairs:
    """The pairs of those who count and those who want something, from both sides."""
    helper = np.repeat(np.arange(reach.shape[0]), np.diff(reach.indptr))
    kept = counts[helper] & wants[reach.indices]
    helper, need = helper[kept], reach.indices[kept]
    order = np.argsort(need, kind="stable")
    target, owner = helper[order].astype(np.int32), need[order].astype(np.int32)
    return Pairs(
        _offsets(owner, reach.shape[1]),
        target,
        owner,
        _offsets(target, reach.shape[0]),
        np.argsort(target, kind="stable").astype(np.int64),
    )


def _offsets(group: npt.NDArray[np.int32], groups: int) -> Longs:
    first = np.zeros(groups + 1, np.int64)
    np.cumsum(np.bincount(group, minlength=groups), out=first[1:])
    return first


def _smallest_cut(
    pairs: Pairs, need: Longs, unmet: Longs, spare: Longs, all_spare: Longs, flow: Longs
) -> int:
    """What passes at most from the needs to the helpers, by the cut behind the last search."""
    level, reach = np.empty(len(need), np.int32), np.empty(len(spare), np.int32)
    measure(pairs, unmet, spare, flow, level, reach, np.empty(len(need), np.int32))
    return int(need[level < 0].sum()) + int(all_spare[reach >= 0].sum())
