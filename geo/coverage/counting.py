"""Counting who reaches what, compiled: one pass over the pairs of helpers and demand."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.int8]


@njit(cache=True, nogil=True)
def count_reached(
    first: Longs, target: Ints, mark: Marks, step: int, sure: Ints, maybe: Ints
) -> None:
    """Add ``step`` to what each row with a mark reaches, in place.

    Parameters
    ----------
    first, target
        Compressed rows: what each helper reaches.
    mark
        Of each row: 1 counts into ``sure``, -1 into ``maybe``, 0 not at all.
    step
        1 adds the rows, -1 takes them away.
    """
    for row in range(mark.size):
        if mark[row] > 0:
            for at in range(first[row], first[row + 1]):
                sure[target[at]] += step
        elif mark[row] < 0:
            for at in range(first[row], first[row + 1]):
                maybe[target[at]] += step


@njit(cache=True, nogil=True)
def add_weights(
    first: Longs, target: Ints, mark: Marks, many: Ints, weight: Floats, alone: Floats, all_: Floats
) -> None:
    """The weight each row with mark 1 reaches, and reaches as the only one, in place."""
    for row in range(mark.size):
        if mark[row] > 0:
            for at in range(first[row], first[row + 1]):
                one = target[at]
                all_[row] += weight[one]
                if many[one] == 1:
                    alone[row] += weight[one]


@njit(cache=True, nogil=True)
def keep_nearest(first: Longs, target: Ints, minutes: Floats, mark: Marks, best: Floats) -> None:
    """The least minutes of any row with mark 1, in place."""
    for row in range(mark.size):
        if mark[row] > 0:
            for at in range(first[row], first[row + 1]):
                best[target[at]] = min(best[target[at]], minutes[at])


class Pairs(NamedTuple):
    """Who may take whose need: the arcs of need ``i`` are ``first[i]`` to ``first[i + 1]``."""

    first: Longs
    target: Ints
    """Helper of each arc."""
    owner: Ints
    """Need of each arc."""
    by_first: Longs
    """The arcs of helper ``j``: ``by_arc[by_first[j]]`` to ``by_arc[by_first[j + 1]]``."""
    by_arc: Longs


class Ways(NamedTuple):
    """The shortest ways of one round."""

    level: Ints
    """Steps from unmet need, of every need."""
    reach: Ints
    """The same of every helper."""
    arc: Longs
    """The next arc to try, of every need."""
    back: Longs
    """The same of every helper."""
    stack: Ints
    """Needs on the way."""
    entry: Longs
    """The arc over which the one before gets its visits."""


@njit(cache=True, nogil=True)
def fill(pairs: Pairs, need: Longs, spare: Longs, flow: Longs) -> None:
    """Let helpers take as much need as can be taken, in place.

    The largest flow of a network of two sides, by rounds: the shortest ways from unmet need
    to spare visits, over helpers who could pass some of theirs on to others, are found and
    filled until there is none. Nothing that was met before is given up.

    Parameters
    ----------
    need, spare
        What is not met of each need, what is left of each helper; 0 or above.
    flow
        Of each arc what is taken.

    Source: E. A. Dinic (1970), Algorithm for solution of a problem of maximum flow in
    networks with power estimation, Soviet Mathematics Doklady 11.
    """
    needs, helpers = need.size, spare.size
    level, reach = np.empty(needs, np.int32), np.empty(helpers, np.int32)
    queue = np.empty(needs, np.int32)
    stack, entry = np.empty(needs + 1, np.int32), np.empty(needs + 1, np.int64)
    while measure(pairs, need, spare, flow, level, reach, queue):
        arc, back = pairs.first[:-1].copy(), pairs.by_first[:-1].copy()
        ways = Ways(level, reach, arc, back, stack, entry)
        for root in range(needs):
            if need[root] > 0:
                _fill_one(pairs, root, need, spare, flow, ways)


@njit(cache=True, nogil=True)
def measure(
    pairs: Pairs, need: Longs, spare: Longs, flow: Longs, level: Ints, reach: Ints, queue: Ints
) -> bool:
    """Steps from unmet need, -1 where there is no way; whether spare visits are met.

    What has a step once no spare visit is met lies on the near side of the smallest cut.
    """
    level[:] = -1
    reach[:] = -1
    used = 0
    for one in range(need.size):
        if need[one] > 0:
            level[one] = 0
            queue[used] = one
            used += 1
    at, end = 0, -1
    while at < used:
        one = queue[at]
        at += 1
        if end >= 0 and level[one] >= end:
            break
        for arc in range(pairs.first[one], pairs.first[one + 1]):
            helper = pairs.target[arc]
            if reach[helper] >= 0:
                continue
            reach[helper] = level[one]
            if spare[helper] > 0:
                end = level[one] + 1
            for place in range(pairs.by_first[helper], pairs.by_first[helper + 1]):
                other = pairs.owner[pairs.by_arc[place]]
                if level[other] < 0 and flow[pairs.by_arc[place]] > 0:
                    level[other] = level[one] + 1
                    queue[used] = other
                    used += 1
    return bool(end >= 0)


@njit(cache=True, nogil=True)
def _fill_one(pairs: Pairs, root: int, need: Longs, spare: Longs, flow: Longs, ways: Ways) -> None:
    """Fill the shortest ways of one need, deepest first."""
    level, reach, arc, back, stack, entry = ways
    depth = 0
    stack[0] = root
    while True:
        one = stack[depth]
        if arc[one] == pairs.first[one + 1]:
            if depth == 0:
                return
            depth -= 1
            back[pairs.target[arc[stack[depth]]]] += 1
            continue
        helper = pairs.target[arc[one]]
        if reach[helper] != level[one]:
            arc[one] += 1
        elif spare[helper] > 0:
            much = min(need[root], spare[helper])
            for step in range(1, depth + 1):
                much = min(much, flow[entry[step]])
            for step in range(depth + 1):
                flow[arc[stack[step]]] += much
                if step:
                    flow[entry[step]] -= much
            need[root] -= much
            spare[helper] -= much
            if need[root] == 0:
                return
            depth = 0
        else:
            found = False
            while back[helper] < pairs.by_first[helper + 1]:
                taken = pairs.by_arc[back[helper]]
                other = pairs.owner[taken]
                if flow[taken] > 0 and level[other] == level[one] + 1:
                    depth += 1
                    stack[depth], entry[depth] = other, taken
                    found = True
                    break
                back[helper] += 1
            if not found:
                arc[one] += 1
