"""What is written comes back as it was, whole or not at all, and runs nowhere."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import CellsUnwritable, CrsMissing, ParameterWrong
from geo.exchange.boundaries import read_boundaries
from geo.exchange.places import read_places
from geo.exchange.population import read_population
from geo.exchange.tables import layer_bytes, write_layer

_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What begins a formula somewhere."""


def supporters() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "id": ["0001", "0002", "0003"],
            "name": ["福田\U0000fa1b", "=cmd|' /C calc'!A0", None],
            "activities": [["garbage", "talk"], [], None],
            "load": [2.0, 0.0, float("nan")],
        },
        geometry=[shapely.Point(130.87, 33.88), shapely.Point(130.9, 33.9), None],
        crs=4326,
    )


def csv_rows(path: Path, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as stream:
        return list(csv.DictReader(stream))


def test_csv_has_a_mark_inert_text_and_blanks_for_null(tmp_path: Path) -> None:
    path = write_layer(supporters(), tmp_path / "a.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = csv_rows(path)
    assert rows[0] == {
        "id": "0001", "name": "福田\U0000fa1b", "activities": "garbage、talk", "load": "2",
        "lon": "130.87", "lat": "33.88",
    }  # fmt: skip
    assert rows[1]["name"] == "'=cmd|' /C calc'!A0"
    assert (rows[1]["activities"], rows[1]["load"]) == ("なし", "0")
    assert [rows[2][name] for name in ("name", "activities", "load", "lon", "lat")] == [""] * 5


@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20))
def test_no_csv_cell_begins_like_a_formula(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "f.csv"
    write_layer(pd.DataFrame({"id": ["1"], "name": [text]}), path)
    [row] = csv_rows(path)
    assert not row["name"].startswith(_RUN)
    assert row["name"].removeprefix("'") == text.removeprefix("'")


@given(sign=st.sampled_from(_RUN), text=st.text("=1+cmd|!A0'\"、,;", max_size=8))
def test_what_begins_like_a_formula_is_text_in_csv_and_excel(sign: str, text: str) -> None:
    table = pd.DataFrame({"name": [sign + text], sign + "head": ["x"]})
    cells = layer_bytes(table, ".csv").decode("utf-8-sig")
    for row in csv.reader(io.StringIO(cells, newline="")):
        assert not any(cell.startswith(_RUN) for cell in row)
    sheet = openpyxl.load_workbook(io.BytesIO(layer_bytes(table, ".xlsx"))).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".geojson", ".gpkg", ".parquet"])
def test_bytes_for_sending_touch_no_disk(ending: str, tmp_path: Path) -> None:
    path = write_layer(supporters(), tmp_path / f"a{ending}")
    written: list[object] = []

    def note(event: str, facts: tuple[object, ...]) -> None:
        if watching and event == "open" and isinstance(facts[1], str) and set(facts[1]) & {*"wax+"}:
            written.append(facts[0])

    watching: list[bool] = []
    sys.addaudithook(note)
    watching.append(True)
    made = layer_bytes(supporters(), ending)
    watching.clear()
    assert written == []
    if ending not in {".xlsx", ".gpkg"}:  # these tell when they were written
        assert made == path.read_bytes()
    with pytest.raises(ParameterWrong):
        layer_bytes(supporters(), ".shp")


def test_negative_numbers_stay_numbers(tmp_path: Path) -> None:
    path = write_layer(pd.DataFrame({"change": [-1.5], "text": ["-1.5"]}), tmp_path / "a.csv")
    assert csv_rows(path) == [{"change": "-1.5", "text": "'-1.5"}]


def test_cp932_refuses_by_row_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("before")
    table = pd.DataFrame({"id": ["1", "2", "3"], "hours": ["9～12", "9〜12", "𠮷"]})
    with pytest.raises(CellsUnwritable) as fault:
        write_layer(table, path, encoding="cp932")
    assert str(fault.value) == (
        "a.csv was not written: 2 cells hold what cp932 cannot, the first in row 3, "
        "column hours (CP932 has no '〜' (U+301C)). Write it as UTF-8, or change them."
    )
    faults = fault.value.facts["faults"]
    assert isinstance(faults, pd.DataFrame)
    assert list(faults["row"]) == [3, 4]
    assert faults["suggestion"].iloc[0] == "9～12"
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_cp932_is_written_where_it_can(tmp_path: Path) -> None:
    path = write_layer(pd.DataFrame({"name": ["髙橋"]}), tmp_path / "a.csv", encoding="cp932")
    assert csv_rows(path, "cp932") == [{"name": "髙橋"}]


def test_xlsx_keeps_types_and_runs_nothing(tmp_path: Path) -> None:
    path = write_layer(supporters(), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [cell.value for cell in next(iter(sheet.rows))][:4] == [
        "id",
        "name",
        "activities",
        "load",
    ]
    assert sheet.cell(2, 1).value == "0001"
    assert sheet.cell(2, 4).value == 2
    assert (sheet.cell(3, 2).value, sheet.cell(3, 2).data_type) == ("=cmd|' /C calc'!A0", "s")
    assert sheet.cell(4, 4).value is None


@pytest.mark.parametrize("text", ["a\x01b", "x" * 32_768])
def test_xlsx_refuses_what_a_cell_cannot_hold(tmp_path: Path, text: str) -> None:
    with pytest.raises(CellsUnwritable, match="row 2, column name"):
        write_layer(pd.DataFrame({"name": [text]}), tmp_path / "a.xlsx")


def test_geojson_is_rfc_7946(tmp_path: Path) -> None:
    clockwise = shapely.Polygon([(130, 33), (130, 34), (131, 34), (131, 33)])
    layer = gpd.GeoDataFrame(
        {"id": ["a"], "needs": [["talk"]], "people": [float("nan")]}, geometry=[clockwise], crs=6668
    )
    document = json.loads(write_layer(layer, tmp_path / "a.geojson").read_text("utf-8"))
    assert "crs" not in document
    [feature] = document["features"]
    assert feature["properties"] == {"id": "a", "needs": ["talk"], "people": None}
    assert shapely.LinearRing(feature["geometry"]["coordinates"][0]).is_ccw


def test_geopackage_and_geoparquet_come_back(tmp_path: Path) -> None:
    package = gpd.read_file(write_layer(supporters(), tmp_path / "a.gpkg"))
    assert list(package["activities"])[:2] == ["garbage、talk", ""]
    assert package["activities"].isna().tolist() == [False, False, True]
    parquet = gpd.read_parquet(write_layer(supporters(), tmp_path / "a.parquet"))
    assert [None if v is None else list(v) for v in parquet["activities"]] == [
        ["garbage", "talk"], [], None,
    ]  # fmt: skip
    for layer in (package, parquet):
        assert layer.crs == "EPSG:4326"
        assert list(layer["id"]) == ["0001", "0002", "0003"]
        assert layer["load"].isna().tolist() == [False, False, True]
        assert layer.geometry.isna().tolist() == [False, False, True]


@pytest.mark.realdata
@pytest.mark.parametrize("ending", ["geojson", "gpkg", "parquet"])
def test_districts_come_back_the_same(realdata: Path, tmp_path: Path, ending: str) -> None:
    first = read_boundaries(realdata / "boundaries" / "estat_smallarea_40105_tobata.geojson")
    again = read_boundaries(write_layer(first, tmp_path / f"districts.{ending}"))
    columns = ["id", "code", "name", "people", "households"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(again[columns]), pd.DataFrame(first[columns]), check_dtype=False
    )
    assert shapely.equals_exact(
        again.normalize().to_numpy(), first.normalize().to_numpy(), tolerance=1e-9
    ).all()


@pytest.mark.realdata
@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "gpkg", "parquet"])
def test_places_and_towns_come_back_the_same(realdata: Path, tmp_path: Path, ending: str) -> None:
    places = read_places(realdata / "shelters" / "p20_ube.geojson")
    again = read_places(write_layer(places, tmp_path / f"places.{ending}"))
    assert again["id"].tolist() == places["id"].tolist()
    assert again["name"].tolist() == places["name"].tolist()
    assert shapely.equals_exact(
        again.geometry.to_numpy(), places.geometry.to_numpy(), tolerance=1e-9
    ).all()
    towns = read_population(realdata / "population" / "sendai_towns_by_age.csv")
    back = read_population(write_layer(towns, tmp_path / f"towns.{ending}"))
    assert back["id"].tolist() == towns["id"].tolist()
    assert back["people"].tolist() == towns["people"].tolist()
    assert back["people_75"].isna().all()


@settings(max_examples=15)
@given(
    values=st.lists(
        st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
        min_size=1,
        max_size=5,
    ),
    ending=st.sampled_from(["csv", "xlsx", "geojson", "gpkg", "parquet"]),
)
def test_numbers_and_nulls_survive_every_format(
    tmp_path_factory: pytest.TempPathFactory, values: list[float | None], ending: str
) -> None:
    layer = gpd.GeoDataFrame(
        {
            "id": [f"a{n}" for n in range(len(values))],
            "people": pd.Series(values, dtype=float).abs(),
        },
        geometry=[shapely.Point(130, 33)] * len(values),
        crs=4326,
    )
    path = write_layer(layer, tmp_path_factory.getbasetemp() / f"numbers.{ending}")
    back = read_population(path)
    pd.testing.assert_series_equal(back["people"], layer["people"], check_dtype=False)


def test_unknown_endings_folders_and_shapes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterWrong, match=r"path is a\.pdf; wanted is a name ending in \.csv"):
        write_layer(supporters(), tmp_path / "a.pdf")
    with pytest.raises(ParameterWrong, match="folder that can be written to"):
        write_layer(supporters(), tmp_path / "nowhere" / "a.csv")
    with pytest.raises(ParameterWrong, match="table without shapes"):
        write_layer(pd.DataFrame({"id": ["1"]}), tmp_path / "a.gpkg")
    with pytest.raises(ParameterWrong, match="encoding is latin-1"):
        write_layer(supporters(), tmp_path / "a.csv", encoding="latin-1")  # type: ignore[arg-type]
    with pytest.raises(CrsMissing):
        write_layer(supporters().set_crs(None, allow_override=True), tmp_path / "a.gpkg")
    assert list(tmp_path.iterdir()) == []


def test_the_layer_is_not_changed(tmp_path: Path) -> None:
    layer = supporters()
    layer.attrs["report"] = "kept"
    for ending in ("csv", "xlsx", "geojson", "gpkg", "parquet"):
        write_layer(layer, tmp_path / f"a.{ending}")
    assert layer.attrs == {"report": "kept"}
    assert layer["activities"].tolist() == [["garbage", "talk"], [], None]
