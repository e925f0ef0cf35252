"""Where each of many municipalities should look for its next helpers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import geopandas as gpd

from geo.country.municipality import DEGREES, Municipality
from geo.country.studies import COUNT, NUMBER, TEXT, Columns, OfActivities, cover_of
from geo.coverage import Ask
from geo.errors import ParameterWrong
from geo.siting import GOALS, Goal, Recruitment, mesh_candidates, recruit, street_candidates


@dataclass(frozen=True)
class RecruitStudy(OfActivities):
    """The places where so many new helpers, who do all that is asked, add most.

    Candidates are places along the streets, or the middles of 250 m mesh cells where no
    streets are known. Each answer is worked out to its proof, never until a time is up: the
    same data give the same places on every machine.

    Attributes
    ----------
    sites
        New helpers in each municipality, 1 or more.
    goal
        As of `geo.siting.recruit`.

    Raises
    ------
    ParameterWrong
    """

    sites: int = 5
    goal: Goal = "cover_most"

    name: ClassVar[str] = "recruit"
    edition: ClassVar[int] = 1
    columns: ClassVar[Columns] = {
        "rank": COUNT,
        "id": TEXT,
        "district_id": TEXT,
        "gain": NUMBER,
        "reached": NUMBER,
        "households": NUMBER,
        "basis": TEXT,
    }

    def __post_init__(self) -> None:
        """Refuse what cannot be asked, before thousands are asked it."""
        super().__post_init__()
        if self.sites < 1:
            raise ParameterWrong(name="sites", value=self.sites, wanted="1 or more")
        if self.goal not in GOALS:
            raise ParameterWrong(name="goal", value=self.goal, wanted="one of " + ", ".join(GOALS))

    def measure(self, place: Municipality) -> gpd.GeoDataFrame:
        """One row per new helper; none where there is nobody to reach or no place to stand.

        Returns
        -------
        rank (1 = adds most), id (of the candidate), district_id, gain (households it reaches
        beside those before it and today's helpers, activities added up), reached (today) and
        households (with a position), both of the whole municipality and once for each
        activity, basis, geometry (Point).
        """
        candidates = _candidates(place)
        if candidates.empty or place.households.empty:
            nothing = dict.fromkeys(self.columns, ())
            return gpd.GeoDataFrame(nothing, geometry=[], crs=DEGREES)
        cover = cover_of(place, self.within)
        asks = [Ask(one) for one in self.asked]
        found = recruit(
            cover,
            candidates,
            sites=min(self.sites, len(candidates)),
            asks=asks,
            goal=self.goal,
        )
        return _rows(found).assign(basis=cover.basis)


def _candidates(place: Municipality) -> gpd.GeoDataFrame:
    districts = None if place.districts.empty else place.districts
    if place.streets is not None:
        return street_candidates(place.streets, districts=districts)
    if districts is None:
        return gpd.GeoDataFrame({"id": []}, geometry=[], crs=DEGREES)
    return mesh_candidates(districts)


def _rows(found: Recruitment) -> gpd.GeoDataFrame:
    district = found.sites.get("district_id")
    return found.sites.assign(
        district_id=None if district is None else district,
        reached=sum(found.reached),
        households=sum(found.total),
    )
