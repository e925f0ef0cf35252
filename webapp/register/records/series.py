"""定期活動: a request that recurs."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Float, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps


class Series(OfDistrict, Stepped, Record):
    """One series. ``rule`` is an RRULE of RFC 5545."""

    __tablename__ = "series"
    PREFIX: ClassVar[str] = "i"
    STEPS: ClassVar[Steps] = Steps(
        {
            "active": {"paused", "ended"},
            "paused": {"active", "ended"},
            "ended": set(),
        }
    )

    request_id: Mapped[str] = mapped_column(String(64), ForeignKey("request.id"), index=True)
    supporter_id: Mapped[str | None] = mapped_column(
        String(64), ForeignKey("supporter.id"), index=True
    )
    rule: Mapped[str]
    starts_at: Mapped[datetime]
    exceptions: Mapped[list[str] | None]
    """Days without, as ISO dates."""
    paused_until: Mapped[date | None]
    minutes: Mapped[float | None] = mapped_column(Float)
    """How long one visit is planned to take; null = unknown."""
    finish_by: Mapped[str | None] = mapped_column(String(5))
    """The hour in Japan, HH:MM, by which a visit is over; null = only the beginning was agreed."""
    on_holiday: Mapped[str | None] = mapped_column(String(8))
    """keep or skip; null = as the district does."""
    made_until: Mapped[date | None]
    """The last day, in Japan, for which visits were made."""
    reason: Mapped[str | None]
    """Why it is paused or ended."""
    station_id: Mapped[str | None] = mapped_column(String(64), ForeignKey("place.id"))
