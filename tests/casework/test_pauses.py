from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.errors import ParameterWrong
from tests.cases import NOW, add_supporter, settle_request
from webapp.casework.bookings import Slot
from webapp.casework.cover import cover_visit, move_visit, not_for, visits_to_cover
from webapp.casework.pauses import (
    change_days_off,
    change_series,
    end_series,
    hand_over_series,
    pause_series,
    resume_series,
    take_off_between,
)
from webapp.casework.recurrence import in_japan
from webapp.casework.rounds import Plan, lag, make_visits, plan_visit, start_series
from webapp.faults import RecordStale, StepIllegal, SupporterAway, SupporterBooked
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Person, Series, Visit
from webapp.register.released import release_records
from webapp.register.viewer import Viewer

WEEKLY = Plan("FREQ=WEEKLY;BYDAY=WE", in_japan(date(2026, 12, 2), "08:15"), 15)
WEEKS = ["12-02", "12-09", "12-16", "12-23", "12-30", "01-06"]


def days(register: Register, series_id: str, status: str = "planned") -> list[str]:
    with Session(register.engine) as session:
        asked = select(Visit.planned_at).where(Visit.series_id == series_id, Visit.status == status)
        return [
            f"{at.astimezone(JAPAN):%m-%d}"
            for at in session.scalars(asked.order_by(Visit.planned_at))
        ]


def look(register: Register, series_id: str) -> Series:
    with Session(register.engine) as session:
        return session.get_one(Series, series_id)


def visits(register: Register, viewer: Viewer, series_id: str) -> list[View]:
    of_series = Visit.series_id == series_id
    return list(
        release_records(register, viewer, "visit", Visit, of_series, order=(Visit.planned_at,))
    )


@pytest.fixture
def desk(sqlite_register: Register) -> Register:
    add_supporter(sqlite_register, "S1")
    add_supporter(sqlite_register, "S2")
    settle_request(sqlite_register, "R1")
    return sqlite_register


@pytest.fixture
def series(desk: Register, consultant: Viewer) -> str:
    return start_series(desk, consultant, "R1", 1, "S1", WEEKLY, NOW)


def test_a_stay_in_hospital_with_a_known_end(
    desk: Register, consultant: Viewer, series: str
) -> None:
    version = look(desk, series).version
    pause_series(desk, consultant, series, version, date(2026, 12, 16), "入院", NOW)
    assert days(desk, series) == WEEKS[3:]
    assert days(desk, series, "cancelled") == WEEKS[:3]
    make_visits(desk, consultant, NOW + timedelta(days=22))
    found = look(desk, series)
    assert (found.status, found.paused_until, found.reason) == ("active", None, None)
    assert days(desk, series)[:4] == ["12-23", "12-30", "01-06", "01-13"]


def test_a_stay_without_a_known_end_makes_nothing_until_it_is_resumed(
    desk: Register, consultant: Viewer, series: str
) -> None:
    pause_series(desk, consultant, series, look(desk, series).version, None, "入院", NOW)
    assert days(desk, series) == []
    later = NOW + timedelta(days=20)
    make_visits(desk, consultant, later)
    assert days(desk, series) == []
    assert lag(desk, NOW + timedelta(days=100)) == []
    resume_series(desk, consultant, series, look(desk, series).version, later)
    assert days(desk, series) == [*WEEKS[2:], "01-13", "01-20"]
    assert days(desk, series, "cancelled") == WEEKS[:2]


def test_an_earlier_return_brings_the_visits_back(
    desk: Register, consultant: Viewer, series: str
) -> None:
    version = look(desk, series).version
    pause_series(desk, consultant, series, version, date(2026, 12, 31), "入院", NOW)
    version = look(desk, series).version
    pause_series(desk, consultant, series, version, date(2026, 12, 10), "入院", NOW)
    assert days(desk, series) == WEEKS[2:]


def test_who_was_planned_elsewhere_in_the_pause_is_named_on_resuming(
    desk: Register, consultant: Viewer, series: str
) -> None:
    pause_series(desk, consultant, series, look(desk, series).version, None, "入院", NOW)
    settle_request(desk, "R2")
    plan_visit(desk, consultant, "R2", 1, "S1", Slot(in_japan(date(2026, 12, 9), "8:00"), 60))
    with pytest.raises(SupporterBooked):
        resume_series(desk, consultant, series, look(desk, series).version, NOW)
    assert look(desk, series).status == "paused"


def test_a_pause_that_is_past_and_a_stale_one_are_refused(
    desk: Register, consultant: Viewer, series: str
) -> None:
    version = look(desk, series).version
    with pytest.raises(ParameterWrong):
        pause_series(desk, consultant, series, version, date(2026, 11, 24), "", NOW)
    with pytest.raises(RecordStale):
        pause_series(desk, consultant, series, version + 1, None, "", NOW)


def test_days_off_and_back(desk: Register, consultant: Viewer, series: str) -> None:
    off = [date(2026, 12, 23), date(2026, 12, 30)]
    change_days_off(desk, consultant, series, look(desk, series).version, NOW, add=off)
    assert days(desk, series) == ["12-02", "12-09", "12-16", "01-06"]
    change_days_off(desk, consultant, series, look(desk, series).version, NOW, remove=off[:1])
    assert days(desk, series) == ["12-02", "12-09", "12-16", "12-23", "01-06"]


def test_a_span_that_is_known_ahead_is_taken_off(
    desk: Register, consultant: Viewer, series: str
) -> None:
    span = date(2026, 12, 20), date(2027, 1, 20)
    assert take_off_between(desk, consultant, series, look(desk, series).version, span, NOW) == 5
    make_visits(desk, consultant, NOW + timedelta(days=30))
    assert days(desk, series) == ["12-02", "12-09", "12-16", "01-27", "02-03"]


def test_a_visit_that_a_person_cancelled_does_not_come_back(
    desk: Register, consultant: Viewer, series: str
) -> None:
    with desk.change(consultant, "visit") as change:
        first = visits(desk, consultant, series)[0]
        change.revise(Visit, first.id, first.version, status="cancelled", reason="person")
    pause_series(desk, consultant, series, look(desk, series).version, None, "", NOW)
    resume_series(desk, consultant, series, look(desk, series).version, NOW)
    assert days(desk, series) == WEEKS[1:]


def test_ending_now_and_ending_later(desk: Register, consultant: Viewer, series: str) -> None:
    later = date(2026, 12, 16)
    end_series(desk, consultant, series, look(desk, series).version, later, "転居", NOW)
    assert look(desk, series).status == "active"
    assert days(desk, series) == WEEKS[:3]
    yesterday = date(2026, 11, 24)
    end_series(desk, consultant, series, look(desk, series).version, yesterday, "転居", NOW)
    assert (look(desk, series).status, days(desk, series)) == ("ended", [])
    with pytest.raises(StepIllegal):
        pause_series(desk, consultant, series, look(desk, series).version, None, "", NOW)


def test_ending_one_that_counts_adds_no_visit(desk: Register, consultant: Viewer) -> None:
    plan = Plan("FREQ=WEEKLY;BYDAY=MO;COUNT=2", in_japan(date(2026, 12, 7), "9:00"))
    made = start_series(desk, consultant, "R1", 1, "S1", plan, NOW)
    end_series(desk, consultant, made, look(desk, made).version, date(2027, 1, 1), "", NOW)
    assert days(desk, made) == ["12-07", "12-14"]


def test_another_rule_from_a_day_on(desk: Register, consultant: Viewer, series: str) -> None:
    plan = Plan("FREQ=WEEKLY;BYDAY=TH,WE", in_japan(date(2026, 12, 10), "09:00"), 20)
    change_series(desk, consultant, series, look(desk, series).version, plan, NOW)
    assert days(desk, series)[:5] == ["12-02", "12-09", "12-10", "12-16", "12-17"]
    hours = [
        f"{one['planned_at'].astimezone(JAPAN):%H:%M}" for one in visits(desk, consultant, series)
    ]
    assert hours[:4] == ["08:15", "08:15", "09:00", "09:00"]
    far = Plan("FREQ=WEEKLY;BYDAY=TH", in_japan(date(2027, 6, 3), "09:00"))
    with pytest.raises(ParameterWrong):
        change_series(desk, consultant, series, look(desk, series).version, far, NOW)


def test_another_standing_supporter(desk: Register, consultant: Viewer, series: str) -> None:
    first = date(2026, 12, 15)
    hand_over_series(desk, consultant, series, look(desk, series).version, "S2", first, NOW)
    found = [one["supporter_id"] for one in visits(desk, consultant, series)]
    assert found == ["S1", "S1", "S2", "S2", "S2", "S2"]
    assert look(desk, series).supporter_id == "S2"


def test_cover_and_back(desk: Register, consultant: Viewer, series: str) -> None:
    ill = visits_to_cover(desk, consultant, "S1", date(2026, 12, 9), date(2026, 12, 16))
    assert len(ill) == 2
    cover_visit(desk, consultant, ill[0].id, ill[0].version, "S2")
    covered = visits(desk, consultant, series)[1]
    assert (covered["supporter_id"], covered["stands_in_for"]) == ("S2", "S1")
    assert len(visits_to_cover(desk, consultant, "S1", date(2026, 12, 9), date(2026, 12, 16))) == 1
    cover_visit(desk, consultant, covered.id, covered.version, "S1")
    back = visits(desk, consultant, series)[1]
    assert (back["supporter_id"], back["stands_in_for"]) == ("S1", None)


def test_cover_by_one_who_is_busy_resting_or_not_wanted(
    desk: Register, consultant: Viewer, series: str
) -> None:
    add_supporter(desk, "S3", status="resting")
    settle_request(desk, "R2")
    plan_visit(desk, consultant, "R2", 1, "S2", Slot(in_japan(date(2026, 12, 2), "8:20"), 30))
    with desk.change(consultant, "visit") as change:
        change.revise(Person, "P1", 1, unwanted=["S9"])
    first = visits(desk, consultant, series)[0]
    assert not_for(desk, first) == {"S2": "busy", "S9": "unwanted"}
    with pytest.raises(SupporterBooked):
        cover_visit(desk, consultant, first.id, first.version, "S2")
    with pytest.raises(SupporterAway):
        cover_visit(desk, consultant, first.id, first.version, "S3")


def test_a_visit_is_moved_and_keeps_its_place_in_the_series(
    desk: Register, consultant: Viewer, series: str
) -> None:
    first = visits(desk, consultant, series)[0]
    slot = Slot(in_japan(date(2026, 12, 3), "9:00"), 20)
    move_visit(desk, consultant, first.id, first.version, slot)
    assert days(desk, series) == ["12-03", *WEEKS[1:]]
    taken = Slot(in_japan(date(2026, 12, 9), "8:20"), 20)
    moved = visits(desk, consultant, series)[0]
    with pytest.raises(SupporterBooked):
        move_visit(desk, consultant, moved.id, moved.version, taken)
