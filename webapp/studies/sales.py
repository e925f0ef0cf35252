"""A day of a mobile shop: what is wished, the search for its stops, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast

import geopandas as gpd
import shapely

from geo.coverage import Cover
from geo.crs import GEOGRAPHIC
from geo.errors import ParameterWrong
from geo.siting import SalesDay, Siting, StopPlan, plan_stops, try_stops
from geo.spreading import name_districts
from webapp.answers.atlas import Atlas
from webapp.studies.ground import Ground, ground_of
from webapp.studies.proposal import SECONDS, cover_within, places_of
from webapp.studies.question import PACES, Question
from webapp.studies.recruiting import read_choice, read_number

Counted = Literal["everyone", "errand"]

MOST: Final = 20
"""Stops of a day."""

LONGEST: Final = 240
"""Minutes at a stop."""

SPEEDS: Final[dict[str, float | None]] = {"van": 250.0, "slow_van": 150.0, "cart": None}
"""Metres a minute between stops: a van in small streets (15 km/h), slower, pushed on foot."""

_SPOT: Final = re.compile(r"(-?\d{1,3}(?:\.\d{1,9})?),(-?\d{1,2}(?:\.\d{1,9})?)")


@dataclass(frozen=True)
class Round:
    """What is wished of the day, beside the question.

    Attributes
    ----------
    stops
        How many at most.
    start, end, stay, by
        Of `geo.siting.SalesDay`; ``by`` is a code of `SPEEDS`.
    depot
        Longitude and latitude where it begins and ends; None = at the first and last stop.
    places
        As of `webapp.studies.recruiting.Wish`.
    counted
        Every household, or only those who want errands.
    shops
        Whoever can walk to a shop need not be reached.
    """

    stops: int = 5
    start: str = "10:00"
    end: str = "15:00"
    stay: int = 30
    by: str = "van"
    depot: tuple[float, float] | None = None
    places: str = "street"
    counted: Counted = "everyone"
    shops: bool = True

    @property
    def day(self) -> SalesDay:
        """From when until when. Raises `ParameterWrong`."""
        return SalesDay(self.start, self.end, float(self.stay), SPEEDS[self.by])

    @property
    def spot(self) -> str:
        """The depot as an address has it."""
        return "" if self.depot is None else "{:.6f},{:.6f}".format(*self.depot)

    @property
    def weight(self) -> str:
        """Column of the demand that counts."""
        return "households" if self.counted == "everyone" else self.counted

    def facts(self) -> dict[str, str]:
        """As an address has it.

        >>> Round(depot=(130.9, 33.9)).facts()["depot"]
        '130.900000,33.900000'
        """
        told = {
            "stops": str(self.stops),
            "start": self.start,
            "end": self.end,
            "stay": str(self.stay),
            "by": self.by,
            "depot": self.spot,
            "places": self.places,
            "counted": "" if self.counted == "everyone" else self.counted,
            "shops": "1" if self.shops else "0",
        }
        return {name: value for name, value in told.items() if value}


def read_round(given: Mapping[str, Any], *, places: tuple[str, ...], form: bool = False) -> Round:
    """What an address or a form wishes.

    Parameters
    ----------
    places
        Kinds of places that there are; the first where none is given.
    form
        A box that is not ticked is not sent, so that its absence says no.

    Raises
    ------
    ParameterWrong
    """
    usual = Round()
    found = Round(
        stops=read_number(given, "stops", MOST) or usual.stops,
        start=str(given.get("start") or usual.start)[:5],
        end=str(given.get("end") or usual.end)[:5],
        stay=read_number(given, "stay", LONGEST) or usual.stay,
        by=read_choice(given, "by", tuple(SPEEDS)),
        depot=_spot(str(given.get("depot") or "").strip()),
        places=read_choice(given, "places", places),
        counted=cast("Counted", read_choice(given, "counted", ("everyone", "errand"))),
        shops=given.get("shops", "" if form else "1") == "1",
    )
    found.day  # noqa: B018 - refuses hours that are none
    return found


def _spot(text: str) -> tuple[float, float] | None:
    if not text:
        return None
    found = _SPOT.fullmatch(text)
    if found is None:
        raise ParameterWrong(name="depot", value=text[:40], wanted="130.88,33.88")
    return float(found[1]), float(found[2])


@dataclass(frozen=True)
class Sales:
    """One question with its wish, on one version of the data."""

    question: Question
    wish: Round
    ground: Ground
    cover: Cover
    places: gpd.GeoDataFrame
    """Where it could stop: id, district_id, name, geometry (points)."""
    shops: gpd.GeoDataFrame
    """Of everywhere, to which people walk already."""

    def search(self, watch: Callable[[Outing], bool]) -> Outing:
        """Search until proven, ended by ``watch`` or by time."""
        plan = plan_stops(
            self.cover,
            self.places,
            stops=self.wish.stops,
            day=self.wish.day,
            weight=self.wish.weight,
            depot=self._depot,
            kept=self._kept,
            watch=lambda siting: watch(Outing(self, siting)),
            seconds=SECONDS,
        )
        return Outing(self, plan.siting, plan)

    def try_out(self, spots: Sequence[tuple[float, float]]) -> Outing:
        """The day of stops at these places (degrees). Raises `ParameterWrong`."""
        points = gpd.GeoSeries([shapely.Point(spot) for spot in spots], crs=GEOGRAPHIC)
        ids = [str(number) for number in range(len(spots))]
        chosen = gpd.GeoDataFrame({"id": ids, "name": None}, geometry=points)
        chosen = name_districts(chosen, self.ground.districts)
        plan = try_stops(
            self.cover, chosen, day=self.wish.day, weight=self.wish.weight, depot=self._depot,
            kept=self._kept,
        )  # fmt: skip
        return Outing(replace(self, places=chosen), plan.siting, plan)

    @property
    def _kept(self) -> gpd.GeoDataFrame | None:
        return self.shops if self.wish.shops and len(self.shops) else None

    @property
    def _depot(self) -> gpd.GeoDataFrame | None:
        spot = self.wish.depot
        if spot is None:
            return None
        return gpd.GeoDataFrame({"id": ["depot"]}, geometry=[shapely.Point(spot)], crs=GEOGRAPHIC)


@dataclass(frozen=True)
class Outing:
    """The stops as far as the search got; with ``plan`` their order and timetable."""

    asked: Sales
    siting: Siting
    plan: StopPlan | None = None


def lay_sales(atlas: Atlas, question: Question, wish: Round) -> Sales:
    """Everything a search needs.

    Whoever walks more slowly comes less far in the same minutes.

    Raises
    ------
    LayerAbsent, PlacesAbsent
    """
    ground = ground_of(atlas, question.way)
    within = question.within * PACES[question.way]
    layer = atlas.layer("places")
    return Sales(
        question,
        wish,
        ground,
        cover_within(atlas, replace(question, within=within)),
        places_of(atlas, ground, question.district, wish.places),
        layer[(layer["kind"] == "shop") & layer.geometry.notna()],
    )


def depots_of(atlas: Atlas) -> list[tuple[str, str]]:
    """Where a day could begin: halls, shops, welfare facilities by spot and name."""
    layer = atlas.layer("places")
    some = layer[layer["kind"].isin(["hall", "shop", "welfare"]) & layer.geometry.notna()]
    spots = [f"{lon:.6f},{lat:.6f}" for lon, lat in shapely.get_coordinates(some.geometry)]
    named = {spot: str(name) for spot, name in zip(spots, some["name"], strict=True) if name}
    return sorted(named.items(), key=lambda one: one[1])
