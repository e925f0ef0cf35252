"""消したもの: ids of what was erased, so that no copy brings it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import Base


class Forgotten(Base):
    """One record that was erased: its id and nothing of what it said."""

    __tablename__ = "forgotten"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    record: Mapped[str] = mapped_column(String(32))
    record_id: Mapped[str] = mapped_column(String(64), index=True)
    rule: Mapped[str] = mapped_column(String(32))
    """The rule by which, or "request"."""
