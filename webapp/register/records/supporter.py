"""担い手: one who helps, or said so in a survey."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps


class Supporter(OfDistrict, Stepped, Record):
    """One supporter. ``lon`` and ``lat`` in degrees (EPSG:4326); null = not placed."""

    __tablename__ = "supporter"
    PREFIX: ClassVar[str] = "s"
    LAYER: ClassVar[bool] = True
    STEPS: ClassVar[Steps] = Steps(
        {
            "willing": {"interviewed", "registered", "left"},
            "interviewed": {"registered", "left"},
            "registered": {"active", "resting", "left"},
            "active": {"resting", "left"},
            "resting": {"active", "left"},
            "left": {"willing"},
        }
    )

    name: Mapped[str | None]
    kana: Mapped[str | None]
    search_key: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[str | None] = mapped_column(String(64))
    address: Mapped[str | None]
    lon: Mapped[float | None] = mapped_column(Float)
    lat: Mapped[float | None] = mapped_column(Float)
    geocode_level: Mapped[str | None] = mapped_column(String(32))
    activities: Mapped[list[str]]
    weekdays: Mapped[list[str] | None]
    hours: Mapped[list[str] | None]
    most_per_week: Mapped[float | None] = mapped_column(Float)
    load: Mapped[float | None] = mapped_column(Float)
    """Visits a week now assigned; null = unknown."""
    pace: Mapped[float | None] = mapped_column(Float)
    farthest_minutes: Mapped[float | None] = mapped_column(Float)
    mode: Mapped[str | None] = mapped_column(String(16))
    payment: Mapped[str | None] = mapped_column(String(16))
    """paid, unpaid or either."""
    survey_id: Mapped[str | None] = mapped_column(String(64))
    insured_until: Mapped[date | None]
    gender: Mapped[str | None] = mapped_column(String(8))
    milestones: Mapped[dict[str, Any] | None]
    """The day each status was first reached, as ISO dates by status."""
    reason: Mapped[str | None]
    """Why the supporter rests or left."""
