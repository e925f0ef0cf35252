"""The case page: everything of one request, its next steps, its wishes, its history."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo import terms
from geo.errors import ParameterWrong
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework import cases as deeds
from webapp.casework.cases import Case, read_case
from webapp.casework.happenings import Happening, happened, of_records
from webapp.desk.telling import name_colleagues, say_happenings
from webapp.desk.wishes import filled_wishes, offered, require_wanted, say_wishes
from webapp.errors import say_problem, status_of
from webapp.register.records import Consultation, Request
from webapp.register.release import release_record
from webapp.serving.filled import Filled

cases = Blueprint("cases", __name__, url_prefix="/desk")

_HISTORY: Final = 40

_TABLES: Final = {"unmet": "unmet", "cancelled": "cancel"}
"""Where the reasons of an end are named."""


@cases.get("/requests/<identity>")
def show(identity: str) -> str:
    """One request and all that belongs to it."""
    return _show(identity)


def _show(identity: str, problem: str = "") -> str:
    case = read_case(register_now(), viewer_now(), identity)
    told = say_happenings(_history(case))
    return render_template(
        "desk/case.html",
        case=case,
        request_=case.request,
        person=case.person,
        wishes=say_wishes(case.request),
        history=told,
        problem=problem,
        with_reason=deeds.WITH_REASON,
        tables=_TABLES,
        reasons={status: list(terms.LABELS[table]) for status, table in _TABLES.items()},
        colleagues=name_colleagues(one.get("asked_by") for one in case.offers),
    )


def _history(case: Case) -> list[Happening]:
    ids = {
        "request": [case.request.id],
        "consultation": [] if case.consultation is None else [case.consultation.id],
        "offer": [one.id for one in case.offers],
        "series": [one.id for one in case.series],
        "visit": [one.id for one in case.visits],
        "referral": [one.id for one in case.referrals],
        "reminder": [one.id for one in case.reminders],
    }
    return happened(register_now(), viewer_now(), of_records(ids), _HISTORY)


@cases.post("/requests/<identity>/step")
def take_step(identity: str) -> Response | tuple[str, int]:
    """Take the request one step on."""
    filled = Filled.of(request.form)
    try:
        deeds.take_step(
            register_now(),
            viewer_now(),
            identity,
            filled.whole("version"),
            filled.one("status"),
            filled.one("reason"),
        )
    except ParameterWrong as fault:
        return _show(identity, say_problem(fault)), status_of(fault)
    return redirect(url_for("cases.show", identity=identity), code=303)


@cases.get("/requests/<identity>/wishes")
def edit(identity: str) -> str:
    """The form of what is wanted."""
    found = release_record(register_now(), viewer_now(), "matching", Request, identity)
    return _show_wishes(identity, filled_wishes(found), found.version)


@cases.post("/requests/<identity>/wishes")
def revise(identity: str) -> Response | tuple[str, int]:
    """Say anew what is wanted."""
    filled = Filled.of(request.form)
    version = filled.whole("version")
    try:
        deeds.revise_wishes(register_now(), viewer_now(), identity, version, require_wanted(filled))
    except ParameterWrong as fault:
        said = say_problem(fault)
        return _show_wishes(identity, filled, version, said), status_of(fault)
    return redirect(url_for("cases.show", identity=identity), code=303)


def _show_wishes(identity: str, filled: Filled, version: int, problem: str = "") -> str:
    case = read_case(register_now(), viewer_now(), identity)
    return render_template(
        "desk/wishes.html",
        case=case,
        filled=filled,
        version=version,
        offered=offered(case.request["district_id"]),
        problem=problem,
    )


@cases.get("/consultations/<identity>")
def show_consultation(identity: str) -> str:
    """One consultation: what was said, what came of it."""
    register, viewer = register_now(), viewer_now()
    found = release_record(register, viewer, "matching", Consultation, identity)
    requests, person = deeds.of_consultation(register, viewer, found)
    told = happened(register, viewer, of_records({"consultation": [identity]}), _HISTORY)
    return render_template(
        "desk/consultation.html",
        consultation=found,
        person=person,
        requests=requests,
        history=say_happenings(told),
        steps=Consultation.STEPS.legal(found["status"]),
    )


@cases.post("/consultations/<identity>")
def revise_consultation(identity: str) -> Response:
    """Write on what was said and what came of it."""
    filled = Filled.of(request.form)
    deeds.revise_consultation(
        register_now(),
        viewer_now(),
        identity,
        filled.whole("version"),
        filled.text("summary"),
        filled.text("result"),
        filled.one("status"),
    )
    return redirect(url_for("cases.show_consultation", identity=identity), code=303)
