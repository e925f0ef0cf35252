"""連絡調整会議: who met, which cases, what was decided, the 課題カード."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record


class Meeting(OfDistrict, Record):
    """One meeting. ``cards``: each ``worry``, ``who``, ``by``, ``done``; ``cases``: request ids."""

    __tablename__ = "meeting"
    PREFIX: ClassVar[str] = "m"

    met_at: Mapped[datetime]
    kind: Mapped[str | None] = mapped_column(String(16))
    """liaison, residents, training or other."""
    title: Mapped[str | None]
    attendees: Mapped[list[str] | None]
    cases: Mapped[list[str] | None]
    decisions: Mapped[str | None]
    cards: Mapped[list[dict[str, Any]] | None]
