"""Making the visits that series call for, ahead of time and so that it cannot stop silently.

Whoever opens the desk makes what is due, a terminal does the same; made twice at once
it makes nothing twice, for a visit's id follows from its series and its day. `lag` says
which series are behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from geo.errors import GeoError
from webapp.casework.courses import course_of, occurrence_id, usual_holidays
from webapp.casework.recurrence import check_rule, today_in_japan
from webapp.register.change import Change
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.look import allowed_rows
from webapp.register.records import Series, Visit
from webapp.register.viewer import Viewer

PURPOSE: Final = "visit"

HORIZON: Final = timedelta(weeks=6)
"""How far ahead visits are made."""

RENEW: Final = timedelta(weeks=4)
"""With less than this ahead, more are made; so a series is touched once in two weeks."""

LATE: Final = timedelta(weeks=2)
"""With less than this ahead, making has stopped."""

_DAY: Final = timedelta(days=1)
_AT_ONCE: Final = 50
"""Series in one transaction."""


@dataclass(frozen=True)
class Made:
    """What was made."""

    visits: int = 0
    series: int = 0


@dataclass(frozen=True)
class Lag:
    """A series that is behind. ``until``: the last day with visits made; None = none ever."""

    series_id: str
    request_id: str
    district_id: str | None
    until: date | None
    why: Literal["behind", "no_supporter", "rule"]


def make_visits(
    register: Register, viewer: Viewer, now: datetime, until: date | None = None
) -> Made:
    """Make the planned visits of every series of the viewer's districts.

    Parameters
    ----------
    until
        The last day; None = `HORIZON` ahead, and only where less than `RENEW` is left.
    """
    today = today_in_japan(now)
    target, edge = until or today + HORIZON, until or today + RENEW
    due = _due(register, viewer, today, edge)
    made = [0, 0]
    for start in range(0, len(due), _AT_ONCE):
        with register.change(viewer, PURPOSE, "visits of series") as change:
            for identity in due[start : start + _AT_ONCE]:
                series = change.get(Series, identity)
                before = series.made_until
                made[0] += extend_series(change, series, target, today)
                made[1] += series.made_until != before
    return Made(*made)


def extend_series(
    change: Change, series: Series, target: date, today: date, first: date | None = None
) -> int:
    """Make the visits of one series up to a day; how many.

    Parameters
    ----------
    first
        The day to begin with; None = the day after the last for which visits were made.
    """
    if series.supporter_id is None or series.status == "ended":
        return 0
    if series.status == "paused" and series.paused_until is None:
        return 0
    begin = first or _first_day(series)
    try:
        made = _add_visits(change, series, begin, target)
        series.made_until = max(target, series.made_until or target)
        _turn(series, today)
    except GeoError:
        return 0
    return made


def lag(register: Register, now: datetime, viewer: Viewer | None = None) -> list[Lag]:
    """Series whose visits are not made far enough ahead, and why; none where all is well."""
    late = today_in_japan(now) + LATE
    asked = select(Series).where(
        _going(), or_(Series.made_until.is_(None), Series.made_until < late)
    )
    if viewer is not None:
        asked = asked.where(allowed_rows(Series, viewer, PURPOSE))
    with Session(register.engine) as session:
        found = list(session.scalars(asked.order_by(Series.id)))
    return [
        Lag(one.id, one.request_id, one.district_id, one.made_until, _why(one)) for one in found
    ]


def _why(series: Series) -> Literal["behind", "no_supporter", "rule"]:
    if series.supporter_id is None:
        return "no_supporter"
    try:
        check_rule(series.rule)
    except GeoError:
        return "rule"
    return "behind"


def _going():  # noqa: ANN202
    return or_(
        Series.status == "active",
        and_(Series.status == "paused", Series.paused_until.is_not(None)),
    )


def _due(register: Register, viewer: Viewer, today: date, edge: date) -> list[str]:
    behind = or_(Series.made_until.is_(None), Series.made_until < edge)
    over = and_(Series.status == "paused", Series.paused_until < today)
    asked = select(Series.id).where(
        allowed_rows(Series, viewer, PURPOSE),
        _going(),
        Series.supporter_id.is_not(None),
        or_(behind, over),
    )
    with register.engine.connect() as connection:
        return list(connection.scalars(asked.order_by(Series.id)))


def _first_day(series: Series) -> date:
    if series.made_until is not None:
        return series.made_until + _DAY
    return series.starts_at.astimezone(JAPAN).date()


def _add_visits(change: Change, series: Series, first: date, last: date) -> int:
    """Visits on the days that have none; one that was cancelled or moved counts as made."""
    course = course_of(series, usual_holidays(change.session, series.district_id))
    called = {occurrence_id(series.id, at): at for at in course.visits(first, last)}
    there = set(change.session.scalars(select(Visit.id).where(Visit.id.in_(called))))
    for identity, at in called.items():
        if identity not in there:
            change.add(
                Visit, id=identity, request_id=series.request_id, series_id=series.id,
                supporter_id=series.supporter_id, district_id=series.district_id, planned_at=at,
                planned_minutes=series.minutes,
            )  # fmt: skip
    return len(called) - len(there)


def _turn(series: Series, today: date) -> None:
    """A pause that is over ends by itself, and so does a series without another day."""
    if series.status == "paused" and series.paused_until and series.paused_until < today:
        series.status, series.paused_until, series.reason = "active", None, None
    start = series.starts_at.astimezone(JAPAN).replace(hour=0, minute=0)
    after = max(start, datetime.combine(today, datetime.min.time(), JAPAN)) - timedelta(minutes=1)
    if series.status == "active" and not course_of(series, "keep").next_visits(after, 1):
        series.status, series.reason = "ended", "rule"
