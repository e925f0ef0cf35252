"""席: devices in the hall that take part with the code on the wall, without an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.register.house import Register
from webapp.register.records import Workshop
from webapp.register.records.base import new_id
from webapp.register.records.seat import Seat

_LONGEST: Final = 20


@dataclass(frozen=True)
class Seated:
    """Who sits there: the seat, its name, the workshop and its district."""

    id: str
    name: str
    workshop_id: str
    district_id: str | None


def take_seat(
    register: Register, workshop: Workshop, name: str, digest: str, now: datetime
) -> Seated:
    """A new seat at the workshop for a device that calls itself ``name``."""
    made = Seat(
        id=new_id("t"),
        workshop_id=workshop.id,
        digest=digest,
        name=name.strip()[:_LONGEST] or "?",
        made_at=now,
        ended_at=None,
    )
    with register.write() as connection, Session(connection) as session:
        session.add(made)
        session.flush()
        return Seated(made.id, made.name, workshop.id, workshop.district_id)


def find_seat(register: Register, digest: str) -> Seated | None:
    """Who sits behind a device's secret; None once the seat ended or its workshop is not open."""
    asked = (
        select(Seat.id, Seat.name, Workshop.id, Workshop.district_id)
        .join(Workshop, Workshop.id == Seat.workshop_id)
        .where(Seat.digest == digest, Seat.ended_at.is_(None), Workshop.status == "open")
    )
    with register.engine.connect() as connection:
        found = connection.execute(asked).one_or_none()
    return None if found is None else Seated(*found)


def list_seats(register: Register, workshop_id: str) -> list[Seat]:
    """The devices that take part, the first first."""
    asked = select(Seat).where(Seat.workshop_id == workshop_id, Seat.ended_at.is_(None))
    with Session(register.engine, expire_on_commit=False) as session:
        return list(session.scalars(asked.order_by(Seat.made_at)))


def end_seat(register: Register, workshop_id: str, seat_id: str, now: datetime) -> None:
    """Send a device away; its next request is a stranger's."""
    mine = (Seat.workshop_id == workshop_id) & (Seat.id == seat_id)
    with register.write() as connection:
        connection.execute(update(Seat).where(mine).values(ended_at=now))
