"""The pages of surveys: which there are, what each answer says, what follows from it."""

from __future__ import annotations

from math import ceil
from typing import Any, Final

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from sqlalchemy import ColumnElement, true
from werkzeug.wrappers import Response

from geo import terms
from geo.errors import GeoError, ParameterWrong
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework import following
from webapp.casework.alike import Alike, know_everybody
from webapp.casework.cards import Card, person_cards, supporter_cards
from webapp.casework.following import is_nameless
from webapp.casework.locating import Locator, open_locator
from webapp.casework.staging import staged_of
from webapp.casework.surveys import (
    PURPOSE,
    Survey,
    find_survey,
    is_open,
    list_surveys,
    of_survey,
    says,
    survey_key,
)
from webapp.desk.case_lists import district_choices
from webapp.errors import say_problem, status_of
from webapp.faults import AnswerFollowed, AnswerNameless, ContactRefused
from webapp.register.look import View
from webapp.register.records import Person, Supporter, SurveyAnswer
from webapp.register.release import release_record
from webapp.register.released import release_records
from webapp.serving.filled import Filled

surveys = Blueprint("surveys", __name__, url_prefix="/desk")

PAGE: Final = 50

_REFUSED: Final = (AnswerFollowed, AnswerNameless, ContactRefused, ParameterWrong)

SHOWN: Final = ("open_willing", "open_needs", "willing", "needs", "all")
"""Which answers of a survey a page shows."""


@surveys.get("/surveys")
def show_all() -> str:
    """Every survey with its counts, and the form that takes a file in."""
    return show_surveys()


def show_surveys(problem: str = "") -> str:
    """The page of all surveys, with what is wrong with the file that was sent."""
    return render_template(
        "desk/surveys.html",
        problem=problem,
        surveys=list_surveys(register_now(), viewer_now()),
        districts=dict(district_choices()),
        staged=staged_of(register_now(), viewer_now()),
    )


@surveys.get("/surveys/<digest>")
def show_one(digest: str) -> str:
    """One survey: its answers, and what is still to be followed up."""
    survey = find_survey(register_now(), viewer_now(), digest)
    shown, page = request.args.get("shown", ""), _page()
    if shown not in SHOWN:
        shown = _usual(survey)
    found = release_records(
        register_now(), viewer_now(), PURPOSE, SurveyAnswer,
        of_survey(survey), _where(shown),
        order=(SurveyAnswer.answered_on, SurveyAnswer.id), first=(page - 1) * PAGE, limit=PAGE,
    )  # fmt: skip
    return render_template(
        "desk/survey.html",
        survey=survey,
        district=dict(district_choices()).get(str(survey.district_id), ""),
        answers=found,
        total=found.total,
        pages=max(1, ceil(found.total / PAGE)),
        page=page,
        shown=shown,
        choices=SHOWN,
        told={one: request.args.get(one, "") for one in ("made", "alike", "nameless")},
    )


def _usual(survey: Survey) -> str:
    """What is still to be done comes first."""
    if survey.open_willing:
        return "open_willing"
    return "open_needs" if survey.open_needs else "all"


def _page() -> int:
    text = request.args.get("page", "1")
    if not text.isdecimal() or not 0 < int(text) < 10_000:
        raise ParameterWrong(name="page", value=text[:40], wanted="1 or more")
    return int(text)


def _where(shown: str) -> ColumnElement[bool]:
    if shown.startswith("open_"):
        return is_open(shown.removeprefix("open_"))
    if shown == "all":
        return true()
    return says(SurveyAnswer.willing if shown == "willing" else SurveyAnswer.needs)


@surveys.post("/surveys/<digest>/follow")
def follow_all(digest: str) -> Response:
    """Follow up every open answer of a survey at once."""
    survey = find_survey(register_now(), viewer_now(), digest)
    what = request.form.get("what", "")
    if what not in {"willing", "needs"}:
        raise ParameterWrong(name="what", value=what[:40], wanted="willing, needs")
    told = following.follow_all(register_now(), viewer_now(), survey, what, now(), locator_now())  # type: ignore[arg-type]
    return redirect(
        url_for(
            "surveys.show_one", digest=digest, shown=f"open_{what}",
            made=told.made, alike=told.alike, nameless=told.nameless,
        ),
        code=303,
    )  # fmt: skip


@surveys.get("/answers/<identity>")
def show_answer(identity: str) -> str:
    """One answer: what was said, who it may be, what can follow."""
    return _show_answer(identity)


@surveys.post("/answers/<identity>/supporter")
def add_supporter(identity: str) -> Response | tuple[str, int]:
    """Make a supporter of a willing answer, or say which one it is."""
    filled = Filled.of(request.form)
    version, known = filled.whole("version"), filled.text("supporter_id")
    try:
        if known is None:
            made = following.make_supporter(
                register_now(), viewer_now(), identity, version, now(), locator_now()
            )
        else:
            following.link_supporter(register_now(), viewer_now(), identity, version, known)
            made = known
    except _REFUSED as fault:
        return _show_answer(identity, fault), status_of(fault)
    return redirect(url_for("supporters.show_one", identity=made), code=303)


@surveys.post("/answers/<identity>/consultation")
def add_consultation(identity: str) -> Response | tuple[str, int]:
    """Make a consultation of an answer with needs."""
    filled = Filled.of(request.form)
    try:
        made = following.make_consultation(
            register_now(), viewer_now(), identity, filled.whole("version"),
            filled.many("activity"), now(),
            person_id=filled.text("person_id"), locator=locator_now(),
        )  # fmt: skip
    except _REFUSED as fault:
        return _show_answer(identity, fault), status_of(fault)
    return redirect(url_for("cases.show_consultation", identity=made), code=303)


def locator_now() -> Locator | None:
    """The town list of this server, if its settings name one."""
    return open_locator(current_app.config["SETTINGS"].gazetteer)


def _show_answer(identity: str, fault: GeoError | None = None) -> str:
    answer = release_record(register_now(), viewer_now(), PURPOSE, SurveyAnswer, identity)
    survey = str(answer["survey"])
    return render_template(
        "desk/answer.html",
        answer=answer,
        key=survey_key(answer["district_id"], survey),
        district=dict(district_choices()).get(str(answer["district_id"]), ""),
        supporters=_alike(answer, Supporter, "supporter_id"),
        people=_alike(answer, Person, "consultation_id"),
        nameless=is_nameless(answer),
        activities=list(terms.ACTIVITIES),
        problem=say_problem(fault) if fault is not None else "",
    )


def _alike(answer: View, record: type[Person | Supporter], came: str) -> list[tuple[Card, Alike]]:
    """Who may be the one who answered; nobody is looked up once the answer was followed up."""
    if answer[came] is not None or is_nameless(answer):
        return []
    register, viewer = register_now(), viewer_now()
    known = know_everybody(register, viewer, record)
    found = known.of(answer["name"], answer["kana"], answer["phone"])
    cards: Any = person_cards if record is Person else supporter_cards
    named = cards(register, viewer, [one.id for one in found])
    return [(named[one.id], one) for one in found if one.id in named]
