"""Figures taken along: a workbook with one sheet for each table, and a paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from geo.exchange.tables import workbook_bytes
from geo.masking import SUPPRESSED
from webapp.answers.figure_tables import Figure, FigureTable, show_figure
from webapp.answers.typesetting import typeset
from webapp.wording import Language, say

_TEMPLATE: Final = Path(__file__).parent / "figures.typ"

_SHEET: Final = 31
"""Letters in the name of a sheet."""

_NOT_IN_SHEETS: Final = str.maketrans("", "", r"[]:*?/\\")

_WIDE: Final = 6
"""A table with more columns than this is set on a sheet turned sideways."""


@dataclass(frozen=True)
class Report:
    """Tables of one period and area, with what has to stand on every sheet."""

    title: str
    period: str
    area: str
    tables: Sequence[FigureTable]
    made_on: dt.date
    published: bool = False

    def lines(self, lang: Language) -> list[str]:
        """Period, area, day, source; what is internal says so."""
        said = [
            self.period,
            self.area,
            say("figure.made", lang, day=self.made_on.isoformat()),
            say("figure.source", lang, area=self.area),
        ]
        return said if self.published else [*said, say("figure.internal", lang)]


def report_workbook(report: Report, lang: Language) -> bytes:
    """One sheet for each table; the first says what the file is.

    A count that is hidden is ``*``, what there is not is an empty cell.
    """
    about = pd.DataFrame({report.title: report.lines(lang)}, dtype=object)
    sheets = {say("figure.contents", lang): about}
    for place, table in enumerate(report.tables, start=1):
        name = f"{place} {table.title}".translate(_NOT_IN_SHEETS)[:_SHEET]
        rows = [[_plain(cell) for cell in row] for row in table.rows]
        if table.note:
            rows.append([table.note, *[None] * (len(table.heads) - 1)])
        sheets[name] = pd.DataFrame(rows, columns=pd.Index(table.heads), dtype=object)
    return workbook_bytes(sheets, foot=" ".join(report.lines(lang)[:3]))


def _plain(cell: Figure) -> str | int | float | None:
    return "*" if cell is SUPPRESSED else cell  # type: ignore[return-value]


def report_paper(report: Report, lang: Language) -> bytes:
    """The same on A4, 12 pt; wide tables on sheets turned sideways.

    Raises
    ------
    AssetMissing
        The font is not installed.
    """
    page: dict[str, Any] = {
        "lang": lang,
        "title": report.title,
        "lines": report.lines(lang)[:2],
        "foot": report.lines(lang)[2:4],
        "internal": "" if report.published else say("figure.internal", lang),
        "page": say("figure.page", lang),
        "tables": [
            {
                "title": table.title,
                "heads": table.heads,
                "rows": [[show_figure(cell) for cell in row] for row in table.rows],
                "total": table.total,
                "note": table.note,
                "wide": len(table.heads) > _WIDE,
            }
            for table in report.tables
        ],
    }
    return typeset(_TEMPLATE, page, report.made_on)
