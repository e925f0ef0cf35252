"""The register's one row: the end of the chain and the version of the layers.

Whoever writes holds this row, so that the chain has one order on every engine.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Connection, String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import Base


class Pulse(Base):
    """The row with id 1."""

    __tablename__ = "pulse"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    """Number of the last event of the chain."""
    hash: Mapped[str] = mapped_column(String(64))
    data_version: Mapped[int]
    """Counts up with every change of a record that is drawn."""
    answer_version: Mapped[int] = mapped_column(default=0)
    """Counts up with every change of what people allowed."""
    demo: Mapped[bool] = mapped_column(default=False)
    """The people are invented; screens say so."""


def data_version(connection: Connection) -> int:
    """The version of the layers now."""
    return connection.execute(select(Pulse.data_version)).scalar_one()


def versions_now(connection: Connection) -> tuple[int, int]:
    """The versions of the layers and of what people allowed, in one question."""
    row = connection.execute(select(Pulse.data_version, Pulse.answer_version)).one()
    return row.data_version, row.answer_version


def count_up(connection: Connection, *, drawn: bool = True, answered: bool = False) -> None:
    """Say that the layers changed, or what people allowed."""
    connection.execute(
        update(Pulse).values(
            data_version=Pulse.data_version + int(drawn),
            answer_version=Pulse.answer_version + int(answered),
        )
    )
