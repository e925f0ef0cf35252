"""What a household asks for: the activity, and the wishes a supporter has to meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, Final, Self

from geo.errors import ParameterWrong
from geo.layers import HOURS
from geo.terms import ACTIVITIES, GENDERS, MODES, PLACE_KINDS, WEEKDAYS
from geo.units import Metres

_BY_PHONE: Final = "talk"

ON_THE_WAY: Final = ("errand", "accompaniment", "garbage")
"""Activities that lead past a further place: the shop, where to go along to, the station."""


@dataclass(frozen=True)
class Stop:
    """The shop of an errand, where to go along to, the garbage station.

    Attributes
    ----------
    lon, lat
        Degrees (EPSG:4326).
    id, kind
        Of the places layer; empty = a point that is none of its places.
    weekdays
        Days it is open, of a station those of the collection; None = unknown.
    hours
        Each ``HH:MM-HH:MM``; a station takes bags until the end of it. None = unknown.
    """

    lon: float
    lat: float
    id: str = ""
    kind: str = ""
    weekdays: tuple[str, ...] | None = None
    hours: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse what is no place.

        Raises
        ------
        ParameterWrong
        """
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            wanted = "longitude ±180 and latitude ±90 degrees"
            raise ParameterWrong(name="stop", value=f"{self.lon}, {self.lat}", wanted=wanted)
        if self.kind:
            _require_code("kind", self.kind, PLACE_KINDS)
        _require_codes("weekdays", self.weekdays or (), WEEKDAYS)
        for span in self.hours or ():
            _require_hours("hours", span)


@dataclass(frozen=True)
class Request:
    """What is asked for.

    Attributes
    ----------
    activity
        Code of `geo.terms.ACTIVITIES`. A ``talk`` may be by phone: distance does not count.
    weekday
        Code of `geo.terms.WEEKDAYS`; None = any day.
    weekdays
        Several days of which one is enough; ``weekday`` is one more of them.
    hours
        ``HH:MM-HH:MM``; the whole span is wanted; None = any time.
    modes
        Means of coming that will do, codes of `geo.terms.MODES`; empty = any.
    gender
        Of the supporter, code of `geo.terms.GENDERS`; None = either.
    steps_free
        No flights of steps on the way: they come with a cart, or push a wheelchair.
    in_person
        A ``talk`` at home, so that distance does count.
    stop
        Where an errand, an accompaniment or the garbage leads; None = only to the home.
    excluded
        Supporter ids not wanted, or who do not want to.
    no_relatives
        Supporter ids of relatives who are not to know of it.
    no_neighbours
        Supporters whose home is nearer than so many metres, on the way to the household, are
        not to know of it; None = neighbours may come.
    tied
        Supporter ids who know the household already.
    booked
        Supporters who are elsewhere at that time, each with when, as one would say it; empty
        text = only that they are.
    load
        Visits a week now assigned by supporter id, as the casework knows them; they go before
        the layer's column.
    days_since_asked
        Days since each was last asked by supporter id; who is not in it was never asked. None =
        nobody kept it, and it does not count.
    """

    activity: str
    weekday: str | None = None
    weekdays: frozenset[str] = frozenset()
    hours: str | None = None
    modes: frozenset[str] = frozenset()
    gender: str | None = None
    steps_free: bool = False
    in_person: bool = False
    stop: Stop | None = None
    excluded: frozenset[str] = frozenset()
    no_relatives: frozenset[str] = frozenset()
    no_neighbours: Metres | None = None
    tied: frozenset[str] = frozenset()
    booked: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    load: Mapping[str, float] = field(default_factory=dict[str, float], hash=False)
    days_since_asked: Mapping[str, float] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        """Refuse words that are not the field's.

        Raises
        ------
        ParameterWrong
        """
        _require_code("activity", self.activity, ACTIVITIES)
        _require_code("weekday", self.weekday, WEEKDAYS)
        _require_codes("weekdays", self.weekdays, WEEKDAYS)
        if self.hours is not None:
            _require_hours("hours", self.hours)
        _require_codes("modes", self.modes, MODES)
        _require_code("gender", self.gender, GENDERS)
        if self.stop is not None and self.activity not in ON_THE_WAY:
            wanted = "one of " + ", ".join(ON_THE_WAY)
            raise ParameterWrong(name="activity", value=self.activity, wanted=wanted)
        if self.no_neighbours is not None and not self.no_neighbours > 0:
            wanted = "a number of metres above 0"
            raise ParameterWrong(name="no_neighbours", value=self.no_neighbours, wanted=wanted)

    @property
    def by_phone(self) -> bool:
        """Whether distance does not count."""
        return self.activity == _BY_PHONE and not self.in_person

    @cached_property
    def days(self) -> tuple[str, ...]:
        """The days of which one is enough, Monday first; empty = any."""
        wanted = self.weekdays | ({self.weekday} if self.weekday else set())
        return tuple(day for day in WEEKDAYS if day in wanted)

    @property
    def conditions(self) -> tuple[str, ...]:
        """What is asked of the supporter and could be done without, by name."""
        return tuple(name for name, asked in CONDITIONS.items() if asked(self))

    def without(self, *conditions: str) -> Self:
        """The same request with conditions dropped; another day or time meets nobody's booking.

        Raises
        ------
        ParameterWrong
            Not a condition.

        >>> Request("garbage", weekday="MO", gender="f").without("gender").conditions
        ('weekday',)
        """
        _require_codes("condition", conditions, CONDITIONS)
        usual = {one.name: one.default for one in fields(Request)}
        dropped: dict[str, Any] = {name: usual[name] for name in conditions}
        if "weekday" in dropped:
            dropped["weekdays"] = frozenset()
        if {"weekday", "hours"} & dropped.keys():
            dropped["booked"] = {}
        return replace(self, **dropped)


CONDITIONS: Final[Mapping[str, Callable[[Request], bool]]] = {
    "weekday": lambda request: bool(request.days),
    "hours": lambda request: request.hours is not None,
    "modes": lambda request: bool(request.modes),
    "gender": lambda request: request.gender is not None,
    "steps_free": lambda request: request.steps_free,
    "no_relatives": lambda request: bool(request.no_relatives),
    "no_neighbours": lambda request: request.no_neighbours is not None,
}
"""Wishes that one may do without; who is not wanted by name stays so."""


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
    known = {one.name for one in fields(Request)}
    if not {"activity"} <= set(wanted) <= known:
        raise ParameterWrong(
            name="request",
            value=", ".join(wanted),
            wanted="activity, and any of " + ", ".join(sorted(known)),
        )
    values: dict[str, Any] = dict(wanted)
    for name in _SETS & values.keys():
        values[name] = frozenset(values[name])
    if isinstance(values.get("stop"), Mapping):
        values["stop"] = _as_stop(values["stop"])
    if not isinstance(values.get("booked", {}), Mapping):
        values["booked"] = dict.fromkeys(values["booked"], "")
    return Request(**values)


_SETS: Final = {"weekdays", "modes", "excluded", "no_relatives", "tied"}


def _as_stop(wanted: Mapping[str, Any]) -> Stop:
    known = [one.name for one in fields(Stop)]
    if not {"lon", "lat"} <= set(wanted) <= set(known):
        names = "lon, lat, and any of " + ", ".join(known)
        raise ParameterWrong(name="stop", value=", ".join(wanted), wanted=names)
    values = dict(wanted)
    for name in {"weekdays", "hours"} & values.keys():
        values[name] = None if values[name] is None else tuple(values[name])
    return Stop(**values)


def _require_code(name: str, code: str | None, table: Mapping[str, object]) -> None:
    if code is not None and code not in table:
        raise ParameterWrong(name=name, value=code, wanted="one of " + ", ".join(table))


def _require_codes(name: str, codes: Iterable[str], table: Mapping[str, object]) -> None:
    given = sorted(codes)
    if not set(given) <= table.keys():
        wanted = "any of " + ", ".join(table)
        raise ParameterWrong(name=name, value=", ".join(given), wanted=wanted)


def _require_hours(name: str, span: str) -> None:
    if not HOURS.fullmatch(span):
        raise ParameterWrong(name=name, value=span, wanted="HH:MM-HH:MM")
