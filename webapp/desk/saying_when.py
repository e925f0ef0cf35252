"""Days, hours, how long somebody has to answer, and why not: in words."""

from __future__ import annotations

from datetime import date, timedelta

from geo import terms
from webapp.wording import Language, say


def say_days(days: tuple[str, ...], hours: str | None, lang: Language) -> str:
    """Days of the week and the time; empty where both are open.

    >>> say_days(("MO", "TH"), "08:00-08:30", "ja")
    '月・木曜日 08:00–08:30'
    """
    named = [terms.label("weekday", day, lang) for day in days]
    week = ("・".join(named) + "曜日" if lang == "ja" else ", ".join(named)) if named else ""
    return " ".join(part for part in (week, (hours or "").replace("-", "–")) if part)


def say_day(day: date, lang: Language) -> str:
    """A day of the year as it is said.

    >>> say_day(date(2026, 6, 3), "ja"), say_day(date(2026, 6, 3), "en")
    ('6月3日（水）', 'Wed 3 June')
    """
    code = list(terms.WEEKDAYS)[day.weekday()]
    if lang == "ja":
        return f"{day.month}月{day.day}日（{terms.label('weekday', code, lang)}）"
    return f"{terms.label('weekday', code, lang)[:3]} {day.day} {day:%B}"


def say_left(left: timedelta | None, lang: Language) -> str:
    """How long one has to answer, in whole hours or days, never more than there is."""
    if left is None:
        return ""
    hours = int(left.total_seconds() // 3600)
    if left < timedelta():
        return say("ask.left_none", lang)
    if hours < 1:
        return say("ask.left_soon", lang)
    if hours < 48:
        return say("ask.left_hours", lang, hours=hours)
    return say("ask.left_days", lang, days=hours // 24)


def say_reason(table: str, reason: str | None, lang: Language) -> str:
    """A reason by its code, or in the words it was given in."""
    return "" if reason is None else terms.label(table, reason, lang)
