"""Digests of tables: SHA-256 over their rows in key order, the same on every engine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from webapp.faults import CopyDiffers
from webapp.register.copies.rows import list_columns, list_tables, read_pages
from webapp.register.house import Register
from webapp.register.records import Base
from webapp.register.storage.engine import hold_still


@dataclass
class Tally:
    """The rows and the digest of one table, counted as its lines pass."""

    columns: Sequence[str]
    rows: int = 0
    _sum: Any = field(default_factory=hashlib.sha256, repr=False)

    def count(self, lines: Iterable[str]) -> None:
        """Take further lines in."""
        for line in lines:
            self.rows += 1
            self._sum.update(line.encode() + b"\n")

    @property
    def digest(self) -> str:
        """The digest of all lines so far, in hexadecimal."""
        return str(self._sum.hexdigest())


def digest_tables(register: Register) -> dict[str, str]:
    """The digest of every table that a copy holds, by its name."""
    with hold_still(register.engine) as connection:
        columns = {table.name: list_columns(table) for table in list_tables(connection)}
        return {name: one.digest for name, one in tally_tables(connection, columns).items()}


def tally_tables(connection: Connection, columns: Mapping[str, Sequence[str]]) -> dict[str, Tally]:
    """Rows and digest of the tables named, over the columns named."""
    tallies = {name: Tally(list(names)) for name, names in columns.items()}
    for name, tally in tallies.items():
        for lines in read_pages(connection, Base.metadata.tables[name], tally.columns):
            tally.count(lines)
    return tallies


def require_same(wanted: Mapping[str, str], found: Mapping[str, str]) -> None:
    """Refuse tables that are not what they should be.

    Raises
    ------
    CopyDiffers
        Facts name the first that differs.
    """
    for name, digest in wanted.items():
        if found.get(name) != digest:
            raise CopyDiffers(table=name)
