"""From a settled request to visits: one of them, or a series that goes on.

What keeps a series going is in `webapp.casework.making`, what interrupts it in
`webapp.casework.pauses`, who stands in on it in `webapp.casework.cover`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from geo.errors import ParameterWrong
from webapp.casework.bookings import Slot, require_free
from webapp.casework.courses import course_of, usual_holidays
from webapp.casework.making import HORIZON, PURPOSE, Lag, Made, extend_series, lag, make_visits
from webapp.casework.recurrence import check_rule, today_in_japan
from webapp.faults import SeriesEmpty, SupporterAway
from webapp.register.change import Change
from webapp.register.house import Register
from webapp.register.records import Request, Series, Supporter, Visit
from webapp.register.viewer import Viewer

__all__ = [
    "AWAY", "Lag", "Made", "Plan", "lag", "make_visits", "plan_visit", "require_slots",
    "require_supporter", "start_series",
]  # fmt: skip

AWAY: Final = ("resting", "left")
"""Statuses of a supporter who takes no visits."""

LOOK_AHEAD: Final = 366
"""Days for which a new series is compared with what its supporter already does."""

LONGEST_VISIT: Final = 12 * 60.0
"""Minutes."""


@dataclass(frozen=True)
class Plan:
    """A series as it is wanted.

    Attributes
    ----------
    rule
        An RRULE of RFC 5545, see `webapp.casework.recurrence`.
    starts_at
        The first day, with the hour of every visit.
    minutes
        How long a visit takes; None = not known.
    finish_by
        HH:MM in Japan by which it is over; None = only the beginning was agreed.
    on_holiday
        keep or skip; None = as the district does.
    station_id
        The garbage station.
    """

    rule: str
    starts_at: datetime
    minutes: float | None = None
    finish_by: str | None = None
    on_holiday: str | None = None
    station_id: str | None = None
    exceptions: tuple[date, ...] = ()


def start_series(
    register: Register,
    viewer: Viewer,
    request_id: str,
    version: int,
    supporter_id: str,
    plan: Plan,
    now: datetime,
) -> str:
    """Begin a series of a settled or running request and make its first visits; the series' id.

    Raises
    ------
    NotFound, RecordStale, StepIllegal, ParameterWrong
    SupporterAway, SupporterBooked
    SeriesEmpty
        The rule calls for no visit.
    """
    _require_minutes(plan.minutes)
    with register.change(viewer, PURPOSE, "series") as change:
        request = _let_run(change, request_id, version)
        require_supporter(change, supporter_id)
        series = change.add(
            Series,
            request_id=request.id, supporter_id=supporter_id, district_id=request.district_id,
            rule=check_rule(plan.rule), starts_at=plan.starts_at, minutes=plan.minutes,
            finish_by=plan.finish_by, on_holiday=plan.on_holiday, station_id=plan.station_id,
            exceptions=sorted(day.isoformat() for day in plan.exceptions) or None,
        )  # fmt: skip
        change.session.flush()
        require_slots(change, series, supporter_id, now)
        today = today_in_japan(now)
        extend_series(change, series, today + HORIZON, today)
        return series.id


def plan_visit(
    register: Register,
    viewer: Viewer,
    request_id: str,
    version: int,
    supporter_id: str,
    slot: Slot,
) -> str:
    """Plan one visit of a settled or running request; the visit's id.

    Raises
    ------
    NotFound, RecordStale, StepIllegal, ParameterWrong, SupporterAway, SupporterBooked
    """
    _require_minutes(slot.minutes)
    with register.change(viewer, PURPOSE, "visit") as change:
        request = _let_run(change, request_id, version)
        require_supporter(change, supporter_id)
        require_free(change.session, supporter_id, [slot])
        visit = change.add(
            Visit,
            request_id=request.id, supporter_id=supporter_id, district_id=request.district_id,
            planned_at=slot.start, planned_minutes=slot.minutes,
        )  # fmt: skip
        change.session.flush()
        return visit.id


def require_supporter(change: Change, supporter_id: str) -> Supporter:
    """The supporter, held while it is planned for: two plans at once see each other.

    Raises
    ------
    NotFound, SupporterAway
    """
    found = change.get(Supporter, supporter_id)
    if found.status in AWAY:
        raise SupporterAway(status=found.status)
    return found


def require_slots(change: Change, series: Series, supporter_id: str, now: datetime) -> None:
    """Refuse a series that calls for nothing, or for its supporter to be in two places.

    Raises
    ------
    SeriesEmpty, SupporterBooked
    """
    course = course_of(series, usual_holidays(change.session, series.district_id))
    wanted = course.next_visits(max(now, series.starts_at - timedelta(seconds=1)), LOOK_AHEAD)
    if not wanted:
        raise SeriesEmpty(rule=series.rule)
    last = wanted[0] + timedelta(days=LOOK_AHEAD)
    slots = [Slot(at, series.minutes) for at in wanted if at <= last]
    require_free(change.session, supporter_id, slots, series_id=series.id)


def _let_run(change: Change, request_id: str, version: int) -> Request:
    request = change.revise(Request, request_id, version)
    request.status = "running"
    return request


def _require_minutes(minutes: float | None) -> None:
    if minutes is not None and not 0 < minutes <= LONGEST_VISIT:
        raise ParameterWrong(name="minutes", value=minutes, wanted=f"1–{LONGEST_VISIT:.0f}")
