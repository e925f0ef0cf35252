"""A district's profile on one sheet: its page, and the numbered copy."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from geo.errors import GeoError, ParameterWrong
from webapp.accounts.clock import today_here
from webapp.accounts.gate import may
from webapp.accounts.reader import name_now, register_now, require_fresh, viewer_now
from webapp.answers.loans import USUAL_LOAN, read_loan, send_file
from webapp.answers.study_paper import set_study
from webapp.casework.funnel import Funnel, read_funnels
from webapp.errors import say_problem, status_of
from webapp.planning.asking import Asked, areas_of, asked_now, changed_since, keep_asked
from webapp.planning.covering import choices
from webapp.planning.profile_parts import Profile, profile_paper, profile_table
from webapp.register.disclose import disclose
from webapp.register.export_copies import Mark, Sent, send_copy
from webapp.serving.filled import said
from webapp.serving.language import reader_language
from webapp.studies.scenarios import PURPOSE
from webapp.wording import say

profile = Blueprint("profile", __name__, url_prefix="/planning/profile")


@profile.get("")
def show() -> str:
    """One district as it is; the first of the reader's where none is asked for."""
    return _page(_asked())


@profile.post("")
def send() -> Response | tuple[str, int]:
    """The sheet as a numbered copy."""
    asked = _asked()
    try:
        return send_file(_make(asked))
    except ParameterWrong as fault:
        return _page(asked, fault), status_of(fault)


def _asked() -> Asked:
    """What is asked, of one district."""
    asked = asked_now()
    if asked.question.district is not None:
        return asked
    first = next(iter(areas_of(asked.atlas)))
    return asked_now({**asked.question.facts(), "district": first})


def _profile(asked: Asked) -> Profile:
    return Profile.of(asked, _funnel(asked.question.district or ""))


def _funnel(district: str) -> Funnel | None:
    """How far people came; None where the reader may not know."""
    if not may("surveys.show_funnel"):
        return None
    return read_funnels(register_now(), viewer_now(), PURPOSE)[1].get(district)


def _make(asked: Asked) -> Sent:
    require_fresh()
    loan = read_loan(said("holder"), said("return_by"))
    viewer, found = viewer_now(), _profile(asked)
    leaving = disclose(
        register_now(), viewer, PURPOSE, viewer.role,
        what=("households", "supporters"), district=asked.question.district,
    )  # fmt: skip

    def draw(mark: Mark) -> bytes:
        return set_study(profile_paper(found, mark), today_here(), reader_language())

    return send_copy(register_now(), leaving, loan, "pdf", draw)


def _page(asked: Asked, fault: GeoError | None = None) -> str:
    keep_asked(asked)
    found, today, lang = _profile(asked), today_here(), reader_language()
    return render_template(
        "planning/profile.html",
        asked=asked,
        question=asked.question,
        areas=areas_of(asked.atlas),
        **choices(),
        found=found,
        table=profile_table(found, lang),
        map=found.map(lang, (150.0, 150.0)),
        action_word=say("profile.take", lang),
        other_version=changed_since(asked),
        link=asked.address("profile.show"),
        holder=name_now(),
        today=today,
        return_by=today + USUAL_LOAN,
        filled=request.form,
        problem="" if fault is None else say_problem(fault),
    )
