"""精算: what is owed for a visit, in double entry."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps


class LedgerEntry(OfDistrict, Stepped, Record):
    """One entry moves ``amount`` whole units from one account to another. No bank data."""

    __tablename__ = "ledger_entry"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)
    PREFIX: ClassVar[str] = "g"
    STEPS: ClassVar[Steps] = Steps(
        {"open": {"settled", "void"}, "settled": {"void"}, "void": set()}
    )

    visit_id: Mapped[str | None] = mapped_column(String(64), ForeignKey("visit.id"), index=True)
    on: Mapped[date]
    kind: Mapped[str | None] = mapped_column(String(16))
    """fee, reward, expense, cancellation, tickets or payment."""
    note: Mapped[str | None]
    unit: Mapped[str] = mapped_column(String(8))
    """yen, ticket or minute."""
    amount: Mapped[int]
    debit: Mapped[str] = mapped_column(String(64))
    credit: Mapped[str] = mapped_column(String(64))
