"""Coverage of many municipalities: as a table, and as areas that nobody reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import geopandas as gpd
import pandas as pd

from geo.country.municipality import DEGREES, Municipality
from geo.country.studies import (
    ANY,
    COUNT,
    NUMBER,
    TEXT,
    Columns,
    OfActivities,
    cover_of,
)
from geo.coverage import Ask, coverage_table, uncovered_areas
from geo.proximity import SupporterPool


@dataclass(frozen=True)
class CoverageStudy(OfActivities):
    """How many households somebody reaches, by district and activity."""

    name: ClassVar[str] = "coverage"
    edition: ClassVar[int] = 1
    columns: ClassVar[Columns] = {
        "district_id": TEXT,
        "activity": TEXT,
        "households": COUNT,
        "reached": COUNT,
        "maybe": COUNT,
        "beyond": COUNT,
        "unknown": COUNT,
        "basis": TEXT,
    }

    def measure(self, place: Municipality) -> pd.DataFrame:
        """One row per district and activity; households of no district have one of their own.

        Returns
        -------
        district_id (null = none), activity ("any" = whoever helps), households, reached,
        maybe (only by helpers who were not asked about it), beyond, unknown (no position),
        basis. reached + maybe + beyond + unknown = households.
        """
        asks = {one or ANY: Ask(one) for one in self.asked}
        cover = cover_of(place, self.within)
        table = coverage_table(cover, asks, by="district_id")
        whole = _with_every_district(table, place, list(asks))
        return whole.rename(columns={"ask": "activity", "total": "households"}).assign(
            basis=cover.basis
        )


@dataclass(frozen=True)
class UncoveredStudy(OfActivities):
    """The parts of districts that no supporter reaches, made from the streets really reached."""

    name: ClassVar[str] = "uncovered"
    edition: ClassVar[int] = 1
    columns: ClassVar[Columns] = {
        "district_id": TEXT,
        "activity": TEXT,
        "area_m2": NUMBER,
        "population": NUMBER,
        "population_unknown": COUNT,
        "at_risk": COUNT,
        "street_metres": NUMBER,
        "basis": TEXT,
    }

    def measure(self, place: Municipality) -> gpd.GeoDataFrame:
        """One row per activity and connected area, as of `geo.uncovered_areas`.

        Returns
        -------
        district_id, activity ("any" = whoever helps), area_m2, population and
        population_unknown (null without a population layer), at_risk (households in it),
        street_metres (null without streets), basis, geometry.
        """
        if place.districts.empty:
            return gpd.GeoDataFrame(dict.fromkeys(self.columns, ()), geometry=[], crs=DEGREES)
        pool = SupporterPool(place.supporters, place.streets)
        people = None if place.population.empty else place.population
        tables = [
            uncovered_areas(
                place.districts, pool, activity=activity, within=self.within,
                population=people, households=place.households,
            ).assign(activity=activity or ANY)
            for activity in self.asked
        ]  # fmt: skip
        return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=DEGREES)


def _with_every_district(table: pd.DataFrame, place: Municipality, asks: list[str]) -> pd.DataFrame:
    """The table with rows of nought for districts where no household is."""
    absent = sorted({*place.districts["id"]} - {*table["district_id"].dropna()})
    if not absent:
        return table
    pairs = pd.MultiIndex.from_product([absent, asks], names=["district_id", "ask"])
    empty = pd.DataFrame(0, index=pairs, columns=table.columns.drop(["district_id", "ask"]))
    whole = pd.concat([table, empty.reset_index()], ignore_index=True)
    return whole.sort_values("district_id", kind="stable", ignore_index=True)
