"""The least sum of charges: good sites at once, then better ones and bounds, then the proof."""

from __future__ import annotations

from typing import Final

import numpy as np

from geo.errors import SitesTooFew
from geo.siting.answer import Search
from geo.siting.bounds import Bound, raise_bound
from geo.siting.exact import Left, Solver, write_programme
from geo.siting.model import Problem
from geo.siting.swaps import Charges, Floats, Ints, add_greedily, exchange

_WORK: Final = 4e6
"""Charges looked at before the watcher is asked, about a tenth of a second."""

_SOLVABLE: Final = 300_000
"""Pairs beyond which the proof would take longer than anybody waits."""

_TURNS: Final = 60
_PATIENCE: Final = 3
"""Turns without much news after which the rest is left to the proof."""

_ALIKE: Final = 0.02
"""Of what is between value and bound: less news is not much."""

_STARTS: Final = 4
_KICKS: Final = 40
_FEW_KICKS: Final = 4
_EACH: Final = 2000
"""Pairs for each further kick: what has few of them is proven before better sites are found."""

_ROUNDS: Final = 100
_TIGHTENED: Final = 12

_LISTED: Final = 6
"""Charges that are looked at of each row, as a multiple of sites per site that is opened."""

_FEWEST: Final = 32

_PRUNED: Final = 1e-9
"""Of the value; answers as good as the one known stay in the programme."""


def find_least(problem: Problem, search: Search) -> None:
    """Search until it is proven or ended.

    Raises
    ------
    SitesTooFew
        So many sites cannot serve all that must be served.
    """
    useful = np.unique(problem.site)
    if len(useful) <= problem.many or not problem.many:
        _offer(problem, search, useful[: problem.many])
        if search.chosen is None:
            raise SitesTooFew(sites=problem.many)
        search.proved(search.value)
        return
    most = max(_FEWEST, _LISTED * problem.sites // problem.many)
    bound = _Approach(problem, problem.charges(most), search).close_in()
    if search.done:
        return
    left = _left(problem, bound, search)
    if int((left.pairs & left.sites[problem.site]).sum()) <= _SOLVABLE:
        _prove(problem, left, search)


def _offer(problem: Problem, search: Search, chosen: Ints) -> None:
    """Take sites that are better, if they serve all they must."""
    total = problem.total(chosen)
    if total < search.value and not problem.lacks(chosen).any():
        search.better(chosen, total)


class _Approach:
    """Better sites and better bounds in turn, about a second in all."""

    def __init__(self, problem: Problem, charges: Charges, search: Search) -> None:
        self._problem, self._charges, self._search = problem, charges, search
        self._raised = charges
        self._chosen = self._known = np.empty(0, np.int32)
        self._pairs = len(charges.site)
        self._size = self._pairs + problem.sites * problem.many

    def close_in(self) -> Bound | None:
        """The bound; the sites are in the search."""
        self._begin()
        price, bound, waited = _first_prices(self._problem, self._charges), None, 0
        for turn in range(_TURNS):
            before = self._search.value, self._search.bound
            self._kick(turn)
            if self._search.done or not self._search.ask():
                break
            bound = self._raise(price)
            price = bound.price
            if self._search.done or not self._search.ask():
                break
            if turn < _STARTS:
                self._start_from(bound.chosen.astype(np.int32))
            waited = waited + 1 if self._is_alike(before) else 0
            if waited == _PATIENCE:
                break
        return bound

    def _begin(self) -> None:
        """Sites chosen one by one, then exchanged until no exchange pays."""
        problem, charges = self._problem, self._charges
        chosen = add_greedily(charges, np.full(problem.many, -1, np.int32))[0]
        chosen = _filled(chosen, problem.sites)
        _offer(problem, self._search, chosen)
        if problem.floors:
            self._raised, chosen = _keep_floors(problem, charges, chosen)
        self._chosen = exchange(self._raised, chosen, 0, 1)[0]
        _offer(problem, self._search, self._chosen)

    def _kick(self, turn: int) -> None:
        kicks = int(min(_KICKS, max(1, _WORK // self._size), max(_FEW_KICKS, self._pairs // _EACH)))
        self._chosen = exchange(self._raised, self._chosen, kicks, turn)[0]
        _offer(self._problem, self._search, self._chosen)

    def _start_from(self, chosen: Ints) -> None:
        """Whether the sites that the prices would open lead to better ones."""
        mine, value = exchange(self._raised, self._chosen, 0, 0)
        other, better = exchange(self._raised, chosen, 1, 0)
        self._chosen = other if better < value else mine
        _offer(self._problem, self._search, self._chosen)

    def _raise(self, price: Floats) -> Bound:
        known = exchange(self._charges, self._chosen, 0, 0)[1]
        near = len(self._charges.far) * (1 + 2 * self._problem.sites // self._problem.many)
        rounds = int(min(_ROUNDS, max(20, _WORK * 4 // min(near, len(self._charges.site)))))
        bound = raise_bound(self._charges, self._problem.many, price, known, rounds)
        self._search.proved(bound.value + self._problem.settled)
        return bound

    def _is_alike(self, before: tuple[float, float]) -> bool:
        value, bound = before
        better = value - self._search.value + self._search.bound - bound
        return better <= _ALIKE * (value - bound) if np.isfinite(better) else False


def _filled(chosen: Ints, sites: int) -> Ints:
    """Places that are free given to any site."""
    free = np.flatnonzero(chosen < 0)
    others = np.setdiff1d(np.arange(sites), chosen)
    chosen[free] = others[: len(free)]
    return chosen


def _keep_floors(problem: Problem, charges: Charges, chosen: Ints) -> tuple[Charges, Ints]:
    """Charges raised where a floor is missed until it is kept, and the sites then."""
    share = np.full(len(problem.floors), 0.5)
    raised = charges
    for _ in range(_TIGHTENED):
        lacks = problem.lacks(chosen) > 0
        if not lacks.any():
            break
        share[lacks] *= 2.0
        far = charges.far.copy()
        for floor, more in zip(problem.floors, share, strict=True):
            far[floor.rows] *= 1.0 + (more if more >= 1.0 else 0.0)
        raised = charges._replace(far=far)
        chosen = exchange(raised, chosen, 4, 1)[0]
    return raised, chosen


def _first_prices(problem: Problem, charges: Charges) -> Floats:
    """Of each row about what the second open site would charge."""
    size = np.diff(charges.first)
    place = np.minimum(size - 1, problem.sites // problem.many)
    price = charges.charge[charges.first[:-1] + place]
    return np.where(price > 0, price, np.where(problem.must, 1.0, charges.far * 0.5))


def _left(problem: Problem, bound: Bound | None, search: Search) -> Left:
    """What an answer that is as good as the one known may have, by the bound."""
    pairs, sites = np.ones(len(problem.site), bool), np.ones(problem.sites, bool)
    if bound is None or not np.isfinite(search.value):
        return Left(pairs, sites, ~problem.must)
    room = search.value - problem.settled - bound.value
    room += _PRUNED * max(1.0, abs(search.value))
    last = np.partition(bound.earned, problem.many - 1)[problem.many - 1]
    sites = bound.earned - last <= room
    pairs = problem.charge - np.repeat(bound.price, np.diff(problem.first)) <= room
    return Left(pairs, sites, (problem.far - bound.price <= room) & ~problem.must)


def _prove(problem: Problem, left: Left, search: Search) -> None:
    """What is left to HiGHS."""
    solver = Solver(write_programme(problem, left), search)
    possible = solver.solve(lambda chosen: _offer(problem, search, chosen))
    if not possible and search.chosen is None:
        raise SitesTooFew(sites=problem.many)
    if not possible:
        search.proved(search.value)
