"""つなぎ: handed on to a care manager, a support centre or the ward office."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps


class Referral(OfDistrict, Stepped, Record):
    """One referral. ``consent_id``: what allowed it; null = none was needed."""

    __tablename__ = "referral"
    PREFIX: ClassVar[str] = "f"
    STEPS: ClassVar[Steps] = Steps(
        {
            "sent": {"accepted", "declined", "withdrawn"},
            "accepted": {"done", "withdrawn"},
            "declined": set(),
            "done": set(),
            "withdrawn": set(),
        }
    )

    person_id: Mapped[str] = mapped_column(String(64), ForeignKey("person.id"), index=True)
    consultation_id: Mapped[str | None] = mapped_column(
        String(64), ForeignKey("consultation.id"), index=True
    )
    recipient: Mapped[str] = mapped_column(String(32))
    """care_manager, support_centre or ward_office."""
    consent_id: Mapped[str | None] = mapped_column(String(64), ForeignKey("consent.id"))
    summary: Mapped[str | None]
