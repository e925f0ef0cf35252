"""The paper of a study or of a district's profile: figures, map, tables, what is assumed."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from webapp.answers.figure_tables import FigureTable, show_figure
from webapp.answers.typesetting import typeset
from webapp.wording import Language, say

_TEMPLATE: Final = Path(__file__).parent / "study.typ"


@dataclass(frozen=True)
class Part:
    """One part: words, or figures in large letters, or a map, or a table.

    ``facts``: number and what it counts. ``widths``: shares of the table's columns.
    """

    title: str = ""
    text: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    map: Mapping[str, Any] | None = None
    table: FigureTable | None = None
    widths: Sequence[float] = ()


@dataclass(frozen=True)
class Paper:
    """``mark``: the numbered copy's line on every sheet; "" for what may be published.

    ``close``: set close, so that it fits on one sheet.
    """

    title: str
    lines: Sequence[str]
    parts: Sequence[Part]
    foot: Sequence[str]
    mark: str = ""
    notice: str = ""
    close: bool = False


def set_study(paper: Paper, made_on: dt.date, lang: Language, form: Any = "pdf") -> Any:  # noqa: ANN401 - as typeset
    """The paper on A4, 12 pt and larger.

    Raises
    ------
    AssetMissing
        The font is not installed.
    """
    page = asdict(paper) | {
        "lang": lang,
        "page_word": say("figure.page", lang),
        "parts": [_plain(part) for part in paper.parts],
    }
    return typeset(_TEMPLATE, page, made_on, form)


def _plain(part: Part) -> dict[str, Any]:
    table = part.table
    told: dict[str, Any] = {
        "title": part.title,
        "text": list(part.text),
        "facts": [list(one) for one in part.facts],
        "map": None if part.map is None else dict(part.map),
        "heads": [],
    }
    if table is None:
        return told
    return told | {
        "title": part.title or table.title,
        "heads": list(table.heads),
        "rows": [[show_figure(cell) for cell in row] for row in table.rows],
        "total": table.total,
        "note": table.note,
        "widths": list(part.widths) or _widths(table),
        "words": [_is_words(table, column) for column in range(len(table.heads))],
    }


def _widths(table: FigureTable) -> list[float]:
    """Shares of the columns by what they hold, so that short heads stay on one line."""
    columns = range(len(table.heads))
    cells = [max((_long(show_figure(row[at])) for row in table.rows), default=1) for at in columns]
    heads = [min(_long(head), 6.5) for head in table.heads]
    return [min(max(cell, head), 12.0) + 1.1 for cell, head in zip(cells, heads, strict=True)]


def _long(text: str) -> float:
    """Letters of full width."""
    return sum(1.0 if unicodedata.east_asian_width(one) in "WFA" else 0.64 for one in text)


def _is_words(table: FigureTable, column: int) -> bool:
    """Whether a column holds words; they stand at the left."""
    return any(
        isinstance(row[column], str) and not str(row[column])[:1].isdigit() for row in table.rows
    )
