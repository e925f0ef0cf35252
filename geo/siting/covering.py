"""The fewest sites that serve all that must be served, and keep the floors."""

from __future__ import annotations

from typing import Final

import numpy as np

from geo.siting.answer import Search
from geo.siting.exact import Left, Solver, count_sites, write_programme
from geo.siting.model import Problem, Sites
from geo.siting.swaps import Charges, Ints, add_greedily, exchange

_KICKS: Final = 30


def serves(problem: Problem, chosen: Sites) -> bool:
    """Whether the sites serve all they must, and keep the floors."""
    return bool(np.isfinite(problem.total(chosen))) and not problem.lacks(chosen).any()


def find_fewest(problem: Problem, search: Search, enough: int = 0, *, prove: bool = True) -> None:
    """Search until it is proven or ended, or so few are ``enough``.

    The problem can be served, if all its sites are opened.
    """
    charges = problem.charges(problem.sites)
    chosen = add_greedily(charges, np.full(problem.sites, -1, np.int32))[0]
    chosen = _shortest(problem, chosen[chosen >= 0])
    search.better(chosen, len(chosen))
    while len(chosen) > max(enough, 0) and not search.done and search.ask():
        fewer = _with_one_less(problem, charges, chosen)
        if fewer is None:
            break
        chosen = fewer
        search.better(chosen, len(chosen))
    if prove and not search.done and search.value > enough:
        _prove(problem, search, enough)


def _shortest(problem: Problem, chosen: Ints) -> Ints:
    """As few of the sites, from the first, as serve."""
    low, high = 0, len(chosen)
    while low < high:
        middle = (low + high) // 2
        if serves(problem, chosen[:middle]):
            high = middle
        else:
            low = middle + 1
    return chosen[:low]


def _with_one_less(problem: Problem, charges: Charges, chosen: Ints) -> Ints | None:
    """One site less that still serves, or None where none is found."""
    for left_out in (len(chosen) - 1, 0):
        fewer = exchange(charges, np.delete(chosen, left_out), _KICKS, len(chosen))[0]
        if serves(problem, fewer):
            return fewer
    return None


def _prove(problem: Problem, search: Search, enough: int) -> None:
    left = Left(np.ones(len(problem.site), bool), np.ones(problem.sites, bool), ~problem.must)
    solver = Solver(count_sites(write_programme(problem, left)), search)

    def take(found: Ints) -> None:
        if serves(problem, found):
            search.better(found, len(found))
            if len(found) <= enough:
                search.stopped = True

    solver.solve(take)
