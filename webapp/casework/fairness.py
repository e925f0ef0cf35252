"""Who bears how much, and whose turn it is: read off the work itself, not off a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, and_, case, func, or_, select

from webapp.casework.recurrence import Pattern, last_day, read_rule, today_in_japan
from webapp.register.consents import JAPAN
from webapp.register.records import Offer, Series, Visit

COUNTED: Final = timedelta(days=90)
"""How far back it is counted how often somebody was asked."""

_WEEKS_A_MONTH: Final = 365.25 / 12 / 7
_LOOKED_AHEAD: Final = timedelta(weeks=12)
_DAY: Final = 86_400.0


@dataclass(frozen=True)
class Turn:
    """How somebody was asked: days since the last time, and how often within `COUNTED`."""

    days: float
    times: int = 0
    declined: int = 0


@dataclass(frozen=True)
class Fairness:
    """What the work says of everybody; of whom it says nothing is in none of it.

    ``load``: visits a week by supporter id. ``turns``: of those who were ever asked.
    """

    load: Mapping[str, float] = field(default_factory=dict[str, float])
    turns: Mapping[str, Turn] = field(default_factory=dict[str, Turn])

    @property
    def days(self) -> dict[str, float]:
        """Days since each was last asked."""
        return {one: turn.days for one, turn in self.turns.items()}


def read_fairness(connection: Connection, now: datetime) -> Fairness:
    """Load and turns of every supporter as of a moment.

    A supporter helps in more districts than one at times: the work of all counts.
    """
    return Fairness(read_load(connection, now), read_turns(connection, now))


def read_load(connection: Connection, now: datetime) -> dict[str, float]:
    """Visits a week of each supporter for whom any series or visit was ever kept.

    Of series that go on, what their rules call for in a week; besides, the visits planned
    within the coming seven days that belong to no series.
    """
    load = dict.fromkeys(_recorded(connection), 0.0)
    today = today_in_japan(now)
    going = select(Series.supporter_id, Series.rule, Series.starts_at).where(
        Series.status == "active", Series.supporter_id.is_not(None)
    )
    for supporter, rule, starts in connection.execute(going):
        load[str(supporter)] += visits_a_week(rule, starts, today)
    single = select(Visit.supporter_id, func.count()).where(
        Visit.status == "planned", Visit.series_id.is_(None), Visit.planned_at >= now,
        Visit.planned_at < now + timedelta(days=7),
    )  # fmt: skip
    for supporter, count in connection.execute(single.group_by(Visit.supporter_id)):
        load[supporter] += count
    return load


def _recorded(connection: Connection) -> list[str]:
    series = select(Series.supporter_id).where(Series.supporter_id.is_not(None))
    return [str(one) for one in connection.scalars(series.union(select(Visit.supporter_id)))]


@lru_cache(8192)
def visits_a_week(rule: str, starts: datetime, today: date) -> float:
    """How many visits a week a rule calls for; 0 once it is over.

    >>> from datetime import UTC
    >>> began = datetime(2026, 4, 1, tzinfo=UTC)
    >>> visits_a_week("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", began, date(2026, 5, 1))
    1.0
    """
    until = last_day(rule)
    if until is not None and until < today:
        return 0.0
    pattern = Pattern.of(rule)
    if pattern is None:
        first = datetime.combine(today, time(), JAPAN)
        coming = read_rule(rule, starts).between(first, first + _LOOKED_AHEAD, inc=True)
        return len(coming) / (_LOOKED_AHEAD / timedelta(weeks=1))
    if pattern.nths:
        return len(pattern.nths) * len(pattern.weekdays) / pattern.every / _WEEKS_A_MONTH
    return len(pattern.weekdays) / pattern.every


def read_turns(connection: Connection, now: datetime) -> dict[str, Turn]:
    """Of everybody who was ever asked, when and how often; what was a mistake does not count."""
    recent = Offer.asked_at >= now - COUNTED
    asked = (
        select(
            Offer.supporter_id,
            func.max(Offer.asked_at),
            func.sum(case((recent, 1), else_=0)),
            func.sum(case((and_(recent, Offer.status == "declined"), 1), else_=0)),
        )
        .where(
            Offer.asked_at.is_not(None),
            or_(Offer.status != "withdrawn", Offer.reason.is_(None), Offer.reason != "mistaken"),
        )
        .group_by(Offer.supporter_id)
    )
    return {
        supporter: Turn(max(0.0, (now - last).total_seconds() / _DAY), int(times), int(declined))
        for supporter, last, times, declined in connection.execute(asked)
        if last is not None
    }
