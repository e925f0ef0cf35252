"""担い手: one who helps, or said so in a survey."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, ClassVar, Final

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column, validates

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
    birth_year: Mapped[int | None]
    milestones: Mapped[dict[str, Any] | None]
    """The day each status was first reached, as ISO dates by status."""
    reason: Mapped[str | None]
    """Why the supporter rests or left."""

    @validates("status")
    def _take_step(self, _key: str, wanted: str) -> str:
        """Take the step; the day a status is first reached is kept, whoever takes it."""
        before = self.__dict__.get("status")
        self.STEPS.require(self.noun(), before, wanted)
        if before is not None and before != wanted:
            self.milestones = reach(self.milestones, wanted, _today())
        return wanted


def reach(milestones: Mapping[str, Any] | None, status: str, day: date) -> dict[str, Any]:
    """The milestones with a status reached on that day, unless it was before.

    >>> reach({"willing": "2026-04-01"}, "willing", date(2026, 5, 1))
    {'willing': '2026-04-01'}
    """
    return {status: day.isoformat(), **(milestones or {})}


_JAPAN: Final = timezone(timedelta(hours=9))


def _today() -> date:
    return datetime.now(UTC).astimezone(_JAPAN).date()
