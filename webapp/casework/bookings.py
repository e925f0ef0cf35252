"""Who is already on the way somewhere at a time: nobody can be in two places."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from geo.errors import GeoError
from webapp.casework.courses import GOING, course_of, occurrence_id, usual_holidays
from webapp.faults import SupporterBooked
from webapp.register.consents import JAPAN
from webapp.register.records import Series, Visit

USUAL_MINUTES: Final = 60.0
"""How long a visit takes where nobody said so."""

_LONGEST: Final = timedelta(hours=24)


@dataclass(frozen=True)
class Slot:
    """A time that is taken. ``minutes`` of None count as `USUAL_MINUTES`."""

    start: datetime
    minutes: float | None = None

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.start + timedelta(
            minutes=USUAL_MINUTES if self.minutes is None else self.minutes
        )

    def overlaps(self, other: Slot) -> bool:
        """Whether nobody could keep both.

        >>> from datetime import UTC
        >>> Slot(datetime(2026, 12, 1, 1, tzinfo=UTC), 30).overlaps(
        ...     Slot(datetime(2026, 12, 1, 1, 30, tzinfo=UTC), 30))
        False
        """
        return self.start < other.end and other.start < self.end


def booked_supporters(
    connection: Connection | Session,
    start: datetime,
    minutes: float | None = None,
    *,
    besides: Collection[str] = (),
) -> dict[str, str]:
    """Supporters with a planned visit that overlaps the time wanted, each with that visit's id.

    Parameters
    ----------
    besides
        Ids of visits that do not count, such as the one that is being moved.
    """
    wanted = Slot(start, minutes)
    asked = select(Visit.id, Visit.supporter_id, Visit.planned_at, Visit.planned_minutes).where(
        Visit.status == "planned",
        Visit.planned_at < wanted.end,
        Visit.planned_at > start - _LONGEST,
    )
    return {
        str(supporter): str(identity)
        for identity, supporter, at, planned in connection.execute(asked)
        if identity not in besides and wanted.overlaps(Slot(at, planned))
    }


def require_free(
    session: Session,
    supporter_id: str,
    wanted: Sequence[Slot],
    *,
    besides: Collection[str] = (),
    series_id: str | None = None,
) -> None:
    """Refuse times at which the supporter is elsewhere, by a visit or by a series to come.

    Parameters
    ----------
    besides
        Ids of visits that do not count.
    series_id
        A series whose own visits do not count.

    Raises
    ------
    SupporterBooked
        It names the other time.
    """
    if not wanted:
        return
    taken = list(_taken(session, supporter_id, wanted, besides, series_id))
    for slot in wanted:
        for other in taken:
            if slot.overlaps(other):
                raise SupporterBooked(
                    wanted=_clock(slot.start), at=_clock(other.start), until=_hour(other.end)
                )


def _taken(
    session: Session,
    supporter_id: str,
    wanted: Sequence[Slot],
    besides: Collection[str],
    series_id: str | None,
) -> Iterator[Slot]:
    first = min(one.start for one in wanted) - _LONGEST
    last = max(one.end for one in wanted)
    visits = select(Visit.id, Visit.series_id, Visit.planned_at, Visit.planned_minutes).where(
        Visit.supporter_id == supporter_id,
        Visit.status == "planned",
        Visit.planned_at < last,
        Visit.planned_at > first,
    )
    for identity, series, at, minutes in session.execute(visits):
        if identity not in besides and (series is None or series != series_id):
            yield Slot(at, minutes)
    yield from _promised(session, supporter_id, first, last, series_id)


def _promised(
    session: Session, supporter_id: str, first: datetime, last: datetime, besides: str | None
) -> Iterator[Slot]:
    """Times that series of the supporter call for and for which no visit was made yet."""
    asked = select(Series).where(
        Series.supporter_id == supporter_id, Series.status.in_(GOING), Series.id != (besides or "")
    )
    for series in session.scalars(asked):
        course = course_of(series, usual_holidays(session, series.district_id))
        days = first.astimezone(JAPAN).date(), last.astimezone(JAPAN).date()
        try:
            called = {occurrence_id(series.id, at): at for at in course.visits(*days)}
        except GeoError:
            continue
        made = set(session.scalars(select(Visit.id).where(Visit.id.in_(called))))
        yield from (Slot(at, series.minutes) for one, at in called.items() if one not in made)


def _clock(at: datetime) -> str:
    return f"{at.astimezone(JAPAN):%Y-%m-%d %H:%M}"


def _hour(at: datetime) -> str:
    return f"{at.astimezone(JAPAN):%H:%M}"
