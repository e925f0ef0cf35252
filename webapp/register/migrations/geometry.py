"""Geometry for GIS clients, on PostgreSQL only: columns that PostGIS keeps by itself.

The register itself reads ``lon``, ``lat`` and ``boundary`` on every engine.
"""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from webapp.faults import PostgisMissing

COLUMN: Final = "geom"
"""Longitude and latitude in EPSG:4326; null where the record is not placed."""

_POINT: Final = "geometry(Point, 4326)", "ST_SetSRID(ST_MakePoint(lon, lat), 4326)"
_AREA: Final = "geometry(MultiPolygon, 4326)", "ST_Multi(ST_GeomFromWKB(boundary, 4326))"

_SHAPES: Final = {
    "household": _POINT,
    "supporter": _POINT,
    "place": _POINT,
    "district": _AREA,
}


def add_geometry() -> None:
    """Give the placed records a column and an index that GIS clients read.

    Raises
    ------
    PostgisMissing
        The database lacks PostGIS, and this account may not install it.
    """
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    _require_postgis(connection)
    for table, (kind, made_of) in _SHAPES.items():
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {COLUMN} {kind} GENERATED ALWAYS AS ({made_of}) STORED"
        )
        op.execute(f"CREATE INDEX ix_{table}_{COLUMN} ON {table} USING gist ({COLUMN})")


def _require_postgis(connection: Connection) -> None:
    there = text("SELECT count(*) FROM pg_extension WHERE extname = 'postgis'")
    if connection.execute(there).scalar_one():
        return
    try:
        connection.execute(text("CREATE EXTENSION postgis"))
    except DBAPIError:
        raise PostgisMissing from None
