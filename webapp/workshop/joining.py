"""Taking part with a device in the hall: the code on the wall, a name, and a seat."""

from __future__ import annotations

import unicodedata
from typing import Final, TypeVar

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo.errors import GeoError
from webapp.accounts.clock import now
from webapp.accounts.reader import SEAT, reader_now, register_now
from webapp.accounts.secret import digest_of, new_secret
from webapp.accounts.throttle import Throttle
from webapp.board.seats import end_seat, take_seat
from webapp.board.workshops import find_by_code
from webapp.errors import say_problem, status_of
from webapp.faults import CodeWrong, SeatEnded, TooManyTries
from webapp.register.records import Workshop

joining = Blueprint("joining", __name__, url_prefix="/workshop/join")

_Answer = TypeVar("_Answer", bound=Response)

_GROUP: Final = 4


@joining.get("/")
def show() -> Response | str:
    """The page that takes the code; whoever has a seat is led to the map."""
    seat = reader_now().seat
    if seat is not None:
        return redirect(url_for("drawing.show", identity=seat.workshop_id), code=303)
    if SEAT not in request.cookies:
        return _show_form()
    return _without_seat(make_response(_show_form(SeatEnded())))


@joining.post("/")
def join() -> Response | tuple[str, int]:
    """Give the device a seat, or say that the code does not fit."""
    throttle: Throttle = current_app.extensions["throttle"]
    try:
        workshop = _find_workshop(throttle)
    except (CodeWrong, TooManyTries) as fault:
        return _show_form(fault), status_of(fault)
    secret = new_secret()
    take_seat(register_now(), workshop, request.form.get("name", ""), digest_of(secret), now())
    answer = redirect(url_for("drawing.show", identity=workshop.id), code=303)
    return _with_seat(answer, secret)


@joining.post("/leave")
def leave() -> Response:
    """Give the seat back."""
    seat = reader_now().seat
    if seat is not None:
        end_seat(register_now(), seat.workshop_id, seat.id, now())
    return _without_seat(redirect(url_for("joining.show"), code=303))


def normal_code(text: str) -> str:
    """A code as it is kept, however it was typed.

    >>> normal_code("ＡＢＣＤ efgh"), normal_code("abcd-efgh")
    ('abcd-efgh', 'abcd-efgh')
    """
    letters = unicodedata.normalize("NFKC", text[:40]).lower()
    plain = "".join(one for one in letters if one.isalnum())
    return "-".join(plain[at : at + _GROUP] for at in range(0, len(plain), _GROUP))


def _find_workshop(throttle: Throttle) -> Workshop:
    attempt = throttle.enter(address=request.remote_addr or "?")
    found = find_by_code(register_now(), normal_code(request.form.get("code", "")))
    if found is None:
        raise CodeWrong
    attempt.forgive()
    return found


def _with_seat(answer: Response, secret: str) -> Response:
    answer.set_cookie(SEAT, secret, path="/", httponly=True, samesite="Strict", secure=_https())
    return answer


def _without_seat(answer: _Answer) -> _Answer:
    answer.delete_cookie(SEAT, path="/", httponly=True, samesite="Strict", secure=_https())
    return answer


def _https() -> bool:
    return bool(current_app.config["SETTINGS"].https)


def _show_form(fault: GeoError | None = None) -> str:
    return render_template(
        "workshop/join.html",
        problem="" if fault is None else say_problem(fault),
        name=request.form.get("name", "")[:20],
    )
