from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.errors import NotFound, ParameterWrong
from tests.casework.conftest import NOON
from webapp.accounts.policy import at_the_terminal
from webapp.casework.calls import Call, take_call
from webapp.casework.referrals import Answered, hand_over, may_be_told, refer, take_step
from webapp.faults import ConsentWanted, StepIllegal
from webapp.register.house import Register
from webapp.register.records import Consent, Consultation, Referral
from webapp.register.trail.access_event import AccessEvent
from webapp.register.viewer import Viewer

YES = Answered("self", "電話で")


def kept(register: Register) -> list[Referral]:
    with Session(register.engine) as session:
        found = list(session.scalars(select(Referral)))
        session.expunge_all()
        return found


def test_nobody_is_handed_on_without_a_yes(register: Register, consultant: Viewer) -> None:
    assert may_be_told(register, "P1", "care_manager") == frozenset()
    with pytest.raises(ConsentWanted):
        refer(register, consultant, "P1", "care_manager", "x")
    assert kept(register) == []
    assert hand_over(register, consultant, "P1", "care_manager").person == {}


def test_a_yes_asked_for_now_is_kept_with_the_referral(
    register: Register, consultant: Viewer
) -> None:
    call = take_call(register, consultant, Call("P1", summary="足が痛い"), NOON)
    identity = refer(
        register, consultant, "P1", "support_centre", "足", answered=YES,
        consultation_id=call.consultation_id,
    )  # fmt: skip
    (referral,) = kept(register)
    assert (referral.id, referral.status) == (identity, "sent")
    with Session(register.engine) as session:
        consent = session.get(Consent, referral.consent_id or "")
        assert consent is not None
        assert (consent.basis, consent.recipients, consent.how) == (
            "self",
            ["support_centre"],
            "電話で",
        )
        consultation = session.get(Consultation, call.consultation_id)
        assert consultation is not None
        assert consultation.status == "referred"
    handed = hand_over(register, consultant, "P1", "support_centre")
    assert handed.person["name"] == "神宮福子1"
    assert handed.home["address"] == "守恒町1丁目"
    assert hand_over(register, consultant, "P1", "ward_office").person == {}, "for one, not for all"


def test_a_yes_given_before_is_enough_until_it_is_taken_back(
    sqlite_register: Register, consultant: Viewer
) -> None:
    with sqlite_register.change(at_the_terminal(), "matching", "yes") as change:
        given = change.add(
            Consent, person_id="P1", district_id="D1", basis="self", purpose="matching",
            recipients=["care_manager"], fields=["name"], given_on=datetime.now(UTC),
        ).id  # fmt: skip
    refer(sqlite_register, consultant, "P1", "care_manager", None)
    assert kept(sqlite_register)[0].consent_id == given
    handed = hand_over(sqlite_register, consultant, "P1", "care_manager")
    assert handed.person.get("phone") is None, "only what the consent names"
    with sqlite_register.change(at_the_terminal(), "matching", "no") as change:
        change.revise(Consent, given, 1, status="withdrawn")
    assert hand_over(sqlite_register, consultant, "P1", "care_manager").person == {}
    with pytest.raises(ConsentWanted):
        refer(sqlite_register, consultant, "P1", "care_manager", None)


def test_what_left_is_in_the_trail(sqlite_register: Register, consultant: Viewer) -> None:
    refer(sqlite_register, consultant, "P1", "ward_office", None, answered=YES)
    hand_over(sqlite_register, consultant, "P1", "ward_office")
    with Session(sqlite_register.engine) as session:
        exports = session.scalars(select(AccessEvent).where(AccessEvent.deed == "export")).all()
        told = {one.record: one.facts for one in exports}
    assert set(told) == {"person", "household"}
    assert all(facts and facts["recipient"] == "ward_office" for facts in told.values())


def test_what_does_not_fit_is_refused(sqlite_register: Register, consultant: Viewer) -> None:
    with pytest.raises(ParameterWrong):
        refer(sqlite_register, consultant, "P1", "newspaper", None, answered=YES)
    with pytest.raises(ParameterWrong):
        refer(sqlite_register, consultant, "P1", "ward_office", None, answered=Answered("cat", ""))
    with pytest.raises(NotFound):
        refer(sqlite_register, consultant, "P2", "ward_office", None, answered=YES)
    other = take_call(sqlite_register, consultant, Call(district_id="D1", summary="x"), NOON)
    with pytest.raises(NotFound):
        refer(
            sqlite_register, consultant, "P1", "ward_office", None, answered=YES,
            consultation_id=other.consultation_id,
        )  # fmt: skip
    assert may_be_told(sqlite_register, "P1", "ward_office") == frozenset(), "nothing was kept"


def test_a_referral_goes_its_steps(sqlite_register: Register, consultant: Viewer) -> None:
    identity = refer(sqlite_register, consultant, "P1", "ward_office", None, answered=YES)
    with pytest.raises(StepIllegal):
        take_step(sqlite_register, consultant, identity, 1, "done")
    take_step(sqlite_register, consultant, identity, 1, "accepted")
    take_step(sqlite_register, consultant, identity, 2, "done")
    assert kept(sqlite_register)[0].status == "done"
