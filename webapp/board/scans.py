"""Drawn sheets that were read: kept until a person has decided on every find, in the register.

The journal stays the truth. A find that is confirmed becomes one stroke under the find's own
name, so that it is written once however often, and by however many, it is confirmed.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from webapp.board.journal import find_entry
from webapp.board.stroke import read_stroke
from webapp.board.table import Table
from webapp.faults import ItemGone, LineThere
from webapp.register.house import Register
from webapp.register.records.base import new_id
from webapp.register.records.scan import Scan, ScanFind

WORRY: Final = "気になる"
"""What a worry says that came from a sticker; who confirms it can write more on the map."""

_MOST: Final = 400
"""Finds of one reading that a person is asked about."""


@dataclass(frozen=True)
class Read:
    """A reading as it arrives: digest of the photos, the sheet's code, the picture laid flat."""

    digest: str
    code: str
    picture: bytes
    residual: float
    missing: int
    finds: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Known:
    """A reading as it is kept. ``picture`` null = every find is decided."""

    id: str
    sheet: str
    code: str
    made_at: datetime
    residual: float
    missing: int
    finds: int
    left: int
    picture: bytes | None = None


@dataclass(frozen=True)
class Find:
    """One find as it is kept. ``answer``: yes, no, there; null = nobody has decided."""

    number: int
    content: dict[str, Any]
    answer: str | None


@dataclass(frozen=True)
class Said:
    """What a person said to a find.

    ``houses``: ids of the house or houses meant. ``what``: the kind of link, or the sticker's
    meaning.
    """

    yes: bool
    houses: tuple[str, ...] = ()
    what: str = ""


def keep_scan(
    register: Register, workshop_id: str, read: Read, until: date, by: str, now: datetime
) -> str:
    """Keep a reading; its id. The same photos sent again are the reading they were.

    What another reading of the same sheet has found already is left out.
    """
    with register.write() as connection:
        mine = (Scan.workshop_id == workshop_id) & (Scan.digest == read.digest)
        before = connection.scalar(select(Scan.id).where(mine))
        if before is not None:
            return before
        identity = new_id("sc")
        fresh = _fresh(connection, workshop_id, read)
        picture = base64.b64encode(read.picture).decode() if fresh else None
        connection.execute(
            insert(Scan).values(
                id=identity, workshop_id=workshop_id, digest=read.digest, code=read.code,
                picture=picture, residual=read.residual, missing=read.missing, until=until,
                made_at=now, made_by=by,
            )
        )  # fmt: skip
        for number, content in enumerate(fresh, 1):
            row = {"scan_id": identity, "number": number, "content": content, "until": until}
            connection.execute(insert(ScanFind).values(row))
    return identity


def _fresh(connection: Connection, workshop_id: str, read: Read) -> list[dict[str, Any]]:
    asked = (
        select(ScanFind.content)
        .join(Scan, Scan.id == ScanFind.scan_id)
        .where(Scan.workshop_id == workshop_id)
    )
    known = {content["key"] for content in connection.scalars(asked)} - {""}
    return [one for one in read.finds if one["key"] not in known][:_MOST]


def list_scans(register: Register, workshop_id: str) -> list[Known]:
    """The readings of a workshop, the latest first."""
    with register.engine.connect() as connection:
        return _scans(connection, Scan.workshop_id == workshop_id)


def find_scan(register: Register, workshop_id: str, identity: str) -> Known | None:
    """One reading with its picture; None once it is gone."""
    mine = (Scan.workshop_id == workshop_id) & (Scan.id == identity)
    with register.engine.connect() as connection:
        found = _scans(connection, mine)
        kept = connection.scalar(select(Scan.picture).where(mine))
    if not found:
        return None
    picture = None if kept is None else base64.b64decode(kept)
    return replace(found[0], picture=picture)


def _scans(connection: Connection, where: ColumnElement[bool]) -> list[Known]:
    asked = (
        select(
            Scan.id, Scan.code, Scan.made_at, Scan.residual, Scan.missing,
            func.count(ScanFind.number), func.count(ScanFind.answer),
        )
        .outerjoin(ScanFind, ScanFind.scan_id == Scan.id)
        .where(where)
        .group_by(Scan.id, Scan.code, Scan.made_at, Scan.residual, Scan.missing)
        .order_by(Scan.made_at.desc())
    )  # fmt: skip
    return [
        Known(row[0], row[1].split(":")[1], *row[1:6], row[5] - row[6])
        for row in connection.execute(asked)
    ]


def list_finds(register: Register, scan_id: str) -> list[Find]:
    """All finds of a reading in their order."""
    asked = select(ScanFind.number, ScanFind.content, ScanFind.answer).where(
        ScanFind.scan_id == scan_id
    )
    with register.engine.connect() as connection:
        return [Find(*row) for row in connection.execute(asked.order_by(ScanFind.number))]


def decide_find(
    register: Register,
    table: Table,
    find: tuple[str, int],
    said: Said,
    by: tuple[str, str],
    now: datetime,
) -> str:
    """Write down what a person said to a find, ``(scan, number)``; how it is decided now.

    The first word counts: whoever comes second is told what was decided. A find that is on
    the map is confirmed, whatever is said to it afterwards.

    Raises
    ------
    NotFound, WorkshopShut, StrokeWrong, ItemGone
    """
    scan_id, number = find
    mine = (ScanFind.scan_id == scan_id) & (ScanFind.number == number)
    with register.engine.connect() as connection:
        row = connection.execute(
            select(ScanFind.content, ScanFind.answer).where(mine)
        ).one_or_none()
        drawn = find_entry(connection, table.workshop_id, f"{scan_id}-{number}") is not None
    if row is None or row.answer is not None:
        return "gone" if row is None else str(row.answer)
    answer = "yes" if drawn else "no"
    if said.yes and not drawn:
        answer = _draw(table, f"{scan_id}-{number}", row.content, said, by)
    _answer(register, scan_id, mine, answer, by[0], now)
    return answer


def _draw(table: Table, name: str, content: dict[str, Any], said: Said, by: tuple[str, str]) -> str:
    deed = _deed(table, name, content, said)
    try:
        table.write(read_stroke({"stroke": name, "deeds": [deed]}), *by)
    except LineThere:
        return "there"
    return "yes"


def _deed(table: Table, name: str, content: dict[str, Any], said: Said) -> dict[str, Any]:
    """What the find does to the map."""
    items = table.board().items
    if any(house not in items for house in said.houses):
        raise ItemGone(id=", ".join(said.houses))
    if content["kind"] == "line":
        watcher, watched = said.houses
        values = {"watcher": watcher, "watched": watched, "link": said.what}
        return {"id": name, "kind": "link", "put": values}
    house = said.houses[0]
    if said.what == "worry":
        return {"id": name, "kind": "worry", "put": {"about": house, "text": WORRY}}
    if said.what == "helper":
        return {"id": name, "kind": "person", "put": {"house": house, "part": "helper"}}
    put = {"composition": said.what}
    return {"id": house, "kind": "house", "base": items[house].number, "put": put}


def _answer(
    register: Register, scan_id: str, mine: ColumnElement[bool], answer: str, by: str, now: datetime
) -> None:
    """Note the decision; after the last one the picture goes."""
    with register.write() as connection:
        open_ = mine if answer == "yes" else mine & ScanFind.answer.is_(None)
        values = {"answer": answer, "answered_by": by, "answered_at": now}
        connection.execute(update(ScanFind).where(open_).values(values))
        _forget_picture(connection, scan_id)


def drop_scan(register: Register, scan_id: str, by: str, now: datetime) -> None:
    """Refuse every find that nobody has decided on, as when the photo was the wrong one."""
    left = (ScanFind.scan_id == scan_id) & ScanFind.answer.is_(None)
    with register.write() as connection:
        values = {"answer": "no", "answered_by": by, "answered_at": now}
        connection.execute(update(ScanFind).where(left).values(values))
        _forget_picture(connection, scan_id)


def _forget_picture(connection: Connection, scan_id: str) -> None:
    left = select(ScanFind.number).where(ScanFind.scan_id == scan_id, ScanFind.answer.is_(None))
    if connection.execute(left).first() is None:
        connection.execute(update(Scan).where(Scan.id == scan_id).values(picture=None))
