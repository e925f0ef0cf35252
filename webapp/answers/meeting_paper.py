"""Papers for a meeting: sections with words, tables, and room to write by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from webapp.answers.typesetting import typeset
from webapp.wording import Language

_TEMPLATE: Final = Path(__file__).parent / "meeting.typ"


@dataclass(frozen=True)
class Section:
    """One part. ``widths``: shares of the columns; ``blank``: empty rows to write on.

    ``numbers``: every column but the first holds numbers. ``tall``: room for handwriting.
    """

    title: str
    text: str = ""
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    widths: Sequence[float] = ()
    blank: int = 0
    numbers: bool = False
    tall: bool = False


@dataclass(frozen=True)
class Paper:
    """One paper; ``mark`` and ``foot`` stand on every sheet."""

    title: str
    lines: Sequence[str]
    notice: str
    sections: Sequence[Section]
    foot: Sequence[str]
    page_word: str
    mark: str


def set_paper(paper: Paper, made_on: dt.date, lang: Language) -> bytes:
    """The paper on A4, 12 pt and larger.

    Raises
    ------
    AssetMissing
        The font is not installed.
    """
    return typeset(_TEMPLATE, asdict(paper) | {"lang": lang}, made_on)
