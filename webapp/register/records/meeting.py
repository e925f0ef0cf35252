"""連絡調整会議: who met, which cases, what was decided, the 課題カード."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy.orm import Mapped

from webapp.register.records.base import OfDistrict, Record


class Meeting(OfDistrict, Record):
    """One meeting. ``cards``: worry, who, by when; ``cases`` are request ids."""

    __tablename__ = "meeting"
    PREFIX: ClassVar[str] = "m"

    met_at: Mapped[datetime]
    attendees: Mapped[list[str] | None]
    cases: Mapped[list[str] | None]
    decisions: Mapped[str | None]
    cards: Mapped[dict[str, Any] | None]
