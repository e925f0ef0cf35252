"""Rosters as offices keep them: taken whole, as written, or every fault told."""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import FileEmpty, GeoError, ParameterWrong, RosterFaulty, SchemaUnknown
from geo.exchange.addresses import Gazetteer, Located
from geo.exchange.headings import HEADINGS, RosterKind, known_headings
from geo.exchange.rosters import Roster, read_roster
from geo.layers import check


class _OneTown:
    """Finds every address of 魚町, by the ward alone those of 門司区."""

    def locate(self, address: str) -> Located | None:
        if "魚町" in address:
            return Located(130.88, 33.88, "town_chome", "魚町", "")
        return Located(130.9, 33.9, "ward", "門司区", "") if "門司" in address else None


def _read(
    tmp_path: Path, text: str, kind: RosterKind = "households", *, encoding: str = "utf-8"
) -> Roster:
    path = tmp_path / "名簿.csv"
    path.write_bytes(text.encode(encoding))
    return read_roster(path, kind, locate=_OneTown())


def _fault(roster: Roster) -> tuple[int, str, str, str]:
    """Row, column, code and suggestion of the only fault."""
    assert roster.faults["code"].tolist() == roster.faults["code"].tolist()[:1]
    first = roster.faults.iloc[0]
    return int(first["row"]), first["column"], first["code"], first["suggestion"]


HOUSEHOLDS = """西小倉校区 世帯名簿,,,,,,,,,
令和6年4月1日現在,,,,,,,,,
,,,,,,,,,
番号,氏名,フリガナ,生年月日,住　所,電話番号,世帯構成,困りごと,校区,備考
００１,髙橋　隆,ﾀｶﾊｼ,S23.5.1,小倉北区魚町4-3-5　,093-582-0000,独居,ゴミ出し・買い物,西小倉,犬
002,山田 花子,,,門司区,,高齢夫婦,なし,,
"""


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig", "utf-16"])
def test_households_of_an_office(tmp_path: Path, encoding: str) -> None:
    text = HOUSEHOLDS.replace("髙", "高") if encoding == "cp932" else HOUSEHOLDS
    roster = _read(tmp_path, text, encoding=encoding)
    layer = check(roster.require(), "households")
    assert layer.crs == 4326
    first, second = layer.iloc[0], layer.iloc[1]
    assert first["id"] == "001"
    assert first["kana"] == "ﾀｶﾊｼ"
    assert first["address"] == "小倉北区魚町4-3-5"
    assert (first["birth_date"], first["birth_date_text"]) == ("1948-05-01", "S23.5.1")
    assert first["composition"] == "single_elderly"
    assert first["needs"] == ["garbage", "errand"]
    assert first["geocode_level"] == "town_chome"
    assert (first.geometry.x, first.geometry.y) == (130.88, 33.88)
    assert second["needs"] == []
    assert second["district_id"] is None
    assert second.geometry is None
    assert second["geocode_level"] == "ward"
    assert roster.notes["code"].tolist() == ["address_coarse"]
    assert roster.unknown == ["備考"]
    assert roster.mapping["住 所"] == "address"


NAMES = [
    "福\ufa1b",
    "\ufa19谷",
    "\uf9dc",
    "\ufa16俣",
    "髙橋",
    "山﨑",
    "辻\U000e0101",
    "ｱﾍﾞ",
    "Ａ　ｂ",
]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_names_and_addresses_are_stored_as_written(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    if kind == "csv":
        lines = ["氏名,住所", *(f"{name},{name}町１ー２" for name in NAMES)]
        path.write_text("\n".join(lines), encoding="utf-8")
    else:
        book = openpyxl.Workbook()
        book.active.append(["氏名", "住所"])
        for name in NAMES:
            book.active.append([name, f"{name}町１ー２"])
        book.save(path)
    layer = read_roster(path).require()
    assert layer["name"].tolist() == NAMES
    assert layer["address"].tolist() == [f"{name}町１ー２" for name in NAMES]


SUPPORTERS = """支援者名簿,,,,,,,,,,,,,
氏名,住所,活動,,,曜日,,,午前,午後,状態,移動手段,週の回数,移動時間
,,ゴミ出し,掃除,その他,月,火,水,,,,,,
山田太郎,小倉北区魚町4-3-5,○,,,○,,◯,○,,活動中,徒歩,週２回,15分以内
林,不明,×,,草むしりも少し,,,,,,休み,自転車,,
森,,,,,,,,,,希望,,,
"""


def test_supporters_with_a_column_for_every_choice(tmp_path: Path) -> None:
    roster = _read(tmp_path, SUPPORTERS, "supporters", encoding="cp932")
    layer = check(roster.require(), "supporters")
    assert layer["activities"].tolist() == [["garbage"], ["other"], []]
    assert layer["weekdays"].tolist() == [["MO", "WE"], None, None]
    assert layer["hours"].tolist() == [["09:00-12:00"], None, None]
    assert layer["status"].tolist() == ["active", "resting", "willing"]
    assert layer["mode"].tolist() == ["foot", "bicycle", None]
    assert layer["most_per_week"].iloc[0] == 2.0
    assert layer["most_per_week"].isna().tolist() == [False, True, True]
    assert layer["farthest_minutes"].iloc[0] == 15.0
    assert roster.notes["code"].tolist() == ["address_unknown", "address_missing"]


@pytest.mark.parametrize(
    ("heading", "cells", "years"),
    [
        ("生年", ["昭和23年", "1950", "S30", ""], [1948, 1950, 1955, None]),
        ("生年月日", ["S23.5.1", "1950-01-02", "", "昭和30年1月1日"], [1948, 1950, None, 1955]),
    ],
)
def test_the_year_a_supporter_was_born_in_is_read(
    tmp_path: Path, heading: str, cells: list[str], years: list[int | None]
) -> None:
    rows = "".join(f"試験{n},ゴミ出し,{cell}\n" for n, cell in enumerate(cells))
    roster = _read(tmp_path, f"氏名,支援内容,{heading}\n{rows}", "supporters")
    told = check(roster.require(), "supporters")["birth_year"]
    assert [None if year != year else year for year in told] == years  # noqa: PLR0124 - NaN
    wrong = _read(tmp_path, "氏名,支援内容,生年\n試験,ゴミ出し,むかし\n", "supporters")
    assert wrong.faults["code"].tolist() == ["year_unclear"]


def test_a_workbook_with_merged_title_and_real_dates(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B2"] = "支援者名簿"
    sheet.merge_cells("B2:F2")
    for row in (
        ["番号", "氏名", "生年月日", "支援内容", "時間帯"],
        [12, "髙橋", dt.date(1948, 5, 1), "ごみ出し", "9:00〜12:00"],
    ):
        for column, value in enumerate(row, 2):
            sheet.cell(sheet.max_row + (column == 2), column, value)
    book.save(tmp_path / "a.xlsx")
    row = read_roster(tmp_path / "a.xlsx", "supporters").require().iloc[0]
    assert (row["id"], row["birth_date"]) == ("12", "1948-05-01")
    assert (row["activities"], row["hours"]) == (["garbage"], ["09:00-12:00"])


def test_supporters_without_status_are_noted(tmp_path: Path) -> None:
    roster = _read(tmp_path, "氏名,支援内容\n山田,掃除\n", "supporters")
    assert "status_missing" in roster.notes["code"].tolist()
    assert roster.require()["status"].tolist() == [None]


def test_links(tmp_path: Path) -> None:
    header = "見守る人,見守られる人,種類,方向,強さ,頻度\n"
    text = header + "Ｓ０１,H001,声かけ,一方向,強,毎日\nH2,H001,,,,\n"
    roster = _read(tmp_path, text, "links")
    layer = check(roster.require(), "links")
    assert layer.iloc[0][["watcher_id", "watched_id", "kind", "direction"]].tolist() == [
        "S01", "H001", "watching", "one_way",
    ]  # fmt: skip
    assert layer["strength"].iloc[0] == 3.0
    assert layer.geometry.isna().all()
    assert layer.crs == 4326


HOME = "番号,氏名,緯度,経度,電話,世帯構成,困りごと,生年月日\n"


@pytest.mark.parametrize(
    ("row", "column", "code", "suggestion"),
    [
        ("1,a,130.87,33.88,,,,", "緯度", "coordinates_swapped", "latitude 33.88 and longitude"),
        ("1,a,95,130,,,,", "緯度", "coordinate_outside", "decimals"),
        ("1,a,33.9,,,,,", "経度", "coordinate_alone", "both"),
        ("1,a,0,0,,,,", "緯度", "coordinates_zero", "blank"),
        ("1,a,北の方,130,,,,", "緯度", "coordinate_unclear", "decimals"),
        ("1,a,,,ない,,,", "電話", "phone_unclear", "093"),
        ("1,a,,,,独り,,", "世帯構成", "word_unknown", "write"),
        ("1,a,,,,,ゴミすて,", "困りごと", "word_unknown", "ゴミ出し"),
        ("1,a,,,,,,昭和70年5月1日", "生年月日", "date_outside_era", "平成7年5月1日"),
        ("1.2E+05,a,,,,,,", "番号", "id_scientific", "text"),
        (",a,,,,,,", "番号", "value_missing", "fill"),
        ("1,\ufffd橋,,,,,,", "氏名", "character_lost", "again"),
        ("1,a,,,,,,,余り", "column 9", "cell_beyond", "heading"),
    ],
)
def test_a_fault_names_its_cell_and_what_would_be_right(
    tmp_path: Path, row: str, column: str, code: str, suggestion: str
) -> None:
    roster = _read(tmp_path, HOME + "9,良,33.9,130.9,,,,\n" + row + "\n")
    found = _fault(roster)
    assert found[:3] == (3, column, code)
    assert suggestion in found[3]
    assert roster.layer["id"].tolist() == ["9"]
    with pytest.raises(RosterFaulty, match=f"row 3, column {column}") as caught:
        roster.require()
    assert caught.value.facts["count"] == 1


@pytest.mark.parametrize(
    ("ids", "row", "code", "suggestion"),
    [
        ("0012 0013 14", 4, "id_zero_lost", "write 0014"),
        ("0012 0013 0012", 4, "id_twice", "own id"),
        ("12 13 １２", 4, "id_twice", "own id"),
    ],
)
def test_ids_that_a_spreadsheet_spoiled(
    tmp_path: Path, ids: str, row: int, code: str, suggestion: str
) -> None:
    text = "番号,氏名\n" + "".join(f"{id_},姓{n}\n" for n, id_ in enumerate(ids.split()))
    found = _fault(_read(tmp_path, text))
    assert (found[0], found[2]) == (row, code)
    assert suggestion in found[3]


def test_ids_of_growing_length_have_lost_nothing(tmp_path: Path) -> None:
    roster = _read(tmp_path, "番号,氏名\n08,a\n09,b\n10,c\n100,d\n")
    assert roster.require()["id"].tolist() == ["08", "09", "10", "100"]


@pytest.mark.parametrize(
    ("cell", "stored", "code"),
    [
        ("093-582-0000", "093-582-0000", None),
        ("０９０－１２３４－５６７８", "０９０－１２３４－５６７８", None),
        ("090-1234-5678、093-582-0000(自宅)", "090-1234-5678、093-582-0000(自宅)", None),
        ("9012345678", "09012345678", "phone_zero_restored"),
        ("935820000", "0935820000", "phone_zero_restored"),
        ("582-0000", "582-0000", "phone_without_area"),
    ],
)
def test_telephone_numbers(tmp_path: Path, cell: str, stored: str, code: str | None) -> None:
    roster = _read(tmp_path, f"氏名\t電話\tid\na\t{cell}\t1\n")
    assert roster.require()["phone"].tolist() == [stored]
    notes = [found for found in roster.notes["code"] if found.startswith("phone")]
    assert notes == ([code] if code else [])


@pytest.mark.parametrize(
    ("lat", "lon"),
    [("33.8866667", "130.87"), ("33°53'12\"", "130°52'12\""),
     ("３３度５３分１２秒", "東経130度52分12秒"),
     ("33.53.12", "130.52.12"), ("N33.8866667", "E130.87")],
)  # fmt: skip
def test_positions_in_degrees_and_in_minutes(tmp_path: Path, lat: str, lon: str) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(f"氏名\t緯度\t経度\na\t{lat}\t{lon}\n".replace('"', "″"), encoding="utf-8")
    row = read_roster(path).require().iloc[0]
    assert (row.geometry.y, row.geometry.x) == pytest.approx((33.8866667, 130.87), abs=1e-6)
    assert row["geocode_level"] == "given"


def test_several_faults_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = HOME + "1,a,,,ない,独り,,\n1,b,130,33,,,,\n"
    roster = _read(tmp_path, text)
    assert list(zip(roster.faults["row"], roster.faults["column"], strict=True)) == [
        (2, "電話"), (2, "世帯構成"), (3, "番号"), (3, "緯度"),
    ]  # fmt: skip
    assert roster.layer.empty
    assert roster.layer.crs == 4326


def test_the_same_file_gives_the_same_ids_and_a_new_status_keeps_them(tmp_path: Path) -> None:
    text = "氏名,住所,支援内容,状態\n山田 太郎,魚町1,掃除,希望\n林,魚町2,掃除,希望\n"
    before = _read(tmp_path, text, "supporters").require()
    assert _read(tmp_path, text, "supporters").require().equals(before)
    changed = text.replace("希望", "活動中").replace("山田 太郎", "山田　太郎 ")
    turned = "\n".join([changed.splitlines()[0], *reversed(changed.splitlines()[1:])])
    after = _read(tmp_path, turned, "supporters").require()
    assert after["id"].tolist() == before["id"].tolist()[::-1]
    twice = _read(tmp_path, text + "林,魚町2,ゴミ出し,活動中\n", "supporters")
    assert _fault(twice)[:3] == (4, "氏名", "record_twice")


def test_rows_without_a_name_may_be_alike(tmp_path: Path) -> None:
    ids = _read(tmp_path, "住所,世帯構成\n魚町1,独居\n魚町1,独居\n").require()["id"]
    assert ids.is_unique


def test_a_mapping_overrules_and_survives_the_next_file(tmp_path: Path) -> None:
    text = "だれ,氏名,支援内容\n甲,乙,掃除\n"
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    roster = read_roster(path, mapping={"だれ": "name", "氏名": None, "昔の列": "address"})
    assert roster.require()["name"].tolist() == ["甲"]
    assert roster.mapping == {"だれ": "name", "氏名": "", "支援内容": "needs"}
    again = read_roster(path, mapping=roster.mapping)
    assert again.mapping == roster.mapping
    with pytest.raises(ParameterWrong, match="shoe_size"):
        read_roster(path, mapping={"だれ": "shoe_size"})
    with pytest.raises(ParameterWrong, match="name twice"):
        read_roster(path, mapping={"だれ": "name", "氏名": "name"})
    with pytest.raises(ParameterWrong, match="pets"):
        read_roster(path, "pets")  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("kind", "text", "field"),
    [
        ("supporters", "氏名,状態\na,活動中\n", "activities"),
        ("links", "見守る人,種類\na,鍵\n", "watched_id"),
        ("households", "氏名,緯度\na,33\n", "lon"),
    ],
)
def test_a_column_that_must_be_there_is_asked_for(
    tmp_path: Path, kind: RosterKind, text: str, field: str
) -> None:
    row, column, code, _ = _fault(_read(tmp_path, text, kind))
    assert (row, column, code) == (1, field, "column_missing")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("品名,単価\nねじ,3\n", SchemaUnknown),
        ("氏名,住所\n", FileEmpty),
        ("氏名,住所\n,\n", FileEmpty),
    ],
)
def test_a_file_that_is_no_roster(tmp_path: Path, text: str, fault: type[GeoError]) -> None:
    with pytest.raises(fault, match=r"名簿\.csv"):
        _read(tmp_path, text)


@pytest.mark.parametrize("kind", list(HEADINGS))
def test_every_known_heading_is_recognised(tmp_path: Path, kind: RosterKind) -> None:
    for heading in known_headings(kind):
        if heading in {"その他", *"月火水木金土日"}:
            continue
        text = f'"{heading}","無関係"\nx,y\n'
        assert heading in _read(tmp_path, text, kind).mapping


@pytest.mark.realdata
def test_an_address_in_two_wards_names_both(realdata: Path, tmp_path: Path) -> None:
    towns = Gazetteer.read(realdata / "addresses" / "kitakyushu_towns.csv")
    path = tmp_path / "a.csv"
    path.write_text("氏名,住所\na,大字畑12\nb,戸畑区天神1-2\n", encoding="utf-8")
    roster = read_roster(path, locate=towns)
    assert roster.notes["code"].tolist() == ["address_ambiguous"]
    assert "八幡西区大字畑" in roster.notes["problem"].iloc[0]
    assert roster.require()["geocode_level"].tolist() == ["unknown", "town_chome"]


_CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["○", "△", "月〜金", "9:00-", "S23.5.1", "1E5", "９０", "-1", "=1+1", "33.9", "なし"]
    ),
)


@given(
    kind=st.sampled_from(list(HEADINGS)),
    headings=st.data(),
    rows=st.lists(st.lists(_CELL, min_size=1, max_size=8), min_size=1, max_size=4),
)
def test_random_tables_give_a_roster_or_a_fault(
    tmp_path_factory: pytest.TempPathFactory,
    kind: RosterKind,
    headings: st.DataObject,
    rows: list[list[str]],
) -> None:
    names = headings.draw(st.lists(st.sampled_from(known_headings(kind)), min_size=1, max_size=8))
    quoted = [",".join('"' + c.replace('"', '""') + '"' for c in row) for row in [names, *rows]]
    path = tmp_path_factory.getbasetemp() / "random.csv"
    path.write_bytes("\n".join(quoted).encode("utf-8", "surrogatepass"))
    with contextlib.suppress(GeoError):
        roster = read_roster(path, kind, locate=_OneTown())
        assert all(roster.faults["problem"].str.len() > 0)
        assert all(roster.faults["suggestion"].str.len() > 0)
        if len(roster.layer) and "column_missing" not in set(roster.faults["code"]):
            check(roster.layer, kind)


@given(st.binary(max_size=300))
def test_random_bytes_give_a_roster_or_a_fault(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "random.csv"
    path.write_bytes("氏名,住所,緯度,経度\n".encode() + data)
    with contextlib.suppress(GeoError):
        layer = read_roster(path).layer
        assert layer.empty or check(layer, "households") is layer


def test_a_supporter_may_say_whether_woman_or_man(tmp_path: Path) -> None:
    text = "氏名,住所,活動,性別\n甲,魚町1,掃除,女\n乙,魚町2,掃除,男性\n丙,魚町3,掃除,\n"
    roster = _read(tmp_path, text, "supporters")
    assert roster.mapping["性別"] == "gender"
    assert roster.layer["gender"].tolist() == ["f", "m", None]
