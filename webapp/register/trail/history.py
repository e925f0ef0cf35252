"""Every version of every record, whole; nothing is overwritten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.register.records.base import Base, Record


class History(Base):
    """One version of one record as it stood after a change."""

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_record", "record", "record_id", "version"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    record: Mapped[str] = mapped_column(String(32))
    record_id: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str]
    intake_id: Mapped[str | None] = mapped_column(String(64), index=True)
    """The import it came with; null = by hand."""
    values: Mapped[dict[str, Any]]


def keep_version(record: Record, reason: str, intake_id: str | None) -> History:
    """The row that keeps the record as it stands now."""
    return History(
        record=record.noun(),
        record_id=record.id,
        version=record.version,
        at=record.changed_at,
        by=record.changed_by,
        reason=reason,
        intake_id=intake_id,
        values=record.values(),
    )


def versions_of(session: Session, record: str, record_id: str) -> list[History]:
    """All versions kept of one record, oldest first."""
    asked = (History.record == record) & (History.record_id == record_id)
    return list(session.scalars(select(History).where(asked).order_by(History.version)))
