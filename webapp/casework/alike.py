"""Who in the register may be the one who answered: the same telephone or the same name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from webapp.register.house import Register
from webapp.register.look import allowed_rows
from webapp.register.records import Person, Supporter
from webapp.register.spelling import phone_key, search_key
from webapp.register.trail.reads import extent_event
from webapp.register.viewer import Viewer

PURPOSE: Final = "matching"

_SHORTEST_PHONE: Final = 6

_MOST: Final = 5
"""So many are pointed out at most."""


@dataclass(frozen=True)
class Alike:
    """One who may be the same. ``reasons``: phone, name, kana."""

    id: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """Everybody of a kind in the viewer's districts, by what they are recognised by."""

    phones: dict[str, list[str]]
    names: dict[str, list[str]]
    readings: dict[str, list[str]]

    def of(self, name: str | None, kana: str | None, phone: str | None) -> list[Alike]:
        """Those who may be the one, the surest first."""
        found: dict[str, list[str]] = {}
        for reason, ids in (
            ("phone", [one for key in _phones(phone) for one in self.phones.get(key, ())]),
            ("name", self.names.get(search_key(name or ""), [])),
            ("kana", self.readings.get(search_key(kana or ""), [])),
        ):
            for one in dict.fromkeys(ids):
                found.setdefault(one, []).append(reason)
        ranked = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        return [Alike(one, tuple(reasons)) for one, reasons in ranked[:_MOST]]

    def add(self, identity: str, name: str | None, kana: str | None, phone: str | None) -> None:
        """One more who is known from now on."""
        for index, keys in (
            (self.phones, _phones(phone)),
            (self.names, [search_key(name or "")]),
            (self.readings, [search_key(kana or "")]),
        ):
            for key in filter(None, keys):
                index.setdefault(key, []).append(identity)


def know_everybody(register: Register, viewer: Viewer, record: type[Person | Supporter]) -> Known:
    """What people are recognised by; the reading is in the trail. Who left is among them."""
    known = Known({}, {}, {})
    with register.engine.connect() as connection:
        count = _read(connection, viewer, record, known)
    fields = ["kana", "name", "phone"]
    register.keep([extent_event(viewer, PURPOSE, record.noun(), None, count, fields)])
    return known


def read_known(connection: Connection, viewer: Viewer, record: type[Person | Supporter]) -> Known:
    """The same within a transaction, for comparing only."""
    known = Known({}, {}, {})
    _read(connection, viewer, record, known)
    return known


def _read(
    connection: Connection, viewer: Viewer, record: type[Person | Supporter], known: Known
) -> int:
    asked = select(record.id, record.name, record.kana, record.phone)
    rows = connection.execute(asked.where(allowed_rows(record, viewer, PURPOSE))).all()
    for row in rows:
        known.add(*row)
    return len(rows)


def _phones(written: str | None) -> Iterator[str]:
    """The numbers of a cell that may hold several."""
    for part in (written or "").replace("、", "/").replace(",", "/").split("/"):
        key = phone_key(part)
        if len(key) >= _SHORTEST_PHONE:
            yield key
