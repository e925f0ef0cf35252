"""What is read from drawn sheets, until a person has decided on every find."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0009"
down_revision: Final[str | None] = "0008"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "scan",
        _short("id"),
        _short("workshop_id"),
        _short("digest"),
        _short("code", 160),
        sa.Column("picture", sa.Text(), nullable=True),
        sa.Column("residual", sa.Double(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _short("made_by"),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_scan_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
        sa.UniqueConstraint("workshop_id", "digest", name=op.f("uq_scan_workshop_id_digest")),
    )
    op.create_table(
        "scan_find",
        _short("scan_id"),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name=op.f("fk_scan_find_scan_id")),
        sa.PrimaryKeyConstraint("scan_id", "number", name=op.f("pk_scan_find")),
    )


def _short(name: str, length: int = 64) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)
