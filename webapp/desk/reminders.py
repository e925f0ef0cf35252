"""Reminders: made from today, a case or a person; done with one press."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo.errors import ParameterWrong
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework.cards import person_cards
from webapp.casework.colleagues import colleague_names
from webapp.casework.housing import own_districts
from webapp.casework.reminders import add_reminder, coming_reminders, finish_reminder
from webapp.errors import say_problem, status_of
from webapp.register.consents import JAPAN
from webapp.serving.filled import Filled

reminders = Blueprint("reminders", __name__, url_prefix="/desk/reminders")


@reminders.get("")
def show_all() -> str:
    """Every open reminder, and the form of a new one."""
    return _show(Filled({}))


@reminders.post("")
def add() -> Response | tuple[str, int]:
    """Remember something."""
    filled = Filled.of(request.form)
    person, case = filled.text("person_id"), filled.text("request_id")
    try:
        add_reminder(
            register_now(),
            viewer_now(),
            filled.day("on") or now().astimezone(JAPAN).date(),
            filled.one("text"),
            mine=filled.on("mine"),
            person_id=person,
            request_id=case,
            district_id=filled.text("district_id"),
        )
    except ParameterWrong as fault:
        return _show(filled, say_problem(fault)), status_of(fault)
    if case is not None:
        return redirect(url_for("cases.show", identity=case), code=303)
    if person is not None:
        return redirect(url_for("cases.show_person", identity=person), code=303)
    return redirect(url_for("reminders.show_all"), code=303)


@reminders.post("/<identity>/done")
def finish(identity: str) -> Response:
    """Note that it was thought of."""
    filled = Filled.of(request.form)
    done = finish_reminder(register_now(), viewer_now(), identity, filled.whole("version"))
    match filled.one("back"):
        case "case" if done.get("request_id"):
            address = url_for("cases.show", identity=done["request_id"])
        case "person" if done.get("person_id"):
            address = url_for("cases.show_person", identity=done["person_id"])
        case "all":
            address = url_for("reminders.show_all")
        case _:
            address = url_for("desk.show_desk")
    return redirect(address, code=303)


def _show(filled: Filled, problem: str = "") -> str:
    register, viewer = register_now(), viewer_now()
    found = coming_reminders(register, viewer)
    with register.engine.connect() as connection:
        districts = own_districts(connection, viewer)
    return render_template(
        "desk/reminders.html",
        reminders=found,
        people=person_cards(register, viewer, [one.get("person_id") for one in found]),
        names=colleague_names(register, [one.get("account_id") for one in found]),
        districts=districts,
        filled=filled,
        today=now().astimezone(JAPAN).date(),
        problem=problem,
    )
