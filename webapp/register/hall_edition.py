"""The hall edition of a workshop: its strokes, seats, scans and verdicts, gone when time is up.

What entered the register stays there. Who is erased from the register goes from the strokes
too, with whatever hangs on that one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import Table, Text, delete, or_, select, type_coerce
from sqlalchemy.orm import Session

from webapp.register.house import Register
from webapp.register.records import Base, Workshop
from webapp.register.records.journal_entry import JournalEntry
from webapp.register.records.reviewed import Reviewed
from webapp.register.records.scan import Scan
from webapp.register.records.seat import Seat

HANG: Final = ("house", "watcher", "watched", "about")
"""Fields of a deed that name another item."""

_KNOWN: Final = (JournalEntry, Seat, Reviewed, Scan)
"""Tables of every hall edition; named here so that every process knows of them."""


def find_over(register: Register, today: date) -> list[str]:
    """Ids of the workshops whose hall edition was to be kept until before ``today``."""
    asked = select(Workshop.id).where(Workshop.keep_until < today, Workshop.status != "erased")
    with register.engine.connect() as connection:
        return list(connection.scalars(asked.order_by(Workshop.id)))


def erase_hall_edition(session: Session, workshop_id: str) -> None:
    """Delete all that the hall knew of a workshop, in every table that belongs to one."""
    session.flush()
    for table, of in _tables():
        mine = select(of.c.id).where(of.c.workshop_id == workshop_id)
        key = next(one for one in table.columns if _leads_to(one, of))
        session.execute(delete(table).where(key.in_(mine)))
    for table in _own():
        session.execute(delete(table).where(table.c.workshop_id == workshop_id))
    session.flush()


def _own() -> list[Table]:
    """Tables whose rows name their workshop."""
    return [one for one in Base.metadata.sorted_tables[::-1] if "workshop_id" in one.columns]


def _tables() -> Iterator[tuple[Table, Table]]:
    """Tables whose rows name a row of a workshop's, with the table of that."""
    own = _own()
    for table in Base.metadata.sorted_tables[::-1]:
        for of in own if table not in own else ():
            if any(_leads_to(column, of) for column in table.columns):
                yield table, of


def _leads_to(column: Any, table: Table) -> bool:  # noqa: ANN401
    return any(key.column.table is table for key in column.foreign_keys)


def blot_items(session: Session, identity: str) -> None:
    """Take somebody or a home of the register out of every journal, with all that hangs on it."""
    session.flush()
    named = type_coerce(JournalEntry.content, Text).contains(f'"{identity}"', autoescape=True)
    became = type_coerce(Reviewed.records, Text).contains(f'"{identity}"', autoescape=True)
    found = or_(
        Workshop.id.in_(select(JournalEntry.workshop_id).where(named)),
        Workshop.id.in_(select(Reviewed.workshop_id).where(became)),
    )
    for workshop_id in session.scalars(select(Workshop.id).where(found)).all():
        _blot_journal(session, workshop_id, identity)
    session.flush()


def _blot_journal(session: Session, workshop_id: str, identity: str) -> None:
    mine = JournalEntry.workshop_id == workshop_id
    entries = session.scalars(select(JournalEntry).where(mine)).all()
    verdicts = session.scalars(select(Reviewed).where(Reviewed.workshop_id == workshop_id)).all()
    became = {one.item for one in verdicts if identity in one.records.values()}
    gone = find_items([one.content for one in entries], identity, became)
    for entry in entries:
        kept = [deed for deed in entry.content["deeds"] if deed["id"] not in gone]
        if len(kept) < len(entry.content["deeds"]):
            entry.content = entry.content | {"deeds": kept}
    for one in verdicts:
        if one.item in gone:
            session.delete(one)


def find_items(
    contents: Iterable[Mapping[str, Any]], identity: str, became: Collection[str] = ()
) -> set[str]:
    """Ids of the items that are that record, or ``became`` it, and of what hangs on them."""
    deeds = [deed for one in contents for deed in one["deeds"] if deed.get("put")]
    refs = ("household_id", "person_id", "supporter_id")
    gone = set(became)
    gone |= {one["id"] for one in deeds if identity in {one["put"].get(name) for name in refs}}
    hung = {one["id"]: {one["put"].get(name) for name in HANG} for one in deeds}
    for deed in deeds:
        hung[deed["id"]] |= {deed["put"].get(name) for name in HANG}
    more = set(gone)
    while more:
        more = {one for one, ends in hung.items() if one not in gone and ends & gone}
        gone |= more
    return gone
