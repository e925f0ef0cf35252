"""What the desk did in a period, each figure by one named query.

Besides the programme's table (`webapp.register.statistics`): who asked and how, what came
of it, how long it took, the visits, the supporters. Only counts; nobody is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.orm import InstrumentedAttribute

from geo import terms
from geo.errors import NotFound
from webapp.faults import RecordWithheld
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.periods import Period
from webapp.register.records import Consultation, Request, Supporter, Visit
from webapp.register.statistics import Statistics, sees_counts, statistics
from webapp.register.viewer import Viewer

UNSAID: Final = "unsaid"
"""Code of what nobody said."""

OTHER: Final = "other"


@dataclass(frozen=True)
class Visits:
    """Visits planned in a period by status; ``minutes`` spent on those done.

    ``untimed``: how many were done of which nobody said how long they took.
    """

    by_status: Mapping[str, int]
    minutes: float
    untimed: int

    @property
    def hours(self) -> float:
        """Hours helped, to one decimal."""
        return round(self.minutes / 60, 1)


@dataclass(frozen=True)
class FirstVisits:
    """Days from the call to the first visit done: how many requests, and the middle one.

    ``days`` is null where there is none.
    """

    count: int
    days: float | None


@dataclass(frozen=True)
class Helpers:
    """``helped``: supporters who made a visit in the period; ``active``: those active now."""

    helped: int
    active: int


@dataclass(frozen=True)
class Figures:
    """All figures of a period and an area; ``district`` None = all of the viewer's."""

    period: Period
    district: str | None
    table: Statistics
    channels: Mapping[str, int]
    sources: Mapping[str, int]
    outcomes: Mapping[str, int]
    unmet: Mapping[str, int]
    cancelled: Mapping[str, int]
    first_visits: FirstVisits
    visits: Visits
    helpers: Helpers


@dataclass(frozen=True)
class Scope:
    """Which rows count: of which days and districts; ``districts`` None = every one."""

    period: Period
    districts: frozenset[str] | None

    def holds(self, moment: Any, district: InstrumentedAttribute[str | None]) -> Any:  # noqa: ANN401
        """The condition on the moment and the district of a row."""
        since = _midnight(self.period.from_)
        until = _midnight(self.period.to + timedelta(days=1))
        within: ColumnElement[bool] = (moment >= since) & (moment < until)
        return within if self.districts is None else within & district.in_(self.districts)


def figures(
    register: Register, viewer: Viewer, period: Period, district: str | None = None
) -> Figures:
    """Everything about one period and area.

    Raises
    ------
    RecordWithheld
        The role may not see counts.
    NotFound
        The district is none of the viewer's business.
    ParameterWrong
    """
    scope = scope_of(viewer, period, district)
    table = statistics(register, viewer, period.from_, period.to, district)
    with register.engine.connect() as connection:
        return Figures(
            period,
            district,
            table,
            channels=consultations_by(connection, scope, Consultation.channel),
            sources=consultations_by(connection, scope, Consultation.source),
            outcomes=requests_by_outcome(connection, scope),
            unmet=reasons_of(connection, scope, "unmet"),
            cancelled=reasons_of(connection, scope, "cancelled"),
            first_visits=days_to_first_visit(connection, scope),
            visits=visits_held(connection, scope),
            helpers=helpers_at_work(connection, scope),
        )


def scope_of(viewer: Viewer, period: Period, district: str | None) -> Scope:
    """What the viewer may count.

    Raises
    ------
    RecordWithheld, NotFound
    """
    if not sees_counts(viewer):
        raise RecordWithheld(record="request", role=viewer.role)
    if district is None:
        return Scope(period, viewer.districts)
    if not viewer.covers(district):
        raise NotFound(kind="district", id=district)
    return Scope(period, frozenset({district}))


def consultations_by(
    connection: Connection, scope: Scope, column: InstrumentedAttribute[str | None]
) -> dict[str, int]:
    """Consultations received in the period, by channel or by source."""
    asked = select(column, func.count()).group_by(column)
    asked = asked.where(scope.holds(Consultation.received_at, Consultation.district_id))
    return {str(code or UNSAID): int(count) for code, count in connection.execute(asked)}


_ASKED_AT: Final = func.coalesce(Consultation.received_at, Request.made_at)
"""When a request counts, as in the programme's table."""


def requests_by_outcome(connection: Connection, scope: Scope) -> dict[str, int]:
    """Requests of the period by what has become of them until now."""
    asked = select(Request.status, func.count()).outerjoin(Consultation).group_by(Request.status)
    asked = asked.where(scope.holds(_ASKED_AT, Request.district_id))
    return {str(code): int(count) for code, count in connection.execute(asked)}


_REASONS: Final = {"unmet": terms.UNMETS, "cancelled": terms.CANCELS}


def reasons_of(connection: Connection, scope: Scope, status: str) -> dict[str, int]:
    """Why requests of the period stayed unmet or were cancelled; own words count as other."""
    asked = select(Request.reason, func.count()).outerjoin(Consultation).group_by(Request.reason)
    asked = asked.where(scope.holds(_ASKED_AT, Request.district_id), Request.status == status)
    found: dict[str, int] = {}
    for reason, count in connection.execute(asked):
        code = UNSAID if not reason else reason if reason in _REASONS[status] else OTHER
        found[code] = found.get(code, 0) + int(count)
    return found


def days_to_first_visit(connection: Connection, scope: Scope) -> FirstVisits:
    """Days from the call to the first visit done, of requests of the period."""
    first = func.min(func.coalesce(Visit.actual_at, Visit.planned_at))
    asked = (
        select(_ASKED_AT, first)
        .select_from(Request)
        .join(Visit, Visit.request_id == Request.id)
        .outerjoin(Consultation, Request.consultation_id == Consultation.id)
        .where(scope.holds(_ASKED_AT, Request.district_id), Visit.status == "done")
        .group_by(Request.id, _ASKED_AT)
    )
    waits = [
        (visit - at).total_seconds() / 86_400
        for at, visit in connection.execute(asked)
        if visit >= at
    ]
    return FirstVisits(len(waits), round(median(waits), 1) if waits else None)


def visits_held(connection: Connection, scope: Scope) -> Visits:
    """Visits planned in the period, by what became of them."""
    asked = (
        select(Visit.status, func.count(), func.count(Visit.minutes), func.sum(Visit.minutes))
        .where(scope.holds(Visit.planned_at, Visit.district_id))
        .group_by(Visit.status)
    )
    rows = connection.execute(asked).all()
    done = next((row for row in rows if row[0] == "done"), ("done", 0, 0, None))
    return Visits({str(row[0]): int(row[1]) for row in rows}, done[3] or 0.0, done[1] - done[2])


def helpers_at_work(connection: Connection, scope: Scope) -> Helpers:
    """Supporters who made a visit in the period, and those who are active now."""
    helped = select(func.count(Visit.supporter_id.distinct())).where(
        scope.holds(Visit.planned_at, Visit.district_id), Visit.status == "done"
    )
    active = select(func.count()).select_from(Supporter).where(Supporter.status == "active")
    if scope.districts is not None:
        active = active.where(Supporter.district_id.in_(scope.districts))
    return Helpers(connection.scalar(helped) or 0, connection.scalar(active) or 0)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAPAN).astimezone(UTC)
