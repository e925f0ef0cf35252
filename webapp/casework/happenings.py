"""What happened, by whom: the kept versions of records told as deeds, never as their text.

A happening names a code and a few codes more (a status, an activity, a day); what somebody
wrote stays in the record, where consent is asked before it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.register.house import Register
from webapp.register.trail.history import History
from webapp.register.viewer import Viewer

Values = Mapping[str, Any]

TOLD: Final = (
    "consultation", "request", "offer", "series", "visit", "person", "household", "referral",
    "reminder",
)  # fmt: skip
"""Records whose changes are told."""


@dataclass(frozen=True)
class Happening:
    """One deed. ``code``: a word of ``wording/told.toml``; ``facts``: codes and days only."""

    at: datetime
    by: str
    record: str
    record_id: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    request_id: str | None = None
    person_id: str | None = None


def tell(kept: History, before: Values | None) -> Happening | None:
    """One version as a deed; None where it says nothing that a colleague has to know."""
    now: Values = kept.values
    read = _READERS[kept.record]
    told = read(now, before)
    if told is None:
        return None
    code, facts = told
    request = now.get("id") if kept.record == "request" else now.get("request_id")
    person = now.get("id") if kept.record == "person" else now.get("person_id")
    return Happening(kept.at, kept.by, kept.record, kept.record_id, code, facts, request, person)


Told = tuple[str, dict[str, Any]]


def _stepped(noun: str, now: Values, before: Values | None) -> Told | None:
    if before is not None and now.get("status") != before.get("status"):
        return f"{noun}_{now.get('status')}", {}
    return None


def _changed(now: Values, before: Values | None, *names: str) -> bool:
    return before is not None and any(now.get(name) != before.get(name) for name in names)


def _consultation(now: Values, before: Values | None) -> Told | None:
    if before is None:
        return "call_taken", {}
    if _changed(now, before, "summary", "result"):
        return "consultation_written", {}
    return _stepped("consultation", now, before)


def _request(now: Values, before: Values | None) -> Told | None:
    facts = {"activity": now.get("activity")}
    if before is None:
        return "request_added", facts
    if (step := _stepped("request", now, before)) is not None:
        return step[0], facts
    wishes = ("activity", "sub_reason", "paid", "wanted_from", "place_id", "constraints")
    return ("request_wishes", facts) if _changed(now, before, *wishes) else None


def _offer(now: Values, before: Values | None) -> Told | None:
    facts = {"supporter_id": now.get("supporter_id")}
    if before is None:
        status = now.get("status")
        return ("offer_made" if status == "waiting" else f"offer_{status}"), facts
    step = _stepped("offer", now, before)
    return None if step is None else (step[0], facts)


def _series(now: Values, before: Values | None) -> Told | None:
    facts = {"supporter_id": now.get("supporter_id")}
    if before is None:
        return "series_started", facts
    if (step := _stepped("series", now, before)) is not None:
        return step[0], facts
    changed = _changed(now, before, "rule", "starts_at", "exceptions", "supporter_id", "minutes")
    return ("series_changed", facts) if changed else None


def _visit(now: Values, before: Values | None) -> Told | None:
    facts = {"supporter_id": now.get("supporter_id"), "at": now.get("planned_at")}
    if before is None:
        return None if now.get("series_id") else ("visit_planned_new", facts)
    if (step := _stepped("visit", now, before)) is not None:
        return step[0], facts
    if _changed(now, before, "planned_at", "supporter_id"):
        return "visit_moved", facts
    return ("visit_checked", facts) if _changed(now, before, "checks") else None


def _person(now: Values, before: Values | None) -> Told | None:
    if before is None:
        return "person_added", {}
    if (step := _stepped("person", now, before)) is not None:
        return step
    return "person_corrected", {}


def _household(now: Values, before: Values | None) -> Told | None:
    said = _changed(now, before, "address", "lon", "lat", "composition")
    return ("home_corrected", {}) if said else None


def _referral(now: Values, before: Values | None) -> Told | None:
    facts = {"recipient": now.get("recipient")}
    if before is None:
        return "referral_sent", facts
    step = _stepped("referral", now, before)
    return None if step is None else (step[0], facts)


def _reminder(now: Values, before: Values | None) -> Told | None:
    if before is None:
        return "reminder_added", {"on": now.get("on")}
    return ("reminder_done", {}) if now.get("status") == "done" else None


_READERS: Final[Mapping[str, Callable[[Values, Values | None], Told | None]]] = {
    "consultation": _consultation, "request": _request, "offer": _offer, "series": _series,
    "visit": _visit, "person": _person, "household": _household, "referral": _referral,
    "reminder": _reminder,
}  # fmt: skip


def happened(
    register: Register, viewer: Viewer, where: ColumnElement[bool], limit: int
) -> list[Happening]:
    """What happened to records of the viewer's districts, the last first.

    Whoever shows it asks consent for the records it names, as for any other output.
    """
    older = aliased(History)
    same = and_(
        older.record == History.record,
        older.record_id == History.record_id,
        older.version == History.version - 1,
    )
    asked = select(History, older.values).outerjoin(older, same)
    asked = asked.where(History.record.in_(TOLD), History.intake_id.is_(None), where)
    with Session(register.engine) as session:
        rows = session.execute(asked.order_by(History.id.desc()).limit(limit)).all()
        told = [
            tell(kept, before)
            for kept, before in rows
            if viewer.covers(kept.values.get("district_id"))
        ]
    return [one for one in told if one is not None]


def of_records(ids: Mapping[str, Iterable[str]]) -> ColumnElement[bool]:
    """The versions of these records, ids by noun."""
    parts = [
        and_(History.record == noun, History.record_id.in_(sorted(some)))
        for noun, some in ids.items()
        if some
    ]
    return or_(*parts)


def by_colleagues(register: Register, account: str, since: datetime) -> ColumnElement[bool]:
    """What others did since a moment."""
    last = select(History.id).where(History.at <= since).order_by(History.id.desc()).limit(1)
    with register.engine.connect() as connection:
        bound = connection.scalar(last) or 0
    return and_(History.id > bound, History.by != account)
