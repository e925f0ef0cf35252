"""災害時: for some days more may leave than was agreed to (災対法49条の11③)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Mapped

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps


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
