"""What an import would do: new, changed field by field, gone, unchanged, at fault.

Gone is only what lies in a district that the file covers: a household becomes past, its
people closed, a supporter left; a line or a place is taken away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, String

from webapp.register.consents import JAPAN
from webapp.register.intake.difference import BOOKS, Deed, Difference, Differences, RowFault
from webapp.register.intake.drafts import Draft, Standing, Values
from webapp.register.intake.settling import find_followers, find_settled
from webapp.register.intake.standing import read_rows, table_of
from webapp.register.records import (
    District,
    Household,
    Person,
    Place,
    Record,
    Supporter,
    WatchLink,
)
from webapp.register.records.base import steps_of
from webapp.register.records.supporter import reach
from webapp.register.spelling import person_key

_SPOT: Final = ("lon", "lat", "mesh", "geocode_level")

ERASED: Final = frozenset({WatchLink, Place})
"""What has no status to be gone with: it is taken away, its versions are kept."""

_UNSTORABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff]")

_GONE: Final[dict[type[Record], str]] = {
    Household: "past",
    Person: "closed",
    Supporter: "left",
}

_Stored = dict[type[Record], dict[str, Values]]


def find_differences(
    connection: Connection, drafts: list[Draft], standing: Standing, *, keep_missing: bool = False
) -> Differences:
    """Compare drafts with what is stored; ``keep_missing``: nothing is gone."""
    found = Differences()
    stored: _Stored = {}
    for draft in drafts:
        stored[draft.record] = read_rows(connection, draft.record)
        _compare(draft, stored, found)
    if not keep_missing:
        for draft in drafts:
            found.listed.extend(_find_gone(draft, stored))
        found.listed.extend(_find_people_gone(connection, found, standing))
    listed = {(one.record, one.id) for one in found.listed}
    settled = find_settled(connection, drafts, standing)
    found.listed.extend(one for one in settled if (one.record, one.id) not in listed)
    found.listed.extend(find_followers(connection, found.listed, drafts))
    return found


def _compare(draft: Draft, stored: _Stored, found: Differences) -> None:
    kinds = _Kinds(draft.record)
    unchanged = 0
    for identity, told in draft.rows.items():
        old = stored[draft.record].get(identity)
        new = (
            kinds.fresh(identity, told) if old is None else _revise(draft.record, old, told, stored)
        )
        faults = list(kinds.faults(identity, told, old, new))
        found.faults.extend(faults)
        if faults:
            continue
        if new == old:
            unchanged += 1
            continue
        deed: Deed = "new" if old is None else "changed"
        found.listed.append(Difference(deed, draft.record, identity, old, new))
    found.unchanged[draft.record.noun()] = unchanged


def _revise(
    record: type[Record],
    old: Values,
    told: Values,
    stored: _Stored,
) -> Values:
    """The record as it will be: what is told, but for positions nobody knows better."""
    new = old | told
    if told.get("lon") is None and "lon" in told:
        moved = new.get("address") != old.get("address")
        for name in _SPOT:
            if name in old:
                new[name] = None if moved else old[name]
    if told.get("district_id") is None and "district_id" in old:
        new["district_id"] = old["district_id"]
    if "search_key" in told:
        new["search_key"] = person_key(new["name"], new["kana"])
    if record is Supporter and "status" not in told and old["status"] == "left":
        new["status"] = "willing"
    if record is Supporter and new["status"] != old["status"]:
        new |= _reached(old, new["status"])
    if record is Person:
        new["status"] = _person_status(old, stored)
    if record is District and new.get("boundary") == old.get("boundary"):
        new["boundary_source"] = old["boundary_source"]
    return new


def _reached(old: Values, status: str) -> Values:
    """The day of the import stands for the day a supporter reached the status."""
    return {"milestones": reach(old["milestones"], status, datetime.now(JAPAN).date())}


def _person_status(old: Values, stored: _Stored) -> str:
    """One closed with a household that is past comes back with it."""
    home = stored.get(Household, {}).get(old["household_id"])
    is_back = old["status"] == "closed" and home is not None and home["status"] == "past"
    return "active" if is_back else old["status"]


class _Kinds:
    """What the columns of one kind of record can hold."""

    def __init__(self, record: type[Record]) -> None:
        self._record = record
        columns = [column for column in table_of(record).columns if column.key not in BOOKS]
        self._empty: Values = {
            column.key: None if column.default is None else column.default.arg  # type: ignore[attr-defined]
            for column in columns
        }
        if (steps := steps_of(record)) is not None:
            self._empty["status"] = steps.first
        self._longest = {
            column.key: column.type.length
            for column in table_of(record).columns
            if isinstance(column.type, String) and column.type.length
        }

    def fresh(self, identity: str, told: Values) -> Values:
        """A new record, every column there."""
        return {"id": identity} | self._empty | told

    def faults(
        self, identity: str, told: Values, old: Values | None, new: Values
    ) -> Iterator[RowFault]:
        """What hinders the row."""
        for name, value in ({"id": identity} | told).items():
            texts = value if isinstance(value, list) else [value]
            if any(isinstance(text, str) and not _is_storable(text) for text in texts):
                yield RowFault(self._record, identity[:64], "letters", {"field": name})
            longest = self._longest.get(name)
            if longest and isinstance(value, str) and len(value) > longest:
                facts = {"field": name, "longest": str(longest)}
                yield RowFault(self._record, identity[:64], "too_long", facts)
        steps = steps_of(self._record)
        if old is None or steps is None or new["status"] == old["status"]:
            return
        if new["status"] not in steps.legal(old["status"]):
            facts = {"field": "status", "old": old["status"], "new": new["status"]}
            legal = ", ".join(steps.legal(old["status"])) or "–"
            yield RowFault(self._record, identity, "step", facts | {"legal": legal})


def _is_storable(text: str) -> bool:
    """Whether it can be kept and shown: no control sign, no half of a surrogate pair."""
    return _UNSTORABLE.search(text) is None


def _find_gone(draft: Draft, stored: _Stored) -> Iterator[Difference]:
    record = draft.record
    if record in {District, Person}:
        return
    covered = _covered(draft)
    for identity, old in stored[record].items():
        if identity in draft.rows or old["district_id"] not in covered:
            continue
        if record in ERASED:
            yield Difference("gone", record, identity, old, None)
        elif old["status"] != _GONE[record]:
            put_away = {"status": _GONE[record]}
            if record is Supporter:
                put_away |= _reached(old, _GONE[record])
            yield Difference("gone", record, identity, old, old | put_away)


def _covered(draft: Draft) -> set[str | None]:
    """The districts a file speaks of; where none is known, all that is in no district."""
    districts = {row.get("district_id") for row in draft.rows.values()}
    return districts - {None} or {None}


def _find_people_gone(
    connection: Connection, found: Differences, standing: Standing
) -> Iterator[Difference]:
    past = {one.id for one in found.listed if one.deed == "gone" and one.record is Household}
    if not any(home in standing.people for home in past):
        return
    for identity, old in read_rows(connection, Person).items():
        if old["household_id"] in past and old["status"] not in {"closed", "moved", "deceased"}:
            yield Difference("gone", Person, identity, old, old | {"status": "closed"})
