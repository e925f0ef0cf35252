"""A form or script of another site is refused, by what browsers say and by a token."""

from __future__ import annotations

import hmac
from typing import Final

from flask import request
from markupsafe import Markup

from geo.errors import GeoError
from webapp.accounts.reader import reader_now
from webapp.faults import FormStale, RequestForeign

FIELD: Final = "csrf"
HEADER: Final = "X-CSRF"


def form_token() -> str:
    """The token of this session's forms; empty for who has not signed in."""
    try:
        return reader_now().form_token
    except GeoError:  # the page of a fault has forms too
        return ""


def form_field() -> Markup:
    """The hidden field that every form carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, form_token())


def refuse_foreign() -> None:
    """Refuse what another site made a browser send. Programs with a token are let through.

    Raises
    ------
    RequestForeign
        The browser itself says so.
    FormStale
        The token is missing or of another session.
    """
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin", "").rstrip("/")
    if site not in {"same-origin", "none"} or origin not in {"", request.host_url.rstrip("/")}:
        raise RequestForeign
    reader = reader_now()
    if not reader.form_token:
        return
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not hmac.compare_digest(given.encode(), reader.form_token.encode()):
        raise FormStale
