"""Excel workbooks as rows of text: what the cells say, without number formats.

A workbook may claim a cell in its farthest corner or point a million cells at one
long text; both are counted from the raw sheets before anything is laid out.
"""

from __future__ import annotations

import datetime as dt
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import python_calamine as calamine

from geo.errors import FileEmpty, FileTooLarge, FileUnreadable, ParameterWrong
from geo.exchange.delimited import check_cells, check_extent
from geo.exchange.files import megabytes

_LARGEST_PART: Final = 500_000_000
_MOST_TEXT: Final = 1_000_000_000

_REFERENCE: Final = re.compile(rb"""[\s"']r\s*=\s*["']([A-Z]{0,3})([1-9][0-9]{0,6})["']""")
_ODD_REFERENCE: Final = re.compile(
    rb"""[\s"']r\s*=\s*["'](?![A-Z]{0,3}[1-9][0-9]{0,6}["'])[^"']*"""
)
_ROW: Final = re.compile(rb"<(?:\w+:)?row[\s/>]")
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s/>]")
_SHARED: Final = re.compile(rb"""\st\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v[^>]*>\s*(\d{1,8})""")
_STRING: Final = re.compile(rb"<(?:\w+:)?si[\s>]")

_FAULTS: Final = (
    calamine.CalamineError,
    OSError,
    LookupError,
    ValueError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True)
class WorkbookSheet:
    """The used part of one sheet; ``first_row`` is the number of its first row."""

    rows: list[list[str]]
    first_row: int


def read_workbook(path: Path, *, sheet: str | None = None) -> WorkbookSheet:
    """The cells of one sheet as text.

    Merged cells are filled with their value, hidden rows and columns are kept, dates
    become ``YYYY-MM-DD``, whole numbers lose their ``.0``, an error value (#N/A) is blank.

    Parameters
    ----------
    path
        An .xlsx file that passed `geo.exchange.files.check_file`.
    sheet
        Name of the sheet; None takes the first visible one that holds something.

    Raises
    ------
    FileEmpty, FileTooLarge, FileUnreadable, CellFaulty
    ParameterWrong
        No sheet of that name.
    """
    try:
        _check_parts(path)
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            return _read_sheet(_choose_sheet(book, sheet, path.name), path.name)
    except _FAULTS as error:
        raise FileUnreadable(
            file=path.name, kind="an Excel workbook", reason="it is damaged or cut short"
        ) from error


def _choose_sheet(
    book: calamine.CalamineWorkbook, sheet: str | None, file: str
) -> calamine.CalamineSheet:
    if sheet is not None:
        if sheet not in book.sheet_names:
            raise ParameterWrong(
                name="sheet", value=sheet, wanted="one of " + ", ".join(book.sheet_names)
            )
        return book.get_sheet_by_name(sheet)
    visible = [
        meta.name
        for meta in book.sheets_metadata
        if meta.typ == calamine.SheetTypeEnum.WorkSheet
        and meta.visible == calamine.SheetVisibleEnum.Visible
    ]
    for name in visible:
        chosen = book.get_sheet_by_name(name)
        if chosen.height:
            return chosen
    raise FileEmpty(file=file)


def _read_sheet(sheet: calamine.CalamineSheet, file: str) -> WorkbookSheet:
    if sheet.start is None:
        raise FileEmpty(file=file)
    top, left = sheet.start
    rows = [[_text_of(value) for value in row] for row in sheet.to_python(skip_empty_area=True)]
    _fill_merged(rows, sheet, top, left, file)
    check_cells(rows, file, row=top + 1, column=left)
    return WorkbookSheet(rows, top + 1)


def _fill_merged(
    rows: list[list[str]], sheet: calamine.CalamineSheet, top: int, left: int, file: str
) -> None:
    filled = 0
    for (first, west), (last, east) in sheet.merged_cell_ranges or []:
        if first < top or west < left or first - top >= len(rows):
            continue
        height, width = min(last - top + 1, len(rows)) - (first - top), len(rows[0])
        filled += height * min(east - west + 1, width)
        check_extent(1, filled, file)
        cells = rows[first - top]
        value = cells[west - left] if west - left < len(cells) else ""
        if not value:
            continue
        for row in rows[first - top : last - top + 1]:
            stop = min(east - left + 1, len(row))
            row[west - left : stop] = [value] * (stop - (west - left))


def _text_of(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return _text_of_time(value)


def _text_of_time(value: object) -> str:
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time(0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, dt.time):
        return value.isoformat("minutes")
    if isinstance(value, dt.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return str(value)


def _check_parts(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        lengths = np.zeros(0, np.int64)
        for member in archive.infolist():
            if member.file_size > _LARGEST_PART and member.filename.endswith(".xml"):
                raise FileTooLarge(
                    file=path.name,
                    size=megabytes(member.file_size),
                    limit=megabytes(_LARGEST_PART),
                )
        if "xl/sharedStrings.xml" in archive.namelist():
            lengths = _string_lengths(archive.read("xl/sharedStrings.xml"))
        for member in archive.infolist():
            if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                _check_part(archive.read(member), lengths, path.name)


def _string_lengths(part: bytes) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    starts = [match.start() for match in _STRING.finditer(part)]
    return np.diff(np.array([*starts, len(part)], np.int64))


def _check_part(
    part: bytes, lengths: np.ndarray[tuple[int], np.dtype[np.int64]], file: str
) -> None:
    check_extent(*_extent(part), file)
    used = np.array(_SHARED.findall(part), np.int64)
    text = int(lengths[used[used < len(lengths)]].sum())
    if text > _MOST_TEXT:
        raise FileTooLarge(file=file, size=megabytes(text), limit=megabytes(_MOST_TEXT))


def _extent(part: bytes) -> tuple[int, int]:
    """Rows and columns that a sheet's cells claim, by reference or by their order.

    The library lays out this many cells whatever they hold, so a reference that it might
    understand in another way than this is taken for damage.
    """
    odd = _ODD_REFERENCE.search(part)
    if odd is not None or b"\0" in part[:1000]:
        raise ValueError(part[:4] if odd is None else odd[0])
    references = _REFERENCE.findall(part)
    columns = {letters for letters, _ in references}
    numbers = {number for _, number in references}
    drawn = _ROW.split(part)
    rows = max(len(drawn) - 1, *map(int, numbers), 1)
    widest = max(len(_CELL.findall(row)) for row in drawn)
    return rows, max(widest, *map(_column_number, columns), 1)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
