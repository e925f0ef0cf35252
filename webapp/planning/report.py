"""The report of a study: its page, the numbered copy for inside, the edition for everybody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from flask import Blueprint, Response, render_template, request, url_for

from geo.errors import GeoError, ParameterWrong
from webapp.accounts.atlases import shelf_now
from webapp.accounts.clock import today_here
from webapp.accounts.reader import name_now, register_now, require_fresh, viewer_now
from webapp.answers.covering import published_level
from webapp.answers.figure_files import Report, report_workbook
from webapp.answers.loans import USUAL_LOAN, read_loan, send_file
from webapp.answers.public_cells import public_layer
from webapp.answers.study_paper import set_study
from webapp.errors import say_problem, status_of
from webapp.planning.asking import Asked, areas_of, asked_now, changed_since, keep_asked
from webapp.planning.covering import choices
from webapp.planning.plan_list import MOST, measure_plan
from webapp.planning.report_layers import INSIDE, inside_layer
from webapp.planning.report_parts import (
    Findings,
    public_paper,
    public_tables,
    report_paper,
    report_tables,
)
from webapp.planning.telling import published_table, say_hidden, say_question
from webapp.register.disclose import disclose
from webapp.register.export_copies import MEDIA, Mark, Sent, send_copy, send_layer
from webapp.register.records import Household
from webapp.register.trail.access_event import Event
from webapp.serving.filled import said
from webapp.serving.language import reader_language
from webapp.studies.publishing import Edition, edition_of, publishable, published_cells, why_not
from webapp.studies.scenarios import PURPOSE, list_studies, several_studies
from webapp.wording import say

report = Blueprint("report", __name__, url_prefix="/planning/report")

FORMS: Final = {
    "report": ("pdf", "xlsx"), "cells": ("gpkg", "parquet"), "land": ("gpkg", "parquet"),
    "places": ("gpkg", "parquet"),
}  # fmt: skip
"""What there is to take along inside the house, and its forms."""

PUBLIC_FORMS: Final = ("pdf", "xlsx", "gpkg", "parquet")


@report.get("")
def show() -> str:
    """What may be taken along of the question above, and what may be published of it."""
    return _page(asked_now())


@report.post("")
def send() -> Response | tuple[str, int]:
    """A numbered copy for inside the house."""
    asked = asked_now()
    try:
        return send_file(_make(asked))
    except ParameterWrong as fault:
        return _page(asked, fault), status_of(fault)


@report.get("/public")
def publish() -> Response:
    """The edition for everybody. Raises `ParameterWrong` for what may not be published."""
    asked, form = asked_now(), request.args.get("form", "pdf")
    if form not in PUBLIC_FORMS:
        raise ParameterWrong(name="form", value=form[:20], wanted=", ".join(PUBLIC_FORMS))
    edition = _edition(asked)
    if edition is None or not edition.says_anything:
        code = next(iter(why_not(asked.question)), "few")
        raise ParameterWrong(name="form", value=form, wanted=_reason(code))
    body = _public_body(asked, edition, form)
    _keep_published(asked, form)
    return send_file(Sent("", f"welfaremap-public-{asked.version}.{form}", MEDIA[form], body))


def _reason(code: str) -> str:
    return say("report.no_few" if code == "few" else f"report.why_{code}", "en")


def _public_body(asked: Asked, edition: Edition, form: str) -> bytes:
    lang = reader_language()
    if form == "pdf":
        return set_study(public_paper(asked, edition), today_here(), lang)
    if form == "xlsx":
        return report_workbook(_workbook(asked, public_tables(asked, edition), public=True), lang)
    cells = published_cells(asked.atlas, shelf_now().whole(), asked.question)
    return public_layer(cells, form)


def _workbook(asked: Asked, tables: Any, *, public: bool = False) -> Report:  # noqa: ANN401 - tables
    lang = reader_language()
    asks = say_question(asked.question, asked.ground.names, lang)
    area = asked.ground.names.get(asked.question.district or "", say("planning.everywhere", lang))
    title = say("report.paper_title", lang)
    return Report(title, asks, area, tables, today_here(), published=public)


def _make(asked: Asked) -> Sent:
    what, form = _taken()
    require_fresh()
    loan = read_loan(said("holder"), said("return_by"))
    viewer = viewer_now()
    plans = _plans()
    layer = inside_layer(what, asked, plans) if what in INSIDE else None
    leaving = disclose(
        register_now(), viewer, PURPOSE, viewer.role,
        what=("households", "supporters"), district=asked.question.district,
    )  # fmt: skip
    if layer is not None:
        return send_layer(register_now(), leaving, loan, form, layer)
    found = Findings.of(asked, plans)

    def draw(mark: Mark) -> bytes:
        lang = reader_language()
        if form == "xlsx":
            return report_workbook(_workbook(asked, report_tables(found)), lang)
        return set_study(report_paper(found, mark), today_here(), lang)

    return send_copy(register_now(), leaving, loan, form, draw)


def _taken() -> tuple[str, str]:
    """What was asked for, and its form."""
    what, _, form = said("take").partition(" ")
    if form not in FORMS.get(what, ()):
        wanted = ", ".join(f"{name} {one}" for name, forms in FORMS.items() for one in forms)
        raise ParameterWrong(name="take", value=said("take")[:40] or "–", wanted=wanted)
    return what, form


def _plans() -> list[dict[str, Any]]:
    """The kept plans of the address, measured on today's data."""
    wanted = request.args.getlist("plan")
    if len(set(wanted)) > MOST:
        raise ParameterWrong(name="plan", value=len(set(wanted)), wanted=f"0–{MOST}")
    return [measure_plan(one) for one in several_studies(register_now(), viewer_now(), wanted)]


def _edition(asked: Asked) -> Edition | None:
    """What of the question may be published; None where nothing may."""
    if why_not(asked.question):
        return None
    return edition_of(asked.atlas, shelf_now().whole(), asked.question)


def _keep_published(asked: Asked, form: str) -> None:
    """That counts left is in the trail; there is nobody in them."""
    viewer = viewer_now()
    facts = {"report": "public study", "form": form, "question": asked.question.facts()}
    register_now().keep([
        Event(
            at=datetime.now(UTC),
            account=viewer.account,
            role=viewer.role,
            deed="export",
            purpose=PURPOSE,
            record=Household.noun(),
            facts=facts,
        )
    ])  # fmt: skip


def _page(asked: Asked, fault: GeoError | None = None) -> str:
    keep_asked(asked)
    lang, today, wanted = reader_language(), today_here(), request.args.getlist("plan")
    edition = _edition(asked)
    level = published_level(shelf_now().whole())
    open_to_all = publishable(asked.question).facts()
    return render_template(
        "planning/report.html",
        asked=asked,
        question=asked.question,
        areas=areas_of(asked.atlas),
        **choices(),
        found=Findings.of(asked, []),
        asks=say_question(asked.question, asked.ground.names, lang),
        plans=list_studies(register_now(), viewer_now()),
        picked=wanted,
        most=MOST,
        other_version=changed_since(asked),
        edition=edition,
        published=edition and published_table(edition, asked.ground, lang),
        hidden=[] if edition is None else say_hidden(edition, level, lang),
        refusals=why_not(asked.question),
        open_to_all=url_for("report.show", **open_to_all, plan=wanted),  # type: ignore[arg-type]
        link=asked.address("report.show", plan=wanted),
        forms=FORMS,
        public_forms=PUBLIC_FORMS,
        holder=name_now(),
        today=today,
        return_by=today + USUAL_LOAN,
        filled=request.form,
        problem="" if fault is None else say_problem(fault),
    )
