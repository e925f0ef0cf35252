"""Who may call which endpoint, and the gate that asks. What is not listed is refused."""

from __future__ import annotations

from typing import Final

from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from webapp.accounts.csrf import refuse_foreign
from webapp.accounts.policy import ROLES, Role
from webapp.accounts.reader import mark_way_back, reader_now, viewer_now
from webapp.errors import answer_fault
from webapp.faults import PageMissing, PasswordWanted, RoleWrong, SignInWanted

EVERYBODY: Final[frozenset[Role]] = frozenset(ROLES)
"""With or without an account."""

SIGNED_IN: Final[frozenset[Role]] = EVERYBODY - {"public", "terminal"}
"""Whoever has an account."""


def _only(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


_ADMIN: Final = _only("administrator")
POLICY: Final[dict[str, frozenset[Role]]] = {
    "health": EVERYBODY,
    "assets.send": EVERYBODY,
    "basemap.tile": EVERYBODY,
    "language.choose": EVERYBODY,
    "accounts.sign_in": EVERYBODY,
    "accounts.take_password": EVERYBODY,
    "accounts.sign_out": EVERYBODY,
    "public.show_map": EVERYBODY,
    "api.describe": EVERYBODY,
    "api.coverage": EVERYBODY,
    "api.public_layer": EVERYBODY,
    "api.staff_layer": _only("consultant", "facilitator"),
    "api.suggestions": _only("consultant"),
    "api.search_households": _only("consultant"),
    "desk.show_desk": _only("consultant"),
}
"""Roles by endpoint. What a role sees there is the business of `webapp.accounts.policy`."""

SECOND: Final = frozenset[str]()
"""Endpoints for whoever still has to show the second factor."""

SET_UP: Final = frozenset[str]()
"""Endpoints for whoever still has to set one up."""

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def register(app: Flask) -> None:
    """Ask the gate before every request of ``app``."""
    app.before_request(_ask_gate)
    app.register_error_handler(PasswordWanted, _ask_password)


def may(endpoint: str) -> bool:
    """Whether the role of this request may call the endpoint; templates ask it for links."""
    return viewer_now().role in POLICY.get(endpoint, frozenset())


def is_staff() -> bool:
    """Whether somebody is wholly signed in."""
    return viewer_now().role != "public"


def _ask_gate() -> Response | None:
    if request.method not in _SAFE:
        refuse_foreign()
    if request.endpoint is None:
        return None
    admitted = POLICY.get(request.endpoint)
    if admitted is None:
        raise PageMissing
    if viewer_now().role in admitted or _is_under_way(request.endpoint):
        return None
    return _turn_away()


def _is_under_way(endpoint: str) -> bool:
    stage = reader_now().stage
    return (stage == "second" and endpoint in SECOND) or (stage == "set_up" and endpoint in SET_UP)


def _turn_away() -> Response:
    reader = reader_now()
    if reader.stage == "whole":
        raise RoleWrong(role=reader.viewer.role)
    if request.path.startswith("/api/"):
        raise SignInWanted
    doors = {"second": "second.show", "set_up": "own.show_factors"}
    return redirect(url_for(doors.get(reader.stage, "accounts.sign_in")), code=303)


def _ask_password(fault: PasswordWanted) -> Response:
    """Lead to the page that asks the password again, and remember the way back."""
    if request.path.startswith("/api/") or reader_now().here is None:
        return answer_fault(fault)
    mark_way_back()
    return redirect(url_for("own.ask_password"), code=303)
