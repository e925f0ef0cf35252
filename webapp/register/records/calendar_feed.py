"""予定の配信: the address under which a supporter's calendar program finds the own visits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import Base


class CalendarFeed(Base):
    """One address. Only the digest of its secret is kept."""

    __tablename__ = "calendar_feed"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    supporter_id: Mapped[str] = mapped_column(String(64), ForeignKey("supporter.id"), index=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime | None]
