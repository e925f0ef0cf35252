"""相談を受ける: one call makes a consultation, perhaps a person, and 0..n requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from geo import terms
from geo.errors import ParameterWrong
from geo.layers import HOURS
from webapp.casework.cards import PURPOSE
from webapp.casework.drafts import CALL, end_draft
from webapp.casework.housing import Spot, district_at, find_spot
from webapp.register.change import Change
from webapp.register.house import Register
from webapp.register.records import Consultation, Household, Person, Request
from webapp.register.spelling import address_key, person_key
from webapp.register.viewer import Viewer

WISHES: Final = (
    "weekdays", "hours", "steps_free", "gender", "modes", "no_relatives", "no_neighbours",
    "excluded",
)  # fmt: skip
"""What a request's ``constraints`` may hold; what is not wished is not in it."""

WISHED_GENDERS: Final = ("f", "m")


@dataclass(frozen=True)
class NewPerson:
    """Somebody the desk does not know yet.

    Attributes
    ----------
    household_id
        The home of somebody known; None = a new one at ``address``.
    district_id
        As chosen; where the point of the home lies in a district, that one counts.
    spot
        Pressed on the map; None = found by the address, or not at all.
    """

    name: str | None = None
    kana: str | None = None
    phone: str | None = None
    address: str | None = None
    household_id: str | None = None
    district_id: str | None = None
    gender: str | None = None
    birth_date: date | None = None
    birth_text: str | None = None
    composition: str | None = None
    spot: Spot | None = None


@dataclass(frozen=True)
class Wanted:
    """One request of a call. ``paid``: null = not agreed; ``place_id``: where to or for what."""

    activity: str
    sub_reason: str | None = None
    paid: bool | None = None
    wanted_from: date | None = None
    place_id: str | None = None
    constraints: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Call:
    """What was said. ``person``: an id, somebody new, or None = the caller stays unnamed."""

    person: str | NewPerson | None = None
    district_id: str | None = None
    received_at: datetime | None = None
    channel: str | None = None
    source: str | None = None
    summary: str | None = None
    requests: Sequence[Wanted] = ()


@dataclass(frozen=True)
class Taken:
    """What a call made."""

    consultation_id: str
    person_id: str | None
    request_ids: tuple[str, ...] = ()


def take_call(register: Register, viewer: Viewer, call: Call, now: datetime) -> Taken:
    """Keep a call: all of it, or nothing; the writer's draft of it is over then.

    Raises
    ------
    ParameterWrong
        A word that is not the field's; a request of nobody; nothing was said at all.
    NotFound
        The person, the home or the district is none of the viewer's business.
    """
    check_call(call)
    with register.change(viewer, PURPOSE, "call") as change:
        person, household, district = _settle_person(change, call)
        if district is None:
            raise ParameterWrong(name="district_id", value="–", wanted="a district")
        consultation = change.add(
            Consultation,
            person_id=None if person is None else person.id,
            district_id=district,
            received_at=call.received_at or now,
            channel=call.channel,
            source=call.source,
            summary=call.summary,
        )
        change.session.flush()
        made = [
            add_request(change, wanted, consultation.id, person, household, district)
            for wanted in call.requests
        ]
        end_draft(change.session, viewer, CALL)
        change.session.flush()
        return Taken(
            consultation.id,
            None if person is None else person.id,
            tuple(one.id for one in made),
        )


def add_request(
    change: Change,
    wanted: Wanted,
    consultation_id: str | None,
    person: Person | None,
    household_id: str | None,
    district_id: str | None,
) -> Request:
    """One request more, written down within a change."""
    return change.add(
        Request,
        consultation_id=consultation_id,
        person_id=None if person is None else person.id,
        household_id=household_id,
        district_id=district_id,
        **request_columns(wanted),
    )


def request_columns(wanted: Wanted) -> dict[str, Any]:
    """What was wanted, as a request keeps it."""
    return {
        "activity": wanted.activity,
        "sub_reason": wanted.sub_reason,
        "paid": wanted.paid,
        "wanted_from": wanted.wanted_from,
        "place_id": wanted.place_id,
        "constraints": dict(wanted.constraints) or None,
    }


def check_call(call: Call) -> None:
    """Refuse what cannot be kept. Raises `ParameterWrong`."""
    if call.requests and call.person is None:
        raise ParameterWrong(name="person", value="–", wanted="somebody who needs the help")
    if not call.requests and not call.summary and not call.person:
        raise ParameterWrong(name="summary", value="–", wanted="what was said, or a request")
    _one_of("channel", call.channel, terms.CHANNELS)
    _one_of("source", call.source, terms.SOURCES)
    if isinstance(call.person, NewPerson):
        check_person(call.person)
    for wanted in call.requests:
        check_wanted(wanted)


def check_person(person: NewPerson) -> None:
    """Refuse a person nobody could find again. Raises `ParameterWrong`."""
    if not person.name and not person.kana:
        raise ParameterWrong(name="name", value="–", wanted="a name or its reading")
    _one_of("gender", person.gender, terms.GENDERS)
    _one_of("composition", person.composition, terms.COMPOSITIONS)


def check_wanted(wanted: Wanted) -> None:
    """Refuse a request that cannot be matched or counted. Raises `ParameterWrong`."""
    _one_of("activity", wanted.activity, terms.ACTIVITIES)
    if wanted.activity == "other" and not wanted.sub_reason:
        raise ParameterWrong(name="sub_reason", value="–", wanted="what exactly is needed")
    for name in set(wanted.constraints) - set(WISHES):
        raise ParameterWrong(name="constraints", value=name, wanted=", ".join(WISHES))
    for day in wanted.constraints.get("weekdays") or ():
        _one_of("weekday", day, terms.WEEKDAYS)
    for mode in wanted.constraints.get("modes") or ():
        _one_of("mode", mode, terms.MODES)
    _one_of("gender", wanted.constraints.get("gender"), WISHED_GENDERS)
    hours = wanted.constraints.get("hours")
    if hours is not None and not HOURS.fullmatch(hours):
        raise ParameterWrong(name="hours", value=hours, wanted="HH:MM-HH:MM")


def _one_of(name: str, value: str | None, known: Mapping[str, object] | Sequence[str]) -> None:
    if value is not None and value not in known:
        raise ParameterWrong(name=name, value=value[:40], wanted=", ".join(known))


def _settle_person(change: Change, call: Call) -> tuple[Person | None, str | None, str | None]:
    """The person, the home and the district that the call is about."""
    if call.person is None:
        return None, None, call.district_id
    if isinstance(call.person, str):
        found = change.get(Person, call.person)
        return found, found.household_id, found.district_id
    made = add_person(change, call.person, call.source)
    return made, made.household_id, made.district_id


def add_person(change: Change, told: NewPerson, source: str | None) -> Person:
    """Somebody new, in a home that is known or new, placed as well as can be."""
    home = (
        add_home(change, told)
        if told.household_id is None
        else change.get(Household, told.household_id)
    )
    made = change.add(
        Person,
        household_id=home.id,
        district_id=home.district_id,
        name=told.name,
        kana=told.kana,
        search_key=person_key(told.name, told.kana),
        phone=told.phone,
        gender=told.gender,
        birth_date=told.birth_date,
        birth_text=told.birth_text,
        source=source,
    )
    change.session.flush()
    return made


def add_home(change: Change, told: NewPerson) -> Household:
    """A new home. Its district is that of its point, else the one chosen."""
    connection = change.session.connection()
    spot = told.spot or (
        find_spot(connection, change.viewer, told.address) if told.address else None
    )
    district = None if spot is None else district_at(connection, spot.lon, spot.lat)
    if told.spot is None and spot is not None and told.district_id not in {None, district}:
        spot, district = None, told.district_id
    made = change.add(
        Household,
        address=told.address,
        address_key=address_key(told.address) if told.address else None,
        composition=told.composition,
        district_id=district or told.district_id,
        **({} if spot is None else spot.columns()),
    )
    change.session.flush()
    return made
