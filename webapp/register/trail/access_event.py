"""閲覧記録: who read or wrote what about whom, as a chain that shows every meddling.

Each event carries the hash of the one before; the end of the chain stands in the
pulse and, from time to time, in an anchor outside the register. Events hold ids and
names of fields, never what the fields say.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Integer, String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import Base, plain
from webapp.register.trail.pulse import Pulse

START: Final = "0" * 64
"""What the first event names as the one before."""


class AccessEvent(Base):
    """One event. ``record_id`` null = an extent of a district, counted in ``facts``."""

    __tablename__ = "access_event"

    sequence: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    account: Mapped[str] = mapped_column(String(64), index=True)
    role: Mapped[str] = mapped_column(String(16))
    deed: Mapped[str] = mapped_column(String(16))
    """read, add, change, erase, refuse, export, sign_in, sign_out, fail."""
    purpose: Mapped[str] = mapped_column(String(32))
    record: Mapped[str | None] = mapped_column(String(32))
    record_id: Mapped[str | None] = mapped_column(String(64), index=True)
    district_id: Mapped[str | None] = mapped_column(String(64), index=True)
    fields: Mapped[list[str] | None]
    facts: Mapped[dict[str, Any] | None]
    hash: Mapped[str] = mapped_column(String(64))


_CHAINED: Final = (
    "sequence", "at", "account", "role", "deed", "purpose", "record", "record_id",
    "district_id", "fields", "facts",
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """An event before it has its place in the chain."""

    at: datetime
    account: str
    role: str
    deed: str
    purpose: str
    record: str | None = None
    record_id: str | None = None
    district_id: str | None = None
    fields: list[str] | None = None
    facts: dict[str, Any] | None = field(default=None)


def link_hash(before: str, values: dict[str, Any]) -> str:
    """The hash of an event that follows ``before``."""
    text = json.dumps(
        [before, *(plain(values[name]) for name in _CHAINED)], ensure_ascii=False, sort_keys=True
    )
    return hashlib.sha256(text.encode()).hexdigest()


def append(connection: Connection, events: Iterable[Event]) -> None:
    """Put the events at the end of the chain, inside the transaction of ``connection``."""
    listed = list(events)
    if not listed:
        return
    end = connection.execute(select(Pulse.sequence, Pulse.hash).with_for_update()).one()
    rows = list(_chain(end.sequence, end.hash, listed))
    connection.execute(insert(AccessEvent), rows)
    last = rows[-1]
    connection.execute(update(Pulse).values(sequence=last["sequence"], hash=last["hash"]))


def _chain(sequence: int, before: str, events: list[Event]) -> Iterator[dict[str, Any]]:
    for event in events:
        sequence += 1
        values = dict(vars(event)) | {"sequence": sequence}
        before = link_hash(before, values)
        yield values | {"hash": before}
