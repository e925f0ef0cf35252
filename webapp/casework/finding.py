"""What a request means for the search: its wishes, who is unwanted, who is elsewhere, whose turn.

The layers say where everybody lives and what they offer; this says what the work so far
knows besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from geo.terms import WEEKDAYS
from webapp.answers.wish import NEIGHBOURS, Known, Wish
from webapp.casework.bookings import booked_supporters
from webapp.casework.fairness import Fairness, read_fairness
from webapp.casework.recurrence import today_in_japan
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Person, Visit

ON_THE_WAY_WITHIN: Final = 30.0
"""Minutes that a request is searched for where nobody said how far."""


def wish_of(asked: Mapping[str, Any], *, k: int = 10, within: float = ON_THE_WAY_WITHIN) -> Wish:
    """What a request record wishes, as the search takes it.

    ``constraints`` may name weekday or weekdays, hours, modes, gender, steps_free, in_person,
    excluded, no_relatives, and no_neighbours as metres or as true.
    """
    wishes: Mapping[str, Any] = asked.get("constraints") or {}
    days = {*(wishes.get("weekdays") or ()), wishes.get("weekday")} & WEEKDAYS.keys()
    near = wishes.get("no_neighbours")
    return Wish(
        activity=asked["activity"],
        weekdays=tuple(day for day in WEEKDAYS if day in days),
        hours=wishes.get("hours") or None,
        modes=tuple(wishes.get("modes") or ()),
        gender=wishes.get("gender") or None,
        steps_free=bool(wishes.get("steps_free")),
        in_person=bool(wishes.get("in_person")),
        place=asked.get("place_id"),
        excluded=tuple(wishes.get("excluded") or ()),
        no_relatives=bool(wishes.get("no_relatives")),
        no_neighbours=(NEIGHBOURS if near is True else float(near)) if near else None,
        k=k,
        within=within,
    )


def known_about(
    register: Register,
    household_id: str,
    wish: Wish,
    now: datetime,
    *,
    asked: View | None = None,
    on: date | None = None,
) -> Known:
    """What the work knows for one household's search.

    Parameters
    ----------
    asked
        The request that is searched for; without it everybody of the household counts whose
        wishes against somebody are known.
    on
        The day it is wanted; None = that of the request, or the next of the weekday wanted.
    """
    with register.engine.connect() as connection:
        fairness = read_fairness(connection, now)
        return Known(
            unwanted=unwanted_for(connection, household_id, asked),
            booked=booked_for(connection, wish, now, asked, on),
            load=fairness.load,
            days=fairness.days,
            told=_told(fairness),
        )


def _told(fairness: Fairness) -> dict[str, dict[str, int]]:
    return {
        one: {"days": int(turn.days), "times": turn.times, "declined": turn.declined}
        for one, turn in fairness.turns.items()
    }


def unwanted_for(connection: Connection, household_id: str, asked: View | None) -> frozenset[str]:
    """Whom the person of a request does not want, or anybody of the household without one."""
    person = None if asked is None else asked.get("person_id")
    whose = Person.household_id == household_id if person is None else Person.id == person
    found = connection.scalars(select(Person.unwanted).where(whose, Person.unwanted.is_not(None)))
    return frozenset(one for some in found for one in some or ())


def booked_for(
    connection: Connection, wish: Wish, now: datetime, asked: View | None, on: date | None
) -> dict[str, str]:
    """Who is elsewhere, and when; nobody where day or time are open."""
    day = on or _day_wanted(wish, now, asked)
    if day is None or wish.hours is None:
        return {}
    start, end = (_moment(day, part) for part in wish.hours.split("-"))
    own = () if asked is None else _visits_of(connection, asked.id)
    minutes = (end - start).total_seconds() / 60
    found = booked_supporters(connection, start, minutes, besides=own)
    times = {
        str(one.id): one.planned_at.astimezone(JAPAN)
        for one in connection.execute(
            select(Visit.id, Visit.planned_at).where(Visit.id.in_(sorted(found.values())))
        )
    }
    return {who: _clock(times[visit]) for who, visit in found.items()}


def _day_wanted(wish: Wish, now: datetime, asked: View | None) -> date | None:
    today = today_in_japan(now)
    wanted = None if asked is None else asked.get("wanted_from")
    if wanted is not None and wanted >= today:
        return wanted
    days = {*wish.weekdays, wish.weekday} - {None}
    if len(days) != 1:
        return None
    ahead = (list(WEEKDAYS).index(str(days.pop())) - today.weekday() - 1) % 7 + 1
    return today + timedelta(days=ahead)


def _moment(day: date, clock: str) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    return datetime.combine(day, time(), JAPAN) + timedelta(hours=hours, minutes=minutes)


def _clock(at: datetime) -> str:
    return f"{at.month}/{at.day} {at:%H:%M}"


def _visits_of(connection: Connection, request_id: str) -> list[str]:
    return list(connection.scalars(select(Visit.id).where(Visit.request_id == request_id)))
