"""予定の配信: a supporter's own visits for a calendar program, without anybody's name.

An address with a secret leads to it; only the secret's digest is kept. What stands in it
is the activity, the time and the district, as far as the people's consent lets a supporter
know, and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, select, update

from webapp.faults import SupporterAway
from webapp.register.change import Change
from webapp.register.house import Register
from webapp.register.records import District, Request, Supporter, Visit
from webapp.register.records.calendar_feed import CalendarFeed
from webapp.register.released import release_records, released_ids
from webapp.register.viewer import Viewer

PURPOSE: Final = "visit"
_PAST: Final = timedelta(days=30)
_AHEAD: Final = timedelta(days=200)


@dataclass(frozen=True)
class Event:
    """One visit as it may stand in a calendar. ``activity``: a code; None = not to be said."""

    id: str
    version: int
    start: datetime
    minutes: float | None
    activity: str | None
    district: str
    status: str
    changed_at: datetime


def make_feed(
    register: Register, viewer: Viewer, supporter_id: str, digest: str, now: datetime
) -> None:
    """Open a feed under the digest of a new secret; one that was open before ends.

    Raises
    ------
    NotFound
    SupporterAway
        Who left has no visits.
    """
    with register.change(viewer, PURPOSE, "feed") as change:
        found = change.get(Supporter, supporter_id)
        if found.status == "left":
            raise SupporterAway(status=found.status)
        _end(change, supporter_id, now)
        change.session.add(
            CalendarFeed(
                digest=digest, supporter_id=supporter_id, made_at=now, made_by=viewer.account
            )
        )
        change.note("feed", supporter_id=supporter_id)


def end_feed(register: Register, viewer: Viewer, supporter_id: str, now: datetime) -> None:
    """Close the feeds of a supporter: their addresses lead nowhere at once.

    Raises
    ------
    NotFound
    """
    with register.change(viewer, PURPOSE, "feed ended") as change:
        change.get(Supporter, supporter_id)
        _end(change, supporter_id, now)
        change.note("feed_end", supporter_id=supporter_id)


def _end(change: Change, supporter_id: str, now: datetime) -> None:
    is_open = (CalendarFeed.supporter_id == supporter_id) & CalendarFeed.ended_at.is_(None)
    change.session.execute(update(CalendarFeed).where(is_open).values(ended_at=now))


def feed_since(register: Register, supporter_id: str) -> datetime | None:
    """When the open feed of a supporter was made; None = there is none."""
    asked = select(CalendarFeed.made_at).where(
        CalendarFeed.supporter_id == supporter_id, CalendarFeed.ended_at.is_(None)
    )
    with register.engine.connect() as connection:
        return connection.scalar(asked.order_by(CalendarFeed.made_at.desc()).limit(1))


def find_supporter(register: Register, digest: str) -> str | None:
    """Whose feed a digest opens; None where it is unknown or ended, or the supporter left."""
    asked = (
        select(CalendarFeed.supporter_id)
        .join(Supporter, Supporter.id == CalendarFeed.supporter_id)
        .where(
            CalendarFeed.digest == digest,
            CalendarFeed.ended_at.is_(None),
            Supporter.status != "left",
        )
    )
    with register.engine.connect() as connection:
        return connection.scalar(asked)


def state_of(register: Register, viewer: Viewer, now: datetime) -> str:
    """A digest of what a feed holds now; it reads nobody's record.

    Parameters
    ----------
    viewer
        The supporter whose feed it is.
    """
    ids = released_ids(register, viewer, PURPOSE, Visit, *_window(viewer, now))
    asked = select(Visit.id, Visit.version).where(Visit.id.in_(ids)).order_by(Visit.id)
    told = select(Request.id, Request.version).where(
        Request.id.in_(released_ids(register, viewer, PURPOSE, Request))
    )
    with register.engine.connect() as connection:
        rows = [*connection.execute(asked), *connection.execute(told.order_by(Request.id))]
    said = "\n".join(f"{one} {version}" for one, version in rows)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def read_events(register: Register, viewer: Viewer, now: datetime) -> Sequence[Event]:
    """The visits of a supporter from a month ago on, each a read in the trail."""
    visits = release_records(
        register, viewer, PURPOSE, Visit, *_window(viewer, now),
        order=(Visit.planned_at, Visit.id),
    )  # fmt: skip
    requests = release_records(register, viewer, PURPOSE, Request)
    activities = {one.id: one.get("activity") for one in requests}
    plain = select(
        Visit.id, Visit.planned_minutes, Visit.changed_at, District.name, District.id
    ).outerjoin(District, District.id == Visit.district_id)
    with register.engine.connect() as connection:
        rows = connection.execute(plain.where(Visit.id.in_([one.id for one in visits])))
        besides = {str(row[0]): row for row in rows}
    return [
        Event(
            id=one.id,
            version=one.version,
            start=one["planned_at"],
            minutes=besides[one.id][1],
            activity=activities.get(one["request_id"]),
            district=str(besides[one.id][3] or besides[one.id][4] or ""),
            status=str(one["status"]),
            changed_at=besides[one.id][2],
        )
        for one in visits
        if one.id in besides
    ]


def _window(viewer: Viewer, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Visit.supporter_id == viewer.supporter_id,
        Visit.planned_at >= now - _PAST,
        Visit.planned_at < now + _AHEAD,
    )
