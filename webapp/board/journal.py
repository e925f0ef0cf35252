"""The journal on the disk: entries are added in the server's order and read back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from geo.errors import NotFound
from webapp.board.state import Entry
from webapp.board.stroke import Stroke, read_written
from webapp.faults import WorkshopShut
from webapp.register.records import Workshop
from webapp.register.records.journal_entry import JournalEntry


def require_open(connection: Connection, workshop_id: str) -> None:
    """Hold the workshop until the transaction ends. Raises `NotFound`, `WorkshopShut`."""
    asked = select(Workshop.status).where(Workshop.id == workshop_id).with_for_update()
    status = connection.scalar(asked)
    if status is None:
        raise NotFound(kind="workshop", id=workshop_id)
    if status != "open":
        raise WorkshopShut(status=status)


def read_entries(connection: Connection, workshop_id: str, since: int = 0) -> list[Entry]:
    """The entries after number ``since``, in their order."""
    asked = (
        select(JournalEntry.__table__)
        .where(JournalEntry.workshop_id == workshop_id, JournalEntry.number > since)
        .order_by(JournalEntry.number)
    )
    return [
        Entry(row.number, read_written(row.stroke, row.content), row.seat, row.name, row.at)
        for row in connection.execute(asked)
    ]


def last_number(connection: Connection, workshop_id: str) -> int:
    """The number of the last entry; 0 = none."""
    asked = select(func.max(JournalEntry.number)).where(JournalEntry.workshop_id == workshop_id)
    return connection.scalar(asked) or 0


def find_entry(connection: Connection, workshop_id: str, stroke: str) -> int | None:
    """The number under which this stroke was written down before; None = it was not."""
    mine = (JournalEntry.workshop_id == workshop_id) & (JournalEntry.stroke == stroke)
    return connection.scalar(select(JournalEntry.number).where(mine))


def add_entry(
    connection: Connection,
    workshop_id: str,
    number: int,
    stroke: Stroke,
    by: tuple[str, str],
    at: datetime,
) -> Entry:
    """Write a stroke down as entry ``number``, ``by`` a seat and its name."""
    seat, name = by
    connection.execute(
        insert(JournalEntry).values(
            workshop_id=workshop_id,
            number=number,
            stroke=stroke.id,
            seat=seat,
            name=name,
            at=at,
            content=stroke.written(),
        )
    )
    return Entry(number, stroke, seat, name, at)
