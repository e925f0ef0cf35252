"""The invented town: the same from the same seed, believable, and nowhere on real land."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import layers
from geo.errors import ParameterWrong
from geo.sample import Town, sample_projections, sample_town
from geo.sample.ground import elevation
from geo.walk.network import StreetNetwork
from tests.towns import grid_town, line_town

once = cache(sample_town)


def town() -> Town:
    return once()


def arrays(streets: StreetNetwork) -> dict[str, bytes]:
    return {
        field.name: value.tobytes()
        for field in fields(streets)
        if isinstance(value := getattr(streets, field.name), np.ndarray)
    }


@pytest.mark.parametrize("name", ["districts", "households", "supporters", "links", "places"])
def test_every_layer_keeps_its_contract(name: layers.LayerName) -> None:
    layer = getattr(town(), name)
    assert len(layers.check(layer, name)) == len(layer) > 0


@pytest.mark.parametrize("name", ["districts", "households", "supporters", "links", "places"])
def test_same_seed_same_bytes(name: str) -> None:
    again = getattr(sample_town(), name)
    assert again.to_json() == getattr(town(), name).to_json()


def test_same_seed_same_streets() -> None:
    assert arrays(sample_town().streets) == arrays(town().streets)


def test_another_seed_is_another_town() -> None:
    other = sample_town(1)
    assert other.households.to_json() != town().households.to_json()
    assert arrays(other.streets) != arrays(town().streets)


def test_houses_and_streets_stay_when_supporters_are_added() -> None:
    more = sample_town(supporters=90)
    assert more.households.to_json() == town().households.to_json()
    assert arrays(more.streets) == arrays(town().streets)


@settings(max_examples=15)
@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(0, 12))
def test_any_size_gives_what_was_asked_for(seed: int, households: int, supporters: int) -> None:
    small = sample_town(seed, households, supporters)
    assert (len(small.households), len(small.supporters)) == (households, supporters)
    known = {*small.households["id"], *small.supporters["id"]}
    assert set(small.links["watcher_id"]) <= known
    assert set(small.links["watched_id"]) <= set(small.households["id"])
    assert (small.links["watcher_id"] != small.links["watched_id"]).all()


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"households": 0}, {"supporters": -1}])
def test_a_number_that_cannot_be_is_refused_by_name(wrong: dict[str, int]) -> None:
    with pytest.raises(ParameterWrong) as fault:
        sample_town(**wrong)
    assert fault.value.facts["name"] == next(iter(wrong))


def test_seven_districts_beside_one_another_without_overlap() -> None:
    shapes = town().districts.to_crs(6670).geometry
    assert len(shapes) == 7
    assert shapes.is_valid.all()
    assert shapes.area.sum() == pytest.approx(shapes.union_all().area, rel=1e-6)


@pytest.mark.parametrize("households", [600, 100_000])
def test_no_real_land_is_under_the_town(realdata: Path, households: int) -> None:
    ground = once(0, households, 0).districts.union_all().convex_hull
    for name in ("n03_kitakyushu_wards", "n03_2021_fukuoka_simplified"):
        real = gpd.read_file(realdata / "boundaries" / f"{name}.geojson").to_crs(6670)
        shape = gpd.GeoDataFrame(geometry=[ground], crs=4326).to_crs(6670).union_all()
        assert real.distance(shape).min() > 2_000


def test_everyone_lives_in_the_district_they_say() -> None:
    for layer in (town().households, town().supporters):
        found = gpd.sjoin(layer, town().districts[["id", "geometry"]], predicate="within")
        assert len(found) == len(layer)
        assert (found["district_id"] == found["id_right"]).all()


@pytest.mark.parametrize(("seed", "households"), [(0, 600), (5, 1_000), (0, 100_000)])
def test_every_district_has_people_and_the_hillside_most(seed: int, households: int) -> None:
    counts = once(seed, households, 0).households["district_id"].value_counts()
    assert len(counts) == 7
    assert counts.idxmax() == "X0003"
    assert counts.min() > 0.02 * households


def test_no_supporter_lives_high_on_the_hillside_but_many_houses_do() -> None:
    # A gap that coverage has to find.
    crowd = sample_town(supporters=2_000)
    hill = shapely.Point(130.58916, 34.14612)
    top = gpd.GeoDataFrame(geometry=[hill], crs=4326).to_crs(6670).union_all()
    helpers, homes = (layer.to_crs(6670).distance(top) for layer in (
        crowd.supporters, crowd.households
    ))  # fmt: skip
    assert helpers.min() > 450
    assert (homes < 450).sum() >= 30


def test_streets_have_steps_dead_ends_and_one_part_apart() -> None:
    streets = town().streets
    degree = np.bincount(streets.edge_ends.ravel())
    assert streets.edge_steps.sum() > 200
    assert (degree == 1).sum() > 50
    assert len(streets.part_metres) == 2
    assert streets.part_metres[0] > 200_000
    assert streets.part_metres[1] < 500


def test_nobody_lives_on_the_path_that_no_street_reaches() -> None:
    streets = town().streets
    lines = streets.lines().to_crs(6670)
    apart = lines[streets.edge_part == 1].union_all()
    assert town().households.to_crs(6670).distance(apart).min() > 50


def test_hills_are_between_the_sea_and_120_metres() -> None:
    east, north = np.meshgrid(np.linspace(-5000, 5000, 200), np.linspace(-4000, 3000, 200))
    height = elevation(east, north, [(0, 0, 1000, 800, 112, 0.3), (900, 0, 600, 600, 70, 0.0)])
    assert height.min() >= 2.0
    assert 100 < height.max() <= 120


def test_streets_up_the_hill_take_longer_than_down() -> None:
    streets = town().streets
    there, back = (streets.edge_cost[:, side] >> 32 for side in (0, 1))
    assert (np.abs(there - back) > 1_000).mean() > 0.15


def test_houses_stand_5_to_25_metres_off_a_street() -> None:
    lines = town().streets.lines().to_crs(6670).geometry.to_numpy()
    homes = town().households.to_crs(6670).geometry.to_numpy()
    _, off = shapely.STRtree(lines).query_nearest(homes, return_distance=True, all_matches=False)
    assert off.max() <= 25.5
    assert np.median(off) > 5


def test_shares_are_those_of_the_programme() -> None:
    houses = sample_town(3, 20_000, 0).households
    wanted = houses["needs"].dropna().explode().dropna()
    # Most households want one thing, so shares among all wants stay near the drawn ones.
    shares = wanted.value_counts(normalize=True)
    assert shares.index[0] == "garbage"
    assert shares["garbage"] == pytest.approx(0.37, abs=0.03)
    assert shares["errand"] == pytest.approx(0.25, abs=0.03)
    assert 0.02 < houses["needs"].isna().mean() < 0.06


def test_fifteen_percent_of_those_alone_have_no_line() -> None:
    alone = town().households.query("composition == 'single_elderly'")["id"]
    without = ~alone.isin(town().links["watched_id"])
    assert without.mean() == pytest.approx(0.15, abs=0.01)


def test_lines_run_from_watcher_to_watched() -> None:
    everyone = gpd.GeoDataFrame(pd.concat([town().households, town().supporters]))
    rows = pd.Series(np.arange(len(everyone)), index=everyone["id"])
    stands = shapely.get_coordinates(everyone.geometry.to_numpy())
    ends = shapely.get_coordinates(town().links.geometry.to_numpy()).reshape(-1, 2, 2)
    for column, end in (("watcher_id", 0), ("watched_id", 1)):
        place = stands[rows[town().links[column]].to_numpy()]
        assert np.abs(place - ends[:, end]).max() == 0


def test_addresses_say_that_they_are_invented() -> None:
    for layer in (town().households, town().places):
        assert layer["address"].str.startswith("架空県汐鳴市").all()


def test_a_big_town_grows_instead_of_crowding() -> None:
    big = once(0, 100_000, 0)
    assert len(big.households) == 100_000
    assert big.streets.part_metres[0] > 2 * town().streets.part_metres[0]
    assert len(big.streets.part_metres) == 2


def test_a_picture_becomes_a_town() -> None:
    drawn = line_town("S1 . H1\n.  /  H2", heights="0 0 10 0 0 10", step=50)
    assert drawn.supporters["id"].tolist() == ["S1"]
    assert drawn.households["id"].tolist() == ["H1", "H2"]
    assert drawn.streets.part_metres.sum() == pytest.approx(200)
    layers.check(drawn.districts, "districts")
    layers.check(drawn.households, "households")
    layers.check(drawn.supporters, "supporters")


def test_a_grid_has_a_house_at_every_free_crossing() -> None:
    square = grid_town(4, supporters=((0, 0), (3, 3)))
    assert len(square.households) == 14
    assert square.streets.part_metres.sum() == pytest.approx(2 * 4 * 3 * 100)


def test_stations_of_one_quarter_are_emptied_on_the_same_days_before_half_past_eight() -> None:
    stations = town().places.query("kind == 'garbage_station'")
    quarter = stations["name"].str.replace(r"\d+", "", regex=True)
    days = stations["weekdays"].map(tuple)
    assert days.groupby(quarter).agg(set).map(len).max() == 1
    assert days.nunique() == 3
    assert set(stations["hours"].map(tuple)) == {("05:00-08:30",)}
    shops = town().places.query("kind == 'shop'")
    assert shops["weekdays"].map(len).ge(5).all()
    assert town().places.query("kind == 'aed'")["weekdays"].isna().all()


def test_most_supporters_said_whether_woman_or_man_and_names_agree() -> None:
    crowd = once(0, 60, 1_000).supporters
    assert 0.1 < crowd["gender"].isna().mean() < 0.2
    given = crowd["name"].str.split("\u3000").str[1]
    of_name = crowd.assign(given=given).dropna(subset=["gender"]).groupby("given")["gender"]
    assert of_name.agg(set).map(len).max() == 1
    assert set(crowd["gender"].dropna()) == {"f", "m"}


def test_the_outlook_ages_and_shrinks_in_every_cell() -> None:
    outlook = layers.check(sample_projections(town()), "projections")
    assert sample_projections(town()).to_json() == outlook.to_json()
    cells = outlook.set_index(["id", "year"])
    first, last = (cells.xs(year, level="year") for year in (2020.0, 2050.0))
    assert (last["people"] < first["people"]).all()
    assert (cells["people_75"] <= cells["people_65"]).all()
    assert (cells["people_65"] <= cells["people"]).all()
    later = cells["people_75"].groupby("year").sum()
    assert later.idxmax() == 2035.0
    spots = town().households.geometry
    assert shapely.union_all(first.geometry.to_numpy()).covers(spots.to_numpy()).all()
