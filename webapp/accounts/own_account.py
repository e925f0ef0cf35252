"""The own account: password, second factor, codes for paper, sessions elsewhere."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from geo.errors import GeoError
from webapp.accounts import factors, passkeys, passwords, sessions
from webapp.accounts.clock import now
from webapp.accounts.door import room_of_reader, with_cookie
from webapp.accounts.passwords import MOST
from webapp.accounts.policy import on_own_behalf
from webapp.accounts.reader import (
    limits_now,
    read_anew,
    reader_now,
    register_now,
    require_fresh,
    signed_in_now,
)
from webapp.accounts.second_door import (
    begin_attempt,
    read_json,
    renew,
    send_json,
    send_problem,
    site_now,
)
from webapp.accounts.signing_in import check_sign_in
from webapp.accounts.throttle import Throttle
from webapp.errors import sentence_of, status_of
from webapp.faults import PasswordWeak, SignInWrong, TooManyTries
from webapp.serving.choosing import own_path
from webapp.serving.language import reader_language

own = Blueprint("own", __name__, url_prefix="/account")


@own.get("/")
def show_account() -> str:
    """Who one is here, and what one may change about it."""
    return _show_account()


@own.post("/password")
def change_password() -> AnyResponse | tuple[str, int]:
    """Take another password; every other session of the account ends."""
    here, given = signed_in_now(), request.form
    try:
        _check(given.get("password", ""))
        chosen = given.get("chosen", "")
        passwords.refuse_weak(chosen, here.account.login, here.account.name or "")
    except (SignInWrong, TooManyTries, PasswordWeak) as fault:
        return _show_account(fault), status_of(fault)
    hashed = passwords.hash_password(chosen)
    with register_now().change(on_own_behalf(here.account), "administration", "own") as change:
        passwords.set_password(change.session, here.account.id, hashed, now())
        sessions.end_sessions_of(change.session, here.account.id, but=here.session.digest)
        change.note("password", id=here.account.id)
    return _back_with(sessions.renew_session(register_now(), here, now(), proved_at=now()))


@own.post("/elsewhere")
def end_elsewhere() -> AnyResponse:
    """Sign out in every other browser."""
    here = signed_in_now()
    with register_now().change(on_own_behalf(here.account), "administration", "own") as change:
        sessions.end_sessions_of(change.session, here.account.id, but=here.session.digest)
        change.note("sign_out", id=here.account.id)
    return redirect(url_for("own.show_account"), code=303)


@own.get("/second-factor")
def show_factors() -> str:
    """The page that sets up an app, a passkey, and the codes for paper."""
    return _show_factors()


@own.post("/app")
def begin_app() -> str:
    """Show the secret for the app."""
    require_fresh(15)
    return _show_app()


@own.post("/app/code")
def confirm_app() -> AnyResponse | str | tuple[str, int]:
    """Take the first code of the app; from then on the app counts."""
    require_fresh(15)
    here = signed_in_now()
    try:
        attempt = begin_attempt()
        factors.confirm_app(register_now(), here.account, request.form.get("code", ""), now())
    except (SignInWrong, TooManyTries) as fault:
        return _show_app(fault), status_of(fault)
    attempt.forgive()
    return with_cookie(Response(_after_factor(secret := renew("totp"))), secret)


@own.post("/passkey/options")
def ask_for_new_key() -> Response:
    """What the browser needs to make a passkey."""
    try:
        require_fresh(15)
    except GeoError as fault:
        return send_problem(fault)
    return send_json(passkeys.ask_for_new_key(register_now(), signed_in_now(), site_now()))


@own.post("/passkey")
def keep_key() -> AnyResponse:
    """Keep the passkey that the browser made."""
    try:
        passkeys.keep_key(register_now(), signed_in_now(), site_now(), read_json(), now())
    except SignInWrong as fault:
        return send_problem(fault)
    secret = renew("passkey")
    return with_cookie(send_json({"to": url_for("own.show_factors")}), secret)


@own.post("/codes")
def make_codes() -> str:
    """New codes for paper, shown this once."""
    require_fresh(15)
    codes = factors.make_recovery_codes(register_now(), signed_in_now().account, now())
    return render_template("accounts/codes.html", codes=codes, on_to=url_for(_on_to()))


@own.post("/second-factor/<identity>/remove")
def remove_factor(identity: str) -> AnyResponse:
    """Take a second factor away."""
    require_fresh(15)
    factors.remove_factor(register_now(), signed_in_now(), identity)
    return redirect(url_for("own.show_factors"), code=303)


@own.get("/password-again")
def ask_password() -> str:
    """The page that asks the password once more."""
    return render_template("accounts/again.html", problem="")


@own.post("/password-again")
def take_password() -> AnyResponse | tuple[str, int]:
    """Take it, and go back to where one was."""
    here = signed_in_now()
    try:
        _check(request.form.get("password", ""))
    except (SignInWrong, TooManyTries) as fault:
        sentence = sentence_of(fault, reader_language())
        return render_template("accounts/again.html", problem=sentence), status_of(fault)
    back = own_path(here.session.back or url_for(_on_to()))
    secret = sessions.renew_session(register_now(), here, now(), proved_at=now(), back=None)
    return with_cookie(redirect(back, code=303), secret)


def _check(password: str) -> None:
    throttle: Throttle = current_app.extensions["throttle"]
    demo = current_app.config["SETTINGS"].demo
    address = request.remote_addr or "?"
    account = signed_in_now().account
    given = (account.login, password[: MOST + 1])
    check_sign_in(register_now(), throttle, given, address, now(), demo=demo)


def _back_with(secret: str) -> AnyResponse:
    return with_cookie(redirect(url_for("own.show_account"), code=303), secret)


def _after_factor(secret: str) -> str:
    """The codes for paper after the first second factor, else the list of factors."""
    read_anew(secret)
    account = signed_in_now().account
    if factors.codes_left(register_now(), account):
        return _show_factors()
    codes = factors.make_recovery_codes(register_now(), account, now())
    return render_template("accounts/codes.html", codes=codes, on_to=url_for(_on_to()))


def _on_to() -> str:
    return room_of_reader()


def _show_app(fault: GeoError | None = None) -> str:
    account = signed_in_now().account
    secret = factors.begin_app(register_now(), account, now())
    return render_template(
        "accounts/app.html",
        problem="" if fault is None else sentence_of(fault, reader_language()),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        picture=factors.draw_secret(account, secret),
    )


def _show_factors() -> str:
    account = signed_in_now().account
    return render_template(
        "accounts/factors.html",
        factors=factors.factors_of(register_now(), account),
        codes_left=factors.codes_left(register_now(), account),
        wanted=reader_now().stage == "set_up",
        on_to=url_for(_on_to()),
    )


def _show_account(fault: GeoError | None = None) -> str:
    here = signed_in_now()
    return render_template(
        "accounts/own.html",
        problem="" if fault is None else sentence_of(fault, reader_language()),
        account=here.account,
        factors=factors.factors_of(register_now(), here.account),
        codes_left=factors.codes_left(register_now(), here.account),
        sessions=sessions.sessions_of(register_now(), here.account.id, limits_now(), now()),
        this=here.session.digest,
    )
