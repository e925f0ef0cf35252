"""The smallest radius within which so many sites reach everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from geo.errors import SitesTooFew
from geo.siting.answer import Search, Siting
from geo.siting.covering import find_fewest
from geo.siting.model import Costs, Problem, pose
from geo.siting.swaps import Ints, Longs


class Radius:
    """The search for it, by halving what is between the proven and the found.

    Parameters
    ----------
    costs
        Every pair.
    kept
        Sites that stay.
    many
        How many may be opened beside them.
    search
        Takes what is found.
    """

    def __init__(self, costs: Costs, kept: Longs, many: int, search: Search) -> None:
        self._costs, self._kept, self._many, self._search = costs, kept, many, search
        nearest = costs.nearest(np.arange(costs.sites))[1]
        self._reachable = np.isfinite(nearest)
        least = float(nearest[self._reachable].max(initial=0.0))
        radii = np.unique(costs.cost)
        self._radii = radii[radii >= least]

    def shrink(self) -> None:
        """Search until it is proven or ended."""
        search = self._search
        if not len(self._radii):
            search.better(np.empty(0, np.int32), 0.0)
            search.proved(0.0)
            return
        search.proved(float(self._radii[0]))
        if not self._try(len(self._radii) - 1):
            return
        self._halve(self._guess)
        below = self._place() - 1
        while not search.done and below >= 0 and self._radii[below] >= search.bound:
            if self._try(below):
                self._halve(self._try)
            below = self._place() - 1
        if not search.stopped:
            search.proved(search.value)

    def _place(self) -> int:
        return int(np.searchsorted(self._radii, self._search.value))

    def _halve(self, attempt: Callable[[int], bool]) -> None:
        """Try the middle between what is proven and what is had, until they meet."""
        low = int(np.searchsorted(self._radii, self._search.bound))
        while not self._search.done and low < self._place():
            middle = (low + self._place()) // 2
            if not attempt(middle):
                low = middle + 1

    def _problem(self, radius: float) -> Problem:
        near = self._costs.only(self._costs.cost <= radius)
        flat = replace(near, cost=np.zeros(len(near.cost)))
        weight = self._reachable.astype(np.float64)
        return pose(flat, weight, many=self._many, kept=self._kept)

    def _take(self, chosen: Ints) -> None:
        cost = self._costs.nearest(np.concatenate([self._kept, chosen]))[1]
        self._search.better(chosen, float(cost[self._reachable].max(initial=0.0)))

    def _guess(self, place: int) -> bool:
        """Whether sites are found that do, without a proof."""
        return self._attempt(place, prove=False)

    def _try(self, place: int) -> bool:
        """Whether there are sites that do."""
        return self._attempt(place, prove=True)

    def _attempt(self, place: int, *, prove: bool) -> bool:
        problem = self._problem(float(self._radii[place]))
        outer, many = self._search, self._many

        def go_on(answer: Siting) -> bool:
            return outer.ask() and answer.value > many and answer.bound <= many

        def tell(chosen: Ints, value: float, bound: float) -> Siting:
            return Siting(chosen.astype(np.int64), value, bound, np.empty(0, np.int32))

        inner = Search(tell, go_on, outer.left if np.isfinite(outer.left) else None, whole=True)
        inner.proved(0.0)
        find_fewest(problem, inner, many, prove=prove)
        if inner.chosen is not None and inner.value <= many:
            self._take(inner.chosen)
            return True
        if prove and inner.bound > many:
            if place + 1 < len(self._radii):
                outer.proved(float(self._radii[place + 1]))
            else:
                raise SitesTooFew(sites=many)
        elif prove and not outer.stopped:
            outer.stopped = True
        return False
