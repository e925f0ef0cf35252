"""Choosing the language: a form on every page, remembered in a cookie."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, current_app, redirect, request
from werkzeug.wrappers import Response

from webapp.faults import PageMissing
from webapp.serving.language import COOKIE
from webapp.wording import LANGUAGES

language = Blueprint("language", __name__)

_YEAR: Final = 365 * 24 * 3600


@language.post("/language")
def choose() -> Response:
    """Keep the chosen language and go back to the page."""
    chosen = request.form.get("lang", "")
    if chosen not in LANGUAGES:
        raise PageMissing
    answer = redirect(own_path(request.form.get("back", "/")), code=303)
    answer.set_cookie(
        COOKIE,
        chosen,
        max_age=_YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SETTINGS"].https,
    )
    return answer


def own_path(path: str) -> str:
    r"""The path, if it is one of this site; else the front page.

    >>> own_path("/desk/"), own_path("//evil.example"), own_path("/\\evil.example")
    ('/desk/', '/', '/')
    """
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe else "/"
