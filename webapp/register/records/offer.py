"""打診: one supporter asked about one request."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Float, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps


class Offer(OfDistrict, Stepped, Record):
    """One offer. ``minutes`` is the walk said to the supporter; null = unknown."""

    __tablename__ = "offer"
    PREFIX: ClassVar[str] = "o"
    STEPS: ClassVar[Steps] = Steps(
        {
            "waiting": {"absent", "accepted", "declined", "withdrawn"},
            "absent": {"waiting", "accepted", "declined", "withdrawn"},
            "accepted": {"withdrawn"},
            "declined": set(),
            "withdrawn": set(),
        }
    )

    request_id: Mapped[str] = mapped_column(String(64), ForeignKey("request.id"), index=True)
    supporter_id: Mapped[str] = mapped_column(String(64), ForeignKey("supporter.id"), index=True)
    minutes: Mapped[float | None] = mapped_column(Float)
    asked_at: Mapped[datetime | None]
    asked_by: Mapped[str | None] = mapped_column(String(64))
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    """Unanswered after this the offer has run out."""
    answered_at: Mapped[datetime | None]
    tries: Mapped[int | None]
    """How often the supporter was phoned."""
    reason: Mapped[str | None]
