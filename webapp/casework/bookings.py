"""Who is already on the way somewhere at a time: nobody can be in two places."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from webapp.register.records import Visit

USUAL_MINUTES: Final = 60.0
"""How long a visit takes where nobody said so."""

_LONGEST: Final = timedelta(hours=24)


def booked_supporters(
    connection: Connection,
    start: datetime,
    minutes: float = USUAL_MINUTES,
    *,
    besides: Collection[str] = (),
) -> dict[str, str]:
    """Supporters with a planned visit that overlaps the time wanted, each with that visit's id.

    Parameters
    ----------
    besides
        Ids of visits that do not count, such as the one that is being moved.
    """
    end = start + timedelta(minutes=minutes)
    asked = select(Visit.id, Visit.supporter_id, Visit.planned_at, Visit.planned_minutes).where(
        Visit.status == "planned", Visit.planned_at < end, Visit.planned_at > start - _LONGEST
    )
    return {
        str(supporter): str(identity)
        for identity, supporter, at, planned in connection.execute(asked)
        if identity not in besides
        and at + timedelta(minutes=USUAL_MINUTES if planned is None else planned) > start
    }
