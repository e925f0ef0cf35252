"""The k closest sources of every point in one search, where ways back take as long.

Every node keeps its k closest sources; one that k others come before at a node is not
carried on from there, since they come before it everywhere beyond. That holds only where
all sources walk alike and every walk takes as long back: one group of sources, one
symmetric network. Work grows with the nodes and k, not with the sources.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from geo.walk.labels import NEVER, Graph, Indices, Labels, Spots, Stops
from geo.walk.search import BUCKET, NOBODY, along_edge, empty_queue, put, sweep


@njit(cache=True, nogil=True)
def _comes_before(label: int, source: int, other: int, other_source: int) -> bool:
    """By time, then by number; the length decides nothing between two sources."""
    time, other_time = label >> 32, other >> 32
    return time < other_time or (time == other_time and source < other_source)


class Lists(NamedTuple):
    """The k closest sources found so far of every node, in no order."""

    label: Labels
    """Shape (nodes · k,); NEVER where a place is free."""
    source: Indices
    before: Indices
    """Node it was reached from, NOBODY at the start."""
    last: Labels
    """Time of the last of the k; more than any time while a place is free. Shape (nodes,)."""


@njit(cache=True, nogil=True)
def _place(lists: Lists, node: int, k: int, label: int, source: int) -> int:
    """Give a source a place among the k closest of a node; -1 where it gets none."""
    if label >> 32 > lists.last[node]:
        return -1
    low = node * k
    place = low
    for at in range(low, low + k):
        if lists.source[at] == source:
            if lists.label[at] <= label:
                return -1
            place = at
            break
        if lists.source[at] == NOBODY:
            place = at
            break
        if _comes_before(
            lists.label[place], lists.source[place], lists.label[at], lists.source[at]
        ):
            place = at
    else:
        if not _comes_before(label, source, lists.label[place], lists.source[place]):
            return -1
    lists.label[place] = label
    lists.source[place] = source
    return place


@njit(cache=True, nogil=True)
def _tighten(lists: Lists, node: int, k: int) -> None:
    """Note the time beyond which nobody gets a place any more."""
    if lists.source[node * k + k - 1] == NOBODY:
        return
    last = np.int64(0)
    for at in range(node * k, node * k + k):
        last = max(last, lists.label[at] >> 32)
    lists.last[node] = last


@njit(cache=True, nogil=True)
def spread_all(graph: Graph, spots: Spots, most: int, k: int) -> Lists:
    """The k closest sources of every node, none beyond ``most``."""
    size = graph.first.size - 1
    lists = Lists(
        np.full(size * k, NEVER),
        np.full(size * k, NOBODY),
        np.empty(size * k, np.int32),
        np.full(size, NEVER),
    )
    first, head, cost = graph.first, graph.node, graph.there
    queue = empty_queue(most, size * k)
    used = 0
    for source in range(spots.edge.size):
        for side in range(2):
            start, node = spots.leave[source, side], spots.ends[source, side]
            if spots.edge[source] >= 0 and start >= 0 and start <= most:
                place = _place(lists, node, k, start, source)
                if place >= 0:
                    lists.before[place] = NOBODY
                    _tighten(lists, node, k)
                    used = put(queue, used, place, start)
    for bucket in range((most >> BUCKET) + 1):
        while queue.top[bucket] != NOBODY:
            entry = queue.top[bucket]
            queue.top[bucket] = queue.below[entry]
            place, label = queue.item[entry], queue.label[entry]
            if label != lists.label[place]:
                continue
            here, source, before = place // k, lists.source[place], lists.before[place]
            for arc in range(first[here], first[here + 1]):
                node = head[arc]
                if node == before or cost[arc] < 0 or label + cost[arc] > most:
                    continue
                given = _place(lists, node, k, label + cost[arc], int(source))
                if given >= 0:
                    lists.before[given] = here
                    _tighten(lists, node, k)
                    if used == queue.item.size:
                        used = sweep(queue, lists.label)
                    used = put(queue, used, given, label + cost[arc])
    return lists


@njit(cache=True, nogil=True)
def _enter(labels: Labels, who: Indices, label: int, source: int) -> None:
    """Put a source into a sorted row, once; the better of two labels stays."""
    at = who.size - 1
    if who[at] != NOBODY and label >> 32 > labels[at] >> 32:
        return
    for place in range(who.size):
        if who[place] == source:
            if labels[place] <= label:
                return
            at = place
            break
    else:
        if who[at] != NOBODY and not _comes_before(label, source, labels[at], who[at]):
            return
    while at > 0 and (
        who[at - 1] == NOBODY or _comes_before(label, source, labels[at - 1], who[at - 1])
    ):
        labels[at] = labels[at - 1]
        who[at] = who[at - 1]
        at -= 1
    labels[at] = label
    who[at] = source


@njit(cache=True, nogil=True)
def closest_rows(
    lists: Lists, spots: Spots, stops: Stops, targets: Spots, most: int, k: int
) -> tuple[Labels, Indices]:
    """The k sources closest to every target, from those closest to the ends of its edge.

    Parameters
    ----------
    lists
        From `spread_all` with the same spots, ``most`` and k.
    spots
        The sources, all of one pace, in the order in which ties are broken.
    stops
        The sources by edge, for those that share an edge with a target.
    targets
        Where to.
    most
        Label no walk goes beyond, one way.

    Returns
    -------
    label (targets, k), NEVER where there is no such source; source (targets, k), -1 there.
    """
    found = np.full((targets.edge.size, k), NEVER)
    found_who = np.full((targets.edge.size, k), NOBODY)
    for target in range(targets.edge.size):
        edge = targets.edge[target]
        if edge < 0:
            continue
        row, row_who = found[target], found_who[target]
        for side in range(2):
            arrive = targets.arrive[target, side]
            if arrive < 0:
                continue
            low = targets.ends[target, side] * k
            for place in range(low, low + k):
                label = lists.label[place] + arrive
                if lists.source[place] != NOBODY and label >> 32 <= most >> 32:
                    _enter(row, row_who, label, lists.source[place])
        for at in range(stops.edge_first[edge], stops.edge_first[edge + 1]):
            source = stops.edge_point[at]
            label = along_edge(spots, source, targets, target)
            if label >> 32 <= most >> 32:
                _enter(row, row_who, label, source)
    return found, found_who
