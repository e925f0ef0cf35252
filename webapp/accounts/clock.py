"""The time by which sessions, invitations and codes run out."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import current_app


def now() -> datetime:
    """The moment it is; a test puts a clock of its own at ``app.extensions["clock"]``."""
    clock = current_app.extensions.get("clock")
    moment: datetime = datetime.now(UTC) if clock is None else clock()
    return moment
