"""覚え書き: what somebody has to think of on a day, also whoever takes over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, or_, select

from geo.errors import NotFound, ParameterWrong
from webapp.casework.cards import PURPOSE
from webapp.register.change import Change
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import District, Person, Reminder, Request
from webapp.register.released import release_records
from webapp.register.viewer import Viewer

_LONGEST: Final = 1000


def add_reminder(
    register: Register,
    viewer: Viewer,
    on: date,
    text: str,
    *,
    mine: bool = False,
    person_id: str | None = None,
    request_id: str | None = None,
    district_id: str | None = None,
) -> str:
    """Remember something on a day in Japan; its id.

    Parameters
    ----------
    mine
        For the viewer alone; otherwise for whoever is on duty in the district.
    district_id
        Where neither a person nor a request says it; None = the viewer's, where there is one.

    Raises
    ------
    NotFound
    ParameterWrong
        There is nothing to remember, or no district to remember it in.
    """
    told = text.strip()[:_LONGEST]
    if not told:
        raise ParameterWrong(name="text", value="–", wanted="what to think of")
    with register.change(viewer, PURPOSE, "reminder") as change:
        person, district = _subject(change, person_id, request_id)
        made = change.add(
            Reminder,
            on=on,
            text=told,
            account_id=viewer.account if mine else None,
            person_id=person,
            request_id=request_id,
            district_id=district or district_id or _only_district(change),
        )
        change.session.flush()
        return made.id


def _subject(
    change: Change, person_id: str | None, request_id: str | None
) -> tuple[str | None, str | None]:
    """The person and the district of what is to be remembered."""
    if request_id is not None:
        request = change.get(Request, request_id)
        return request.person_id, request.district_id
    if person_id is not None:
        return person_id, change.get(Person, person_id).district_id
    return None, None


def _only_district(change: Change) -> str:
    own = change.viewer.districts
    ids = list(change.session.scalars(select(District.id))) if own is None else sorted(own)
    if len(ids) == 1:
        return ids[0]
    raise ParameterWrong(name="district_id", value="–", wanted="one of the districts")


def finish_reminder(register: Register, viewer: Viewer, identity: str, version: int) -> View:
    """Note that it was thought of.

    Raises
    ------
    NotFound
        There is none, or it is somebody else's own.
    RecordStale
    """
    with register.change(viewer, PURPOSE, "reminder done") as change:
        found = change.get(Reminder, identity)
        if found.account_id not in {None, viewer.account}:
            raise NotFound(kind="reminder", id=identity)
        change.revise(Reminder, identity, version, status="done")
        return View("reminder", found.values())


def own_reminders(viewer: Viewer) -> ColumnElement[bool]:
    """Those for the viewer or for whoever is on duty; a colleague's own are not among them."""
    return or_(Reminder.account_id.is_(None), Reminder.account_id == viewer.account)


def due_reminders(
    register: Register, viewer: Viewer, until: date, limit: int
) -> tuple[Sequence[View], int]:
    """Open reminders up to a day, for the viewer or whoever is on duty, and how many."""
    found = release_records(
        register, viewer, PURPOSE, Reminder,
        Reminder.status == "open", Reminder.on <= until, own_reminders(viewer),
        order=(Reminder.on, Reminder.id), limit=limit,
    )  # fmt: skip
    return list(found), found.total


def coming_reminders(register: Register, viewer: Viewer) -> Sequence[View]:
    """Every open reminder for the viewer or whoever is on duty, the next first."""
    return due_reminders(register, viewer, date.max, _MOST)[0]


_MOST: Final = 200
