"""The four questions: cover most, travel least, fewest sites, smallest worst.

Sites that are kept are open in any case and do not count among those that may be chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from geo.errors import ParameterWrong
from geo.siting.answer import Search, Siting, Watch
from geo.siting.covering import find_fewest
from geo.siting.minimum import find_least
from geo.siting.model import ROUNDING, Costs, Fairness, Problem, Sites, pose
from geo.siting.radius import Radius
from geo.siting.rows import make_charges
from geo.siting.swaps import Floats, Ints, Longs, add_greedily


def cover_most(
    cost: object,
    weight: npt.ArrayLike,
    *,
    sites: int,
    within: float,
    kept: npt.ArrayLike = (),
    fairness: Fairness | None = None,
    watch: Watch | None = None,
    seconds: float | None = None,
) -> Siting:
    """The sites within reach of the most weight.

    Parameters
    ----------
    cost
        Minutes, metres … from each demand to each site, shape (demand, sites), an array or a
        sparse matrix; NaN, infinite, or not stored in a sparse one is unreachable.
    weight
        Of each demand, 0 or more; NaN = not known, it counts for nothing.
    sites
        How many may be opened beside those kept.
    within
        Cost up to which a demand is reached.
    kept
        Sites that are there and stay, by their numbers.
    fairness
        What share of the weight must be reached in each group.
    watch
        Called with every better answer or bound and some ten times a second; False ends it.
    seconds
        After which the search ends.

    Returns
    -------
    ``value`` is the weight reached, by the sites kept too; ``bound`` what no choice exceeds.

    Raises
    ------
    ParameterWrong
    FloorsTooHigh
        No choice keeps the floors.

    Source: R. Church, C. ReVelle (1974), The maximal covering location problem, Papers of the
    Regional Science Association 32.

    >>> minutes = [[2.0, 9.0], [9.0, 3.0], [9.0, 4.0]]
    >>> best = cover_most(minutes, [5, 4, 3], sites=1, within=5.0)
    >>> best.chosen.tolist(), best.value, best.bound, best.assigned.tolist()
    ([1], 7.0, 7.0, [-1, 1, 1])
    """
    costs = Costs.of(cost, within)
    weights, there = _weights(weight, costs), _kept(kept, costs)
    flat = replace(costs, cost=np.zeros(len(costs.cost)))
    many = _many(sites, costs, there)
    problem = pose(flat, weights, many=many, kept=there, beyond=1.0, fairness=fairness)
    total = float(np.nansum(weights))

    def tell(value: float) -> float:
        return total - value

    answer = _Answer(costs, there, lambda chosen: _by_saving(problem, chosen), tell)
    search = Search(answer, watch, seconds, whole=_whole(problem))
    find_least(problem, search)
    return search.answer()


def least_travel(
    cost: object,
    weight: npt.ArrayLike,
    *,
    sites: int,
    beyond: float | None = None,
    kept: npt.ArrayLike = (),
    fairness: Fairness | None = None,
    watch: Watch | None = None,
    seconds: float | None = None,
) -> Siting:
    """The sites to which the weight travels least in all, each to its nearest.

    Parameters
    ----------
    cost, weight, sites, kept, fairness, watch, seconds
        As in `cover_most`.
    beyond
        Cost that counts for a demand no open site reaches, and at most. None: every demand
        that some site can reach must be reached, and one that none can is left out.

    Returns
    -------
    ``value`` is the sum of weight × cost; ``bound`` what no choice is below.

    Raises
    ------
    ParameterWrong
    SitesTooFew
        So many sites do not reach everybody.
    FloorsTooHigh

    Source: S. Hakimi (1964), Optimum locations of switching centers and the absolute centers
    and medians of a graph, Operations Research 12.

    >>> metres = [[0.0, 6.0, 9.0], [6.0, 0.0, 4.0], [9.0, 4.0, 0.0]]
    >>> best = least_travel(metres, [1, 1, 1], sites=1)
    >>> best.chosen.tolist(), best.value
    ([1], 10.0)
    """
    costs = Costs.of(cost, np.inf if beyond is None else beyond)
    weights, there = _weights(weight, costs), _kept(kept, costs)
    many = _many(sites, costs, there)
    problem = pose(costs, weights, many=many, kept=there, beyond=beyond, fairness=fairness)
    answer = _Answer(costs, there, lambda chosen: _by_saving(problem, chosen), float)
    search = Search(answer, watch, seconds, whole=_whole(problem))
    find_least(problem, search)
    return search.answer()


def fewest_sites(
    cost: object,
    *,
    within: float,
    weight: npt.ArrayLike | None = None,
    kept: npt.ArrayLike = (),
    fairness: Fairness | None = None,
    watch: Watch | None = None,
    seconds: float | None = None,
) -> Siting:
    """The fewest sites so that every demand is within reach of one.

    Parameters
    ----------
    cost, within, kept, watch, seconds
        As in `cover_most`. A demand that no site reaches is left out: ``assigned`` is -1.
    weight
        Demand of weight 0 need not be reached; None = all of it must.
    fairness
        If given, only this share of each group's weight must be reached.

    Returns
    -------
    ``value`` is how many sites beside those kept; ``bound`` how many there must be.

    Raises
    ------
    ParameterWrong
    FloorsTooHigh

    Source: C. Toregas, R. Swain, C. ReVelle, L. Bergman (1971), The location of emergency
    service facilities, Operations Research 19.

    >>> fewest_sites([[1.0, 9.0], [1.0, 1.0], [9.0, 9.0]], within=2.0).chosen.tolist()
    [0]
    """
    costs = Costs.of(cost, within)
    weights = np.ones(len(costs)) if weight is None else _weights(weight, costs)
    there = _kept(kept, costs)
    flat = replace(costs, cost=np.zeros(len(costs.cost)))
    beyond = None if fairness is None else 1.0
    problem = pose(flat, weights, many=costs.sites, kept=there, beyond=beyond, fairness=fairness)
    answer = _Answer(costs, there, lambda chosen: _by_saving(problem, chosen), float)
    search = Search(answer, watch, seconds, whole=True)
    search.proved(0.0)
    find_fewest(problem, search)
    return search.answer()


def smallest_worst(
    cost: object,
    *,
    sites: int,
    kept: npt.ArrayLike = (),
    watch: Watch | None = None,
    seconds: float | None = None,
) -> Siting:
    """The sites that keep the farthest demand's cost to its nearest smallest.

    Parameters
    ----------
    cost, sites, kept, watch, seconds
        As in `cover_most`. A demand that no site reaches is left out: ``assigned`` is -1.

    Returns
    -------
    ``value`` is the largest cost; ``bound`` what it cannot be below.

    Raises
    ------
    ParameterWrong
    SitesTooFew
        So many sites do not reach everybody.

    Source: S. Hakimi (1965), Optimum distribution of switching centers in a communication
    network, Operations Research 13; by covering after E. Minieka (1970), The m-center problem,
    SIAM Review 12.

    >>> smallest_worst([[0.0, 6.0, 9.0], [6.0, 0.0, 4.0], [9.0, 4.0, 0.0]], sites=1).value
    6.0
    """
    costs = Costs.of(cost)
    there = _kept(kept, costs)
    many = _many(sites, costs, there)
    answer = _Answer(costs, there, lambda chosen: chosen.astype(np.int64), float)
    search = Search(answer, watch, seconds)
    Radius(costs, there, many, search).shrink()
    return search.answer()


class _Answer:
    """Makes the answer from the sites found, once for the same sites."""

    def __init__(
        self,
        costs: Costs,
        kept: Longs,
        order: Callable[[Ints], Longs],
        tell: Callable[[float], float],
    ) -> None:
        self._costs, self._kept, self._order, self._tell = costs, kept, order, tell
        self._known: tuple[bytes, Longs, Ints] | None = None

    def __call__(self, chosen: Ints, value: float, bound: float) -> Siting:
        key = np.sort(chosen).tobytes()
        if self._known is None or self._known[0] != key:
            ranked = self._order(chosen)
            opened = np.concatenate([self._kept, ranked])
            self._known = key, ranked, self._costs.nearest(opened)[0]
        _, ranked, assigned = self._known
        return Siting(ranked, self._tell(value), self._tell(bound), assigned, self._kept)


def _by_saving(problem: Problem, chosen: Sites) -> Longs:
    """The sites by what each saves beside those before it; those that save nothing left out."""
    row, pair = problem.open_pairs(chosen)
    sites, site = np.unique(problem.site[pair], return_inverse=True)
    first = np.searchsorted(row, np.arange(len(problem) + 1)).astype(np.int64)
    far = problem.far + (ROUNDING * (1.0 + problem.far) if problem.floors else 0.0)
    charges = make_charges(
        first, site.astype(np.int32), problem.charge[pair], far, len(sites), len(sites)
    )
    order = add_greedily(charges, np.full(len(sites), -1, np.int32))[0]
    return sites[order[order >= 0]].astype(np.int64)


def _weights(weight: npt.ArrayLike, costs: Costs) -> Floats:
    weights = np.asarray(weight, np.float64)
    if weights.shape != (len(costs),):
        raise ParameterWrong(name="weight", value=weights.shape, wanted=f"{len(costs)} numbers")
    if (weights < 0).any() or np.isinf(weights).any():
        raise ParameterWrong(name="weight", value="below 0 or infinite", wanted="0 or more")
    return weights


def _kept(kept: npt.ArrayLike, costs: Costs) -> Longs:
    numbers = np.unique(np.asarray(kept, np.int64))
    if len(numbers) and not (0 <= numbers[0] and numbers[-1] < costs.sites):
        raise ParameterWrong(name="kept", value=numbers.tolist(), wanted=f"0 to {costs.sites - 1}")
    return numbers


def _many(sites: int, costs: Costs, kept: Longs) -> int:
    if sites < 0:
        raise ParameterWrong(name="sites", value=sites, wanted="0 or more")
    return min(sites, costs.sites - len(kept))


def _whole(problem: Problem) -> bool:
    """Whether every sum is a whole number that floats hold exactly."""
    total = float(problem.far.sum()) + problem.settled
    parts = (problem.far, np.array([problem.settled]), problem.charge[:1000], problem.charge)
    return total < 2**50 and all(bool((part == np.floor(part)).all()) for part in parts)
