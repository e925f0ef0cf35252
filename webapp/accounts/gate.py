"""Who may call which endpoint, and the gate that asks. What is not listed is refused."""

from __future__ import annotations

from typing import Final, Literal

from flask import Flask, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts import session
from webapp.accounts.bearer import is_bearer
from webapp.faults import PageMissing, RequestForeign, SignInWanted

Audience = Literal["public", "staff"]

POLICY: Final[dict[str, Audience]] = {
    "health": "public",
    "assets.send": "public",
    "basemap.tile": "public",
    "language.choose": "public",
    "accounts.sign_in": "public",
    "accounts.check_key_form": "public",
    "accounts.sign_out": "public",
    "public.show_map": "public",
    "api.describe": "public",
    "api.coverage": "public",
    "api.public_layer": "public",
    "api.staff_layer": "staff",
    "api.suggestions": "staff",
    "api.search_households": "staff",
    "desk.show_desk": "staff",
}
"""Audience by endpoint. "public" endpoints show staff more only by asking `is_staff`."""

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def register(app: Flask) -> None:
    """Ask the gate before every request of ``app``."""
    app.before_request(_ask_gate)


def is_staff() -> bool:
    """Whether this request carries the staff key or a staff session."""
    if "staff" not in g:
        g.staff = session.is_open() or is_bearer()
    return bool(g.staff)


def _ask_gate() -> AnyResponse | Response | None:
    if request.method not in _SAFE:
        _refuse_foreign()
    if request.endpoint is None:
        return None
    audience = POLICY.get(request.endpoint)
    if audience is None:
        raise PageMissing
    if audience == "public" or is_staff():
        return None
    if request.path.startswith("/api/"):
        raise SignInWanted
    return redirect(url_for("accounts.sign_in"), code=303)


def _refuse_foreign() -> None:
    """Refuse a form or script of another site; programs send neither header."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin", "").rstrip("/")
    if site not in {"same-origin", "none"} or origin not in {"", request.host_url.rstrip("/")}:
        raise RequestForeign
