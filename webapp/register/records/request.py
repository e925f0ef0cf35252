"""困りごと: one thing a person needs help with."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps


class Request(OfDistrict, Stepped, Record):
    """One request. ``reason`` says why it ended unmet or cancelled."""

    __tablename__ = "request"
    PREFIX: ClassVar[str] = "r"
    STEPS: ClassVar[Steps] = Steps(
        {
            "received": {"coordinating", "cancelled"},
            "coordinating": {"asking", "unmet", "cancelled"},
            "asking": {"coordinating", "settled", "unmet", "cancelled"},
            "settled": {"running", "done", "asking", "cancelled"},
            "running": {"done", "asking", "cancelled"},
            "done": set(),
            "unmet": {"coordinating"},
            "cancelled": set(),
        }
    )

    consultation_id: Mapped[str | None] = mapped_column(
        String(64), ForeignKey("consultation.id"), index=True
    )
    person_id: Mapped[str | None] = mapped_column(String(64), ForeignKey("person.id"), index=True)
    household_id: Mapped[str | None] = mapped_column(
        String(64), ForeignKey("household.id"), index=True
    )
    """Null = the household was erased; the request is still counted."""
    activity: Mapped[str] = mapped_column(String(16), index=True)
    sub_reason: Mapped[str | None]
    """What exactly; required where the activity is other."""
    paid: Mapped[bool | None]
    wanted_from: Mapped[date | None]
    place_id: Mapped[str | None] = mapped_column(String(64), ForeignKey("place.id"))
    """The garbage station, the shop of an errand, where to go along to."""
    constraints: Mapped[dict[str, Any] | None]
    """As `geo.Request` takes them: weekdays, hours, steps_free …"""
    reason: Mapped[str | None]
