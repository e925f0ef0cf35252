"""After the visit: done, nobody home, missed or cancelled, and taken back where it was wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from geo.errors import ParameterWrong
from webapp.casework import ledger
from webapp.casework.bookings import Slot, require_free
from webapp.casework.ending import end_rounds
from webapp.casework.making import PURPOSE
from webapp.casework.rounds import LONGEST_VISIT
from webapp.register.change import Change
from webapp.register.house import Register
from webapp.register.records import Request, Supporter, Visit
from webapp.register.viewer import Viewer

CANCELLERS: Final = ("person", "supporter", "district")
"""By whom a visit is cancelled."""

MOST_EXPENSE: Final = 100_000
"""Yen."""

_LONGEST: Final = 2000
_AHEAD: Final = timedelta(hours=12)


@dataclass(frozen=True)
class Told:
    """What is told of a visit that was made.

    Attributes
    ----------
    at
        When it began; None = as planned, or now where that is still to come.
    minutes
        Minutes spent; None = not said.
    observation
        How the person was.
    expense
        Yen that the supporter laid out and still gets back; None or 0 = nothing.
    """

    at: datetime | None = None
    minutes: float | None = None
    observation: str = ""
    expense: float | None = None


def report_done(
    register: Register, viewer: Viewer, visit_id: str, version: int, told: Told, now: datetime
) -> None:
    """A visit was made; what it costs is entered.

    Raises
    ------
    NotFound, RecordStale, StepIllegal
    ParameterWrong
        Minutes, expense or time are none.
    """
    _require(told, now)
    with register.change(viewer, PURPOSE, "done") as change:
        visit = change.revise(
            Visit, visit_id, version,
            status="done", minutes=told.minutes, observation=told.observation[:_LONGEST] or None,
            expense=told.expense or None,
        )  # fmt: skip
        visit.actual_at = told.at or min(visit.planned_at, now)
        _begin_helping(change, visit)
        ledger.book_visit(change, visit)


def report_nobody_home(
    register: Register, viewer: Viewer, visit_id: str, version: int, at: datetime
) -> None:
    """Nobody opened; what follows is in `webapp.casework.no_answer`.

    Raises
    ------
    NotFound, RecordStale, StepIllegal
    """
    with register.change(viewer, PURPOSE, "nobody home") as change:
        change.revise(Visit, visit_id, version, status="nobody_home", actual_at=at, checks=[])


def report_missed(
    register: Register, viewer: Viewer, visit_id: str, version: int, reason: str
) -> None:
    """Nobody went.

    Raises
    ------
    NotFound, RecordStale, StepIllegal
    """
    with register.change(viewer, PURPOSE, "missed") as change:
        change.revise(Visit, visit_id, version, status="missed", reason=reason[:_LONGEST] or None)


def cancel_visit(
    register: Register,
    viewer: Viewer,
    visit_id: str,
    version: int,
    by: str,
    now: datetime,
    *,
    reason: str = "",
    waived: bool = False,
) -> None:
    """Call a visit off; late by the person it costs what the district agreed on.

    Parameters
    ----------
    by
        A code of `CANCELLERS`.
    waived
        The fee is not asked for, as of one who was taken to hospital.

    Raises
    ------
    NotFound, RecordStale, StepIllegal, ParameterWrong
    """
    if by not in CANCELLERS:
        raise ParameterWrong(name="by", value=by[:40], wanted=", ".join(CANCELLERS))
    said = f"{by}: {reason[:_LONGEST]}" if reason else by
    with register.change(viewer, PURPOSE, "cancel") as change:
        visit = change.revise(
            Visit, visit_id, version, status="cancelled", cancelled_at=now, reason=said
        )
        if by == "person" and not waived:
            ledger.book_cancellation(change, visit, now)


def take_back(register: Register, viewer: Viewer, visit_id: str, version: int) -> None:
    """Plan a visit again whose report was wrong; its entries are void.

    Raises
    ------
    NotFound, RecordStale, StepIllegal, SupporterBooked
    """
    with register.change(viewer, PURPOSE, "taken back") as change:
        visit = change.revise(
            Visit, visit_id, version,
            status="planned", actual_at=None, minutes=None, expense=None, cancelled_at=None,
            reason=None, checks=None,
        )  # fmt: skip
        slot = Slot(visit.planned_at, visit.planned_minutes)
        require_free(change.session, visit.supporter_id, [slot], besides=[visit.id])
        ledger.void_visit(change, visit.id)


def finish_request(
    register: Register,
    viewer: Viewer,
    request_id: str,
    version: int,
    now: datetime | None = None,
) -> None:
    """Close a request whose help was given; nothing is planned for it from ``now`` on.

    Raises
    ------
    NotFound, RecordStale, StepIllegal
    """
    with register.change(viewer, PURPOSE, "finish") as change:
        change.revise(Request, request_id, version, status="done")
        end_rounds(change, request_id, now or datetime.now(UTC))


def split_reason(reason: str | None) -> tuple[str, str]:
    """By whom a visit was cancelled, and why in own words; both may be empty.

    >>> split_reason("person: 入院のため")
    ('person', '入院のため')
    >>> split_reason("雨")
    ('', '雨')
    """
    code, _, words = (reason or "").partition(": ")
    return (code, words) if code in CANCELLERS else ("", reason or "")


def _begin_helping(change: Change, visit: Visit) -> None:
    """The first visit makes one who is registered active, with the day of it."""
    supporter = change.session.get(Supporter, visit.supporter_id)
    if supporter is not None and supporter.status == "registered":
        day: date = ledger.day_of(visit)
        supporter.status = "active"
        supporter.milestones = {**(supporter.milestones or {}), "active": day.isoformat()}


def _require(told: Told, now: datetime) -> None:
    if told.minutes is not None and not 0 < told.minutes <= LONGEST_VISIT:
        raise ParameterWrong(name="minutes", value=told.minutes, wanted=f"1–{LONGEST_VISIT:.0f}")
    if told.expense is not None and not 0 <= told.expense <= MOST_EXPENSE:
        raise ParameterWrong(name="expense", value=told.expense, wanted=f"0–{MOST_EXPENSE}")
    if told.at is not None and told.at > now + _AHEAD:
        raise ParameterWrong(name="at", value=told.at.isoformat(), wanted="past")
