"""打診: asking supporters about a request, one after the other, until one says yes.

A request is asked about as long as an offer is open, and settled once one is accepted.
Whoever writes locks the request before its offers, so that two consultants at the same
request wait for one another, and the later one is told what the earlier one did.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, get_args

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm.attributes import flag_modified

from geo import terms
from geo.errors import NotFound, ParameterWrong
from webapp.casework.arrangements import Arrangements
from webapp.casework.cards import PURPOSE
from webapp.casework.ending import end_rounds
from webapp.faults import AlreadyAsked, NotAskable, NotWanted, StepIllegal
from webapp.register.change import Change
from webapp.register.house import Register
from webapp.register.look import allowed_rows
from webapp.register.records import Consultation, District, Offer, Person, Request, Supporter
from webapp.register.viewer import Viewer

Outcome = Literal["absent", "accepted", "declined", "withdrawn"]


@dataclass(frozen=True)
class Call:
    """What came of one call, and why; see `answer_offer`."""

    outcome: Outcome
    reason: str | None = None


OPEN: Final = ("waiting", "absent")
"""Offers that may still be answered."""

ASKABLE: Final = ("received", "coordinating", "asking")
"""Requests about which somebody may be asked."""

_LONGEST: Final = 200
"""Letters of a reason in own words."""


def ask(
    register: Register,
    viewer: Viewer,
    request_id: str,
    version: int,
    supporter_id: str,
    minutes: float | None,
    now: datetime,
) -> str:
    """Ask a supporter; the id of the offer.

    Parameters
    ----------
    version
        Of the request as it was read: whoever did not see what was asked since is told.
    minutes
        The walk said to the supporter; None = unknown.

    Raises
    ------
    NotFound, RecordStale
    StepIllegal
        Nobody is looked for any more.
    AlreadyAsked, NotAskable, NotWanted
    """
    with register.change(viewer, PURPOSE, "ask") as change:
        return ask_within(change, request_id, version, supporter_id, minutes, now)


def ask_within(
    change: Change,
    request_id: str,
    version: int,
    supporter_id: str,
    minutes: float | None,
    now: datetime,
) -> str:
    """As `ask`, as part of a larger change."""
    found = change.revise(Request, request_id, version)
    if found.status not in ASKABLE:
        raise _not_now(found, "asking")
    _require_askable(change, found, supporter_id)
    if found.status == "received":
        found.status = "coordinating"
        _take_in_hand(change, found)
    found.status = "asking"
    flag_modified(found, "status")
    made = change.add(
        Offer,
        request_id=request_id,
        supporter_id=supporter_id,
        district_id=found.district_id,
        minutes=minutes,
        asked_at=now,
        asked_by=change.viewer.account,
        due_at=now + timedelta(hours=arrangements_of(change, found.district_id).offer_hours),
        tries=0,
    )
    change.session.flush()
    return made.id


def _require_askable(change: Change, found: Request, supporter_id: str) -> None:
    supporter = change.get(Supporter, supporter_id)
    if supporter.status != "active":
        raise NotAskable(status=supporter.status)
    person = None if found.person_id is None else change.session.get(Person, found.person_id)
    if person is not None and supporter_id in (person.unwanted or ()):
        raise NotWanted(id=supporter_id)
    same = (Offer.request_id == found.id) & (Offer.supporter_id == supporter_id)
    if change.session.scalar(select(Offer.id).where(same, Offer.status.in_(OPEN)).limit(1)):
        raise AlreadyAsked(id=supporter_id)


def arrangements_of(change: Change, district_id: str | None) -> Arrangements:
    """What the district of a record agreed on."""
    district = None if district_id is None else change.session.get(District, district_id)
    return Arrangements.of(None if district is None else district.arrangements)


def answer_offer(
    register: Register,
    viewer: Viewer,
    offer_id: str,
    version: int,
    outcome: Outcome,
    reason: str | None,
    now: datetime,
) -> None:
    """Keep what came of one call.

    ``absent`` counts a try and leaves the offer open; ``accepted`` settles the request and
    withdraws its other offers; after the last open one is declined or withdrawn the
    request is being coordinated again.

    Parameters
    ----------
    version
        Of the offer.
    reason
        Of ``declined`` a code of `geo.terms.DECLINES`, of ``withdrawn`` one of
        `geo.terms.WITHDRAWALS`, or own words of 200 letters at most; None else.

    Raises
    ------
    NotFound, RecordStale, StepIllegal, ParameterWrong
    """
    call = _checked(Call(outcome, reason))
    with register.change(viewer, PURPOSE, f"offer {outcome}") as change:
        _answer_within(change, offer_id, version, call, now)


def ask_and_answer(
    register: Register,
    viewer: Viewer,
    request_id: str,
    version: int,
    supporter_id: str,
    minutes: float | None,
    call: Call,
    now: datetime,
) -> str:
    """Keep whom one phoned and what came of it, in one change; the id of the offer.

    Raises
    ------
    What `ask` and `answer_offer` raise.
    """
    call = _checked(call)
    with register.change(viewer, PURPOSE, f"ask, offer {call.outcome}") as change:
        offer_id = ask_within(change, request_id, version, supporter_id, minutes, now)
        _answer_within(change, offer_id, change.get(Offer, offer_id).version, call, now)
    return offer_id


def _checked(call: Call) -> Call:
    told = check_reason(call.reason)
    if call.outcome not in get_args(Outcome):
        wanted = ", ".join(get_args(Outcome))
        raise ParameterWrong(name="outcome", value=call.outcome[:20], wanted=wanted)
    if call.outcome == "declined" and told is None:
        raise ParameterWrong(name="reason", value="", wanted=", ".join(terms.DECLINES))
    return Call(call.outcome, told)


def _answer_within(
    change: Change,
    offer_id: str,
    version: int,
    call: Call,
    now: datetime,
) -> None:
    found = _lock_request(change, offer_id)
    if call.outcome == "absent":
        tries = (change.get(Offer, offer_id).tries or 0) + 1
        change.revise(Offer, offer_id, version, status="absent", tries=tries)
    elif call.outcome == "withdrawn":
        change.revise(Offer, offer_id, version, status="withdrawn", reason=call.reason)
        _go_back(change, found)
    else:
        values = {"status": call.outcome, "reason": call.reason, "answered_at": now}
        change.revise(Offer, offer_id, version, **values)
        if call.outcome == "accepted":
            _settle(change, found, offer_id)
        else:
            _go_back(change, found)


def check_reason(reason: str | None) -> str | None:
    """A reason as it is kept: without blanks around, None where there is none.

    Raises
    ------
    ParameterWrong
        It is longer than 200 letters.
    """
    told = (reason or "").strip()
    if len(told) > _LONGEST:
        raise ParameterWrong(name="reason", value=f"{told[:20]}…", wanted=f"≤ {_LONGEST}")
    return told or None


def _lock_request(change: Change, offer_id: str) -> Request:
    mine = allowed_rows(Offer, change.viewer, change.purpose)
    asked = select(Offer.request_id).where(Offer.id == offer_id, mine)
    request_id = change.session.scalar(asked)
    if request_id is None:
        change.get(Offer, offer_id)
        raise NotFound(kind="offer", id=offer_id)
    return change.get(Request, request_id)


def _settle(change: Change, found: Request, offer_id: str) -> None:
    if found.status != "asking":
        raise _not_now(found, "settled")
    change.revise(Request, found.id, found.version, status="settled")
    _withdraw_offers(change, found.id, "settled", besides={offer_id})


def _go_back(change: Change, found: Request) -> None:
    """Coordinate again where nobody is being asked and nobody agreed."""
    change.session.flush()
    still = select(Offer.status).where(
        Offer.request_id == found.id, Offer.status.in_((*OPEN, "accepted"))
    )
    left = set(change.session.scalars(still))
    if "accepted" in left or found.status not in {"asking", "settled", "running"}:
        return
    change.revise(Request, found.id, found.version, status="asking")
    if not left:
        found.status = "coordinating"


def _withdraw_offers(
    change: Change,
    request_id: str,
    reason: str,
    *,
    besides: Collection[str] = (),
    statuses: Sequence[str] = OPEN,
) -> None:
    asked = select(Offer.id).where(Offer.request_id == request_id, Offer.status.in_(statuses))
    for identity in change.session.scalars(asked.order_by(Offer.id)).all():
        if identity not in besides:
            found = change.get(Offer, identity)
            change.revise(
                Offer, identity, found.version, status="withdrawn", reason=found.reason or reason
            )


def take_up(register: Register, viewer: Viewer, request_id: str, version: int) -> None:
    """Begin to look for somebody, also once more for what stayed unmet.

    Raises
    ------
    NotFound, RecordStale, StepIllegal
    """
    with register.change(viewer, PURPOSE, "take up") as change:
        found = change.revise(Request, request_id, version, status="coordinating", reason=None)
        _take_in_hand(change, found)


def _take_in_hand(change: Change, found: Request) -> None:
    """The consultation of a request that somebody works on is in hand."""
    consultation = change.session.get(Consultation, found.consultation_id or "")
    if consultation is not None and consultation.status == "received":
        consultation.status = "in_hand"


def give_up(register: Register, viewer: Viewer, request_id: str, version: int, reason: str) -> None:
    """Say that a request cannot be met; whoever is being asked need not answer any more.

    Parameters
    ----------
    reason
        A code of `geo.terms.UNMETS`, or own words of 200 letters at most.

    Raises
    ------
    NotFound, RecordStale, StepIllegal
    ParameterWrong
        There is no reason.
    """
    told = _require_reason(reason, terms.UNMETS)
    with register.change(viewer, PURPOSE, "give up") as change:
        found = change.revise(Request, request_id, version, reason=told)
        if found.status == "received":
            found.status = "coordinating"
        found.status = "unmet"
        _withdraw_offers(change, request_id, "given_up")


def cancel(
    register: Register,
    viewer: Viewer,
    request_id: str,
    version: int,
    reason: str,
    now: datetime | None = None,
) -> None:
    """End a request that is not wanted any more; its offers are withdrawn, its series end.

    Parameters
    ----------
    reason
        A code of `geo.terms.CANCELS`, or own words of 200 letters at most.
    now
        From when on no visit is made any more; None = now.

    Raises
    ------
    NotFound, RecordStale, StepIllegal
    ParameterWrong
        There is no reason.
    """
    told = _require_reason(reason, terms.CANCELS)
    with register.change(viewer, PURPOSE, "cancel") as change:
        change.revise(Request, request_id, version, status="cancelled", reason=told)
        _withdraw_offers(change, request_id, "cancelled", statuses=(*OPEN, "accepted"))
        end_rounds(change, request_id, now or datetime.now(UTC))


def _require_reason(reason: str, known: Collection[str]) -> str:
    told = check_reason(reason)
    if told is None:
        raise ParameterWrong(name="reason", value="", wanted=", ".join(known))
    return told


def is_overdue(viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    """Offers of the viewer's districts that nobody answered in time, as a condition."""
    mine = true() if viewer.districts is None else Offer.district_id.in_(viewer.districts)
    return Offer.status.in_(OPEN) & (Offer.due_at < now) & mine


def expire_offers(register: Register, viewer: Viewer, now: datetime) -> int:
    """Withdraw what nobody answered in time; how many. A request is coordinated again.

    Called whenever somebody opens the desk; until then pages tell with `is_overdue`.
    """
    overdue = select(Offer.id, Offer.request_id).where(is_overdue(viewer, now))
    with register.engine.connect() as connection:
        if connection.execute(overdue.limit(1)).first() is None:
            return 0
    ended = 0
    with register.change(viewer, PURPOSE, "timeout") as change:
        rows = change.session.execute(overdue.order_by(Offer.request_id, Offer.id)).all()
        for request_id in sorted({row.request_id for row in rows}):
            found = change.get(Request, request_id)
            for identity in (row.id for row in rows if row.request_id == request_id):
                offer = change.get(Offer, identity)
                if offer.status in OPEN:
                    values = {"status": "withdrawn", "reason": "timeout"}
                    change.revise(Offer, identity, offer.version, **values)
                    ended += 1
            _go_back(change, found)
    return ended


def _not_now(found: Request, wanted: str) -> StepIllegal:
    legal = ", ".join(Request.STEPS.legal(found.status)) or "–"
    return StepIllegal(record="request", status=found.status, wanted=wanted, legal=legal)
