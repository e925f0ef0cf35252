"""取込: one file that was taken into the register, and whether it was taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import Base


class Intake(Base):
    """One import. ``counts``: by record, how many were new, changed and gone."""

    __tablename__ = "intake"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    file: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Digest of the file; null where the rows came from no file."""
    kind: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(String(64))
    counts: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16))
    """applied, undone, partly (undone but for what was changed later); unchanged is never kept."""
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(64))
