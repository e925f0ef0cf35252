"""Projections of any edition become one layer: id, year and figures; hidden is never 0."""

from __future__ import annotations

import contextlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import mesh_bounds
from geo.errors import CellFaulty, GeoError, SchemaUnknown
from geo.exchange.projections import ProjectionReport, read_heading, read_projections
from geo.layers import check

# The columns of the edition of 2018 (500 m): a code, the count it starts from, totals, ages,
# five-year groups that nobody asks for, shares, and whether the year is hidden.
MESH = (
    "MESH_ID,SHICODE,PTN_2015,PT0_2020,PTA_2020,PTB_2020,PTC_2020,PTD_2020,PTE_2020,PT14_2020,"
    "RTC_2020,HITOKU2020,GASSAN2020,PT0_2035,PTC_2035,PTD_2035,HITOKU2035\n"
    "503066692,40107,5818.0744,5742.0858,417.9,3903.8,1420.3596,736.7611,469.0,315.2,24.7,,,"
    "5501.5494,1425.9929,814.8507,\n"
    "503066691,40107,12.5,11.0,1,5,5,2,1,1,45,1,503066692,9.5,6.1,3.2,*\n"
)


def written(tmp_path: Path, text: str, name: str = "p.csv", encoding: str = "cp932") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def report_of(layer: gpd.GeoDataFrame) -> ProjectionReport:
    report = layer.attrs["report"]
    assert isinstance(report, ProjectionReport)
    return report


def test_a_mesh_is_told_by_its_columns(tmp_path: Path) -> None:
    layer = check(read_projections(written(tmp_path, MESH)), "projections")
    assert layer[["id", "year"]].to_numpy().tolist()[:3] == [
        ["503066692", 2015.0], ["503066692", 2020.0], ["503066692", 2035.0],
    ]  # fmt: skip
    assert layer["people"].tolist()[:3] == [5818.0744, 5742.0858, 5501.5494]
    np.testing.assert_array_equal(layer["people_65"][:3], [np.nan, 1420.3596, 1425.9929])
    np.testing.assert_array_equal(layer["people_75"][:3], [np.nan, 736.7611, 814.8507])
    assert layer.geometry.iloc[0].equals(shapely.box(*mesh_bounds("503066692")))
    assert (report_of(layer).edition, report_of(layer).years) == (
        "mesh of projections",
        (2015, 2020, 2035),
    )


def test_hidden_ages_are_null_and_the_total_stays(tmp_path: Path) -> None:
    layer = read_projections(written(tmp_path, MESH))
    hidden = layer[layer["id"] == "503066691"]
    assert hidden[["people_65", "people_75"]].isna().all(axis=None)
    assert hidden["people"].tolist() == [12.5, 11.0, 9.5]
    assert report_of(layer).hidden == 2


def test_a_shapefile_with_numbers_for_codes(tmp_path: Path) -> None:
    shapes = [shapely.box(*mesh_bounds(code)) for code in ("503066692", "503066691")]
    columns = {
        "MESH_ID": [503066692, 503066691],
        "SHICODE": [40107, 40107],
        "PTN_2020": [90.5, 10.0],
        "PT00_2025": [80.5, 9.0],
        "PTC_2025": [30.0, None],
    }
    path = tmp_path / "500m_mesh.shp"
    gpd.GeoDataFrame(columns, geometry=shapes, crs=6668).to_file(path)
    layer = read_projections(path)
    assert layer["id"].tolist() == ["503066692"] * 2 + ["503066691"] * 2
    assert layer["people"].tolist() == [90.5, 80.5, 10.0, 9.0]
    np.testing.assert_array_equal(layer["people_65"], [np.nan, 30.0, np.nan, np.nan])
    assert layer.crs is not None
    assert layer.crs.to_epsg() == 4326


def test_the_count_comes_before_the_projection_of_the_same_year(tmp_path: Path) -> None:
    text = "MESH_ID,PTN_2020,PT00_2020,PT0_2020\n503066692,5,9,8\n"
    assert read_projections(written(tmp_path, text))["people"].tolist() == [5.0]


def test_the_edition_of_2017_tells_people_only(tmp_path: Path) -> None:
    text = "MESH_ID,CITY_CODE,POP2010,POP2040\n503066692,40107,5.5,3.25\n"
    layer = read_projections(written(tmp_path, text))
    assert layer["people"].tolist() == [5.5, 3.25]
    assert layer[["people_65", "people_75"]].isna().all(axis=None)


def test_parts_of_a_cell_in_two_cities_are_added_up(tmp_path: Path) -> None:
    text = (
        "MESH_ID,SHICODE,PTN_2020,PTC_2020\n503066692,40107,9,4\n503066691,40107,1,1\n"
        "503066692,40106,3,\n"
    )
    layer = read_projections(written(tmp_path, text))
    assert layer["id"].tolist() == ["503066692", "503066691"]
    assert layer["people"].tolist() == [12.0, 1.0]
    np.testing.assert_array_equal(layer["people_65"], [np.nan, 1.0])
    again = text.replace("40106", "40107")
    with pytest.raises(CellFaulty, match=r"row 4.*second time"):
        read_projections(written(tmp_path, again))


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig", "utf-16"])
def test_one_row_for_each_year(tmp_path: Path, encoding: str) -> None:
    text = (
        "浅生地区の見通し,,,\n地域コード,年,総人口,65歳以上人口\n".replace("地域コード", "コード")
        + '40105002001,2025年,"1,200",＊\n40105002001,２０３５,990,300\n'
    )
    shape = shapely.box(130.82, 33.88, 130.83, 33.89)
    areas = gpd.GeoDataFrame({"code": ["40105002001"]}, geometry=[shape], crs=4326)
    path = written(tmp_path, text.replace("＊", "*"), encoding=encoding)
    layer = check(read_projections(path, areas=areas), "projections")
    assert layer[["year", "people"]].to_numpy().tolist() == [[2025.0, 1200.0], [2035.0, 990.0]]
    np.testing.assert_array_equal(layer["people_65"], [np.nan, 300.0])
    assert layer.geometry.iloc[1].equals(shape)
    assert report_of(read_projections(path)).without_shape == 1


def test_one_column_for_each_year_with_places(tmp_path: Path) -> None:
    text = (
        "町名,経度,緯度,2025年人口,2035年 人口,2035年65歳以上人口,2035年世帯数\n"
        "浅生,130.82,33.88,100,80,30,50\n天籟寺,130.83,33.88,x,70,-,\n"
    )
    layer = read_projections(written(tmp_path, text))
    assert layer["id"].tolist() == ["浅生", "浅生", "天籟寺", "天籟寺"]
    np.testing.assert_array_equal(layer["people"], [100.0, 80.0, np.nan, 70.0])
    np.testing.assert_array_equal(layer["people_65"], [np.nan, 30.0, np.nan, np.nan])
    assert layer.geometry.geom_type.tolist() == ["Point"] * 4


@pytest.mark.parametrize(
    ("text", "fault", "sentence"),
    [
        (MESH.replace("PTN", "X").replace("PT0", "Y").replace("PTC", "Z").replace("PTD", "W"),
         SchemaUnknown, "people by year"),
        ("a,b\n1,2\n", SchemaUnknown, "wanted was"),
        (MESH.replace("5501.5494", "many"), CellFaulty, "row 2, column PT0_2035"),
        (MESH.replace("5501.5494", "-4"), CellFaulty, "below 0"),
        (MESH.replace("503066691,40107", ",40107"), CellFaulty, "row 3.*no key"),
        ("id,year,people\nA,soon,3\n", CellFaulty, "'soon' is no year"),
        ("id,year,people\nA,2025,3\nA,2025,4\n", CellFaulty, "row 3.*second time"),
    ],
)  # fmt: skip
def test_wrong_files_say_where(
    tmp_path: Path, text: str, fault: type[GeoError], sentence: str
) -> None:
    with pytest.raises(fault, match=sentence):
        read_projections(written(tmp_path, text))


def test_headings_say_a_figure_and_a_year_in_any_order() -> None:
    assert read_heading("people_2035") == ("people", 2035)
    assert read_heading("人口（2035年）") == ("人口", 2035)
    assert read_heading("2035年将来推計人口") == ("人口", 2035)
    assert read_heading("PT14_2020") == ("pt14", 2020)
    assert read_heading("T001082001") is None
    assert read_heading("12035") is None


@given(st.text(alphabet="id,年PTN_2035人口\n1.5*-x", max_size=80))
@settings(max_examples=40)
def test_whatever_comes_a_fault_is_one_of_ours(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("p") / "p.csv"
    path.write_text(text, encoding="utf-8")
    with contextlib.suppress(GeoError):
        layer = read_projections(path)
        assert len(check(layer, "projections")) == len(layer)
