"""The trail, page by page, for whoever answers for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from webapp.faults import RecordWithheld
from webapp.register.house import Register
from webapp.register.records import StaffAccount
from webapp.register.trail.access_event import AccessEvent, Event
from webapp.register.trail.verify import Proof
from webapp.register.viewer import Viewer

PAGE: Final = 50

_NOUN: Final = "access_event"
_JAPAN: Final = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True)
class Wish:
    """Which events. Empty = all; ``before``: only those before this number."""

    account: str = ""
    record: str = ""
    record_id: str = ""
    deed: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True)
class TrailPage:
    """One page, the last event first. ``older``: what the next page is before; None = none."""

    events: list[AccessEvent]
    names: dict[str, str | None]
    older: int | None


def list_events(register: Register, viewer: Viewer, purpose: str, wish: Wish) -> TrailPage:
    """One page of the trail; that it was read is an event too.

    Raises
    ------
    RecordWithheld
    """
    sees = bool(viewer.sight.seen(_NOUN, purpose))
    if not sees:
        register.keep([_event(viewer, purpose, "refuse", None)])
        raise RecordWithheld(record=_NOUN, role=viewer.role)
    with Session(register.engine) as session:
        asked = select(AccessEvent).where(*_wanted(viewer, wish))
        rows = session.scalars(asked.order_by(AccessEvent.sequence.desc()).limit(PAGE + 1))
        found = list(rows)
        names = _names(session, {one.account for one in found})
    register.keep([_event(viewer, purpose, "read", {"count": len(found[:PAGE])})])
    older = found[PAGE - 1].sequence if len(found) > PAGE else None
    return TrailPage(found[:PAGE], names, older)


def keep_proof(register: Register, viewer: Viewer, proof: Proof) -> None:
    """Put into the trail that it was proven, and with what result."""
    facts = {"whole": proof.whole, "last": proof.last, "held_to": proof.held_to}
    event = _event(viewer, "administration", "verify", facts)
    register.keep([event])


def last_proof(register: Register) -> tuple[datetime, dict[str, Any]] | None:
    """When the trail was last proven, and the result; None = never."""
    asked = select(AccessEvent.at, AccessEvent.facts).where(AccessEvent.deed == "verify")
    with register.engine.connect() as connection:
        found = connection.execute(asked.order_by(AccessEvent.sequence.desc()).limit(1)).first()
    return None if found is None else (found.at, found.facts or {})


def _event(viewer: Viewer, purpose: str, deed: str, facts: dict[str, Any] | None) -> Event:
    return Event(
        at=datetime.now(UTC),
        account=viewer.account,
        role=viewer.role,
        deed=deed,
        purpose=purpose,
        record=_NOUN,
        facts=facts,
    )


def _wanted(viewer: Viewer, wish: Wish) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (AccessEvent.account, wish.account),
        (AccessEvent.record, wish.record),
        (AccessEvent.record_id, wish.record_id),
        (AccessEvent.deed, wish.deed),
    ):
        if value:
            yield column == value
    if wish.since is not None:
        yield AccessEvent.at >= _midnight(wish.since)
    if wish.until is not None:
        yield AccessEvent.at < _midnight(wish.until + timedelta(days=1))
    if wish.before is not None:
        yield AccessEvent.sequence < wish.before
    if viewer.districts is not None:
        yield AccessEvent.district_id.in_(viewer.districts)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=_JAPAN)


def _names(session: Session, accounts: set[str]) -> dict[str, str | None]:
    asked = select(StaffAccount.id, StaffAccount.name).where(StaffAccount.id.in_(accounts))
    return {one.id: one.name for one in session.execute(asked)}
