"""つなぎ: handing somebody on to a care manager, a support centre or the ward office.

Only with consent, and only what the consent covers; that it left is in the trail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select

from geo.errors import NotFound, ParameterWrong
from webapp.casework.cards import PURPOSE
from webapp.faults import ConsentWanted
from webapp.register.allowances import Output
from webapp.register.change import Change
from webapp.register.consents import BIT
from webapp.register.disclose import allowances_now, disclose_records
from webapp.register.house import Register
from webapp.register.records import Consent, Consultation, Household, Person, Referral
from webapp.register.release import release_record
from webapp.register.viewer import Viewer

TO: Final = ("care_manager", "support_centre", "ward_office")
"""To whom somebody is handed on."""

BASES: Final = ("self", "proxy")
"""Whose word it is that was asked for."""


@dataclass(frozen=True)
class Answered:
    """The person's yes, asked for just now. ``how``: by telephone, in person, in writing."""

    basis: str
    how: str


@dataclass(frozen=True)
class Handed:
    """What may be told to a recipient: what of the person and of the home; empty = nothing."""

    person: Mapping[str, Any]
    home: Mapping[str, Any]


def may_be_told(register: Register, person_id: str, recipient: str) -> frozenset[str]:
    """The fields of consent that a recipient may be told; empty = consent is wanted first."""
    allowances = allowances_now(register, Output(PURPOSE, recipient, datetime.now(UTC)))
    bits = int(allowances.by_person.get(person_id, 0))
    return frozenset(field for field, bit in BIT.items() if bits & bit)


def refer(
    register: Register,
    viewer: Viewer,
    person_id: str,
    recipient: str,
    summary: str | None,
    *,
    consultation_id: str | None = None,
    answered: Answered | None = None,
) -> str:
    """Hand somebody on; the id of the referral. Its consultation is referred.

    Parameters
    ----------
    answered
        The yes that was asked for just now; None = it was given before.

    Raises
    ------
    ConsentWanted
        The person did not allow it.
    NotFound, ParameterWrong, StepIllegal
    """
    if recipient not in TO:
        raise ParameterWrong(name="recipient", value=recipient[:40], wanted=", ".join(TO))
    release_record(register, viewer, PURPOSE, Person, person_id)
    if answered is None and not may_be_told(register, person_id, recipient):
        raise ConsentWanted(recipient=recipient)
    with register.change(viewer, PURPOSE, "referral") as change:
        person = change.get(Person, person_id)
        consent = (
            _standing(change, person_id, recipient)
            if answered is None
            else _note_consent(change, person, recipient, answered)
        )
        _mark(change, person_id, consultation_id)
        made = change.add(
            Referral,
            person_id=person_id,
            consultation_id=consultation_id,
            recipient=recipient,
            consent_id=consent,
            summary=summary,
            district_id=person.district_id,
        )
        change.session.flush()
        return made.id


def _note_consent(change: Change, person: Person, recipient: str, answered: Answered) -> str:
    if answered.basis not in BASES:
        raise ParameterWrong(name="basis", value=answered.basis[:40], wanted=", ".join(BASES))
    made = change.add(
        Consent,
        person_id=person.id,
        district_id=person.district_id,
        basis=answered.basis,
        purpose=PURPOSE,
        recipients=[recipient],
        how=answered.how or None,
        given_on=datetime.now(UTC),
    )
    change.session.flush()
    return made.id


def _standing(change: Change, person_id: str, recipient: str) -> str | None:
    """The consent that allows it; None where the rules of the district do without one."""
    asked = (
        select(Consent)
        .where(
            Consent.person_id == person_id, Consent.purpose == PURPOSE, Consent.status == "given"
        )
        .order_by(Consent.given_on.desc())
    )
    found = change.session.scalars(asked)
    return next(
        (one.id for one in found if one.recipients is None or recipient in one.recipients), None
    )


def _mark(change: Change, person_id: str, consultation_id: str | None) -> None:
    if consultation_id is None:
        return
    consultation = change.get(Consultation, consultation_id)
    if consultation.person_id != person_id:
        raise NotFound(kind="consultation", id=consultation_id)
    consultation.status = "referred"


def hand_over(register: Register, viewer: Viewer, person_id: str, recipient: str) -> Handed:
    """What the recipient may be told now; asking for it is an export in the trail."""
    person = disclose_records(register, viewer, PURPOSE, recipient, Person, Person.id == person_id)
    if not person:
        return Handed({}, {})
    where = Household.id == person[0]["household_id"]
    home = disclose_records(register, viewer, PURPOSE, recipient, Household, where)
    return Handed(person[0], home[0] if home else {})


def take_step(register: Register, viewer: Viewer, identity: str, version: int, status: str) -> None:
    """Note how the recipient answered, or take the referral back.

    Raises
    ------
    NotFound, RecordStale, StepIllegal
    """
    with register.change(viewer, PURPOSE, "referral") as change:
        change.revise(Referral, identity, version, status=status)
