"""What a household asks for: the activity, and the wishes a supporter has to meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from geo.errors import ParameterWrong
from geo.layers import HOURS
from geo.terms import ACTIVITIES, MODES, WEEKDAYS

_BY_PHONE: Final = "talk"


@dataclass(frozen=True)
class Request:
    """What is asked for.

    Attributes
    ----------
    activity
        Code of `geo.terms.ACTIVITIES`. A ``talk`` may be by phone: distance does not count.
    weekday
        Code of `geo.terms.WEEKDAYS`; None = any day.
    hours
        ``HH:MM-HH:MM``; the whole span is wanted; None = any time.
    modes
        Means of coming that will do, codes of `geo.terms.MODES`; empty = any.
    steps_free
        No flights of steps on the way: they come with a cart, or push a wheelchair.
    in_person
        A ``talk`` at home, so that distance does count.
    excluded
        Supporter ids not wanted, or who do not want to.
    tied
        Supporter ids who know the household already.
    """

    activity: str
    weekday: str | None = None
    hours: str | None = None
    modes: frozenset[str] = frozenset()
    steps_free: bool = False
    in_person: bool = False
    excluded: frozenset[str] = frozenset()
    tied: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse words that are not the field's.

        Raises
        ------
        ParameterWrong
        """
        if self.activity not in ACTIVITIES:
            raise ParameterWrong(
                name="activity", value=self.activity, wanted="one of " + ", ".join(ACTIVITIES)
            )
        if self.weekday is not None and self.weekday not in WEEKDAYS:
            raise ParameterWrong(
                name="weekday", value=self.weekday, wanted="one of " + ", ".join(WEEKDAYS)
            )
        if self.hours is not None and not HOURS.fullmatch(self.hours):
            raise ParameterWrong(name="hours", value=self.hours, wanted="HH:MM-HH:MM")
        if not set(self.modes) <= set(MODES):
            raise ParameterWrong(
                name="modes",
                value=", ".join(sorted(self.modes)),
                wanted="any of " + ", ".join(MODES),
            )

    @property
    def by_phone(self) -> bool:
        """Whether distance does not count."""
        return self.activity == _BY_PHONE and not self.in_person


def as_request(wanted: Request | Mapping[str, Any]) -> Request:
    """A request from its attributes by name, as they come out of JSON: lists become sets.

    Raises
    ------
    ParameterWrong
        An attribute that a request does not have, or no activity.

    >>> as_request({"activity": "garbage", "modes": ["car"]}).modes
    frozenset({'car'})
    """
    if isinstance(wanted, Request):
        return wanted
    known = {field.name for field in fields(Request)}
    if not {"activity"} <= set(wanted) <= known:
        raise ParameterWrong(
            name="request",
            value=", ".join(wanted),
            wanted="activity, and any of " + ", ".join(sorted(known)),
        )
    values: dict[str, Any] = dict(wanted)
    for name in {"modes", "excluded", "tied"} & values.keys():
        values[name] = frozenset(values[name])
    return Request(**values)
