"""What the register holds before an import: rows as values, districts, people by household."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar, cast

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import Connection, Table, func, select

from geo.crs import GEOGRAPHIC
from webapp.register.intake.drafts import Standing, Values
from webapp.register.records import Base, District, Household, Person, Record, Supporter
from webapp.register.records.duplicate_verdict import DuplicateVerdict
from webapp.register.trail.history import History

CHUNK: Final = 500
"""Ids named in one statement."""


def table_of(record: type[Base]) -> Table:
    """The table of a kind of record."""
    return cast("Table", record.__table__)


def read_standing(connection: Connection) -> Standing:
    """What the rows of a file lean on."""
    people: dict[str, list[tuple[str, str | None]]] = {}
    asked = select(Person.household_id, Person.id, Person.search_key).order_by(Person.id)
    for household, identity, key in connection.execute(asked):
        people.setdefault(household, []).append((identity, key))
    homes: dict[str, str | None] = {}
    for record in (Household, Supporter):
        found = connection.execute(select(record.id, record.district_id))
        homes |= {row.id: row.district_id for row in found}
    return Standing(_read_districts(connection), people, homes, _read_merged(connection))


def _read_merged(connection: Connection) -> dict[str, str]:
    """Households and supporters that became part of another, to the last of each chain."""
    table = table_of(DuplicateVerdict)
    asked = select(table.c.record, table.c.first, table.c.second, table.c.kept)
    into: dict[str, str] = {}
    for noun, first, second, kept in connection.execute(asked.where(table.c.kept.is_not(None))):
        gone = second if kept == first else first
        if noun == "supporter":
            into[gone] = kept
        else:
            into |= _merged_home(connection, gone, kept)
    return {one: _last(into, one) for one in into}


def _merged_home(connection: Connection, gone: str, kept: str) -> dict[str, str]:
    people = read_some(connection, Person, [gone, kept])
    if len(people) < 2:
        return {}
    old, new = (people[identity]["household_id"] for identity in (gone, kept))
    home = read_some(connection, Household, [old])[old]
    return {old: new} if old != new and home["status"] == "past" else {}


def _last(into: dict[str, str], one: str) -> str:
    seen = {one}
    while into.get(one, one) not in seen:
        one = into[one]
        seen.add(one)
    return one


def _read_districts(connection: Connection) -> gpd.GeoDataFrame:
    asked = select(District.id, District.code, District.name, District.boundary)
    rows = connection.execute(asked.order_by(District.id)).all()
    shapes = np.array(
        [None if row[3] is None else shapely.from_wkb(row[3]) for row in rows], object
    )
    named = {name: [row[at] for row in rows] for at, name in enumerate(("id", "code", "name"))}
    return gpd.GeoDataFrame(named, geometry=gpd.GeoSeries(shapes, crs=GEOGRAPHIC), crs=GEOGRAPHIC)


def read_rows(connection: Connection, record: type[Record]) -> dict[str, Values]:
    """Every record of a kind as it stands, by id."""
    columns = table_of(record).columns
    names = [column.key for column in columns]
    found = connection.execute(select(*columns))
    return {row[names.index("id")]: dict(zip(names, row, strict=True)) for row in found}


def read_some(
    connection: Connection, record: type[Record], ids: Iterable[str]
) -> dict[str, Values]:
    """Those records of a kind that are named, by id."""
    columns = table_of(record).columns
    names = [column.key for column in columns]
    found: dict[str, Values] = {}
    for some in in_batches(list(ids), CHUNK):
        for row in connection.execute(select(*columns).where(record.id.in_(some))):
            values = dict(zip(names, row, strict=True))
            found[values["id"]] = values
    return found


def last_versions(connection: Connection, record: type[Record]) -> dict[str, int]:
    """The last version kept of every record of a kind, also of those that are gone."""
    asked = (
        select(History.record_id, func.max(History.version))
        .where(History.record == record.noun())
        .group_by(History.record_id)
    )
    return {identity: int(version) for identity, version in connection.execute(asked)}


_T = TypeVar("_T")


def in_batches(rows: Sequence[_T], size: int = 5000) -> Iterator[Sequence[_T]]:
    """The rows, some at a time."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
