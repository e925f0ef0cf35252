"""Figures of the work: on the screen, as a workbook, on paper; and what may be published."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from flask import Blueprint, Response, render_template, request

from geo.errors import ParameterWrong
from webapp.accounts.clock import today_here
from webapp.accounts.policy import viewer_of
from webapp.accounts.reader import register_now, viewer_now
from webapp.answers.figure_files import Report, report_paper, report_workbook
from webapp.answers.figure_tables import (
    FigureTable,
    month_table,
    period_tables,
    say_period,
    show_figure,
    years_table,
)
from webapp.answers.published_tables import published_tables
from webapp.casework.districts import read_overview
from webapp.casework.funnel import read_funnels
from webapp.desk.district_pages import purpose_now
from webapp.desk.figure_choice import (
    PERIODS,
    FigureChoice,
    areas,
    name_area,
    name_districts,
    read_figure_choice,
    years_on_record,
)
from webapp.desk.overview_tables import funnel_table, overview_table
from webapp.register.export_copies import MEDIA
from webapp.register.figures import figures as count_figures
from webapp.register.periods import programme_year
from webapp.register.records import Request
from webapp.register.statistics import published_year, statistics, statistics_by_month
from webapp.register.trail.access_event import Event
from webapp.serving.language import reader_language
from webapp.wording import say

figures = Blueprint("figures", __name__, url_prefix="/desk/figures")

_PUBLIC: Final = viewer_of("public", "public", None)
"""For whom a publication is counted."""

_BESIDE: Final = 3
"""Programme years set side by side."""


@figures.context_processor
def offer_figures() -> dict[str, Any]:
    """Cells as they are read."""
    return {"show_figure": show_figure}


@figures.get("")
def show() -> str:
    """All figures of a period and an area."""
    choice = read_figure_choice(request.args)
    return render_template("desk/figures.html", report=_of_period(choice), **_offered(choice))


@figures.get("/year")
def show_year() -> str:
    """One programme year by month, and beside those before."""
    choice = read_figure_choice(request.args)
    return render_template("desk/figures_year.html", report=_of_year(choice), **_offered(choice))


@figures.get("/file")
def send() -> Response:
    """A report as xlsx or PDF."""
    choice = read_figure_choice(request.args)
    of, form = request.args.get("of", "period"), request.args.get("form", "xlsx")
    if of not in _REPORTS:
        raise ParameterWrong(name="of", value=of[:40], wanted=", ".join(_REPORTS))
    if form not in _FILES:
        raise ParameterWrong(name="form", value=form[:40], wanted=", ".join(_FILES))
    report = _REPORTS[of](choice)
    body = _FILES[form](report, reader_language())
    _keep_export(choice, of, form)
    days = choice.period if of == "period" else programme_year(choice.year)
    answer = Response(body, content_type=MEDIA[form])
    name = f"welfaremap-{of}-{days.from_.isoformat()}-{days.to.isoformat()}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _offered(choice: FigureChoice) -> dict[str, Any]:
    years = years_on_record()
    return {
        "choice": choice,
        "periods": [one for one in PERIODS if one != "free"],
        "areas": areas(),
        "years": years,
        "ended": [year for year in years if programme_year(year).to < today_here()],
    }


def _of_period(choice: FigureChoice) -> Report:
    lang = reader_language()
    told = count_figures(register_now(), viewer_now(), choice.period, choice.district)
    title = say("figure.period_report", lang)
    return _report(title, say_period(choice.period, lang), choice, period_tables(told, lang))


def _of_year(choice: FigureChoice) -> Report:
    lang, register, viewer = reader_language(), register_now(), viewer_now()
    year, district = choice.year, choice.district
    months = statistics_by_month(register, viewer, year, district)
    beside = [one for one in range(year - _BESIDE + 1, year + 1) if one >= years_on_record()[-1]]
    years = [
        (one, count_figures(register, viewer, programme_year(one), district))
        for one in beside or [year]
    ]
    whole = years[-1][1].table
    tables = [
        years_table(years, lang),
        month_table("consultations", months, whole, today_here(), lang),
        month_table("coordinations", months, whole, today_here(), lang),
    ]
    title = say("figure.year_report", lang)
    return _report(title, say_period(programme_year(year), lang), choice, tables)


def _for_publication(choice: FigureChoice) -> Report:
    """The edition for everybody; of all districts, since they are hidden together."""
    lang, register, year = reader_language(), register_now(), programme_year(choice.year)
    today = today_here()
    table = statistics(register, _PUBLIC, year.from_, year.to, today=today)
    tables = published_year(register, year.from_, year.to, today=today)
    names = name_districts(None)
    return Report(
        say("figure.public", lang),
        say_period(year, lang),
        say("figure.all_districts", lang),
        published_tables(table, tables, names, lang),
        today,
        published=True,
    )


def _report(title: str, period: str, choice: FigureChoice, tables: list[FigureTable]) -> Report:
    return Report(title, period, name_area(choice.district), tables, today_here())


def _of_districts(choice: FigureChoice) -> Report:
    """The overview of all the reader's districts, and how far those who were willing came."""
    lang, register, viewer = reader_language(), register_now(), viewer_now()
    rows = read_overview(register, viewer, purpose_now())
    whole, every = read_funnels(register, viewer, purpose_now())
    names = {row.id: row.name for row in rows}
    tables = [overview_table(rows, lang), funnel_table(whole, every, names, lang)]
    day = say("figure.on_day", lang, day=today_here().isoformat())
    return _report(say("menu.districts", lang), day, replace(choice, district=None), tables)


_REPORTS: Final = {
    "period": _of_period, "year": _of_year, "public": _for_publication, "districts": _of_districts,
}  # fmt: skip
_FILES: Final = {"xlsx": report_workbook, "pdf": report_paper}


def _keep_export(choice: FigureChoice, of: str, form: str) -> None:
    """That counts left is in the trail; there is nobody in them."""
    viewer = viewer_now()
    facts = {"report": of, "form": form, "district": choice.district}
    register_now().keep([
        Event(
            at=datetime.now(UTC),
            account=viewer.account,
            role=viewer.role,
            deed="export",
            purpose="statistics",
            record=Request.noun(),
            district_id=choice.district,
            facts=facts,
        )
    ])  # fmt: skip
