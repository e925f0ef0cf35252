"""Municipalities from PostGIS tables: one at a time, by a reader that changes nothing.

The schema has tables (or views) ``households``, ``supporters``, ``districts`` and
``streets`` (lines), each with a column ``municipality`` of text, a geometry column, and the
columns of its layer; lists are ``text[]``. An index on ``municipality`` pays.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import geopandas as gpd
from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from geo.country import CODE, LAYERS, Municipality, gather, network_of_lines
from geo.country.lines import COLUMNS
from geo.country.municipality import USED
from geo.errors import CrsMissing, FileMissing, ParameterWrong, SchemaUnknown
from webapp.faults import DatabaseAway, PostgisMissing

_STREETS: Final = "streets"
_TABLES: Final[dict[str, tuple[str, ...]]] = {**USED, _STREETS: COLUMNS}
_TEXT: Final = frozenset({"text", "character varying", "character"})


@dataclass(frozen=True)
class Table:
    """A table with a geometry: its columns that are read, and the geometry's name and SRID."""

    name: str
    columns: tuple[str, ...]
    geometry: str
    srid: int

    def read(self, connection: Connection, code: str) -> gpd.GeoDataFrame:
        """The rows of one municipality, and nothing of any other."""
        names = ", ".join(f'"{name}"' for name in (*self.columns, self.geometry))
        query = f'SELECT {names} FROM "{self.name}" WHERE {CODE} = :code'  # noqa: S608 # nosec B608 - names of the table's own description
        statement: Any = text(query)
        rows = gpd.GeoDataFrame.from_postgis(
            statement, connection, geom_col=self.geometry, crs=self.srid, params={"code": code}
        )
        return rows.rename_geometry("geometry") if self.geometry != "geometry" else rows


@dataclass(frozen=True)
class PostgisShare:
    """One municipality of a database; the address goes to the worker that reads it."""

    code: str
    rows: int
    address: str
    schema: str
    tables: Mapping[str, Table]

    def __repr__(self) -> str:
        return f"PostgisShare({self.code!r})"

    def read(self) -> Municipality:
        """Its layers and streets. Raises `DatabaseAway`, `CrsMissing` and the layers' faults."""
        with _reading(self.address, self.schema) as connection:
            found = {name: table.read(connection, self.code) for name, table in self.tables.items()}
        lines = found.pop(_STREETS, None)
        if lines is None or lines.empty:
            return gather(self.code, found, None)
        source = f"{_STREETS} ({self.code})"
        return gather(self.code, found, network_of_lines(lines, source=source))


class PostgisSource:
    """The tables of one schema, see above.

    Parameters
    ----------
    address
        ``postgresql://user@host/name``; workers connect to it too. The schema is
        ``public``, or that of ``?schema=…``.

    Raises
    ------
    ParameterWrong, DatabaseAway, PostgisMissing, FileMissing, SchemaUnknown, CrsMissing
    """

    def __init__(self, address: str) -> None:
        url, self.schema = _parse(address)
        self.address = url.render_as_string(hide_password=False)
        with _reading(self.address, self.schema) as connection:
            self.tables = _describe_tables(connection, self.schema)
        if "households" not in self.tables:
            raise FileMissing(file=f"{url.database}.{self.schema}.households")

    def shares(self) -> list[PostgisShare]:
        """Every municipality that any table names, by code."""
        households = self._counts["households"]
        codes = sorted({code for counts in self._counts.values() for code in counts if code})
        return [
            PostgisShare(code, households.get(code, 0), self.address, self.schema, self.tables)
            for code in codes
        ]

    def strays(self) -> dict[str, int]:
        """Rows of each table that name no municipality."""
        return {name: counts[None] for name, counts in self._counts.items() if None in counts}

    @cached_property
    def _counts(self) -> dict[str, dict[str | None, int]]:
        with _reading(self.address, self.schema) as connection:
            return {name: _count(connection, name) for name in self.tables}


def _parse(address: str) -> tuple[URL, str]:
    try:
        url = make_url(address).set(drivername="postgresql+pg8000")
    except (ArgumentError, ValueError) as fault:
        wanted = "postgresql://user@host/name"
        raise ParameterWrong(name="--from", value="postgresql://…", wanted=wanted) from fault
    schema = url.query.get("schema", "public")
    return url.difference_update_query(["schema"]), str(schema)


@contextmanager
def _reading(address: str, schema: str) -> Generator[Connection]:
    """A connection of one moment of the database, which can write nothing."""
    url = make_url(address)
    engine = create_engine(
        url, poolclass=NullPool, hide_parameters=True, isolation_level="REPEATABLE READ"
    )
    try:
        with engine.connect() as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            path = {"path": f"{_quoted(schema)}, public"}
            connection.execute(text("SELECT set_config('search_path', :path, true)"), path)
            yield connection
    except (DBAPIError, OSError) as fault:
        raise DatabaseAway(database=url.database) from fault
    finally:
        engine.dispose()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _describe_tables(connection: Connection, schema: str) -> dict[str, Table]:
    query = "SELECT extname FROM pg_extension WHERE extname = 'postgis'"
    if connection.execute(text(query)).first() is None:
        raise PostgisMissing
    query = "SELECT f_table_name, f_geometry_column, srid FROM geometry_columns "
    query += "WHERE f_table_schema = :schema ORDER BY f_geometry_column"
    found = connection.execute(text(query), {"schema": schema}).all()
    shapes = {str(name): (str(column), int(srid)) for name, column, srid in found}
    return {
        name: _describe(connection, schema, name, *shapes[name])
        for name in (*LAYERS, _STREETS)
        if name in shapes
    }


def _describe(connection: Connection, schema: str, name: str, geometry: str, srid: int) -> Table:
    query = "SELECT column_name, data_type FROM information_schema.columns "
    query += "WHERE table_schema = :schema AND table_name = :name ORDER BY ordinal_position"
    found = connection.execute(text(query), {"schema": schema, "name": name}).all()
    kinds: dict[str, Any] = {str(column): kind for column, kind in found}
    if kinds.get(CODE) not in _TEXT:
        raise SchemaUnknown(
            file=name,
            found=", ".join(kinds),
            expected=f"a column {CODE} of text",
            way_out="Write the municipality's code into each row, such as 40101.",
        )
    if srid == 0:
        raise CrsMissing(source=f"{name}.{geometry}", way_out="Set it: UpdateGeometrySRID().")
    used = tuple(column for column in _TABLES[name] if column in kinds)
    return Table(name, used, geometry, srid)


def _count(connection: Connection, name: str) -> dict[str | None, int]:
    query = f'SELECT {CODE}, count(*) FROM "{name}" GROUP BY 1'  # noqa: S608 # nosec B608 - a table of ours
    counts: dict[str | None, int] = {}
    for code, rows in connection.execute(text(query)):
        counts[code or None] = counts.get(code or None, 0) + int(rows)
    return counts
