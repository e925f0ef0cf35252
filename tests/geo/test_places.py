"""Shelters, facilities, shops and stops from every file that lists them."""

from __future__ import annotations

import contextlib
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import (
    CellFaulty,
    CrsMissing,
    EncodingUnknown,
    FileEmpty,
    FileUnreadable,
    GeoError,
    ParameterWrong,
    SchemaUnknown,
)
from geo.exchange.places import PlaceReport, read_places
from geo.layers import check

HEAD = "全国地方公共団体コード,ID,名称,所在地_連結標記,緯度,経度,災害種別_洪水"
ROWS = (
    "401005,1.40E+12,一枝市民センター,北九州市戸畑区一枝1-8-1,33.886941,130.839278,1\n"
    "401005,1.40E+12,一枝小学校,北九州市戸畑区一枝2-7-1,33.884923,130.839996,\n"
)
STANDARD = f"{HEAD}\n{ROWS}"

OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6" generator="test">
 <node id="1" lat="33.88" lon="130.87" version="1"><tag k="shop" v="supermarket"/>
  <tag k="name" v="丸和"/><tag k="addr:city" v="北九州市"/><tag k="addr:housenumber" v="3"/></node>
 <node id="2" lat="33.89" lon="130.88" version="1"><tag k="highway" v="bus_stop"/></node>
 <node id="3" lat="33.89" lon="130.89" version="1"><tag k="shop" v="car"/></node>
 <node id="4" lat="33.80" lon="130.80" version="1"/>
 <node id="5" lat="33.80" lon="130.82" version="1"/>
 <node id="6" lat="33.82" lon="130.82" version="1"/>
 <node id="7" lat="33.90" lon="130.90" version="1"><tag k="emergency" v="defibrillator"/></node>
 <way id="9" version="1"><nd ref="4"/><nd ref="5"/><nd ref="6"/><nd ref="4"/>
  <tag k="building" v="yes"/><tag k="amenity" v="hospital"/><tag k="name" v="市立病院"/></way>
</osm>"""


def report_of(places: gpd.GeoDataFrame) -> PlaceReport:
    report = places.attrs["report"]
    assert isinstance(report, PlaceReport)
    return report


def written(tmp_path: Path, text: str, encoding: str = "utf-8", name: str = "a.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("file", "count", "edition"),
    [
        ("gsi_emergency_401005_kitakyushu", 628, "known by its headings"),
        ("gsi_evacuation_401005_kitakyushu", 502, "known by its headings"),
        ("p20_ube", 42, "P20"),
    ],
)
def test_real_shelters(realdata: Path, file: str, count: int, edition: str) -> None:
    places = read_places(realdata / "shelters" / f"{file}.geojson")
    check(places, "places")
    assert len(places) == count
    assert set(places["kind"]) == {"shelter"}
    assert places["name"].notna().all()
    assert places["address"].notna().mean() > 0.99
    assert report_of(places).edition == edition


@pytest.mark.realdata
def test_real_shelters_keep_their_common_id(realdata: Path) -> None:
    path = realdata / "shelters" / "gsi_evacuation_401005_kitakyushu.geojson"
    places = read_places(path)
    assert places["id"].iloc[0] == "E4010000003111"
    assert report_of(places).ids_made == 0


@pytest.mark.realdata
def test_real_extract(realdata: Path) -> None:
    places = read_places(realdata / "streets" / "helsinki.osm.pbf")
    check(places, "places")
    counts = places["kind"].value_counts()
    assert (counts["bus_stop"], counts["clinic"]) == (92, 21)
    assert (
        len(read_places(realdata / "streets" / "helsinki.osm.pbf", kind="shop")) == counts["shop"]
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le"])
def test_standard_shelter_table_with_its_wild_faults(tmp_path: Path, encoding: str) -> None:
    places = check(read_places(written(tmp_path, STANDARD, encoding)), "places")
    assert list(places["name"]) == ["一枝市民センター", "一枝小学校"]
    assert places["address"].iloc[0] == "北九州市戸畑区一枝1-8-1"
    assert set(places["kind"]) == {"shelter"}
    assert report_of(places).ids_made == 2
    assert (places.geometry.x.iloc[0], places.geometry.y.iloc[0]) == (130.839278, 33.886941)


def test_made_ids_are_the_same_on_every_import_and_in_every_order(tmp_path: Path) -> None:
    first = read_places(written(tmp_path, STANDARD))
    turned = HEAD + "\n" + "\n".join(reversed(ROWS.strip().split("\n")))
    again = read_places(written(tmp_path, turned))
    assert list(first["id"]) == list(reversed(list(again["id"])))


def test_an_id_ruined_by_a_spreadsheet_is_no_id_and_a_sound_one_is_kept(tmp_path: Path) -> None:
    ruined, sound = ROWS.split("\n")[:2]
    text = f"{HEAD}\n{ruined}\n{sound.replace('1.40E+12', '0000123')}\n"
    places = read_places(written(tmp_path, text))
    assert places["id"].iloc[0].startswith("shelter-")
    assert places["id"].iloc[1] == "0000123"


def test_a_row_without_position_is_left_out_and_told(tmp_path: Path) -> None:
    places = read_places(written(tmp_path, STANDARD + "401005,7,公園,北九州市,,,1\n"))
    assert len(places) == 2
    assert report_of(places).without_point == (4,)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("三十三度", "a.csv, row 4, column 緯度: '三十三度' is not a number"),
        ("130.8", "a.csv, row 4, column 緯度: 130.8 is beyond ±90 degrees"),
        ("nan", "row 4, column 緯度"),
        ("33.8\0", "row 4"),
        ("9" * 1_000_000, "row 4"),
    ],
)
def test_a_faulty_cell_is_named(tmp_path: Path, cell: str, sentence: str) -> None:
    with pytest.raises(CellFaulty, match=sentence):
        read_places(written(tmp_path, STANDARD + f"401005,7,公園,北九州市,{cell},130.8,1\n"))


def p14(tmp_path: Path, **columns: str) -> Path:
    layer = gpd.GeoDataFrame([columns], geometry=[shapely.Point(130.8, 33.8)], crs=6668)
    path = tmp_path / "p14.geojson"
    layer.to_file(path)
    return path


def test_each_edition_of_p14(tmp_path: Path) -> None:
    old = p14(tmp_path, P14_001="福岡県", P14_002="戸畑区", P14_003="浅生1-2", P14_004="03",
              P14_005="0301", P14_006="030101", P14_007="あさの苑")  # fmt: skip
    places = read_places(old)
    assert (places["name"][0], places["address"][0]) == ("あさの苑", "浅生1-2")
    new = p14(tmp_path, P14_001="福岡県", P14_002="戸畑区", P14_003="40105", P14_004="浅生1-2",
              P14_005="03", P14_006="0301", P14_007="030101", P14_008="あさの苑")  # fmt: skip
    places = read_places(new)
    assert (places["name"][0], places["address"][0]) == ("あさの苑", "浅生1-2")
    assert places["kind"][0] == "welfare"
    assert report_of(places).edition == "P14, 2021"


def test_openstreetmap_tags_become_kinds(tmp_path: Path) -> None:
    places = check(read_places(written(tmp_path, OSM, name="a.txt")), "places").set_index("id")
    assert places["kind"].to_dict() == {
        "node/1": "shop", "node/2": "bus_stop", "node/7": "aed", "way/9": "clinic",
    }  # fmt: skip
    assert places.loc["node/1", "name"] == "丸和"
    assert places.loc["node/1", "address"] == "北九州市 3"
    assert places.geometry["way/9"].distance(shapely.Point(130.81, 33.81)) < 1e-6
    assert list(read_places(written(tmp_path, OSM, name="a.osm"), kind="aed")["id"]) == ["node/7"]


@pytest.mark.realdata
@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_a_cut_extract_is_unreadable(realdata: Path, tmp_path: Path, keep: float) -> None:
    content = (realdata / "streets" / "helsinki.osm.pbf").read_bytes()
    (tmp_path / "cut.osm.pbf").write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(FileUnreadable, match="damaged or cut short"):
        read_places(tmp_path / "cut.osm.pbf")
    with pytest.raises(FileUnreadable):
        read_places(written(tmp_path, OSM[:400], name="cut.osm"))


def test_kinds_from_a_column_from_the_caller_or_a_fault(tmp_path: Path) -> None:
    text = "店舗名,種別,緯度,経度\n丸和,スーパー,33.8,130.8\n松本医院,医院,33.8,130.9\n"
    assert list(read_places(written(tmp_path, text))["kind"]) == ["shop", "clinic"]
    assert set(read_places(written(tmp_path, text), kind="hall")["kind"]) == {"hall"}
    with pytest.raises(CellFaulty, match="row 2, column 種別: '宇宙' is no kind"):
        read_places(written(tmp_path, text.replace("スーパー", "宇宙")))
    with pytest.raises(SchemaUnknown, match="--kind"):
        read_places(written(tmp_path, text.replace("種別", "備考")))
    with pytest.raises(ParameterWrong, match="kind is castle"):
        read_places(written(tmp_path, text), kind="castle")


def test_areas_become_a_point_inside(tmp_path: Path) -> None:
    ring = shapely.Point(130.8, 33.8).buffer(0.1) - shapely.Point(130.8, 33.8).buffer(0.09)
    gpd.GeoDataFrame({"name": ["広場"]}, geometry=[ring], crs=4326).to_file(tmp_path / "a.gpkg")
    places = read_places(tmp_path / "a.gpkg", kind="hall")
    assert ring.contains(places.geometry.iloc[0])


def test_bad_files_get_one_plain_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileEmpty):
        read_places(written(tmp_path, ""))
    with pytest.raises(FileEmpty):
        read_places(written(tmp_path, HEAD + "\n"))
    with pytest.raises(SchemaUnknown, match="緯度 and 経度"):
        read_places(written(tmp_path, "名称,住所\n公園,戸畑\n"))
    with pytest.raises(SchemaUnknown, match="名称 or 施設名"):
        read_places(written(tmp_path, "番号,緯度,経度\n1,33.8,130.8\n"))
    with pytest.raises(FileUnreadable, match="it is a PDF"):
        read_places(written(tmp_path, "%PDF-1.7\n"))
    (tmp_path / "b.csv").write_bytes(HEAD.encode() + b"\n\x81\xff\xfe\xa0,\xff\n" * 3)
    with pytest.raises(EncodingUnknown):
        read_places(tmp_path / "b.csv")


def test_no_crs_is_a_fault_with_a_way_out(tmp_path: Path) -> None:
    points = gpd.GeoDataFrame({"name": ["A"]}, geometry=[shapely.Point(130.8, 33.8)], crs=6668)
    points.to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(CrsMissing, match="--crs"):
        read_places(tmp_path / "a.shp", kind="hall")
    assert len(read_places(tmp_path / "a.shp", kind="hall", crs=6668)) == 1


@settings(max_examples=60)
@given(content=st.one_of(
    st.binary(max_size=300),
    st.builds(lambda n: STANDARD.encode("cp932")[:n], st.integers(0, 400)),
    st.builds(lambda n: OSM.encode()[:n], st.integers(0, 1300)),
))  # fmt: skip
def test_any_bytes_give_places_or_a_plain_fault(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    with contextlib.suppress(GeoError):
        assert "kind" in check(read_places(path), "places")


def test_days_and_hours_of_collection_are_read(tmp_path: Path) -> None:
    file = tmp_path / "stations.csv"
    file.write_text(
        "名称,種別,緯度,経度,収集曜日,収集時間\n"
        "第1集積所,ゴミ集積所,33.88,130.88,月・木,5:00〜8:30\n"
        "第2集積所,ゴミ集積所,33.88,130.89,第2・4水曜,\n"
        "第3集積所,ゴミ集積所,33.88,130.87,,\n",
        encoding="utf-8",
    )
    places = read_places(file)
    assert places["weekdays"].tolist() == [["MO", "TH"], None, None]
    assert places["hours"].tolist() == [["05:00-08:30"], None, None]
    assert report_of(places).unread == (3,)


def test_without_such_columns_nothing_is_said_of_days(tmp_path: Path) -> None:
    file = tmp_path / "shops.csv"
    file.write_text("名称,種別,緯度,経度\n丸屋,商店,33.88,130.88\n", encoding="utf-8")
    assert not {"weekdays", "hours"} & set(read_places(file).columns)
