"""担い手: entering them, correcting them, and the steps from willing to active."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from geo import terms
from geo.errors import ParameterWrong
from webapp.casework.locating import Locator, locate, spot_of_supporter
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.records import Supporter
from webapp.register.records.supporter import reach
from webapp.register.spelling import person_key
from webapp.register.viewer import Viewer

PURPOSE: Final = "matching"

ENDING: Final = ("resting", "left")
"""Statuses that are said with a reason."""

ORGANISED: Final = ("registered", "active", "resting")
"""Statuses of those who belong to a district's group of helpers."""

_LONGEST: Final = 200

_EARLIEST: Final = date(1990, 1, 1)


def advance(
    register: Register,
    viewer: Viewer,
    identity: str,
    version: int,
    status: str,
    on: date,
    reason: str = "",
    *,
    today: date | None = None,
) -> None:
    """Take a supporter to another status, reached on a day.

    Parameters
    ----------
    on
        The day in Japan, not in the future; that of a status reached before stays.
    reason
        Of resting and leaving: a code of `geo.terms.LEAVING` or own words.

    Raises
    ------
    NotFound, RecordStale, StepIllegal
    ParameterWrong
        The day lies in the future, or a reason is missing.
    """
    last = today or datetime.now(JAPAN).date()
    if not _EARLIEST <= on <= last:
        raise ParameterWrong(
            name="on", value=on.isoformat(), wanted=f"{last.isoformat()} or before"
        )
    said = reason.strip()[:_LONGEST]
    if status in ENDING and not said:
        raise ParameterWrong(name="leaving", value="–", wanted=", ".join(terms.LEAVING))
    with register.change(viewer, PURPOSE, "advance") as change:
        found = change.revise(Supporter, identity, version)
        before, days = found.status, found.milestones
        found.status = status
        if found.status != before:
            found.milestones = reach(days, status, on)
            found.reason = said if status in ENDING else None


def add_supporter(
    register: Register,
    viewer: Viewer,
    district_id: str,
    on: date,
    locator: Locator | None = None,
    **values: Any,  # noqa: ANN401
) -> str:
    """A new supporter, willing since a day; the id.

    Raises
    ------
    NotFound
        The district is none of the viewer's business.
    ParameterWrong
        Neither a name nor a telephone, or no district.
    """
    _require_somebody(values)
    if not district_id:
        raise ParameterWrong(name="district_id", value="–", wanted="a district")
    with register.change(viewer, PURPOSE, "supporter") as change:
        spot = locate(change.session.connection(), viewer, values.get("address"), locator)
        made = change.add(
            Supporter,
            district_id=district_id,
            search_key=person_key(values.get("name"), values.get("kana")),
            milestones={"willing": on.isoformat()},
            **spot_of_supporter(spot),
            **values,
        )
        change.session.flush()
    return made.id


def correct_supporter(
    register: Register,
    viewer: Viewer,
    identity: str,
    version: int,
    locator: Locator | None = None,
    **values: Any,  # noqa: ANN401
) -> None:
    """Correct what is known of a supporter; a new address moves the position.

    Raises
    ------
    NotFound, RecordStale, ParameterWrong
    """
    _require_somebody(values)
    with register.change(viewer, PURPOSE, "supporter") as change:
        before = change.get(Supporter, identity).address
        found = change.revise(Supporter, identity, version, **values)
        found.search_key = person_key(found.name, found.kana)
        if "address" in values and values["address"] != before:
            spot = locate(change.session.connection(), viewer, found.address, locator)
            for name, value in spot_of_supporter(spot).items():
                setattr(found, name, value)


def _require_somebody(values: Mapping[str, Any]) -> None:
    if not (values.get("name") or values.get("phone")):
        raise ParameterWrong(name="name", value="–", wanted="a name or a telephone number")
