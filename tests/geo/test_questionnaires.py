"""Surveys of any form: what their columns ask, what their answers say."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from geo.errors import GeoError, ParameterWrong
from geo.exchange.questionnaires import Questionnaire, read_questionnaire
from geo.exchange.questions import QUESTIONS

TWO_ROWS = """守恒校区　生活支援アンケート集計,,,,,,,,,
,,,,,,,,,
No,氏名,フリガナ,住所,年齢,電話番号,手伝えること,,,困っていること,連絡してよいか,回答日
,,,,,,ゴミ出し,掃除,その他,,,
1,神宮 福子,ジングウ フクコ,守恒1-2-3,72,093-582-0000,○,,犬の世話,,はい,令和8年5月1日
2,,,,,,,,,"ゴミ出し、電球の交換",,
3,山田,,,,9012345678,1,△,,買い物に行けない,よくない,2026/5/3
"""

GOOGLE = (
    "タイムスタンプ,お名前,ご住所,お電話番号,お手伝いできることは何ですか（複数回答）,"
    "お困りのことはありますか,ご連絡してもよろしいですか\n"
    '2026/05/01 10:00:00,佐藤花子,守恒町1,093-111-2222,"ゴミ出し, 買い物の付き添い",,はい\n'
    '2026/05/02 11:30:00,,,,,"草むしり, 掃除",いいえ\n'
)


def read(folder: Path, text: str, encoding: str = "utf-8", **other: object) -> Questionnaire:
    path = folder / "アンケート.csv"
    path.write_bytes(text.encode(encoding))
    return read_questionnaire(path, **other)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_a_header_of_two_rows_below_a_title_is_understood(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, TWO_ROWS, encoding)
    assert found.mapping == {
        "No": "keep", "氏名": "name", "フリガナ": "kana", "住所": "address", "年齢": "keep",
        "電話番号": "phone", "手伝えること ゴミ出し": "willing:garbage",
        "手伝えること 掃除": "willing:cleaning", "手伝えること その他": "willing:other",
        "困っていること": "needs", "連絡してよいか": "contact", "回答日": "answered_on",
    }  # fmt: skip
    first, second, third = found.rows
    assert (first.name, first.phone, first.contact) == ("神宮 福子", "093-582-0000", True)
    assert (first.willing, first.needs) == (["garbage", "other"], [])
    assert first.answered_on == dt.date(2026, 5, 1)
    assert first.answers == {"No": "1", "年齢": "72", "手伝えること その他": "犬の世話"}
    assert (second.row, second.name, second.contact) == (6, None, None)
    assert second.needs == ["garbage"]
    assert second.answers["困っていること"] == "ゴミ出し、電球の交換"
    assert third.needs == ["errand"]
    assert third.contact is False
    assert third.phone == "09012345678"
    assert third.answers["手伝えること 掃除"] == "△"


def test_what_is_not_understood_is_a_note_and_kept_not_a_fault(tmp_path: Path) -> None:
    found = read(tmp_path, TWO_ROWS)
    assert found.faults.empty
    kept = found.notes[found.notes["code"] == "answer_kept"]
    assert [(row["row"], row["facts"]["word"]) for row in kept.to_dict("records")] == [
        (6, "電球の交換"),
        (7, "△"),
    ]


def test_the_answers_of_an_online_form_are_understood(tmp_path: Path) -> None:
    found = read(tmp_path, GOOGLE)
    assert list(found.mapping.values()) == [
        "answered_on", "name", "address", "phone", "willing", "needs", "contact",
    ]  # fmt: skip
    first, second = found.rows
    assert first.willing == ["garbage", "accompaniment"]
    assert first.answered_on == dt.date(2026, 5, 1)
    assert (second.needs, second.contact) == (["garden", "cleaning"], False)


def test_a_workbook_with_merged_headings_is_read_alike(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in TWO_ROWS.splitlines()[2:]:
        sheet.append([cell or None for cell in row.replace('"', "").split(",")])
    sheet.merge_cells("G1:I1")
    book.save(tmp_path / "answers.xlsx")
    found = read_questionnaire(tmp_path / "answers.xlsx")
    assert found.mapping["手伝えること 掃除"] == "willing:cleaning"
    assert found.rows[0].willing == ["garbage", "other"]


def test_wrong_telephones_and_days_are_faults_with_what_would_be_right(tmp_path: Path) -> None:
    found = read(tmp_path, "氏名,電話,回答日\n甲,12,2026/5/1\n乙,093-582-0000,5/1\n丙,,\n")
    assert [(row["row"], row["column"]) for row in found.faults.to_dict("records")] == [
        (2, "電話"),
        (3, "回答日"),
    ]
    assert list(found.faults["suggestion"]) == [
        "write it as 093-582-0000",
        "write it as 1948-05-01",
    ]
    assert [row.name for row in found.rows] == ["丙"]


def test_help_without_an_activity_counts_as_other(tmp_path: Path) -> None:
    found = read(tmp_path, "氏名,お手伝いしていただけますか\n甲,はい\n乙,いいえ\n丙,\n")
    assert found.mapping["お手伝いしていただけますか"] == "willing:any"
    assert [row.willing for row in found.rows] == [["other"], [], []]
    assert [row.needs for row in found.rows] == [None, None, None]


def test_a_group_is_carried_to_the_activities_beside_it(tmp_path: Path) -> None:
    head = "氏名,困っていること,ゴミ出し,掃除,協力できること,ゴミ出し,掃除"
    found = read(tmp_path, f"{head}\n甲,,○,,,,○\n")
    (row,) = found.rows
    assert (row.needs, row.willing) == (["garbage"], ["cleaning"])


def test_activities_without_a_group_are_kept_until_somebody_says_which(tmp_path: Path) -> None:
    text = "氏名,ゴミ出し\n甲,○\n"
    assert read(tmp_path, text).rows[0].willing is None
    said = read(tmp_path, text, mapping={"ゴミ出し": "willing:garbage"})
    assert said.rows[0].willing == ["garbage"]


def test_what_is_kept_goes_before_the_guess_and_what_is_said_before_both(tmp_path: Path) -> None:
    text = "氏名,電話,連絡先\n甲,093-582-0000,093-582-0001\n"
    shapes: list[str] = []

    def kept(shape: str) -> dict[str, str]:
        shapes.append(shape)
        return {"連絡先": "phone", "氏名": ""}

    found = read(tmp_path, text, kept=kept, mapping={"氏名": "name"})
    assert found.mapping == {"氏名": "name", "電話": "keep", "連絡先": "phone"}
    assert shapes == [found.shape]
    assert read(tmp_path, text.replace("電話", "でんわ")).shape != found.shape


@pytest.mark.parametrize("mapping", [{"氏名": "surname"}, {"氏名": "name", "電話": "name"}])
def test_a_mapping_to_nothing_or_twice_is_refused(tmp_path: Path, mapping: dict[str, str]) -> None:
    with pytest.raises(ParameterWrong):
        read(tmp_path, "氏名,電話\n甲,093-582-0000\n", mapping=mapping)


def test_rows_alike_have_digests_of_their_own_and_keep_them(tmp_path: Path) -> None:
    text = "氏名,困っていること\n,掃除\n,掃除\n"
    first, second = (one.digest for one in read(tmp_path, text).rows)
    assert first != second
    assert [one.digest for one in read(tmp_path, text + ",洗濯\n").rows[:2]] == [first, second]


HOSTILE = st.binary(max_size=400) | st.text(max_size=300).map(
    lambda text: text.encode("utf-8", "replace")
)


@settings(max_examples=60, deadline=None)
@given(content=HOSTILE)
def test_whatever_the_bytes_it_is_read_or_refused_in_a_sentence(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "hostile.csv"
        path.write_bytes(b"\xef\xbb\xbf" + "氏名,手伝えること,電話\n".encode() + content)
        try:
            found = read_questionnaire(path)
        except GeoError:
            return
    assert set(found.mapping.values()) <= set(QUESTIONS)
    assert {row.row for row in found.rows}.isdisjoint(found.faults["row"])
    for row in found.rows:
        assert "\0" not in "".join([row.name or "", row.phone or "", *row.answers.values()])
