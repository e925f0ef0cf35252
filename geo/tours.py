"""What a supporter walks for one request: to the home and back, or past a stop as well.

An errand leads from the supporter to the shop, from there to the home, and back. Going along
leads to the home, with the person to where they go, with the person home, and back. Garbage
leads to the home, from there to the station, and back. Every supporter walks all of it at
their own ``pace``, also what they walk together: nobody measured how fast the person is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.crs import GEOGRAPHIC
from geo.proximity import SupporterPool
from geo.request import Request, Stop
from geo.units import DETOUR, Minutes
from geo.walk.attach import Attached, attach
from geo.walk.labels import Stops, millimetres, milliseconds
from geo.walk.network import StreetNetwork
from geo.walk.reach import Walks, walk_rows
from geo.walk.straight import plane_points

Floats = npt.NDArray[np.float64]
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
