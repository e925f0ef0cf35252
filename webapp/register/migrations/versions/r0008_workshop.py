"""What workshops keep: themselves, their journals, the devices that take part, their review."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0008"
down_revision: Final[str | None] = "0007"


def upgrade() -> None:
    """Add the tables."""
    _add_workshop()
    _add_journal_entry()
    _add_seat()
    _add_reviewed()


def _short(name: str, length: int = 64) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _add_workshop() -> None:
    op.create_table(
        "workshop",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        _short("kind", 16),
        _short("basis", 16),
        sa.Column("window", sa.Text(), nullable=True),
        _short("code", 16),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("too_many", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.String(length=64), nullable=True),
        _short("status", 16),
        _short("id"),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("made_at"),
        _short("made_by"),
        _moment("changed_at"),
        _short("changed_by"),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_workshop_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop")),
    )
    for name in ("code", "district_id", "status"):
        op.create_index(op.f(f"ix_workshop_{name}"), "workshop", [name], unique=False)


def _add_journal_entry() -> None:
    op.create_table(
        "journal_entry",
        _short("workshop_id"),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        _short("stroke"),
        _short("seat"),
        _short("name"),
        _moment("at"),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_journal_entry_workshop_id")
        ),
        sa.PrimaryKeyConstraint("workshop_id", "number", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint(
            "workshop_id", "stroke", name=op.f("uq_journal_entry_workshop_id_stroke")
        ),
    )


def _add_seat() -> None:
    op.create_table(
        "seat",
        _short("id"),
        _short("workshop_id"),
        _short("digest"),
        _short("name"),
        _moment("made_at"),
        _moment("ended_at", nullable=True),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_seat_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("digest", name=op.f("uq_seat_digest")),
    )
    op.create_index(op.f("ix_seat_workshop_id"), "seat", ["workshop_id"], unique=False)


def _add_reviewed() -> None:
    op.create_table(
        "reviewed",
        _short("workshop_id"),
        _short("item"),
        _short("verdict", 16),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.Column("records", sa.Text(), nullable=False),
        _moment("at"),
        _short("by"),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_reviewed_workshop_id")
        ),
        sa.PrimaryKeyConstraint("workshop_id", "item", name=op.f("pk_reviewed")),
    )
