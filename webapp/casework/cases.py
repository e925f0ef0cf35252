"""One case: everything of one request, and the steps that can be taken with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from geo.errors import NotFound, ParameterWrong
from webapp.casework.asking import cancel, give_up, take_up
from webapp.casework.calls import Wanted, add_request, check_wanted, request_columns
from webapp.casework.cards import PURPOSE, Card, person_cards, supporter_cards
from webapp.casework.visiting import finish_request
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import (
    Consultation,
    LedgerEntry,
    Offer,
    Person,
    Place,
    Record,
    Referral,
    Reminder,
    Request,
    Series,
    Visit,
)
from webapp.register.release import release_record
from webapp.register.released import release_records
from webapp.register.viewer import Viewer

OVER: Final = ("done", "unmet", "cancelled")
"""Statuses of a request that nobody waits for any more."""

WAITING: Final = ("received", "coordinating", "asking")
"""Statuses of a request for which nobody is found yet."""

WITH_REASON: Final = ("unmet", "cancelled")
"""Steps that say why."""

BY_HAND: Final = ("coordinating", "done", "unmet", "cancelled")
"""Steps taken by hand; the others follow from an offer, its answer, a visit."""

_RECENT: Final = 20


@dataclass(frozen=True)
class Money:
    """What one case moved, in one unit: ``fees`` owed for visits, ``open`` not settled yet."""

    unit: str
    fees: int
    open: int


@dataclass(frozen=True)
class Case:
    """Everything of one request that the viewer may see."""

    request: View
    person: Card | None
    consultation: View | None
    place: View | None
    offers: Sequence[View]
    series: Sequence[View]
    visits: Sequence[View]
    referrals: Sequence[View]
    reminders: Sequence[View]
    others: Sequence[View]
    """Requests of the same person besides."""
    supporters: dict[str, Card]
    money: Sequence[Money]

    @property
    def steps(self) -> list[str]:
        """What may follow by hand; nobody goes back from asking but by the answers."""
        now = self.request["status"]
        legal = Request.STEPS.legal(now)
        return [
            one
            for one in BY_HAND
            if one in legal and (one != "coordinating" or now in {"received", "unmet"})
        ]


def read_case(register: Register, viewer: Viewer, identity: str) -> Case:
    """One request with all that belongs to it. Raises `NotFound`."""
    request = release_record(register, viewer, PURPOSE, Request, identity)
    person = request.get("person_id")
    of_request = {
        record: _several(register, viewer, record, record.request_id == identity, newest)
        for record, newest in (
            (Offer, Offer.asked_at),
            (Series, Series.starts_at),
            (Visit, Visit.planned_at),
        )
    }
    everybody = [
        *(one.get("supporter_id") for views in of_request.values() for one in views),
        *((request.get("constraints") or {}).get("excluded") or ()),
    ]
    return Case(
        request=request,
        person=person_cards(register, viewer, [person]).get(str(person)),
        consultation=_one(register, viewer, Consultation, request.get("consultation_id")),
        place=_one(register, viewer, Place, request.get("place_id")),
        offers=of_request[Offer],
        series=of_request[Series],
        visits=of_request[Visit],
        referrals=_of_consultation(register, viewer, request),
        reminders=_several(
            register, viewer, Reminder, Reminder.request_id == identity, Reminder.on
        ),
        others=_others(register, viewer, person, identity),
        supporters=supporter_cards(register, viewer, everybody),
        money=read_money(register, viewer, Visit.request_id == identity),
    )


def _several(
    register: Register,
    viewer: Viewer,
    record: Any,  # noqa: ANN401
    where: ColumnElement[bool],
    newest: Any,  # noqa: ANN401
) -> Sequence[View]:
    return release_records(
        register, viewer, PURPOSE, record, where, order=(newest.desc(), record.id), limit=_RECENT
    )


def _one(
    register: Register, viewer: Viewer, record: type[Record], identity: str | None
) -> View | None:
    if identity is None:
        return None
    found = release_records(register, viewer, PURPOSE, record, record.id == identity)
    return found[0] if len(found) else None


def _others(
    register: Register, viewer: Viewer, person: str | None, identity: str
) -> Sequence[View]:
    if person is None:
        return ()
    same = (Request.person_id == person) & (Request.id != identity)
    return _several(register, viewer, Request, same, Request.made_at)


def _of_consultation(register: Register, viewer: Viewer, request: View) -> Sequence[View]:
    if request.get("consultation_id") is None:
        return ()
    where = Referral.consultation_id == request["consultation_id"]
    return _several(register, viewer, Referral, where, Referral.made_at)


def of_consultation(
    register: Register, viewer: Viewer, consultation: View
) -> tuple[Sequence[View], Card | None]:
    """The requests of a consultation and whom it was about."""
    where = Request.consultation_id == consultation.id
    person = consultation.get("person_id")
    cards = person_cards(register, viewer, [person])
    return _several(register, viewer, Request, where, Request.made_at), cards.get(str(person))


def read_money(register: Register, viewer: Viewer, where: ColumnElement[bool]) -> list[Money]:
    """What the visits that fit moved, by unit; void entries do not count."""
    asked = (
        select(LedgerEntry.unit, LedgerEntry.kind, LedgerEntry.status, LedgerEntry.amount)
        .join(Visit, Visit.id == LedgerEntry.visit_id)
        .where(where, LedgerEntry.status != "void")
    )
    if viewer.districts is not None:
        asked = asked.where(LedgerEntry.district_id.in_(viewer.districts))
    sums: dict[str, list[int]] = {}
    with register.engine.connect() as connection:
        for unit, kind, status, amount in connection.execute(asked):
            both = sums.setdefault(str(unit), [0, 0])
            both[0] += int(amount) if kind in {"fee", "cancellation"} else 0
            both[1] += int(amount) if status == "open" else 0
    return [Money(unit, fees, open_) for unit, (fees, open_) in sorted(sums.items())]


def take_step(
    register: Register, viewer: Viewer, identity: str, version: int, status: str, reason: str = ""
) -> None:
    """Take a request one step on by hand.

    Raises
    ------
    NotFound, RecordStale, StepIllegal
    ParameterWrong
        The step follows from the work itself, or has to say why.
    """
    match status:
        case "coordinating":
            take_up(register, viewer, identity, version)
        case "unmet":
            give_up(register, viewer, identity, version, reason)
        case "cancelled":
            cancel(register, viewer, identity, version, reason)
        case "done":
            finish_request(register, viewer, identity, version)
        case _:
            raise ParameterWrong(name="status", value=status[:40], wanted=", ".join(BY_HAND))


def revise_wishes(
    register: Register, viewer: Viewer, identity: str, version: int, wanted: Wanted
) -> None:
    """Say anew what is wanted.

    Raises
    ------
    NotFound, ParameterWrong, RecordStale
    """
    check_wanted(wanted)
    with register.change(viewer, PURPOSE, "wishes") as change:
        change.revise(Request, identity, version, **request_columns(wanted))


def add_to_person(
    register: Register, viewer: Viewer, person_id: str, wanted: Wanted, consultation_id: str | None
) -> str:
    """One request more of somebody known, from a consultation where there was one; its id.

    Raises
    ------
    NotFound, ParameterWrong
    """
    check_wanted(wanted)
    with register.change(viewer, PURPOSE, "request") as change:
        person = change.get(Person, person_id)
        if consultation_id is not None:
            consultation = change.get(Consultation, consultation_id)
            if consultation.person_id != person_id:
                raise NotFound(kind="consultation", id=consultation_id)
        made = add_request(
            change, wanted, consultation_id, person, person.household_id, person.district_id
        )
        change.session.flush()
        return made.id


def revise_consultation(
    register: Register,
    viewer: Viewer,
    identity: str,
    version: int,
    summary: str | None,
    result: str | None,
    status: str,
) -> None:
    """Write on what was said, what came of it, and whether it is over.

    Raises
    ------
    NotFound, RecordStale, StepIllegal
    """
    with register.change(viewer, PURPOSE, "consultation") as change:
        change.revise(
            Consultation, identity, version, summary=summary, result=result, status=status
        )
