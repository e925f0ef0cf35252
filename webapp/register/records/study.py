"""計画案: one saved plan: what was asked, what is changed by hand, what came of it."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps


class Study(OfDistrict, Stepped, Record):
    """One plan. It names nobody: helpers in it are invented or ids, people are counts.

    ``district_id`` null = every district.
    """

    __tablename__ = "study"
    PREFIX: ClassVar[str] = "y"
    PERSONAL: ClassVar[bool] = False
    STEPS: ClassVar[Steps] = Steps({"kept": {"dropped"}, "dropped": {"kept"}})

    title: Mapped[str]
    question: Mapped[dict[str, Any]]
    """What was asked, as the room's address has it."""
    changes: Mapped[list[dict[str, Any]]]
    """Helpers who come, move or leave: see `webapp.studies.scenarios`."""
    data_version: Mapped[int]
    """Of the layers when it was saved."""
    figures: Mapped[dict[str, Any]]
    """What it gave then."""
    note: Mapped[str | None] = mapped_column(String(2000))
