"""同意: what a person allowed, to whom, for what, until when."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps


class Consent(OfDistrict, Stepped, Record):
    """One answer of one person. ``recipients`` and ``fields``: null = all the rule set has."""

    __tablename__ = "consent"
    PREFIX: ClassVar[str] = "c"
    ANSWER: ClassVar[bool] = True
    STEPS: ClassVar[Steps] = Steps(
        {
            "given": {"withdrawn", "expired"},
            "refused": {"withdrawn"},
            "withdrawn": set(),
            "expired": set(),
        }
    )

    person_id: Mapped[str] = mapped_column(String(64), ForeignKey("person.id"), index=True)
    basis: Mapped[str] = mapped_column(String(16))
    """self 本人, proxy 代理人, ordinance 条例, disaster 災害時, council 支援会議."""
    purpose: Mapped[str] = mapped_column(String(32))
    recipients: Mapped[list[str] | None]
    fields: Mapped[list[str] | None]
    how: Mapped[str | None]
    """How it was obtained."""
    given_on: Mapped[datetime]
    valid_to: Mapped[date | None]
    """Last day; null = until withdrawn."""
