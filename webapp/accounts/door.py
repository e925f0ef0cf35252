"""The door for staff: a page that takes the key, and the way out."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.accounts import session
from webapp.accounts.bearer import check_key
from webapp.accounts.gate import is_staff
from webapp.errors import sentence_of, status_of
from webapp.faults import KeyWrong, TooManyTries
from webapp.serving.language import reader_language

door = Blueprint("accounts", __name__)


@door.get("/sign-in")
def sign_in() -> Response | str:
    """The page that takes the key."""
    if is_staff():
        return redirect(url_for("desk.show_desk"), code=303)
    return _show_form()


@door.post("/sign-in")
def check_key_form() -> Response | tuple[str, int, dict[str, str]]:
    """Take the key, or say what is wrong with it."""
    try:
        check_key(request.form.get("key", ""))
    except (KeyWrong, TooManyTries) as fault:
        sentence = sentence_of(fault, reader_language())
        return _show_form(sentence), status_of(fault), {"Cache-Control": "no-store"}
    session.open_session()
    return redirect(url_for("desk.show_desk"), code=303)


@door.post("/sign-out")
def sign_out() -> Response:
    """Leave."""
    session.end_session()
    return redirect(url_for("public.show_map"), code=303)


def _show_form(problem: str = "") -> str:
    settings = current_app.config["SETTINGS"]
    key = current_app.config["STAFF_KEY"] if settings.demo else ""
    return render_template("accounts/sign_in.html", problem=problem, demo_key=key)
