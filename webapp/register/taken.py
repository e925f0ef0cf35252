"""Rows that leave of records that were released: what a list becomes when it is taken along.

What a person withholds was left out as the records were released; whoever takes the rows
along is who they were released to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd
from sqlalchemy import Select, func, select

from webapp.register.allowances import Output
from webapp.register.house import Register
from webapp.register.records import Household, Person, Record, Request
from webapp.register.released import Released
from webapp.register.trail.reads import extent_event
from webapp.register.viewer import Viewer

_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Taken:
    """What may leave; ``table`` has one row for each record that was released."""

    viewer: Viewer
    output: Output
    district: str | None
    households: list[str]
    told: list[str]
    table: pd.DataFrame

    @property
    def count(self) -> int:
        """How many records it tells of."""
        return len(self.table)


def take_rows(
    register: Register,
    viewer: Viewer,
    record: type[Record],
    released: Released,
    table: pd.DataFrame,
    *,
    district: str | None = None,
    homes: Iterable[str] = (),
) -> Taken:
    """The rows made of what was released to the viewer just now; that they leave is in the trail.

    Parameters
    ----------
    table
        One row for each record, in the order of ``released``.
    district
        The one they belong to; None = any of the viewer's.
    homes
        Ids of households that the rows tell of besides those of the records.

    Raises
    ------
    ValueError
        Another number of rows: a mistake of the program.
    """
    if len(table) != len(released):
        raise ValueError("one row for each record that was released")
    told = sorted({name for view in released for name in view} - {"id", "version"})
    made = Taken(
        viewer,
        released.output,
        district,
        sorted({*homes, *_homes(register, record, [view.id for view in released])}),
        told,
        table,
    )
    read = extent_event(viewer, made.output.purpose, record.noun(), district, len(table), told)
    facts = {**(read.facts or {}), "recipient": made.output.recipient}
    register.keep([replace(read, deed="export", facts=facts)])
    return made


def _homes(register: Register, record: type[Record], ids: Sequence[str]) -> set[str]:
    """The households that the records are about: by themselves, their person or their request."""
    if record is Household:
        return set(ids)
    asked = _home_of(record)
    if asked is None:
        return set()
    with register.engine.connect() as connection:
        return {
            str(home)
            for first in range(0, len(ids), _AT_ONCE)
            for home in connection.scalars(asked.where(record.id.in_(ids[first:][:_AT_ONCE])))
            if home is not None
        }


def _home_of(record: type[Record]) -> Select[Any] | None:
    """The query of the home that a record names, or its person or its request does."""
    columns: Any = record.__table__.columns
    source: Any = Request if "request_id" in columns else record
    said = source.__table__.columns
    homes = [said["household_id"]] if "household_id" in said else []
    homes += [Person.household_id] if "person_id" in said else []
    if not homes:
        return None
    asked = select(homes[0] if len(homes) == 1 else func.coalesce(*homes)).select_from(record)
    if source is not record:
        asked = asked.join(Request, columns["request_id"] == Request.id)
    if "person_id" in said:
        asked = asked.outerjoin(Person, said["person_id"] == Person.id)
    return asked
