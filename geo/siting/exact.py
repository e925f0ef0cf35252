"""The proof: what is left of a question as an integer programme, given to HiGHS.

Each row has a step for every charge above its least: the step is 1 where no site at that
charge or below is open, and costs the way to the next charge.

Source: J. Huangfu, J. Hall (2018), Parallelizing the dual revised simplex method,
Mathematical Programming Computation 10; steps after S. Elloumi (2010), A tighter formulation
of the p-median problem, Journal of Combinatorial Optimization 19.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from threading import Lock
from typing import Any, Final, NamedTuple

import numpy as np

from geo.siting.answer import Search
from geo.siting.model import Problem
from geo.siting.swaps import Flags, Floats, Ints, Longs

_LARGEST: Final = 1000.0
"""Costs are scaled to it, so that the solver's tolerances mean the same everywhere."""

_EXACT: Final = 1e-6
"""Of the value: what the solver may be off where it says that it is done."""

_HALF: Final = 0.5

_FIRST: Final = Lock()


class Programme(NamedTuple):
    """Columns: one for each site of ``sites``, then one for each step.

    Attributes
    ----------
    sites
        Sites that have a column.
    cost, upper
        Of each column.
    row, column, value
        Entries of the rows.
    low, high
        Of each row; the last is the number of sites, before it one for each floor.
    constant
        What is spent whatever is open.
    """

    sites: Ints
    cost: Floats
    upper: Floats
    row: Longs
    column: Longs
    value: Floats
    low: Floats
    high: Floats
    constant: float


class Left(NamedTuple):
    """What a better answer may have: pairs, sites, rows that none of their sites serves."""

    pairs: Flags
    sites: Flags
    unserved: Flags


def write_programme(problem: Problem, left: Left) -> Programme:
    """The problem, with only what is left of it."""
    kept = np.flatnonzero(left.pairs & left.sites[problem.site])
    kept = kept[np.lexsort((problem.charge[kept], problem.row[kept]))]
    row, site, charge = problem.row[kept], problem.site[kept], problem.charge[kept]
    new = (np.diff(row, prepend=-1) != 0) | (np.diff(charge, prepend=-1.0) != 0)
    step, lead = np.cumsum(new) - 1, np.flatnonzero(new)
    owner = row[lead]
    first = np.diff(owner, prepend=-1) != 0
    last = np.append(first[1:], True)[: len(first)]
    sites, column = np.unique(site, return_inverse=True)
    after = np.where(last, problem.far[owner], np.append(charge[lead][1:], 0.0)[: len(lead)])
    count, many = len(lead), len(sites)
    alone = np.ones(len(problem), bool)
    alone[owner] = False
    follows = np.flatnonzero(~first)
    floors, ends = _write_floors(problem, owner, last, count, many)
    bottom = count + len(ends)
    entries = [
        np.array([step, column, np.ones(len(step))]),
        np.array([np.arange(count), many + np.arange(count), np.ones(count)]),
        np.array([follows, many + follows - 1, -np.ones(len(follows))]),
        floors,
        np.array([np.full(many, bottom), np.arange(many), np.ones(many)]),
    ]
    table = np.concatenate(entries, axis=1)
    return Programme(
        sites=sites.astype(np.int32),
        cost=np.concatenate([np.zeros(many), after - charge[lead]]),
        upper=np.concatenate([np.ones(many), ~last | left.unserved[owner]]).astype(np.float64),
        row=table[0].astype(np.int64),
        column=table[1].astype(np.int64),
        value=table[2],
        low=np.concatenate([first.astype(np.float64), np.full(len(ends) + 1, -np.inf)]),
        high=np.concatenate([np.full(count, np.inf), ends, [float(problem.many)]]),
        constant=float(charge[lead][first].sum() + problem.far[alone].sum()) + problem.settled,
    )


def _write_floors(
    problem: Problem, owner: Longs, last: Flags, count: int, many: int
) -> tuple[Floats, Floats]:
    """Entries and upper ends of the rows that keep the floors: so much may be left out."""
    step = np.full(len(problem), -1)
    step[owner[last]] = np.flatnonzero(last)
    entries, ends = [np.empty((3, 0))], []
    for place, floor in enumerate(problem.floors):
        own = floor.rows[step[floor.rows] >= 0]
        at = np.full(len(own), count + place)
        entries.append(np.array([at, many + step[own], problem.weight[own]]))
        ends.append(float(problem.weight[own].sum()) - floor.least)
    return np.concatenate(entries, axis=1), np.array(ends, np.float64)


def count_sites(programme: Programme) -> Programme:
    """The same with the number of sites to be small instead of the charges."""
    cost = np.zeros(len(programme.cost))
    cost[: len(programme.sites)] = 1.0
    high = programme.high.copy()
    high[-1] = np.inf
    return programme._replace(cost=cost, high=high, constant=0.0)


def _make_solver() -> Any:  # noqa: ANN401 - its module is imported where it is needed
    """HiGHS that says nothing, its banner on the very first start neither.

    The banner is written past Python to descriptor 1, where a program expects its own output.
    """
    import highspy

    with _FIRST:
        sys.stdout.flush()
        try:
            kept = os.dup(1)
        except OSError:
            return _silent(highspy.Highs())
        nowhere = os.open(os.devnull, os.O_WRONLY)
        library = ctypes.CDLL(None if os.name == "posix" else "ucrtbase")
        try:
            library.fflush(None)
            os.dup2(nowhere, 1)
            return _silent(highspy.Highs())
        finally:
            library.fflush(None)
            os.dup2(kept, 1)
            os.close(nowhere)
            os.close(kept)


def _silent(solver: Any) -> Any:  # noqa: ANN401 - as above
    solver.silent()
    return solver


class Solver:
    """One programme in HiGHS, watched."""

    def __init__(self, programme: Programme, search: Search) -> None:
        self._programme = programme
        self._search = search
        self._faults: list[BaseException] = []
        largest = float(np.abs(programme.cost).max(initial=0.0))
        self._scale = _LARGEST / largest if largest > 0 else 1.0
        self._highs = _make_solver()
        self._highs.setOptionValue("mip_rel_gap", 0.0)
        self._give()

    def _give(self) -> None:
        given = self._programme
        whole = np.zeros(len(given.cost), np.int32)
        whole[: len(given.sites)] = 1
        order = np.lexsort((given.column, given.row))
        sizes = np.bincount(given.row, minlength=len(given.low))
        self._highs.passModel(
            len(given.cost), len(given.low), len(order), 2, 1, 0.0,
            given.cost * self._scale, np.zeros(len(given.cost)), given.upper,
            given.low, given.high, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
            given.column[order].astype(np.int32), given.value[order], whole,
        )  # fmt: skip

    def solve(self, take: Callable[[Ints], None]) -> bool:
        """Search until it is proven or ended; every better answer is taken.

        Returns
        -------
        Whether there is an answer at all, or nobody knows yet.
        """
        highs, search = self._highs, self._search
        highs.cbMipImprovingSolution += self._guarded(
            lambda event: take(self._opened(event.data_out.mip_solution))
        )
        highs.cbMipInterrupt += self._guarded(self._go_on)
        highs.cbSimplexInterrupt += self._guarded(self._wait)
        highs.cbIpmInterrupt += self._guarded(self._wait)
        highs.cbMipUserSolution += self._guarded(self._tell)
        if np.isfinite(search.left):
            highs.setOptionValue("time_limit", max(0.01, search.left))
        highs.run()
        if self._faults:
            raise self._faults[0]
        status = highs.getModelStatus().name
        if status == "kOptimal":
            take(self._opened(highs.getSolution().col_value))
            self._prove(float(highs.getInfo().mip_dual_bound), done=True)
        return status != "kInfeasible"

    def _guarded(self, deed: Callable[[Any], None]) -> Callable[[Any], None]:
        """What is raised in it is raised again where the solver was called."""

        def call(event: Any) -> None:  # noqa: ANN401 - made by the solver
            try:
                deed(event)
            except BaseException as fault:  # noqa: BLE001 - told again, see above
                self._faults.append(fault)
                event.interrupt()

        return call

    def _opened(self, columns: object) -> Ints:
        values = np.asarray(columns)[: len(self._programme.sites)]
        return self._programme.sites[values > _HALF]

    def _tell(self, event: Any) -> None:  # noqa: ANN401 - made by the solver
        """Give the solver the best answer known, if it has none as good.

        Not as a start: with presolve that loses track of its value (HiGHS 1.16).
        """
        search = self._search
        if search.chosen is None:
            return
        value = (search.value - self._programme.constant) * self._scale
        if value < event.data_out.mip_primal_bound - _EXACT * max(1.0, abs(value)):
            opened = np.isin(self._programme.sites, search.chosen).astype(np.float64)
            event.data_in.setSolution(np.arange(len(opened), dtype=np.int32), opened)
            event.data_in.repairSolution()

    def _go_on(self, event: Any) -> None:  # noqa: ANN401 - made by the solver
        self._prove(float(event.data_out.mip_dual_bound))
        if not self._search.ask() or self._search.proven:
            event.interrupt()

    def _wait(self, event: Any) -> None:  # noqa: ANN401 - made by the solver
        if not self._search.ask():
            event.interrupt()

    def _prove(self, bound: float, *, done: bool = False) -> None:
        search = self._search
        if np.isfinite(bound):
            least = bound / self._scale + self._programme.constant
            near = search.value - least <= _EXACT * max(abs(search.value), abs(least))
            search.proved(search.value if done and near else least)
