"""今日: what is planned, what waits, who was not heard of, what did not go as planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, or_, select

from webapp.casework.arrangements import Arrangements
from webapp.casework.cards import PURPOSE, Card, person_cards, supporter_cards
from webapp.casework.cases import OVER, WAITING
from webapp.casework.happenings import Happening
from webapp.casework.no_answer import is_open, next_step
from webapp.casework.reminders import due_reminders
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.look import View, allowed_rows
from webapp.register.records import (
    Consultation,
    District,
    Offer,
    Person,
    Reminder,
    Request,
    Visit,
)
from webapp.register.released import release_records, released_ids
from webapp.register.viewer import Viewer

OPEN_OFFERS: Final = ("waiting", "absent")

_SOON: Final = timedelta(hours=24)
"""An offer that is due within this is told of."""

_RECENT: Final = timedelta(days=7)
"""A missed visit or an offer that ran out is told of so long, unless it was followed up."""

_PROTOCOL: Final = timedelta(days=30)
"""Whoever did not open is looked for so long; then it is no matter of today any more."""

_ASTRAY: Final = 100

RECEIVED: Final = func.coalesce(
    select(Consultation.received_at)
    .where(Consultation.id == Request.consultation_id)
    .scalar_subquery(),
    Request.made_at,
)
"""When a request came: with its consultation, else when it was written down."""


@dataclass(frozen=True)
class Line:
    """One line of a tile: what it is about, whom, by whom, since or until when.

    ``step``: of the no-answer protocol, next; None = none is left or none is needed.
    """

    record: View
    at: datetime
    request: View | None = None
    person: Card | None = None
    supporter: Card | None = None
    step: str | None = None


@dataclass(frozen=True)
class Tile:
    """Some lines, and how many there are in all."""

    lines: Sequence[Line] = ()
    total: int = 0


@dataclass(frozen=True)
class Quiet:
    """One who was not heard of for long. ``last``: None = never since registered."""

    person: Card
    last: datetime | None


@dataclass(frozen=True)
class QuietTile:
    """Those not heard of for longest, and how many there are."""

    people: Sequence[Quiet] = ()
    total: int = 0


@dataclass(frozen=True)
class Day:
    """Everything of one day."""

    visits: Tile
    astray: Tile
    waiting: Tile
    offers: Tile
    quiet: QuietTile
    reminders: Sequence[View]
    remembered: int
    names: Names


@dataclass(frozen=True)
class Names:
    """The requests, people and supporters that the day names, read once."""

    requests: Mapping[str, View]
    people: Mapping[str, Card]
    supporters: Mapping[str, Card]

    def person_of(self, request_id: str | None) -> Card | None:
        """Whom a request is about."""
        request = self.requests.get(str(request_id))
        return None if request is None else self.people.get(str(request.get("person_id")))

    def line(self, record: View, at: datetime, step: str | None = None) -> Line:
        """One record with whom it is about; a request is its own."""
        own = record.record == "request"
        identity = record.id if own else str(record["request_id"])
        return Line(
            record,
            at,
            self.requests.get(identity),
            self.person_of(identity),
            self.supporters.get(str(record.get("supporter_id"))),
            step,
        )


@dataclass(frozen=True)
class Room:
    """How many lines each tile has room for."""

    visits: int = 7
    few: int = 3


def read_day(
    register: Register,
    viewer: Viewer,
    now: datetime,
    room: Room,
    happenings: Sequence[Happening] = (),
) -> Day:
    """One day of the viewer's districts.

    Parameters
    ----------
    happenings
        What colleagues did; the requests, people and supporters of it are among the names.
    """
    visits, visits_in_all = _visits_today(register, viewer, now, room.visits)
    astray = _visits_astray(register, viewer, now)
    waiting, waiting_in_all = _waiting(register, viewer, room.few)
    offers, offers_in_all = _offers_due(register, viewer, now, room.few)
    quiet, quiet_words = _quiet(register, viewer, now)
    reminders, remembered = due_reminders(register, viewer, now.astimezone(JAPAN).date(), room.few)
    shown = (visits, astray[: room.few], waiting, offers)
    names = _read_names(register, viewer, shown, [*quiet[: room.few]], reminders, happenings)
    rules = arrangements_by_district(register, viewer)
    since = _received(register, [one.id for one in waiting])
    return Day(
        visits=Tile([names.line(one, one["planned_at"]) for one in visits], visits_in_all),
        astray=Tile(
            [
                names.line(one, one["planned_at"], _next_step(one, rules))
                for one in astray[: room.few]
            ],
            len(astray),
        ),
        waiting=Tile([names.line(one, since[one.id]) for one in waiting], waiting_in_all),
        offers=Tile([names.line(one, one["due_at"]) for one in offers], offers_in_all),
        quiet=QuietTile(
            [
                Quiet(names.people[one], quiet_words[one])
                for one in quiet[: room.few]
                if one in names.people
            ],
            len(quiet),
        ),
        reminders=reminders,
        remembered=remembered,
        names=names,
    )


def _read_names(
    register: Register,
    viewer: Viewer,
    shown: Sequence[Sequence[View]],
    quiet: Sequence[str],
    reminders: Sequence[View],
    happenings: Sequence[Happening],
) -> Names:
    views = [one for some in shown for one in some]
    requests = {one.id: one for one in views if one.record == "request"}
    wanted = {str(one["request_id"]) for one in views if one.record != "request"}
    wanted |= {one.request_id for one in happenings if one.request_id}
    wanted -= set(requests)
    found = release_records(register, viewer, PURPOSE, Request, Request.id.in_(sorted(wanted)))
    requests |= found.by_id()
    people = person_cards(
        register,
        viewer,
        [
            *(one.get("person_id") for one in requests.values()),
            *(one.get("person_id") for one in reminders),
            *(one.person_id for one in happenings),
            *quiet,
        ],
    )
    helpers = [
        *(one.get("supporter_id") for one in views if one.record != "request"),
        *(one.facts.get("supporter_id") for one in happenings),
    ]
    return Names(requests, people, supporter_cards(register, viewer, helpers))


def day_of(now: datetime) -> tuple[datetime, datetime]:
    """The first moment of the day in Japan, and of the next."""
    start = datetime.combine(now.astimezone(JAPAN).date(), time(), JAPAN)
    return start, start + timedelta(days=1)


def _visits_today(
    register: Register, viewer: Viewer, now: datetime, limit: int
) -> tuple[list[View], int]:
    """The visits of the day that were not cancelled, in order; those to come before those done."""
    start, end = day_of(now)
    found = release_records(
        register, viewer, PURPOSE, Visit,
        Visit.planned_at >= start, Visit.planned_at < end, Visit.status != "cancelled",
        order=(Visit.status != "planned", Visit.planned_at), limit=limit,
    )  # fmt: skip
    return sorted(found, key=lambda one: one["planned_at"]), found.total


def _visits_astray(register: Register, viewer: Viewer, now: datetime) -> list[View]:
    """Nobody opened and nobody knows yet how they are; missed; planned but past, without word."""
    start, _ = day_of(now)
    past = (Visit.status == "planned") & (Visit.planned_at < start)
    missed = (Visit.status == "missed") & (Visit.planned_at >= now - _RECENT)
    unopened = (Visit.status == "nobody_home") & (Visit.planned_at >= now - _PROTOCOL)
    found = release_records(
        register, viewer, PURPOSE, Visit, or_(unopened, missed, past),
        order=(Visit.status != "nobody_home", Visit.planned_at.desc()), limit=_ASTRAY,
    )  # fmt: skip
    return [one for one in found if one["status"] != "nobody_home" or is_open(one)]


def _next_step(visit: View, rules: Mapping[str, Arrangements]) -> str | None:
    if visit["status"] != "nobody_home":
        return None
    agreed = rules.get(str(visit["district_id"]), Arrangements())
    return next_step(visit.get("checks"), agreed)


def arrangements_by_district(register: Register, viewer: Viewer) -> dict[str, Arrangements]:
    """What each of the viewer's districts agreed on."""
    asked = select(District.id, District.arrangements).where(
        allowed_rows(District, viewer, PURPOSE)
    )
    with register.engine.connect() as connection:
        return {str(one.id): Arrangements.of(one.arrangements) for one in connection.execute(asked)}


def _waiting(register: Register, viewer: Viewer, limit: int) -> tuple[list[View], int]:
    """Requests for which nobody is found yet, the longest waiting first."""
    found = release_records(
        register, viewer, PURPOSE, Request, Request.status.in_(WAITING),
        order=(RECEIVED, Request.id), limit=limit,
    )  # fmt: skip
    return list(found), found.total


def _received(register: Register, ids: Sequence[str]) -> dict[str, datetime]:
    asked = select(Request.id, Request.made_at, Consultation.received_at).outerjoin(
        Consultation, Consultation.id == Request.consultation_id
    )
    with register.engine.connect() as connection:
        rows = connection.execute(asked.where(Request.id.in_(ids))).all()
    return {str(one.id): one.received_at or one.made_at for one in rows}


def _offers_due(
    register: Register, viewer: Viewer, now: datetime, limit: int
) -> tuple[list[View], int]:
    """Offers that ran out with nobody asked since, then those due within a day."""
    found = release_records(
        register, viewer, PURPOSE, Offer, or_(_ran_out(now), _due_soon(now)),
        order=(Offer.status != "withdrawn", Offer.due_at), limit=limit,
    )  # fmt: skip
    return list(found), found.total


def _due_soon(now: datetime) -> ColumnElement[bool]:
    return Offer.status.in_(OPEN_OFFERS) & (Offer.due_at < now + _SOON)


def _ran_out(now: datetime) -> ColumnElement[bool]:
    """Withdrawn by the clock, and the request still has nobody else to answer."""
    coordinated = select(Request.id).where(Request.status == "coordinating").correlate(None)
    timeout = (Offer.status == "withdrawn") & (Offer.reason == "timeout")
    return (
        timeout
        & (Offer.due_at >= now - _RECENT)
        & (Offer.due_at < now)
        & (Offer.request_id.in_(coordinated))
    )


def _quiet(
    register: Register, viewer: Viewer, now: datetime
) -> tuple[list[str], dict[str, datetime | None]]:
    """Ids of people not heard of for long, those with a request going on first; last words."""
    quiet = quiet_ids(register, viewer, now)
    known = released_ids(register, viewer, PURPOSE, Person, Person.id.in_(sorted(quiet)))
    going_on = select(Request.person_id).where(
        Request.person_id.in_(known), Request.status.not_in(OVER)
    )
    with register.engine.connect() as connection:
        cared_for = set(connection.scalars(going_on))
    first = datetime.min.replace(tzinfo=JAPAN)
    known.sort(key=lambda one: (one not in cared_for, quiet[one] or first, one))
    return known, quiet


def quiet_ids(register: Register, viewer: Viewer, now: datetime) -> dict[str, datetime | None]:
    """Active people the desk has worked for, not heard of for their district's days; last word.

    A word is a done visit, a consultation, or a reminder that was finished. None = none ever.
    """
    rules = arrangements_by_district(register, viewer)
    with register.engine.connect() as connection:
        heard = _heard(connection, viewer)
    return {
        person: last
        for person, (district, last) in heard.items()
        if last is None
        or now - last > timedelta(days=rules.get(str(district), Arrangements()).quiet_days)
    }


def _heard(connection: Connection, viewer: Viewer) -> dict[str, tuple[str | None, datetime | None]]:
    """District and last word of everybody the desk has worked for."""
    words = (
        select(Consultation.person_id, func.max(Consultation.received_at))
        .where(Consultation.person_id.is_not(None))
        .group_by(Consultation.person_id),
        select(Request.person_id, func.max(Visit.planned_at))
        .join(Visit, Visit.request_id == Request.id)
        .where(Request.person_id.is_not(None), Visit.status == "done")
        .group_by(Request.person_id),
        select(Reminder.person_id, func.max(Reminder.changed_at))
        .where(Reminder.person_id.is_not(None), Reminder.status == "done")
        .group_by(Reminder.person_id),
    )
    last: dict[str, datetime] = {}
    for asked in words:
        for person, at in connection.execute(asked):
            last[str(person)] = max(at, last.get(str(person), at))
    mine = select(Person.id, Person.district_id).where(
        Person.status == "active",
        Person.id.in_(select(Request.person_id)) | Person.id.in_(select(Consultation.person_id)),
        allowed_rows(Person, viewer, PURPOSE),
    )
    return {str(one.id): (one.district_id, last.get(one.id)) for one in connection.execute(mine)}


def heard_of(register: Register, viewer: Viewer, ids: Sequence[str]) -> dict[str, datetime | None]:
    """The last word of these people; those the desk never worked for are not among them."""
    with register.engine.connect() as connection:
        heard = _heard(connection, viewer)
    return {one: heard[one][1] for one in ids if one in heard}
