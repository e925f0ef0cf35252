"""The kernels: bounded shortest walks on a street network, compiled.

Every kernel is a plain loop that holds no lock (``nogil``); whoever calls it may give
each thread its own share of the sources. `geo.walk.closest` has one more.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from geo.walk.labels import NEVER, Graph, Indices, Labels, Spots, Stops

_SHIFT: Final = 32
_MILLIMETRES: Final = np.int64(2**32 - 1)

BUCKET: Final = 32 + 11
"""A bucket of the queue is 2**11 milliseconds wide."""

NOBODY: Final = np.int32(-1)


class Queue(NamedTuple):
    """What waits to be searched on, in buckets of about two seconds, each a linked list.

    Buckets are taken in order, entries within one in any order: an item that is improved
    after it was taken waits again, so the labels are exact whatever the width, and since
    nearly every street takes longer than a bucket that is rare. Putting in and taking out
    cost the same however many wait, unlike in a heap. An entry whose item has got a better
    label since is stale and is passed over.
    """

    top: Indices
    """First entry of each bucket, NOBODY where it is empty."""
    below: Indices
    """The next entry of the same bucket, of each entry."""
    item: Indices
    label: Labels


@njit(cache=True, nogil=True)
def empty_queue(most: int, items: int) -> Queue:
    """A queue for labels up to ``most`` of so many items."""
    entries = 4 * items + 64
    return Queue(
        np.full((most >> BUCKET) + 1, NOBODY),
        np.empty(entries, np.int32),
        np.empty(entries, np.int32),
        np.empty(entries, np.int64),
    )


@njit(cache=True, nogil=True)
def put(queue: Queue, used: int, item: int, label: int) -> int:
    """Let an item wait; returns how many entries are used then."""
    bucket = label >> BUCKET
    queue.item[used] = item
    queue.label[used] = label
    queue.below[used] = queue.top[bucket]
    queue.top[bucket] = used
    return used + 1


@njit(cache=True, nogil=True)
def sweep(queue: Queue, labels: Labels) -> int:
    """Drop what is stale, which leaves three quarters of the room; returns what is used."""
    fresh = np.zeros(queue.item.size, np.bool_)
    seen = np.zeros(labels.size, np.bool_)
    for bucket in range(queue.top.size):
        entry = queue.top[bucket]
        while entry != NOBODY:
            item = queue.item[entry]
            fresh[entry] = queue.label[entry] == labels[item] and not seen[item]
            seen[item] |= fresh[entry]
            entry = queue.below[entry]
        queue.top[bucket] = NOBODY
    used = 0
    for entry in range(fresh.size):
        if fresh[entry]:
            used = put(queue, used, queue.item[entry], queue.label[entry])
    return used


@njit(cache=True, nogil=True)
def spread(
    graph: Graph,
    cost: Labels,
    ends: Indices,
    starts: Labels,
    most: int,
    reach: Labels,
    reached: Indices,
    queue: Queue,
) -> int:
    """Dijkstra from up to two nodes, no farther than ``most``.

    ``reach`` must hold NEVER everywhere and holds the labels afterwards; ``reached``
    takes the nodes that have one. ``queue`` must be empty and is left so. Returns how many
    nodes were reached.
    """
    first, head = graph.first, graph.node
    top, below, waiting, label_of = queue
    count = 0
    used = 0
    for side in range(2):
        start, node = starts[side], ends[side]
        if start >= 0 and start <= most and start < reach[node]:
            if reach[node] == NEVER:
                reached[count] = node
                count += 1
            reach[node] = start
            used = put(queue, used, node, start)
    for bucket in range((most >> BUCKET) + 1):
        while top[bucket] != NOBODY:
            entry = top[bucket]
            top[bucket] = below[entry]
            node = waiting[entry]
            label = label_of[entry]
            if label > reach[node]:
                continue
            for arc in range(first[node], first[node + 1]):
                step = cost[arc]
                if step < 0:
                    continue
                total = label + step
                other = head[arc]
                if total <= most and total < reach[other]:
                    if reach[other] == NEVER:
                        reached[count] = other
                        count += 1
                    reach[other] = total
                    if used == waiting.size:
                        used = sweep(queue, reach)
                    used = put(queue, used, other, total)
    return count


@njit(cache=True, nogil=True)
def along_edge(spots: Spots, one: int, others: Spots, other: int) -> int:
    """Cost from a point to another on the same edge without leaving it, or NEVER."""
    off = spots.off[one] + others.off[other]
    forth = others.along[other, 0] - spots.along[one, 0]
    if forth == 0 or (forth > 0 and spots.open[one, 0]):
        return forth + off
    if forth < 0 and spots.open[one, 1]:
        return int(spots.along[one, 1] - others.along[other, 1] + off)
    return int(NEVER)


@njit(cache=True, nogil=True)
def collect(
    spots: Spots,
    source: int,
    targets: Spots,
    stops: Stops,
    backward: bool,
    reach: Labels,
    reached: Indices,
    count: int,
    found: Labels,
    met: Indices,
    many: int,
) -> int:
    """Carry the labels of nodes over to the points beside them; resets ``reach``.

    ``found`` holds the label of each point, ``met`` the points that have one, ``many``
    how many there are already. Returns how many there are then.
    """
    offset = stops.leave if backward else stops.arrive
    for at in range(count):
        node = reached[at]
        base = reach[node]
        reach[node] = NEVER
        for stop in range(stops.first[node], stops.first[node + 1]):
            if offset[stop] < 0:
                continue
            total = base + offset[stop]
            point = stops.point[stop]
            if total < found[point]:
                if found[point] == NEVER:
                    met[many] = point
                    many += 1
                found[point] = total
    edge = spots.edge[source]
    for at in range(stops.edge_first[edge], stops.edge_first[edge + 1]):
        point = stops.edge_point[at]
        if backward:
            total = along_edge(targets, point, spots, source)
        else:
            total = along_edge(spots, source, targets, point)
        if total < found[point]:
            if found[point] == NEVER:
                met[many] = point
                many += 1
            found[point] = total
    return many


@njit(cache=True, nogil=True)
def reach_rows(
    graph: Graph,
    spots: Spots,
    targets: Spots,
    stops: Stops,
    most: Labels,
    backward: bool,
) -> tuple[npt.NDArray[np.int64], Indices, Labels]:
    """Labels of every target within ``most`` of each source, as compressed rows.

    Forward: from the source to the target. Backward: from the target to the source.

    Returns
    -------
    first (sources + 1,), target, label: row ``i`` is ``first[i]`` to ``first[i + 1]``,
    its targets in ascending order.
    """
    size = graph.first.size - 1
    cost = graph.back if backward else graph.there
    reach = np.full(size, NEVER)
    reached = np.empty(size, np.int32)
    queue = empty_queue(most.max(), size)
    found = np.full(targets.edge.size, NEVER)
    met = np.empty(targets.edge.size, np.int32)
    first = np.zeros(spots.edge.size + 1, np.int64)
    target = np.empty(1024, np.int32)
    labels = np.empty(1024, np.int64)
    used = 0
    for source in range(spots.edge.size):
        if spots.edge[source] >= 0:
            starts = spots.arrive[source] if backward else spots.leave[source]
            count = spread(
                graph, cost, spots.ends[source], starts, most[source], reach, reached, queue
            )
            many = collect(
                spots, source, targets, stops, backward, reach, reached, count, found, met, 0
            )
            met[:many].sort()
            while used + many > target.size:
                target = np.concatenate((target, np.empty_like(target)))
                labels = np.concatenate((labels, np.empty_like(labels)))
            for at in range(many):
                point = met[at]
                if found[point] <= most[source]:
                    target[used] = point
                    labels[used] = found[point]
                    used += 1
                found[point] = NEVER
        first[source + 1] = used
    return first, target[:used], labels[:used]


@njit(cache=True, nogil=True)
def _before(time: float, source: int, other_time: float, other: int) -> bool:
    return time < other_time or (time == other_time and source < other)


@njit(cache=True, nogil=True)
def _insert(
    minutes: npt.NDArray[np.float64],
    metres: npt.NDArray[np.float64],
    who: Indices,
    time: float,
    length: float,
    source: int,
) -> None:
    """Put a source into a row sorted by minutes, then by number."""
    at = minutes.size - 1
    if _before(time, source, minutes[at], who[at]):
        while at > 0 and _before(time, source, minutes[at - 1], who[at - 1]):
            minutes[at] = minutes[at - 1]
            metres[at] = metres[at - 1]
            who[at] = who[at - 1]
            at -= 1
        minutes[at] = time
        metres[at] = length
        who[at] = source


@njit(cache=True, nogil=True)
def _rank(
    met: Indices,
    forth: Labels,
    home: Labels,
    round_trip: int,
    factor: float,
    source: int,
    minutes: npt.NDArray[np.float64],
    metres: npt.NDArray[np.float64],
    who: Indices,
) -> None:
    """Enter one source into the rows of the targets it has met and can come home from."""
    last = minutes.shape[1] - 1
    for at in range(met.size):
        point = met[at]
        there, back = forth[point], home[point]
        if back == NEVER:
            continue
        time = (there >> _SHIFT) + (back >> _SHIFT)
        walk = float(time * factor)
        if time <= round_trip and walk <= minutes[point, last]:
            length = float((there & _MILLIMETRES) + (back & _MILLIMETRES)) * 0.0005
            _insert(minutes[point], metres[point], who[point], walk, length, source)


@njit(cache=True, nogil=True)
def nearest_rows(
    graph: Graph,
    spots: Spots,
    targets: Spots,
    stops: Stops,
    oneway: Labels,
    round_trip: Labels,
    factor: npt.NDArray[np.float64],
    k: int,
    symmetric: bool,
    earlier: int,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], Indices]:
    """The ``k`` sources nearest to every target, there and back.

    Parameters
    ----------
    spots
        The sources (supporters), in the order in which ties are broken.
    oneway
        Label no search goes beyond; shape (sources,).
    round_trip
        Milliseconds of the whole round trip at most; shape (sources,).
    factor
        Minutes per millisecond of round trip, by source.
    symmetric
        True when every cost is the same both ways: one search then serves both.
    earlier
        Number of the first source, added to the numbers given out.

    Returns
    -------
    minutes (targets, k), infinite where there is no such source; metres (targets, k);
    source (targets, k), -1 where none.
    """
    size = graph.first.size - 1
    total = targets.edge.size
    reach = np.full(size, NEVER)
    reached = np.empty(size, np.int32)
    queue = empty_queue(oneway.max(), size)
    forth = np.full(total, NEVER)
    home = np.full(total, NEVER)
    met = np.empty(total, np.int32)
    met_home = np.empty(total, np.int32)
    minutes = np.full((total, k), np.inf)
    metres = np.zeros((total, k))
    who = np.full((total, k), -1, np.int32)
    for source in range(spots.edge.size):
        if spots.edge[source] < 0:
            continue
        count = spread(
            graph, graph.there, spots.ends[source], spots.leave[source], oneway[source],
            reach, reached, queue,
        )  # fmt: skip
        many = collect(spots, source, targets, stops, False, reach, reached, count, forth, met, 0)
        homes = 0
        if not symmetric:
            count = spread(
                graph, graph.back, spots.ends[source], spots.arrive[source], oneway[source],
                reach, reached, queue,
            )  # fmt: skip
            homes = collect(
                spots, source, targets, stops, True, reach, reached, count, home, met_home, 0
            )
        _rank(
            met[:many], forth, forth if symmetric else home, round_trip[source], factor[source],
            source + earlier, minutes, metres, who,
        )  # fmt: skip
        for at in range(many):
            forth[met[at]] = NEVER
        for at in range(homes):
            home[met_home[at]] = NEVER
    return minutes, metres, who


@njit(cache=True, nogil=True)
def merge_rows(
    minutes: npt.NDArray[np.float64],
    metres: npt.NDArray[np.float64],
    who: Indices,
    other_minutes: npt.NDArray[np.float64],
    other_metres: npt.NDArray[np.float64],
    other_who: Indices,
) -> None:
    """Merge rows of other sources into rows, in place; infinite minutes are empty places."""
    for point in range(minutes.shape[0]):
        for at in range(minutes.shape[1]):
            if other_who[point, at] < 0:
                break
            _insert(
                minutes[point], metres[point], who[point],
                other_minutes[point, at], other_metres[point, at], other_who[point, at],
            )  # fmt: skip
