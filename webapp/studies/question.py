"""What a planner asks, in the address of the page: the same address asks the same again."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from geo import terms
from geo.coverage import Ask
from geo.errors import ParameterWrong

PACES: Final = {"usual": 1.0, "no_steps": 1.0, "slow": 0.75, "snow": 0.65}
"""What is left of everybody's pace: 60 m a minute instead of 80, 52 on trodden snow.

They are assumptions to compare with, said as such on the page, not measured of anybody.
"""

MINUTES: Final = (3.0, 5.0, 10.0, 15.0, 20.0, 30.0)
"""Offered on the page; the address takes any of 1 to 60."""

_HOUR: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(?:([01]\d|2[0-3]):[0-5]\d|24:00)")


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    district
        Id of one district; None = every one of the reader's.
    activity, weekday, hour
        As in `geo.coverage.Ask`; None = any.
    within
        Minutes on foot, 1 to 60.
    way
        Code of `geo.terms.WAYS`.
    """

    district: str | None = None
    activity: str | None = None
    within: float = 10.0
    weekday: str | None = None
    hour: str | None = None
    way: str = "usual"

    @property
    def ask(self) -> Ask:
        """Of whom: those who do it on that day at that hour."""
        return Ask(self.activity, self.weekday, self.hour)

    def facts(self) -> dict[str, str]:
        """As an address has it; what is as usual is left out.

        >>> Question(activity="garbage", within=10.0).facts()
        {'activity': 'garbage', 'within': '10'}
        """
        told = {
            "district": self.district or "",
            "activity": self.activity or "",
            "within": f"{self.within:g}",
            "weekday": self.weekday or "",
            "hour": self.hour or "",
            "way": "" if self.way == "usual" else self.way,
        }
        return {name: value for name, value in told.items() if value}

    def everywhere(self) -> Question:
        """The same of every district."""
        return replace(self, district=None)


def read_question(given: Mapping[str, Any], districts: Mapping[str, str]) -> Question:
    """What an address or a kept plan asks.

    Parameters
    ----------
    districts
        The reader's, by id.

    Raises
    ------
    ParameterWrong
    """
    told = {name: str(given.get(name) or "").strip() for name in Question.__match_args__}
    return Question(
        district=_one_of("district", told["district"], districts),
        activity=_one_of("activity", told["activity"], terms.ACTIVITIES),
        within=_minutes(told["within"]),
        weekday=_one_of("weekday", told["weekday"], terms.WEEKDAYS),
        hour=_hour(told["hour"]),
        way=_one_of("way", told["way"], terms.WAYS) or "usual",
    )


def _one_of(name: str, value: str, known: Any) -> str | None:  # noqa: ANN401 - a mapping or a tuple
    if not value:
        return None
    if value not in known:
        raise ParameterWrong(name=name, value=value[:40], wanted=", ".join(list(known)[:12]))
    return value


def _minutes(text: str) -> float:
    try:
        value = float(text or 10)
    except ValueError:
        value = math.nan
    if not 1 <= value <= 60:
        raise ParameterWrong(name="within", value=text[:40], wanted="1–60")
    return value


def _hour(text: str) -> str | None:
    if text and not _HOUR.fullmatch(text):
        raise ParameterWrong(name="hour", value=text[:40], wanted="09:00-11:00")
    return text or None
