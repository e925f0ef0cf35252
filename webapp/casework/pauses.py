"""What interrupts a series: a stay in hospital, single days, another rule, its end.

Visits that were made already follow: those that are called for no more are cancelled
with a code as reason, and come back with the days that return.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select

from geo.errors import ParameterWrong
from webapp.casework.bookings import Slot, require_free
from webapp.casework.courses import course_of, occurrence_id, usual_holidays
from webapp.casework.ending import OVER
from webapp.casework.making import HORIZON, PURPOSE, extend_series
from webapp.casework.recurrence import Course, check_rule, ending_on, today_in_japan
from webapp.casework.rounds import Plan, require_slots, require_supporter
from webapp.register.change import Change
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.records import Series, Visit
from webapp.register.viewer import Viewer

PAUSE: Final = "pause"
DAY_OFF: Final = "day_off"
BY_THE_SERIES: Final = (PAUSE, DAY_OFF, OVER)
"""Reasons of visits that were cancelled because their series calls for them no more."""

_DAY: Final = timedelta(days=1)


def pause_series(
    register: Register,
    viewer: Viewer,
    series_id: str,
    version: int,
    until: date | None,
    reason: str,
    now: datetime,
) -> None:
    """Make no visits from today to ``until``, included; None = until somebody resumes it.

    Raises
    ------
    NotFound, RecordStale, StepIllegal
    ParameterWrong
        The last day is past.
    """
    today = today_in_japan(now)
    if until is not None and until < today:
        raise ParameterWrong(name="until", value=until, wanted=today)
    with register.change(viewer, PURPOSE, "pause") as change:
        series = change.revise(
            Series, series_id, version, status="paused", paused_until=until, reason=reason or None
        )
        _fit(change, series, now, PAUSE)


def resume_series(
    register: Register, viewer: Viewer, series_id: str, version: int, now: datetime
) -> None:
    """Go on from today; the visits that the pause took away come back.

    Raises
    ------
    NotFound, RecordStale, StepIllegal
    SupporterBooked
        Something else was planned in the pause.
    """
    with register.change(viewer, PURPOSE, "resume") as change:
        series = change.revise(
            Series, series_id, version, status="active", paused_until=None, reason=None
        )
        require_slots(change, series, _standing(series), now)
        _fit(change, series, now, PAUSE)


def change_days_off(
    register: Register,
    viewer: Viewer,
    series_id: str,
    version: int,
    now: datetime,
    *,
    add: Iterable[date] = (),
    remove: Iterable[date] = (),
) -> None:
    """Days on which the series has no visit, or has one again.

    Raises
    ------
    NotFound, RecordStale, SupporterBooked
    """
    with register.change(viewer, PURPOSE, "days off") as change:
        series = change.revise(Series, series_id, version)
        days = set(series.exceptions or ()) | {day.isoformat() for day in add}
        days -= {day.isoformat() for day in remove}
        series.exceptions = sorted(days) or None
        _fit(change, series, now, DAY_OFF)


def days_between(series: Series, usual: str, first: date, last: date) -> list[date]:
    """The days of a series' visits in a span, for taking them off."""
    return [at.astimezone(JAPAN).date() for at in course_of(series, usual).visits(first, last)]


def take_off_between(
    register: Register,
    viewer: Viewer,
    series_id: str,
    version: int,
    span: tuple[date, date],
    now: datetime,
) -> int:
    """Take off every visit of a span that is still to come, such as a stay that is known ahead.

    Raises
    ------
    NotFound, RecordStale
    ParameterWrong
        The last day is before the first.
    """
    first, last = span
    if last < first:
        raise ParameterWrong(name="until", value=last, wanted=first)
    with register.change(viewer, PURPOSE, "days off") as change:
        series = change.revise(Series, series_id, version)
        usual = usual_holidays(change.session, series.district_id)
        days = {day.isoformat() for day in days_between(series, usual, first, last)}
        series.exceptions = sorted(days | set(series.exceptions or ())) or None
        _fit(change, series, now, DAY_OFF)
    return len(days)


def end_series(
    register: Register,
    viewer: Viewer,
    series_id: str,
    version: int,
    last: date,
    reason: str,
    now: datetime,
) -> None:
    """End a series after a day; with a day to come it goes on until then.

    Raises
    ------
    NotFound, RecordStale, StepIllegal
    """
    today = today_in_japan(now)
    with register.change(viewer, PURPOSE, "end") as change:
        series = change.revise(Series, series_id, version, reason=reason or None)
        rule = _ending(series, last)
        if last < today or not Course(rule, series.starts_at).next_visits(now, 1):
            series.status = "ended"
        if last >= series.starts_at.astimezone(JAPAN).date():
            series.rule = rule
        _fit(change, series, now, OVER)


def change_series(
    register: Register,
    viewer: Viewer,
    series_id: str,
    version: int,
    plan: Plan,
    now: datetime,
) -> None:
    """Another rule, hour or length from the day of ``plan.starts_at`` on.

    Raises
    ------
    NotFound, RecordStale, StepIllegal, SeriesEmpty, SupporterBooked
    ParameterWrong
        The day is past, or later than the days for which visits were made.
    """
    with register.change(viewer, PURPOSE, "series") as change:
        series = change.revise(Series, series_id, version)
        first, made = plan.starts_at.astimezone(JAPAN).date(), series.made_until
        latest = (made or today_in_japan(now)) + _DAY
        if not today_in_japan(now) <= first <= latest:
            raise ParameterWrong(name="starts", value=first, wanted=f"{now:%Y-%m-%d}–{latest}")
        series.rule, series.starts_at = check_rule(plan.rule), plan.starts_at
        series.minutes, series.finish_by = plan.minutes, plan.finish_by
        series.on_holiday, series.station_id = plan.on_holiday, plan.station_id
        require_slots(change, series, _standing(series), now)
        _fit(change, series, now, OVER, first=first)


def hand_over_series(
    register: Register,
    viewer: Viewer,
    series_id: str,
    version: int,
    supporter_id: str,
    first: date,
    now: datetime,
) -> None:
    """Another standing supporter from a day on; visits that somebody covers stay as they are.

    Raises
    ------
    NotFound, RecordStale, SupporterAway, SupporterBooked
    """
    with register.change(viewer, PURPOSE, "standing supporter") as change:
        require_supporter(change, supporter_id)
        series = change.revise(Series, series_id, version)
        before = series.supporter_id
        series.supporter_id = supporter_id
        require_slots(change, series, supporter_id, now)
        begin = max(now, datetime.combine(first, time.min, JAPAN))
        for visit in _coming(change, series, begin):
            if visit.status == "planned" and visit.supporter_id == before:
                visit.supporter_id = supporter_id
        today = today_in_japan(now)
        extend_series(change, series, today + HORIZON, today)


def _standing(series: Series) -> str:
    if series.supporter_id is None:
        raise ParameterWrong(name="supporter_id", value="–", wanted="a supporter")
    return series.supporter_id


def _ending(series: Series, last: date) -> str:
    """The rule with its last day; a count that it had ends it no later."""
    counted = "COUNT=" in series.rule
    if counted:
        first = series.starts_at.astimezone(JAPAN).date()
        days = Course(series.rule, series.starts_at).visits(first, last)
        last = days[-1].astimezone(JAPAN).date() if days else last
    parts = (part for part in series.rule.split(";") if not part.startswith("COUNT="))
    return ending_on(";".join(parts), last)


def _coming(change: Change, series: Series, after: datetime) -> list[Visit]:
    asked = select(Visit).where(Visit.series_id == series.id, Visit.planned_at >= after)
    return list(change.session.scalars(asked.order_by(Visit.planned_at).with_for_update()))


def _fit(
    change: Change, series: Series, now: datetime, why: str, first: date | None = None
) -> None:
    """Let the visits to come follow the series as it is now."""
    change.session.flush()
    today = today_in_japan(now)
    begin = first or today
    coming = _coming(change, series, max(now, datetime.combine(begin, time.min, JAPAN)))
    target = max(today + HORIZON, series.made_until or today)
    called = _called(change, series, begin, target)
    for visit in coming:
        _fit_one(visit, called, now, why)
    back = [one for one in coming if _returns(one, called)]
    slots = [Slot(one.planned_at, one.planned_minutes) for one in back]
    for visit in back:
        visit.status, visit.reason, visit.cancelled_at = "planned", None, None
    if series.supporter_id is not None:
        require_free(change.session, series.supporter_id, slots, series_id=series.id)
    extend_series(change, series, target, today, begin)


def _called(change: Change, series: Series, first: date, last: date) -> dict[str, datetime]:
    if series.status == "ended":
        return {}
    usual = usual_holidays(change.session, series.district_id)
    visits = course_of(series, usual).visits(first, last)
    return {occurrence_id(series.id, at): at for at in visits}


def _fit_one(visit: Visit, called: dict[str, datetime], now: datetime, why: str) -> None:
    if visit.status == "planned" and visit.id not in called:
        visit.status, visit.reason, visit.cancelled_at = "cancelled", why, now
    elif visit.status == "planned" and why == OVER and visit.planned_at != called[visit.id]:
        visit.planned_at = called[visit.id]


def _returns(visit: Visit, called: dict[str, datetime]) -> bool:
    return visit.status == "cancelled" and visit.reason in BY_THE_SERIES and visit.id in called
