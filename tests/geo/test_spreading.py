"""Figures shared out along streets: nothing lost, nothing invented."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import LayerFaulty, ParameterWrong
from geo.sample import Town
from geo.spreading import cut_streets, name_districts, spread_on_streets
from tests.towns import line_town


@pytest.fixture(scope="module")
def town() -> Town:
    return line_town("S1 . H1 .\n/ / . /\n. . H2 H3")


def halves(town: Town, **columns: list[float | None]) -> gpd.GeoDataFrame:
    """The town's west and east, the east twice as long in streets, and the sea."""
    _, south, east, north = town.households.total_bounds
    lon = town.supporters.geometry.x.iloc[0]
    middle = lon + (east - lon) * 0.4
    boxes = [(lon - 0.01, middle), (middle, east + 0.01), (east + 0.02, east + 0.03)]
    return gpd.GeoDataFrame(
        {"id": ["west", "east", "sea"], **columns},
        geometry=[shapely.box(low, south - 0.01, high, north + 0.01) for low, high in boxes],
        crs=4326,
    )


@settings(max_examples=10)
@given(every=st.floats(3.0, 200.0), people=st.floats(0.0, 1e6))
def test_the_rows_of_an_area_add_up_to_its_figure(town: Town, every: float, people: float) -> None:
    areas = halves(town, people=[people, 10.0, 3.0])
    spread = spread_on_streets(areas, town.streets, columns=["people"], every=every)
    sums = spread.groupby("area_id")["people"].sum()
    assert sums[["west", "east", "sea"]].tolist() == pytest.approx([people, 10.0, 3.0])
    assert spread["metres"].max() <= every + 1e-9
    assert spread["metres"].sum() == pytest.approx(town.streets.metres)


def test_a_figure_follows_street_length() -> None:
    town = line_town("S1 . H1 .\n/ / . /\n. . . H3")
    areas = halves(town, people=[9.0, 9.0, 9.0])
    spread = spread_on_streets(areas, town.streets, columns=["people"], every=90.0)
    streets = spread[spread["metres"] > 0]
    assert streets["metres"].max() > 1.2 * streets["metres"].min()
    for _, part in streets.groupby("area_id"):
        per_metre = part["people"] / part["metres"]
        assert per_metre.to_numpy() == pytest.approx(per_metre.iloc[0])
    shapes = halves(town).set_index("id").geometry
    assert all(shapes[row.area_id].intersects(row.geometry) for row in spread.itertuples())


def test_what_is_unknown_stays_unknown_and_an_area_without_streets_is_one_point(town: Town) -> None:
    areas = halves(town, people=[None, 1.0, 3.0])
    areas.loc[3] = ["nowhere", 4.0, None]
    spread = spread_on_streets(areas, town.streets, columns=["people"]).set_index("area_id")
    assert spread.loc["west", "people"].isna().all()
    assert len(spread.loc["west"]) > 1
    sea = spread.loc["sea"]
    assert (sea["metres"], sea["people"]) == (0.0, 3.0)
    assert areas.geometry.iloc[2].contains(sea.geometry)
    assert spread.loc["nowhere", "people"] == 4.0
    assert spread.loc["nowhere"].geometry is None


def test_without_streets_every_area_is_one_point(town: Town) -> None:
    spread = spread_on_streets(halves(town, people=[1.0, 2.0, None]), None, columns=["people"])
    assert spread["area_id"].tolist() == ["west", "east", "sea"]
    assert spread["people"].tolist()[:2] == [1.0, 2.0]
    assert np.isnan(spread["people"].iloc[2])


def test_middles_of_pieces_lie_on_the_streets(town: Town) -> None:
    pieces = cut_streets(town.streets, 30.0)
    lines = shapely.linestrings(
        np.column_stack([town.streets.vertex_x, town.streets.vertex_y]),
        indices=town.streets.vertex_edge,
    )
    away = shapely.distance(shapely.points(pieces.x, pieces.y), lines[pieces.edge])
    assert away.max() < 1e-6
    per_edge = np.bincount(pieces.edge, pieces.metres)
    assert per_edge == pytest.approx(shapely.length(lines), abs=0.2)


def test_points_are_named_after_the_first_district_they_lie_in(town: Town) -> None:
    districts = halves(town)
    districts.loc[3] = ["again", districts.geometry.iloc[0]]
    points = gpd.GeoDataFrame(
        geometry=[*districts.geometry.iloc[:2].representative_point(), shapely.Point(0, 0), None],
        crs=4326,
    )
    named = name_districts(points, districts)["district_id"]
    assert named.astype(object).where(named.notna(), None).tolist() == ["west", "east", None, None]


def test_what_cannot_be_shared_out_is_refused(town: Town) -> None:
    areas = halves(town, people=[1.0, 2.0, 3.0])
    for wrong in (["dogs"], ["id"]):
        with pytest.raises(LayerFaulty):
            spread_on_streets(areas, town.streets, columns=wrong)
    with pytest.raises(ParameterWrong):
        spread_on_streets(areas, town.streets, columns=[], every=0.0)
