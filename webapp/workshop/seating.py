"""At which workshop this request sits.

Who leads sits at any of the own districts, a device in the hall at its own workshop only.
"""

from __future__ import annotations

from flask import current_app
from sqlalchemy.orm import Session

from geo.errors import NotFound
from webapp.accounts.reader import account_now, reader_now, register_now, viewer_now
from webapp.board.table import Table, Tables
from webapp.board.workshops import PURPOSE, find_workshop
from webapp.register.look import View
from webapp.register.records import Workshop

_OF_SEAT = ("title", "held_on", "kind", "basis", "window", "too_many", "status", "district_id")
"""What a device may know of its workshop; the code is on the wall."""


def workshop_now(identity: str) -> View:
    """The workshop, where this reader has a place at it.

    Raises
    ------
    NotFound
    """
    seat = reader_now().seat
    if seat is None:
        return find_workshop(register_now(), viewer_now(), identity)
    if seat.workshop_id != identity:
        raise NotFound(kind="workshop", id=identity[:64])
    return _of_seat(identity)


def table_now(identity: str) -> Table:
    """The table of the workshop, where this reader has a place at it. Raises `NotFound`."""
    workshop_now(identity)
    return tables_now().of(identity)


def tables_now() -> Tables:
    """The tables of this server."""
    tables: Tables = current_app.extensions["tables"]
    return tables


def writer_now() -> tuple[str, str]:
    """The seat that this request writes from, and how it is called at the table.

    Two browsers of one account are two seats, so that each undoes its own.
    """
    reader = reader_now()
    if reader.seat is not None:
        return reader.seat.id, reader.seat.name
    account, here = account_now(), reader.here
    browser = "" if here is None else here.session.digest[:8]
    return f"{reader.viewer.account}:{browser}", (account.name or "") if account else "–"


def _of_seat(identity: str) -> View:
    """What a device may know of its workshop."""
    with Session(register_now().engine) as session:
        found = session.get(Workshop, identity)
        if found is None:
            raise NotFound(kind=PURPOSE, id=identity[:64])
        fields = (*_OF_SEAT, "id", "version")
        return View("workshop", {name: getattr(found, name) for name in fields})
