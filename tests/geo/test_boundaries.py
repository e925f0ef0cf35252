"""Boundary files of every edition become districts, and what was done to them is told."""

from __future__ import annotations

import contextlib
import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import (
    CellFaulty,
    CrsMissing,
    CrsWrong,
    FileEmpty,
    FileUnreadable,
    GeoError,
    ParameterWrong,
    SchemaUnknown,
)
from geo.exchange.boundaries import BoundaryReport, read_boundaries
from geo.layers import check

WEST, SOUTH, STEP = 130.8, 33.8, 0.01


def square(column: int, row: int = 0, *, wide: float = 1.0) -> shapely.Polygon:
    west, south = WEST + column * STEP, SOUTH + row * STEP
    return shapely.box(west, south, west + STEP * wide, south + STEP)


def table(rows: list[dict[str, Any]], shapes: list[Any] | None = None) -> gpd.GeoDataFrame:
    shapes = shapes if shapes is not None else [square(n) for n in range(len(rows))]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=6668)


def saved(path: Path, districts: gpd.GeoDataFrame, **options: str) -> Path:
    districts.to_file(path, **options)
    return path


def report_of(districts: gpd.GeoDataFrame) -> BoundaryReport:
    report = districts.attrs["report"]
    assert isinstance(report, BoundaryReport)
    return report


def n03(code: str | int | None, city: str, ward: str | None = None) -> dict[str, Any]:
    return {
        "N03_001": "福岡県", "N03_002": None, "N03_003": None, "N03_004": city, "N03_005": ward,
        "N03_007": code,
    }  # fmt: skip


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("file", "count", "km2", "edition"),
    [
        ("n03_kitakyushu_wards", 7, 491.61, "N03, wards only"),
        ("n03_2021_fukuoka_simplified", 72, None, "N03, to 2023"),
        ("estat_smallarea_40105_tobata", 86, None, "e-Stat small areas, key and counts only"),
        ("school_districts_near_kitakyushu", 31, None, "A27, names and municipality only"),
    ],
)
def test_real_files(realdata: Path, file: str, count: int, km2: float | None, edition: str) -> None:
    districts = read_boundaries(realdata / "boundaries" / f"{file}.geojson")
    report = report_of(districts)
    check(districts, "districts")
    assert (len(districts), report.districts, report.edition) == (count, count, edition)
    assert set(districts.geom_type) == {"MultiPolygon"}
    assert districts.crs == "EPSG:4326"
    if km2 is not None:
        assert report.area_m2 / 1e6 == pytest.approx(km2, rel=0.001)


@pytest.mark.realdata
def test_small_areas_keep_their_people_and_households(realdata: Path) -> None:
    areas = read_boundaries(realdata / "boundaries" / "estat_smallarea_40105_tobata.geojson")
    assert areas["households"].sum() == 28_541
    assert areas["people"].sum() == 57_494
    assert list(areas["code"].str.len().unique()) == [9, 11]


@pytest.mark.realdata
def test_simplified_school_districts_report_where_they_do_not_fit(realdata: Path) -> None:
    districts = read_boundaries(
        realdata / "boundaries" / "school_districts_near_kitakyushu.geojson"
    )
    report = report_of(districts)
    assert len(report.overlaps) == 42
    assert report.overlaps[0].m2 == pytest.approx(21_204, abs=5)
    assert len(report.gaps) == 95
    assert report.gaps[0].m2 == pytest.approx(19_131, abs=5)
    assert {report.overlaps[0].first, report.overlaps[0].second} <= set(districts["id"])


def test_n03_to_2023_takes_the_ward_from_column_004(tmp_path: Path) -> None:
    rows = [n03("40101", "門司区"), n03("40202", "大牟田市")]
    districts = read_boundaries(saved(tmp_path / "a.gpkg", table(rows).drop(columns="N03_005")))
    assert list(districts["name"]) == ["門司区", "大牟田市"]
    assert list(districts["id"]) == ["40101", "40202"]


def test_n03_of_2024_takes_the_ward_from_column_005(tmp_path: Path) -> None:
    rows = [n03("40101", "北九州市", "門司区"), n03("40202", "大牟田市")]
    districts = read_boundaries(saved(tmp_path / "a.geojson", table(rows)))
    assert list(districts["name"]) == ["門司区", "大牟田市"]
    assert report_of(districts).edition == "N03, 2024 on"


def test_old_n03_with_dates_in_column_005_is_not_taken_for_2024(tmp_path: Path) -> None:
    rows = [n03("40101", "門司区", "1963-04-01"), n03("40103", "若松区", "1963-04-01")]
    districts = read_boundaries(saved(tmp_path / "a.gpkg", table(rows)))
    assert list(districts["name"]) == ["門司区", "若松区"]


def test_lost_leading_zeros_come_back_and_undecided_land_is_left_out(tmp_path: Path) -> None:
    rows = [n03(1101, "中央区"), n03(None, "所属未定地"), n03(1102, "北区")]
    districts = read_boundaries(saved(tmp_path / "a.gpkg", table(rows).drop(columns="N03_005")))
    assert list(districts["code"]) == ["01101", "01102"]
    assert report_of(districts).left_out == (("land of no municipality", 1),)


def test_islands_are_dissolved_by_code_and_counted(tmp_path: Path) -> None:
    rows = [n03("40101", "門司区"), n03("40103", "若松区"), n03("40101", "門司区")]
    layer = table(rows, [square(0), square(1), square(3)]).drop(columns="N03_005")
    districts = read_boundaries(saved(tmp_path / "a.fgb", layer))
    assert dict(zip(districts["id"], districts["parts"], strict=True)) == {"40101": 2, "40103": 1}
    assert report_of(districts).merged == (("40101", 2),)
    assert len(districts.geometry[districts["id"].eq("40101")].iloc[0].geoms) == 2


A27 = {
    "A27, 2010": {"A27_001": "40100", "A27_002": "市", "A27_003": "守恒小", "A27_004": "守恒"},
    "A27, 2016": {"A27_005": "40100", "A27_006": "市", "A27_007": "守恒小", "A27_008": "守恒"},
    "A27, 2021 on": {
        "A27_001": "40100", "A27_002": "市", "A27_003": "B140210000123", "A27_004": "守恒小",
        "A27_005": "守恒",
    },
}  # fmt: skip


@pytest.mark.parametrize("edition", A27)
def test_each_edition_of_a27_finds_the_school(tmp_path: Path, edition: str) -> None:
    second = {k: {"守恒小": "若園小", "B140210000123": "B140210000456"}.get(v, v)
              for k, v in A27[edition].items()}  # fmt: skip
    path = saved(tmp_path / "a.geojson", table([A27[edition], second]))
    districts = read_boundaries(path)
    assert list(districts["name"]) == ["守恒小", "若園小"]
    assert list(districts["address"]) == ["守恒", "守恒"]
    assert report_of(districts).edition == edition
    assert districts["id"].is_unique


def test_two_schools_under_one_code_stay_two_districts(tmp_path: Path) -> None:
    row = A27["A27, 2021 on"]
    districts = read_boundaries(
        saved(tmp_path / "a.geojson", table([row, row | {"A27_004": "守恒小・若園小"}]))
    )
    assert list(districts["id"]) == ["B140210000123/守恒小", "B140210000123/守恒小・若園小"]


def small_area(key: str, people: int, **more: str | int) -> dict[str, Any]:
    return {
        "KEY_CODE": key, "PREF_NAME": "福岡県", "CITY_NAME": "北九州市戸畑区", "S_NAME": "浅生",
        "KIGO_E": "E1", "HCODE": 8101, "AREA": 1.5, "JINKO": people, "SETAI": people // 2,
        "X_CODE": 130.8, "Y_CODE": 33.8, **more,
    }  # fmt: skip


def test_small_areas_merge_repeated_keys_and_leave_water_out(tmp_path: Path) -> None:
    rows = [
        small_area("40105002001", 100),
        small_area("40105002001", 0, KIGO_E="E2"),
        small_area("401050000", 0, HCODE=8154),
        small_area("40105002002", 60),
        small_area("40105002002", 60, KIGO_E="E2"),
    ]
    areas = read_boundaries(saved(tmp_path / "h.gpkg", table(rows)))
    assert list(areas["people"]) == [100, 60]
    assert list(areas["households"]) == [50, 30]
    assert report_of(areas).left_out == (("water", 1),)
    assert report_of(areas).merged == (("40105002001", 2), ("40105002002", 2))


def shapefile(tmp_path: Path, encoding: str, stated: str | None) -> Path:
    path = tmp_path / "N03-21.shp"
    saved(path, table([n03("40101", "門司区")]).drop(columns="N03_005"), encoding=encoding)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if stated:
        path.with_suffix(".cpg").write_text(stated)
    return path


@pytest.mark.parametrize(
    ("encoding", "stated"),
    [("CP932", None), ("UTF-8", None), ("UTF-8", "UTF-8"), ("CP932", "ISO-8859-1"),
     ("UTF-8", "SJIS")],
)  # fmt: skip
def test_shapefile_in_any_encoding_loose_and_zipped(
    tmp_path: Path, encoding: str, stated: str | None
) -> None:
    path = shapefile(tmp_path, encoding, stated)
    assert list(read_boundaries(path)["name"]) == ["門司区"]
    with zipfile.ZipFile(tmp_path / "n.zip", "w") as archive:
        for part in tmp_path.glob("N03-21.*"):
            archive.write(part, f"N03/{part.name.upper()}")
        archive.writestr("N03/meta.xml", "<meta/>")
    assert list(read_boundaries(tmp_path / "n.zip")["name"]) == ["門司区"]


def test_of_a_zip_with_two_encodings_the_same_layer_is_read_once(tmp_path: Path) -> None:
    shapefile(tmp_path, "CP932", None)
    with zipfile.ZipFile(tmp_path / "n.zip", "w") as archive:
        for part in tmp_path.glob("N03-21.*"):
            archive.write(part, f"Shift-JIS/{part.name}")
            archive.write(part, f"UTF-8/{part.name}")
    assert len(read_boundaries(tmp_path / "n.zip")) == 1


def test_shapefile_without_its_table_or_index_says_so(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "UTF-8", None)
    path.with_suffix(".shx").unlink()
    with pytest.raises(FileUnreadable, match="lacks a part"):
        read_boundaries(path)


def test_geoparquet_is_read(tmp_path: Path) -> None:
    table([n03("40101", "北九州市", "門司区")]).to_parquet(tmp_path / "a.parquet")
    assert list(read_boundaries(tmp_path / "a.parquet")["name"]) == ["門司区"]


def test_columns_given_by_name(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "own.geojson", table([{"地区": "貫", "番号": 7}, {"地区": "貫", "番号": 7}])
    )
    by_name = read_boundaries(path, name_column="地区")
    assert (list(by_name["id"]), by_name["code"].isna().all()) == (["貫"], True)
    both = read_boundaries(path, name_column="地区", code_column="番号")
    assert (list(both["id"]), list(both["name"])) == (["7"], ["貫"])
    with pytest.raises(SchemaUnknown, match=r"columns 地区, 番号; wanted was a column 名前"):
        read_boundaries(path, name_column="名前")


def test_unknown_columns_are_named_with_the_way_out(tmp_path: Path) -> None:
    path = saved(tmp_path / "own.geojson", table([{"地区": "貫", "番号": 7}]))
    with pytest.raises(SchemaUnknown) as fault:
        read_boundaries(path)
    assert "own.geojson has the columns 地区, 番号" in str(fault.value)
    assert "--name-column" in str(fault.value)


def test_right_columns_with_wrong_values_are_unknown(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.geojson", table([n03("門司", "12345")]))
    with pytest.raises(SchemaUnknown, match="N03_007"):
        read_boundaries(path)


def test_a_crossed_ring_is_repaired_and_named(tmp_path: Path) -> None:
    bow = shapely.Polygon([(130.8, 33.8), (130.81, 33.81), (130.81, 33.8), (130.8, 33.81)])
    layer = table([n03("40101", "北九州市", "門司区"), n03("40103", "北九州市", "若松区")],
                  [bow, square(3)])  # fmt: skip
    districts = read_boundaries(saved(tmp_path / "a.gpkg", layer))
    assert report_of(districts).repaired == ("40101",)
    assert districts.geometry.is_valid.all()


def test_overlap_and_gap_come_with_their_area(tmp_path: Path) -> None:
    ring = shapely.box(WEST, SOUTH, WEST + 3 * STEP, SOUTH + 3 * STEP) - square(1, 1)
    rows = [{"id": "a", "code": None, "name": "輪"}, {"id": "b", "code": None, "name": "端"}]
    layer = table(rows, [ring, square(2, 0, wide=2)])
    report = report_of(read_boundaries(saved(tmp_path / "a.gpkg", layer)))
    cell = layer.geometry.iloc[1:].to_crs(6670).area.iloc[0] / 2
    [overlap], [gap] = report.overlaps, report.gaps
    assert (overlap.first, overlap.second) == ("a", "b")
    assert overlap.m2 == pytest.approx(cell, rel=0.001)
    assert gap.m2 == pytest.approx(cell, rel=0.001)
    assert square(1, 1).contains(shapely.Point(gap.lon, gap.lat))
    assert json.loads(json.dumps(report.facts()))["gaps"][0]["m2"] == gap.m2


def test_no_crs_is_a_fault_with_a_way_out(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "UTF-8", None)
    path.with_suffix(".prj").unlink()
    with pytest.raises(CrsMissing, match="--crs"):
        read_boundaries(path)
    assert len(read_boundaries(path, crs="EPSG:6668")) == 1
    with pytest.raises(ParameterWrong, match="crs is nonsense"):
        read_boundaries(path, crs="nonsense")


def test_metres_in_a_geojson_are_caught_and_can_be_named(tmp_path: Path) -> None:
    layer = table([n03("40101", "北九州市", "門司区")]).to_crs(6670)
    path = tmp_path / "a.geojson"
    text = json.loads(layer.to_json())
    text.pop("crs", None)
    path.write_text(json.dumps(text))
    with pytest.raises(CrsWrong, match="which are no degrees"):
        read_boundaries(path)
    west, south, _, _ = read_boundaries(path, crs=6670).total_bounds
    assert (west, south) == pytest.approx((WEST, SOUTH), abs=1e-6)


def test_latitude_before_longitude_is_caught(tmp_path: Path) -> None:
    turned = shapely.transform(square(0), lambda xy: xy[:, ::-1])
    path = saved(tmp_path / "a.gpkg", table([n03("40101", "北九州市", "門司区")], [turned]))
    with pytest.raises(CrsWrong):
        read_boundaries(path)


def test_longitudes_that_would_wrap_around_are_caught(tmp_path: Path) -> None:
    away = shapely.affinity.translate(square(0), xoff=360)
    layer = table([n03("40101", "北九州市", "門司区")], [away])
    path = saved(tmp_path / "a.gpkg", layer.set_crs(4301, allow_override=True))
    with pytest.raises(CrsWrong, match=r"490\.8"):
        read_boundaries(path)


def test_points_are_refused_by_row(tmp_path: Path) -> None:
    rows = [n03("40101", "北九州市", "門司区"), n03("40103", "北九州市", "若松区")]
    layer = table(rows, [square(0), shapely.Point(130.8, 33.8)])
    with pytest.raises(CellFaulty, match="row 2, column geometry: it is a Point"):
        read_boundaries(saved(tmp_path / "a.geojson", layer))


def test_unclosed_rings_are_closed(tmp_path: Path) -> None:
    text = json.loads(table([n03("40101", "北九州市", "門司区")]).to_json())
    text.pop("crs", None)
    text["features"][0]["geometry"]["coordinates"][0].pop()
    (tmp_path / "a.geojson").write_text(json.dumps(text))
    assert len(read_boundaries(tmp_path / "a.geojson")) == 1


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("門司\0区", "row 1, column N03_005: it holds a NUL character"),
        ("門" * 400_000, "row 1, column N03_005: it holds 400,000 characters"),
    ],
)
def test_monstrous_cells_are_named(tmp_path: Path, name: str, sentence: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(table([n03("40101", "北九州市", name)]).to_crs(4326).to_json(drop_id=True))
    with pytest.raises(CellFaulty, match=sentence):
        read_boundaries(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"type":"FeatureCollection","features":[{"type":"Feature","geom', "cut short"),
        (b'{"type":"FeatureCollection","features":[],}', "no JSON at line 1"),
        ('{"type":"FeatureCollection",\n"name":"門司'.encode("cp932"), "not UTF-8 .* line 2"),
        (b'{"features":[3]}', "row 1, column feature"),
        (b'{"features":[{"geometry":{"type":"Polygon","coordinates":"x"}}]}', "row 1, column geom"),
        (b"a,b\n1,2\n", "it is plain text"),
    ],
)
def test_damaged_text_says_where(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "a.geojson").write_bytes(content)
    with pytest.raises(GeoError, match=sentence):
        read_boundaries(tmp_path / "a.geojson")


def test_no_district_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_bytes(b'{"type":"FeatureCollection","features":[]}')
    with pytest.raises(FileEmpty):
        read_boundaries(tmp_path / "a.geojson")


def test_a_package_of_several_layers_names_them(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    layer = table([n03("40101", "北九州市", "門司区")])
    saved(path, layer, layer="old")
    saved(path, layer, layer="new")
    with pytest.raises(FileUnreadable, match="several layers"):
        read_boundaries(path)
    saved(path, layer, layer="districts")
    assert len(read_boundaries(path)) == 1


class Samples(dict[str, bytes]):
    """Valid files by ending; shown short."""

    def __repr__(self) -> str:
        return "samples"


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    folder = tmp_path_factory.mktemp("samples")
    layer = table([n03("40101", "北九州市", "門司区"), n03("40103", "北九州市", "若松区")])
    for ending in ("geojson", "gpkg", "fgb", "shp"):
        saved(folder / f"a.{ending}", layer)
    layer.to_parquet(folder / "a.parquet")
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for ending in ("shp", "shx", "dbf", "prj"):
            archive.write(folder / f"a.{ending}", f"a.{ending}")
    kinds = ("geojson", "gpkg", "fgb", "parquet", "zip")
    return Samples({ending: (folder / f"a.{ending}").read_bytes() for ending in kinds})


@settings(max_examples=25)
@given(kind=st.sampled_from(["geojson", "gpkg", "fgb", "parquet", "zip"]), cut=st.floats(0, 1))
def test_a_cut_file_gives_a_plain_fault(
    samples: Samples, tmp_path_factory: pytest.TempPathFactory, kind: str, cut: float
) -> None:
    whole = samples[kind]
    path = tmp_path_factory.getbasetemp() / f"cut.{kind}"
    path.write_bytes(whole[: int(len(whole) * cut * 0.98)])
    with pytest.raises(GeoError):
        read_boundaries(path)


@settings(max_examples=60)
@given(kind=st.sampled_from(["geojson", "fgb", "parquet", "zip"]),
       places=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=8),
       byte=st.integers(0, 255))  # fmt: skip
def test_damaged_bytes_give_districts_or_a_plain_fault(
    samples: Samples,
    tmp_path_factory: pytest.TempPathFactory,
    kind: str,
    places: list[float],
    byte: int,
) -> None:
    content = bytearray(samples[kind])
    for place in places:
        content[int(place * len(content))] = byte
    path = tmp_path_factory.getbasetemp() / f"damaged.{kind}"
    path.write_bytes(bytes(content))
    with contextlib.suppress(GeoError):
        assert "name" in check(read_boundaries(path), "districts")
