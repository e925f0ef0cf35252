"""Reading records: what the viewer may see of them, each read in the trail.

A record of another district and one that does not exist are refused alike, so that
nobody learns from a refusal what there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import (
    BinaryExpression,
    Boolean,
    ColumnClause,
    ColumnElement,
    Select,
    exists,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import in_op

from geo.crs import mesh_bounds, mesh_code
from geo.errors import NotFound
from webapp.faults import FieldWithheld, RecordWithheld
from webapp.register.records import Household, Offer, Person, Record, Request, Visit
from webapp.register.records.base import OfDistrict
from webapp.register.trail.access_event import Event
from webapp.register.viewer import Precision, Viewer

_R = TypeVar("_R", bound=Record)

_BOOKS: Final = ("id", "version")
"""Fields of every record that are always seen with it."""


@dataclass(frozen=True)
class View(Mapping[str, Any]):
    """What one viewer sees of one record; asking for a withheld field is a fault."""

    record: str
    seen: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The record's id."""
        return str(self.seen["id"])

    @property
    def version(self) -> int:
        """The version to name when changing it."""
        return int(self.seen["version"])

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401
        if name not in self.seen:
            raise FieldWithheld(record=self.record, field=name)
        return self.seen[name]

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401
        """The field, or ``default`` where it is withheld: for what shows a gap either way."""
        return self.seen.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self.seen)

    def __len__(self) -> int:
        return len(self.seen)

    def __contains__(self, name: object) -> bool:
        return name in self.seen


class Look:
    """One reading by one viewer for one purpose; made by `Register.look`."""

    def __init__(self, session: Session, viewer: Viewer, purpose: str) -> None:
        self._session = session
        self._viewer = viewer
        self._purpose = purpose
        self.events: list[Event] = []
        """What the trail has to keep of it."""

    def one(self, record: type[_R], identity: str) -> View:
        """What the viewer may see of one record.

        Raises
        ------
        NotFound
            There is none, or it is none of the viewer's business.
        RecordWithheld
            The role sees no such records for this purpose.
        """
        self._require(record, identity)
        found = self._session.scalar(self._allowed(record).where(record.id == identity))
        if found is None:
            self._refuse(record, identity)
            raise NotFound(kind=record.noun(), id=identity)
        return self._view(found)

    def several(
        self,
        record: type[_R],
        *where: ColumnElement[bool],
        order: Sequence[Any] = (),
        limit: int | None = None,
    ) -> list[View]:
        """What the viewer may see of the records that fit, each one a read of its own.

        Raises
        ------
        RecordWithheld
        """
        self._require(record, None)
        mine = fitting_rows(record, self._viewer, self._purpose, where)
        asked = select(record).where(mine, *where).order_by(*(order or (record.id,)))
        return [self._view(found) for found in self._session.scalars(asked.limit(limit))]

    def _require(self, record: type[Record], identity: str | None) -> None:
        seen = self._viewer.sight.seen(record.noun(), self._purpose)
        if all(one is Precision.COUNT for one in seen.values()):
            self._refuse(record, identity)
            raise RecordWithheld(record=record.noun(), role=self._viewer.role)

    def _allowed(self, record: type[_R]) -> Select[_R]:
        return select(record).where(allowed_rows(record, self._viewer, self._purpose))

    def _view(self, found: Record) -> View:
        fields = self._viewer.sight.seen(found.noun(), self._purpose)
        seen = {name: getattr(found, name) for name in _BOOKS}
        seen |= {
            name: show_field(found, name, fields[name])
            for name in fields
            if fields[name] is not Precision.COUNT
        }
        if found.PERSONAL:
            self.events.append(
                self._event(
                    "read", found.noun(), found.id, getattr(found, "district_id", None), seen
                )
            )
        return View(found.noun(), seen)

    def _refuse(self, record: type[Record], identity: str | None) -> None:
        self.events.append(self._event("refuse", record.noun(), identity, None, ()))

    def _event(
        self,
        deed: str,
        record: str,
        identity: str | None,
        district: str | None,
        fields: Any,  # noqa: ANN401
    ) -> Event:
        viewer = self._viewer
        return Event(
            at=datetime.now(UTC),
            account=viewer.account,
            role=viewer.role,
            deed=deed,
            purpose=self._purpose,
            record=record,
            record_id=None if identity is None else identity[:64],
            district_id=district,
            fields=sorted(set(fields) - set(_BOOKS)) or None,
        )


def show_field(found: Record, name: str, precision: Precision) -> Any:  # noqa: ANN401
    """A field as exactly as allowed: a position on the mesh becomes its cell's middle."""
    if precision is Precision.EXACT or name not in {"lon", "lat"}:
        return getattr(found, name)
    return _mesh_middle(found.lon, found.lat)[0 if name == "lon" else 1]  # type: ignore[attr-defined]


def _mesh_middle(lon: float | None, lat: float | None) -> tuple[float | None, float | None]:
    if lon is None or lat is None:
        return None, None
    west, south, east, north = mesh_bounds(mesh_code(lon, lat))
    return (west + east) / 2, (south + north) / 2


def allowed_rows(record: type[Record], viewer: Viewer, purpose: str) -> ColumnElement[bool]:
    """The rows that are the viewer's business, as a condition of the database's own."""
    if viewer.sight.scope(record.noun(), purpose) == "own":
        return _own_rows(record, viewer.supporter_id)
    if viewer.districts is None:
        return true()
    if issubclass(record, OfDistrict):
        own = record.district_id.in_(viewer.districts)
        return own if record.PERSONAL else or_(own, record.district_id.is_(None))
    if record.noun() == "district":
        return record.id.in_(viewer.districts)
    return true()


class _Likely(FunctionElement[bool]):
    """A condition that most rows meet: SQLite shall not search by it, others need no hint."""

    type = Boolean()
    inherit_cache = True


def _write_plain(element: _Likely, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    return compiler.process(element.clauses, **more)


def _write_likely(element: _Likely, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    return f"likely({compiler.process(element.clauses, **more)})"


compiles(_Likely)(_write_plain)
compiles(_Likely, "sqlite")(_write_likely)


def fitting_rows(
    record: type[Record], viewer: Viewer, purpose: str, where: Sequence[ColumnElement[bool]]
) -> ColumnElement[bool]:
    """As `allowed_rows`; where records are asked for by their ids, they are searched by these."""
    allowed = allowed_rows(record, viewer, purpose)
    by_ids = any(
        isinstance(one, BinaryExpression)
        and one.operator is in_op
        and isinstance(one.left, ColumnClause)
        and one.left.name == "id"
        for one in where
    )
    return _Likely(allowed) if by_ids else allowed


_UNDER_WAY: Final = ("asking", "settled", "running")
"""A request that is over is no longer the business of who helped."""


def _own_rows(record: type[Record], supporter_id: str | None) -> ColumnElement[bool]:
    """Rows of the own visits: what a supporter agreed to do, and for whom."""
    if supporter_id is None:
        return false()
    agreed = (
        select(Offer.request_id)
        .join(Request, Request.id == Offer.request_id)
        .where(
            Offer.supporter_id == supporter_id,
            Offer.status == "accepted",
            Request.status.in_(_UNDER_WAY),
        )
    )
    if record is Visit:
        return Visit.supporter_id == supporter_id
    if record is Request:
        return Request.id.in_(agreed)
    if record is Household:
        return exists().where(Request.household_id == Household.id, Request.id.in_(agreed))
    if record is Person:
        return exists().where(Request.person_id == Person.id, Request.id.in_(agreed))
    return false()
