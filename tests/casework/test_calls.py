from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.errors import NotFound, ParameterWrong
from tests.casework.conftest import NOON
from webapp.accounts.policy import at_the_terminal
from webapp.casework.calls import Call, NewPerson, Wanted, take_call
from webapp.casework.cases import read_case, revise_wishes, take_step
from webapp.casework.drafts import CALL, keep_draft, read_draft
from webapp.casework.people import Correction, keep_word, read_person, revise_person
from webapp.faults import RecordStale, StepIllegal
from webapp.register.house import Register
from webapp.register.records import Consultation, Household, Person, Request, StaffAccount
from webapp.register.records.base import Record
from webapp.register.viewer import Viewer

FUKU = NewPerson(
    name="髙﨑　ふく",
    kana="タカサキ　フク",
    phone="093-961-0001",
    address="守恒本町1丁目2番3号",
    district_id="D1",
    gender="f",
    birth_date=date(1938, 5, 1),
    birth_text="S13.5.1",
    composition="single_elderly",
)
GARBAGE = Wanted("garbage", constraints={"weekdays": ["TU"], "hours": "07:00-08:30"})


def employ(register: Register, account: str) -> None:
    with register.change(at_the_terminal(), "administration", "test") as change:
        change.add(StaffAccount, id=account, login=account, name="相談 員", role="consultant")


def count(register: Register, record: type[Record]) -> int:
    with Session(register.engine) as session:
        return len(session.scalars(select(record)).all())


def test_one_call_makes_a_person_a_home_and_all_its_requests(
    register: Register, consultant: Viewer
) -> None:
    call = Call(FUKU, channel="phone", source="commissioner", requests=[GARBAGE, Wanted("errand")])
    taken = take_call(register, consultant, call, NOON)
    file = read_person(register, consultant, str(taken.person_id))
    assert file.person["name"] == "髙﨑　ふく", "names stay as written"
    assert file.person["search_key"] == "高崎フク タカサキフク"
    assert file.person["source"] == "commissioner"
    assert file.home is not None
    assert file.home["address_key"] == "守恒本町1-2-3"
    assert sorted(one["activity"] for one in file.requests) == ["errand", "garbage"]
    case = read_case(register, consultant, taken.request_ids[0])
    assert case.request["constraints"] == {"weekdays": ["TU"], "hours": "07:00-08:30"}
    assert case.consultation is not None
    assert case.consultation["received_at"] == NOON
    assert {one["district_id"] for one in (*file.requests, *file.consultations)} == {"D1"}


def test_a_call_of_somebody_known_makes_no_second_person(
    sqlite_register: Register, consultant: Viewer
) -> None:
    before = count(sqlite_register, Person)
    taken = take_call(sqlite_register, consultant, Call("P1", requests=[GARBAGE]), NOON)
    assert taken.person_id == "P1"
    assert count(sqlite_register, Person) == before
    assert read_case(sqlite_register, consultant, taken.request_ids[0]).request["household_id"] == (
        "H1"
    )


def test_another_person_of_the_same_home(sqlite_register: Register, consultant: Viewer) -> None:
    call = Call(NewPerson(name="神宮寿子", household_id="H1"), summary="夫のこと")
    taken = take_call(sqlite_register, consultant, call, NOON)
    file = read_person(sqlite_register, consultant, str(taken.person_id))
    assert [one.id for one in file.together] == ["P1"]
    assert count(sqlite_register, Household) == 2


def test_a_home_is_placed_by_one_at_the_same_address_and_never_guessed(
    sqlite_register: Register, consultant: Viewer
) -> None:
    near = Call(NewPerson(name="甲", address="守恒町1丁目", district_id="D1"), summary="x")
    far = Call(NewPerson(name="乙", address="守恒町9丁目", district_id="D1"), summary="x")
    homes = [
        read_person(
            sqlite_register,
            consultant,
            str(take_call(sqlite_register, consultant, one, NOON).person_id),
        ).home
        for one in (near, far)
    ]
    assert homes[1] is not None
    assert homes[1]["lon"] is None


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (Call(), "summary"),
        (Call(district_id="D1", requests=[GARBAGE]), "person"),
        (Call("P1", requests=[Wanted("other")]), "sub_reason"),
        (Call("P1", requests=[Wanted("gardening")]), "activity"),
        (Call("P1", requests=[Wanted("garbage", constraints={"hours": "8"})]), "hours"),
        (Call("P1", requests=[Wanted("garbage", constraints={"colour": "red"})]), "constraints"),
        (Call(NewPerson(phone="1", district_id="D1"), summary="x"), "name"),
        (Call(NewPerson(name="甲"), summary="x"), "district_id"),
        (Call(summary="x"), "district_id"),
        (Call("P1", channel="pigeon", summary="x"), "channel"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_kept(
    sqlite_register: Register, call: Call, name: str
) -> None:
    with pytest.raises(ParameterWrong) as fault:
        take_call(sqlite_register, at_the_terminal(), call, NOON)
    assert fault.value.facts["name"] == name
    assert count(sqlite_register, Consultation) == 0
    assert count(sqlite_register, Person) == 2


def test_somebody_of_another_district_cannot_be_chosen(
    sqlite_register: Register, consultant: Viewer
) -> None:
    with pytest.raises(NotFound):
        take_call(sqlite_register, consultant, Call("P2", summary="x"), NOON)
    elsewhere = NewPerson(name="甲", district_id="D2")
    with pytest.raises(NotFound):
        take_call(sqlite_register, consultant, Call(elsewhere, summary="x"), NOON)


def test_a_draft_is_its_writers_alone_and_ends_with_the_call(
    sqlite_register: Register, consultant: Viewer
) -> None:
    employ(sqlite_register, consultant.account)
    keep_draft(sqlite_register, consultant, CALL, {"name": ["ふく"]}, NOON)
    keep_draft(sqlite_register, consultant, CALL, {"name": ["ふくこ"]}, NOON)
    draft = read_draft(sqlite_register, consultant, CALL)
    assert draft is not None
    assert draft.content == {"name": ["ふくこ"]}
    assert read_draft(sqlite_register, at_the_terminal(), CALL) is None
    with pytest.raises(ParameterWrong):
        take_call(sqlite_register, consultant, Call(), NOON)
    assert read_draft(sqlite_register, consultant, CALL) is not None, "a refused call keeps it"
    take_call(sqlite_register, consultant, Call("P1", summary="x"), NOON)
    assert read_draft(sqlite_register, consultant, CALL) is None


def test_two_consultants_do_not_overwrite_one_another(
    sqlite_case: Register, consultant: Viewer
) -> None:
    version = read_case(sqlite_case, consultant, "R1").request.version
    revise_wishes(sqlite_case, consultant, "R1", version, GARBAGE)
    with pytest.raises(RecordStale) as fault:
        revise_wishes(sqlite_case, consultant, "R1", version, Wanted("errand"))
    assert fault.value.facts["theirs"]["constraints"]["weekdays"] == ["TU"]
    assert fault.value.facts["mine"]["activity"] == "errand"
    with pytest.raises(RecordStale):
        take_step(sqlite_case, consultant, "R1", version, "coordinating")
    assert read_case(sqlite_case, consultant, "R1").request["activity"] == "garbage"


def test_taking_a_request_up_takes_its_consultation_in_hand(
    sqlite_register: Register, consultant: Viewer
) -> None:
    taken = take_call(sqlite_register, consultant, Call("P1", requests=[GARBAGE]), NOON)
    identity = taken.request_ids[0]
    case = read_case(sqlite_register, consultant, identity)
    assert case.steps == ["coordinating", "cancelled"]
    take_step(sqlite_register, consultant, identity, case.request.version, "coordinating")
    case = read_case(sqlite_register, consultant, identity)
    assert case.consultation is not None
    assert case.consultation["status"] == "in_hand"
    assert case.steps == ["unmet", "cancelled"]


def test_steps_that_follow_from_the_work_are_not_taken_by_hand(
    sqlite_case: Register, consultant: Viewer
) -> None:
    version = read_case(sqlite_case, consultant, "R1").request.version
    for status in ("settled", "running", "asking"):
        with pytest.raises(ParameterWrong):
            take_step(sqlite_case, consultant, "R1", version, status)
    with pytest.raises(ParameterWrong):
        take_step(sqlite_case, consultant, "R1", version, "cancelled", "")
    with pytest.raises(StepIllegal):
        take_step(sqlite_case, consultant, "R1", version, "done")


def test_a_person_is_corrected_on_the_version_that_was_read(
    sqlite_register: Register, consultant: Viewer
) -> None:
    told = Correction(NewPerson(name="神宮福子", kana="ジングウ　フクコ"), "長女 080", ("S9",))
    revise_person(sqlite_register, consultant, "P1", 1, told)
    file = read_person(sqlite_register, consultant, "P1")
    assert file.person["search_key"] == "神宮福子 ジングウフクコ"
    assert file.person["emergency_contact"] == "長女 080"
    with pytest.raises(RecordStale):
        revise_person(sqlite_register, consultant, "P1", 1, told)


def test_a_word_of_somebody_is_kept_as_done(sqlite_register: Register, consultant: Viewer) -> None:
    keep_word(sqlite_register, consultant, "P1", "元気な声", NOON)
    (kept,) = read_person(sqlite_register, consultant, "P1").reminders
    assert (kept["status"], kept["on"]) == ("done", date(2026, 6, 1))


def test_a_case_of_another_district_is_not_there(sqlite_case: Register, consultant: Viewer) -> None:
    with pytest.raises(NotFound):
        read_case(sqlite_case, consultant, "R2")
    with Session(sqlite_case.engine) as session:
        assert session.get(Request, "R2") is not None
