"""Tables of every encoding and kind become the same grid; damage is named by its cell."""

from __future__ import annotations

import contextlib
import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import (
    CellFaulty,
    EncodingUnknown,
    FileEmpty,
    FileMissing,
    FileTooLarge,
    FileUnreadable,
    GeoError,
    ParameterWrong,
    SchemaUnknown,
)
from geo.exchange.sheets import Grid, Headings, find_header, join_headings, read_grid

ROWS = [["氏名", "住所"], ["髙橋", "戸畑区１丁目"], ["", ""], ["山田", "a,b;c"]]


def _write(path: Path, text: str, encoding: str) -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp932", "cp932"),
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_delimiter_gives_the_same_grid(
    tmp_path: Path, encoding: str, name: str, delimiter: str
) -> None:
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in ROWS]
    grid = read_grid(_write(tmp_path / "名簿.csv", "\r\n".join(lines), encoding))
    assert grid == Grid(ROWS, name, "名簿.csv", 1)


def test_a_line_break_inside_a_cell_does_not_shift_row_numbers(tmp_path: Path) -> None:
    grid = read_grid(_write(tmp_path / "a.csv", 'a,b\n"1\n2",3\n\n4,5\n', "utf-8"))
    assert grid.rows == [["a", "b"], ["1\n2", "3"], ["", ""], ["4", "5"]]
    assert grid.row_number(3) == 4


def test_a_workbook_says_what_its_cells_say(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    values = ["氏名", 12, 1.5, True, dt.date(1948, 5, 1), dt.time(9, 0), 4012345678901]
    for column, value in enumerate(values, 2):
        sheet.cell(3, column, value)
    sheet.merge_cells("B4:C5")
    sheet["B4"] = "同じ"
    sheet.row_dimensions[4].hidden = True
    sheet["H6"] = "最後"
    book.create_sheet("隠し", 0)["A1"] = "見えない"
    book["隠し"].sheet_state = "hidden"  # pyright: ignore[reportAttributeAccessIssue]
    book.save(tmp_path / "a.xlsx")
    grid = read_grid(tmp_path / "a.xlsx")
    assert grid.first_row == 3
    assert grid.encoding == "xlsx"
    assert grid.rows == [
        ["氏名", "12", "1.5", "TRUE", "1948-05-01", "09:00", "4012345678901"],
        ["同じ", "同じ", "", "", "", "", ""],
        ["同じ", "同じ", "", "", "", "", ""],
        ["", "", "", "", "", "", "最後"],
    ]
    assert read_grid(tmp_path / "a.xlsx", sheet="隠し").rows == [["見えない"]]
    with pytest.raises(ParameterWrong, match="隠し"):
        read_grid(tmp_path / "a.xlsx", sheet="ない")


@pytest.mark.parametrize(
    ("data", "fault", "words"),
    [
        (b"", FileEmpty, "a.csv"),
        (b"\n \n,,\n", FileEmpty, "a.csv"),
        (b"a,b\n1,2\n3,\x00" + b"4,5\n" * 50, CellFaulty, "row 3, column B"),
        (b"a,b\n1," + b"x" * 1_000_000 + b"\n", CellFaulty, "row 2, column B"),
        (b'a,b\n1,"' + b"x" * 1_000_000 + b'"\n', CellFaulty, "row 2, column B"),
        (b"a,b\n1," + b"x" * 32_768 + b"\n", CellFaulty, "row 2, column B"),
        (b'a,b\n1,2\n3,"4\n5,6\n', CellFaulty, "row 3, column B"),
        (b"a,b\n1,2\n3,\xff\xfe\n", EncodingUnknown, "row 3"),
        ("a,b\n氏名,2".encode("iso-2022-jp"), EncodingUnknown, "row 2"),
        ("a,b\n氏名,2\n".encode("utf-16")[:-1], FileUnreadable, "middle of a character"),
        (b"%PDF-1.7\n", FileUnreadable, "a PDF"),
        (b"PK\x03\x04" + b"\x00" * 80, FileUnreadable, "a.csv"),
        (b",".join([b"a"] * 3_000), FileTooLarge, "3,000 columns in row 1"),
    ],
)
def test_damage_is_one_sentence_with_its_place(
    tmp_path: Path, data: bytes, fault: type[GeoError], words: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(fault, match=words) as caught:
        read_grid(path)
    assert "a.csv" in str(caught.value)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"ない\.csv"):
        read_grid(tmp_path / "ない.csv")


def _rewrite(path: Path, member: str, old: bytes, new: bytes) -> Path:
    """The workbook with some bytes of one part exchanged."""
    target = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", 8) as out:
        for name in source.namelist():
            data = source.read(name)
            out.writestr(name, data.replace(old, new) if name == member else data)
    return target


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["氏名", "住所"])
    book.active.append(["山田", "戸畑区"])
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_a_cell_in_the_farthest_corner_is_refused_before_it_is_laid_out(workbook: Path) -> None:
    far = _rewrite(workbook, "xl/worksheets/sheet1.xml", b'r="B2"', b'r="XFD1048576"')
    with pytest.raises(FileTooLarge, match="cells"):
        read_grid(far)


@pytest.mark.parametrize("reference", [b"B299999999", b"&#66;2", b"ABCD2", b"b2", b""])
def test_a_reference_that_can_be_misread_is_damage(workbook: Path, reference: bytes) -> None:
    odd = _rewrite(workbook, "xl/worksheets/sheet1.xml", b'r="B2"', b'r="' + reference + b'"')
    with pytest.raises(FileUnreadable, match=r"changed\.xlsx"):
        read_grid(odd)


def test_cells_without_references_are_counted_too(
    workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = "xl/worksheets/sheet1.xml"
    bare = _rewrite(workbook, sheet, b"</sheetData>", b"<row/>" * 50 + b"</sheetData>")
    assert read_grid(bare).rows == [["氏名", "住所"], ["山田", "戸畑区"]]
    monkeypatch.setattr("geo.exchange.delimited.MOST_ROWS", 40)
    with pytest.raises(FileTooLarge, match="52 rows"):
        read_grid(bare)


def test_a_cut_or_damaged_workbook_is_unreadable(workbook: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(workbook.read_bytes()[:-600])
    with pytest.raises(FileUnreadable, match=r"cut\.xlsx"):
        read_grid(cut)
    damaged = _rewrite(workbook, "xl/worksheets/sheet1.xml", b"</sheetData>", b"<c r=")
    with pytest.raises(FileUnreadable, match=r"changed\.xlsx"):
        read_grid(damaged)


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(workbook: Path) -> None:
    bomb = _rewrite(
        workbook, "xl/worksheets/sheet1.xml", b"</sheetData>", b" " * 150_000_000 + b"</sheetData>"
    )
    with pytest.raises(FileTooLarge, match=r"changed\.xlsx"):
        read_grid(bomb)


def test_many_cells_on_one_long_text_are_counted(
    workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = b't="inlineStr"><is><t>' + "山田".encode() + b"</t></is></c>"
    shared = _rewrite(workbook, "xl/worksheets/sheet1.xml", old, b't="s"><v>1</v></c>')
    with zipfile.ZipFile(shared, "a") as archive:
        long = b"<sst><si><t>a</t></si><si><t>" + b"x" * 90 + b"</t></si></sst>"
        archive.writestr("xl/sharedStrings.xml", long)
    monkeypatch.setattr("geo.exchange.workbooks._MOST_TEXT", 80)
    with pytest.raises(FileTooLarge, match=r"changed\.xlsx"):
        read_grid(shared)


def _grid(*rows: list[str]) -> Grid:
    return Grid(list(rows), "utf-8", "a.csv")


KNOWN = ["氏名", "住所", "緯度", "経度", "ゴミ出し", "掃除"]


def test_titles_and_blank_rows_above_the_header_are_skipped() -> None:
    grid = _grid(["令和６年度 名簿", ""], ["", ""], [" 氏 名", "住所\n"], ["山田", "戸畑区"])
    header = find_header(grid, KNOWN)
    assert header == 2
    assert join_headings(grid, header).names == ["氏 名", "住所"]
    assert join_headings(grid, header).below == 3


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (["氏名", "位置", "", "活動", ""], ["", "緯度", "経度", "ゴミ出し", "掃除"]),
        (["氏名", "位置", "位置", "活動", "活動"], ["氏名", "緯度", "経度", "ゴミ出し", "掃除"]),
    ],
)
def test_a_header_of_two_rows_is_joined(upper: list[str], lower: list[str]) -> None:
    grid = _grid(["名簿", "", "", "", ""], upper, lower, ["山田", "33", "130", "○", ""])
    header = find_header(grid, KNOWN)
    assert header == 1
    headings = join_headings(grid, header)
    assert headings.names == ["氏名", "位置 緯度", "位置 経度", "活動 ゴミ出し", "活動 掃除"]
    assert headings.below == 3


def test_a_record_below_a_single_header_is_not_part_of_it() -> None:
    grid = _grid(["氏名", "住所", ""], ["山田", "ゴミ出し", "x"], ["林", "", ""])
    assert join_headings(grid, find_header(grid, KNOWN)).below == 1


@pytest.mark.parametrize(
    "title", [["名簿", "", ""], ["掃除", "", ""], ["名簿", "名簿", "名簿"], ["名簿", "", "4月1日"]]
)
def test_a_title_above_the_header_is_not_part_of_it(title: list[str]) -> None:
    grid = _grid(title, ["氏名", "住所", "緯度"], ["山田", "戸畑区", "33"])
    header = find_header(grid, KNOWN)
    assert join_headings(grid, header) == Headings(["氏名", "住所", "緯度"], 2)


def test_equal_headings_are_kept_apart() -> None:
    grid = _grid(["氏名", "電話", "電話"])
    assert join_headings(grid, 0).names == ["氏名", "電話", "電話 (2)"]


def test_a_table_without_known_headings_names_what_it_has() -> None:
    with pytest.raises(SchemaUnknown, match="品名, 単価"):
        find_header(_grid(["", ""], ["品名", "単価"], ["1", "2"]), KNOWN)


@given(st.binary(max_size=400))
def test_random_bytes_give_a_grid_or_a_fault(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "random.csv"
    path.write_bytes(data)
    try:
        grid = read_grid(path)
    except GeoError:
        return
    assert len({len(row) for row in grid.rows}) == 1


@given(st.data())
def test_a_damaged_workbook_never_falls_through(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "good.xlsx"
    if not path.exists():
        book = openpyxl.Workbook()
        book.active.append(["氏名", "住所"])
        book.save(path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    changed = path.with_name("changed.xlsx")
    changed.write_bytes(content)
    with contextlib.suppress(GeoError):
        assert read_grid(changed).file == "changed.xlsx"
