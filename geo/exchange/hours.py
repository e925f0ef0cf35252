"""Weekdays and times of day as people note them, as lists of codes and HH:MM-HH:MM."""

from __future__ import annotations

import re
from typing import Final

from geo.exchange.findings import Finding, Repaired, find
from geo.exchange.spellings import find_code, fold, narrow

WEEK: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""Codes of RFC 5545, Monday first."""

DAYS_BY_WORD: Final[dict[str, tuple[str, ...]]] = {
    fold(word): days
    for words, days in (
        (("毎日", "いつでも", "全日", "全部", "every day"), WEEK),
        (("平日", "weekdays"), WEEK[:5]),
        (("土日", "週末", "weekend"), WEEK[5:]),
        (("なし", "無し", "無", "none", "-"), ()),
    )
    for word in words
}
"""Words that stand for several days."""

HOURS_BY_WORD: Final[dict[str, tuple[str, ...]]] = {
    fold(word): spans
    for words, spans in (
        (("早朝", "朝"), ("06:00-09:00",)),
        (("午前", "午前中", "AM", "morning"), ("09:00-12:00",)),
        (("午後", "PM", "afternoon"), ("13:00-17:00",)),
        (("夕方", "evening"), ("16:00-18:00",)),
        (("夜", "夜間", "night"), ("18:00-21:00",)),
        (("日中", "昼間", "daytime"), ("09:00-17:00",)),
        (("終日", "いつでも", "一日中", "all day"), ("06:00-21:00",)),
        (("なし", "無し", "無", "none", "-"), ()),
    )
    for word in words
}
"""What a word for a part of the day is taken to mean."""

_DAYS: Final = {"月": "MO", "火": "TU", "水": "WE", "木": "TH", "金": "FR", "土": "SA", "日": "SU"}

_SEPARATOR: Final = re.compile(r"[・,、，/／;；\n&+]|及び|または|又は|と|\s+")

_TIME: Final = r"(午前|午後|am|pm)?\s*(\d{1,2})(?:[:時h](?:(\d{1,2})分?|(半))?)?|(正午)"

_SPAN: Final = re.compile(
    rf"(?:{_TIME})\s*(?:~|-|から|ー)\s*(?:{_TIME})(?:まで|迄)?", re.IGNORECASE
)

_OPEN: Final = re.compile(rf"(?:{_TIME})\s*(?:~|-|から|以降|以後)?", re.IGNORECASE)


def read_weekdays(text: str) -> list[str] | Finding | Repaired[list[str]] | None:
    """The days of the week in a cell, Monday first; [] for なし, None where blank.

    >>> read_weekdays("月・水"), read_weekdays("火〜金"), read_weekdays("土日"), read_weekdays("")
    (['MO', 'WE'], ['TU', 'WE', 'TH', 'FR'], ['SA', 'SU'], None)
    """
    plain = narrow(text)
    if not plain:
        return None
    days: set[str] = set()
    holidays = False
    for part in filter(None, _SEPARATOR.split(re.sub(r"[()]", " ", plain))):
        word, dropped = re.subn(r"祝日?", "", part)
        holidays |= dropped > 0
        named = _days_named(word) if word else ()
        if named is None:
            return find("word_unknown", word=part, nearest="月・水・金")
        days.update(named)
    ordered = sorted(days, key=WEEK.index)
    return Repaired(ordered, find("holidays_left_out")) if holidays else ordered


def read_hours(text: str) -> list[str] | Finding | None:
    """The spans of time in a cell, each HH:MM-HH:MM; [] for なし, None where blank.

    An hour after 午後 is in the afternoon, the end of a span too where it would else lie
    before its beginning. Words (午前, 夕方) mean what `HOURS_BY_WORD` says.

    >>> read_hours("9:00〜12:00"), read_hours("午後1時半～3時"), read_hours("午前・午後")
    (['09:00-12:00'], ['13:30-15:00'], ['09:00-12:00', '13:00-17:00'])
    """
    plain = narrow(text)
    if not plain:
        return None
    spans: list[str] = []
    for match in _SPAN.finditer(plain):
        span = _span(match)
        if isinstance(span, Finding):
            return span
        spans.append(span)
    for part in filter(None, _SEPARATOR.split(_SPAN.sub(" ", plain))):
        named = HOURS_BY_WORD.get(fold(part))
        if named is None:
            code = "hours_open" if _OPEN.fullmatch(part) else "hours_unclear"
            return find(code, word=plain[:40])
        spans += named
    return sorted(set(spans))


def _days_named(word: str) -> tuple[str, ...] | None:
    by_word = DAYS_BY_WORD.get(fold(word))
    if by_word is not None:
        return by_word
    code = find_code("weekday", word) or (word.upper() if word.upper() in WEEK else None)
    if code is not None:
        return (code,)
    short = re.sub(r"曜日?", "", word)
    if span := re.fullmatch(r"([月火水木金土日])(?:~|-|ー|から)([月火水木金土日])(?:まで)?", short):
        first, last = WEEK.index(_DAYS[span[1]]), WEEK.index(_DAYS[span[2]])
        return WEEK[first : last + 1] if first <= last else (*WEEK[first:], *WEEK[: last + 1])
    if short and all(sign in _DAYS for sign in short):
        return tuple(_DAYS[sign] for sign in short)
    return None


def _span(match: re.Match[str]) -> str | Finding:
    begin, end = _minute(match.groups()[:5]), _minute(match.groups()[5:])
    afternoon = (match[1] or "").casefold() in {"午後", "pm"}
    if afternoon and match[6] is None and end <= begin and end <= 12 * 60:
        end += 12 * 60
    if begin >= 24 * 60 or end > 24 * 60 or (match[3] or "0") > "59" or (match[8] or "0") > "59":
        return find("hours_unclear", word=match[0])
    if end <= begin:
        return find("hours_backwards", word=match[0])
    return f"{begin // 60:02d}:{begin % 60:02d}-{end // 60:02d}:{end % 60:02d}"


def _minute(parts: tuple[str | None, ...]) -> int:
    """Minutes since midnight of (午前/午後, hours, minutes, 半, 正午)."""
    half, hour, minute, thirty, noon = parts
    if noon:
        return 12 * 60
    hours = int(hour or 0)
    if (half or "").casefold() in {"午後", "pm"} and hours < 12:
        hours += 12
    return hours * 60 + (30 if thirty else int(minute or 0))
