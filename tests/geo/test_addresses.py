"""Addresses in every way people write them find the town, the block, or nothing."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import CellFaulty, FileEmpty, GeoError, SchemaUnknown
from geo.exchange.addresses import LEVELS, Gazetteer
from geo.exchange.characters import fold_address
from geo.exchange.spellings import read_kanji_number

BLOCKS = """都道府県名,市区町村名,{town},小字・通称名,街区符号・地番,座標系番号,\
Ｘ座標,Ｙ座標,緯度,経度,住居表示フラグ,代表フラグ
福岡県,北九州市小倉北区,魚町四丁目,,3,2,97832.0,-11108.0,33.8820,130.8800,1,1
福岡県,北九州市小倉北区,魚町四丁目,,3,2,97900.0,-11108.0,33.8899,130.8899,1,0
福岡県,北九州市小倉北区,魚町四丁目,,4,2,97732.0,-11208.0,33.8811,130.8790,1,1
福岡県,北九州市小倉南区,大字湯川,,123-4,2,95000.0,-9000.0,33.8564,130.9027,0,1
福岡県,北九州市小倉南区,大字湯川,,123,2,95100.0,-9100.0,33.8573,130.9016,0,1
福岡県,北九州市小倉南区,湯川一丁目,,2,2,94000.0,-9500.0,33.8474,130.8973,1,1
福岡県,北九州市小倉南区,大字朽網,字草見,7,2,90000.0,-3000.0,33.8114,130.9676,0,1
福岡県,京都郡苅田町,幸町,,6,2,86000.0,-2000.0,33.7755,130.9784,0,1
"""


@pytest.fixture
def blocks(tmp_path: Path) -> Gazetteer:
    path = tmp_path / "40_2024.csv"
    path.write_bytes(BLOCKS.format(town="大字・丁目名").encode("cp932"))
    return Gazetteer.read(path)


@pytest.fixture(scope="module")
def kitakyushu(realdata: Path) -> Gazetteer:
    return Gazetteer.read(realdata / "addresses" / "kitakyushu_towns.csv")


@pytest.fixture(scope="module")
def towns(realdata: Path) -> list[dict[str, str]]:
    with (realdata / "addresses" / "kitakyushu_towns.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _in_digits(town: str) -> str:
    match = re.fullmatch(r"(.*?)([一二三四五六七八九十]+)丁目", town)
    return f"{match[1]}{read_kanji_number(match[2])}丁目" if match else town


@pytest.mark.realdata
@pytest.mark.parametrize(
    "form",
    [
        "{ward}{town}{koaza}",
        "福岡県北九州市{ward}{town}{koaza}3番5号",
        "北九州市{ward}　{digits}{koaza}３－５ ○○ハイツ 101",
        "{ward}{hyphen}{koaza}",
        "{ward}{bare}{koaza}123番地の4",
    ],
)
def test_every_town_is_found_at_its_own_point(
    kitakyushu: Gazetteer, towns: list[dict[str, str]], form: str
) -> None:
    lost = []
    for row in towns:
        digits = _in_digits(row["town"])
        hyphen = digits.replace("丁目", "-3-5")
        bare = digits.replace("大字", "")
        address = form.format(**row, digits=digits, hyphen=hyphen, bare=bare)
        found = kitakyushu.locate(address)
        if found is None or (found.lon, found.lat) != pytest.approx(
            (float(row["lng"]), float(row["lat"])), abs=1e-9
        ):
            lost.append(address)
    assert len(towns) == 1559
    assert lost == []


@pytest.mark.realdata
def test_without_the_ward_only_names_of_two_wards_are_left_open(
    kitakyushu: Gazetteer, towns: list[dict[str, str]]
) -> None:
    lost = {row["town"] for row in towns if kitakyushu.locate(row["town"]) is None}
    assert lost == {"大字畑", "大字田代"}
    wards = {place.matched for place in kitakyushu.candidates("大字畑123")}
    assert wards == {"門司区大字畑", "八幡西区大字畑"}


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("address", "matched", "level"),
    [
        ("〒802-0006 北九州市小倉北区魚町4ー3ー5", "小倉北区魚町四丁目", "town_chome"),
        ("魚町四ノ三", "小倉北区魚町四丁目", "town_chome"),
        ("小倉北区魚町四丁目３の５", "小倉北区魚町四丁目", "town_chome"),
        ("戸畑区天神", "戸畑区天神", "town"),
        ("戸畑区天神9丁目", "戸畑区天神", "town"),
        ("泉ヶ浦２丁目", "八幡西区泉ケ浦二丁目", "town_chome"),
        ("泉が浦2", "八幡西区泉ケ浦二丁目", "town_chome"),
        ("山之堂町5", "若松区山ノ堂町", "town"),
        ("小倉南区曾根北町1-1", "小倉南区曽根北町", "town"),
        ("朽網字草見5", "小倉南区大字朽網草見", "town_chome"),
        ("湯川123番地", "小倉南区大字湯川", "town"),
        ("湯川1番地の2", "小倉南区大字湯川", "town"),
        ("湯川1-2-3", "小倉南区湯川一丁目", "town_chome"),
        ("大字湯川1-2", "小倉南区大字湯川", "town"),
        ("戸畑区天神通り3", "戸畑区", "ward"),
        ("北九州市門司区", "門司区", "ward"),
    ],
)
def test_forms_of_numbers_and_characters(
    kitakyushu: Gazetteer, address: str, matched: str, level: str
) -> None:
    found = kitakyushu.locate(address)
    assert found is not None
    assert (found.matched, found.level) == (matched, level)


@pytest.mark.realdata
@pytest.mark.parametrize(
    "address",
    [
        "",
        "　",
        "1-2-3",
        "北九州市",
        "福岡市中央区天神1-1",
        "山口県戸畑区天神1-1",
        "下関市本町1",
        "不明",
    ],
)
def test_what_is_elsewhere_or_nothing_stays_unknown(kitakyushu: Gazetteer, address: str) -> None:
    assert kitakyushu.locate(address) is None


@pytest.mark.parametrize(
    ("address", "point", "level", "rest"),
    [
        ("小倉北区魚町四丁目3番5号", (130.88, 33.882), "block", "5号"),
        ("小倉北区魚町4-4-5 ビル2階", (130.879, 33.8811), "block", "5びる2階"),
        ("小倉北区魚町4-9-5", (130.8795, 33.88155), "town_chome", "9-5"),
        ("小倉南区湯川123-4", (130.9027, 33.8564), "block", ""),
        ("小倉南区湯川123番地9", (130.9016, 33.8573), "block", "9"),
        ("苅田町幸町6-1", (130.9784, 33.7755), "block", "1"),
        ("京都郡苅田町幸町6", (130.9784, 33.7755), "block", ""),
    ],
)
def test_blocks_and_lots(
    blocks: Gazetteer, address: str, point: tuple[float, float], level: str, rest: str
) -> None:
    found = blocks.locate(address)
    assert found is not None
    if level == "block":
        assert (found.lon, found.lat) == pytest.approx(point, abs=1e-9)
    assert (found.level, found.rest) == (level, rest)


def test_both_spellings_of_the_town_heading_and_plane_coordinates(tmp_path: Path) -> None:
    text = BLOCKS.format(town="大字・町丁目名")
    text = re.sub(r",33\.\d+,130\.\d+,", ",,,", text)
    (tmp_path / "a.csv").write_bytes(text.encode("cp932"))
    found = Gazetteer.read(tmp_path / "a.csv").locate("小倉北区魚町4-3")
    assert found is not None
    # X = 97,832 m is north of 33°N (about 0.882°), Y = −11,108 m west of 131°E (about 0.12°).
    assert found.lat == pytest.approx(33.882, abs=0.001)
    assert found.lon == pytest.approx(130.880, abs=0.001)


def test_a_town_in_two_wards_gives_candidates_and_no_guess(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "code,ward,town,koaza,lat,lng\n40101,門司区,本町,,33.9,130.9\n40103,若松区,本町,,33.8,130.8\n",
        encoding="utf-8",
    )
    gazetteer = Gazetteer.read(tmp_path / "a.csv")
    assert gazetteer.locate("本町1-2") is None
    assert [place.matched for place in gazetteer.candidates("本町1-2")] == [
        "門司区本町",
        "若松区本町",
    ]
    found = gazetteer.locate("福岡県北九州市若松区本町1-2")
    assert found is not None
    assert found.lon == pytest.approx(130.8)


@pytest.mark.parametrize(
    ("one", "other"),
    [("鞘ヶ谷", "鞘が谷"), ("髙槗", "高槗"), ("濱町", "浜町"), ("曾根", "曽根"),
     ("辻\U000e0101", "辻"), ("１－２ー３", "1-2-3"), ("1の2", "1-2"),
     ("ﾋﾋﾞｷﾉ", "ひびきの"), ("山ノ堂", "山之堂")],
)  # fmt: skip
def test_characters_that_mean_the_same_fold_together(one: str, other: str) -> None:
    assert fold_address(one) == fold_address(other)


@pytest.mark.parametrize(
    ("text", "fault", "words"),
    [
        ("a,b\n1,2\n", SchemaUnknown, "大字・丁目名"),
        ("town,ward\n本町,門司区\n", SchemaUnknown, "緯度"),
        ("town,lat,lng\n", FileEmpty, "a.csv"),
        ("town,lat,lng\n本町,33.9,130.9\n浜町,x,130\n", CellFaulty, "row 3, column 緯度"),
        ("town,lat,lng\n本町,133.9,30.9\n", CellFaulty, "row 2, column 緯度"),
    ],
)
def test_a_faulty_town_list_is_one_sentence(
    tmp_path: Path, text: str, fault: type[GeoError], words: str
) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(fault, match=words) as caught:
        Gazetteer.read(tmp_path / "a.csv")
    assert "a.csv" in str(caught.value)


@pytest.mark.realdata
@given(
    st.text(
        alphabet="北九州市門司区小倉大字湯川魚町一二三十丁目番地号のー-－ 0123456789１２",
        max_size=25,
    )
)
def test_any_address_is_located_or_unknown(kitakyushu: Gazetteer, address: str) -> None:
    for place in kitakyushu.candidates(address):
        assert place.level in LEVELS
        assert 130 < place.lon < 132
        assert 33 < place.lat < 35
