"""覚え書き: what a consultant has to think of on a day, also one who takes over."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps


class Reminder(OfDistrict, Stepped, Record):
    """One reminder. ``account_id``: for whom; null = whoever is on duty in the district."""

    __tablename__ = "reminder"
    PREFIX: ClassVar[str] = "n"
    STEPS: ClassVar[Steps] = Steps({"open": {"done"}, "done": {"open"}})

    on: Mapped[date] = mapped_column(index=True)
    text: Mapped[str]
    account_id: Mapped[str | None] = mapped_column(String(64), ForeignKey("staff_account.id"))
    person_id: Mapped[str | None] = mapped_column(String(64), ForeignKey("person.id"), index=True)
    request_id: Mapped[str | None] = mapped_column(String(64), ForeignKey("request.id"), index=True)
