"""災害時: switched on with a reason, for some days at most, and off by itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.errors import ParameterWrong
from webapp.faults import RecordWithheld
from webapp.register.allowances import disasters_on
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import DisasterMode, StaffAccount
from webapp.register.records.disaster_mode import LONGEST
from webapp.register.trail.access_event import AccessEvent
from webapp.register.viewer import Viewer

_PURPOSE = "disaster"


@dataclass(frozen=True)
class Use:
    """What one account did for the purpose of a disaster: how often, and of how many."""

    account: str
    name: str | None
    role: str
    times: int
    records: int


def districts_in_disaster(
    register: Register, viewer: Viewer, districts: list[str], *, at: datetime | None = None
) -> list[str]:
    """Which of these districts a disaster mode is on for now, of those the viewer covers."""
    with register.engine.connect() as connection:
        on = disasters_on(connection, at or datetime.now(UTC))
    return [one for one in districts if viewer.covers(one) and (None in on or one in on)]


def list_disasters(register: Register, viewer: Viewer) -> list[View]:
    """Every switching on, the latest first. Raises `RecordWithheld`."""
    with register.look(viewer, "administration") as look:
        return look.several(DisasterMode, order=(DisasterMode.started.desc(),), limit=50)


def report_use(register: Register, viewer: Viewer, since: datetime, until: datetime) -> list[Use]:
    """Who was shown people for the purpose of a disaster in a time, the most often first.

    Raises
    ------
    RecordWithheld
    """
    if not viewer.sight.seen("access_event", "administration"):
        raise RecordWithheld(record="access_event", role=viewer.role)
    asked = select(AccessEvent.account, AccessEvent.role, AccessEvent.facts).where(
        AccessEvent.purpose == _PURPOSE, AccessEvent.deed.in_(("read", "export")),
        AccessEvent.at >= since, AccessEvent.at < until,
    )  # fmt: skip
    times, records = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    with Session(register.engine) as session:
        for account, role, facts in session.execute(asked):
            times[account, role] += 1
            records[account, role] += int((facts or {}).get("count", 1))
        known = select(StaffAccount.id, StaffAccount.name)
        names = {str(one.id): one.name for one in session.execute(known)}
    return [
        Use(account, names.get(account), role, many, records[account, role])
        for (account, role), many in times.most_common()
    ]


def start_disaster(
    register: Register,
    viewer: Viewer,
    reason: str,
    days: int,
    district: str | None = None,
    *,
    at: datetime | None = None,
) -> DisasterMode:
    """Switch the disaster mode on in one district, or everywhere.

    Raises
    ------
    ParameterWrong
        No reason, or more days than are allowed.
    RecordWithheld, NotFound
    """
    if not reason.strip():
        raise ParameterWrong(name="reason", value="–", wanted="what happened, in words")
    if not 1 <= days <= LONGEST.days:
        raise ParameterWrong(name="days", value=days, wanted=f"1 to {LONGEST.days}")
    now = at or datetime.now(UTC)
    with register.change(viewer, "administration", reason.strip()) as change:
        return change.add(
            DisasterMode,
            reason=reason.strip(),
            started=now,
            ends=now + timedelta(days=days),
            district_id=district,
        )


def end_disaster(register: Register, viewer: Viewer, mode_id: str, version: int) -> None:
    """Switch it off before its time.

    Raises
    ------
    NotFound, RecordStale, StepIllegal, RecordWithheld
    """
    with register.change(viewer, "administration", "ended") as change:
        change.revise(DisasterMode, mode_id, version, status="ended")
