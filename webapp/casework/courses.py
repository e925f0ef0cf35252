"""Which visits a series calls for: its rule under its district's arrangements."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from webapp.casework.arrangements import Arrangements
from webapp.casework.recurrence import Course
from webapp.register.consents import JAPAN
from webapp.register.records import District, Series

GOING: Final = ("active", "paused")
"""Statuses of a series that is not over."""


def course_of(series: Series, usual: str) -> Course:
    """The days of a series; ``usual``: what its district does on holidays, keep or skip."""
    on_holiday = series.on_holiday or usual
    pause = (date.min, series.paused_until) if series.status == "paused" else None
    return Course(
        series.rule,
        series.starts_at,
        frozenset(series.exceptions or ()),
        on_holiday == "skip",
        pause,
    )


def usual_holidays(session: Session | Connection, district_id: str | None) -> str:
    """What a district does on holidays: keep or skip."""
    asked = select(District.arrangements).where(District.id == district_id)
    return Arrangements.of(session.scalar(asked)).on_holiday


def occurrence_id(series_id: str, at: datetime | date) -> str:
    """The id of a series' visit on a day: the same whoever makes it, however often.

    It stays with the visit when that is moved to another day.

    >>> occurrence_id("i-abc", date(2026, 12, 9))
    'v-abc-20261209'
    """
    day = at.astimezone(JAPAN).date() if isinstance(at, datetime) else at
    return f"v-{series_id.removeprefix('i-')}-{day:%Y%m%d}"


def occurrence_day(visit_id: str, planned_at: datetime) -> date:
    """The day for which a series' visit was made, also where it was moved since."""
    tail = visit_id.rpartition("-")[2]
    if len(tail) == len("20261209") and tail.isdecimal():
        return datetime.strptime(tail, "%Y%m%d").replace(tzinfo=UTC).date()
    return planned_at.astimezone(JAPAN).date()
