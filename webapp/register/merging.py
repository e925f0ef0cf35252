"""Two records become one: references move, what was blank is filled, nothing is lost.

A merging stands among the imports and is taken back as one, see
`webapp.register.intake.undo`. A file that still names the one that went is read as
naming the one that stayed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from geo.errors import NotFound
from webapp.faults import MergeIllegal
from webapp.register.duplicates import KINDS, PURPOSE, Kind
from webapp.register.house import Register
from webapp.register.intake.difference import BOOKS, Difference
from webapp.register.intake.drafts import Values
from webapp.register.intake.permits import require_allowed
from webapp.register.intake.standing import read_some, table_of
from webapp.register.intake.writing import Stamp, write_differences
from webapp.register.records import RECORDS, Household, LedgerEntry, Person, Record, WatchLink
from webapp.register.records.base import OfDistrict, new_id
from webapp.register.records.duplicate_verdict import DuplicateVerdict
from webapp.register.records.intake import Intake
from webapp.register.spelling import person_key
from webapp.register.viewer import Viewer

_GONE: Final = {"person": "closed", "supporter": "left"}

_OWN: Final = BOOKS | {"status", "household_id", "district_id", "search_key"}
"""Fields that are not filled from the other."""

_ENDS: Final = ("watcher_id", "watched_id")


def merge(register: Register, viewer: Viewer, kind: Kind, keep: str, drop: str) -> Intake:
    """Make ``drop`` part of ``keep``, all or nothing; the entry by which it is taken back.

    Raises
    ------
    NotFound, MergeIllegal, RecordWithheld, FieldWithheld
    """
    if keep == drop:
        raise MergeIllegal(keep=keep, drop=drop)
    made = Intake(
        id=new_id("t"), file=f"{keep} + {drop}", sha256=None, kind="merge", at=datetime.now(UTC),
        by=viewer.account, counts={}, state="applied",
    )  # fmt: skip
    with register.change(viewer, PURPOSE, "merge", intake_id=made.id) as change:
        connection = change.session.connection()
        found = _Merging(connection, kind, keep, drop).differences()
        require_allowed(viewer, PURPOSE, found)
        made.counts = _counts(found)
        values = {c.key: getattr(made, c.key) for c in table_of(Intake).columns}
        connection.execute(insert(table_of(Intake)), [values])
        write_differences(connection, found, Stamp.now(viewer, PURPOSE, "merge", made.id))
        _keep_verdict(connection, made, kind, keep, drop)
    return made


def _counts(found: list[Difference]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for one in found:
        of_record = counts.setdefault(one.record.noun(), {})
        of_record[one.deed] = of_record.get(one.deed, 0) + 1
    return counts


def _keep_verdict(connection: Connection, made: Intake, kind: Kind, keep: str, drop: str) -> None:
    first, second = sorted((keep, drop))
    table = table_of(DuplicateVerdict)
    same = (table.c.record == kind) & (table.c.first == first) & (table.c.second == second)
    connection.execute(delete(table).where(same))
    verdict = {
        "record": kind, "first": first, "second": second, "verdict": "merged", "kept": keep,
        "intake_id": made.id, "at": made.at, "by": made.by,
    }  # fmt: skip
    connection.execute(insert(table), [verdict])


class _Merging:
    """What one merging changes, record by record."""

    def __init__(self, connection: Connection, kind: Kind, keep: str, drop: str) -> None:
        self._connection = connection
        self._record = KINDS[kind]
        rows = read_some(connection, self._record, [keep, drop])
        for identity in (keep, drop):
            if identity not in rows:
                raise NotFound(kind=kind, id=identity)
        self._keep, self._drop = rows[keep], rows[drop]
        if _GONE[kind] in {self._drop["status"], self._keep["status"]}:
            raise MergeIllegal(keep=keep, drop=drop)
        self._gone = _GONE[kind]
        self._before: dict[tuple[type[Record], str], Values] = {}
        self._after: dict[tuple[type[Record], str], Values | None] = {}

    def differences(self) -> list[Difference]:
        """All of it."""
        self._put(self._record, self._keep, _filled(self._keep, self._drop))
        self._put(self._record, self._drop, {"status": self._gone})
        for record, column in _columns_to(self._record):
            self._move(record, column, self._drop["id"], self._keep["id"])
        for column in ("debit", "credit"):
            self._move(LedgerEntry, column, *map(self._account, (self._drop, self._keep)))
        if self._record is Person:
            self._merge_homes()
        else:
            self._move_links(self._drop["id"], self._keep["id"])
        return list(self._found())

    def _account(self, row: Values) -> str:
        """How the ledger names it."""
        return f"{self._record.noun()}:{row['id']}"

    def _put(self, record: type[Record], row: Values, values: Values) -> None:
        key = (record, row["id"])
        self._before.setdefault(key, row)
        self._after[key] = (self._after.get(key) or self._before[key]) | values

    def _move(self, record: type[Record], column: str, old: str, new: str) -> None:
        table = table_of(record)
        found = self._connection.execute(select(table).where(table.c[column] == old)).mappings()
        for row in found:
            values: Values = {column: new}
            if issubclass(record, OfDistrict):
                values["district_id"] = self._keep["district_id"]
            self._put(record, dict(row), values)

    def _merge_homes(self) -> None:
        """A home that nobody is left in becomes past; its requests and lines move along."""
        old, new = self._drop["household_id"], self._keep["household_id"]
        others = select(Person.id).where(
            Person.household_id == old, Person.status != "closed", Person.id != self._drop["id"]
        )
        if old == new or self._connection.scalar(others.limit(1)) is not None:
            return
        home = read_some(self._connection, Household, [old])[old]
        self._put(Household, home, {"status": "past"})
        for record, column in _columns_to(Household):
            if record is not Person:
                self._move(record, column, old, new)
        self._move_links(old, new)

    def _move_links(self, old: str, new: str) -> None:
        """Lines to the one go to the other; a line to oneself, or drawn twice, goes."""
        for column in _ENDS:
            self._move_ends(column, old, new)
        known = self._links_of(new)
        for key, after in list(self._after.items()):
            if key[0] is not WatchLink or after is None:
                continue
            ends = _line(after)
            if ends[0] == ends[1] or ends in known:
                self._after[key] = None
            known.add(ends)

    def _move_ends(self, column: str, old: str, new: str) -> None:
        table = table_of(WatchLink)
        found = self._connection.execute(select(table).where(table.c[column] == old)).mappings()
        for row in found:
            values = {column: new}
            if column == "watched_id":
                values["district_id"] = self._keep["district_id"]
            self._put(WatchLink, dict(row), values)

    def _links_of(self, identity: str) -> set[tuple[str, str, str | None]]:
        ends = (WatchLink.watcher_id == identity) | (WatchLink.watched_id == identity)
        table = table_of(WatchLink)
        rows = self._connection.execute(select(table).where(ends)).mappings()
        return {_line(dict(row)) for row in rows if (WatchLink, row["id"]) not in self._after}

    def _found(self) -> Iterator[Difference]:
        for (record, identity), after in self._after.items():
            before = self._before[record, identity]
            if after is None:
                yield Difference("gone", record, identity, before, None)
            elif after != before:
                yield Difference("changed", record, identity, before, after)


def _filled(keep: Values, drop: Values) -> Values:
    """What the one does not know and the other does."""
    filled = {
        name: drop[name]
        for name, value in keep.items()
        if name not in _OWN and value is None and drop[name] is not None
    }
    if "lon" in filled or "lat" in filled:
        filled |= {name: drop[name] for name in ("lon", "lat", "geocode_level")}
    known = keep | filled
    return filled | {"search_key": person_key(known["name"], known["kana"])}


def _line(row: Values) -> tuple[str, str, str | None]:
    return row["watcher_id"], row["watched_id"], row["kind"]


def _columns_to(target: type[Record]) -> Iterator[tuple[type[Record], str]]:
    """Every column of a record that refers to ``target``."""
    for record in RECORDS.values():
        for key in table_of(record).foreign_keys:
            if key.column.table.name == target.noun():
                yield record, key.parent.key
