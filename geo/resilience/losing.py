"""The few whose leaving together hurts most.

Source: R. L. Church, M. P. Scaparra, R. S. Middleton (2004), Identifying Critical
Infrastructure: The Median and Covering Facility Interdiction Problems, Annals of the
Association of American Geographers 94(3), the r-interdiction covering problem. Only who is
reached by no more than so many can be lost, which is what makes it small.
"""

from __future__ import annotations

import time
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import coo_array, csr_array

from geo.coverage import Ask, Cover
from geo.errors import ParameterWrong

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

_TRIED: Final = 60
"""Groups looked at in each step of the quick answer, those of most weight."""

_EXACT: Final = 1e-6

_NOBODY: Final = -1


class _Groups(NamedTuple):
    """Demand reached by the same few helpers, as one."""

    helpers: Longs
    """Rows of the helpers, `_NOBODY` where there are fewer; shape (groups, most)."""
    weight: Floats


def find_losses(
    cover: Cover,
    ask: Ask,
    *,
    weight: str = "households",
    most: int = 5,
    seconds: float = 10.0,
) -> pd.DataFrame:
    """Which one, two … supporters uncover most when they leave together.

    Parameters
    ----------
    cover
        Searched before.
    ask
        Which supporters count.
    weight
        Number column of the demand; rows of unknown weight are in no sum.
    most
        How many leave at most, 1 to 10.
    seconds
        Time for the proof in all; without it a quick answer stands beside its bound.

    Returns
    -------
    number (1 to ``most``, no more than there are), supporter_ids (list, ascending), lost (the
    weight nobody reaches any more), share (of what is reached now, 0..1), bound (no such
    number loses more), proven (lost is the most there is). A number that loses no more than
    the one before repeats its supporters.

    Raises
    ------
    ParameterWrong
    """
    if not 1 <= most <= 10:
        raise ParameterWrong(name="most", value=most, wanted="1 to 10")
    groups = _group(cover, ask, weight, most)
    reached = float(np.nan_to_num(cover.weight(weight))[cover.helpers(ask) > 0].sum())
    ends = time.monotonic() + seconds
    rows: list[dict[str, object]] = []
    best: list[int] = []
    for number in range(1, min(most, int((cover.marks(ask) == 1).sum())) + 1):
        quick = _quick(groups, best, number)
        chosen, bound = _prove(groups, number, quick, ends - time.monotonic())
        best = max((best, chosen), key=lambda one: (_lost(groups, one), -len(one)))
        lost = _lost(groups, best)
        rows.append(
            {
                "number": number,
                "supporter_ids": sorted(str(cover.supporter_ids[one]) for one in best),
                "lost": lost,
                "share": lost / reached if reached > 0 else np.nan,
                "bound": max(bound, lost),
                "proven": bound <= lost * (1 + _EXACT) + _EXACT,
            }
        )
    columns = ["number", "supporter_ids", "lost", "share", "bound", "proven"]
    return pd.DataFrame(rows, columns=pd.Index(columns))


def _group(cover: Cover, ask: Ask, weight: str, most: int) -> _Groups:
    """Who can be lost when so many leave: demand by the helpers who reach it."""
    value, many = np.nan_to_num(cover.weight(weight)), cover.helpers(ask)
    pairs = cover.pairs()
    member = np.flatnonzero(cover.marks(ask) == 1)
    by_demand = csr_array(pairs[member].T)
    few = np.flatnonzero((many > 0) & (many <= most) & (value > 0))
    if not len(few):
        return _Groups(np.empty((0, most), np.int64), np.empty(0))
    some = csr_array(by_demand[few])
    some.sort_indices()
    width = np.diff(some.indptr)
    table = np.full((len(few), most), _NOBODY, np.int64)
    at = np.repeat(np.arange(len(few)), width)
    table[at, np.arange(some.nnz) - np.repeat(some.indptr[:-1], width)] = member[some.indices]
    sets, group = np.unique(table, axis=0, return_inverse=True)
    return _Groups(sets, np.bincount(group.ravel(), value[few], len(sets)).astype(np.float64))


def _lost(groups: _Groups, gone: list[int]) -> float:
    held = (groups.helpers != _NOBODY) & ~np.isin(groups.helpers, gone)
    return float(groups.weight[~held.any(axis=1)].sum())


def _quick(groups: _Groups, before: list[int], number: int) -> list[int]:
    """From whom left before, or from nobody: whoever completes the most weight a head."""
    found = [_fill(groups, start, number) for start in (before, [])]
    return max(found, key=lambda one: _lost(groups, one))


def _fill(groups: _Groups, gone: list[int], number: int) -> list[int]:
    chosen = list(gone)
    while len(chosen) < number:
        room = number - len(chosen)
        missing = (groups.helpers != _NOBODY) & ~np.isin(groups.helpers, chosen)
        many = missing.sum(axis=1)
        fits = np.flatnonzero((many > 0) & (many <= room))
        if not len(fits):
            return chosen
        order = np.argsort(-groups.weight[fits] / many[fits], kind="stable")[:_TRIED]
        now = _lost(groups, chosen)
        tried = [groups.helpers[one][missing[one]].tolist() for one in fits[order]]
        gains = [(_lost(groups, chosen + one) - now) / len(one) for one in tried]
        chosen += tried[int(np.argmax(gains))]
    return chosen


def _prove(
    groups: _Groups, number: int, quick: list[int], seconds: float
) -> tuple[list[int], float]:
    """The best that was found, and a bound on every choice of that many."""
    usable = (groups.helpers != _NOBODY).sum(axis=1) <= number
    part = _Groups(groups.helpers[usable], groups.weight[usable])
    if not len(part.weight):
        return quick, 0.0
    everything = _most_of(part, number)
    if _lost(groups, quick) >= everything or seconds <= 0:
        return quick, everything
    helpers = np.unique(part.helpers[part.helpers != _NOBODY])
    found = _solve(part, helpers, number, seconds)
    bound = everything if found.mip_dual_bound is None else -float(found.mip_dual_bound)
    if found.x is None:
        return quick, min(bound, everything)
    chosen = helpers[np.asarray(found.x[: len(helpers)]) > 0.5].tolist()
    better = max((quick, chosen), key=lambda one: _lost(groups, one))
    return better, min(bound, everything)


def _most_of(groups: _Groups, number: int) -> float:
    """A quick bound: what is lost is shared out evenly among those it was lost with."""
    held = groups.helpers != _NOBODY
    at, place = np.nonzero(held)
    parts = groups.weight[at] / held.sum(axis=1)[at]
    shares = np.sort(np.bincount(groups.helpers[at, place], parts))[::-1]
    return float(min(shares[:number].sum(), groups.weight.sum()))


def _solve(groups: _Groups, helpers: Longs, number: int, seconds: float) -> OptimizeResult:
    """Helpers who leave (0 or 1), and groups lost only when all of theirs have left."""
    at, place = np.nonzero(groups.helpers != _NOBODY)
    who = np.searchsorted(helpers, groups.helpers[at, place])
    many, rows = len(helpers), np.arange(len(at))
    held = coo_array(
        (
            np.concatenate([np.ones(len(at)), -np.ones(len(at))]),
            (np.concatenate([rows, rows]), np.concatenate([many + at, who])),
        ),
        shape=(len(at), many + len(groups.weight)),
    )
    leaving = np.concatenate([np.ones(many), np.zeros(len(groups.weight))])
    return milp(
        np.concatenate([np.zeros(many), -groups.weight]),
        integrality=leaving.astype(np.int8),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(held.tocsr(), -np.inf, 0.0),
            LinearConstraint(leaving[None, :], 0.0, number),
        ],
        options={"time_limit": seconds, "mip_rel_gap": _EXACT},
    )
