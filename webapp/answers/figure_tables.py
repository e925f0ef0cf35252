"""Figures as tables in words: the same for the screen, the workbook and the paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from geo import terms
from geo.masking import SUPPRESSED, Suppressed
from webapp.register.figures import OTHER, UNSAID, Figures
from webapp.register.periods import Period
from webapp.register.statistics import Statistics
from webapp.wording import Language, say

Figure = str | int | float | Suppressed | None
"""A word or a number; null = there is none."""


@dataclass(frozen=True)
class FigureTable:
    """One table. The first cell of a row names it; ``total``: the last row is the sum."""

    name: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Figure, ...], ...]
    total: bool = False
    note: str = ""


def show_figure(figure: Figure) -> str:
    """A cell as it is read: "–" for what there is not, one decimal for a fraction.

    >>> show_figure(1234), show_figure(37.4), show_figure(None), show_figure(SUPPRESSED)
    ('1,234', '37.4', '–', '*')
    """
    if figure is None:
        return "–"
    if figure is SUPPRESSED:
        return "*"
    if isinstance(figure, float):
        return f"{figure:,.1f}"
    return f"{figure:,}" if isinstance(figure, int) else str(figure)


def period_tables(told: Figures, lang: Language) -> list[FigureTable]:
    """Everything about one period; reasons only where something came to nothing."""
    return [
        programme_table(told.table, lang),
        _work_table(told, lang),
        _codes("sources", say("figure.sources", lang), "source", told.sources, lang),
        _codes("outcomes", say("figure.outcomes", lang), "request_status", told.outcomes, lang),
        _codes("channels", say("figure.channels", lang), "channel", told.channels, lang),
        *_reasons(told, lang),
    ]


def _reasons(told: Figures, lang: Language) -> list[FigureTable]:
    tables = [
        _codes("unmet", say("figure.unmet", lang), "unmet", told.unmet, lang),
        _codes("cancelled", say("figure.cancelled", lang), "cancel", told.cancelled, lang),
    ]
    return [table for table in tables if len(table.rows) > 1]


def programme_table(table: Statistics, lang: Language) -> FigureTable:
    """The programme's table: seven rows and their sum."""
    rows: list[tuple[Figure, ...]] = [
        (
            terms.label("activity", row.activity, lang),
            row.consultations,
            row.coordinations,
            row.share,
        )
        for row in table.rows
    ]
    whole = None if table.coordinations in {0, SUPPRESSED} else 100.0
    rows.append((say("figure.total", lang), table.consultations, table.coordinations, whole))
    return FigureTable(
        "programme",
        say("figure.programme", lang),
        (
            say("figure.activity", lang),
            say("figure.consultations", lang),
            say("figure.coordinations", lang),
            say("figure.share", lang),
        ),
        tuple(rows),
        total=True,
        note=_programme_note(table, lang),
    )


def _kind(activity: str, lang: Language) -> str:
    return terms.label("activity", activity, lang)


def _programme_note(table: Statistics, lang: Language) -> str:
    note = say("figure.programme_note", lang)
    if table.published:
        return f"{note}{say('figure.hidden_note', lang)}"
    if left := _left(table, "consultations"):
        note += say("figure.without_request", lang, count=left)
    if left := _left(table, "coordinations"):
        note += say("figure.without_kind", lang, count=left)
    return note


Counted = Literal["consultations", "coordinations"]
"""The programme's two counts."""


def _left(table: Statistics, name: Counted) -> int:
    """How many count in the total only."""
    rows = (getattr(row, name) for row in table.rows)
    return int(getattr(table, name)) - sum(int(one) for one in rows)


def _work_table(told: Figures, lang: Language) -> FigureTable:
    visits = told.visits.by_status
    facts: list[tuple[str, Figure]] = [
        ("figure.first_visit_days", told.first_visits.days),
        ("figure.first_visits", told.first_visits.count),
        ("figure.visits_done", visits.get("done", 0)),
        ("figure.visits_nobody", visits.get("nobody_home", 0)),
        ("figure.visits_missed", visits.get("missed", 0)),
        ("figure.visits_cancelled", visits.get("cancelled", 0)),
        ("figure.visits_planned", visits.get("planned", 0)),
        ("figure.hours", told.visits.hours),
        ("figure.helped", told.helpers.helped),
        ("figure.active", told.helpers.active),
    ]
    untimed = told.visits.untimed
    return FigureTable(
        "work",
        say("figure.work", lang),
        (say("figure.what", lang), say("figure.value", lang)),
        tuple((say(key, lang), value) for key, value in facts),
        note=say("figure.untimed_note", lang, count=untimed) if untimed else "",
    )


_LAST: Final = (OTHER, UNSAID)


def _codes(
    name: str, title: str, table: str, counts: Mapping[str, int], lang: Language
) -> FigureTable:
    """Counts by code in the order of the codes, with their sum and shares."""
    known = [code for code in terms.LABELS[table] if code not in _LAST]
    others = sorted(set(counts) - set(known) - set(_LAST))
    order = [code for code in (*known, *others, *_LAST) if counts.get(code)]
    total = sum(counts.values())
    rows: list[tuple[Figure, ...]] = [
        (_word(table, code, lang), counts[code], round(100.0 * counts[code] / total, 1))
        for code in order
    ]
    rows.append((say("figure.total", lang), total, 100.0 if total else None))
    heads = (say("figure.what", lang), say("figure.count", lang), say("figure.share", lang))
    return FigureTable(name, title, heads, tuple(rows), total=True)


def _word(table: str, code: str, lang: Language) -> str:
    return say("figure.unsaid", lang) if code == UNSAID else terms.label(table, code, lang)


def month_table(
    name: Counted,
    months: Sequence[Statistics],
    whole: Statistics,
    today: date,
    lang: Language,
) -> FigureTable:
    """One of the programme's two counts, month by month and by activity.

    A month that has not begun has no count.
    """
    kinds = [_kind(row.activity, lang) for row in whole.rows]
    unsorted = _left(whole, name) > 0
    kinds += [say("figure.kindless", lang)] if unsorted else []

    def line(word: str, table: Statistics) -> tuple[Figure, ...]:
        counts = [getattr(row, name) for row in table.rows]
        counts += [_left(table, name)] if unsorted else []
        counts.append(getattr(table, name))
        return (word, *([None] * len(counts) if table.from_ > today else counts))

    rows = [line(say_month(one, lang), one) for one in months]
    rows.append(line(say("figure.total", lang), whole))
    title = say(f"figure.{name}", lang)
    heads = (say("figure.month", lang), *kinds, say("figure.total", lang))
    return FigureTable(
        name, say("figure.by_month", lang, what=title), heads, tuple(rows), total=True
    )


def years_table(years: Sequence[tuple[int, Figures]], lang: Language) -> FigureTable:
    """One column for each programme year, the last one last."""
    heads = (
        say("figure.what", lang),
        *(say("figure.year", lang, year=year) for year, _ in years),
        say("figure.change", lang),
    )
    told = [figures for _, figures in years]
    lines: list[tuple[str, Sequence[Figure]]] = [
        (say("figure.consultations", lang), [one.table.consultations for one in told]),
        (say("figure.coordinations", lang), [one.table.coordinations for one in told]),
    ]
    for place, row in enumerate(told[-1].table.rows):
        word = say("figure.of_which", lang, what=_kind(row.activity, lang))
        lines.append((word, [one.table.rows[place].coordinations for one in told]))
    lines += [
        (say("figure.unmet_count", lang), [one.outcomes.get("unmet", 0) for one in told]),
        (say("figure.first_visit_days", lang), [one.first_visits.days for one in told]),
        (say("figure.visits_done", lang), [one.visits.by_status.get("done", 0) for one in told]),
        (
            say("figure.visits_missed", lang),
            [one.visits.by_status.get("missed", 0) for one in told],
        ),
        (say("figure.hours", lang), [one.visits.hours for one in told]),
        (say("figure.helped", lang), [one.helpers.helped for one in told]),
    ]
    rows = tuple((word, *values, _change(values)) for word, values in lines)
    return FigureTable(
        "years", say("figure.years", lang), heads, rows, note=say("figure.years_note", lang)
    )


def _change(values: Sequence[Figure]) -> Figure:
    """The last year less the one before; null where one of them is unknown."""
    if len(values) < 2:
        return None
    before, last = values[-2:]
    if not isinstance(before, int | float) or not isinstance(last, int | float):
        return None
    change = last - before
    return round(change, 1) if isinstance(change, float) else change


def say_month(table: Statistics, lang: Language) -> str:
    """The month of a table."""
    return say("figure.month_name", lang, year=table.from_.year, month=table.from_.month)


def say_period(period: Period, lang: Language) -> str:
    """A period in words, as short as it can be said."""
    first = period.from_
    if period.is_year:
        return say("figure.year", lang, year=first.year)
    if period.is_month:
        return say("figure.month_name", lang, year=first.year, month=first.month)
    return say("figure.days", lang, from_=first.isoformat(), to=period.to.isoformat())
