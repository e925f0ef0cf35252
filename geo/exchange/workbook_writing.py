"""An Excel workbook: the header stays in sight, every text stays text.

Nothing is written to disk on the way: openpyxl alone would leave each sheet in a
temporary file, for whoever takes the disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pandas as pd
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

_TEXT: Final = "s"

_MEASURED: Final = 200
"""Rows that a column's width is taken from."""

_WIDEST: Final = 60

_TURNED: Final = ("=", "#")
"""Beginnings of text that would become a formula or an error."""


def write_workbook(table: pd.DataFrame, target: IO[bytes]) -> None:
    """Write a flat table (text, numbers, dates, None) as the only sheet of a workbook.

    A text is stored as a text even if it begins like a formula.
    """
    write_sheets({"data": table}, target)


def write_sheets(tables: Mapping[str, pd.DataFrame], target: IO[bytes], *, foot: str = "") -> None:
    """Write flat tables as sheets by their names; ``foot`` stands below every printed page."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in tables.items():
        _fill(book.create_sheet(name), table, foot)
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        _MemoryWriter(book, archive).save()


def _fill(sheet: Worksheet, table: pd.DataFrame, foot: str) -> None:
    sheet.freeze_panes = "A2"
    _append(sheet, 1, [str(name) for name in table.columns])
    for column in range(1, len(table.columns) + 1):
        sheet.cell(1, column).font = Font(bold=True)
    for row, values in enumerate(table.itertuples(index=False, name=None), start=2):
        _append(sheet, row, list(values))
    for place, name in enumerate(table.columns, start=1):
        said = [str(name), *("" if one is None else str(one) for one in table.iloc[:, place - 1])]
        width = max(_width(text) for text in said[:_MEASURED])
        sheet.column_dimensions[get_column_letter(place)].width = min(_WIDEST, width + 2)
    if foot:
        printed: Any = sheet
        printed.oddFooter.center.text = foot.replace("&", "&&")


def _width(text: str) -> int:
    """Letters of a line; a Japanese one counts twice.

    >>> _width("a福")
    3
    """
    return sum(1 if one.isascii() else 2 for one in text.partition("\n")[0])


class _MemoryWriter(ExcelWriter):
    """Writes a plain sheet without a temporary file; it has no drawings or links."""

    def write_worksheet(self, ws: Any) -> None:  # noqa: ANN401
        """The sheet of the book, kept in memory until it is packed."""
        stream = BytesIO()
        ws._drawing = SpreadsheetDrawing()  # noqa: SLF001
        writer: Any = WorksheetWriter(ws, out=stream)
        writer.write()
        ws._rels = writer._rels  # noqa: SLF001
        vars(self)["_archive"].writestr(ws.path[1:], stream.getvalue())
        self.manifest.append(ws)


def _append(sheet: Worksheet, row: int, values: list[str | int | float | bool | None]) -> None:
    sheet.append(values)
    for column, value in enumerate(values, start=1):
        if isinstance(value, str) and value.startswith(_TURNED):
            sheet.cell(row, column).data_type = _TEXT
