from __future__ import annotations

import threading
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.errors import NotFound
from tests.cases import NOW, add_supporter, settle_request
from webapp.accounts.policy import at_the_terminal
from webapp.casework import making
from webapp.casework.bookings import Slot
from webapp.casework.recurrence import in_japan
from webapp.casework.rounds import Plan, lag, make_visits, plan_visit, start_series
from webapp.faults import RecordStale, SeriesEmpty, StepIllegal, SupporterAway, SupporterBooked
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.records import District, Request, Series, Visit
from webapp.register.viewer import Viewer

WEEKLY = Plan("FREQ=WEEKLY;BYDAY=WE", in_japan(date(2026, 12, 2), "08:15"), 15)


def visits_of(register: Register, series_id: str) -> list[date]:
    """The days of a series' planned visits."""
    with Session(register.engine) as session:
        asked = select(Visit.planned_at).where(
            Visit.series_id == series_id, Visit.status == "planned"
        )
        return sorted(at.astimezone(JAPAN).date() for at in session.scalars(asked))


def read(register: Register, kind: type, identity: str) -> object:
    with Session(register.engine) as session:
        return session.get(kind, identity)


@pytest.fixture
def begun(sqlite_register: Register, consultant: Viewer) -> tuple[Register, str]:
    """A weekly series of supporter S1 for request R1."""
    add_supporter(sqlite_register, "S1")
    settle_request(sqlite_register, "R1")
    return sqlite_register, start_series(sqlite_register, consultant, "R1", 1, "S1", WEEKLY, NOW)


def test_a_series_lets_its_request_run_and_has_six_weeks_of_visits(
    begun: tuple[Register, str],
) -> None:
    register, series = begun
    assert visits_of(register, series) == [
        date(2026, 12, 2) + timedelta(weeks=week) for week in range(6)
    ]
    request, made = read(register, Request, "R1"), read(register, Series, series)
    assert isinstance(request, Request)
    assert isinstance(made, Series)
    assert (request.status, made.made_until) == ("running", date(2027, 1, 6))


def test_making_again_makes_nothing_and_later_makes_the_rest(
    begun: tuple[Register, str], consultant: Viewer
) -> None:
    register, series = begun
    assert make_visits(register, consultant, NOW) == making.Made(0, 0)
    assert make_visits(register, consultant, NOW + timedelta(days=13)) == making.Made(0, 0)
    later = make_visits(register, consultant, NOW + timedelta(days=15))
    assert later == making.Made(2, 1)
    found = visits_of(register, series)
    assert found == [date(2026, 12, 2) + timedelta(weeks=week) for week in range(8)]


def test_after_a_long_stop_every_missing_visit_is_made_also_those_that_are_past(
    begun: tuple[Register, str],
) -> None:
    register, series = begun
    half_a_year = NOW + timedelta(days=182)
    assert [one.series_id for one in lag(register, half_a_year)] == [series]
    make_visits(register, at_the_terminal(), half_a_year)
    found = visits_of(register, series)
    expected = [date(2026, 12, 2) + timedelta(weeks=week) for week in range(len(found))]
    assert found == expected
    assert found[-1] > half_a_year.date() + timedelta(weeks=5)
    assert lag(register, half_a_year) == []


def test_two_at_once_make_no_visit_twice(register: Register, consultant: Viewer) -> None:
    add_supporter(register, "S1")
    series: list[str] = []
    for number, hour in enumerate(("08:15", "10:00", "13:00", "15:00")):
        settle_request(register, f"R{number}")
        plan = Plan("FREQ=DAILY", in_japan(date(2026, 12, 1), hour), 15)
        series.append(start_series(register, consultant, f"R{number}", 1, "S1", plan, NOW))
    later = NOW + timedelta(days=60)
    together, made, failed = threading.Barrier(4), [], []

    def make() -> None:
        together.wait()
        try:
            made.append(make_visits(register, at_the_terminal(), later).visits)
        except Exception as fault:  # noqa: BLE001
            failed.append(fault)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    assert sum(made) == 4 * 60
    for one in series:
        found = visits_of(register, one)
        assert found == [date(2026, 12, 1) + timedelta(days=n) for n in range(len(found))]
        assert len(found) == 37 + 60


def test_two_who_plan_the_same_supporter_at_once_do_not_both_get_it(
    register: Register, consultant: Viewer
) -> None:
    add_supporter(register, "S1")
    for number in range(4):
        settle_request(register, f"R{number}")
    slot = Slot(in_japan(date(2026, 12, 1), "10:00"), 30)
    together, outcome = threading.Barrier(4), Counter[str]()

    def plan(number: int) -> None:
        together.wait()
        try:
            plan_visit(register, consultant, f"R{number}", 1, "S1", slot)
        except SupporterBooked:
            outcome["refused"] += 1
        else:
            outcome["planned"] += 1

    threads = [threading.Thread(target=plan, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert outcome == {"planned": 1, "refused": 3}


def test_double_booking_names_the_other_time(
    begun: tuple[Register, str], consultant: Viewer
) -> None:
    register, _ = begun
    settle_request(register, "R2")
    wanted = Slot(in_japan(date(2026, 12, 9), "08:00"), 20)
    with pytest.raises(SupporterBooked) as fault:
        plan_visit(register, consultant, "R2", 1, "S1", wanted)
    assert fault.value.facts == {
        "wanted": "2026-12-09 08:00", "at": "2026-12-09 08:15", "until": "08:30",
    }  # fmt: skip
    assert read(register, Request, "R2").status == "settled"  # type: ignore[attr-defined]
    before = Slot(in_japan(date(2026, 12, 9), "08:00"), 15)
    assert plan_visit(register, consultant, "R2", 1, "S1", before)


def test_a_series_blocks_also_the_days_for_which_no_visit_was_made_yet(
    begun: tuple[Register, str], consultant: Viewer
) -> None:
    register, _ = begun
    settle_request(register, "R2")
    far = Slot(in_japan(date(2027, 6, 2), "08:00"), 60)
    with pytest.raises(SupporterBooked):
        plan_visit(register, consultant, "R2", 1, "S1", far)
    monthly = Plan("FREQ=MONTHLY;BYDAY=1WE", in_japan(date(2027, 5, 1), "08:20"), 30)
    with pytest.raises(SupporterBooked):
        start_series(register, consultant, "R2", 1, "S1", monthly, NOW)
    thursdays = Plan("FREQ=MONTHLY;BYDAY=1TH", in_japan(date(2027, 5, 1), "08:20"), 30)
    assert start_series(register, consultant, "R2", 1, "S1", thursdays, NOW)


def test_a_year_is_looked_ahead_when_a_one_off_visit_stands_in_the_way(
    begun: tuple[Register, str], consultant: Viewer
) -> None:
    register, _ = begun
    settle_request(register, "R2")
    settle_request(register, "R3")
    plan_visit(register, consultant, "R2", 1, "S1", Slot(in_japan(date(2027, 7, 5), "10:00"), 30))
    mondays = Plan("FREQ=WEEKLY;BYDAY=MO", in_japan(date(2026, 11, 30), "10:15"), 30)
    with pytest.raises(SupporterBooked):
        start_series(register, consultant, "R3", 1, "S1", mondays, NOW)


def test_refusals_change_nothing(begun: tuple[Register, str], consultant: Viewer) -> None:
    register, _ = begun
    settle_request(register, "R2", status="coordinating")
    settle_request(register, "R3")
    add_supporter(register, "S2", status="resting")
    add_supporter(register, "S9", "D2")
    slot = Slot(in_japan(date(2026, 12, 1), "10:00"))
    with pytest.raises(StepIllegal):
        plan_visit(register, consultant, "R2", 1, "S1", slot)
    with pytest.raises(SupporterAway):
        plan_visit(register, consultant, "R3", 1, "S2", slot)
    with pytest.raises(NotFound):
        plan_visit(register, consultant, "R3", 1, "S9", slot)
    with pytest.raises(RecordStale):
        plan_visit(register, consultant, "R3", 7, "S1", slot)
    past = Plan("FREQ=WEEKLY;BYDAY=MO;UNTIL=20261201T145959Z", in_japan(date(2026, 12, 3), "9:00"))
    with pytest.raises(SeriesEmpty):
        start_series(register, consultant, "R3", 1, "S1", past, NOW)
    with Session(register.engine) as session:
        assert len(list(session.scalars(select(Series)))) == 1
        assert len(list(session.scalars(select(Visit).where(Visit.request_id != "R1")))) == 0


def test_a_consultant_makes_the_visits_of_the_own_districts_only(
    begun: tuple[Register, str], consultant: Viewer
) -> None:
    register, own = begun
    add_supporter(register, "S9", "D2")
    settle_request(register, "R9", 2)
    other = start_series(register, at_the_terminal(), "R9", 1, "S9", WEEKLY, NOW)
    later = NOW + timedelta(days=30)
    assert make_visits(register, consultant, later).series == 1
    assert len(visits_of(register, own)) > len(visits_of(register, other))
    much_later = NOW + timedelta(days=90)
    assert {one.series_id for one in lag(register, much_later)} == {own, other}
    assert {one.series_id for one in lag(register, much_later, consultant)} == {own}


def test_a_series_that_cannot_go_on_stops_no_other_and_is_named(
    begun: tuple[Register, str],
) -> None:
    register, fine = begun
    with register.change(at_the_terminal(), "visit", "test") as change:
        base = {"request_id": "R1", "district_id": "D1", "starts_at": NOW}
        change.add(Series, id="i-0broken", supporter_id="S1", rule="FREQ=NEVER", **base)
        change.add(Series, id="i-0nobody", rule="FREQ=DAILY", **base)
    later = NOW + timedelta(days=60)
    assert make_visits(register, at_the_terminal(), later).series == 1
    assert visits_of(register, fine)[-1] > later.date()
    assert {one.series_id: one.why for one in lag(register, later)} == {
        "i-0broken": "rule", "i-0nobody": "no_supporter",
    }  # fmt: skip


def test_a_series_whose_days_are_over_ends_by_itself(
    sqlite_register: Register, consultant: Viewer
) -> None:
    add_supporter(sqlite_register, "S1")
    settle_request(sqlite_register, "R1")
    plan = Plan("FREQ=WEEKLY;BYDAY=WE;COUNT=3", in_japan(date(2026, 12, 2), "08:15"), 15)
    series = start_series(sqlite_register, consultant, "R1", 1, "S1", plan, NOW)
    assert len(visits_of(sqlite_register, series)) == 3
    make_visits(sqlite_register, consultant, NOW + timedelta(days=60))
    ended = read(sqlite_register, Series, series)
    assert isinstance(ended, Series)
    assert (ended.status, ended.reason) == ("ended", "rule")
    assert lag(sqlite_register, NOW + timedelta(days=400)) == []


def test_holidays_as_the_district_does_unless_the_series_says(
    sqlite_register: Register, consultant: Viewer
) -> None:
    with sqlite_register.change(consultant, "visit", "test") as change:
        district = change.session.get_one(District, "D1")
        district.arrangements = {"on_holiday": "skip"}
    add_supporter(sqlite_register, "S1")
    monday = in_japan(date(2026, 12, 28), "10:00")
    found = {}
    for number, (on_holiday, hour) in enumerate(((None, 10), ("keep", 11))):
        settle_request(sqlite_register, f"R{number}")
        plan = Plan("FREQ=WEEKLY;BYDAY=MO", monday.replace(hour=hour), 15, on_holiday=on_holiday)
        made = start_series(sqlite_register, consultant, f"R{number}", 1, "S1", plan, NOW)
        make_visits(sqlite_register, consultant, NOW, date(2027, 1, 31))
        found[on_holiday] = date(2027, 1, 11) in visits_of(sqlite_register, made)
    assert found == {None: False, "keep": True}


def test_a_visit_that_was_moved_is_not_made_again(begun: tuple[Register, str]) -> None:
    register, series = begun
    with register.change(at_the_terminal(), "visit", "test") as change:
        visit = change.session.scalars(select(Visit).order_by(Visit.planned_at)).first()
        assert visit is not None
        visit.planned_at += timedelta(days=1)
        change.get(Series, series).made_until = None
    make_visits(register, at_the_terminal(), NOW)
    assert visits_of(register, series)[:2] == [date(2026, 12, 3), date(2026, 12, 9)]
