"""今日: what is planned, what waits, who was not heard of, what did not go as planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, or_, select

from webapp.casework.arrangements import Arrangements
from webapp.casework.cards import PURPOSE, Card, person_cards, supporter_cards
from webapp.casework.cases import OVER, WAITING
from webapp.casework.no_answer import is_open, next_step
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


@dataclass
class _Names:
    """The requests, people and supporters that lines name, read once."""

    register: Register
    viewer: Viewer
    requests: Mapping[str, View] = field(default_factory=dict[str, View])
    people: Mapping[str, Card] = field(default_factory=dict[str, Card])
    supporters: Mapping[str, Card] = field(default_factory=dict[str, Card])

    def read(self, views: Sequence[View]) -> None:
        """Read what the records lead to."""
        ids = sorted({str(one["request_id"]) for one in views})
        found = release_records(self.register, self.viewer, PURPOSE, Request, Request.id.in_(ids))
        self.requests = found.by_id()
        people = [one.get("person_id") for one in found]
        self.people = person_cards(self.register, self.viewer, people)
        helpers = [one.get("supporter_id") for one in views]
        self.supporters = supporter_cards(self.register, self.viewer, helpers)

    def line(self, record: View, at: datetime, step: str | None = None) -> Line:
        """One record with whom it is about."""
        request = self.requests.get(str(record["request_id"]))
        person = None if request is None else self.people.get(str(request.get("person_id")))
        supporter = self.supporters.get(str(record.get("supporter_id")))
        return Line(record, at, request, person, supporter, step)


def day_of(now: datetime) -> tuple[datetime, datetime]:
    """The first moment of the day in Japan, and of the next."""
    start = datetime.combine(now.astimezone(JAPAN).date(), time(), JAPAN)
    return start, start + timedelta(days=1)


def visits_today(register: Register, viewer: Viewer, now: datetime, limit: int) -> Tile:
    """The visits of the day that were not cancelled, in order; those to come before those done."""
    start, end = day_of(now)
    found = release_records(
        register, viewer, PURPOSE, Visit,
        Visit.planned_at >= start, Visit.planned_at < end, Visit.status != "cancelled",
        order=(Visit.status != "planned", Visit.planned_at), limit=limit,
    )  # fmt: skip
    ordered = sorted(found, key=lambda one: one["planned_at"])
    return _tile(register, viewer, ordered, "planned_at", found.total)


def _tile(register: Register, viewer: Viewer, views: Sequence[View], at: str, total: int) -> Tile:
    names = _Names(register, viewer)
    names.read(views)
    return Tile([names.line(one, one[at]) for one in views], total)


def visits_astray(register: Register, viewer: Viewer, now: datetime, limit: int) -> Tile:
    """Nobody opened and nobody knows yet how they are; missed; planned but past, without word."""
    start, _ = day_of(now)
    past = (Visit.status == "planned") & (Visit.planned_at < start)
    missed = (Visit.status == "missed") & (Visit.planned_at >= now - _RECENT)
    found = release_records(
        register, viewer, PURPOSE, Visit,
        or_(Visit.status == "nobody_home", missed, past),
        order=(Visit.status != "nobody_home", Visit.planned_at.desc()),
    )  # fmt: skip
    open_ = [one for one in found if one["status"] != "nobody_home" or is_open(one)]
    shown = open_[:limit]
    rules = arrangements_by_district(register, viewer)
    names = _Names(register, viewer)
    names.read(shown)
    lines = [names.line(one, one["planned_at"], _next_step(one, rules)) for one in shown]
    return Tile(lines, len(open_))


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


def waiting(register: Register, viewer: Viewer, limit: int) -> Tile:
    """Requests for which nobody is found yet, the longest waiting first."""
    found = release_records(
        register, viewer, PURPOSE, Request, Request.status.in_(WAITING),
        order=(RECEIVED, Request.id), limit=limit,
    )  # fmt: skip
    people = person_cards(register, viewer, [one.get("person_id") for one in found])
    since = _received(register, [one.id for one in found])
    lines = [Line(one, since[one.id], one, people.get(str(one.get("person_id")))) for one in found]
    return Tile(lines, found.total)


def _received(register: Register, ids: Sequence[str]) -> dict[str, datetime]:
    asked = select(Request.id, Request.made_at, Consultation.received_at).outerjoin(
        Consultation, Consultation.id == Request.consultation_id
    )
    with register.engine.connect() as connection:
        rows = connection.execute(asked.where(Request.id.in_(ids))).all()
    return {str(one.id): one.received_at or one.made_at for one in rows}


def offers_due(register: Register, viewer: Viewer, now: datetime, limit: int) -> Tile:
    """Offers that ran out with nobody asked since, then those due within a day."""
    found = release_records(
        register, viewer, PURPOSE, Offer, or_(_ran_out(now), _due_soon(now)),
        order=(Offer.status != "withdrawn", Offer.due_at), limit=limit,
    )  # fmt: skip
    return _tile(register, viewer, list(found), "due_at", found.total)


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


def quiet_people(register: Register, viewer: Viewer, now: datetime, limit: int) -> QuietTile:
    """People who were not heard of for long, those with a request going on first."""
    quiet = quiet_ids(register, viewer, now)
    known = released_ids(register, viewer, PURPOSE, Person, Person.id.in_(sorted(quiet)))
    going_on = select(Request.person_id).where(
        Request.person_id.in_(known), Request.status.not_in(OVER)
    )
    with register.engine.connect() as connection:
        cared_for = set(connection.scalars(going_on))
    first = datetime.min.replace(tzinfo=JAPAN)
    known.sort(key=lambda one: (one not in cared_for, quiet[one] or first, one))
    cards = person_cards(register, viewer, known[:limit])
    told = [Quiet(cards[one], quiet[one]) for one in known[:limit] if one in cards]
    return QuietTile(told, len(known))


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
