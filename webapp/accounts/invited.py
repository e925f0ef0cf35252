"""The page where a code on paper becomes an account."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request
from werkzeug.wrappers import Response

from geo.errors import GeoError
from webapp.accounts.clock import now
from webapp.accounts.door import let_in
from webapp.accounts.passwords import LEAST
from webapp.accounts.reader import register_now
from webapp.accounts.staffing import accept_invitation
from webapp.errors import sentence_of, status_of
from webapp.faults import InvitationWrong, LoginTaken, LoginWrong, PasswordWeak, TooManyTries
from webapp.serving.language import reader_language

door = Blueprint("invited", __name__, url_prefix="/invitation")


@door.get("/")
def show() -> str:
    """The page that takes the code, the login and the password."""
    return _show_form()


@door.post("/")
def accept() -> Response | tuple[str, int]:
    """Open the account, or say what is wrong."""
    code, login, password = (request.form.get(name, "") for name in ("code", "login", "password"))
    address, throttle = request.remote_addr or "?", current_app.extensions["throttle"]
    try:
        account = accept_invitation(
            register_now(), throttle, (code, login, password), address, now()
        )
    except (InvitationWrong, LoginTaken, LoginWrong, PasswordWeak, TooManyTries) as fault:
        return _show_form(fault), status_of(fault)
    return let_in(account)


def _show_form(fault: GeoError | None = None) -> str:
    return render_template(
        "accounts/invitation.html",
        problem="" if fault is None else sentence_of(fault, reader_language()),
        code=request.form.get("code", "")[:40],
        login=request.form.get("login", "")[:40],
        least=LEAST,
    )
