"""同じ人か: what was decided about two records that look like one person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import Base


class DuplicateVerdict(Base):
    """One decision. ``verdict``: apart, never to be proposed again; merged, into ``kept``.

    ``first`` and ``second`` are the two ids, the smaller first. ``intake_id`` is the entry
    among the imports by which a merging is taken back; null for those apart.
    """

    __tablename__ = "duplicate_verdict"
    __table_args__ = (UniqueConstraint("record", "first", "second"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    record: Mapped[str] = mapped_column(String(32))
    first: Mapped[str] = mapped_column(String(64), index=True)
    second: Mapped[str] = mapped_column(String(64), index=True)
    verdict: Mapped[str] = mapped_column(String(16))
    kept: Mapped[str | None] = mapped_column(String(64))
    intake_id: Mapped[str | None] = mapped_column(String(64), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
