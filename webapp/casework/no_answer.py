"""Nobody opened: what is done next, until somebody knows that all is well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from geo.errors import ParameterWrong
from webapp.casework.arrangements import CHECKS, Arrangements
from webapp.casework.making import PURPOSE
from webapp.faults import StepIllegal
from webapp.register.house import Register
from webapp.register.records import Visit
from webapp.register.viewer import Viewer

OUTCOMES: Final = ("no_answer", "safe", "handed_on")
"""Nobody was reached; all is well; somebody else takes care of it now."""

CLOSING: Final = ("safe", "handed_on")

_LONGEST: Final = 500


def is_open(visit: Mapping[str, Any]) -> bool:
    """Whether it is not known yet how the person is."""
    return visit.get("status") == "nobody_home" and not is_closed(visit.get("checks"))


def is_closed(checks: Sequence[Mapping[str, Any]] | None) -> bool:
    """Whether the last step said that all is well, or that somebody else sees to it.

    >>> is_closed([{"step": "phone_home", "outcome": "no_answer"}])
    False
    """
    return bool(checks) and checks[-1].get("outcome") in CLOSING


def next_step(checks: Sequence[Mapping[str, Any]] | None, arrangements: Arrangements) -> str | None:
    """The first step of the district's order that was not taken; None = all were, or it is over.

    >>> next_step([{"step": "knock_again", "outcome": "no_answer"}], Arrangements())
    'phone_home'
    """
    if is_closed(checks):
        return None
    taken = {one.get("step") for one in checks or ()}
    return next((step for step in arrangements.checks if step not in taken), None)


@dataclass(frozen=True)
class Check:
    """One step that was taken. ``by``: who took it, where it was not the one who writes."""

    step: str
    outcome: str
    at: datetime
    by: str = ""
    note: str = ""


def add_check(
    register: Register, viewer: Viewer, visit_id: str, version: int, check: Check
) -> None:
    """Write down a step that was taken.

    Raises
    ------
    NotFound, RecordStale, ParameterWrong
    StepIllegal
        Nobody is looked for.
    """
    told = _told(check, viewer)
    with register.change(viewer, PURPOSE, "check") as change:
        visit = change.revise(Visit, visit_id, version)
        if visit.status != "nobody_home":
            legal = ", ".join(Visit.STEPS.legal(visit.status)) or "–"
            raise StepIllegal(
                record="visit", status=visit.status, wanted="nobody_home", legal=legal
            )
        visit.checks = [*(visit.checks or ()), told]


def _told(check: Check, viewer: Viewer) -> dict[str, str]:
    known = {"step": (check.step, CHECKS), "outcome": (check.outcome, OUTCOMES)}
    for name, (value, codes) in known.items():
        if value not in codes:
            raise ParameterWrong(name=name, value=value[:40], wanted=", ".join(codes))
    told = {
        "step": check.step, "outcome": check.outcome, "at": check.at.isoformat(),
        "by": check.by[:60] or viewer.account,
    }  # fmt: skip
    return told | ({"note": check.note[:_LONGEST]} if check.note else {})
