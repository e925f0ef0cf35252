"""The papers of an update round: one A4 a 班, with a map, what is known, and boxes to tick."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd

from geo.draw.neighbourhood import DrawnHouse
from geo.draw.qr import qr_svg
from webapp.answers.small_map import small_map
from webapp.answers.typesetting import typeset
from webapp.wording import Language

_TEMPLATE: Final = Path(__file__).parent / "round.typ"
_WIDTH: Final = 154.0
_PAGE: Final = 268.0
"""Millimetres of height between the margins."""

_AROUND: Final = 21.0 + 35.0 + 16.0
"""Of these, what the title, the table's head and the line below it take."""

_LEAST, _MOST_HIGH = 38.0, 118.0
_COLUMN: Final = 16.5
"""Letters of full width that a line of what is known holds."""


@dataclass(frozen=True)
class RoundRow:
    """A house. ``who``: who lives there; ``lines``: who looks in; ``since``: last confirmed."""

    number: str
    who: str
    lines: str
    since: str


@dataclass(frozen=True)
class RoundSheet:
    """The sheet of one 班. ``address``: what its code holds; ``short``: the same to type."""

    title: str
    lead: str
    address: str
    short: str
    rows: Sequence[RoundRow]
    houses: Sequence[DrawnHouse]
    left_out: str = ""


def set_round(
    sheets: Sequence[RoundSheet],
    words: Mapping[str, Any],
    streets: gpd.GeoDataFrame | None,
    made_on: dt.date,
    lang: Language,
) -> bytes:
    """The sheets as one PDF, in letters of 14 pt. ``words``: what stands on every sheet.

    Raises
    ------
    AssetMissing
        The font is not installed.
    """
    page = {**words, "lang": lang, "sheets": [_sheet(one, streets, lang) for one in sheets]}
    return typeset(_TEMPLATE, page, made_on)


def _sheet(sheet: RoundSheet, streets: gpd.GeoDataFrame | None, lang: Language) -> dict[str, Any]:
    height = map_height(sheet.rows)
    mine = [one.spot for one in sheet.houses if one.look != "other"]
    return {
        **small_map(mine, (sheet.houses, ()), streets, (_WIDTH, height), lang, bar=34.0),
        "title": sheet.title,
        "lead": sheet.lead,
        "qr": qr_svg(sheet.address),
        "short": sheet.short,
        "left_out": sheet.left_out,
        "rows": [vars(row) for row in sheet.rows],
    }


def map_height(rows: Sequence[RoundRow]) -> float:
    """Millimetres that are left for the map where its table stands on the same page."""
    taken = sum(max(1.9 + 4.6 * _lines_of(row), 8.3) for row in rows)
    return float(min(max(_PAGE - _AROUND - taken, _LEAST), _MOST_HIGH))


def _lines_of(row: RoundRow) -> int:
    """Lines of type that a row takes; its box is higher than one."""
    return max(_wrapped(f"{row.who} {row.since}") + _wrapped(row.lines), 1)


def _wrapped(text: str) -> int:
    wide = sum(1.0 if unicodedata.east_asian_width(one) in "WFA" else 0.6 for one in text)
    return int(-(-wide // _COLUMN))
