"""Where new helpers should be recruited: what is wished of them, in the address of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

from geo import terms
from geo.coverage import Ask
from geo.errors import ParameterWrong
from geo.siting import cover_most, least_travel
from webapp.studies.question import Question

Goal = Literal["cover_most", "least_travel", "fewest_sites", "smallest_worst"]
Counted = Literal["everyone", "wanting"]

GOALS: Final[tuple[Goal, ...]] = ("cover_most", "least_travel", "fewest_sites", "smallest_worst")

MOST: Final = 20
"""New helpers at once."""

SHARES: Final = (30, 50, 60, 70, 80, 90, 95)
"""Percent of a district that may be asked for on the page; the address takes 1 to 100."""


@dataclass(frozen=True)
class Wish:
    """What is wished of the new helpers, beside the question.

    Attributes
    ----------
    goal
        What counts; see `geo.siting`.
    sites
        How many; the fewest are found where that is the goal.
    activities
        What they would do; none = whatever helps.
    places
        Where they could be: ``street``, ``mesh`` or a code of `geo.terms.PLACE_KINDS`.
    counted
        Every household of the list, or only those who want the activity.
    floor
        Percent that must be reached in every district; None = no floor.
    floors
        The same of some districts by id, before ``floor``.
    """

    goal: Goal = "cover_most"
    sites: int = 5
    activities: tuple[str, ...] = ()
    places: str = "street"
    counted: Counted = "everyone"
    floor: float | None = None
    floors: Mapping[str, float] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """As an address has it.

        >>> Wish(activities=("garbage",), floors={"D1": 80.0}).facts()["floor-D1"]
        '80'
        """
        told: dict[str, Any] = {
            "goal": self.goal,
            "sites": str(self.sites),
            "activity": list(self.activities),
            "places": self.places,
            "counted": "" if self.counted == "everyone" else self.counted,
            "floor": "" if self.floor is None else f"{self.floor:g}",
            **{f"floor-{one}": f"{share:g}" for one, share in self.floors.items()},
        }
        return {name: value for name, value in told.items() if value}

    def shares(self, districts: Mapping[str, str]) -> dict[str, float] | None:
        """Share 0 to 1 by district; None where there is no floor."""
        floors = {} if self.floor is None else dict.fromkeys(districts, self.floor)
        floors |= {one: share for one, share in self.floors.items() if one in districts}
        return {one: share / 100.0 for one, share in floors.items()} or None

    def asks(self, question: Question) -> list[Ask]:
        """Of whom: those who do one of the activities at the time asked for."""
        when = question.weekday, question.hour
        return [Ask(one, *when) for one in self.activities or (None,)]

    @property
    def weights(self) -> list[str]:
        """What counts for each of the asks: a column of the demand."""
        if self.counted == "wanting" and self.activities:
            return list(self.activities)
        return ["households"] * max(1, len(self.activities))


def read_wish(
    given: Mapping[str, Any], districts: Mapping[str, str], *, places: tuple[str, ...]
) -> Wish:
    """What an address or a form wishes.

    Parameters
    ----------
    given
        Single values by name, and ``activity`` as often as there are.
    districts
        The reader's, by id.
    places
        Kinds of places that there are; the first where none is given.

    Raises
    ------
    ParameterWrong
    """
    activities = _several(given, "activity")
    if not set(activities) <= terms.ACTIVITIES.keys():
        _refuse("activity", ", ".join(activities), ", ".join(terms.ACTIVITIES))
    return Wish(
        goal=cast("Goal", read_choice(given, "goal", GOALS)),
        sites=read_number(given, "sites", MOST) or Wish.sites,
        activities=activities,
        places=read_choice(given, "places", places),
        counted=cast("Counted", read_choice(given, "counted", ("everyone", "wanting"))),
        floor=read_number(given, "floor", 100),
        floors={one: share for one in districts if (share := _floor(given, one))},
    )


def _floor(given: Mapping[str, Any], district: str) -> int | None:
    return read_number(given, f"floor-{district}", 100)


def _several(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    told: Callable[[str], list[str]] | None = getattr(given, "getlist", None)
    values = told(name) if told else given.get(name) or ()
    return tuple(dict.fromkeys(str(one) for one in values if one))


def read_choice(given: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str:
    """One of the codes, the first where none is given. Raises `ParameterWrong`."""
    value = str(given.get(name) or known[0])
    if value not in known:
        _refuse(name, value, ", ".join(known))
    return value


def read_number(given: Mapping[str, Any], name: str, most: int) -> int | None:
    """A whole number of 1 to ``most``; None where none is given. Raises `ParameterWrong`."""
    text = str(given.get(name) or "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most):
        _refuse(name, text, f"1–{most}")
    return int(text)


def _refuse(name: str, value: str, wanted: str) -> None:
    raise ParameterWrong(name=name, value=value[:40], wanted=wanted)


def warm_siting() -> None:
    """Load what siting compiles, while the reader still thinks about the question."""
    minutes, weight = [[1.0, 9.0], [9.0, 1.0], [9.0, 2.0]], [1.0, 2.0, 3.0]
    cover_most(minutes, weight, sites=1, within=5.0)
    least_travel(minutes, weight, sites=1)
