"""How the pages of visits write days, reasons and accounts in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask

from geo import terms
from webapp.casework.pauses import BY_THE_SERIES
from webapp.casework.visiting import split_reason
from webapp.desk.rule_words import say_day as say_full_day
from webapp.desk.rule_words import say_holiday, say_series
from webapp.desk.saying_when import say_day
from webapp.register.consents import JAPAN
from webapp.serving.language import reader_language
from webapp.wording import say


def register(app: Flask) -> None:
    """Hand these to the templates of ``app``."""
    app.add_template_filter(write_sentence, "series_sentence")
    app.add_template_filter(write_weekday, "weekday_word")
    app.add_template_filter(write_moment, "short_moment")
    app.add_template_filter(write_hour, "hour")
    app.add_template_filter(write_day, "day_words")
    app.add_template_filter(write_holiday, "holiday_word")
    app.add_template_filter(write_reason, "reason_words")
    app.add_template_filter(write_iso_day, "iso_day")
    app.add_template_filter(add_days, "days_later")


def write_sentence(series: Mapping[str, Any]) -> str:
    """A series as a sentence."""
    return say_series(series, reader_language())


def write_weekday(code: str) -> str:
    """A day of the week by its code."""
    return terms.label("weekday", code, reader_language())


def write_moment(at: datetime) -> str:
    """A moment of this season: day, weekday and hour in Japan."""
    local = at.astimezone(JAPAN)
    return f"{say_day(local.date(), reader_language())} {local:%H:%M}"


def write_hour(at: datetime) -> str:
    """The hour in Japan."""
    return f"{at.astimezone(JAPAN):%H:%M}"


def write_day(day: date) -> str:
    """A day with its year."""
    return say_full_day(day, reader_language())


def write_holiday(day: date | datetime) -> str | None:
    """The public holiday of a day, if it is one."""
    one = day.astimezone(JAPAN).date() if isinstance(day, datetime) else day
    return say_holiday(one, reader_language())


def write_reason(reason: str) -> str:
    """Why a visit was cancelled or missed: by whom, and the words that were written."""
    lang = reader_language()
    if reason in BY_THE_SERIES:
        return say(f"series.reason_{reason}", lang)
    code, words = split_reason(reason)
    if not code:
        return words
    by = say(f"visit.by_{code}", lang)
    return say("visit.by_why", lang, by=by, why=words) if words else by


def add_days(day: date, count: int) -> date:
    """The day so many days later."""
    return day + timedelta(days=count)


def write_iso_day(at: datetime) -> str:
    """The day in Japan as fields of a form take it."""
    return at.astimezone(JAPAN).date().isoformat()
