"""下書き: a form that somebody began and was called away from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import Base


class Draft(Base):
    """One form half filled in. Nobody but its writer sees it; no version of it is kept."""

    __tablename__ = "draft"

    account_id: Mapped[str] = mapped_column(
        String(64), ForeignKey("staff_account.id"), primary_key=True
    )
    form: Mapped[str] = mapped_column(String(32), primary_key=True)
    content: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]
