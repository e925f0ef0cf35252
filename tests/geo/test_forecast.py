"""Forecasts: needs grow with their cell, people lie along streets, the unprojected stays null."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage import Ask, Cover, coverage_table
from geo.errors import LayerFaulty, ParameterWrong
from geo.forecast import forecast, grow_demand, projected_demand, spread_years
from geo.proximity import SupporterPool
from geo.sample import Town
from tests.towns import line_town

PICTURE = "H1 . S1 H2 . . . . . . . . . . . S2 H3"
"""H1 and H2 stand in the west cell with S1, H3 in the east cell with S2, 1,600 m in all."""

GARBAGE = {"garbage": Ask(activity="garbage")}


def projections(rows: list[tuple[str, float, float | None, float | None]]) -> gpd.GeoDataFrame:
    """Rows (area W or E, year, people, people_75); W is the west half of the street."""
    columns = ["id", "year", "people", "people_75"]
    table = pd.DataFrame(rows, columns=pd.Index(columns)).astype(
        {"people": float, "people_75": float}
    )
    shapes = {
        "W": shapely.box(130.87, 33.87, 130.89, 33.89),
        "E": shapely.box(130.89, 33.87, 130.91, 33.89),
    }
    return gpd.GeoDataFrame(table, geometry=[shapes[one] for one in table["id"]], crs=4326)


TWO = projections(
    [
        ("W", 2020, 100, 20), ("W", 2030, 80, 40), ("W", 2040, 60, None),
        ("E", 2020, 50, 0), ("E", 2030, 25, 5), ("E", 2040, 10, 5),
    ]
)  # fmt: skip


def cover_of(town: Town, within: float = 5.0) -> Cover:
    return Cover(town.households, SupporterPool(town.supporters, town.streets), within=within)


def test_a_year_between_lies_between() -> None:
    table = spread_years(TWO, [2020, 2025, 2030.0, 2035]).set_index("id")
    assert table["people_2025"].to_dict() == {"W": 90.0, "E": 37.5}
    np.testing.assert_array_equal(
        table.loc["W", ["people_75_2025", "people_75_2035"]], [30, np.nan]
    )
    np.testing.assert_array_equal(table["people_65_2030"], [np.nan, np.nan])
    assert list(table.columns[-3:]) == ["people_75_2025", "people_75_2030", "people_75_2035"]


@pytest.mark.parametrize("years", [[2019], [2041], [], [2030, 2050]])
def test_nothing_is_told_beyond_the_projections(years: list[float]) -> None:
    with pytest.raises(ParameterWrong, match="years from 2020 to 2040"):
        spread_years(TWO, years)


def test_a_need_grows_with_its_cell() -> None:
    town = line_town(PICTURE)
    grown = grow_demand(town.households, TWO, years=[2030], grows_with="people").set_index("id")
    assert grown["households_2030"].to_dict() == {"H1": 0.8, "H2": 0.8, "H3": 0.5}
    assert grown.attrs == {"base": 2020.0, "grows_with": "people"}
    weighed = town.households.assign(at_risk=[10.0, np.nan, 4.0])
    later = grow_demand(
        weighed, TWO, years=[2040], base=2030, weight="at_risk", grows_with="people"
    )
    np.testing.assert_allclose(later["at_risk_2040"], [7.5, np.nan, 1.6])


def test_what_nobody_projected_is_null() -> None:
    town = line_town(PICTURE)
    grown = grow_demand(town.households, TWO, years=[2030, 2040])
    assert grown.attrs["grows_with"] == "people_75"
    np.testing.assert_array_equal(grown["households_2030"], [2.0, 2.0, np.nan])  # E: from nobody
    assert grown["households_2040"].isna().all()
    west = TWO[TWO["id"] == "W"]
    np.testing.assert_array_equal(
        grow_demand(town.households, west, years=[2030])["households_2030"], [2.0, 2.0, np.nan]
    )


def test_a_figure_grows_with_itself_and_the_named_area_comes_first() -> None:
    town = line_town(PICTURE)
    demand = town.households.assign(people=[1.0, 1.0, 1.0], area_id=["E", "X", "E"])
    grown = grow_demand(demand, TWO, years=[2030], weight="people")
    assert grown["people_2030"].tolist() == [0.5, 0.8, 0.5]
    nowhere = demand.assign(geometry=None, area_id=["E", "X", None])
    lost = grow_demand(gpd.GeoDataFrame(nowhere, crs=4326), TWO, years=[2030], weight="people")
    np.testing.assert_array_equal(lost["people_2030"], [0.5, np.nan, np.nan])


def test_the_table_closes_and_compares_with_like() -> None:
    town = line_town(PICTURE, facts={"S2": {"activities": ["talk"]}})
    table = forecast(cover_of(town), TWO, GARBAGE, years=[2030, 2020], grows_with="people", by=None)
    assert table["year"].tolist() == [2020.0, 2030.0]
    figures = table[["total", "reached", "maybe", "beyond", "unknown"]].to_numpy()
    np.testing.assert_allclose(figures, [[3, 2, 0, 1, 0], [2.1, 1.6, 0, 0.5, 0]])
    assert table["total_before"].tolist() == [3.0, 3.0]
    assert table["beyond_before"].tolist() == [1.0, 1.0]
    assert table.attrs == {"base": 2020.0, "grows_with": "people"}


def test_rows_without_a_projection_are_left_out_of_both_sides() -> None:
    town = line_town(PICTURE)
    table = forecast(cover_of(town), TWO, GARBAGE, years=[2030])
    row = table.iloc[0]
    assert (row["district_id"], row["ask"], row["without_weight"]) == ("D1", "garbage", 1)
    assert (row["total"], row["total_before"], row["beyond_before"]) == (4.0, 2.0, 0.0)


def test_the_first_year_is_the_cover_of_today() -> None:
    town = line_town(PICTURE)
    cover = cover_of(town)
    asks = {"garbage": Ask("garbage"), "talk": Ask("talk")}
    later = forecast(cover, TWO, asks, years=[2020], grows_with="people")
    today = coverage_table(cover, asks)
    pd.testing.assert_frame_equal(
        later[today.columns.tolist()], today, check_dtype=False, check_names=False
    )
    assert len(forecast(cover, TWO, {}, years=[2020])) == 0


def test_projected_people_lie_along_the_streets_and_add_up() -> None:
    town = line_town(PICTURE)
    demand = projected_demand(TWO, town.streets, years=[2020, 2030])
    assert demand.groupby("area_id")["people_2030"].sum().round(9).to_dict() == {
        "W": 80.0,
        "E": 25.0,
    }
    assert demand["id"].is_unique
    cover = Cover(demand, SupporterPool(town.supporters, town.streets), within=2.5)
    table = coverage_table(cover, GARBAGE, weight="people_2030", by="area_id").set_index("area_id")
    reached, beyond = (float(table.loc["E", name]) for name in ("reached", "beyond"))
    assert reached + beyond == pytest.approx(25.0)
    # 200 m around S2 are 300 m of the 675 m of street in the east.
    assert reached / 25.0 == pytest.approx(300 / 675, abs=50 / 675)


def test_wrong_words_and_layers_are_said() -> None:
    town = line_town(PICTURE)
    with pytest.raises(ParameterWrong):
        grow_demand(town.households, TWO, years=[2030], grows_with="cats")
    with pytest.raises(ParameterWrong):
        grow_demand(town.households, TWO, years=[2030], weight="cats")
    with pytest.raises(LayerFaulty):
        spread_years(TWO.drop(columns="year"), [2030])


@given(st.lists(st.floats(1, 500), min_size=4, max_size=4), st.floats(2020, 2040))
@settings(max_examples=15, deadline=None)
def test_growing_adds_up_by_cell(figures: list[float], year: float) -> None:
    west = [("W", 2020, figures[0], None), ("W", 2040, figures[1], None)]
    east = [("E", 2020, figures[2], None), ("E", 2040, figures[3], None)]
    layer = projections([*west, *east])
    spots = shapely.points([130.88, 130.88, 130.90], 33.88)
    demand = gpd.GeoDataFrame({"people": [1.0, 2.0, 4.0]}, geometry=spots, crs=4326)
    grown = grow_demand(demand, layer, years=[year], weight="people")[f"people_{year:g}"]
    area = spread_years(layer, [year], figures=["people"])[f"people_{year:g}"]
    assert grown[:2].sum() == pytest.approx(3.0 * area[0] / figures[0])
    assert grown[2] == pytest.approx(4.0 * area[1] / figures[2])
