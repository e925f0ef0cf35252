"""Land nobody reaches: with what is reached it is the whole district, and it counts truly."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.coverage import Ask, street_cover, uncovered_areas
from geo.crs import plane_of
from geo.errors import ParameterWrong
from geo.proximity import SupporterPool
from geo.sample import Town, sample_town
from geo.walk.build import build_network
from geo.walk.network import StreetNetwork
from geo.walk.sources import read_lines
from tests.geo.test_street_cover import people
from tests.towns import line_town


@pytest.fixture(scope="module")
def town() -> Town:
    return sample_town(seed=5, households=60, supporters=40)


def in_plane(layer: gpd.GeoDataFrame, streets: StreetNetwork) -> gpd.GeoSeries:
    return layer.geometry.to_crs(streets.plane)


def assert_closes(
    districts: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    cover: gpd.GeoDataFrame,
    streets: StreetNetwork,
) -> None:
    """Uncovered land, land beside the reached streets and the districts add up."""
    reached = in_plane(cover[cover["reached"]], streets)
    land = shapely.union_all(shapely.buffer(reached.to_numpy(), 50.0))
    whole = shapely.union_all(in_plane(districts, streets).to_numpy())
    left = shapely.union_all(in_plane(areas, streets).to_numpy())
    beside = shapely.intersection(whole, land)
    assert shapely.area(left) + shapely.area(beside) == pytest.approx(shapely.area(whole), rel=1e-3)
    assert shapely.area(shapely.intersection(left, land)) < 1e-3 * shapely.area(whole)
    assert areas["area_m2"].sum() == pytest.approx(shapely.area(left), rel=1e-3)


def test_uncovered_land_and_land_beside_reached_streets_are_the_district(town: Town) -> None:
    areas = uncovered_areas(
        town.districts, town.supporters, town.streets, activity="garbage", within=5.0
    )
    cover = street_cover(town.supporters, town.streets, ask=Ask("garbage"), within=5.0)
    assert_closes(town.districts, areas, cover, town.streets)
    assert set(areas.geom_type) == {"Polygon"}
    assert set(areas["basis"]) == {"streets"}
    missed = in_plane(cover[~cover["reached"]], town.streets)
    inside = missed.intersection(in_plane(areas, town.streets).union_all()).length.sum()
    assert areas["street_metres"].sum() == pytest.approx(inside, rel=0.01)
    assert (areas["street_metres"] == 0).any()


def test_people_and_households_of_an_area_are_those_who_live_in_it(town: Town) -> None:
    population = town.districts[["id", "geometry"]].assign(people=100.0)
    population.loc[0, "people"] = np.nan
    areas = uncovered_areas(
        town.districts, town.supporters[:3], town.streets,
        within=5.0, population=population, households=town.households,
    )  # fmt: skip
    by = areas.groupby("district_id")
    hidden = population["id"].iloc[0]
    assert by["population_unknown"].max()[hidden] == 1
    assert areas.loc[areas["district_id"] == hidden, "population"].isna().all()
    known = by["population"].sum().drop(hidden)
    assert (known <= 100.0 + 1e-6).all()
    assert known.max() > 50.0
    inside = town.households.sjoin(areas[["geometry"]], predicate="within")
    assert areas["at_risk"].sum() == len(inside)


def test_nobody_active_leaves_everything_and_everybody(town: Town) -> None:
    population = town.districts[["id", "geometry"]].assign(people=7.0)
    nobody = SupporterPool(town.supporters[:0], town.streets)
    areas = uncovered_areas(
        town.districts, nobody, population=population, households=town.households
    )
    assert areas["population"].sum() == pytest.approx(7.0 * len(population))
    assert areas["at_risk"].sum() == len(town.households)
    assert areas["street_metres"].sum() == pytest.approx(town.streets.metres, rel=0.02)


def test_where_nothing_was_loaded_nothing_is_counted() -> None:
    town = line_town("S1 . . . . . . H1")
    areas = uncovered_areas(town.districts, town.supporters, town.streets, within=2.5)
    assert areas[["population", "population_unknown", "at_risk"]].isna().all(axis=None)
    elsewhere = town.districts[["id"]].assign(people=5.0)
    there = gpd.GeoDataFrame(elsewhere, geometry=[shapely.box(0, 0, 1, 1)], crs=4326)
    unknown = uncovered_areas(town.districts, town.supporters, town.streets, population=there)
    assert unknown["population"].isna().all()


def test_without_streets_the_reach_is_a_circle_and_says_so() -> None:
    town = line_town("S1 . . . . . . H1", facts={"S1": {"farthest_minutes": 2.6}})
    areas = uncovered_areas(town.districts, town.supporters, within=10.0)
    whole = town.districts.to_crs(plane_of(town.districts)).area.iloc[0]
    circle = np.pi * (80 * 2.6 / 1.3) ** 2
    assert areas["area_m2"].sum() == pytest.approx(whole - circle, rel=1e-3)
    assert areas["basis"].tolist() == ["straight_line"]
    assert areas["street_metres"].isna().all()


def test_what_cannot_be_drawn_is_refused(town: Town) -> None:
    for wrong in ({"beside": 0.0}, {"within": -1.0}, {"activity": "cooking"}):
        with pytest.raises(ParameterWrong):
            uncovered_areas(town.districts, town.supporters, town.streets, **wrong)


@pytest.mark.realdata
def test_land_of_ube_adds_up(realdata: Path) -> None:
    network = build_network(read_lines(realdata / "streets" / "ube_walk_osmnx.gpkg"))
    supporters = people(network, 80)
    west, south, east, north = network.lines().total_bounds
    middle = (west + east) / 2
    boxes = [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)]
    districts = gpd.GeoDataFrame({"id": ["w", "e"]}, geometry=boxes, crs=4326)
    areas = uncovered_areas(districts, supporters, network, within=5.0)
    assert_closes(districts, areas, street_cover(supporters, network, within=5.0), network)
