"""出勤: when somebody was last here, so that the desk can say what happened since."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.casework.cards import PURPOSE
from webapp.register.house import Register
from webapp.register.records.attendance import Attendance
from webapp.register.viewer import Viewer

STAY: Final = timedelta(minutes=30)
"""After so long without a page a stay has ended."""

_NOTED: Final = timedelta(minutes=1)
"""A page is written down at most this often."""


def come(register: Register, viewer: Viewer, now: datetime) -> datetime | None:
    """Note that the viewer is here; the end of the stay before this one, None = there was none."""
    with Session(register.engine) as session:
        kept = session.get(Attendance, viewer.account)
        seen, before = (None, None) if kept is None else (kept.seen_at, kept.before)
    if seen is not None and now - seen < _NOTED:
        return before
    if seen is not None and now - seen > STAY:
        before = seen
    with register.change(viewer, PURPOSE, "here") as change:
        change.session.merge(Attendance(account_id=viewer.account, seen_at=now, before=before))
    return before


def last_stay(register: Register, viewer: Viewer) -> datetime | None:
    """The end of the stay before this one; None = this is the first."""
    asked = select(Attendance.before).where(Attendance.account_id == viewer.account)
    with register.engine.connect() as connection:
        return connection.scalar(asked)
