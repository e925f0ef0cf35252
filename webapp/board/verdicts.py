"""What reviewers decided: one verdict an item, read and written with what it became."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from webapp.register.records.reviewed import Reviewed


@dataclass(frozen=True)
class Verdict:
    """One verdict.

    ``number``: the last entry that was seen; ``entered``: the last whose word the register
    has, 0 = none; ``records``: ids by noun.
    """

    item: str
    verdict: str
    number: int
    entered: int
    records: Mapping[str, str]
    at: datetime
    by: str


def read_verdicts(connection: Connection, workshop_id: str) -> dict[str, Verdict]:
    """The verdicts of a workshop by item."""
    asked = select(Reviewed.__table__).where(Reviewed.workshop_id == workshop_id)
    return {
        row.item: Verdict(
            row.item, row.verdict, row.number, row.entered, row.records, row.at, row.by
        )
        for row in connection.execute(asked)
    }


def keep_verdict(session: Session, workshop_id: str, verdict: Verdict) -> None:
    """Write a verdict down; of what it became nothing is forgotten."""
    kept = session.get(Reviewed, (workshop_id, verdict.item))
    before = {} if kept is None else dict(kept.records)
    session.merge(
        Reviewed(
            workshop_id=workshop_id,
            item=verdict.item,
            verdict=verdict.verdict,
            number=verdict.number,
            entered=max(verdict.entered, 0 if kept is None else kept.entered),
            records=before | dict(verdict.records),
            at=verdict.at,
            by=verdict.by,
        )
    )
    session.flush()
