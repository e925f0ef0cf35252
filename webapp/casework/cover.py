"""When the standing supporter is ill: who stands in; when a day does not suit: another time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.casework.bookings import Slot, booked_supporters, require_free
from webapp.casework.making import PURPOSE
from webapp.casework.rounds import require_supporter
from webapp.faults import StepIllegal
from webapp.register.change import Change
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Person, Request, Visit
from webapp.register.released import Released, release_records
from webapp.register.viewer import Viewer


def visits_to_cover(
    register: Register, viewer: Viewer, supporter_id: str, first: date, last: date
) -> Released:
    """Planned visits of a supporter from a day to another, both included, in order."""
    begin = datetime.combine(first, time.min, JAPAN)
    end = datetime.combine(last + timedelta(days=1), time.min, JAPAN)
    return release_records(
        register, viewer, PURPOSE, Visit,
        Visit.supporter_id == supporter_id, Visit.status == "planned",
        Visit.planned_at >= begin, Visit.planned_at < end,
        order=(Visit.planned_at, Visit.id),
    )  # fmt: skip


def not_for(register: Register, visit: View) -> dict[str, str]:
    """Supporters who cannot take a visit, with why: busy, or not wanted by the person."""
    with Session(register.engine) as session:
        busy = booked_supporters(
            session, visit["planned_at"], visit["planned_minutes"], besides=[visit.id]
        )
        asked = select(Person.unwanted).join(Request, Request.person_id == Person.id)
        unwanted = session.scalar(asked.where(Request.id == visit["request_id"]))
    return dict.fromkeys(busy, "busy") | dict.fromkeys(unwanted or (), "unwanted")


def cover_visit(
    register: Register, viewer: Viewer, visit_id: str, version: int, supporter_id: str
) -> None:
    """Let another supporter make a planned visit; the standing one gets it back by the same deed.

    Raises
    ------
    NotFound, RecordStale, StepIllegal, SupporterAway, SupporterBooked
    """
    with register.change(viewer, PURPOSE, "cover") as change:
        visit = _planned(change, visit_id, version)
        require_supporter(change, supporter_id)
        slot = Slot(visit.planned_at, visit.planned_minutes)
        require_free(change.session, supporter_id, [slot], besides=[visit.id])
        standing = visit.stands_in_for or visit.supporter_id
        visit.supporter_id = supporter_id
        visit.stands_in_for = None if supporter_id == standing else standing


def move_visit(register: Register, viewer: Viewer, visit_id: str, version: int, slot: Slot) -> None:
    """Put a planned visit at another time.

    Raises
    ------
    NotFound, RecordStale, StepIllegal, SupporterBooked
    """
    with register.change(viewer, PURPOSE, "move") as change:
        visit = _planned(change, visit_id, version)
        require_supporter(change, visit.supporter_id)
        require_free(change.session, visit.supporter_id, [slot], besides=[visit.id])
        visit.planned_at, visit.planned_minutes = slot.start, slot.minutes


def _planned(change: Change, visit_id: str, version: int) -> Visit:
    visit = change.revise(Visit, visit_id, version)
    if visit.status != "planned":
        legal = ", ".join(Visit.STEPS.legal(visit.status)) or "–"
        raise StepIllegal(record="visit", status=visit.status, wanted="planned", legal=legal)
    return visit
