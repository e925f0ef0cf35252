"""What every record has: an id, a version, who made and who changed it; its steps."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Final

from sqlalchemy import DateTime, Dialect, ForeignKey, MetaData, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, validates

from webapp.faults import StepIllegal

_NAMING: Final = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def new_id(prefix: str) -> str:
    """A new id nobody can guess from another: about 59 bits after the prefix."""
    return f"{prefix}-" + "".join(secrets.choice(_LETTERS) for _ in range(12))


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. Naive times are a mistake of the program."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Store as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read as UTC, also from SQLite, which keeps no zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Facts(TypeDecorator[Any]):
    """Lists and mappings as JSON text; null stays null."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401, ARG002
        """Write with sorted keys, so that equal facts are equal text."""
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002
        """Read back."""
        return None if value is None else json.loads(value)


@dataclass(frozen=True)
class Steps:
    """The legal steps between the statuses of a record; the first status is the start.

    >>> Steps({"open": {"closed"}, "closed": set()}).legal("open")
    ['closed']
    """

    table: Mapping[str, set[str]]

    @property
    def first(self) -> str:
        """The status a record begins with."""
        return next(iter(self.table))

    def legal(self, status: str) -> list[str]:
        """The statuses that may follow ``status``, sorted."""
        return sorted(self.table.get(status, set()))

    def require(self, record: str, status: str | None, wanted: str) -> None:
        """Refuse a step the table does not have. Raises `StepIllegal`."""
        if status is None:
            legal = sorted(self.table)
        elif status == wanted:
            return
        else:
            legal = self.legal(status)
        if wanted not in legal:
            raise StepIllegal(
                record=record, status=status or "–", wanted=wanted, legal=", ".join(legal) or "–"
            )


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment,
        list[str]: Facts,
        dict[str, Any]: Facts,
        list[dict[str, Any]]: Facts,
    }


class Record(Base):
    """What every record has.

    ``version`` counts up with every change; `webapp.register.trail.history` keeps each
    version whole, and a change made on an older one is refused.
    """

    __abstract__ = True

    PREFIX: ClassVar[str] = ""
    PERSONAL: ClassVar[bool] = True
    """Reading it is logged."""
    LAYER: ClassVar[bool] = False
    """Changing it makes the layers in memory old."""
    ANSWER: ClassVar[bool] = False
    """Changing it decides anew what may leave."""

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(64))

    @classmethod
    def noun(cls) -> str:
        """The record's name in the policy, the trail and the screens."""
        return str(cls.__tablename__)

    def values(self) -> dict[str, Any]:
        """Every column as plain JSON values."""
        return {c.key: plain(getattr(self, c.key)) for c in self.__table__.columns}


class OfDistrict:
    """A record that belongs to one district; staff of others never see it."""

    district_id: Mapped[str | None] = mapped_column(
        String(64), ForeignKey("district.id"), index=True
    )


class Stepped:
    """A record with a status; only legal steps can be taken, whoever asks."""

    STEPS: ClassVar[Steps]

    status: Mapped[str] = mapped_column(String(16), index=True)

    @validates("status")
    def _take_step(self, _key: str, wanted: str) -> str:
        before = self.__dict__.get("status")
        self.STEPS.require(self.noun(), before, wanted)  # type: ignore[attr-defined]
        return wanted


def plain(value: Any) -> Any:  # noqa: ANN401
    """A column's value as JSON can hold it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value


def steps_of(record: type[Record]) -> Steps | None:
    """The legal steps of a record; None of one without a status."""
    return record.STEPS if issubclass(record, Stepped) else None
