"""The programme's overview and the way from survey to activity as tables to take along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geo import terms
from webapp.answers.figure_tables import Figure, FigureTable
from webapp.casework.districts import Row
from webapp.casework.funnel import STEPS, Funnel
from webapp.wording import Language, say


def overview_table(rows: Sequence[Row], lang: Language) -> FigureTable:
    """A row for each district, as the page of the districts shows them."""
    names = ("name", "consultants", "stage", "mode", "activities", "organised", "willing")
    heads = tuple(say(f"district.{name}", lang) for name in (*names, "outcome"))
    body = tuple(_district(row, lang) for row in rows)
    sums = (sum(row.organised for row in rows), sum(row.willing for row in rows))
    total: tuple[Figure, ...] = (say("district.sum", lang), None, None, None, None, *sums, None)
    title = say("district.overview", lang)
    return FigureTable("overview", title, heads, (*body, total), total=True)


def _district(row: Row, lang: Language) -> tuple[Figure, ...]:
    between = say("survey.between", lang)
    stage = terms.label("stage", str(row.stage), lang) if row.stage else None
    mode = terms.label("payment", row.mode, lang) if row.mode else say("district.deciding", lang)
    done = between.join(terms.label("activity", code, lang) for code in row.activities) or None
    counts = (row.organised, row.willing)
    return (row.name, row.consultants, stage, mode, done, *counts, row.outcome)


def funnel_table(
    whole: Funnel, every: Mapping[str | None, Funnel], names: Mapping[str, str], lang: Language
) -> FigureTable:
    """How many came how far, a row for each district and one for all."""
    heads = (
        say("district.name", lang),
        say("survey.answers", lang),
        *(say(f"funnel.step_{code}", lang) for code in STEPS),
        terms.label("status", "left", lang),
    )
    body = tuple(
        _steps(names.get(str(identity), "–"), funnel) for identity, funnel in every.items()
    )
    total = _steps(say("district.sum", lang), whole)
    return FigureTable(
        "funnel", say("funnel.steps", lang), heads, (*body, total), total=True,
        note=say("funnel.how", lang),
    )  # fmt: skip


def _steps(name: str, funnel: Funnel) -> tuple[Figure, ...]:
    steps = (funnel.step(code).count for code in STEPS)
    return (name, funnel.answers, *steps, sum(funnel.left.values()))
