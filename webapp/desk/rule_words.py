"""A series as a sentence: on which days, at what time, until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from geo import terms
from geo.errors import GeoError
from webapp.casework.recurrence import Pattern, ending_on, holiday_name, last_day
from webapp.register.consents import JAPAN
from webapp.wording import Language, say

_WEEKDAYS: Final = tuple(terms.WEEKDAYS)


def say_series(series: Mapping[str, Any], lang: Language) -> str:
    """A series' record as one sentence."""
    parts = [
        say_rule(str(series["rule"]), lang),
        say_time(series["starts_at"], series.get("minutes"), series.get("finish_by"), lang),
    ]
    if series.get("on_holiday"):
        parts.append(say(f"series.holiday_{series['on_holiday']}", lang))
    end = _end(str(series["rule"]))
    if end is not None:
        parts.append(say("series.until_day", lang, day=say_day(end, lang)))
    return say("series.comma", lang).join(parts)


def say_rule(rule: str, lang: Language) -> str:
    """On which days, without the last one.

    >>> say_rule("FREQ=MONTHLY;BYDAY=2WE,4WE", "ja")
    '毎月 第2・第4水曜日'
    >>> say_rule("FREQ=MONTHLY;BYDAY=2WE,4WE", "en")
    'The 2nd and 4th Wednesday of each month'
    >>> say_rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "ja")
    '隔週 月・木曜日'
    """
    try:
        pattern, bare = Pattern.of(rule), ending_on(rule, None)
    except GeoError:
        pattern, bare = None, rule
    if pattern is None:
        return say("series.daily", lang) if bare == "FREQ=DAILY" else _say_other(bare, lang)
    days = _join([terms.label("weekday", one, lang) for one in pattern.weekdays], lang)
    if pattern.nths:
        nths = _join([_say_nth(one, lang) for one in pattern.nths], lang)
        key = "series.monthly" if pattern.every == 1 else "series.monthly_every"
        return say(key, lang, nths=nths, days=days, every=pattern.every)
    key = {1: "series.weekly", 2: "series.biweekly"}.get(pattern.every, "series.weekly_every")
    return say(key, lang, days=days, every=pattern.every)


def say_time(
    starts_at: datetime, minutes: float | None, finish_by: str | None, lang: Language
) -> str:
    """At what time: from an hour on, or until one."""
    start = f"{starts_at.astimezone(JAPAN):%H:%M}"
    if finish_by is not None:
        return say("series.finish_at", lang, by=finish_by, start=start)
    if minutes is None:
        return say("series.start_at", lang, start=start)
    end = f"{(starts_at + timedelta(minutes=minutes)).astimezone(JAPAN):%H:%M}"
    return say("series.start_to", lang, start=start, end=end)


def say_day(day: date | datetime, lang: Language) -> str:
    """A day with its weekday.

    >>> say_day(date(2026, 12, 9), "ja"), say_day(date(2026, 12, 9), "en")
    ('2026年12月9日（水）', 'Wed 2026-12-09')
    """
    one = day.astimezone(JAPAN).date() if isinstance(day, datetime) else day
    weekday = terms.label("weekday", _WEEKDAYS[one.weekday()], lang)
    facts = {"year": one.year, "month": one.month, "day": one.day}
    return say("series.day", lang, weekday=weekday[:3], **facts)


def say_holiday(day: date, lang: Language) -> str | None:
    """The public holiday of a day; None on others. Abroad its name says little."""
    name = holiday_name(day)
    return name if name is None or lang == "ja" else say("series.holiday", lang)


def _say_other(rule: str, lang: Language) -> str:
    return say("series.by_rule", lang, rule=rule)


def _say_nth(nth: int, lang: Language) -> str:
    if lang == "ja":
        return say("series.last", lang) if nth < 0 else f"第{nth}"
    return {1: "1st", 2: "2nd", 3: "3rd", -1: say("series.last", lang)}.get(nth, f"{nth}th")


def _join(words: Sequence[str], lang: Language) -> str:
    if lang == "ja":
        return "・".join(words)
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _end(rule: str) -> date | None:
    try:
        return last_day(rule)
    except GeoError:
        return None
