"""One person: card, home, requests, consultations, visits, consents, reminders; corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from webapp.casework.calls import NewPerson, check_person
from webapp.casework.cards import PURPOSE, Card, supporter_cards
from webapp.casework.housing import Spot, district_at, find_spot
from webapp.register.change import Change
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import (
    Consent,
    Consultation,
    Household,
    Person,
    Record,
    Referral,
    Reminder,
    Request,
    SensitiveNote,
    Visit,
)
from webapp.register.release import release_record
from webapp.register.released import release_records
from webapp.register.spelling import address_key, person_key
from webapp.register.viewer import Viewer

_RECENT: Final = 12


@dataclass(frozen=True)
class File:
    """What the viewer may see of one person."""

    person: View
    home: View | None
    together: Sequence[View]
    """Others of the same home."""
    requests: Sequence[View]
    consultations: Sequence[View]
    visits: Sequence[View]
    """The last ones, the latest first; ``observation`` tells how the person was."""
    consents: Sequence[View]
    referrals: Sequence[View]
    reminders: Sequence[View]
    notes: Sequence[View]
    supporters: dict[str, Card]

    @property
    def steps(self) -> list[str]:
        """The statuses that may follow."""
        return Person.STEPS.legal(str(self.person.get("status") or ""))


def read_person(register: Register, viewer: Viewer, identity: str) -> File:
    """One person with all that is known. Raises `NotFound`."""
    person = release_record(register, viewer, PURPOSE, Person, identity)
    home = str(person["household_id"])
    own = select(Request.id).where(Request.person_id == identity)
    visits = _several(register, viewer, Visit, Visit.request_id.in_(own), Visit.planned_at)
    helpers = [one.get("supporter_id") for one in visits] + list(person.get("unwanted") or ())
    same = (Person.household_id == home) & (Person.id != identity)
    homes = release_records(register, viewer, PURPOSE, Household, Household.id == home)
    return File(
        person=person,
        home=homes[0] if len(homes) else None,
        together=_several(register, viewer, Person, same, Person.made_at),
        visits=visits,
        notes=_several(register, viewer, SensitiveNote, SensitiveNote.person_id == identity),
        supporters=supporter_cards(register, viewer, helpers),
        **{
            name: _several(register, viewer, record, record.person_id == identity, newest)
            for name, record, newest in _OF_PERSON
        },
    )


_OF_PERSON: Final[tuple[tuple[str, Any, Any], ...]] = (
    ("requests", Request, Request.made_at),
    ("consultations", Consultation, Consultation.received_at),
    ("consents", Consent, Consent.given_on),
    ("referrals", Referral, Referral.made_at),
    ("reminders", Reminder, Reminder.on),
)


def _several(
    register: Register,
    viewer: Viewer,
    record: type[Record],
    where: ColumnElement[bool],
    newest: Any = None,  # noqa: ANN401
) -> Sequence[View]:
    purpose = "visit" if record is SensitiveNote else PURPOSE
    order = (record.id,) if newest is None else (newest.desc(), record.id)
    return release_records(register, viewer, purpose, record, where, order=order, limit=_RECENT)


@dataclass(frozen=True)
class Correction:
    """What is written anew of a person; everything is said, null empties a field."""

    person: NewPerson
    emergency_contact: str | None = None
    unwanted: tuple[str, ...] = ()
    status: str | None = None


def revise_person(
    register: Register, viewer: Viewer, identity: str, version: int, told: Correction
) -> None:
    """Correct a person, but for the home.

    Raises
    ------
    NotFound, ParameterWrong, RecordStale, StepIllegal
    """
    check_person(told.person)
    with register.change(viewer, PURPOSE, "person") as change:
        one = told.person
        values: dict[str, Any] = {
            "name": one.name,
            "kana": one.kana,
            "search_key": person_key(one.name, one.kana),
            "phone": one.phone,
            "gender": one.gender,
            "birth_date": one.birth_date,
            "birth_text": one.birth_text,
            "emergency_contact": told.emergency_contact,
            "unwanted": list(told.unwanted) or None,
        }
        values |= {} if told.status is None else {"status": told.status}
        change.revise(Person, identity, version, **values)


def revise_home(
    register: Register,
    viewer: Viewer,
    identity: str,
    version: int,
    *,
    address: str | None,
    composition: str | None,
    spot: Spot | None,
) -> None:
    """Correct a home: another address is placed anew, a point pressed on the map counts.

    Raises
    ------
    NotFound, RecordStale
    """
    with register.change(viewer, PURPOSE, "home") as change:
        home = change.get(Household, identity)
        values: dict[str, Any] = {"composition": composition, "address": address}
        if _key(address) != _key(home.address):
            values |= _placed_anew(change, address, home.district_id)
        if spot is not None:
            values |= spot.columns()
        moved = _moved(change, values, home.district_id)
        change.revise(Household, identity, version, **(values | moved))
        if moved:
            people = select(Person).where(Person.household_id == identity)
            for person in change.session.scalars(people):
                person.district_id = moved["district_id"]


def _key(address: str | None) -> str | None:
    return address_key(address) if address else None


def _placed_anew(change: Change, address: str | None, district: str | None) -> dict[str, Any]:
    connection = change.session.connection()
    spot = find_spot(connection, change.viewer, address) if address else None
    if spot is not None and district_at(connection, spot.lon, spot.lat) != district:
        spot = None
    empty: dict[str, Any] = dict.fromkeys(("lon", "lat", "mesh", "geocode_level"))
    return {"address_key": _key(address)} | (empty if spot is None else spot.columns())


def _moved(change: Change, values: dict[str, Any], before: str | None) -> dict[str, Any]:
    """The district of a point that was pressed, where it is another."""
    if values.get("lon") is None:
        return {}
    there = district_at(change.session.connection(), values["lon"], values["lat"])
    return {} if there in {None, before} else {"district_id": there}


def keep_word(register: Register, viewer: Viewer, person_id: str, text: str, now: datetime) -> None:
    """Keep that somebody was heard of, and how they are.

    Raises
    ------
    NotFound
    """
    with register.change(viewer, PURPOSE, "word") as change:
        person = change.get(Person, person_id)
        made = change.add(
            Reminder,
            on=now.astimezone(JAPAN).date(),
            text=text,
            person_id=person_id,
            district_id=person.district_id,
        )
        change.session.flush()
        made.status = "done"
