"""Periods that figures are asked for: months and programme years (年度, from April)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

APRIL: Final = 4
"""The month in which a programme year begins."""


@dataclass(frozen=True)
class Period:
    """Days in Japan, the first and the last included."""

    from_: date
    to: date

    @property
    def is_year(self) -> bool:
        """Whether it is one whole programme year."""
        return self == programme_year(self.from_.year)

    @property
    def is_month(self) -> bool:
        """Whether it is one whole month."""
        return self == month_of(self.from_)


def year_of(day: date) -> int:
    """The programme year of a day.

    >>> year_of(date(2027, 3, 31)), year_of(date(2027, 4, 1))
    (2026, 2027)
    """
    return day.year - (day.month < APRIL)


def programme_year(year: int) -> Period:
    """1 April to 31 March."""
    return Period(date(year, APRIL, 1), date(year + 1, APRIL, 1) - timedelta(days=1))


def month_of(day: date) -> Period:
    """The month that a day is in.

    >>> month_of(date(2028, 2, 10)).to.day
    29
    """
    return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))


def months_of(year: int) -> list[Period]:
    """The twelve months of a programme year, April first."""
    turns = [(year, month) for month in range(APRIL, 13)]
    turns += [(year + 1, month) for month in range(1, APRIL)]
    return [month_of(date(one, month, 1)) for one, month in turns]
