"""校(地)区: the programme's overview, one district's progress, and what it decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select

from geo import terms
from geo.errors import ParameterWrong
from webapp.casework.arrangements import CHECKS, Arrangements
from webapp.casework.funnel import Funnel, read_funnels
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import (
    District,
    Household,
    Meeting,
    StaffAccount,
    Visit,
    WatchLink,
)
from webapp.register.release import release_record
from webapp.register.released import release_records
from webapp.register.trail.history import History
from webapp.register.viewer import Viewer

STAGES: Final = (1, 2, 3)

MODES: Final = ("paid", "unpaid", "both")

_EARLIEST: Final = date(1990, 1, 1)


@dataclass(frozen=True)
class Row:
    """One district in the programme's overview. None = not decided, not known."""

    id: str
    name: str
    ward: str | None
    consultants: int
    mode: str | None
    stage: int | None
    activities: Sequence[str]
    organised: int
    willing: int
    answers: int
    outcome: str | None


def read_overview(register: Register, viewer: Viewer, purpose: str) -> list[Row]:
    """The programme's table, a row for each of the viewer's districts, by ward and name."""
    districts = release_records(
        register, viewer, purpose, District, order=(District.ward_code, District.name)
    )
    _, funnels = read_funnels(register, viewer, purpose)
    with register.engine.connect() as connection:
        staff = _read_staff(connection)
    return [_row(one, funnels.get(one.id), len(_of_district(staff, one.id))) for one in districts]


def _row(district: View, funnel: Funnel | None, consultants: int) -> Row:
    return Row(
        id=district.id,
        name=str(district["name"] or district.id),
        ward=district["ward_code"],
        consultants=consultants,
        mode=district["mode"],
        stage=district["stage"],
        activities=district["activities"] or (),
        organised=funnel.organised if funnel else 0,
        willing=funnel.willing if funnel else 0,
        answers=funnel.answers if funnel else 0,
        outcome=district["outcome"],
    )


_Staff = Sequence[tuple[str, Sequence[str] | None]]


def _read_staff(connection: Connection) -> _Staff:
    """Consultants who work: name, and districts; None = every one."""
    asked = select(StaffAccount.name, StaffAccount.id, StaffAccount.districts).where(
        StaffAccount.role == "consultant", StaffAccount.status == "active"
    )
    rows = connection.execute(asked.order_by(StaffAccount.name, StaffAccount.id))
    return [(str(name or identity), districts) for name, identity, districts in rows]


def _of_district(staff: _Staff, district: str) -> list[str]:
    """Those who were named for it; who sees to every district is nobody's own consultant."""
    return [name for name, districts in staff if districts is not None and district in districts]


@dataclass(frozen=True)
class Item:
    """One thing that is done in a stage. ``count``: how many there are, where that is counted."""

    code: str
    stage: int
    done: bool
    count: int | None = None


@dataclass(frozen=True)
class DistrictFile:
    """One district with what was done there, read off the records."""

    district: View
    arrangements: Arrangements
    decided: bool
    """Whether the district has arrangements of its own."""
    stage_days: Mapping[int, date | None]
    items: Sequence[Item]
    consultants: Sequence[str]
    meetings: Sequence[View]
    funnel: Funnel | None


def read_district(register: Register, viewer: Viewer, purpose: str, identity: str) -> DistrictFile:
    """One district. Raises `NotFound`."""
    district = release_record(register, viewer, purpose, District, identity)
    meetings = release_records(
        register, viewer, purpose, Meeting, Meeting.district_id == identity,
        order=(Meeting.met_at.desc(), Meeting.id),
    )  # fmt: skip
    funnel = read_funnels(register, viewer, purpose)[1].get(identity)
    with register.engine.connect() as connection:
        counts = _count(connection, identity)
        consultants = _of_district(_read_staff(connection), identity)
        days = _stage_days(connection, identity)
    return DistrictFile(
        district=district,
        arrangements=Arrangements.of(district["arrangements"]),
        decided=district["arrangements"] is not None,
        stage_days=days,
        items=list(_items(district, counts, funnel, consultants, meetings)),
        consultants=consultants,
        meetings=list(meetings),
        funnel=funnel,
    )


def _count(connection: Connection, identity: str) -> dict[str, int]:
    """How many of each there are in the district; no row names a person."""
    lines = (
        select(func.count())
        .select_from(WatchLink)
        .join(Household, Household.id == WatchLink.watched_id)
        .where(Household.district_id == identity)
    )
    asked: dict[str, Any] = {
        "lines": lines,
        "visits": select(func.count()).where(Visit.district_id == identity, Visit.status == "done"),
    }
    return {name: int(connection.scalar(one) or 0) for name, one in asked.items()}


def _items(
    district: View,
    counts: Mapping[str, int],
    funnel: Funnel | None,
    consultants: Sequence[str],
    meetings: Sequence[View],
) -> Sequence[Item]:
    answers, willing = (funnel.answers, funnel.willing) if funnel else (0, 0)
    kinds = [str(one.get("kind")) for one in meetings]
    organised = funnel.organised if funnel else 0
    counted = (
        ("survey", 1, answers),
        ("willing", 1, willing),
        ("map", 1, counts["lines"]),
        ("residents", 2, kinds.count("residents")),
        ("consultants", 2, len(consultants)),
    )
    made = (
        ("registered", 3, organised),
        ("training", 3, kinds.count("training")),
        ("liaison", 3, kinds.count("liaison")),
        ("visits", 3, counts["visits"]),
    )
    return [
        *(Item(code, stage, count > 0, count) for code, stage, count in counted),
        Item("activities", 2, bool(district["activities"])),
        Item("mode", 2, district["mode"] is not None),
        Item("rules", 3, district["arrangements"] is not None),
        *(Item(code, stage, count > 0, count) for code, stage, count in made),
    ]


def _stage_days(connection: Connection, identity: str) -> dict[int, date | None]:
    """Since when each stage; None = reached, the day is not known."""
    kept = (
        select(History.values)
        .where(History.record == District.noun(), History.record_id == identity)
        .order_by(History.version)
    )
    days: dict[int, date | None] = {}
    for values in connection.scalars(kept):
        stage, since = values.get("stage"), values.get("stage_since")
        if stage is not None:
            days[int(stage)] = date.fromisoformat(since) if since else days.get(int(stage))
    return days


@dataclass(frozen=True)
class Progress:
    """How far a district is and what it chose; None = not decided.

    ``stage_since``: the day in Japan on which the stage began.
    """

    stage: int | None = None
    stage_since: date | None = None
    mode: str | None = None
    activities: Sequence[str] | None = None
    outcome: str | None = None


def decide(
    register: Register,
    viewer: Viewer,
    purpose: str,
    identity: str,
    version: int,
    progress: Progress,
    *,
    today: date | None = None,
) -> None:
    """Write down how far a district is and what it chose.

    Raises
    ------
    NotFound, RecordStale, RecordWithheld
    ParameterWrong
        A stage, a mode or an activity that there is not; a day in the future.
    """
    told = progress
    _require(told.stage is None or told.stage in STAGES, "stage", told.stage)
    _require(told.mode is None or told.mode in MODES, "mode", told.mode)
    for one in told.activities or ():
        _require(one in terms.ACTIVITIES, "activities", one)
    since, last = told.stage_since, today or datetime.now(JAPAN).date()
    _require(since is None or _EARLIEST <= since <= last, "stage_since", since)
    with register.change(viewer, purpose, "district") as change:
        change.revise(
            District, identity, version,
            stage=told.stage, stage_since=since if told.stage else None, mode=told.mode,
            activities=list(told.activities) if told.activities else None, outcome=told.outcome,
        )  # fmt: skip


def arrange(
    register: Register,
    viewer: Viewer,
    purpose: str,
    identity: str,
    version: int,
    arrangements: Arrangements,
) -> None:
    """Write down what a district agreed on.

    Raises
    ------
    NotFound, RecordStale, RecordWithheld
    ParameterWrong
        A number that makes no sense, an activity or a step that nobody knows.
    """
    told = arrangements
    _require(told.unit in terms.UNITS, "unit", told.unit)
    _require(told.on_holiday in {"keep", "skip"}, "on_holiday", told.on_holiday)
    _require(0 <= told.reward <= 1, "reward", told.reward)
    for name, most in _MOST.items():
        value = getattr(told, name)
        _require(0 <= value <= most, name, value)
    _require(told.offer_hours >= 1, "offer_hours", told.offer_hours)
    _require(told.quiet_days >= 1, "quiet_days", told.quiet_days)
    for activity, fee in (told.fee or {}).items():
        _require(activity in terms.ACTIVITIES and 0 <= fee <= _MOST["usual_fee"], "fee", fee)
    known = [one for one in told.checks if one in CHECKS]
    _require(len(set(known)) == len(told.checks), "checks", ", ".join(told.checks))
    with register.change(viewer, purpose, "district") as change:
        change.revise(District, identity, version, arrangements=told.facts())


_MOST: Final = {
    "usual_fee": 100_000, "ticket_price": 100_000, "cancel_hours": 720, "cancel_fee": 100_000,
    "offer_hours": 720, "quiet_days": 3650,
}  # fmt: skip


def _require(fits: bool, name: str, value: object) -> None:
    if not fits:
        raise ParameterWrong(name=name, value=str(value)[:40], wanted="see the form")
