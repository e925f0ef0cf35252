"""The second factor at the door: a code of the app or the paper, or a passkey."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, current_app, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from geo.errors import GeoError
from webapp.accounts import factors, passkeys, sessions
from webapp.accounts.clock import now
from webapp.accounts.deeds import keep_deed
from webapp.accounts.door import lead_on, room_of_reader, with_cookie
from webapp.accounts.passkeys import Site
from webapp.accounts.reader import read_anew, register_now, signed_in_now
from webapp.accounts.throttle import Attempt, Throttle
from webapp.errors import sentence_of, status_of
from webapp.faults import RequestWrong, SignInWrong, TooManyTries
from webapp.serving.language import reader_language

door = Blueprint("second", __name__, url_prefix="/sign-in/second")


@door.get("/")
def show() -> str:
    """The page that asks for the second factor."""
    return _show_page()


@door.post("/")
def take_code() -> AnyResponse | tuple[str, int]:
    """Take a code, or say that it does not fit."""
    here = signed_in_now()
    try:
        attempt = begin_attempt()
        way = factors.take_code(register_now(), here.account, request.form.get("code", ""), now())
    except (SignInWrong, TooManyTries) as fault:
        keep_deed(register_now(), "fail", here.account, now(), step="second")
        return _show_page(fault), status_of(fault)
    attempt.forgive()
    return lead_on(renew(way))


@door.post("/passkey/options")
def ask_for_key() -> Response:
    """What the browser needs to sign with a passkey."""
    return send_json(passkeys.ask_for_key(register_now(), signed_in_now(), site_now()))


@door.post("/passkey")
def take_key() -> AnyResponse:
    """Take what the passkey signed."""
    here = signed_in_now()
    try:
        attempt = begin_attempt()
        passkeys.take_key(register_now(), here, site_now(), read_json(), now())
    except (SignInWrong, TooManyTries) as fault:
        keep_deed(register_now(), "fail", here.account, now(), step="second")
        return send_problem(fault)
    attempt.forgive()
    secret = renew("passkey")
    read_anew(secret)
    return with_cookie(send_json({"to": url_for(room_of_reader())}), secret)


def renew(way: str) -> str:
    """The session's new secret, now that the second factor was shown."""
    here = signed_in_now()
    keep_deed(register_now(), "sign_in", here.account, now(), step=way)
    return sessions.renew_session(register_now(), here, now(), second=True, challenge=None)


def begin_attempt() -> Attempt:
    """Count a try at the second factor. Raises `TooManyTries`."""
    throttle: Throttle = current_app.extensions["throttle"]
    account = signed_in_now().account.id
    return throttle.enter(address=request.remote_addr or "?", account=f"second:{account}")


def site_now() -> Site:
    """Name and address as the browser knows them; `TRUSTED_HOSTS` lets no other name in."""
    name = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    return Site(name, request.host_url.rstrip("/"))


def read_json() -> dict[str, Any]:
    """The body as a mapping. Raises `RequestWrong`."""
    try:
        content = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        raise RequestWrong from None
    if not isinstance(content, dict):
        raise RequestWrong
    return content


def send_json(document: dict[str, Any]) -> Response:
    """The document as JSON."""
    return Response(orjson.dumps(document), content_type="application/json")


def send_problem(fault: GeoError) -> Response:
    """The fault's sentence for a script of ours."""
    answer = send_json({"problem": sentence_of(fault, reader_language())})
    answer.status_code = status_of(fault)
    return answer


def _show_page(fault: GeoError | None = None) -> str:
    here = signed_in_now()
    kinds = {factor.kind for factor in factors.factors_of(register_now(), here.account)}
    return render_template(
        "accounts/second.html",
        problem="" if fault is None else sentence_of(fault, reader_language()),
        kinds=kinds,
    )
