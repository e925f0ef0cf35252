"""Census tables, mesh cells and town lists become one population layer; hidden is never 0."""

from __future__ import annotations

import contextlib
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import mesh_code
from geo.errors import CellFaulty, FileEmpty, FileUnreadable, GeoError, SchemaUnknown
from geo.exchange.boundaries import read_boundaries
from geo.exchange.population import PopulationReport, read_population
from geo.layers import check

MESH = (
    "KEY_CODE,HTKSYORI,HTKSAKI,GASSAN,T001141001,T001141002,T001141019,T001141022,T001141034\n"
    ",,,,　人口（総数）,　人口（総数）　男,　６５歳以上人口　総数,"
    "　７５歳以上人口　総数,　世帯総数\n"
    "5030666922,0,,,120,60,40,22,55\n"
    "5030666921,1,,5030666923;5030666924,300,150,90,-,140\n"
    "5030666923,2,5030666921,,*,*,*,*,*\n"
)

SMALL = (
    "KEY_CODE,HYOSYO,CITYNAME,NAME,HTKSYORI,HTKSAKI,GASSAN,T001082001,T001082002,T001082003,"
    "T001082004\n"
    ",,,,,,,人口総数,男,女,世帯総数\n"
    "40105,1,北九州市戸畑区,,0,,,807,380,427,400\n"
    "401050020,2,北九州市戸畑区,浅生,0,,,807,380,427,400\n"
    "40105002001,3,北九州市戸畑区,浅生一丁目,0,,,490,230,260,255\n"
    "40105002002,3,北九州市戸畑区,浅生二丁目,1,,40105002003,317,150,167,145\n"
    "40105002003,3,北九州市戸畑区,浅生三丁目,2,40105002002,,X,X,X,X\n"
)


def report_of(population: gpd.GeoDataFrame) -> PopulationReport:
    report = population.attrs["report"]
    assert isinstance(report, PopulationReport)
    return report


def written(tmp_path: Path, text: str, encoding: str = "cp932") -> Path:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.realdata
def test_real_files(realdata: Path) -> None:
    tobata = read_population(realdata / "boundaries" / "estat_smallarea_40105_tobata.geojson")
    assert (tobata["people"].sum(), tobata["households"].sum()) == (57_494, 28_541)
    sendai = read_population(realdata / "population" / "sendai_towns_by_age.csv")
    assert (len(sendai), sendai["people"].sum(), sendai["people_65"].sum()) == (
        949, 1_054_307, 254_085,
    )  # fmt: skip
    hexagons = read_population(realdata / "population" / "porto_alegre_hexgrid.csv")
    assert (len(hexagons), hexagons["people"].sum()) == (1_227, 812_935)
    for layer in (tobata, sendai, hexagons):
        check(layer, "population")
        assert layer["people_75"].isna().all()


@pytest.mark.realdata
def test_repeated_town_names_keep_apart_by_their_place(realdata: Path) -> None:
    sendai = read_population(realdata / "population" / "sendai_towns_by_age.csv")
    twice = sendai[sendai["name"].eq("茂庭")]
    assert list(twice["id"]) == ["茂庭@38.24892,140.79494", "茂庭@38.23274,140.80067"]


def test_mesh_with_a_second_header_row(tmp_path: Path) -> None:
    mesh = check(read_population(written(tmp_path, MESH)), "population").set_index("id")
    first = mesh.loc["5030666922"]
    assert [first[c] for c in ("people", "people_65", "people_75", "households")] == [
        120,
        40,
        22,
        55,
    ]
    middle = first["geometry"].centroid
    assert mesh_code(middle.x, middle.y, "250m") == "5030666922"
    assert mesh.loc["5030666921", "people_75"] == 0
    assert mesh.loc["5030666921", "merged_from"] == ["5030666923", "5030666924"]


def test_hidden_is_null_and_never_zero(tmp_path: Path) -> None:
    mesh = read_population(written(tmp_path, MESH)).set_index("id")
    figures = mesh.loc["5030666923", ["people", "people_65", "people_75", "households"]]
    assert figures.isna().all()
    assert mesh.loc["5030666923", "merged_into"] == "5030666921"
    assert list(mesh["hidden"]) == [False, False, True]
    told = read_population(written(tmp_path, MESH.replace("*,*,*,*,*", "0,0,0,0,0")))
    assert told["people"].isna().tolist() == [False, False, True]


def test_mesh_without_labels_is_known_by_its_columns(tmp_path: Path) -> None:
    lines = MESH.split("\n")
    mesh = read_population(written(tmp_path, "\n".join([lines[0], *lines[2:]])))
    assert list(mesh["people"].dropna()) == [120, 300]
    assert list(mesh["people_65"].dropna()) == [40, 90]


def test_small_areas_leave_totals_out(tmp_path: Path) -> None:
    areas = check(read_population(written(tmp_path, SMALL)), "population")
    assert list(areas["id"]) == ["40105002001", "40105002002", "40105002003"]
    assert areas["people"].sum() == 807
    assert areas["households"].sum() == 400
    assert areas["name"].iloc[0] == "浅生一丁目"
    report = report_of(areas)
    assert (report.rows, report.totals_left_out, report.hidden, report.without_shape) == (
        5,
        2,
        1,
        3,
    )


def test_small_areas_take_shapes_by_key(tmp_path: Path) -> None:
    shape = shapely.box(130.82, 33.88, 130.83, 33.89)
    path = tmp_path / "b.geojson"
    gpd.GeoDataFrame(
        {"key": ["40105002001"], "name": ["浅生一丁目"], "jinko": [490]}, geometry=[shape], crs=4326
    ).to_file(path)
    areas = read_population(written(tmp_path, SMALL), areas=read_boundaries(path))
    assert areas.geometry.iloc[0].equals(shape)
    assert report_of(areas).without_shape == 2


def test_town_lists_with_hidden_figures(tmp_path: Path) -> None:
    rows = '浅生,"1,234",*,33.88,130.82\n天籟寺,０,-,33.88,130.83\n'
    text = "町丁名,人口,６５歳以上人口,緯度,経度\n" + rows
    towns = check(read_population(written(tmp_path, text)), "population")
    assert list(towns["people"]) == [1234, 0]
    assert towns["people_65"].isna().all()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (MESH.replace("120", "百二十"), "row 3, column T001141001: '百二十' is not a number"),
        (
            MESH.replace("5030666922", "5.03E+09"),
            "row 3, column KEY_CODE: '5.03E.09' is no area key",
        ),
        (MESH.replace("5030666922", "5030666982"), "row 3, column KEY_CODE"),
        (MESH.replace("5030666922", "5030666921"), "row 4, column KEY_CODE: .* a second time"),
        ("町名,人口\n浅生,-5\n", "row 2, column 人口: -5 is below 0"),
        ("町名,人口\n浅生,1\0\n", "row 2"),
        ("町名,人口\n浅生," + "9" * 1_000_000 + "\n", "row 2"),
    ],
)
def test_a_faulty_cell_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(CellFaulty, match=sentence):
        read_population(written(tmp_path, text))


def test_bad_files_get_one_plain_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileEmpty):
        read_population(written(tmp_path, "\n".join(MESH.split("\n")[:2])))
    with pytest.raises(SchemaUnknown, match="人口総数"):
        read_population(written(tmp_path, "KEY_CODE,HTKSYORI,T000999001\n5030666922,0,5\n"))
    with pytest.raises(SchemaUnknown, match="a column 人口"):
        read_population(written(tmp_path, "name,lon,lat\na,130.8,33.8\n"))
    with pytest.raises(FileUnreadable, match="it is a picture"):
        read_population(written(tmp_path, "\xff\xd8\xff", "latin-1"))


@settings(max_examples=60)
@given(content=st.one_of(
    st.binary(max_size=300),
    st.builds(lambda n: MESH.encode("cp932")[:n], st.integers(0, 400)),
    st.builds(lambda n: SMALL.encode("utf-16")[:n], st.integers(0, 900)),
))  # fmt: skip
def test_any_bytes_give_a_layer_or_a_plain_fault(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    with contextlib.suppress(GeoError):
        assert "people" in check(read_population(path), "population")
