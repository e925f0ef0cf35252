"""What ends with a request: its series, and the visits that were still to come."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select

from webapp.register.change import Change
from webapp.register.records import Series, Visit

OVER: Final = "over"
"""Reason of visits that were cancelled because what they belong to is over."""


def end_rounds(change: Change, request_id: str, now: datetime) -> None:
    """End the series of a request and cancel its visits from ``now`` on, as part of a change."""
    going = select(Series.id).where(
        Series.request_id == request_id, Series.status.in_(("active", "paused"))
    )
    for identity in change.session.scalars(going.order_by(Series.id)).all():
        change.revise(Series, identity, change.get(Series, identity).version, status="ended")
    coming = select(Visit.id).where(
        Visit.request_id == request_id, Visit.status == "planned", Visit.planned_at >= now
    )
    ended = {"status": "cancelled", "cancelled_at": now, "reason": OVER}
    for identity in change.session.scalars(coming.order_by(Visit.id)).all():
        change.revise(Visit, identity, change.get(Visit, identity).version, **ended)
