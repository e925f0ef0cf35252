"""One record as it may leave: by the policy, and by what the person it is about allowed.

A record whose person allowed nothing of it is refused as one that is not there.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import select

from geo.errors import NotFound
from webapp.register.allowances import Output
from webapp.register.consents import bits_of
from webapp.register.disclose import allowances_now
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Record, Request
from webapp.register.trail.access_event import Event
from webapp.register.viewer import Viewer
from webapp.register.withholding import IDS, cut_view, topic_of

_R = TypeVar("_R", bound=Record)

_EVERYTHING: Final = -1
"""Bits of a record that is about nobody."""


def release_record(
    register: Register, viewer: Viewer, purpose: str, record: type[_R], identity: str
) -> View:
    """One record without the fields that its person withholds from the viewer's role.

    Raises
    ------
    NotFound
        There is none, it is none of the viewer's business, or nothing of it was allowed.
    RecordWithheld
    """
    bits = require_release(register, viewer, purpose, record, identity)
    with register.look(viewer, purpose) as look:
        return cut_view(record, look.one(record, identity), bits)


def require_release(
    register: Register, viewer: Viewer, purpose: str, record: type[Record], identity: str
) -> int:
    """What the person a record is about allows, as bits of `webapp.register.consents.BIT`.

    Raises
    ------
    NotFound
        Nothing of the record; the refusal is in the trail.
    """
    output = Output(purpose, viewer.role, datetime.now(UTC))
    bits = _bits_about(register, output, record, identity)
    seen = viewer.sight.seen(record.noun(), purpose)
    if seen and not bits & bits_of({topic_of(record, name) for name in set(seen) - IDS}):
        who = (output.at, viewer.account, viewer.role)
        register.keep([Event(*who, "refuse", purpose, record.noun(), identity[:64])])
        raise NotFound(kind=record.noun(), id=identity)
    return bits


def _bits_about(register: Register, output: Output, record: type[Record], identity: str) -> int:
    person, home = _subject(register, record, identity)
    if person is None and home is None:
        return _EVERYTHING
    allowances = allowances_now(register, output)
    if person is not None:
        return allowances.by_person.get(person, 0)
    return allowances.by_household.get(str(home), 0)


def _subject(
    register: Register, record: type[Record], identity: str
) -> tuple[str | None, str | None]:
    """Person and household that a record is about, by itself or by its request."""
    columns: Any = record.__table__.columns
    source: Any = Request if "request_id" in columns else record
    names = [name for name in ("person_id", "household_id") if name in source.__table__.columns]
    asked = select(*(getattr(source, name) for name in names)).where(record.id == identity)
    if source is not record:
        asked = asked.where(source.id == columns["request_id"])
    with register.engine.connect() as connection:
        found = connection.execute(asked).one_or_none() if names else None
    told = {} if found is None else dict(zip(names, found, strict=True))
    return told.get("person_id"), told.get("household_id")
