"""What is asked of the cover, and a helper who could be added to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from geo.abilities import Marks, covers
from geo.errors import ParameterWrong
from geo.layers import HOURS
from geo.proximity import SupporterPool
from geo.terms import ACTIVITIES, WEEKDAYS
from geo.units import FLAT_PACE, Degrees, MetresPerMinute, Minutes


@dataclass(frozen=True)
class Ask:
    """Which helpers count.

    Attributes
    ----------
    activity
        Code of `geo.terms.ACTIVITIES`; None = whoever helps at all.
    weekday
        Code of `geo.terms.WEEKDAYS`; None = any day.
    hour
        ``HH:MM-HH:MM``, wholly within the helper's hours; None = any time.
    """

    activity: str | None = None
    weekday: str | None = None
    hour: str | None = None

    def __post_init__(self) -> None:
        """Refuse words that are not the field's.

        Raises
        ------
        ParameterWrong
        """
        if self.activity is not None:
            require_codes("activity", [self.activity], ACTIVITIES)
        if self.weekday is not None:
            require_codes("weekday", [self.weekday], WEEKDAYS)
        if self.hour is not None:
            _require_hours("hour", [self.hour])

    def marks(self, pool: SupporterPool) -> Marks:
        """1 who is known to meet it, 0 who is known not to, -1 of whom it is unknown."""
        told, marks = pool.told, np.ones(len(pool), np.int8)
        for name, wish in _WISHES.items():
            wanted = getattr(self, wish)
            if wanted is not None:
                marks = _both(marks, told[name].meets(lambda v, n=name, w=wanted: _meets(n, v, w)))
        return marks

    def mark(self, helper: Helper) -> int:
        """The same of one helper."""
        mark = 1
        for name, wish in _WISHES.items():
            wanted, told = getattr(self, wish), getattr(helper, name)
            if wanted is not None and mark:
                mark = -1 if told is None else mark * _meets(name, told, wanted)
        return mark


@dataclass(frozen=True)
class Helper:
    """Somebody who does not help yet, at a place; what is not given counts as unknown.

    Attributes
    ----------
    id
        Of no other supporter.
    lon, lat
        Degrees (EPSG:4326).
    activities
        Codes of `geo.terms.ACTIVITIES`; empty = none.
    weekdays
        Codes of `geo.terms.WEEKDAYS`; None = not known.
    hours
        Each ``HH:MM-HH:MM``; None = not known.
    pace
        Metres a minute on flat ground.
    farthest_minutes
        Own limit on the walk; None = no other than the study's.
    most_per_week
        Visits a week at most; None = not known.
    """

    id: str
    lon: Degrees
    lat: Degrees
    activities: tuple[str, ...]
    weekdays: tuple[str, ...] | None = None
    hours: tuple[str, ...] | None = None
    pace: MetresPerMinute = FLAT_PACE
    farthest_minutes: Minutes | None = None
    most_per_week: float | None = None

    def __post_init__(self) -> None:
        """Refuse who could not be one.

        Raises
        ------
        ParameterWrong
        """
        require_position(self.lon, self.lat)
        require_codes("activities", self.activities, ACTIVITIES)
        require_codes("weekdays", self.weekdays or (), WEEKDAYS)
        _require_hours("hours", self.hours or ())
        if not 0 < self.pace < np.inf:
            wanted = "a number of metres a minute above 0"
            raise ParameterWrong(name="pace", value=self.pace, wanted=wanted)
        for name in ("farthest_minutes", "most_per_week"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < np.inf:
                raise ParameterWrong(name=name, value=value, wanted="a number, 0 or above")


_WISHES: Final = {"activities": "activity", "weekdays": "weekday", "hours": "hour"}
"""What supporters told, and the part of an `Ask` it is held against."""


def _meets(name: str, told: Iterable[str], wanted: str) -> bool:
    return covers(told, wanted) if name == "hours" else wanted in told


def _both(one: Marks, other: Marks) -> Marks:
    unknown = np.where((one == -1) | (other == -1), -1, 1)
    return np.where((one == 0) | (other == 0), 0, unknown).astype(np.int8)


def require_position(lon: Degrees, lat: Degrees) -> None:
    """Refuse what is no place.

    Raises
    ------
    ParameterWrong
    """
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        wanted = "longitude ±180 and latitude ±90 degrees"
        raise ParameterWrong(name="position", value=f"{lon}, {lat}", wanted=wanted)


def require_codes(name: str, codes: Iterable[str], table: Iterable[str]) -> None:
    """Refuse words that are not the field's.

    Raises
    ------
    ParameterWrong
    """
    known = list(table)
    wrong = [code for code in codes if code not in known]
    if wrong:
        raise ParameterWrong(name=name, value=", ".join(wrong), wanted="one of " + ", ".join(known))


def _require_hours(name: str, spans: Iterable[str]) -> None:
    for span in spans:
        if not HOURS.fullmatch(span):
            raise ParameterWrong(name=name, value=span, wanted="HH:MM-HH:MM")
