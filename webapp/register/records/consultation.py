"""相談: a call or a visit in which somebody says what is wrong."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps


class Consultation(OfDistrict, Stepped, Record):
    """One consultation; from it come 0..n requests."""

    __tablename__ = "consultation"
    PREFIX: ClassVar[str] = "k"
    STEPS: ClassVar[Steps] = Steps(
        {
            "received": {"in_hand", "referred", "closed"},
            "in_hand": {"referred", "closed"},
            "referred": {"in_hand", "closed"},
            "closed": {"in_hand"},
        }
    )

    person_id: Mapped[str | None] = mapped_column(String(64), ForeignKey("person.id"), index=True)
    received_at: Mapped[datetime]
    channel: Mapped[str | None] = mapped_column(String(16))
    """phone, visit, office, letter, survey."""
    source: Mapped[str | None] = mapped_column(String(32))
    summary: Mapped[str | None]
    result: Mapped[str | None]
