"""災害時: for some days more may leave than was agreed to (災対法49条の11③)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final

from sqlalchemy.orm import Mapped

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps

LONGEST: Final = timedelta(days=7)
"""A mode holds no longer, whatever is written in it; who needs it longer says so again."""


class DisasterMode(OfDistrict, Stepped, Record):
    """One switching on. ``district_id`` null = everywhere. It ends by itself at ``ends``."""

    __tablename__ = "disaster_mode"
    PREFIX: ClassVar[str] = "e"
    PERSONAL: ClassVar[bool] = False
    ANSWER: ClassVar[bool] = True
    STEPS: ClassVar[Steps] = Steps({"on": {"ended"}, "ended": set()})

    reason: Mapped[str]
    started: Mapped[datetime]
    ends: Mapped[datetime]
