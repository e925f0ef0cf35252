"""How far along each street somebody gets: the reached part of every edge, compiled.

A helper has a budget, the round trip they are ready to walk. What is left of it at a node
carries them some way into every street there, until walking in and back out has used it
up. Where every way back takes as long, one search from all helpers at once finds what is
left of anybody's; where not, the ways there and back must be of the same helper, and one
after the other is searched. Then a street may also be walked through: in at one end and
home from the other.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from geo.walk.attach import Attached
from geo.walk.labels import NEVER, Graph, Indices, Labels, Spots, milliseconds
from geo.walk.reach import share_out, trip_limits
from geo.walk.search import BUCKET, NOBODY, empty_queue, put, spread, sweep

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]

_SHIFT: Final = 32

_SPENT: Final = np.int64(-1)
"""Budget left where nobody gets to."""


class Left(NamedTuple):
    """What is left of budgets, milliseconds there and back, -1 where nobody gets to."""

    node: Longs
    """The most of any helper's, by node."""
    through: Flags
    """By edge: whether somebody walks through it, in at one end and home from the other."""
    ahead: Flags
    """By helper: whether they get from their place to the tail, and to the head, one way."""


class Stretches(NamedTuple):
    """Every street that may be walked, cut where reaching ends; by edge, then along it."""

    edge: Indices
    low: Floats
    high: Floats
    """From place to place, see `geo.walk.along`."""
    reached: Flags


def reached_stretches(sources: Attached, pace: Floats, limit: Floats) -> Stretches:
    """Which parts of the streets are within somebody's walk there and back.

    Parameters
    ----------
    sources
        Helpers on the streets.
    pace
        Metres a minute of each, shape (sources,).
    limit
        Minutes at most of each, half the round trip, shape (sources,).
    """
    network = sources.network
    round_trip, one_way, _ = trip_limits(network, pace, limit)
    if network.asymmetry.is_none:
        left = Left(
            _left_of_anybody(network.graph, sources.spots, round_trip // 2),
            np.zeros(network.edges, np.bool_),
            np.zeros((len(sources), 2), np.bool_),
        )
    else:
        left = _left_of_each(sources, round_trip, one_way)
    stops = sources.stops()
    return Stretches(
        *_cut(
            network.vertex_first, milliseconds(network.vertex_cost), network.edge_ends,
            network.edge_open, left, sources.spots, round_trip, stops.edge_first, stops.edge_point,
        )
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _left_of_anybody(graph: Graph, spots: Spots, budget: Longs) -> Longs:
    """What is left there and back at every node; one search with a head start for each."""
    size = graph.first.size - 1
    most = 0
    for source in range(budget.size):
        most = max(most, int(budget[source]))
    far = (most << _SHIFT) | (2**32 - 1)
    labels = np.full(size, NEVER)
    queue = empty_queue(far, size)
    used = 0
    for source in range(spots.edge.size):
        if spots.edge[source] < 0:
            continue
        for side in range(2):
            leave = spots.leave[source, side]
            start = leave + ((most - budget[source]) << _SHIFT)
            node = spots.ends[source, side]
            if leave >= 0 and start <= far and start < labels[node]:
                labels[node] = start
                if used == queue.item.size:
                    used = sweep(queue, labels)
                used = put(queue, used, node, start)
    for bucket in range((far >> BUCKET) + 1):
        while queue.top[bucket] != NOBODY:
            entry = queue.top[bucket]
            queue.top[bucket] = queue.below[entry]
            node, label = queue.item[entry], queue.label[entry]
            if label > labels[node]:
                continue
            for arc in range(graph.first[node], graph.first[node + 1]):
                step = graph.there[arc]
                total = label + step
                other = graph.node[arc]
                if step >= 0 and total <= far and total < labels[other]:
                    labels[other] = total
                    if used == queue.item.size:
                        used = sweep(queue, labels)
                    used = put(queue, used, other, total)
    left = np.full(size, _SPENT)
    for node in range(size):
        if labels[node] != NEVER:
            left[node] = 2 * (most - (labels[node] >> _SHIFT))
    return left


def _left_of_each(sources: Attached, round_trip: Longs, one_way: Labels) -> Left:
    network = sources.network

    def search(part: slice) -> Left:
        return Left(
            *_search_each(
                network.graph, network.arc_edge, sources.select(part), one_way[part],
                round_trip[part], network.edges,
            )
        )  # fmt: skip

    shares = share_out(len(sources), search)
    return Left(
        np.max([one.node for one in shares], axis=0),
        np.any([one.through for one in shares], axis=0),
        np.concatenate([one.ahead for one in shares]),
    )


@njit(cache=True, nogil=True)
def _search_each(
    graph: Graph, arc_edge: Indices, spots: Spots, one_way: Labels, round_trip: Longs, edges: int
) -> tuple[Longs, Flags, Flags]:
    """See `Left`: the ways there and back of one source after the other."""
    size, many = graph.first.size - 1, spots.edge.size
    left = np.full(size, _SPENT)
    through = np.zeros(edges, np.bool_)
    ahead = np.zeros((many, 2), np.bool_)
    forth, home = np.full(size, NEVER), np.full(size, NEVER)
    met, met_home = np.empty(size, np.int32), np.empty(size, np.int32)
    most = 0
    for source in range(many):
        most = max(most, int(one_way[source]))
    queue = empty_queue(most, size)
    for source in range(many):
        if spots.edge[source] < 0:
            continue
        budget = round_trip[source]
        count = spread(
            graph, graph.there, spots.ends[source], spots.leave[source], one_way[source],
            forth, met, queue,
        )  # fmt: skip
        homes = spread(
            graph, graph.back, spots.ends[source], spots.arrive[source], one_way[source],
            home, met_home, queue,
        )  # fmt: skip
        for at in range(count):
            node = met[at]
            there = forth[node] >> _SHIFT
            if home[node] != NEVER:
                left[node] = max(left[node], budget - there - (home[node] >> _SHIFT))
            for arc in range(graph.first[node], graph.first[node + 1]):
                back = home[graph.node[arc]]
                if graph.there[arc] >= 0 and back != NEVER:
                    step = graph.there[arc] >> _SHIFT
                    if there + step + (back >> _SHIFT) <= budget:
                        through[arc_edge[arc]] = True
        for side in range(2):
            node = spots.ends[source, side]
            leave, arrive = spots.leave[source, side], spots.arrive[source, side]
            if leave >= 0 and home[node] != NEVER:
                ahead[source, side] |= (leave >> _SHIFT) + (home[node] >> _SHIFT) <= budget
            if arrive >= 0 and forth[node] != NEVER:
                ahead[source, side] |= (arrive >> _SHIFT) + (forth[node] >> _SHIFT) <= budget
        for at in range(count):
            forth[met[at]] = NEVER
        for at in range(homes):
            home[met_home[at]] = NEVER
    return left, through, ahead


@njit(cache=True, nogil=True)
def _place_at(cost: Longs, first: int, last: int, wanted: int) -> float:
    """Where along an edge a cost is used up, between its first and its last vertex.

    ``cost``: of every vertex, columns from the tail and to it; they are added.
    """
    low, high = first, last
    while low < high:
        middle = (low + high + 1) >> 1
        if cost[middle, 0] + cost[middle, 1] <= wanted:
            low = middle
        else:
            high = middle - 1
    if low == last:
        return float(last)
    here = cost[low, 0] + cost[low, 1]
    step = cost[low + 1, 0] + cost[low + 1, 1] - here
    return low + (wanted - here) / step


@njit(cache=True, nogil=True)
def _spans_of_edge(
    edge: int,
    first: int,
    last: int,
    cost: Longs,
    edge_ends: Indices,
    both_ways: bool,
    left: Left,
    spots: Spots,
    round_trip: Longs,
    on_edge: Indices,
    spans: Floats,
) -> int:
    """Write the spans of one edge that are reached, in any order; returns how many."""
    many = 0
    whole = cost[last, 0] + cost[last, 1]
    if left.through[edge]:
        spans[0, 0], spans[0, 1] = first, last
        return 1
    if both_ways:
        tail, head = left.node[edge_ends[edge, 0]], left.node[edge_ends[edge, 1]]
        if tail >= 0:
            spans[many, 0], spans[many, 1] = first, _place_at(cost, first, last, int(tail))
            many += 1
        if head >= 0:
            start = first if head >= whole else _place_at(cost, first, last, int(whole - head))
            spans[many, 0], spans[many, 1] = start, last
            many += 1
    for source in on_edge:
        along = int((spots.along[source, 0] >> _SHIFT) + (spots.along[source, 1] >> _SHIFT))
        budget = round_trip[source] - 2 * (spots.off[source] >> _SHIFT)
        here = _place_at(cost, first, last, along)
        low = high = here
        if both_ways and budget >= 0:
            low = float(first)
            if budget < along:
                low = _place_at(cost, first, last, int(along - budget))
            high = _place_at(cost, first, last, int(along + budget))
        if left.ahead[source, 0]:
            low = float(first)
        if left.ahead[source, 1]:
            high = float(last)
        spans[many, 0], spans[many, 1] = low, high
        many += 1
    return many


@njit(cache=True, nogil=True)
def _cut(
    vertex_first: Longs,
    cost: Longs,
    edge_ends: Indices,
    edge_open: Flags,
    left: Left,
    spots: Spots,
    round_trip: Longs,
    edge_first: Indices,
    edge_point: Indices,
) -> tuple[Indices, Floats, Floats, Flags]:
    """See `Stretches`."""
    edges = edge_open.shape[0]
    size = 5 * edges + 2 * spots.edge.size
    edge_of, reached = np.empty(size, np.int32), np.empty(size, np.bool_)
    low, high = np.empty(size, np.float64), np.empty(size, np.float64)
    used = 0
    crowd = 0
    for edge in range(edges):
        crowd = max(crowd, edge_first[edge + 1] - edge_first[edge])
    spans = np.empty((crowd + 2, 2), np.float64)
    for edge in range(edges):
        if not (edge_open[edge, 0] or edge_open[edge, 1]):
            continue
        first, last = vertex_first[edge], vertex_first[edge + 1] - 1
        many = _spans_of_edge(
            edge, first, last, cost, edge_ends, edge_open[edge, 0] and edge_open[edge, 1], left,
            spots, round_trip, edge_point[edge_first[edge] : edge_first[edge + 1]], spans,
        )  # fmt: skip
        order = np.argsort(spans[:many, 0])
        done = float(first)
        for at in range(many + 1):
            start, stop = float(last), float(last)
            if at < many:
                start, stop = spans[order[at], 0], spans[order[at], 1]
            if start > done:
                edge_of[used], low[used], high[used], reached[used] = edge, done, start, False
                used += 1
                done = start
            if stop > done:
                joins = used > 0 and reached[used - 1] and high[used - 1] == done
                if joins and edge_of[used - 1] == edge:
                    high[used - 1] = stop
                else:
                    edge_of[used], low[used], high[used], reached[used] = edge, done, stop, True
                    used += 1
                done = stop
    return edge_of[:used], low[:used], high[:used], reached[:used]
