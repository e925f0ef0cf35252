"""How much longer the way back can be than the way there.

Half the round trip is what a helper walks; a search one way has to go far enough that
no pair within that half is missed, and no farther. For every pair that can walk both
ways ``back ≤ ratio · there + detour``: reverse the walk there, edge by edge; a two-way
edge costs at most ``ratio`` times as much, a one-way edge (an escalator) its detour, and
a shortest walk takes each edge at most once.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geo.walk.labels import milliseconds

_MOST_DETOURS: Final = 200
"""With more one-way edges than this their detours are not worked out."""


_ROUNDING: Final = 4.0
"""Milliseconds that rounding may add on the two edges where a walk begins and ends."""


class Asymmetry(NamedTuple):
    """``back ≤ ratio · there + detour`` for every pair that can walk both ways."""

    ratio: float
    """1 or above."""
    detour: float
    """Milliseconds; infinite where it is not known."""

    @property
    def is_none(self) -> bool:
        """Whether every walk takes exactly as long back."""
        return self.ratio == 1.0 and self.detour == 0.0

    def one_way(self, round_trip: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Milliseconds one way at most, for a round trip of at most ``round_trip``."""
        return np.minimum(round_trip, (self.ratio * round_trip + self.detour) / (1 + self.ratio))


def measure_asymmetry(
    ends: npt.NDArray[np.int32],
    cost: npt.NDArray[np.int64],
    along: npt.NDArray[np.int64],
    open_: npt.NDArray[np.bool_],
    nodes: int,
) -> Asymmetry:
    """The bound of a network.

    Parameters
    ----------
    ends
        Nodes at tail and head of each edge, shape (e, 2).
    cost
        Labels there and back, shape (e, 2).
    along
        Labels from the tail to each vertex, and back to it, shape (v, 2).
    open_
        Whether an edge may be walked there, and back, shape (e, 2).
    nodes
        How many nodes.
    """
    time = milliseconds(cost).astype(np.float64)
    level = bool((along[:, 0] == along[:, 1]).all())
    ratio = 1.0 if level else _steepest_ratio(time[open_.all(axis=1)])
    rounding = 0.0 if level else _ROUNDING
    single = np.flatnonzero(~open_.all(axis=1) & (ends[:, 0] != ends[:, 1]))
    if not len(single):
        return Asymmetry(ratio, rounding)
    if len(single) > _MOST_DETOURS:
        return Asymmetry(ratio, np.inf)
    forward = open_[single, 0]
    start = np.where(forward, ends[single, 1], ends[single, 0])
    goal = np.where(forward, ends[single, 0], ends[single, 1])
    direct = np.where(forward, time[single, 0], time[single, 1])
    around = _shortest(ends, time, open_, nodes, start)[np.arange(len(single)), goal]
    extra = np.maximum(around - ratio * direct, 0.0)
    # Who cannot come back at all is in no pair that can walk both ways.
    return Asymmetry(ratio, rounding + float(extra[np.isfinite(extra)].sum()))


def _steepest_ratio(time: npt.NDArray[np.float64]) -> float:
    """Of whole edges as rounded, and of any part of one by Tobler's function."""
    quotient = np.maximum(time[:, 0], 1.0) / np.maximum(time[:, 1], 1.0)
    return float(np.maximum(quotient, 1.0 / quotient).max(initial=float(np.exp(0.35))))


def _shortest(
    ends: npt.NDArray[np.int32],
    time: npt.NDArray[np.float64],
    open_: npt.NDArray[np.bool_],
    nodes: int,
    start: npt.NDArray[np.int32],
) -> npt.NDArray[np.float64]:
    source = np.concatenate([ends[open_[:, 0], 0], ends[open_[:, 1], 1]])
    target = np.concatenate([ends[open_[:, 0], 1], ends[open_[:, 1], 0]])
    weight = np.maximum(np.concatenate([time[open_[:, 0], 0], time[open_[:, 1], 1]]), 1.0)
    # Parallel edges would be added up: keep the quickest of each pair of nodes.
    order = np.lexsort((weight, target, source))
    first = np.ones(len(order), bool)
    first[1:] = np.diff(source[order]).astype(bool) | np.diff(target[order]).astype(bool)
    keep = order[first]
    graph = coo_array((weight[keep], (source[keep], target[keep])), shape=(nodes, nodes)).tocsr()
    return dijkstra(graph, indices=start)
