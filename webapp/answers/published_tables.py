"""The tables of a programme year as anybody may have them, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd

from geo import terms
from geo.masking import SUPPRESSED, TOTAL
from webapp.answers.figure_tables import Figure, FigureTable, programme_table
from webapp.register.publishing import Published
from webapp.register.statistics import Statistics
from webapp.register.work import ACTIVITIES, NONE, NOWHERE
from webapp.wording import Language, say

_MARCH: Final = 3


def published_tables(
    table: Statistics, tables: Published, names: Mapping[str, str], lang: Language
) -> list[FigureTable]:
    """The programme's table, and what may stand beside it without telling more.

    Parameters
    ----------
    table
        The programme's own table of that year as the public gets it.
    names
        Of the districts, by their ids.
    """

    def district(line: object) -> str:
        return (
            say("figure.no_district", lang) if line == NOWHERE else names.get(str(line), str(line))
        )

    def month(line: object) -> str:
        number = int(str(line))
        year = tables.year + (number <= _MARCH)
        return say("figure.month_name", lang, year=year, month=number)

    def quarter(line: object) -> str:
        return say("figure.quarter", lang, quarter=line)

    def status(line: object) -> str:
        return terms.label("request_status", str(line), lang)

    found = [
        _counts("by_district", say("figure.by_district", lang), tables.by_district, district, lang),
        *_shares(tables, district, lang),
        _counts(
            "asked_by_district", say("figure.asked_by_district", lang), tables.consultations,
            district, lang,
        ),
    ]  # fmt: skip
    for name, title, counts, word in (
        ("by_month", say("figure.by_month", lang, what=""), tables.by_month, month),
        ("by_quarter", say("figure.by_quarter", lang), tables.by_quarter, quarter),
        ("by_status", say("figure.by_status", lang), tables.by_status, status),
    ):
        if counts is not None:
            found.append(_counts(name, title, counts, word, lang))
    return [programme_table(table, lang), *found]


def _counts(
    name: str,
    title: str,
    counts: pd.DataFrame,
    word: Callable[[object], str],
    lang: Language,
) -> FigureTable:
    heads = tuple(_head(str(one), lang) for one in counts.columns)
    rows = tuple(
        (say("figure.total", lang) if line == TOTAL else word(line), *map(_cell, counts.loc[line]))
        for line in counts.index
    )
    note = say("figure.hidden_note", lang)
    return FigureTable(name, title, (say("figure.what", lang), *heads), rows, total=True, note=note)


def _shares(tables: Published, word: Callable[[object], str], lang: Language) -> list[FigureTable]:
    """The shares, unless every one of them is hidden."""
    lines: list[tuple[Figure, ...]] = []
    for line in tables.by_district.index:
        if line == TOTAL:
            shares, said = tables.shares(), say("figure.total", lang)
        else:
            shares, said = tables.shares(str(line)), word(line)
        lines.append((said, *(_share(shares.get(one)) for one in ACTIVITIES)))
    if all(cell is SUPPRESSED for _, *cells in lines for cell in cells):
        return []
    title = say("figure.share_by_district", lang)
    heads = (say("figure.what", lang), *(_head(one, lang) for one in ACTIVITIES))
    note = say("figure.hidden_note", lang)
    return [FigureTable("share_by_district", title, heads, tuple(lines), total=True, note=note)]


def _head(code: str, lang: Language) -> str:
    if code == TOTAL:
        return say("figure.total", lang)
    return say("figure.kindless", lang) if code == NONE else terms.label("activity", code, lang)


def _cell(value: object) -> Figure:
    return SUPPRESSED if value is SUPPRESSED else int(str(value))


def _share(value: object) -> Figure:
    """A share; null where there is nothing to share."""
    if value is SUPPRESSED:
        return SUPPRESSED
    share = float(str(value))
    return None if share != share else share  # noqa: PLR0124 - NaN: nothing was coordinated
