"""What the desk keeps: series and their visits, runs of offers, surveys, reminders, drafts."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0007"
down_revision: Final[str | None] = "0006"


def upgrade() -> None:
    """Add the columns, then the tables."""
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.add_column(table, column)
    for table, name, target in _REFERENCES:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {name} VARCHAR(64) "
            f"CONSTRAINT fk_{table}_{name} REFERENCES {target} (id)"
        )
    for table, name in _INDEXES:
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name], unique=False)
    _add_reminder()
    _add_draft()
    _add_attendance()
    _add_calendar_feed()
    _add_survey_form()


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=True)


def _short(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=True)


def _facts(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=True)


def _day(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=True)


def _number(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float(), nullable=True)


_COLUMNS: Final = {
    "district": (
        _day("stage_since"), _facts("activities"), _facts("arrangements"), _text("outcome"),
    ),
    "place": (_facts("weekdays"), _facts("hours")),
    "supporter": (_short("gender", 8), _facts("milestones"), _text("reason")),
    "person": (_short("gender", 8), _facts("unwanted"), _text("emergency_contact")),
    "offer": (_moment("due_at"), _moment("answered_at"), sa.Column("tries", sa.Integer())),
    "series": (
        _number("minutes"), _short("finish_by", 5), _short("on_holiday", 8), _day("made_until"),
        _text("reason"),
    ),
    "visit": (
        _number("planned_minutes"), _moment("cancelled_at"), _text("reason"), _facts("checks"),
    ),
    "survey_answer": (
        _text("kana"), _short("phone", 64), _text("address"), _short("digest", 64),
    ),
    "meeting": (_short("kind", 16), _text("title")),
    "ledger_entry": (_short("kind", 16), _text("note")),
}  # fmt: skip

_REFERENCES: Final = (
    ("request", "place_id", "place"),
    ("visit", "stands_in_for", "supporter"),
    ("survey_answer", "supporter_id", "supporter"),
    ("survey_answer", "consultation_id", "consultation"),
)
"""Columns with their foreign key in one statement, as SQLite wants it."""

_INDEXES: Final = (
    ("offer", "due_at"),
    ("survey_answer", "digest"),
    ("survey_answer", "supporter_id"),
    ("survey_answer", "consultation_id"),
)


def _add_reminder() -> None:
    references = {
        "account_id": "staff_account", "person_id": "person", "request_id": "request",
        "district_id": "district",
    }  # fmt: skip
    op.create_table(
        "reminder",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        *(_short(name, 64) for name in references),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_reminder_{name}"))
            for name, table in references.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    for name in ("on", "person_id", "request_id", "district_id", "status"):
        op.create_index(op.f(f"ix_reminder_{name}"), "reminder", [name], unique=False)


def _add_draft() -> None:
    op.create_table(
        "draft",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["staff_account.id"], name=op.f("fk_draft_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "form", name=op.f("pk_draft")),
    )


def _add_attendance() -> None:
    op.create_table(
        "attendance",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["staff_account.id"], name=op.f("fk_attendance_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_attendance")),
    )


def _add_calendar_feed() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("supporter_id", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporter.id"], name=op.f("fk_calendar_feed_supporter_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_calendar_feed")),
    )
    op.create_index(
        op.f("ix_calendar_feed_supporter_id"), "calendar_feed", ["supporter_id"], unique=False
    )


def _add_survey_form() -> None:
    op.create_table(
        "survey_form",
        sa.Column("shape", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("shape", name=op.f("pk_survey_form")),
    )
