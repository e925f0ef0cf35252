"""マップづくりの会: one evening at which residents draw a welfare map together."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps


class Workshop(OfDistrict, Stepped, Record):
    """One workshop. What is drawn stands in its journal, not here; this names nobody."""

    __tablename__ = "workshop"
    PREFIX: ClassVar[str] = "k"
    PERSONAL: ClassVar[bool] = False
    STEPS: ClassVar[Steps] = Steps(
        {
            "planned": {"open", "erased"},
            "open": {"review", "erased"},
            "review": {"open", "done", "erased"},
            "done": {"review", "erased"},
            "erased": set(),
        }
    )

    title: Mapped[str]
    held_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(16))
    """drawing 初めての地図 or update 見直し."""
    basis: Mapped[str] = mapped_column(String(16))
    """register: begins with what the register holds; empty: with streets and borders only."""
    window: Mapped[dict[str, Any] | None]
    """West, south, east, north in degrees (EPSG:4326) of what is drawn; null = the district."""
    code: Mapped[str] = mapped_column(String(16), index=True)
    """What devices in the hall type to take part."""
    keep_until: Mapped[date]
    """Last day of the hall edition; after it the journal is erased."""
    too_many: Mapped[int]
    """A watcher with more households than this has too many."""
