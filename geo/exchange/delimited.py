"""CSV and TSV as offices save them: bytes to text, text to rows.

The encoding is told by its mark, else by strict decoding: UTF-8 first, then CP932.
The delimiter is the one that cuts the first rows most evenly.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from geo.errors import CellFaulty, EncodingUnknown, FileTooLarge, FileUnreadable
from geo.exchange.files import is_utf16

LONGEST_CELL: Final = 32_767
"""Characters a cell may hold, as in a spreadsheet."""

MOST_ROWS: Final = 1_048_576
"""Rows a table may have, as in a spreadsheet."""

MOST_COLUMNS: Final = 2_048
"""Columns a table may have."""

MOST_CELLS: Final = 20_000_000
"""Cells a table may have in all."""

_TRIED: Final = "UTF-8, UTF-16, CP932 (Shift JIS)"

# Bytes that Python's cp932 lets through though no office writes them.
_NOT_CP932: Final = re.compile("[\x80\xa0\uf8f0-\uf8f3]")

_DELIMITERS: Final = (",", "\t", ";")

_SNIFFED_ROWS: Final = 60


@dataclass(frozen=True)
class DelimitedText:
    """The rows of a text table and the encoding it was in."""

    rows: list[list[str]]
    encoding: str


def read_delimited(path: Path) -> DelimitedText:
    """The rows of a CSV or TSV file, cells as written; row 1 is the first.

    Raises
    ------
    EncodingUnknown, CellFaulty, FileTooLarge, FileUnreadable
    """
    text, encoding = decode(path.read_bytes(), path.name)
    delimiter = _sniff_delimiter(text)
    rows = _split_rows(text, delimiter, path.name)
    return DelimitedText(rows, encoding)


def decode(data: bytes, file: str) -> tuple[str, str]:
    """Text and encoding name of the bytes of a file.

    The name is one of ``utf-8``, ``utf-8-sig``, ``utf-16-le``, ``utf-16-be``, ``cp932``.

    Raises
    ------
    EncodingUnknown
        With the row of the first byte that fits no encoding.
    FileUnreadable
        UTF-16 cut in the middle of a character.

    >>> decode("氏名".encode("cp932"), "a.csv")
    ('氏名', 'cp932')
    """
    if data.startswith(b"\xef\xbb\xbf"):
        return _decode_one(data[3:], "utf-8", file), "utf-8-sig"
    if is_utf16(data[:65_536]):
        return _decode_utf16(data, file)
    if b"\x1b$" in data or b"\x1b(" in data:
        raise EncodingUnknown(file=file, tried=_TRIED, row=_row_at(data, data.index(b"\x1b")))
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        return _decode_cp932(data, file, error.start), "cp932"


def column_letters(index: int) -> str:
    """The letters a spreadsheet shows above a column; 0 is the first.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def check_cells(rows: list[list[str]], file: str, *, row: int = 1, column: int = 0) -> None:
    """Refuse cells that are too long or hold NUL, rows that are too wide.

    Parameters
    ----------
    rows
        The table.
    file
        For the sentence.
    row, column
        Number of the first row (1-based) and of the first column (0-based).

    Raises
    ------
    CellFaulty, FileTooLarge
    """
    for number, cells in enumerate(rows, row):
        if len(cells) > MOST_COLUMNS:
            raise FileTooLarge(
                file=file,
                size=f"{len(cells):,} columns in row {number}",
                limit=f"{MOST_COLUMNS:,} columns",
            )
        for index, cell in enumerate(cells):
            if len(cell) > LONGEST_CELL or "\0" in cell:
                raise _cell_fault(file, number, column + index, cell)


def check_extent(rows: int, columns: int, file: str) -> None:
    """Refuse a table with more rows or cells than one import may take.

    Raises
    ------
    FileTooLarge
    """
    if rows > MOST_ROWS:
        raise FileTooLarge(file=file, size=f"{rows:,} rows", limit=f"{MOST_ROWS:,} rows")
    if rows * columns > MOST_CELLS:
        raise FileTooLarge(
            file=file, size=f"{rows * columns:,} cells", limit=f"{MOST_CELLS:,} cells"
        )


def _cell_fault(file: str, row: int, column: int, cell: str) -> CellFaulty:
    if "\0" in cell[: LONGEST_CELL + 1]:
        problem = "it holds a NUL byte, so the file is damaged; export it again"
    else:
        problem = (
            f"it holds more than {LONGEST_CELL:,} characters; "
            "look for a quotation mark that is not closed"
        )
    return CellFaulty(
        file=file, row=row, column=column_letters(column), value=cell[:40], problem=problem
    )


def _decode_one(data: bytes, encoding: str, file: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = _row_at(data, error.start)
        raise EncodingUnknown(file=file, tried=encoding.upper(), row=row) from error


def _decode_utf16(data: bytes, file: str) -> tuple[str, str]:
    little = data[:2] == b"\xff\xfe" or (
        data[:2] != b"\xfe\xff" and data[1:4096:2].count(0) > data[0:4096:2].count(0)
    )
    encoding = "utf-16-le" if little else "utf-16-be"
    if len(data) % 2:
        raise FileUnreadable(
            file=file, kind="UTF-16 text", reason="it ends in the middle of a character"
        )
    try:
        return data.decode(encoding).removeprefix("\ufeff"), encoding
    except UnicodeDecodeError as error:
        row = data[: error.start].decode(encoding, "replace").count("\n") + 1
        raise EncodingUnknown(file=file, tried="UTF-16", row=row) from error


def _decode_cp932(data: bytes, file: str, failed: int) -> str:
    """Text of the bytes; ``failed`` is where UTF-8 gave up."""
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError as error:
        row = _row_at(data, max(failed, error.start))
        raise EncodingUnknown(file=file, tried=_TRIED, row=row) from error
    wrong = _NOT_CP932.search(text)
    if wrong is not None:
        row = text.count("\n", 0, wrong.start()) + 1
        raise EncodingUnknown(file=file, tried=_TRIED, row=row)
    return text


def _row_at(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _sniff_delimiter(text: str) -> str:
    head = text[:200_000]
    return max(_DELIMITERS, key=lambda delimiter: _evenness(head, delimiter))


def _evenness(head: str, delimiter: str) -> int:
    """Cells beyond the first in the rows that have the most common width."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    try:
        widths = Counter(len(cells) for cells in islice(reader, _SNIFFED_ROWS) if len(cells) > 1)
    except csv.Error:
        return 0
    return max(((width - 1) * count for width, count in widths.items()), default=0)


def _split_rows(text: str, delimiter: str, file: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    began = cells = 0
    try:
        for row in reader:
            rows.append(row)
            cells += len(row)
            began = reader.line_num
            if len(rows) > MOST_ROWS or cells > MOST_CELLS:
                check_extent(max(len(rows), MOST_ROWS + 1), 1, file)
    except csv.Error as error:
        check_cells(rows, file)
        raise _quoting_fault(text, delimiter, file, len(rows) + 1, began) from error
    check_cells(rows, file)
    return rows


def _quoting_fault(text: str, delimiter: str, file: str, row: int, began: int) -> CellFaulty:
    """What is wrong in the record that begins after ``began`` lines."""
    rest = "".join(islice(io.StringIO(text, newline=""), began, None))
    column, at = 0, 0
    pattern = re.compile(rf'"(?:[^"]|"")*+"(?=[{delimiter}\r\n]|$)|(?!")[^{delimiter}\r\n]*')
    while (cell := pattern.match(rest, at)) is not None and len(cell[0]) <= LONGEST_CELL:
        at = cell.end() + 1
        column += 1
        if rest[cell.end() : at] != delimiter:
            break
    value = rest[at : at + LONGEST_CELL + 1] if cell is None else cell[0]
    if cell is not None and len(value) > LONGEST_CELL:
        return _cell_fault(file, row, column, value)
    return CellFaulty(
        file=file,
        row=row,
        column=column_letters(column),
        value=value[:40],
        problem='its quotation mark (") is not closed, or text follows the closing one',
    )
