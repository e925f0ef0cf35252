"""災害時: switched on with a reason, for some days at most, and off by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from geo.errors import ParameterWrong
from webapp.register.house import Register
from webapp.register.records import DisasterMode
from webapp.register.records.disaster_mode import LONGEST
from webapp.register.viewer import Viewer


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
