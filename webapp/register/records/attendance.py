"""出勤: when somebody was last at the desk, so that it can say what happened since."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import Base


class Attendance(Base):
    """One account. ``before``: the end of the stay before this one; null = the first stay."""

    __tablename__ = "attendance"

    account_id: Mapped[str] = mapped_column(
        String(64), ForeignKey("staff_account.id"), primary_key=True
    )
    seen_at: Mapped[datetime]
    before: Mapped[datetime | None]
