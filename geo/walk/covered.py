"""What helpers reach: points within the walk there and back of each, compiled."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from geo.walk.attach import Attached
from geo.walk.labels import NEVER, Graph, Indices, Labels, Spots, Stops
from geo.walk.reach import share_out, trip_limits
from geo.walk.search import collect, empty_queue, spread

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

_SHIFT: Final = 32

_CHUNK: Final = 1024
"""Sources searched at a time: what they find is cut to size before the next ones start."""


class Reach(NamedTuple):
    """What each source reaches: the targets ``first[i]`` to ``first[i + 1]``, ascending."""

    first: Longs
    target: Indices
    minutes: Floats
    """Half the round trip."""


@njit(cache=True, nogil=True)
def trip_rows(
    graph: Graph,
    spots: Spots,
    targets: Spots,
    stops: Stops,
    oneway: Labels,
    round_trip: Labels,
    factor: Floats,
    symmetric: bool,
) -> tuple[Longs, Indices, Floats]:
    """Every target within the round trip of each source, as compressed rows.

    Parameters
    ----------
    oneway
        Label no search goes beyond; shape (sources,).
    round_trip
        Milliseconds there and back at most; shape (sources,).
    factor
        Minutes per millisecond of round trip, by source.
    symmetric
        True when every cost is the same both ways: one search then serves both.
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
    first = np.zeros(spots.edge.size + 1, np.int64)
    target = np.empty(1024, np.int32)
    minutes = np.empty(1024, np.float64)
    used = 0
    for source in range(spots.edge.size):
        many = homes = 0
        if spots.edge[source] >= 0:
            count = spread(
                graph, graph.there, spots.ends[source], spots.leave[source], oneway[source],
                reach, reached, queue,
            )  # fmt: skip
            many = collect(
                spots, source, targets, stops, False, reach, reached, count, forth, met, 0
            )
            if not symmetric:
                count = spread(
                    graph, graph.back, spots.ends[source], spots.arrive[source], oneway[source],
                    reach, reached, queue,
                )  # fmt: skip
                homes = collect(
                    spots, source, targets, stops, True, reach, reached, count, home, met_home, 0
                )
        met[:many].sort()
        while used + many > target.size:
            target = np.concatenate((target, np.empty_like(target)))
            minutes = np.concatenate((minutes, np.empty_like(minutes)))
        for at in range(many):
            point = met[at]
            back = forth[point] if symmetric else home[point]
            if back != NEVER:
                time = (forth[point] >> _SHIFT) + (back >> _SHIFT)
                if time <= round_trip[source]:
                    target[used] = point
                    minutes[used] = time * factor[source]
                    used += 1
        first[source + 1] = used
        for at in range(many):
            forth[met[at]] = NEVER
        for at in range(homes):
            home[met_home[at]] = NEVER
    return first, target[:used].copy(), minutes[:used].copy()


def reach_there_and_back(
    sources: Attached, targets: Attached, stops: Stops, pace: Floats, limit: Floats
) -> Reach:
    """The targets within each source's limit, half the round trip.

    Parameters
    ----------
    stops
        ``targets.stops()``, made once.
    pace
        Metres a minute of each source, shape (sources,).
    limit
        Minutes at most of each source, shape (sources,).
    """
    network = sources.network
    round_trip, one_way, factor = trip_limits(network, pace, limit)

    def search(start: int) -> list[Reach]:
        def rows(part: slice) -> Reach:
            chosen = slice(start + part.start, start + part.stop)
            return Reach(
                *trip_rows(
                    network.graph, sources.select(chosen), targets.spots, stops,
                    one_way[chosen], round_trip[chosen], factor[chosen],
                    network.asymmetry.is_none,
                )
            )  # fmt: skip

        return share_out(min(_CHUNK, len(sources) - start), rows)

    return join_reach([part for start in range(0, len(sources), _CHUNK) for part in search(start)])


def join_reach(parts: list[Reach]) -> Reach:
    """All of them, one behind the other."""
    many = np.concatenate([np.empty(0, np.int64), *(np.diff(part.first) for part in parts)])
    return Reach(
        np.concatenate([[0], np.cumsum(many)]).astype(np.int64),
        np.concatenate([np.empty(0, np.int32), *(part.target for part in parts)]),
        np.concatenate([np.empty(0), *(part.minutes for part in parts)]),
    )
