"""How pages of the desk write links, telephone numbers, birthdays and ages."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask, url_for
from werkzeug.routing import BuildError

from geo.exchange.dates import write_era
from webapp.accounts.clock import now
from webapp.accounts.gate import may
from webapp.register.consents import JAPAN
from webapp.register.spelling import phone_key
from webapp.serving.language import reader_language


def register(app: Flask) -> None:
    """Hand these to the templates of ``app``."""
    app.context_processor(lambda: {"link": link})
    app.add_template_filter(phone_key, "dialled")
    app.add_template_filter(write_day, "era_day")
    app.add_template_filter(age_of, "age")


def link(endpoint: str, **values: Any) -> str | None:  # noqa: ANN401
    """The address of a page that this reader may open; None of any other."""
    if not may(endpoint):
        return None
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return None


def write_day(day: date) -> str:
    """A birthday: with its era in Japanese, as ISO writes it in English."""
    return write_era(day) if reader_language() == "ja" else day.isoformat()


def age_of(born: date) -> int:
    """Whole years lived, today in Japan."""
    today = now().astimezone(JAPAN).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
