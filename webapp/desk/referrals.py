"""Handing on: to whom, with whose consent, what may be told, what came of it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo.errors import ParameterWrong
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework.cards import person_cards
from webapp.casework.happenings import happened, of_records
from webapp.casework.referrals import (
    BASES,
    TO,
    Answered,
    hand_over,
    may_be_told,
    refer,
    take_step,
)
from webapp.desk.telling import say_happenings
from webapp.errors import say_problem, sentence_of, status_of
from webapp.faults import ConsentWanted
from webapp.register.records import Person, Referral
from webapp.register.release import release_record
from webapp.serving.filled import Filled
from webapp.serving.language import reader_language

referrals = Blueprint("referrals", __name__, url_prefix="/desk")


@referrals.get("/people/<identity>/referral")
def show_form(identity: str) -> str:
    """The form that hands somebody on."""
    consultation = request.args.get("consultation", "")
    return _show_form(identity, Filled({"consultation_id": [consultation]}))


@referrals.post("/people/<identity>/referral")
def send(identity: str) -> Response | tuple[str, int]:
    """Hand somebody on."""
    filled = Filled.of(request.form)
    basis = filled.one("basis")
    try:
        made = refer(
            register_now(),
            viewer_now(),
            identity,
            filled.one("recipient"),
            filled.text("summary"),
            consultation_id=filled.text("consultation_id"),
            answered=Answered(basis, filled.one("how")) if basis else None,
        )
    except ConsentWanted as fault:
        said = sentence_of(fault, reader_language())
        return _show_form(identity, filled, said), status_of(fault)
    except ParameterWrong as fault:
        return _show_form(identity, filled, say_problem(fault)), status_of(fault)
    return redirect(url_for("referrals.show", identity=made), code=303)


@referrals.get("/referrals/<identity>")
def show(identity: str) -> str:
    """One referral: what may be told, and what came of it."""
    register, viewer = register_now(), viewer_now()
    found = release_record(register, viewer, "matching", Referral, identity)
    person = str(found["person_id"])
    status = found["status"]
    told = happened(register, viewer, of_records({"referral": [identity]}), 20)
    return render_template(
        "desk/referral.html",
        referral=found,
        person=person_cards(register, viewer, [person]).get(person),
        handed=hand_over(register, viewer, person, found["recipient"])
        if status in {"sent", "accepted"}
        else None,
        steps=Referral.STEPS.legal(status),
        history=say_happenings(told),
    )


@referrals.post("/referrals/<identity>/step")
def take(identity: str) -> Response:
    """Note how the recipient answered."""
    filled = Filled.of(request.form)
    take_step(register_now(), viewer_now(), identity, filled.whole("version"), filled.one("status"))
    return redirect(url_for("referrals.show", identity=identity), code=303)


def _show_form(identity: str, filled: Filled, problem: str = "") -> str:
    register, viewer = register_now(), viewer_now()
    person = release_record(register, viewer, "matching", Person, identity)
    return render_template(
        "desk/referral_form.html",
        person=person,
        filled=filled,
        recipients=[(one, bool(may_be_told(register, identity, one))) for one in TO],
        bases=BASES,
        problem=problem,
    )
