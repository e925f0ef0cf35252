"""The programme's table: consultations and coordinations by activity, one query for all.

A coordination is a request that somebody took up: its status is neither ``received``
nor ``cancelled``. It counts on the day its consultation was received, else on the day it
was written down. A consultation counts once, under the activity of its first request;
one without a request counts in the total only, as does a coordination whose activity
nobody wrote down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, cast

import pandas as pd
from sqlalchemy import Connection, func, select

from geo.errors import NotFound, ParameterWrong
from geo.masking import SUPPRESSED, THRESHOLD, TOTAL, Suppressed
from webapp.faults import RecordWithheld
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.periods import months_of, programme_year
from webapp.register.publishing import ACTIVITIES, Published, publish_year
from webapp.register.records import Consultation, District, Request
from webapp.register.viewer import Viewer
from webapp.register.work import Work

Count = int | Suppressed
"""A number, or `geo.masking.SUPPRESSED`, shown as ``*``."""

_COUNTING: Final = ("statistics", "planning", "matching", "administration")
"""Purposes for which a role may see the counts of requests."""


@dataclass(frozen=True)
class Row:
    """One activity. ``share`` of all coordinations in per cent; null where there are none."""

    activity: str
    consultations: Count
    coordinations: Count
    share: float | Suppressed | None


@dataclass(frozen=True)
class Statistics:
    """The table of a period; ``published`` = small counts and what tells them are hidden."""

    from_: date
    to: date
    district: str | None
    rows: tuple[Row, ...]
    consultations: Count
    coordinations: Count
    published: bool


def sees_counts(viewer: Viewer) -> bool:
    """Whether the viewer may see how many requests there are, however few."""
    return any(viewer.sight.seen("request", purpose) for purpose in _COUNTING)


def statistics(
    register: Register,
    viewer: Viewer,
    from_: date,
    to: date,
    district: str | None = None,
    *,
    threshold: int = THRESHOLD,
    today: date | None = None,
) -> Statistics:
    """The seven rows of the programme's table, laundry and talk counted under other.

    Parameters
    ----------
    from_, to
        First and last day in Japan. Who may not see counts gets whole programme years that
        have ended only: two periods that overlap could be subtracted.
    district
        One district; None = all of the viewer's, for others all there are.

    Raises
    ------
    ParameterWrong, NotFound
    """
    if to < from_:
        raise ParameterWrong(name="to", value=to.isoformat(), wanted="the same day or later")
    if not sees_counts(viewer):
        return _published(register, from_, to, district, threshold, today)
    return _counted(_own_work(register, viewer, from_, to, district), from_, to, district)


def statistics_by_month(
    register: Register, viewer: Viewer, year: int, district: str | None = None
) -> list[Statistics]:
    """The table of each month of a programme year, April first.

    Raises
    ------
    RecordWithheld
        The viewer may not see counts: months that overlap a published year are not published.
    NotFound
    """
    if not sees_counts(viewer):
        raise RecordWithheld(record="request", role=viewer.role)
    whole = programme_year(year)
    work = _own_work(register, viewer, whole.from_, whole.to, district)
    return [
        _counted(work.in_month(month.from_.month), month.from_, month.to, district)
        for month in months_of(year)
    ]


def _own_work(
    register: Register, viewer: Viewer, from_: date, to: date, district: str | None
) -> Work:
    if district is not None and not viewer.covers(district):
        raise NotFound(kind="district", id=district)
    work = _work(register, from_, to, district)
    if district is None and viewer.districts is not None:
        return work.within(viewer.districts)
    return work


def _counted(work: Work, from_: date, to: date, district: str | None) -> Statistics:
    asked = work.consultations["activity"].value_counts()
    taken = work.coordinations["activity"].value_counts()
    rows = tuple(
        _row(one, int(asked.get(one, 0)), int(taken.get(one, 0)), len(work.coordinations))
        for one in ACTIVITIES
    )
    sums = (len(work.consultations), len(work.coordinations))
    return Statistics(from_, to, district, rows, *sums, published=False)


def _row(activity: str, asked: int, taken: int, total: int) -> Row:
    share = round(100.0 * taken / total, 1) if total else None
    return Row(activity, asked, taken, share)


def _published(
    register: Register,
    from_: date,
    to: date,
    district: str | None,
    threshold: int,
    today: date | None,
) -> Statistics:
    tables = published_year(register, from_, to, threshold=threshold, today=today)
    if district is not None and district not in tables.districts:
        raise NotFound(kind="district", id=district)
    line = TOTAL if district is None else district
    asked, taken = _line(tables.consultations, line), _line(tables.by_district, line)
    shares = tables.shares(district)
    rows = tuple(Row(one, asked[one], taken[one], shares.get(one)) for one in ACTIVITIES)
    return Statistics(from_, to, district, rows, asked[TOTAL], taken[TOTAL], published=True)


def published_year(
    register: Register,
    from_: date,
    to: date,
    *,
    threshold: int = THRESHOLD,
    today: date | None = None,
) -> Published:
    """The tables of a programme year that has ended, as anybody may have them.

    Raises
    ------
    ParameterWrong
        Any other period.
    """
    year = _ended_year(from_, to, today or datetime.now(JAPAN).date())
    return publish_year(_work(register, from_, to, None), year, threshold=threshold)


def _line(table: pd.DataFrame, name: str) -> dict[str, Count]:
    return cast("dict[str, Count]", table.loc[name].to_dict())


def _ended_year(from_: date, to: date, today: date) -> int:
    year = from_.year
    if (from_, to) != (date(year, 4, 1), date(year + 1, 3, 31)) or today <= to:
        raise ParameterWrong(
            name="from, to",
            value=f"{from_.isoformat()} – {to.isoformat()}",
            wanted="a year from 1 April to 31 March that has ended",
        )
    return year


def _work(register: Register, from_: date, to: date, district: str | None) -> Work:
    with register.engine.connect() as connection:
        return read_work(connection, from_, to, district)


def read_work(connection: Connection, from_: date, to: date, district: str | None = None) -> Work:
    """Every consultation and request of the period; the one query that all tables come from."""
    since, until = _midnight(from_), _midnight(to + timedelta(days=1))
    at = func.coalesce(Consultation.received_at, Request.made_at)
    requests = (
        select(
            Request.id, Request.district_id, Request.activity, Request.status,
            Request.consultation_id, Request.made_at, Consultation.received_at,
        )
        .outerjoin(Consultation, Request.consultation_id == Consultation.id)
        .where(at >= since, at < until)
    )  # fmt: skip
    consultations = select(
        Consultation.id, Consultation.district_id, Consultation.received_at
    ).where(Consultation.received_at >= since, Consultation.received_at < until)
    if district is not None:
        requests = requests.where(Request.district_id == district)
        consultations = consultations.where(Consultation.district_id == district)
    return Work.of(
        pd.DataFrame(connection.execute(requests).mappings().all(), columns=_REQUEST),
        pd.DataFrame(connection.execute(consultations).mappings().all(), columns=_ASKED),
        list(connection.scalars(select(District.id).order_by(District.id))),
    )


_REQUEST: Final = pd.Index(
    ["id", "district_id", "activity", "status", "consultation_id", "made_at", "received_at"]
)
_ASKED: Final = pd.Index(["id", "district_id", "received_at"])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAPAN).astimezone(UTC)


__all__ = [
    "SUPPRESSED", "Row", "Statistics", "published_year", "read_work", "sees_counts", "statistics",
    "statistics_by_month",
]  # fmt: skip
