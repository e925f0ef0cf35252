"""A survey's file is taken in, whole or not at all; what follows from each answer, once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.errors import NotFound, ParameterWrong, RosterFaulty
from geo.exchange.questionnaires import read_questionnaire
from tests.casework.conftest import NOON
from webapp.accounts.policy import viewer_of
from webapp.casework.alike import know_everybody
from webapp.casework.following import (
    follow_all,
    link_supporter,
    make_consultation,
    make_supporter,
)
from webapp.casework.surveys import Batch, find_survey, kept_mapping, list_surveys, preview, take
from webapp.faults import (
    AnswerFollowed,
    AnswerNameless,
    ContactRefused,
    RecordStale,
    RecordWithheld,
)
from webapp.register.house import Register
from webapp.register.records import (
    Consultation,
    Household,
    Person,
    Record,
    Request,
    Supporter,
    SurveyAnswer,
)
from webapp.register.viewer import Viewer

HEAD = "氏名,フリガナ,電話,住所,手伝えること,困っていること,連絡してよいか,曜日,ご意見\n"
ROWS = (
    "伊藤 梅,イトウ ウメ,093-111-0001,守恒町1丁目,ゴミ出し・掃除,,はい,月・水,\n"
    "支手a1,,093-111-0002,,話し相手,,はい,,\n"
    "加藤 松,,093-111-0003,守恒町9丁目,,ゴミ出し、電球の交換,はい,,重くて持てない\n"
    "木村 竹,,093-111-0004,,掃除,,いいえ,,\n"
    ",,,,,買い物,はい,,\n"
)


def batch(folder: Path, text: str = HEAD + ROWS, name: str = "令和8年の調査") -> Batch:
    path = folder / "survey.csv"
    path.write_text(text, "utf-8")
    return Batch(name, "D1", read_questionnaire(path), "0" * 64)


def count(register: Register, record: type[Record]) -> int:
    with Session(register.engine) as session:
        return session.scalar(select(func.count()).select_from(record)) or 0


def answer(register: Register, name: str | None) -> SurveyAnswer:
    with Session(register.engine) as session:
        found = session.scalars(select(SurveyAnswer).where(SurveyAnswer.name == name)).one()
        session.expunge(found)
        return found


def read(register: Register, record: type[Record], identity: str) -> Record:
    with Session(register.engine) as session:
        found = session.get_one(record, identity)
        session.expunge(found)
        return found


def test_a_file_is_taken_once_and_what_its_columns_ask_is_kept(
    case: Register, consultant: Viewer, tmp_path: Path
) -> None:
    mine = batch(tmp_path)
    looked = preview(case, consultant, mine)
    assert (looked.count("new"), looked.earlier) == (5, None)
    assert count(case, SurveyAnswer) == 0
    made = take(case, consultant, mine)
    assert made.counts == {"survey_answer": {"unchanged": 0, "new": 5}}
    again = preview(case, consultant, mine)
    assert (again.count("new"), again.count("changed"), again.count("unchanged")) == (0, 0, 5)
    assert again.earlier is not None
    assert again.earlier.id == made.id
    assert take(case, consultant, mine).state == "unchanged"
    assert count(case, SurveyAnswer) == 5
    assert kept_mapping(case)(mine.questionnaire.shape) == mine.questionnaire.mapping
    assert answer(case, "加藤 松").answers == {
        "困っていること": "ゴミ出し、電球の交換",
        "ご意見": "重くて持てない",
    }


def test_a_better_mapping_corrects_only_what_nobody_followed_up(
    sqlite_case: Register, consultant: Viewer, tmp_path: Path
) -> None:
    take(sqlite_case, consultant, batch(tmp_path))
    first = answer(sqlite_case, "伊藤 梅")
    make_supporter(sqlite_case, consultant, first.id, first.version, NOON)
    path = tmp_path / "survey.csv"
    again = read_questionnaire(path, mapping={"手伝えること": "needs", "困っていること": "willing"})
    made = take(sqlite_case, consultant, Batch("令和8年の調査", "D1", again))
    assert made.counts["survey_answer"] == {"unchanged": 1, "changed": 4}
    assert answer(sqlite_case, "加藤 松").willing == ["garbage"]
    assert answer(sqlite_case, "伊藤 梅").willing == ["garbage", "cleaning"]


def test_one_faulty_row_and_nothing_is_taken(
    sqlite_case: Register, consultant: Viewer, tmp_path: Path
) -> None:
    with pytest.raises(RosterFaulty) as refused:
        take(sqlite_case, consultant, batch(tmp_path, HEAD + ROWS + "甲,,12,,,,,,\n"))
    assert (refused.value.facts["row"], refused.value.facts["column"]) == (7, "電話")
    assert count(sqlite_case, SurveyAnswer) == 0


@pytest.mark.parametrize("name", ["", " ", "あ" * 65, "a\nb"])
def test_a_survey_has_a_name(
    sqlite_case: Register, consultant: Viewer, tmp_path: Path, name: str
) -> None:
    with pytest.raises(ParameterWrong):
        take(sqlite_case, consultant, batch(tmp_path, name=name))


def test_another_district_and_another_role_are_refused(
    sqlite_case: Register, consultant: Viewer, tmp_path: Path
) -> None:
    theirs = Batch("調査", "D2", batch(tmp_path).questionnaire)
    with pytest.raises(NotFound):
        take(sqlite_case, consultant, theirs)
    council = viewer_of("council", "a-council", None)
    with pytest.raises(RecordWithheld):
        take(sqlite_case, council, theirs)
    with pytest.raises(RecordWithheld):
        list_surveys(sqlite_case, council)


def test_a_willing_answer_becomes_a_supporter_once(
    case: Register, consultant: Viewer, tmp_path: Path
) -> None:
    take(case, consultant, batch(tmp_path))
    one = answer(case, "伊藤 梅")
    made = make_supporter(case, consultant, one.id, one.version, NOON)
    supporter = read(case, Supporter, made)
    assert isinstance(supporter, Supporter)
    assert (supporter.status, supporter.district_id) == ("willing", "D1")
    assert supporter.milestones == {"willing": "2026-06-01"}
    assert supporter.activities == ["garbage", "cleaning"]
    assert supporter.weekdays == ["MO", "WE"]
    assert answer(case, "伊藤 梅").supporter_id == made
    with pytest.raises(RecordStale):
        make_supporter(case, consultant, one.id, one.version, NOON)
    with pytest.raises(AnswerFollowed):
        make_supporter(case, consultant, one.id, answer(case, "伊藤 梅").version, NOON)


def test_an_address_that_a_household_has_gives_the_position(
    sqlite_case: Register, consultant: Viewer, tmp_path: Path
) -> None:
    with sqlite_case.change(consultant, "matching") as change:
        change.get(Household, "H1").address_key = "守恒町1"
    text = HEAD + "伊藤 梅,,,守恒町1丁目,掃除,,はい,,\n"
    take(sqlite_case, consultant, batch(tmp_path, text))
    one = answer(sqlite_case, "伊藤 梅")
    made = read(sqlite_case, Supporter, make_supporter(
        sqlite_case, consultant, one.id, one.version, NOON
    ))  # fmt: skip
    assert isinstance(made, Supporter)
    assert (made.lon, made.lat) == (130.87, 33.83)


def test_who_refuses_contact_or_names_nobody_is_left_alone(
    sqlite_case: Register, consultant: Viewer, tmp_path: Path
) -> None:
    take(sqlite_case, consultant, batch(tmp_path))
    refusing, nameless = answer(sqlite_case, "木村 竹"), answer(sqlite_case, None)
    with pytest.raises(ContactRefused):
        make_supporter(sqlite_case, consultant, refusing.id, 1, NOON)
    with pytest.raises(AnswerNameless):
        make_consultation(sqlite_case, consultant, nameless.id, 1, ["errand"], NOON)
    assert count(sqlite_case, Consultation) == 0


def test_a_need_becomes_a_consultation_with_a_request_for_each(
    case: Register, consultant: Viewer, tmp_path: Path
) -> None:
    take(case, consultant, batch(tmp_path))
    one = answer(case, "加藤 松")
    made = make_consultation(case, consultant, one.id, one.version, ["garbage", "other"], NOON)
    with Session(case.engine) as session:
        consultation = session.get_one(Consultation, made)
        assert (consultation.channel, consultation.source) == ("survey", "self")
        assert (
            consultation.summary == "ご意見：重くて持てない\n困っていること：ゴミ出し、電球の交換"
        )
        person = session.get_one(Person, consultation.person_id)
        assert (person.name, person.phone) == ("加藤 松", "093-111-0003")
        requests = session.scalars(
            select(Request).where(Request.consultation_id == made).order_by(Request.activity)
        ).all()
        assert [(r.activity, r.status, r.household_id) for r in requests] == [
            ("garbage", "received", person.household_id),
            ("other", "received", person.household_id),
        ]
        assert requests[1].sub_reason
        assert session.get_one(Household, person.household_id).needs == ["garbage"]
    with pytest.raises(AnswerFollowed):
        make_consultation(case, consultant, one.id, 2, ["garbage"], NOON)


def test_a_need_of_somebody_known_stays_with_that_person(
    sqlite_case: Register, consultant: Viewer, tmp_path: Path
) -> None:
    take(sqlite_case, consultant, batch(tmp_path))
    one = answer(sqlite_case, "加藤 松")
    people = count(sqlite_case, Person)
    with pytest.raises(NotFound):
        make_consultation(sqlite_case, consultant, one.id, 1, ["garbage"], NOON, person_id="P2")
    made = make_consultation(sqlite_case, consultant, one.id, 1, ["garbage"], NOON, person_id="P1")
    found = read(sqlite_case, Consultation, made)
    assert isinstance(found, Consultation)
    assert found.person_id == "P1"
    assert count(sqlite_case, Person) == people


def test_all_of_a_survey_at_once_leaves_who_looks_like_somebody_known(
    case: Register, consultant: Viewer, tmp_path: Path
) -> None:
    twice = "伊藤 梅,,093-111-0001,,洗濯,,はい,,\n"
    take(case, consultant, batch(tmp_path, HEAD + ROWS + twice))
    (survey,) = list_surveys(case, consultant)
    assert (survey.answers, survey.willing, survey.needs) == (6, 4, 2)
    assert (survey.open_willing, survey.open_needs) == (3, 2)
    before = count(case, Supporter)
    told = follow_all(case, consultant, survey, "willing", NOON)
    assert (told.made, told.alike, told.nameless) == (1, 2, 0)
    assert count(case, Supporter) == before + 1
    again = follow_all(case, consultant, survey, "willing", NOON)
    assert (again.made, again.alike) == (0, 2)
    needs = follow_all(case, consultant, survey, "needs", NOON)
    assert (needs.made, needs.alike, needs.nameless) == (1, 0, 1)
    after = find_survey(case, consultant, survey.key)
    assert (after.supporters, after.consultations) == (1, 1)


def test_the_same_name_or_telephone_is_pointed_out_and_can_be_linked(
    sqlite_case: Register, consultant: Viewer, tmp_path: Path
) -> None:
    take(sqlite_case, consultant, batch(tmp_path))
    one = answer(sqlite_case, "支手a1")
    known = know_everybody(sqlite_case, consultant, Supporter)
    assert [(like.id, like.reasons) for like in known.of(one.name, None, one.phone)] == [
        ("S1a", ("name",))
    ]
    assert known.of("支手a2", None, None) == []
    link_supporter(sqlite_case, consultant, one.id, one.version, "S1a")
    assert answer(sqlite_case, "支手a1").supporter_id == "S1a"
    with pytest.raises(AnswerFollowed):
        link_supporter(sqlite_case, consultant, one.id, 2, "S1b")
