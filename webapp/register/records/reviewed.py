"""見直し: what was decided about an item of a workshop's map, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import Base


class Reviewed(Base):
    """One verdict on one item; it goes with the journal when time runs out."""

    __tablename__ = "reviewed"

    workshop_id: Mapped[str] = mapped_column(
        String(64), ForeignKey("workshop.id"), primary_key=True
    )
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(16))
    """entered, left or later."""
    number: Mapped[int]
    """The last entry of the journal that whoever decided had before the eyes."""
    entered: Mapped[int]
    """The last entry of the journal whose word the register has; 0 = it has none."""
    records: Mapped[dict[str, Any]]
    """Ids of what it is in the register, by noun; empty = nothing."""
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
    """The account."""
