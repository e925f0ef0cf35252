"""要支援者: one who is helped or watched over."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps


class Person(OfDistrict, Stepped, Record):
    """One person. Name and kana stand as written; ``search_key`` is for searching only."""

    __tablename__ = "person"
    PREFIX: ClassVar[str] = "p"
    LAYER: ClassVar[bool] = True
    STEPS: ClassVar[Steps] = Steps(
        {
            "active": {"paused", "moved", "deceased", "closed"},
            "paused": {"active", "moved", "deceased", "closed"},
            "moved": {"active", "closed"},
            "deceased": {"closed"},
            "closed": {"active"},
        }
    )

    household_id: Mapped[str] = mapped_column(String(64), ForeignKey("household.id"), index=True)
    name: Mapped[str | None]
    kana: Mapped[str | None]
    search_key: Mapped[str | None] = mapped_column(index=True)
    birth_date: Mapped[date | None]
    birth_text: Mapped[str | None]
    """As written, with its era."""
    phone: Mapped[str | None] = mapped_column(String(64))
    gender: Mapped[str | None] = mapped_column(String(8))
    unwanted: Mapped[list[str] | None]
    """Ids of supporters who are not to be asked for this person."""
    emergency_contact: Mapped[str | None]
    """Whom to phone when nobody opens, as said."""
    source: Mapped[str | None] = mapped_column(String(32))
    """Who brought the person: a code of `SOURCES`."""


SOURCES = ("welfare_helper", "commissioner", "needs_helper", "care_manager", "self", "family")
"""福祉協力員, 民生委員, ニーズ対応員, ケアマネ, 本人, 家族."""
