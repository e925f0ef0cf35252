"""Geometry for GIS clients, where the database is PostgreSQL."""

from __future__ import annotations

from typing import Final

from webapp.register.migrations.geometry import add_geometry

revision: Final = "0006"
down_revision: Final[str | None] = "0005"


def upgrade() -> None:
    """Add the columns and their indexes."""
    add_geometry()
