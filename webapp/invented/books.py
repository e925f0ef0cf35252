"""What the visits of the last weeks cost, entered as the desk enters it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from webapp.casework.ledger import book_visit
from webapp.casework.making import PURPOSE
from webapp.register.house import Register
from webapp.register.records import Visit
from webapp.register.viewer import Viewer

_OPEN: Final = timedelta(days=45)
"""What is older was settled before the program came."""


def keep_books(register: Register, viewer: Viewer, now: datetime) -> None:
    """Enter every visit that was made lately."""
    made = select(Visit).where(Visit.status == "done", Visit.planned_at > now - _OPEN)
    with register.change(viewer, PURPOSE, "invented year") as change:
        for visit in change.session.scalars(made.order_by(Visit.planned_at, Visit.id)).all():
            book_visit(change, visit)
