"""A proposal where new helpers should be recruited: the search, and what it would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo import terms
from geo.coverage import REACHED, Ask, Cover, Helper
from geo.errors import FloorsTooHigh
from geo.siting import Siting, mesh_candidates, recruit, street_candidates
from geo.spreading import name_districts
from geo.units import FLAT_PACE
from webapp.answers.atlas import Atlas
from webapp.faults import PlacesAbsent
from webapp.studies.covering import round_together
from webapp.studies.ground import Ground, cover_of, ground_of
from webapp.studies.question import PACES, Question
from webapp.studies.recruiting import Wish

Floats = npt.NDArray[np.float64]

FARTHEST: Final = 60.0
"""Minutes that are looked at where nobody shall be farther than as few as may be."""

SECONDS: Final = 120.0
"""After which a search ends with the best so far."""

EVERY: Final = 200.0
"""Metres of street between two candidates."""


@dataclass(frozen=True)
class Site:
    """One place proposed. ``gain``: households newly reached, beside those ranked before."""

    rank: int
    lon: float
    lat: float
    district: str | None
    name: str | None
    gain: float
    nearest: float
    """Households that have it as their nearest, of those now unreached."""


@dataclass(frozen=True)
class Part:
    """Whole households of an area for one ask: all with a position, reached before and after."""

    total: int
    before: int
    after: int


@dataclass(frozen=True)
class Recruiting:
    """One question with its wish, on one version of the data."""

    question: Question
    wish: Wish
    ground: Ground
    cover: Cover
    """Of the area asked for, at the minutes asked for."""
    wide: Cover
    """The same at the minutes that are searched."""
    places: gpd.GeoDataFrame
    """Where helpers could be: id, district_id, name, geometry (points)."""
    _known: dict[bytes, Placement] = field(default_factory=dict, repr=False)

    def search(self, watch: Callable[[Proposal], bool]) -> Proposal:
        """Search until proven, ended by ``watch`` or by time."""
        try:
            return self._propose(self._recruit(watch))
        except FloorsTooHigh as fault:
            raise self._named(fault) from fault

    def _named(self, fault: FloorsTooHigh) -> FloorsTooHigh:
        """The same with the district's name instead of its id."""
        group = str(fault.facts["group"])
        name = self.ground.names.get(group.split(" (", maxsplit=1)[0], group)
        return FloorsTooHigh(**(fault.facts | {"group": name}))

    def _recruit(self, watch: Callable[[Proposal], bool]) -> Siting:
        wish = self.wish
        return recruit(
            self.wide,
            self.places,
            sites=wish.sites,
            asks=wish.asks(self.question),
            weights=wish.weights,
            goal=wish.goal,
            floors=None if wish.goal == "smallest_worst" else wish.shares(self.areas),
            pace=self.pace,
            watch=lambda siting: watch(self._propose(siting)),
            seconds=SECONDS,
        ).siting

    def _propose(self, siting: Siting) -> Proposal:
        """A better bound for the same places does not measure them again."""
        key = siting.chosen.tobytes()
        if key not in self._known:
            self._known.clear()
            self._known[key] = Placement(self, siting.chosen)
        return Proposal(self._known[key], siting)

    @property
    def areas(self) -> dict[str, str]:
        """Names by id of the districts asked for."""
        only, names = self.question.district, self.ground.names
        return names if only is None else {only: names[only]}

    @property
    def pace(self) -> float:
        """Metres a minute of the new helpers."""
        return FLAT_PACE * PACES[self.question.way]


@dataclass(frozen=True)
class Placement:
    """New helpers at some of the places, and what they would do."""

    asked: Recruiting
    chosen: npt.NDArray[np.int64]

    @property
    def places(self) -> gpd.GeoDataFrame:
        """Those chosen, the one that counts most first."""
        return self.asked.places.iloc[self.chosen]

    @cached_property
    def helpers(self) -> list[Helper]:
        """One at each place, who does what is asked at the time asked for."""
        question = self.asked.question
        return [
            Helper(
                f"new-{rank}", lon, lat, self.asked.wish.activities or tuple(terms.ACTIVITIES),
                weekdays=None if question.weekday is None else (question.weekday,),
                hours=None if question.hour is None else (question.hour,),
                pace=self.asked.pace,
            )
            for rank, (lon, lat) in enumerate(shapely.get_coordinates(self.places.geometry), 1)
        ]  # fmt: skip

    @cached_property
    def after(self) -> Cover:
        """The cover with them."""
        return self.asked.cover.changed(add=self.helpers)

    @cached_property
    def sites(self) -> list[Site]:
        """The places, with what each adds."""
        gains, nearest = self._gains()
        told = zip(self.helpers, *self._named(), gains, nearest, strict=True)
        return [
            Site(rank, one.lon, one.lat, home, name, gain, near)
            for rank, (one, home, name, gain, near) in enumerate(told, 1)
        ]

    def _named(self) -> tuple[list[str | None], list[str | None]]:
        """District and name of each place."""
        return self.places["district_id"].tolist(), name_places(self.places)

    def _gains(self) -> tuple[Floats, Floats]:
        many, asked = len(self.helpers), self.asked
        walks = [asked.wide.reach_of(one) for one in self.helpers]
        gains, nearest = np.zeros(many), np.zeros(many)
        for ask, weight in self.each:
            left = np.where(asked.cover.placed, np.nan_to_num(asked.cover.weight(weight)), 0.0)
            left[asked.cover.state(ask) == REACHED] = 0.0
            least, owner = np.full(len(left), np.inf), np.full(len(left), -1)
            open_yet = np.ones(len(left), bool)
            for rank, (rows, minutes) in enumerate(walks):
                inside = rows[minutes <= asked.question.within]
                gains[rank] += left[inside[open_yet[inside]]].sum()
                open_yet[inside] = False
                near = minutes < least[rows]
                least[rows[near]], owner[rows[near]] = minutes[near], rank
            own = owner >= 0
            nearest += np.bincount(owner[own], left[own], minlength=many)
        return gains, nearest

    @property
    def each(self) -> list[tuple[Ask, str]]:
        """What is asked of whom, and the weight that counts for it."""
        wish = self.asked.wish
        return list(zip(wish.asks(self.asked.question), wish.weights, strict=True))

    @cached_property
    def parts(self) -> list[tuple[str | None, str | None, Part]]:
        """District (None = all together), activity, and what is reached before and after."""
        home = self.asked.cover.demand["district_id"].to_numpy(object)
        found: list[tuple[str | None, str | None, Part]] = []
        areas: list[str | None] = list(self.asked.areas)
        for ask, weight in self.each:
            for area in [*areas, *([None] if len(areas) > 1 else [])]:
                rows = np.ones(len(home), bool) if area is None else home == area
                found.append((area, ask.activity, self._part(ask, weight, rows)))
        return found

    def _part(self, ask: Ask, weight: str, rows: npt.NDArray[np.bool_]) -> Part:
        value = np.nan_to_num(self.asked.cover.weight(weight))
        before, after = (one.state(ask) == REACHED for one in (self.asked.cover, self.after))
        steps = [value[rows & before].sum(), value[rows & after & ~before].sum(),
                 value[rows & ~after].sum()]  # fmt: skip
        kept, come, left = round_together([float(one) for one in steps])
        return Part(kept + come + left, kept, kept + come)


@dataclass(frozen=True)
class Proposal:
    """Where they should be, as far as the search got."""

    placed: Placement
    siting: Siting

    @property
    def worst(self) -> float | None:
        """Minutes of the farthest who is reached at all, where that is to be small."""
        value, goal = self.siting.value, self.placed.asked.wish.goal
        return value if goal == "smallest_worst" and np.isfinite(value) else None


def name_places(places: gpd.GeoDataFrame) -> list[str | None]:
    """Their names; None where there is none."""
    return [str(one) if isinstance(one, str) and one else None for one in places["name"]]


def lay_recruiting(atlas: Atlas, question: Question, wish: Wish) -> Recruiting:
    """Everything a search needs. Raises `LayerAbsent`, `PlacesAbsent`."""
    ground = ground_of(atlas, question.way)
    wide = replace(question, within=FARTHEST) if wish.goal == "smallest_worst" else question
    places = places_of(atlas, ground, question.district, wish.places)
    covers = [cover_within(atlas, one) for one in (question, wide)]
    return Recruiting(question, wish, ground, covers[0], covers[1], places)


def cover_within(atlas: Atlas, question: Question) -> Cover:
    """The cover of the district asked for alone; of all where none is asked for."""
    if question.district is None:
        return cover_of(atlas, question)
    ground = ground_of(atlas, question.way)
    key = ("cover", question.way, question.within, question.district)

    def make() -> Cover:
        own = ground.demand["district_id"] == question.district
        return Cover(ground.demand[own], ground.pool, within=question.within)

    return atlas.once(key, make)


def kinds_of(atlas: Atlas) -> tuple[str, ...]:
    """Kinds of places where helpers or stops could be, the usual first."""
    known = set(atlas.layer("places")["kind"].dropna())
    street = () if atlas.streets is None else ("street",)
    return (*street, "mesh", *(one for one in terms.PLACE_KINDS if one in known))


def places_of(atlas: Atlas, ground: Ground, district: str | None, kind: str) -> gpd.GeoDataFrame:
    """Places of a kind in the district, or in all of them. Raises `PlacesAbsent` where none is."""
    key = ("candidates", kind, district)
    return atlas.once(key, lambda: _find_places(atlas, ground, district, kind))


def _find_places(atlas: Atlas, ground: Ground, district: str | None, kind: str) -> gpd.GeoDataFrame:
    districts = ground.districts
    if district is not None:
        districts = districts[districts["id"] == district]
    if kind == "street" and atlas.streets is not None:
        found = street_candidates(atlas.streets, every=EVERY, districts=districts)
    elif kind == "mesh":
        found = mesh_candidates(districts, level="250m")
    else:
        layer = atlas.layer("places")
        found = layer[(layer["kind"] == kind) & layer.geometry.notna()]
        found = name_districts(found[["id", "name", "geometry"]], districts)
        found = found[found["district_id"].notna()].reset_index(drop=True)
    if found.empty:
        raise PlacesAbsent(kind=kind)
    return found if "name" in found.columns else found.assign(name=None)
