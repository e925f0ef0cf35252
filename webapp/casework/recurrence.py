"""When a series recurs: rules of RFC 5545 in Japanese time, at most one visit a day.

The rule names days only; the hour is that of the first visit. Japan keeps one time
all year, so that a day's hour is the same in every season.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, Final, Self, cast

import jpholiday
from dateutil.rrule import rrule, rrulestr

from geo.errors import ParameterWrong
from geo.terms import WEEKDAYS
from webapp.register.consents import JAPAN

LONGEST: Final = 400
"""Characters of a rule."""

NTHS: Final = (1, 2, 3, 4, 5, -1)
"""Which weekday of a month; -1 = the last."""

_PARTS: Final = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
)
_FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_CODES: Final = tuple(WEEKDAYS)
_MOST_BETWEEN: Final = 60
_LONG_ENOUGH: Final = timedelta(days=1500)
"""A rule that holds on no day within four years holds on none."""


@dataclass(frozen=True)
class Pattern:
    """A rule as a form can say it.

    Attributes
    ----------
    every
        Weeks between two weeks with a visit, 1 = each; months where ``nths`` are named.
    weekdays
        Codes of `geo.terms.WEEKDAYS`, in the order of the week.
    nths
        Which of these weekdays in a month; empty = by weeks.
    until
        The last day in Japan; None = no end.
    """

    weekdays: tuple[str, ...]
    every: int = 1
    nths: tuple[int, ...] = ()
    until: date | None = None

    @property
    def rule(self) -> str:
        """The rule.

        >>> Pattern(("WE",), nths=(2, 4)).rule
        'FREQ=MONTHLY;BYDAY=2WE,4WE'
        """
        days = sorted(self.weekdays, key=_CODES.index)
        by_day = [f"{nth}{day}" for nth in self.nths for day in days] if self.nths else days
        parts = ["FREQ=" + ("MONTHLY" if self.nths else "WEEKLY")]
        parts += [f"INTERVAL={self.every}"] if self.every > 1 else []
        parts += ["BYDAY=" + ",".join(by_day)]
        parts += [_until(self.until)] if self.until else []
        return ";".join(parts)

    @classmethod
    def of(cls, rule: str) -> Self | None:
        """The pattern of a rule; None = no form says it.

        >>> Pattern.of("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH")
        Pattern(weekdays=('MO', 'TH'), every=2, nths=(), until=None)
        """
        parts = _split(rule)
        if set(parts) - {"FREQ", "INTERVAL", "BYDAY", "UNTIL"} or "BYDAY" not in parts:
            return None
        days = [re.fullmatch(r"(-?\d)?([A-Z]{2})", one) for one in parts["BYDAY"].split(",")]
        nths = sorted({int(one[1]) for one in days if one and one[1]}, key=_nth_order)
        weekdays = sorted({one[2] for one in days if one} & set(_CODES), key=_CODES.index)
        if parts["FREQ"] != ("MONTHLY" if nths else "WEEKLY"):
            return None
        every, until = int(parts.get("INTERVAL", "1")), _day_of(parts.get("UNTIL"))
        made = cls(tuple(weekdays), every, tuple(nths), until)
        return made if set(_split(made.rule)["BYDAY"].split(",")) == _days(parts) else None


@dataclass(frozen=True)
class Course:
    """A rule with everything that decides on which days it holds."""

    rule: str
    starts_at: datetime
    exceptions: Collection[str] = ()
    skip_holidays: bool = False
    pause: tuple[date, date | None] | None = None
    """First and last day of a pause; a last day of None = nobody knows yet."""

    def visits(self, first: date, last: date) -> list[datetime]:
        """When visits begin from ``first`` to ``last``, both included, in UTC.

        Raises
        ------
        ParameterWrong
            The rule is none.
        """
        begin = datetime.combine(first, time.min, JAPAN)
        end = datetime.combine(last, time.max, JAPAN)
        made = read_rule(self.rule, self.starts_at)
        return [at.astimezone(UTC) for at in made.between(begin, end, inc=True) if self._holds(at)]

    def next_visits(self, after: datetime, count: int) -> list[datetime]:
        """The next beginnings after a moment, in UTC; fewer where the rule ends."""
        made = read_rule(self.rule, self.starts_at)
        found = islice(made.xafter(after.astimezone(JAPAN)), count * 60)
        return [at.astimezone(UTC) for at in islice(filter(self._holds, found), count)]

    def _holds(self, at: datetime) -> bool:
        day = at.date()
        if day.isoformat() in self.exceptions:
            return False
        if self.skip_holidays and holiday_name(day) is not None:
            return False
        if self.pause is None:
            return True
        begun, ended = self.pause
        return day < begun or (ended is not None and day > ended)


def check_rule(rule: str) -> str:
    """The rule as it is kept: upper case, without spaces and ``RRULE:``.

    >>> check_rule("RRULE:freq=weekly; byday=mo")
    'FREQ=WEEKLY;BYDAY=MO'

    Raises
    ------
    ParameterWrong
        It is no rule of days.
    """
    kept = re.sub(r"\s", "", rule).upper().removeprefix("RRULE:").rstrip(";")
    end = last_day(kept)
    kept = kept if end is None else ending_on(kept, end)
    _parse(kept, datetime(2027, 1, 1, 10, tzinfo=JAPAN))
    return kept


def read_rule(rule: str, starts_at: datetime) -> rrule:
    """The rule from its first visit on, in Japanese time. Raises `ParameterWrong`."""
    return _parse(rule, starts_at.astimezone(JAPAN))


@lru_cache(512)
def _parse(rule: str, start: datetime) -> rrule:
    parts = _split(rule)
    if set(parts) - _PARTS or parts.get("FREQ") not in _FREQUENCIES:
        raise _wrong(rule)
    if not 1 <= int(parts.get("INTERVAL", "1")) <= _MOST_BETWEEN:
        raise _wrong(rule)
    try:
        made: Any = rrulestr(rule, dtstart=start)
        endless: Any = rrulestr(ending_on(_uncounted(rule), None), dtstart=start)
    except (ValueError, TypeError, IndexError, KeyError):
        raise _wrong(rule) from None
    if not any(endless.replace(until=start + _LONG_ENOUGH)):
        raise _wrong(rule)
    return cast("rrule", made)


def _uncounted(rule: str) -> str:
    return ";".join(part for part in rule.split(";") if not part.startswith("COUNT="))


def _split(rule: str) -> dict[str, str]:
    if len(rule) > LONGEST or not re.fullmatch(r"[A-Z0-9=,;+-]+", rule):
        raise _wrong(rule)
    pairs = [part.partition("=") for part in rule.split(";")]
    parts = {name: value for name, _, value in pairs}
    if len(parts) < len(pairs) or not all(parts.values()):
        raise _wrong(rule)
    if not parts.get("INTERVAL", "1").isdecimal():
        raise _wrong(rule)
    return parts


def _nth_order(nth: int) -> int:
    return nth if nth > 0 else 100 + nth


def _days(parts: dict[str, str]) -> set[str]:
    return set(parts["BYDAY"].split(","))


def _wrong(rule: str) -> ParameterWrong:
    return ParameterWrong(name="rule", value=rule[:60], wanted="FREQ=WEEKLY;BYDAY=MO,TH")


def _until(day: date) -> str:
    last = datetime.combine(day, time(23, 59, 59), JAPAN).astimezone(UTC)
    return f"UNTIL={last:%Y%m%dT%H%M%SZ}"


def _day_of(until: str | None) -> date | None:
    if until is None:
        return None
    try:
        if until.endswith("Z"):
            at = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return at.astimezone(JAPAN).date()
        return datetime.strptime(until[:8], "%Y%m%d").replace(tzinfo=JAPAN).date()
    except ValueError:
        raise _wrong(until) from None


def last_day(rule: str) -> date | None:
    """The last day on which the rule may hold; None = it does not say.

    >>> last_day("FREQ=WEEKLY;BYDAY=MO;UNTIL=20270331T145959Z")
    datetime.date(2027, 3, 31)
    """
    return _day_of(_split(rule).get("UNTIL"))


def ending_on(rule: str, day: date | None) -> str:
    """The same rule with another last day; None = without one.

    >>> ending_on("FREQ=WEEKLY;BYDAY=MO", date(2027, 3, 31))
    'FREQ=WEEKLY;BYDAY=MO;UNTIL=20270331T145959Z'
    """
    kept = [f"{name}={value}" for name, value in _split(rule).items() if name != "UNTIL"]
    return ";".join([*kept, *([_until(day)] if day else [])])


@lru_cache(4096)
def holiday_name(day: date) -> str | None:
    """The name of a public holiday in Japanese; None on other days.

    >>> holiday_name(date(2027, 1, 1))
    '元日'
    """
    return jpholiday.is_holiday_name(day)


def today_in_japan(now: datetime) -> date:
    """The day it is in Japan."""
    return now.astimezone(JAPAN).date()


def in_japan(day: date, hour: str) -> datetime:
    """A moment by the day and the hour on a clock in Japan, written HH:MM; in UTC.

    Raises
    ------
    ParameterWrong
    """
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", hour):
        raise ParameterWrong(name="time", value=hour[:10], wanted="08:30")
    hours, minutes = map(int, hour.split(":"))
    return datetime.combine(day, time(hours, minutes), JAPAN).astimezone(UTC)


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week.

    >>> week_of(date(2026, 11, 25))
    (datetime.date(2026, 11, 23), datetime.date(2026, 11, 29))
    """
    first = day - timedelta(days=day.weekday())
    return first, first + timedelta(days=6)
