"""Taking a whole import back: what it added goes, what it changed or took stands as before.

What somebody changed since, or what other records now lean on, is not taken back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Date,
    LargeBinary,
    MetaData,
    delete,
    select,
    update,
)
from sqlalchemy.orm import aliased

from geo.errors import NotFound
from webapp.faults import IntakeInUse, IntakeUndone
from webapp.register.house import Register
from webapp.register.intake.difference import Difference
from webapp.register.intake.drafts import Values
from webapp.register.intake.permits import require_allowed
from webapp.register.intake.standing import read_some, table_of
from webapp.register.intake.taking import PURPOSE
from webapp.register.intake.writing import Stamp, forget, write_differences
from webapp.register.records import RECORDS, Base, Record
from webapp.register.records.base import Moment
from webapp.register.records.duplicate_verdict import DuplicateVerdict
from webapp.register.records.intake import Intake
from webapp.register.trail.history import History
from webapp.register.viewer import Viewer

_SOFT: Final = (("watch_link", "watcher_id"), ("watch_link", "watched_id"))
"""Columns that name a household or a supporter without the database's knowing."""


@dataclass(frozen=True)
class Later:
    """One record that an undo leaves alone. ``why``: changed, gone or used."""

    record: str
    id: str
    why: str
    by: str = ""
    """Who changed it, or the record that uses it."""


@dataclass(frozen=True)
class Undoing:
    """What an undo did: by record and deed how many, and what it left alone."""

    intake_id: str
    counts: dict[str, dict[str, int]]
    later: list[Later] = field(default_factory=list)


@dataclass(frozen=True)
class _Trace:
    """One version that the import wrote, and the one before it; None where it added."""

    record: type[Record]
    id: str
    version: int
    erased: bool
    before: dict[str, Any] | None


def undo(
    register: Register, viewer: Viewer, intake_id: str, *, keep_later: bool = False
) -> Undoing:
    """Take an import back, all of it; with ``keep_later`` all but what was touched since.

    Raises
    ------
    NotFound, IntakeUndone
    IntakeInUse
        Records were changed or used since; facts hold the list ``later``. Nothing was changed.
    RecordWithheld, FieldWithheld
    """
    reason = f"undo {intake_id}"
    with register.change(viewer, PURPOSE, reason) as change:
        connection = change.session.connection()
        _require_standing(connection, intake_id)
        back, later = _find_back(connection, intake_id)
        require_allowed(viewer, PURPOSE, back)
        if later and not keep_later:
            raise IntakeInUse(id=intake_id, count=len(later), later=later)
        write_differences(connection, back, Stamp.now(viewer, PURPOSE, reason, None))
        forget(connection, [one for one in back if one.new is None])
        _mark(connection, viewer, intake_id, "partly" if later else "undone")
    counts: dict[str, Counter[str]] = {}
    for one in back:
        counts.setdefault(one.record.noun(), Counter())[one.deed] += 1
    return Undoing(intake_id, {noun: dict(found) for noun, found in counts.items()}, later)


def list_intakes(register: Register) -> list[Intake]:
    """Every import, the last one first."""
    with register.engine.connect() as connection:
        rows = connection.execute(select(table_of(Intake)).order_by(table_of(Intake).c.at.desc()))
        return [Intake(**row) for row in rows.mappings()]


def _require_standing(connection: Connection, intake_id: str) -> None:
    state = connection.scalar(select(Intake.state).where(Intake.id == intake_id))
    if state is None:
        raise NotFound(kind="intake", id=intake_id)
    if state != "applied":
        raise IntakeUndone(id=intake_id)


def _mark(connection: Connection, viewer: Viewer, intake_id: str, state: str) -> None:
    now = {"state": state, "undone_at": datetime.now(UTC), "undone_by": viewer.account}
    connection.execute(update(table_of(Intake)).where(Intake.id == intake_id).values(now))
    verdicts = table_of(DuplicateVerdict)
    connection.execute(delete(verdicts).where(verdicts.c.intake_id == intake_id))


def _find_back(connection: Connection, intake_id: str) -> tuple[list[Difference], list[Later]]:
    back: list[Difference] = []
    later: list[Later] = []
    for traces in _traces(connection, intake_id).values():
        now = read_some(connection, traces[0].record, [one.id for one in traces])
        for trace in traces:
            found = _take_back(trace, now.get(trace.id))
            (back if isinstance(found, Difference) else later).append(found)  # type: ignore[arg-type]
    used = _find_used(connection, back)
    later += used
    kept = {(one.record, one.id) for one in used}
    return [one for one in back if (one.record.noun(), one.id) not in kept], later


def _traces(connection: Connection, intake_id: str) -> dict[str, list[_Trace]]:
    before = aliased(History)
    asked = (
        select(History.record, History.record_id, History.version, History.values, before.values)
        .outerjoin(
            before,
            (before.record == History.record)
            & (before.record_id == History.record_id)
            & (before.version == History.version - 1),
        )
        .where(History.intake_id == intake_id)
    )
    found: dict[str, list[_Trace]] = {}
    for noun, identity, version, values, earlier in connection.execute(asked):
        trace = _Trace(RECORDS[noun], identity, version, not values, earlier or None)
        found.setdefault(noun, []).append(trace)
    return found


def _take_back(trace: _Trace, now: Values | None) -> Difference | Later:
    noun = trace.record.noun()
    if trace.erased:
        if now is not None or trace.before is None:
            return Later(noun, trace.id, "changed", now["changed_by"] if now else "")
        return Difference(
            "new", trace.record, trace.id, None, read_plain(trace.record, trace.before)
        )
    if now is None:
        return Later(noun, trace.id, "gone")
    if now["version"] != trace.version:
        return Later(noun, trace.id, "changed", now["changed_by"])
    if trace.before is None:
        return Difference("gone", trace.record, trace.id, now, None)
    before = now | read_plain(trace.record, trace.before)
    return Difference("changed", trace.record, trace.id, now, before)


def read_plain(record: type[Record], values: dict[str, Any]) -> Values:
    """A version's values as the columns hold them; see `webapp.register.records.base.plain`."""
    return {
        column.key: _typed(column.type, values[column.key])
        for column in table_of(record).columns
        if column.key in values
    }


def _typed(kind: object, value: Any) -> Any:  # noqa: ANN401
    if value is None:
        return None
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return bytes.fromhex(value) if isinstance(kind, LargeBinary) else value


def _find_used(connection: Connection, back: Iterable[Difference]) -> list[Later]:
    """What would go although a record that stays leans on it; found until nothing is left."""
    lost = {(one.record.noun(), one.id) for one in back if one.new is None}
    after = {(one.record.noun(), one.id): one.new for one in back if one.new is not None}
    leans = list(_references(connection, {noun for noun, _ in lost})) if lost else []
    used: list[Later] = []
    while True:
        held = {
            target: user
            for user, column, target in leans
            if target in lost and user not in lost and _still_leans(after.get(user), column, target)
        }
        if not held:
            return used
        used += [Later(*target, "used", " ".join(user)) for target, user in held.items()]
        lost -= held.keys()


def _still_leans(after: Values | None, column: str, target: tuple[str, str]) -> bool:
    return after is None or after.get(column) == target[1]


_Key = tuple[str, str]


def _references(connection: Connection, nouns: set[str]) -> Iterator[tuple[_Key, str, _Key]]:
    """Every reference to a record of ``nouns``: who, by which column, to whom."""
    for table, column, target in _reference_columns(Base.metadata, nouns):
        columns, key = Base.metadata.tables[table].columns, Base.metadata.tables[table].primary_key
        asked = select(next(iter(key.columns)), columns[column]).where(columns[column].is_not(None))
        for user, one in connection.execute(asked):
            yield (table, user), column, (target, one)


def _reference_columns(metadata: MetaData, nouns: set[str]) -> Iterator[tuple[str, str, str]]:
    for table in metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table.name in nouns:
                yield table.name, key.parent.key, key.column.table.name
    for table_name, column in _SOFT:
        for target in nouns & {"household", "supporter"}:
            yield table_name, column, target
