"""One series as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo import terms
from webapp.casework.cards import Card, person_cards, supporter_cards
from webapp.casework.courses import course_of, usual_holidays
from webapp.casework.making import LATE, PURPOSE
from webapp.casework.recurrence import holiday_name, today_in_japan
from webapp.casework.rounds import AWAY
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Offer, Place, Request, Series, Visit
from webapp.register.release import release_record
from webapp.register.released import release_records
from webapp.register.viewer import Viewer

_COMING, _PAST = 12, 8
_WEEKDAYS = tuple(terms.WEEKDAYS)
_LOOK_BACK = timedelta(hours=12)


@dataclass(frozen=True)
class Found:
    """A series with all that its page shows."""

    series: View
    request: View
    person: Card | None
    supporters: Mapping[str, Card]
    coming: Sequence[View]
    past: Sequence[View]
    clashes: frozenset[str]
    """Visits at whose time their supporter has another."""
    station: View | None
    days_off: Sequence[date]
    """Those to come."""
    off_by_holiday: Sequence[date]
    is_behind: bool
    odd_day: date | None
    """The next visit that is on no collection day of its station."""

    @property
    def standing(self) -> Card | None:
        """The standing supporter."""
        return self.supporters.get(str(self.series.get("supporter_id")))

    @property
    def is_away(self) -> bool:
        """Whether the standing supporter takes no visits now."""
        return self.standing is not None and self.standing.status in AWAY

    @property
    def starts(self) -> date:
        """The first day."""
        starts: datetime = self.series["starts_at"]
        return starts.astimezone(JAPAN).date()


def read_series(register: Register, viewer: Viewer, identity: str, now: datetime) -> Found:
    """One series. Raises `NotFound`."""
    series = release_record(register, viewer, PURPOSE, Series, identity)
    request = release_record(register, viewer, PURPOSE, Request, str(series["request_id"]))
    begin = now - _LOOK_BACK
    of_series = Visit.series_id == identity
    coming = release_records(
        register, viewer, PURPOSE, Visit, of_series, Visit.planned_at >= begin,
        order=(Visit.planned_at,), limit=_COMING,
    )  # fmt: skip
    past = release_records(
        register, viewer, PURPOSE, Visit, of_series, Visit.planned_at < begin,
        order=(Visit.planned_at.desc(),), limit=_PAST,
    )  # fmt: skip
    today = today_in_japan(now)
    person = request.get("person_id")
    return Found(
        series=series,
        request=request,
        person=person_cards(register, viewer, [person], PURPOSE).get(str(person)),
        supporters=supporter_cards(register, viewer, _everybody(register, series, coming, past)),
        coming=coming,
        past=past,
        clashes=clashing(register, coming),
        station=_station(register, viewer, series),
        days_off=[
            day for day in map(date.fromisoformat, series.get("exceptions") or ()) if day >= today
        ],
        off_by_holiday=_off_by_holiday(register, series, today),
        is_behind=_is_behind(series, today),
        odd_day=_odd_day(_station(register, viewer, series), coming),
    )


def _odd_day(station: View | None, coming: Sequence[View]) -> date | None:
    days = station.get("weekdays") if station else None
    if not days:
        return None
    planned = (one["planned_at"].astimezone(JAPAN) for one in coming if one["status"] == "planned")
    return next((at.date() for at in planned if _WEEKDAYS[at.weekday()] not in days), None)


def _is_behind(series: View, today: date) -> bool:
    made = series.get("made_until")
    return series["status"] == "active" and (made is None or made < today + LATE)


def _everybody(register: Register, series: View, *visits: Sequence[View]) -> list[str]:
    """Ids of all supporters who are named: standing, standing in, and whoever said yes."""
    accepted = select(Offer.supporter_id).where(
        Offer.request_id == series["request_id"], Offer.status == "accepted"
    )
    with register.engine.connect() as connection:
        ids: set[Any] = set(connection.scalars(accepted))
    ids.add(series.get("supporter_id"))
    for several in visits:
        ids |= {one.get("supporter_id") for one in several}
        ids |= {one.get("stands_in_for") for one in several}
    return [str(one) for one in ids if one]


def _station(register: Register, viewer: Viewer, series: View) -> View | None:
    identity = series.get("station_id")
    if identity is None:
        return None
    found = release_records(register, viewer, PURPOSE, Place, Place.id == identity)
    return found[0] if len(found) else None


def _off_by_holiday(register: Register, series: View, today: date) -> list[date]:
    """Days of the rule within the next weeks that are public holidays and therefore off."""
    with Session(register.engine) as session:
        kept = session.get_one(Series, series.id)
        usual = usual_holidays(session, series["district_id"])
        if (kept.on_holiday or usual) != "skip" or kept.status == "ended":
            return []
        kept.on_holiday = "keep"
        days = course_of(kept, usual).visits(today, today + timedelta(weeks=9))
        session.rollback()
    dates = [at.astimezone(JAPAN).date() for at in days]
    return [day for day in dates if holiday_name(day)]


def clashing(register: Register, visits: Sequence[View]) -> frozenset[str]:
    """Those of these planned visits at whose time their supporter has another planned visit."""
    planned = {one.id: one for one in visits if one["status"] == "planned"}
    if not planned:
        return frozenset()
    first = min(one["planned_at"] for one in planned.values()) - timedelta(days=1)
    last = max(one["planned_at"] for one in planned.values()) + timedelta(days=1)
    helpers = {one["supporter_id"] for one in planned.values()}
    minutes = func.coalesce(Visit.planned_minutes, 60.0)
    asked = select(Visit.id, Visit.supporter_id, Visit.planned_at, minutes).where(
        Visit.status == "planned", Visit.planned_at.between(first, last),
        Visit.supporter_id.in_(helpers),
    )  # fmt: skip
    with register.engine.connect() as connection:
        rows = connection.execute(asked).all()
    spans = [(str(one), str(who), at, at + timedelta(minutes=long)) for one, who, at, long in rows]
    return frozenset(
        one
        for one, who, start, end in spans
        if one in planned
        and any(
            who == other_who and one != other and start < other_end and other_start < end
            for other, other_who, other_start, other_end in spans
        )
    )
