"""An Excel workbook of one sheet: the header stays in sight, every text stays text."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import openpyxl
import pandas as pd
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

_TEXT: Final = "s"

_TURNED: Final = ("=", "#")
"""Beginnings of text that would become a formula or an error."""


def write_workbook(table: pd.DataFrame, path: Path) -> None:
    """Write a flat table (text, numbers, dates, None) as the only sheet of a workbook.

    A text is stored as a text even if it begins like a formula.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "data"
    sheet.freeze_panes = "A2"
    _append(sheet, 1, [str(name) for name in table.columns])
    for column in range(1, len(table.columns) + 1):
        sheet.cell(1, column).font = Font(bold=True)
    for row, values in enumerate(table.itertuples(index=False, name=None), start=2):
        _append(sheet, row, list(values))
    book.save(path)


def _append(sheet: Worksheet, row: int, values: list[str | int | float | bool | None]) -> None:
    sheet.append(values)
    for column, value in enumerate(values, start=1):
        if isinstance(value, str) and value.startswith(_TURNED):
            sheet.cell(row, column).data_type = _TEXT
