"""Which language a reader sees: the one they chose, else their browser's, else the setting."""

from __future__ import annotations

from typing import Final

from flask import current_app, g, has_request_context, request

from webapp.wording import LANGUAGES, Language, as_language

COOKIE: Final = "lang"


def reader_language() -> Language:
    """The language of this request.

    ``?lang=`` for programs, then the cookie, then what the browser asks for
    (Accept-Language), then the setting.
    """
    if not has_request_context():
        return "ja"
    if "lang" not in g:
        g.lang = _choose()
    return g.lang


def _choose() -> Language:
    usual = as_language(current_app.config["SETTINGS"].lang)
    asked = request.args.get("lang") if request.path.startswith("/api/") else None
    for word in (asked, request.cookies.get(COOKIE)):
        if word in LANGUAGES:
            return as_language(word)
    rest = [lang for lang in LANGUAGES if lang != usual]
    return as_language(request.accept_languages.best_match([usual, *rest]), usual)
