"""記録: the strokes of a workshop in the order in which they came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import Base


class JournalEntry(Base):
    """One stroke. Entries are added, never altered; they go all together when time runs out."""

    __tablename__ = "journal_entry"
    __table_args__ = (UniqueConstraint("workshop_id", "stroke"),)

    workshop_id: Mapped[str] = mapped_column(
        String(64), ForeignKey("workshop.id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1, without a gap."""
    stroke: Mapped[str] = mapped_column(String(64))
    """The id its device gave it; sent twice, it is written once."""
    seat: Mapped[str] = mapped_column(String(64))
    """The account or the device it came from."""
    name: Mapped[str] = mapped_column(String(64))
    """How that one is called at the table."""
    at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
