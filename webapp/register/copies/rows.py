"""Rows as every engine tells them alike: one JSON line each, in the order of their keys.

What differs between SQLite and PostgreSQL, the order of text and the counters of
numbered keys, is decided here and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    LargeBinary,
    String,
    Table,
    collate,
    func,
    insert,
    inspect,
    select,
    text,
    tuple_,
)

from webapp.register.records import Base
from webapp.register.records.base import Facts, Moment, plain

PAGE: Final = 2000
"""Rows read and written together."""

_PASSING: Final = frozenset({"staff_session"})
"""Tables that belong to the machine they were filled at, not to its copies."""

_ORDER: Final = {"postgresql": "C", "sqlite": "BINARY"}
"""The order of text by its code points, by engine."""


def list_tables(connection: Connection) -> list[Table]:
    """The tables that a copy holds, each after those it refers to."""
    there = set(inspect(connection).get_table_names())
    kept = there - _PASSING
    return [table for table in Base.metadata.sorted_tables if table.name in kept]


def list_columns(table: Table) -> list[str]:
    """The names of a table's columns in the order of a line."""
    return sorted(column.name for column in table.columns)


def read_pages(connection: Connection, table: Table, columns: Sequence[str]) -> Iterator[list[str]]:
    """The lines of a table, page by page, in the order of its key."""
    keys = [_in_order(column, connection) for column in table.primary_key.columns]
    places = [columns.index(column.name) for column in table.primary_key.columns]
    asked = select(*(table.c[name] for name in columns)).order_by(*keys).limit(PAGE)
    rows = connection.execute(asked).all()
    while rows:
        yield [write_line(row) for row in rows]
        if len(rows) < PAGE:
            return
        last = tuple_(*(rows[-1][place] for place in places))
        rows = connection.execute(asked.where(tuple_(*keys) > last)).all()


def write_line(row: Iterable[Any]) -> str:
    """A row as one line, the same whichever engine it came from."""
    values = [plain(value) for value in row]
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def put_lines(
    connection: Connection, table: Table, columns: Sequence[str], lines: Iterable[str]
) -> int:
    """Add the rows that the lines tell; how many. A column the lines lack keeps its default."""
    kept = [table.c[name] for name in columns]
    rows = [
        {c.name: _read_value(c, value) for c, value in zip(kept, json.loads(line), strict=True)}
        for line in lines
    ]
    if rows:
        connection.execute(insert(table), rows)
    return len(rows)


def relax_references(connection: Connection) -> None:
    """Ask for references at the end of the transaction, where the engine can."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))


def set_counters(connection: Connection) -> None:
    """Let numbered keys go on after the highest that was put in; SQLite does by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in list_tables(connection):
        column = table.autoincrement_column
        if column is None:
            continue
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        highest = connection.execute(select(func.max(column))).scalar()
        if highest and connection.execute(select(sequence)).scalar():
            connection.execute(select(func.setval(sequence, highest)))


def _in_order(column: Column[Any], connection: Connection) -> ColumnElement[Any]:
    if not isinstance(column.type, String):
        return column
    return collate(column, _ORDER[connection.dialect.name])


def _read_value(column: Column[Any], value: Any) -> Any:  # noqa: ANN401
    if value is None or isinstance(column.type, Facts):
        return value
    if isinstance(column.type, LargeBinary):
        return bytes.fromhex(value)
    if isinstance(column.type, Moment):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value
