"""持出し: one copy of personal data that left, with its number, holder and day of return."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps


class ExportCopy(OfDistrict, Stepped, Record):
    """One copy. ``number`` runs from 1 without gaps in each ``year`` (年度, from April).

    The file itself is not kept. ``households`` are the ids of those it tells of; a copy
    that could not be made is void and keeps its number.
    """

    __tablename__ = "export_copy"
    __table_args__ = (UniqueConstraint("year", "number"),)
    PREFIX: ClassVar[str] = "x"
    PERSONAL: ClassVar[bool] = False
    STEPS: ClassVar[Steps] = Steps(
        {
            "out": {"returned", "destroyed", "void"},
            "returned": set(),
            "destroyed": set(),
            "void": set(),
        }
    )

    year: Mapped[int]
    number: Mapped[int]
    holder: Mapped[str]
    recipient: Mapped[str] = mapped_column(String(32))
    purpose: Mapped[str] = mapped_column(String(32))
    form: Mapped[str] = mapped_column(String(8))
    """pdf, html, xlsx, csv …"""
    fields: Mapped[list[str]]
    households: Mapped[list[str]]
    count: Mapped[int]
    """How many households and supporters it tells of."""
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(String(64))
    return_by: Mapped[date]
    expires: Mapped[date]
    """Last day on which it may be used."""
    ended_on: Mapped[date | None]
    """When it came back or was destroyed."""

    @property
    def label(self) -> str:
        """The number as it stands on paper and in file names."""
        return f"{self.year}-{self.number:04d}"
