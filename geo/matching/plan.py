"""The best plan over what could be done: costs as whole numbers, rooms as slots."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from geo.matching.arcs import Arcs
from geo.matching.flow import Offers, assign
from geo.units import Minutes

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

_MILLISECONDS: Final = 60_000.0
_ROUNDING: Final = 1e-9
_FAIR: Final = 1000.0
"""What a week from none to the most is worth, shared among its visits by the rising load."""

_LARGEST: Final = 2**60
"""Costs above this could overflow when added up."""


class Achieved(NamedTuple):
    """What a plan is worth: more met is better, then fewer minutes."""

    met: int
    minutes: Minutes
    """Walking minutes of one visit to each that is met; in steps of the grain, rounded up."""


@dataclass(frozen=True)
class Rooms:
    """How much each supporter can take: visits a week at most, and now."""

    most: Floats
    load: Floats

    def slots(self, visits: float) -> Longs:
        """How many requests of so many visits a week each has room for."""
        free = np.floor((self.most - self.load) / visits + _ROUNDING)
        return np.maximum(free, 0).astype(np.int64)


@dataclass(frozen=True)
class Plan:
    """``arc``: of each request its pair, -1 = nobody."""

    arc: Longs
    value: Achieved
    bound: Achieved


@dataclass(frozen=True)
class _Problem:
    """A plan as an assignment, and how to read what comes of it.

    A total is outside · unmet + weight · steps + fairness.
    """

    offers: Offers
    pair: Longs
    """Of each arc of the offers the pair it stands for."""
    weight: int
    step: Minutes

    def read(self, total: int) -> Achieved:
        """What a total says."""
        unmet, rest = divmod(total, self.offers.outside)
        met = len(self.offers.first) - unmet
        return Achieved(met, rest // self.weight * self.step)


def best_plan(visits: Floats, arcs: Arcs, rooms: Rooms, grain: Minutes) -> Plan:
    """The plan with the most requests, then the fewest minutes, then the fairest load."""
    requests = len(visits)
    if not requests:
        return Plan(np.empty(0, np.int64), Achieved(0, 0.0), Achieved(0, 0.0))
    steps, step = _steps(arcs, grain)
    problem = _pose(requests, arcs, steps, step, rooms, float(visits.min()))
    found = assign(problem.offers)
    taken = problem.pair[found.arc[found.arc >= 0]]
    arc = np.full(requests, -1, np.int64)
    arc[arcs.request[taken]] = taken
    bound = problem.read(found.bound)
    if _fits(taken, arcs, visits, rooms):
        return Plan(arc, problem.read(found.value), bound)
    arc = _mended(arc, arcs, steps, visits, rooms)
    met = arc[arc >= 0]
    return Plan(arc, Achieved(len(met), int(steps[met].sum()) * step), bound)


def _steps(arcs: Arcs, grain: Minutes) -> tuple[Longs, Minutes]:
    """Minutes as whole steps, and the minutes of one."""
    step = grain or 1.0 / _MILLISECONDS
    count = np.nan_to_num(arcs.minutes) / step
    whole = np.ceil(count - 1e-6) if grain else np.rint(count)
    return np.maximum(whole, 0).astype(np.int64), step


def _pose(
    requests: int, arcs: Arcs, steps: Longs, step: Minutes, rooms: Rooms, visits: float
) -> _Problem:
    asked = np.bincount(arcs.supporter, minlength=len(rooms.most))
    slots = np.minimum(rooms.slots(visits), asked)
    slot_first = np.concatenate([[0], np.cumsum(slots)]).astype(np.int64)
    slot_cost = _slot_costs(slots, slot_first, rooms, visits)
    by_supporter = len(slot_cost) < requests
    owner = arcs.supporter if by_supporter else arcs.request
    pair = np.flatnonzero(slots[arcs.supporter])
    other = arcs.request if by_supporter else arcs.supporter
    pair = pair[_in_order(owner[pair], steps[pair], other[pair])]
    dearest = np.zeros(len(slots) if by_supporter else requests, np.int64)
    np.maximum.at(dearest, owner, steps)
    longest = int((dearest * slots).sum()) if by_supporter else int(dearest.sum())
    fair = int(slot_cost.sum())
    if (fair + 1) * (longest + 1) > _LARGEST:
        slot_cost, fair = np.zeros_like(slot_cost), 0
    weight = fair + 1
    outside = weight * longest + fair + 1
    first = np.searchsorted(owner[pair], np.arange(len(dearest) + 1)).astype(np.int64)
    cost = steps[pair] * weight
    if by_supporter:
        rows = np.repeat(np.arange(len(slots)), slots)
        each = np.arange(requests + 1)
        column, none = arcs.request[pair].astype(np.int32), np.zeros(requests, np.int64)
        offers = Offers(first[rows], first[rows + 1], slot_cost, column, cost, each, none, outside)
    else:
        column, none = arcs.supporter[pair].astype(np.int32), np.zeros(requests, np.int64)
        offers = Offers(first[:-1], first[1:], none, column, cost, slot_first, slot_cost, outside)
    return _Problem(offers, pair, weight, step)


def _in_order(*keys: npt.NDArray[np.integer[Any]]) -> Longs:
    """Places by the first key, then the second …; all 0 or above, no two rows alike."""
    span = [int(key.max(initial=0)) + 1 for key in keys]
    if prod(span) > _LARGEST:
        return np.lexsort(keys[::-1])
    joined = np.zeros(len(keys[0]), np.int64)
    for key, many in zip(keys, span, strict=True):
        joined = joined * many + key
    return np.argsort(joined)


def _slot_costs(slots: Longs, slot_first: Longs, rooms: Rooms, visits: float) -> Longs:
    """By how much each further visit raises the square of the load's share; never falling."""
    owner = np.repeat(np.arange(len(slots)), slots)
    place = np.arange(len(owner)) - np.repeat(slot_first[:-1], slots)
    most = np.maximum(rooms.most[owner], visits)
    before = (rooms.load[owner] + place * visits) / most
    after = before + visits / most
    return np.rint(_FAIR * (after**2 - before**2)).astype(np.int64)


def _fits(taken: Longs, arcs: Arcs, visits: Floats, rooms: Rooms) -> bool:
    """Whether nobody is given more than there is room for."""
    given = np.bincount(
        arcs.supporter[taken], visits[arcs.request[taken]], minlength=len(rooms.most)
    )
    return bool((rooms.load + given <= rooms.most + _ROUNDING)[given > 0].all())


def _mended(arc: Longs, arcs: Arcs, steps: Longs, visits: Floats, rooms: Rooms) -> Longs:
    """For requests of different sizes: the largest are left out, then placed nearest first."""
    free = rooms.most - rooms.load + _ROUNDING
    kept = np.full(len(arc), -1, np.int64)
    for request in np.lexsort((np.arange(len(arc)), visits)):
        pair = arc[request]
        if pair >= 0 and visits[request] <= free[arcs.supporter[pair]]:
            kept[request] = pair
            free[arcs.supporter[pair]] -= visits[request]
    left = np.flatnonzero(kept[arcs.request] < 0)
    for pair in left[np.lexsort((left, steps[left]))]:
        request, supporter = arcs.request[pair], arcs.supporter[pair]
        if kept[request] < 0 and visits[request] <= free[supporter]:
            kept[request] = pair
            free[supporter] -= visits[request]
    return kept
