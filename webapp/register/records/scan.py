"""読み取り: photos of a drawn sheet, read, and what was found on it, until somebody decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import Base


class Scan(Base):
    """One reading. Its picture goes once every find is decided, the rest with the workshop."""

    __tablename__ = "scan"
    __table_args__ = (UniqueConstraint("workshop_id", "digest"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    workshop_id: Mapped[str] = mapped_column(String(64), ForeignKey("workshop.id"))
    digest: Mapped[str] = mapped_column(String(64))
    """Of the photos: the same ones sent again are the same reading."""
    code: Mapped[str] = mapped_column(String(160))
    """The text of the sheet's code."""
    picture: Mapped[str | None] = mapped_column(Text)
    """The sheet laid flat, a JPEG in base 64."""
    residual: Mapped[float]
    """How exact the reading is, millimetres."""
    missing: Mapped[int]
    """Places of the sheet that no photo showed, of 5 cm each."""
    until: Mapped[date]
    """Last day it is kept: that of the workshop's hall edition."""
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(64))


class ScanFind(Base):
    """One line or sticker that was found, and what a person said to it."""

    __tablename__ = "scan_find"

    scan_id: Mapped[str] = mapped_column(String(64), ForeignKey("scan.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1, the clearest first."""
    content: Mapped[dict[str, Any]]
    answer: Mapped[str | None] = mapped_column(String(16))
    """yes, no, there (on the map before); null = nobody has decided."""
    answered_by: Mapped[str | None] = mapped_column(String(64))
    answered_at: Mapped[datetime | None]
    until: Mapped[date]
