"""A table as people keep it, in CSV, TSV or Excel, as a grid of text with its own row numbers.

Above the header there may be titles and blank rows; the header may take two rows.
Nothing is guessed about values here: `geo.exchange.rosters`, places and population
read their fields from the grid.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geo.errors import FileEmpty, FileUnreadable, SchemaUnknown
from geo.exchange.delimited import read_delimited
from geo.exchange.files import Source, open_source
from geo.exchange.spellings import fold
from geo.exchange.workbooks import read_workbook

_SEARCHED_ROWS: Final = 50


@dataclass(frozen=True)
class Grid:
    """The cells of one table.

    Attributes
    ----------
    rows
        Cells as text, outer blanks kept; every row as wide as the widest, blank rows kept.
    encoding
        ``utf-8``, ``utf-8-sig``, ``utf-16-le``, ``utf-16-be``, ``cp932`` or ``xlsx``.
    file
        Name of the file, for sentences.
    first_row
        What the spreadsheet calls the first of ``rows``; 1 but for sheets that begin lower.
    """

    rows: list[list[str]]
    encoding: str
    file: str
    first_row: int = 1

    def row_number(self, index: int) -> int:
        """What the spreadsheet calls ``rows[index]``."""
        return self.first_row + index


@dataclass(frozen=True)
class Headings:
    """One name per column, and where the records begin.

    Attributes
    ----------
    names
        As written, outer blanks and line breaks taken away; of a header of two rows both
        parts, with a blank between; ``""`` where a column has none; a second column of one
        name is called ``name (2)``.
    below
        Index in ``Grid.rows`` of the first row after the header.
    """

    names: list[str]
    below: int


def read_grid(path: str | Path, *, sheet: str | None = None) -> Grid:
    """Read a table of any encoding and kind that offices use.

    Parameters
    ----------
    path
        CSV or TSV (CP932, UTF-8, UTF-16; comma, tab or semicolon) or .xlsx.
    sheet
        Name of the sheet in a workbook; None takes the first visible one with content.

    Raises
    ------
    FileMissing, FileEmpty, FileTooLarge, FileUnreadable, EncodingUnknown
        The file as a whole.
    CellFaulty
        A cell beyond 32,767 characters, with a NUL, or with an open quotation mark.
    ParameterWrong
        No sheet of that name.
    """
    source = _open_table(path)
    if source.kind == "xlsx":
        used = read_workbook(source.path, sheet=sheet)
        rows, encoding, first_row = used.rows, "xlsx", used.first_row
    else:
        text = read_delimited(source.path)
        rows, encoding, first_row = text.rows, text.encoding, 1
    if not any(cell.strip() for row in rows for cell in row):
        raise FileEmpty(file=source.file)
    return Grid(_square(rows), encoding, source.file, first_row)


def find_header(grid: Grid, known_headers: Iterable[str]) -> int:
    """Index in ``grid.rows`` of the (upper) header row.

    It is the row with the most known headings among the first 50; titles and blank rows
    above it are skipped. Of a header of two rows it is the upper one.

    Parameters
    ----------
    grid
        The table.
    known_headers
        Spellings; compared after `geo.exchange.spellings.fold`.

    Raises
    ------
    SchemaUnknown
        No row holds a known heading.
    """
    known = {fold(header) for header in known_headers}
    scores = [len({fold(cell) for cell in row} & known) for row in grid.rows[:_SEARCHED_ROWS]]
    best = max(range(len(scores)), key=scores.__getitem__, default=0)
    if not scores or scores[best] == 0:
        raise _no_header(grid, known_headers)
    if best > 0 and scores[best - 1] and _is_double(grid.rows[best - 1], grid.rows[best]):
        return best - 1
    return best


def join_headings(grid: Grid, header: int) -> Headings:
    """The heading of every column, a header of two rows joined.

    Parameters
    ----------
    grid
        The table.
    header
        What `find_header` gave.
    """
    upper = [_one_line(cell) for cell in grid.rows[header]]
    if header + 1 >= len(grid.rows) or not _is_double(upper, grid.rows[header + 1]):
        return Headings(_name_apart(upper), header + 1)
    names, group = [], ""
    for over, under in zip(upper, map(_one_line, grid.rows[header + 1]), strict=True):
        group = over or group
        part = "" if not under or under == over else under
        names.append(f"{group} {part}" if part else over)
    return Headings(_name_apart(names), header + 2)


def _open_table(path: str | Path) -> Source:
    try:
        return open_source(
            path, kinds={"text", "xlsx", "json"}, wanted="a table (CSV, TSV or Excel .xlsx)"
        )
    except IndexError as error:  # zipfile, on a damaged directory with a nameless member
        reason = "it is cut short or damaged"
        raise FileUnreadable(file=Path(path).name, kind="a table", reason=reason) from error


def _square(rows: list[list[str]]) -> list[list[str]]:
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    width = max(map(len, rows))
    return [row if len(row) == width else row + [""] * (width - len(row)) for row in rows]


def _is_double(upper: list[str], lower: list[str]) -> bool:
    """Whether two rows are one header: below each single heading stands nothing more.

    A heading that spans several columns repeats (merged and filled) or leaves the next
    cells blank; only there may the lower row say something of its own.
    """
    parts = plain = 0
    for index, (over, under) in enumerate(zip(upper, lower, strict=True)):
        if not under.strip() or under.strip() == over.strip():
            plain += bool(over.strip())
        elif _spans(upper, index):
            parts += 1
        else:
            return False
    return parts >= 2 and plain >= 1


def _spans(upper: list[str], index: int) -> bool:
    over = upper[index].strip()
    if not over:
        return any(cell.strip() for cell in upper[:index])
    before = upper[index - 1].strip() if index > 0 else ""
    return over == before or (index + 1 < len(upper) and upper[index + 1].strip() in {"", over})


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


def _name_apart(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    apart = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        apart.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return apart


def _no_header(grid: Grid, known_headers: Iterable[str]) -> SchemaUnknown:
    first = next(row for row in grid.rows if any(cell.strip() for cell in row))
    found = [_one_line(cell)[:30] for cell in first if cell.strip()]
    return SchemaUnknown(
        file=grid.file,
        found=", ".join(found[:12]),
        expected="some of " + ", ".join(list(known_headers)[:12]),
        way_out="Put one row of headings above the records, or say which heading is which.",
    )
