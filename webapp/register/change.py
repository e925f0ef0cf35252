"""Changing records: one transaction, each version kept, each deed in the trail.

Nothing is overwritten on stale data: whoever changes a record names the version it
was read at, and where that is not the last, both versions are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session

from geo.errors import NotFound
from webapp.faults import FieldWithheld, RecordStale, RecordWithheld
from webapp.register.look import allowed_rows
from webapp.register.records import Record
from webapp.register.records.base import new_id, plain, steps_of
from webapp.register.trail.access_event import Event, append
from webapp.register.trail.history import History, keep_version
from webapp.register.trail.pulse import count_up
from webapp.register.viewer import Viewer

_R = TypeVar("_R", bound=Record)

_MINE: Final = "change"
"""Where a session keeps the change that it belongs to."""


@dataclass(frozen=True)
class Deed:
    """What a change did to one record."""

    deed: str
    record: Record
    fields: list[str]


class Change:
    """One change by one viewer; made by `Register.change`, whole or not at all."""

    def __init__(
        self,
        session: Session,
        viewer: Viewer,
        purpose: str,
        reason: str,
        intake_id: str | None = None,
    ) -> None:
        self.session = session
        self.viewer = viewer
        self.purpose = purpose
        self.refusals: list[Event] = []
        self._reason = reason
        self._intake_id = intake_id
        self._deeds: list[Deed] = []
        session.info[_MINE] = self

    def add(self, record: type[_R], **values: Any) -> _R:  # noqa: ANN401
        """A new record; without ``id`` it gets one, without ``status`` its first.

        Raises
        ------
        RecordWithheld, FieldWithheld, NotFound
            The role may not write it, or not in that district.
        """
        self._require(record, None, values)
        self._require_district(record, values)
        if (steps := steps_of(record)) is not None:
            values.setdefault("status", steps.first)
        values.setdefault("id", new_id(record.PREFIX))
        made = record(**values)
        self.session.add(made)
        return made

    def get(self, record: type[_R], identity: str) -> _R:
        """The record itself, held until the change ends.

        Raises
        ------
        NotFound
            There is none, or it is none of the viewer's business.
        """
        rows = allowed_rows(record, self.viewer, self.purpose)
        asked = select(record).where(record.id == identity, rows).with_for_update()
        found = self.session.scalar(asked)
        if found is None:
            self._refuse(record, identity)
            raise NotFound(kind=record.noun(), id=identity)
        return found

    def revise(self, record: type[_R], identity: str, version: int, **values: Any) -> _R:  # noqa: ANN401
        """Change fields of the version that was read.

        Raises
        ------
        NotFound, RecordWithheld, FieldWithheld, StepIllegal
        RecordStale
            Somebody changed it meanwhile; facts hold ``mine`` and ``theirs``, field by field.
        """
        self._require(record, identity, values)
        found = self.get(record, identity)
        if found.version != version:
            raise self._stale(found, version, values)
        if "district_id" in values:
            self._require_district(record, values)
        for name, value in values.items():
            setattr(found, name, value)
        return found

    def erase(self, found: Record) -> None:
        """Take a record away with all its versions; the trail keeps that it was."""
        self._deeds.append(Deed("erase", found, []))
        kept = (History.record == found.noun()) & (History.record_id == found.id)
        for version in self.session.scalars(select(History).where(kept)):
            self.session.delete(version)
        self.session.delete(found)

    def _stale(self, found: Record, version: int, values: Mapping[str, Any]) -> RecordStale:
        kept = (
            (History.record == found.noun())
            & (History.record_id == found.id)
            & (History.version == version)
        )
        read = self.session.scalar(select(History.values).where(kept)) or {}
        now = found.values()
        seen = self.viewer.sight.seen(found.noun(), self.purpose)
        apart = [name for name in seen if name in values or read.get(name) != now.get(name)]
        self._keep_read(found, apart)
        return RecordStale(
            record=found.noun(),
            id=found.id,
            version=version,
            current=found.version,
            by=found.changed_by,
            at=found.changed_at.isoformat(),
            mine={name: plain(values.get(name, read.get(name))) for name in apart},
            theirs={name: now.get(name) for name in apart},
        )

    def _require(
        self, record: type[Record], identity: str | None, values: Mapping[str, Any]
    ) -> None:
        written = self.viewer.sight.written(record.noun(), self.purpose)
        if not written:
            self._refuse(record, identity)
            raise RecordWithheld(record=record.noun(), role=self.viewer.role)
        for name in values:
            if name not in written and name != "id":
                self._refuse(record, identity)
                raise FieldWithheld(record=record.noun(), field=name)

    def _require_district(self, record: type[Record], values: Mapping[str, Any]) -> None:
        if "district_id" not in record.__table__.columns or self.viewer.districts is None:
            return
        if not self.viewer.covers(values.get("district_id")):
            self._refuse(record, None)
            raise NotFound(kind="district", id=str(values.get("district_id") or "–"))

    def _keep_read(self, found: Record, fields: list[str]) -> None:
        district = getattr(found, "district_id", None)
        event = self._event("read", found.noun(), found.id, district, sorted(fields) or None)
        self.refusals.append(event)

    def _refuse(self, record: type[Record], identity: str | None) -> None:
        self.refusals.append(self._event("refuse", record.noun(), identity, None, None))

    def note(self, deed: str, **facts: Any) -> None:  # noqa: ANN401
        """Keep a deed that is about no single record, such as an import or a print."""
        self._deeds.append(Deed(deed, _Nothing(facts), []))  # type: ignore[arg-type]

    def stamp(self, record: Record, *, fresh: bool, fields: list[str]) -> History:
        """Give the record its version and keep it; called as the session is flushed."""
        now = datetime.now(UTC)
        if fresh:
            record.version, record.made_at, record.made_by = 1, now, self.viewer.account
        else:
            record.version += 1
        record.changed_at, record.changed_by = now, self.viewer.account
        self._deeds.append(Deed("add" if fresh else "change", record, fields))
        return keep_version(record, self._reason, self._intake_id)

    @property
    def deed_count(self) -> int:
        """How many deeds there were, each an event of the trail."""
        return len(self._deeds)

    def finish(self) -> None:
        """Write the trail of what was done, as the last thing of the transaction."""
        self.session.flush()
        connection = self.session.connection()
        drawn = any(getattr(deed.record, "LAYER", False) for deed in self._deeds)
        answered = any(getattr(deed.record, "ANSWER", False) for deed in self._deeds)
        if drawn or answered:
            count_up(connection, drawn=drawn, answered=answered)
        append(connection, [*self.refusals, *(self._trail(deed) for deed in self._deeds)])

    def _trail(self, deed: Deed) -> Event:
        if isinstance(deed.record, _Nothing):
            return self._event(deed.deed, None, None, None, None, dict(deed.record.facts))
        record = deed.record
        district = getattr(record, "district_id", None)
        facts = {"version": record.version}
        return self._event(
            deed.deed, record.noun(), record.id, district, deed.fields or None, facts
        )

    def _event(
        self,
        deed: str,
        record: str | None,
        identity: str | None,
        district: str | None,
        fields: list[str] | None,
        facts: dict[str, Any] | None = None,
    ) -> Event:
        viewer = self.viewer
        return Event(
            at=datetime.now(UTC),
            account=viewer.account,
            role=viewer.role,
            deed=deed,
            purpose=self.purpose,
            record=record,
            record_id=None if identity is None else identity[:64],
            district_id=district,
            fields=fields,
            facts=facts,
        )


@dataclass(frozen=True)
class _Nothing:
    facts: dict[str, Any]


def _keep_versions(session: Session, *_: object) -> None:
    """Before records are written: count their versions up and keep them."""
    change = session.info.get(_MINE)
    if change is None:
        return
    fresh = [one for one in session.new if isinstance(one, Record)]
    old = [one for one in session.dirty if isinstance(one, Record) and session.is_modified(one)]
    kept = [change.stamp(one, fresh=True, fields=_given(one)) for one in fresh]
    kept += [change.stamp(one, fresh=False, fields=_changed(one)) for one in old]
    session.add_all(kept)


def _given(record: Record) -> list[str]:
    return sorted(key for key, value in record.values().items() if value is not None)


def _changed(record: Record) -> list[str]:
    return sorted(a.key for a in inspect(record).attrs if a.history.has_changes())


event.listen(Session, "before_flush", _keep_versions)
