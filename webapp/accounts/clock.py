"""The time by which sessions, invitations and codes run out."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import current_app

from webapp.register.consents import JAPAN


def now() -> datetime:
    """The moment it is; a test puts a clock of its own at ``app.extensions["clock"]``."""
    clock = current_app.extensions.get("clock")
    moment: datetime = datetime.now(UTC) if clock is None else clock()
    return moment


def today_here() -> date:
    """The day it is in Japan."""
    return now().astimezone(JAPAN).date()
