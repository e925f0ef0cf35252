"""Many records as they may leave, a page at a time: by the policy and by consent.

Rows that a person withholds are in no page and in no count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from webapp.register.allowances import Allowances, Output
from webapp.register.consents import bits_of
from webapp.register.disclose import allowances_now
from webapp.register.house import Register
from webapp.register.look import View, fitting_rows
from webapp.register.records import Household, Person, Record, Request
from webapp.register.viewer import Viewer
from webapp.register.withholding import IDS, cut_view, topic_of

_R = TypeVar("_R", bound=Record)

_EVERYTHING: Final = -1
"""Bits of a record that is about nobody."""

_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Released(Sequence[View]):
    """One page of records. ``total``: how many there are in all that may be seen."""

    views: tuple[View, ...]
    total: int
    output: Output
    """For what and for whom it was released, and when."""

    def __getitem__(self, place: Any) -> Any:  # noqa: ANN401
        return self.views[place]

    def __len__(self) -> int:
        return len(self.views)

    def by_id(self) -> dict[str, View]:
        """The views by their ids."""
        return {view.id: view for view in self.views}


def release_records(
    register: Register,
    viewer: Viewer,
    purpose: str,
    record: type[_R],
    *where: ColumnElement[bool],
    order: Sequence[Any] = (),
    first: int = 0,
    limit: int | None = None,
    handed: Output | None = None,
) -> Released:
    """The records that fit, without what their people withhold from the viewer's role.

    Parameters
    ----------
    order
        Columns; by id where there are none.
    first, limit
        The page: the place of its first record, and how many; None = all.
    handed
        Whom the records go to besides, and for what: what is not allowed there is absent too.

    Raises
    ------
    RecordWithheld
        The role sees no such records for this purpose.
    """
    output = Output(purpose, viewer.role, datetime.now(UTC))
    granted = _granted(register, viewer, output, record, where, order, handed)
    page = list(granted)[first : None if limit is None else first + limit]
    with register.look(viewer, purpose) as look:
        looked = [
            view
            for start in range(0, max(len(page), 1), _AT_ONCE)
            for view in look.several(record, record.id.in_(page[start : start + _AT_ONCE]))
        ]
    found = {view.id: cut_view(record, view, granted[view.id]) for view in looked}
    return Released(
        tuple(found[one] for one in page if one in found), len(granted), handed or output
    )


def released_ids(
    register: Register,
    viewer: Viewer,
    purpose: str,
    record: type[_R],
    *where: ColumnElement[bool],
    order: Sequence[Any] = (),
    handed: Output | None = None,
) -> list[str]:
    """Ids of the records that fit and may be seen; reading no more than that they are there."""
    output = Output(purpose, viewer.role, datetime.now(UTC))
    return list(_granted(register, viewer, output, record, where, order, handed))


def _granted(
    register: Register,
    viewer: Viewer,
    output: Output,
    record: type[Record],
    where: Sequence[ColumnElement[bool]],
    order: Sequence[Any],
    handed: Output | None,
) -> dict[str, int]:
    """Bits by id, in order, of the records of which anything may be seen."""
    purpose = output.purpose
    person, home, asked = _asked(record)
    asked = asked.where(fitting_rows(record, viewer, purpose, where), *where)
    with register.engine.connect() as connection:
        rows = connection.execute(asked.order_by(*(order or (record.id,)))).all()
    bits = _bits(allowances_now(register, output), rows, person=person, home=home)
    if handed is not None:
        also = _bits(allowances_now(register, handed), rows, person=person, home=home)
        bits = [one & other for one, other in zip(bits, also, strict=True)]
    seen = viewer.sight.seen(record.noun(), purpose)
    needed = bits_of({topic_of(record, name) for name in set(seen) - IDS}) or _EVERYTHING
    return {str(row[0]): bit for row, bit in zip(rows, bits, strict=True) if bit & needed}


def _asked(record: type[Record]) -> tuple[bool, bool, Select[Any]]:
    """Whether the record names a person and a home, and the query of id and both."""
    columns: Mapping[str, InstrumentedAttribute[Any]]
    source: Any = record
    asked = select(record.id)
    if "request_id" in record.__table__.columns and "person_id" not in record.__table__.columns:
        source = Request
        asked = asked.outerjoin(Request, Request.id == record.request_id)  # type: ignore[attr-defined]
    columns = {
        name: getattr(source, name)
        for name in ("person_id", "household_id")
        if name in source.__table__.columns
    }
    if record is Person:
        columns = {"person_id": Person.id}
    elif record is Household:
        columns = {"household_id": Household.id}
    asked = asked.add_columns(*columns.values())
    return "person_id" in columns, "household_id" in columns, asked


def _bits(allowances: Allowances, rows: Sequence[Any], *, person: bool, home: bool) -> list[int]:
    """Bits of each row: its person's, without one its home's, without both everything."""
    known = _known(allowances, person=person, home=home)
    return [
        next(
            (by.get(one, 0) for one, by in zip(row[1:], known, strict=True) if one is not None),
            _EVERYTHING,
        )
        for row in rows
    ]


def _known(allowances: Allowances, *, person: bool, home: bool) -> list[Mapping[str, int]]:
    both = [(person, allowances.by_person), (home, allowances.by_household)]
    return [known for wanted, known in both if wanted]
