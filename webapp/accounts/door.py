"""The door for staff: login and password, and the way out."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo.errors import GeoError
from webapp.accounts import sessions
from webapp.accounts.browsers import name_browser
from webapp.accounts.clock import now
from webapp.accounts.deeds import keep_deed
from webapp.accounts.demo import DEMO_ACCOUNTS
from webapp.accounts.gate import POLICY
from webapp.accounts.passwords import DEMO_PASSWORD
from webapp.accounts.reader import (
    cookie_name,
    limits_now,
    read_anew,
    reader_now,
    register_now,
)
from webapp.accounts.signing_in import check_sign_in
from webapp.errors import sentence_of, status_of
from webapp.faults import SignInWrong, TooManyTries
from webapp.register.records.staff_account import StaffAccount
from webapp.serving.language import reader_language

door = Blueprint("accounts", __name__)

_ROOMS = (
    "desk.show_desk",
    "admin.show_overview",
    "figures.show",
    "workshops.show_all",
    "public.show_map",
)
"""Where one is led after signing in: the first that the role may open."""


@door.get("/sign-in")
def sign_in() -> Response | str:
    """The page that takes login and password."""
    if reader_now().stage != "nobody":
        return redirect(url_for(room_of_reader()), code=303)
    return _show_form()


@door.post("/sign-in")
def take_password() -> Response | tuple[str, int]:
    """Take login and password, or say that they do not fit."""
    login, password = request.form.get("login", ""), request.form.get("password", "")
    settings, throttle = current_app.config["SETTINGS"], current_app.extensions["throttle"]
    address = request.remote_addr or "?"
    try:
        account = check_sign_in(
            register_now(), throttle, (login, password), address, now(), demo=settings.demo
        )
    except (SignInWrong, TooManyTries) as fault:
        return _show_form(fault, login), status_of(fault)
    return let_in(account)


@door.post("/sign-out")
def sign_out() -> Response:
    """Leave."""
    here = reader_now().here
    if here is not None:
        sessions.end_session(register_now(), here)
        keep_deed(register_now(), "sign_out", here.account, now())
    return without_cookie(redirect(url_for("public.show_map"), code=303))


def let_in(account: StaffAccount) -> Response:
    """Open a session, and lead on: to the second factor, to setting one up, or in."""
    browser = name_browser(request.user_agent.string)
    secret = sessions.open_session(
        register_now(), account, now(), limits=limits_now(), browser=browser
    )
    keep_deed(register_now(), "sign_in", account, now(), step="password", browser=browser)
    return lead_on(secret)


def lead_on(secret: str) -> Response:
    """Set the session's cookie and lead to where its stage belongs."""
    read_anew(secret)
    return with_cookie(redirect(url_for(room_of_reader()), code=303), secret)


def with_cookie(answer: Response, secret: str) -> Response:
    """The answer with the session's cookie."""
    secure = current_app.config["SETTINGS"].https
    answer.set_cookie(
        cookie_name(), secret, path="/", httponly=True, samesite="Strict", secure=secure
    )
    return answer


def without_cookie(answer: Response) -> Response:
    """The answer that takes the session's cookie away."""
    secure = current_app.config["SETTINGS"].https
    answer.delete_cookie(cookie_name(), path="/", httponly=True, samesite="Strict", secure=secure)
    return answer


def room_of_reader() -> str:
    """The endpoint where this reader begins."""
    reader = reader_now()
    doors = {"nobody": "accounts.sign_in", "second": "second.show", "set_up": "own.show_factors"}
    if reader.stage in doors:
        return doors[reader.stage]
    return next(room for room in _ROOMS if reader.viewer.role in POLICY[room])


def _show_form(fault: GeoError | None = None, login: str = "") -> str:
    demo = current_app.config["SETTINGS"].demo
    return render_template(
        "accounts/sign_in.html",
        problem="" if fault is None else sentence_of(fault, reader_language()),
        login=login[:40],
        demo_accounts=DEMO_ACCOUNTS if demo else (),
        demo_password=DEMO_PASSWORD if demo else "",
    )
