"""What the doctor looks at in the register: whole, proven, copied, kept no longer than due."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Engine, func, select
from sqlcipher3 import dbapi2

from geo.errors import GeoError
from webapp.answers.premises import Premises
from webapp.casework.rounds import lag
from webapp.errors import sentence_of
from webapp.register.copies.backup import last_copy
from webapp.register.retention import list_due, list_old_copies, read_rules
from webapp.register.storage.cipher import require_safe_sqlite
from webapp.register.storage.keys import key_file
from webapp.register.storage.schema import is_up_to_date
from webapp.register.trail.access_event import AccessEvent
from webapp.register.trail.anchors import anchors_path
from webapp.register.trail.verify import verify_trail
from webapp.terminal.finding import Finding
from webapp.terminal.finding import say_finding as _say
from webapp.terminal.forgetting import backups_folder
from webapp.terminal.speech import language

_GIGABYTE: Final = 1_000_000_000
_LEAST: Final = 0.3
_ENOUGH: Final = 2.0
"""Gigabytes free below which work stops soon, and below which somebody should see to it."""

_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)
_AHEAD: Final = timedelta(minutes=5)
_BORN: Final = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock that is right shows an earlier day."""


def look_at_sqlite() -> Iterator[Finding]:
    """The linked SQLite, whose early versions lose acknowledged work."""
    try:
        require_safe_sqlite()
    except GeoError as fault:
        yield Finding(sentence_of(fault, language()), fine=False)
    else:
        yield Finding(_say("sqlite", version=dbapi2.sqlite_version), fine=True)


def look_at_register(place: Premises, now: datetime) -> Iterator[Finding]:
    """Everything about the register, one line each."""
    engine = place.register.engine
    yield from _look_at_key(place)
    yield from _look_at_whole(engine)
    yield Finding(_say("schema"), fine=is_up_to_date(engine))
    yield _look_at_trail(place)
    yield _look_at_clock(engine, now)
    yield _look_at_disk(place)
    yield _look_at_copy(place, now)
    yield from _look_at_rules(place, now)
    yield _look_at_series(place, now)


def _look_at_series(place: Premises, now: datetime) -> Finding:
    """Visits are made by whoever opens the desk: behind they are where nobody does."""
    behind = len(lag(place.register, now))
    demo = place.workspace.index().demo
    said = _say("series", count=behind)
    return Finding(said, fine=demo or not behind, doubtful=behind > 0)


def _look_at_key(place: Premises) -> Iterator[Finding]:
    """A key file that others can read is refused on opening already."""
    if place.settings.database:
        return
    file = key_file(place.settings, demo=place.workspace.index().demo)
    said = _say("key_remembered") if file is None else _say("key_closed", file=file)
    yield Finding(said, fine=True)


def _look_at_whole(engine: Engine) -> Iterator[Finding]:
    if engine.name == "postgresql":
        with engine.connect() as connection:
            version = connection.exec_driver_sql("SHOW server_version").scalar_one()
        yield Finding(_say("postgres", version=version), fine=True)
        return
    with engine.connect() as connection:
        told = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        altered = connection.exec_driver_sql("PRAGMA cipher_integrity_check").all()
        astray = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    yield Finding(_say("whole"), fine=told == ["ok"] and not altered)
    yield Finding(_say("references"), fine=not astray)


def _look_at_trail(place: Premises) -> Finding:
    path = anchors_path(place.settings.workspace)
    proof = verify_trail(place.register.engine, path if path.is_file() else None)
    if not proof.whole:
        return Finding(_say("trail_broken"), fine=False)
    said = _say("trail", events=f"{proof.events:,}", anchors=proof.anchors)
    return Finding(said, fine=True, doubtful=proof.events > 0 and not proof.anchors)


def _look_at_clock(engine: Engine, now: datetime) -> Finding:
    with engine.connect() as connection:
        last = connection.scalar(select(func.max(AccessEvent.at)))
    right = now > _BORN and (last is None or last < now + _AHEAD)
    return Finding(_say("clock", now=f"{now.astimezone():%Y-%m-%d %H:%M}"), fine=right)


def _look_at_disk(place: Premises) -> Finding:
    free = shutil.disk_usage(place.settings.workspace).free / _GIGABYTE
    said = _say("disk", free=f"{free:,.1f}")
    return Finding(said, fine=free > _LEAST, doubtful=free < _ENOUGH)


def _look_at_copy(place: Premises, now: datetime) -> Finding:
    demo = place.workspace.index().demo
    made = last_copy(place.register)
    if made is None:
        return Finding(_say("copy_never"), fine=demo, doubtful=True)
    age = now - made
    said = _say("copy", days=age.days)
    return Finding(said, fine=demo or age <= _MONTH, doubtful=age > _WEEK)


def _look_at_rules(place: Premises, now: datetime) -> Iterator[Finding]:
    try:
        rules = read_rules(place.settings.workspace)
    except GeoError as fault:
        yield Finding(sentence_of(fault, language()), fine=False)
        return
    due = sum(one.count for one in list_due(place.register, rules, now))
    yield Finding(_say("due", count=due), fine=True, doubtful=due > 0)
    old = list_old_copies(backups_folder(place.settings), rules, now)
    if old:
        yield Finding(_say("old_copies", count=len(old)), fine=True, doubtful=True)
