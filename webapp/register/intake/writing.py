"""Writing differences as one: rows, every version, one event for each extent, the new count.

All of it goes through the transaction that is handed in, so it is there whole or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, update

from webapp.register.intake.difference import Difference
from webapp.register.intake.drafts import Values
from webapp.register.intake.standing import CHUNK, in_batches, last_versions, table_of
from webapp.register.records import RECORDS, Record
from webapp.register.records.base import plain
from webapp.register.trail.access_event import Event, append
from webapp.register.trail.history import History
from webapp.register.trail.pulse import count_up
from webapp.register.viewer import Viewer

_DEEDS: Final = {"new": "add", "changed": "change", "gone": "change"}


@dataclass(frozen=True)
class Stamp:
    """Who writes, when, why, with which import."""

    viewer: Viewer
    purpose: str
    reason: str
    intake_id: str | None
    at: datetime

    @classmethod
    def now(cls, viewer: Viewer, purpose: str, reason: str, intake_id: str | None) -> Stamp:
        """The stamp of this moment."""
        return cls(viewer, purpose, reason, intake_id, datetime.now(UTC))


def write_differences(
    connection: Connection, differences: Sequence[Difference], stamp: Stamp
) -> None:
    """Bring the register to what the differences say."""
    for record in RECORDS.values():
        mine = [one for one in differences if one.record is record]
        _write_new(connection, record, [one for one in mine if one.old is None], stamp)
        kept = [one for one in mine if one.old is not None and one.new is not None]
        _write_changed(connection, record, kept, stamp)
    for record in reversed(RECORDS.values()):
        lost = [one for one in differences if one.record is record and one.new is None]
        _erase(connection, record, lost, stamp)
    if any(one.record.LAYER for one in differences):
        count_up(connection)
    append(connection, list(_events(differences, stamp)))


def _write_new(
    connection: Connection, record: type[Record], new: list[Difference], stamp: Stamp
) -> None:
    if not new:
        return
    last = last_versions(connection, record)
    rows = [_stamped(one, last.get(one.id, 0) + 1, stamp) for one in new]
    for some in in_batches(rows):
        connection.execute(insert(table_of(record)), list(some))
    _keep(connection, record, rows, stamp)


def _write_changed(
    connection: Connection, record: type[Record], changed: list[Difference], stamp: Stamp
) -> None:
    if not changed:
        return
    rows = [_stamped(one, (one.old or {})["version"] + 1, stamp) for one in changed]
    table = table_of(record)
    names = [column.key for column in table.columns if column.key != "id"]
    # The values' names must not be those of the columns: SQLAlchemy keeps these to itself.
    change = (
        update(table)
        .where(table.c.id == bindparam("of_id"))
        .values({name: bindparam(f"to_{name}") for name in names})
    )
    for some in in_batches(rows):
        values = [
            {"of_id": row["id"]} | {f"to_{name}": row[name] for name in names} for row in some
        ]
        connection.execute(change, values)
    _keep(connection, record, rows, stamp)


def _erase(
    connection: Connection, record: type[Record], lost: list[Difference], stamp: Stamp
) -> None:
    """Take rows away; the last version kept of each is empty."""
    if not lost:
        return
    for some in in_batches([one.id for one in lost], CHUNK):
        connection.execute(delete(table_of(record)).where(record.id.in_(some)))
    kept = [_version(record, one.id, (one.old or {})["version"] + 1, {}, stamp) for one in lost]
    for some in in_batches(kept):
        connection.execute(insert(table_of(History)), list(some))


def forget(connection: Connection, lost: Iterable[Difference]) -> None:
    """Take every version of the records away as well; the trail keeps that they were."""
    by_record: dict[str, list[str]] = {}
    for one in lost:
        by_record.setdefault(one.record.noun(), []).append(one.id)
    for noun, ids in by_record.items():
        for some in in_batches(ids, CHUNK):
            kept = (History.record == noun) & History.record_id.in_(some)
            connection.execute(delete(table_of(History)).where(kept))


def _stamped(one: Difference, version: int, stamp: Stamp) -> Values:
    old = one.old or {"made_at": stamp.at, "made_by": stamp.viewer.account}
    return (one.new or {}) | {
        "version": version,
        "made_at": old["made_at"],
        "made_by": old["made_by"],
        "changed_at": stamp.at,
        "changed_by": stamp.viewer.account,
    }


def _keep(
    connection: Connection, record: type[Record], rows: Iterable[Values], stamp: Stamp
) -> None:
    names = [column.key for column in table_of(record).columns]
    kept = [
        _version(
            record, row["id"], row["version"], {name: plain(row[name]) for name in names}, stamp
        )
        for row in rows
    ]
    for some in in_batches(kept):
        connection.execute(insert(table_of(History)), list(some))


def _version(
    record: type[Record], identity: str, version: int, values: Values, stamp: Stamp
) -> dict[str, Any]:
    return {
        "record": record.noun(),
        "record_id": identity,
        "version": version,
        "at": stamp.at,
        "by": stamp.viewer.account,
        "reason": stamp.reason,
        "intake_id": stamp.intake_id,
        "values": values,
    }


def _events(differences: Iterable[Difference], stamp: Stamp) -> Iterable[Event]:
    """One event for each kind of record, deed and district; the ids stand in the history."""
    counts: Counter[tuple[str, str, str | None]] = Counter()
    for one in differences:
        deed = "erase" if one.new is None else _DEEDS[one.deed]
        counts[one.record.noun(), deed, one.district_id] += 1
    for (record, deed, district), count in counts.items():
        facts: dict[str, Any] = {"count": count}
        if stamp.intake_id is not None:
            facts["intake_id"] = stamp.intake_id
        yield Event(
            at=stamp.at,
            account=stamp.viewer.account,
            role=stamp.viewer.role,
            deed=deed,
            purpose=stamp.purpose,
            record=record,
            district_id=district,
            facts=facts,
        )
