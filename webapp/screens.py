"""What every template may use: the reader's words, the addresses, the nonce."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from flask import Flask, request

from geo import terms
from webapp.accounts.csrf import form_field, form_token
from webapp.accounts.gate import may
from webapp.accounts.reader import reader_now
from webapp.answers.atlas import AtlasShelf
from webapp.serving.assets import asset_url
from webapp.serving.headers import page_nonce
from webapp.serving.language import reader_language
from webapp.wording import say

_JAPAN: Final = timezone(timedelta(hours=9))
"""Japan keeps one time all year."""


def register(app: Flask) -> None:
    """Hand the words and addresses to the templates of ``app``."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    shelf: AtlasShelf = app.extensions["shelf"]
    app.context_processor(lambda: _offer(shelf))


def _offer(shelf: AtlasShelf) -> dict[str, Any]:
    lang = reader_language()
    return {
        "lang": lang,
        "say": _speaker(),
        "label": lambda table, code: terms.label(table, code, lang),
        "asset_url": asset_url,
        "nonce": page_nonce(),
        "here": request.path,
        "stage": _stage_quietly(),
        "moment": write_moment,
        "may": _may_quietly,
        "csrf_field": form_field,
        "csrf_token": form_token,
        "demo": _is_demo(shelf),
    }


def write_moment(at: datetime) -> str:
    """A moment as people here read it: Japanese time, to the minute.

    >>> write_moment(datetime(2026, 11, 23, 20, 30, tzinfo=timezone.utc))
    '2026-11-24 05:30'
    """
    return f"{at.astimezone(_JAPAN):%Y-%m-%d %H:%M}"


def _speaker() -> Callable[..., str]:
    lang = reader_language()
    return lambda key, **facts: say(key, lang, **facts)


def _is_demo(shelf: AtlasShelf) -> bool:
    try:
        return shelf.workspace.index().demo
    except Exception:  # noqa: BLE001 - the page of a fault asks it too
        return False


def _stage_quietly() -> str:
    """The reader's stage, without a fault: the page of a fault asks it too."""
    try:
        return reader_now().stage
    except Exception:  # noqa: BLE001
        return "nobody"


def _may_quietly(endpoint: str) -> bool:
    """As `may`, without a fault."""
    try:
        return may(endpoint)
    except Exception:  # noqa: BLE001
        return False
