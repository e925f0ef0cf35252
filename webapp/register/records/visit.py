"""活動: a supporter goes there, once."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Float, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps


class Visit(OfDistrict, Stepped, Record):
    """One visit. ``minutes`` spent there; ``expense`` in yen; null = not said.

    A report that was wrong is taken back: the visit is planned again, and what was said
    stays among its versions.
    """

    __tablename__ = "visit"
    PREFIX: ClassVar[str] = "v"
    STEPS: ClassVar[Steps] = Steps(
        {
            "planned": {"done", "nobody_home", "missed", "cancelled"},
            "nobody_home": {"done", "planned"},
            "missed": {"done", "planned"},
            "done": {"planned"},
            "cancelled": {"planned"},
        }
    )

    request_id: Mapped[str] = mapped_column(String(64), ForeignKey("request.id"), index=True)
    series_id: Mapped[str | None] = mapped_column(String(64), ForeignKey("series.id"), index=True)
    supporter_id: Mapped[str] = mapped_column(String(64), ForeignKey("supporter.id"), index=True)
    planned_at: Mapped[datetime] = mapped_column(index=True)
    planned_minutes: Mapped[float | None] = mapped_column(Float)
    stands_in_for: Mapped[str | None] = mapped_column(String(64), ForeignKey("supporter.id"))
    """The standing supporter whose visit this one covers."""
    actual_at: Mapped[datetime | None]
    minutes: Mapped[float | None] = mapped_column(Float)
    observation: Mapped[str | None]
    expense: Mapped[float | None] = mapped_column(Float)
    cancelled_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    """Why it was cancelled or missed."""
    checks: Mapped[list[dict[str, Any]] | None]
    """Nobody opened: each step taken with ``step``, ``at``, ``by``, ``outcome``."""
