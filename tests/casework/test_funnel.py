"""From survey to first activity, and the programme's overview: both out of the same records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from geo import terms
from geo.errors import NotFound, ParameterWrong
from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.casework.arrangements import Arrangements
from webapp.casework.districts import Progress, arrange, decide, read_district, read_overview
from webapp.casework.funnel import read_funnels
from webapp.faults import RecordStale, RecordWithheld
from webapp.register.change import Change
from webapp.register.house import Register
from webapp.register.records import (
    District,
    Meeting,
    StaffAccount,
    Supporter,
    SurveyAnswer,
    Visit,
)
from webapp.register.viewer import Viewer

EVERYTHING = ["garbage", "cleaning", "errand", "accompaniment"]

PROGRAMME = (
    ("高須地区", "若松", 2, "paid", EVERYTHING, 32, 0, 3, "32人の会。見守りがよくなった"),
    ("庄司校区", "門司", 5, "unpaid", EVERYTHING, 37, 0, 3, "37人の会。見守りから困りごと"),
    ("若園校区", "小倉南", 2, "paid", ["garbage", "errand"], 22, 0, 3, "連絡調整会議が強くなった"),
    ("貫校区", "小倉南", 1, None, None, 35, 0, 2, "農協と移動販売"),
    ("田野浦校区", "門司", 1, None, None, 0, 28, 1, "アンケート"),
    ("守恒校区", "小倉南", 2, None, None, 0, 322, 1, "老人クラブと福祉マップ"),
    ("西小倉校区", "小倉北", 2, None, None, 0, 54, 1, "研修に35人"),
)
"""The programme's table: consultants, mode, activities, organised, willing, stage, outcome."""

WARDS = {term.ja.removesuffix("区"): term.code for term in terms.WARDS.values()}


def settle_programme(register: Register) -> None:
    """The seven districts as records."""
    with register.change(at_the_terminal(), "administration", "programme") as change:
        for number, row in enumerate(PROGRAMME):
            name, ward, staff, mode, activities, organised, willing, stage, outcome = row
            change.add(
                District, id=f"P{number}", name=name, ward_code=WARDS[ward], mode=mode,
                activities=activities, stage=stage, outcome=outcome,
            )  # fmt: skip
            change.session.flush()
            for place in range(staff):
                change.add(
                    StaffAccount, login=f"c{number}{place}", role="consultant",
                    districts=[f"P{number}"],
                ).status = "active"  # fmt: skip
            for _ in range(organised):
                change.add(Supporter, district_id=f"P{number}", activities=[], status="registered")
            for _ in range(willing):
                change.add(
                    SurveyAnswer, district_id=f"P{number}", survey="調査", willing=["talk"],
                    contact=True,
                )  # fmt: skip


def test_the_programmes_table_of_seven_districts_comes_out_of_the_records(
    sqlite_register: Register,
) -> None:
    settle_programme(sqlite_register)
    council = viewer_of("council", "a-council", None)
    rows = {one.name: one for one in read_overview(sqlite_register, council, "planning")}
    for name, ward, staff, mode, activities, organised, willing, stage, outcome in PROGRAMME:
        row = rows[name]
        assert terms.label("ward", row.ward or "", "ja") == f"{ward}区"
        assert (row.consultants, row.mode, row.stage) == (staff, mode, stage)
        assert list(row.activities) == (activities or [])
        assert (row.organised, row.willing, row.outcome) == (organised, willing, outcome)
    seven = [rows[one[0]] for one in PROGRAMME]
    assert sum(one.consultants for one in seven) == 15
    assert (sum(one.willing for one in seven), sum(one.organised for one in seven)) == (404, 126)


def test_404_willing_stand_against_126_organised(sqlite_register: Register) -> None:
    settle_programme(sqlite_register)
    total, every = read_funnels(sqlite_register, at_the_terminal(), "statistics")
    assert (total.willing, total.organised) == (404, 126)
    assert (total.waiting, total.refused, total.unsaid) == (404, 0, 0)
    assert [(one.code, one.surveyed, one.otherwise) for one in total.steps] == [
        ("willing", 404, 126),
        ("interviewed", 0, 126),
        ("registered", 0, 126),
        ("active", 0, 0),
        ("first_visit", 0, 0),
    ]
    assert (every["P5"].willing, every["P5"].organised) == (322, 0)
    assert sum(one.willing for one in every.values()) == 404


def add_helper(change: Change, number: int, status: str, reached: dict[str, int]) -> Supporter:
    """One of D1; days after 1 April by step."""
    first = date(2026, 4, 1)
    return change.add(
        Supporter, id=f"F{number}", district_id="D1", activities=["talk"], status=status,
        milestones={step: (first + timedelta(days=d)).isoformat() for step, d in reached.items()},
    )  # fmt: skip


def settle_helpers(register: Register) -> None:
    """Five in D1 who came differently far, four of them by a survey."""
    with register.change(at_the_terminal(), "visit", "first") as change:
        add_helper(
            change, 1, "active", {"willing": 0, "interviewed": 10, "registered": 20, "active": 30}
        )
        add_helper(change, 2, "registered", {"willing": 0, "interviewed": 30, "registered": 40})
        add_helper(change, 3, "left", {"willing": 0, "interviewed": 14}).reason = "体調をくずした"
        add_helper(
            change, 4, "resting", {"willing": 0, "active": 40}
        ).reason = "となりの神宮さんと合わない"
        add_helper(change, 5, "willing", {"willing": 3})
        change.session.flush()
        for number in (1, 2, 3, 4):
            change.add(
                SurveyAnswer, district_id="D1", survey="調査", willing=["talk"],
                supporter_id=f"F{number}", contact=True,
            )  # fmt: skip
        for contact in (True, False, None):
            change.add(
                SurveyAnswer, district_id="D1", survey="調査", willing=["talk"], contact=contact
            )
        change.add(SurveyAnswer, district_id="D1", survey="調査", willing=[], needs=["talk"])
        for day, status in ((5, "missed"), (8, "done"), (20, "done")):
            change.add(
                Visit, district_id="D1", request_id="R1", supporter_id="F1",
                planned_at=datetime(2026, 5, day, tzinfo=UTC), status=status,
            )  # fmt: skip


def test_each_step_has_its_count_its_days_and_who_fell_away(
    case: Register, consultant: Viewer
) -> None:
    settle_helpers(case)
    total, every = read_funnels(case, consultant, "matching")
    assert set(every) == {"D1"}
    assert total == every["D1"]
    assert (total.answers, total.willing) == (8, 7)
    assert (total.waiting, total.unsaid, total.refused) == (1, 1, 1)
    here = {one.code: one for one in total.steps}
    assert {code: (one.surveyed, one.otherwise) for code, one in here.items()} == {
        "willing": (7, 3), "interviewed": (4, 2), "registered": (3, 2), "active": (2, 2),
        "first_visit": (1, 0),
    }  # fmt: skip
    assert (here["interviewed"].days, here["interviewed"].timed) == (14.0, 3)
    assert (here["registered"].days, here["registered"].timed) == (10.0, 2)
    assert (here["first_visit"].days, here["willing"].days) == (7.0, None)
    assert (dict(total.left), dict(total.resting)) == ({"health": 1}, {"other": 1})
    assert total.organised == 5


def test_who_may_not_count_answers_is_refused(sqlite_case: Register) -> None:
    for role in ("planner", "public", "supporter", "facilitator", "administrator"):
        for purpose in ("planning", "statistics", "matching", "workshop"):
            with pytest.raises(RecordWithheld):
                read_funnels(sqlite_case, viewer_of(role, "x", None), purpose)  # type: ignore[arg-type]


def test_a_districts_progress_is_read_off_its_records(case: Register, consultant: Viewer) -> None:
    empty = read_district(case, consultant, "matching", "D1")
    assert {one.code for one in empty.items if one.done} == {"registered"}
    settle_helpers(case)
    with case.change(consultant, "matching") as change:
        for kind in ("liaison", "residents"):
            change.add(
                Meeting, district_id="D1", kind=kind, met_at=datetime(2026, 5, 1, tzinfo=UTC)
            )
    decide(
        case, consultant, "matching", "D1", 1,
        Progress(1, date(2026, 1, 10), None, ["garbage"], None), today=date(2026, 6, 1),
    )  # fmt: skip
    decide(
        case, consultant, "matching", "D1", 2,
        Progress(2, date(2026, 3, 1), "both", ["garbage"], "はじめました"), today=date(2026, 6, 1),
    )  # fmt: skip
    file = read_district(case, consultant, "matching", "D1")
    assert {one.code for one in file.items if one.done} == {
        "survey", "willing", "residents", "activities", "mode", "registered", "liaison", "visits",
    }  # fmt: skip
    assert dict(file.stage_days) == {1: date(2026, 1, 10), 2: date(2026, 3, 1)}
    assert [one["kind"] for one in file.meetings] == ["liaison", "residents"] or len(
        file.meetings
    ) == 2
    with pytest.raises(NotFound):
        read_district(case, consultant, "matching", "D2")


def test_rules_are_kept_as_agreed(case: Register, consultant: Viewer) -> None:
    told = Arrangements(
        unit="ticket", fee={"garbage": 1}, usual_fee=2, reward=0.5, ticket_price=200,
        cancel_hours=12, cancel_fee=1, offer_hours=24, on_holiday="skip", quiet_days=30,
        checks=("phone_home", "commissioner"),
    )  # fmt: skip
    arrange(case, consultant, "matching", "D1", 1, told)
    file = read_district(case, consultant, "matching", "D1")
    assert file.decided
    assert file.arrangements == told
    with pytest.raises(RecordStale):
        arrange(case, consultant, "matching", "D1", 1, told)


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": "gold"}, {"on_holiday": "maybe"}, {"reward": 1.1}, {"usual_fee": -1},
        {"offer_hours": 0}, {"quiet_days": 0}, {"fee": {"dance": 1}}, {"fee": {"garbage": -1}},
        {"checks": ("shout",)}, {"checks": ("phone_home", "phone_home")},
    ],
)  # fmt: skip
def test_rules_that_make_no_sense_are_refused(
    sqlite_case: Register, consultant: Viewer, wrong: dict[str, object]
) -> None:
    with pytest.raises(ParameterWrong):
        arrange(sqlite_case, consultant, "matching", "D1", 1, Arrangements(**wrong))  # type: ignore[arg-type]
    assert not read_district(sqlite_case, consultant, "matching", "D1").decided


@pytest.mark.parametrize(
    "wrong",
    [
        Progress(stage=4), Progress(mode="gratis"), Progress(activities=["dance"]),
        Progress(stage=1, stage_since=date(2026, 6, 2)),
    ],
)  # fmt: skip
def test_progress_that_makes_no_sense_is_refused(
    sqlite_case: Register, consultant: Viewer, wrong: Progress
) -> None:
    with pytest.raises(ParameterWrong):
        decide(sqlite_case, consultant, "matching", "D1", 1, wrong, today=date(2026, 6, 1))


def test_a_planner_may_not_write_what_a_district_decides(sqlite_case: Register) -> None:
    with pytest.raises(RecordWithheld):
        decide(sqlite_case, viewer_of("planner", "x", None), "planning", "D1", 1, Progress(stage=1))
