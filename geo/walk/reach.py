"""Searches over whole layers of points: pairs within reach, and the nearest few.

The sources are shared out to one thread per processor; every thread writes rows of its
own, and the rows are put together in the order of the sources, so the result does not
depend on how many threads there were.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from geo.errors import ParameterWrong
from geo.units import Minutes
from geo.walk.attach import Attached
from geo.walk.closest import closest_rows, spread_all
from geo.walk.labels import Stops, label, millimetres, milliseconds
from geo.walk.network import StreetNetwork
from geo.walk.search import merge_rows, nearest_rows, reach_rows

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

_FEW: Final = 64
"""Sources below which one thread is quicker than several."""

_SPARSE: Final = 4
"""Sources per place of a list above which one search for all beats one search for each."""

_MINUTE: Final = 60_000.0
_ROUNDING: Final = 1e-6
"""Milliseconds; a limit of a whole number of milliseconds stays one."""

_T = TypeVar("_T")


class Rows(NamedTuple):
    """Sparse rows: those of source ``i`` are ``first[i]`` to ``first[i + 1]``."""

    first: Longs
    target: Ints
    label: Longs


class Walks(NamedTuple):
    """Every supporter's walk to one household, NaN where none is known; shape (supporters,)."""

    there: Floats
    back: Floats
    minutes: Floats
    """Half of there and back."""
    metres: Floats
    """Half of the way there and back, or the straight line."""


class Nearest(NamedTuple):
    """The nearest sources of every target; shape (targets, k) each."""

    minutes: Floats
    """Half the round trip; infinite where there are fewer than k."""
    metres: Floats
    source: Ints
    """-1 where there are fewer than k."""


class Trips(NamedTuple):
    """Walks there and back of pairs, by source, then by target; shape (pairs,)."""

    source: Ints
    target: Ints
    minutes: Floats
    """Half the round trip."""


def walk_rows(
    sources: Attached,
    targets: Attached,
    stops: Stops,
    most: Minutes,
    *,
    backward: bool = False,
) -> Rows:
    """Walks from every source to every target within ``most`` minutes one way.

    Parameters
    ----------
    sources, targets
        Attached to the same streets.
    stops
        ``targets.stops()``, made once.
    most
        Minutes at the network's pace.
    backward
        Measure from the target to the source instead.
    """
    graph = sources.network.graph
    limit = np.full(len(sources), label(round(most * _MINUTE), 2**32 - 1))

    def search(part: slice) -> Rows:
        rows = reach_rows(graph, sources.select(part), targets.spots, stops, limit[part], backward)
        return Rows(*rows)

    shares = share_out(len(sources), search)
    return Rows(
        np.concatenate([[0], *_running([rows.first for rows in shares])]),
        np.concatenate([rows.target for rows in shares]),
        np.concatenate([rows.label for rows in shares]),
    )


def round_trips(sources: Attached, targets: Attached, pace: Floats, limit: Floats) -> Trips:
    """Every pair whose walk there and back is within the source's limit.

    Parameters
    ----------
    pace
        Metres a minute of each source, shape (sources,).
    limit
        Minutes at most, half the round trip, of each source, shape (sources,).
    """
    network, stops, many = sources.network, targets.stops(), len(targets)
    most, one_way, factor = trip_limits(network, pace, limit)

    def search(part: slice) -> Trips:
        def rows(*, backward: bool) -> tuple[Longs, Longs]:
            spots = sources.select(part)
            found = Rows(
                *reach_rows(network.graph, spots, targets.spots, stops, one_way[part], backward)
            )
            source = np.repeat(np.arange(part.start, part.stop), np.diff(found.first))
            pairs = source * np.int64(many) + found.target
            return pairs.astype(np.int64), milliseconds(found.label).astype(np.int64)

        pair, total = rows(backward=False)
        if network.asymmetry.is_none:
            total = 2 * total
        else:
            other, back = rows(backward=True)
            at = np.minimum(np.searchsorted(other, pair), max(len(other) - 1, 0))
            both = other[at] == pair if len(other) else np.zeros(len(pair), bool)
            pair, total = pair[both], total[both] + back[at[both]]
        source, target = np.divmod(pair, many)
        near = total <= most[source]
        source, target, total = source[near], target[near], total[near]
        return Trips(source.astype(np.int32), target.astype(np.int32), total * factor[source])

    shares = share_out(len(sources), search)
    return join_trips(shares)


def join_trips(parts: Sequence[Trips]) -> Trips:
    """All of them, one behind the other."""
    return Trips(
        np.concatenate([np.empty(0, np.int32), *(one.source for one in parts)]),
        np.concatenate([np.empty(0, np.int32), *(one.target for one in parts)]),
        np.concatenate([np.empty(0), *(one.minutes for one in parts)]),
    )


def nearest_sources(
    sources: Attached, targets: Callable[[], Attached], pace: Floats, limit: Floats, k: int
) -> Nearest:
    """The ``k`` sources with the shortest walk there and back to every target.

    Parameters
    ----------
    sources
        In the order in which ties are broken.
    targets
        Gives those attached to the same streets; asked for only when they are needed, so
        that they can be attached while the sources are searched from.
    pace
        Metres a minute of each source, shape (sources,).
    limit
        Minutes at most, half the round trip, of each source, shape (sources,).
    k
        How many for each target; 1 or more.
    """
    network = sources.network
    groups = np.unique(np.column_stack([pace, limit]), axis=0)
    if network.asymmetry.is_none and len(groups) * k * _SPARSE <= len(sources):
        return _closest_by_group(sources, targets, groups, pace, limit, k)
    round_trip, one_way, factor = trip_limits(network, pace, limit)
    goals = targets()
    stops = goals.stops()

    def search(part: slice) -> Nearest:
        rows = nearest_rows(
            network.graph, sources.select(part), goals.spots, stops, one_way[part],
            round_trip[part], factor[part], k, network.asymmetry.is_none, part.start,
        )  # fmt: skip
        return Nearest(*rows)

    shares = share_out(len(sources), search)
    merged = shares[0]
    for later in shares[1:]:
        merge_rows(*merged, *later)
    return merged


def trip_limits(network: StreetNetwork, pace: Floats, limit: Floats) -> tuple[Longs, Longs, Floats]:
    """Milliseconds of a round trip, label one way, minutes per millisecond of round trip."""
    round_trip = np.floor(2.0 * limit * _MINUTE * (pace / network.pace) + _ROUNDING)
    one_way = label(np.floor(network.asymmetry.one_way(round_trip)), 2**32 - 1)
    return round_trip.astype(np.int64), one_way, network.pace / (2.0 * _MINUTE * pace)


def _closest_by_group(
    sources: Attached,
    targets: Callable[[], Attached],
    groups: Floats,
    pace: Floats,
    limit: Floats,
    k: int,
) -> Nearest:
    """One search for all sources that walk alike, and the rows of the groups merged."""
    merged: Nearest | None = None
    for group in groups:
        member = np.flatnonzero((pace == group[0]) & (limit == group[1]))
        _, one_way, factor = trip_limits(sources.network, pace[member[:1]], limit[member[:1]])
        part = sources.only(member)
        labels, who = _closest(part, targets, int(one_way[0]), k)
        free = who < 0
        minutes = np.where(free, np.inf, 2 * milliseconds(labels) * factor)
        metres = np.where(free, 0.0, 2 * millimetres(labels) * 0.0005)
        rows = Nearest(minutes, metres, np.where(free, -1, member[who]).astype(np.int32))
        if merged is None:
            merged = rows
        else:
            merge_rows(*merged, *rows)
    if merged is None:
        raise ParameterWrong(name="sources", value="none", wanted="one or more")
    return merged


def _closest(
    sources: Attached, targets: Callable[[], Attached], most: int, k: int
) -> tuple[Longs, Ints]:
    """Labels and sources, shape (targets, k), of sources that walk alike."""
    lists = spread_all(sources.network.graph, sources.spots, most, k)
    goals, stops = targets(), sources.stops()

    def gather(part: slice) -> tuple[Longs, Ints]:
        return closest_rows(lists, sources.spots, stops, goals.select(part), most, k)

    shares = share_out(len(goals), gather)
    return np.concatenate([rows[0] for rows in shares]), np.concatenate(
        [rows[1] for rows in shares]
    )


def _running(firsts: list[Longs]) -> list[Longs]:
    """Offsets of shares put one behind the other."""
    done, moved = 0, []
    for first in firsts:
        moved.append(first[1:] + done)
        done += first[-1]
    return moved


def share_out(many: int, search: Callable[[slice], _T]) -> list[_T]:
    """The search over consecutive shares of ``many`` sources, in their order."""
    threads = os.cpu_count() or 1
    if many < _FEW or threads == 1:
        return [search(slice(0, many))]
    cuts = np.linspace(0, many, threads + 1).astype(int).tolist()
    parts = [slice(low, high) for low, high in pairwise(cuts) if high > low]
    with ThreadPoolExecutor(len(parts)) as pool:
        return list(pool.map(search, parts))
