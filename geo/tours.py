"""What a supporter walks for one request: to the home and back, or past a stop as well.

An errand leads from the supporter to the shop, from there to the home, and back. Going along
leads to the home, with the person to where they go, with the person home, and back. Garbage
leads to the home, from there to the station, and back. Every supporter walks all of it at
their own ``pace``, also what they walk together: nobody measured how fast the person is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final, Literal, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.crs import GEOGRAPHIC
from geo.proximity import SupporterPool
from geo.request import Request, Stop
from geo.units import DETOUR, FLAT_PACE, MetresPerMinute, Minutes
from geo.walk.attach import Attached, attach
from geo.walk.labels import Stops, millimetres, milliseconds
from geo.walk.network import StreetNetwork
from geo.walk.reach import Walks, walk_rows
from geo.walk.straight import plane_points

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Goal = Literal["home", "stop", "back"]

_MINUTE: Final = 60_000.0

_TOGETHER: Final = 120.0
"""Minutes at the network's pace beyond which nobody is gone along with on foot."""


@dataclass(frozen=True)
class Leg:
    """One part of the walk. ``together``: with the person; ``minutes`` of every supporter."""

    to: Goal
    minutes: Floats
    together: bool = False


@dataclass(frozen=True)
class Tour:
    """Every supporter's walk for one request, NaN where not known; shape (supporters,).

    Attributes
    ----------
    walks
        ``there`` until the home, and ``back`` from it; with an errand past the shop, with
        garbage back past the station. Without what is walked together. ``minutes`` and
        ``metres`` are half of there and back.
    legs
        In the order in which they are walked; none where it is only there and back.
    apart
        Metres between the two homes: half of there and back, or one way where the tour goes
        it one way only.
    """

    walks: Walks
    apart: Floats
    legs: tuple[Leg, ...] = ()

    @property
    def minutes(self) -> Floats:
        """Half of there and back."""
        return self.walks.minutes

    @property
    def whole(self) -> Floats:
        """All minutes walked until back at home, what is walked together too."""
        return np.sum([leg.minutes for leg in self.legs], axis=0)


class _Way(NamedTuple):
    """One leg of every supporter, or one for all: time at the network's pace, and length."""

    milliseconds: Floats
    millimetres: Floats


def walk_tour(
    pool: SupporterPool, house: gpd.GeoDataFrame, request: Request, *, within: Minutes
) -> Tour:
    """The walk of every supporter for a request of one household.

    Parameters
    ----------
    pool
        The supporters on their streets.
    house
        A layer of one row.
    within
        Minutes; of whom half of there and back is at most this the walk is found, of others
        perhaps.
    """
    if request.stop is None:
        walks = pool.walks(house, within=within, steps_free=request.steps_free)
        return Tour(walks, walks.metres)
    stop = _layer_of(request.stop)
    if pool.streets is None:
        return _straight_tour(pool, house, stop, request.activity)
    network = pool.streets.without_steps if request.steps_free else pool.streets
    return _Search(pool, network, request.steps_free, within).tour(house, stop, request.activity)


def _layer_of(stop: Stop) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"id": [stop.id]}, geometry=[shapely.Point(stop.lon, stop.lat)], crs=GEOGRAPHIC
    )


class _Search:
    """The searches of one tour, all on the same streets."""

    def __init__(
        self, pool: SupporterPool, network: StreetNetwork, steps_free: bool, within: Minutes
    ) -> None:
        self.pool = pool
        self.network = network
        self.helpers = pool.attached_without_steps if steps_free else pool.attached
        self.meets = pool.stops_without_steps if steps_free else pool.stops
        quickest = float(pool.pace.max(initial=network.pace)) / network.pace
        self.most = 2.0 * within * quickest
        """No leg is longer than there and back together."""

    def tour(self, house: gpd.GeoDataFrame, stop: gpd.GeoDataFrame, activity: str) -> Tour:
        """The legs by the activity."""
        home, goal = attach(house, self.network), attach(stop, self.network)
        if activity == "errand":
            ways = self._to(goal), self._one(goal, home), self._from(home)
            return self._make(ways, errand=True)
        if activity == "garbage":
            return self._make((self._to(home), self._one(home, goal), self._from(goal)))
        return self._going_along(home, goal)

    def _make(self, ways: tuple[_Way, _Way, _Way], *, errand: bool = False) -> Tour:
        first, middle, last = ways
        minutes = [self._minutes(way.milliseconds) for way in ways]
        split = 2 if errand else 1
        total = first.milliseconds + middle.milliseconds + last.milliseconds
        length = first.millimetres + middle.millimetres + last.millimetres
        walks = Walks(
            sum(minutes[:split], np.zeros(len(self.pool))),
            sum(minutes[split:], np.zeros(len(self.pool))),
            self._minutes(total) / 2.0,
            length * 0.0005,
        )
        goals: tuple[Goal, ...] = ("stop", "home", "back") if errand else ("home", "stop", "back")
        legs = tuple(Leg(goal, part) for goal, part in zip(goals, minutes, strict=True))
        near = last if errand else first
        return Tour(walks, near.millimetres * 0.001, legs)

    def _going_along(self, home: Attached, goal: Attached) -> Tour:
        there, back = self._to(home), self._from(home)
        self.most = max(self.most, _TOGETHER)
        out, home_again = self._one(home, goal), self._one(goal, home)
        minutes = [self._minutes(way.milliseconds) for way in (there, out, home_again, back)]
        metres = (there.millimetres + back.millimetres) * 0.0005
        half = self._minutes(there.milliseconds + back.milliseconds) / 2.0
        legs = (
            Leg("home", minutes[0]),
            Leg("stop", minutes[1], together=True),
            Leg("home", minutes[2], together=True),
            Leg("back", minutes[3]),
        )
        return Tour(Walks(minutes[0], minutes[3], half, metres), metres, legs)

    def _minutes(self, time: Floats) -> Floats:
        return time * (self.network.pace / (_MINUTE * self.pool.pace))

    def _to(self, place: Attached) -> _Way:
        return self._rows(place, self.helpers, self.meets, backward=True)

    def _from(self, place: Attached) -> _Way:
        return self._rows(place, self.helpers, self.meets)

    def _one(self, start: Attached, end: Attached) -> _Way:
        return self._rows(start, end, end.stops())

    def _rows(
        self, place: Attached, others: Attached, stops: Stops, *, backward: bool = False
    ) -> _Way:
        found = walk_rows(place, others, stops, self.most, backward=backward)
        time, length = (np.full(len(others), np.nan) for _ in range(2))
        time[found.target] = milliseconds(found.label)
        length[found.target] = millimetres(found.label)
        return _Way(time, length)


def _straight_tour(
    pool: SupporterPool, house: gpd.GeoDataFrame, stop: gpd.GeoDataFrame, activity: str
) -> Tour:
    home, goal, helpers = plane_points(house, stop, pool.layer)
    to_home, to_goal = (np.hypot(*(helpers - place[0]).T) for place in (home, goal))
    between = np.full(len(pool), np.hypot(*(home[0] - goal[0])))
    time = [metres * DETOUR / pool.pace for metres in (to_home, between, to_goal)]
    if activity == "accompaniment":
        walks = Walks(time[0], time[0], time[0], to_home)
        legs = (
            Leg("home", time[0]), Leg("stop", time[1], together=True),
            Leg("home", time[1], together=True), Leg("back", time[0]),
        )  # fmt: skip
        return Tour(walks, to_home, legs)
    half = (to_home + between + to_goal) / 2.0
    past, direct = time[1] + time[2], time[0]
    errand = activity == "errand"
    there, back = (past, direct) if errand else (direct, past)
    minutes = (there + back) / 2.0
    order: tuple[tuple[Goal, int], ...] = (
        (("stop", 2), ("home", 1), ("back", 0))
        if errand
        else (("home", 0), ("stop", 1), ("back", 2))
    )
    legs = tuple(Leg(to, time[at]) for to, at in order)
    return Tour(Walks(there, back, minutes, half), to_home, legs)


_TRIED: Final = 10
"""Places up to which every order is compared."""


def minutes_between(
    places: gpd.GeoDataFrame,
    streets: StreetNetwork | None,
    *,
    speed: MetresPerMinute | None = None,
    within: Minutes = 300.0,
) -> Floats:
    """Minutes from every place to every other.

    Parameters
    ----------
    places
        Points in longitude/latitude.
    streets
        None estimates by the straight line × 1.3.
    speed
        Metres a minute of a vehicle that takes the ways of those on foot; None = on foot, with
        slopes and steps.
    within
        Minutes; what takes longer is infinite, as what is not connected.
    """
    pace = streets.pace if streets is not None else FLAT_PACE
    minutes = np.full((len(places), len(places)), np.inf)
    if streets is None:
        (at,) = plane_points(places)
        metres = np.hypot(*(at[:, None] - at[None]).T) * DETOUR
        minutes = np.nan_to_num(metres / (speed or pace), nan=np.inf)
    else:
        network = streets if speed is None else streets.without_steps
        attached = attach(places, network)
        most = within if speed is None else within * speed / pace
        found = walk_rows(attached, attached, attached.stops(), most)
        start = np.repeat(np.arange(len(places)), np.diff(found.first))
        on_foot = milliseconds(found.label) / _MINUTE
        driven = millimetres(found.label) / 1000.0 / (speed or pace)
        minutes[start, found.target] = on_foot if speed is None else driven
    return np.where(minutes <= within, minutes, np.inf)


def group_places(
    places: gpd.GeoDataFrame,
    streets: StreetNetwork | None,
    *,
    speed: MetresPerMinute | None = None,
    within: Minutes = 300.0,
) -> Longs:
    """Which places have a way to one another and back: a number for each, the same in a group.

    A place without a position is a group of its own. Parameters are those of
    `minutes_between`; what takes longer than ``within`` counts as no way.
    """
    many = len(places)
    if streets is None:
        return np.zeros(many, np.int64)
    network = streets if speed is None else streets.without_steps
    attached = attach(places, network)
    most = within if speed is None else within * speed / streets.pace
    group, number, stops = np.full(many, -1), 0, attached.stops()
    while (group < 0).any():
        first = int(np.argmin(group))
        start = attached.only(np.array([first]))
        there, back = (
            walk_rows(start, attached, stops, most, backward=backward).target
            for backward in (False, True)
        )
        both = np.intersect1d(there, back)
        group[both[group[both] < 0]] = number
        group[first] = number
        number += 1
    return group


def order_round(minutes: Floats, *, depot: int | None = None) -> Longs:
    """The places in the order of the shortest way past all of them.

    Parameters
    ----------
    minutes
        From each place to each, shape (places, places).
    depot
        Place where the way begins and ends, the first in the order; None = it begins at one
        place and ends at another, whichever are best.

    Returns
    -------
    Numbers of the places, each once, even where some cannot be reached from others (infinite
    minutes). Exact for ten places at most, beyond that a good order: from every
    start the nearest next, then parts turned round or moved while that shortens it.

    Source: M. Held, R. Karp (1962), A dynamic programming approach to sequencing problems,
    Journal of the Society for Industrial and Applied Mathematics 10; G. Croes (1958), A method
    for solving traveling-salesman problems, Operations Research 6.

    >>> order_round(np.abs(np.subtract.outer([0.0, 9.0, 4.0], [0.0, 9.0, 4.0]))).tolist()
    [1, 2, 0]
    """
    others = [place for place in range(len(minutes)) if place != depot]
    orders = _every_order(minutes, others, depot) if len(others) <= _TRIED else None
    if orders is None:
        starts = [_nearest_next(minutes, first, others) for first in others]
        orders = min(
            (_shortened(minutes, order, depot) for order in starts),
            key=lambda order: round_minutes(minutes, order, depot=depot),
        )
    return np.array(orders if depot is None else [depot, *orders], np.int64)


def round_minutes(minutes: Floats, order: Sequence[int], *, depot: int | None = None) -> Minutes:
    """Minutes on the way past places in an order, from a depot and back to it if there is one."""
    way = list(order) if depot is None or not len(order) else [depot, *order, depot]
    return float(sum((minutes[one, other] for one, other in pairwise(way)), 0.0))


def _every_order(minutes: Floats, places: list[int], depot: int | None) -> list[int]:
    """The best of all orders, by sets of places and the last of each."""
    many = len(places)
    between = minutes[np.ix_(places, places)]
    first = np.zeros(many) if depot is None else minutes[depot, places]
    last = np.zeros(many) if depot is None else minutes[places, depot]
    best = np.full((1 << many, many), np.inf)
    before = np.full((1 << many, many), -1)
    best[1 << np.arange(many), np.arange(many)] = first
    for seen in range(1, 1 << many):
        for end in range(many):
            rest = seen & ~(1 << end)
            if seen >> end & 1 and rest:
                passed = np.flatnonzero(rest >> np.arange(many) & 1)
                total = best[rest, passed] + between[passed, end]
                before[seen, end] = int(passed[np.argmin(total)])
                best[seen, end] = total.min()
    order: list[int] = []
    seen = (1 << many) - 1
    end = int(np.argmin(best[seen] + last)) if many else -1
    while end >= 0 and seen:
        order.append(places[end])
        seen, end = seen & ~(1 << end), int(before[seen, end])
    return order[::-1]


def _nearest_next(minutes: Floats, first: int, places: list[int]) -> list[int]:
    order, left = [first], [place for place in places if place != first]
    while left:
        order.append(min(left, key=lambda place: (minutes[order[-1], place], place)))
        left.remove(order[-1])
    return order


def _shortened(minutes: Floats, order: list[int], depot: int | None) -> list[int]:
    """The order after parts were turned round or moved while that shortened it."""
    best = round_minutes(minutes, order, depot=depot)
    changed = True
    while changed:
        changed = False
        for other in _neighbours(order):
            total = round_minutes(minutes, other, depot=depot)
            if total < best - 1e-9:
                order, best, changed = other, total, True
                break
    return order


def _neighbours(order: list[int]) -> Iterator[list[int]]:
    for low, high in combinations(range(len(order) + 1), 2):
        yield [*order[:low], *order[low:high][::-1], *order[high:]]
    for low, high in combinations(range(len(order) + 1), 2):
        part, rest = order[low:high], [*order[:low], *order[high:]]
        for place in range(len(rest) + 1):
            if len(part) <= 3:
                yield [*rest[:place], *part, *rest[place:]]
