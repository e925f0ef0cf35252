"""Signing in, failing to, and what else happens at the door, in the trail."""

from __future__ import annotations

from datetime import datetime

from webapp.register.house import Register
from webapp.register.records.staff_account import StaffAccount
from webapp.register.trail.access_event import Event


def keep_deed(
    register: Register,
    deed: str,
    account: StaffAccount | None,
    now: datetime,
    **facts: str,
) -> None:
    """Keep what an account did at the door; an unknown login is kept as such, not its text."""
    event = Event(
        at=now,
        account="unknown" if account is None else account.id,
        role="public" if account is None else account.role,
        deed=deed,
        purpose="administration",
        record="staff_account",
        record_id=None if account is None else account.id,
        facts={**facts} or None,
    )
    register.keep([event])
