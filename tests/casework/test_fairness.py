"""Load and turns out of series, visits and offers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.casework.conftest import NOON
from webapp.accounts.policy import at_the_terminal
from webapp.casework.fairness import read_fairness, read_load, visits_a_week
from webapp.casework.recurrence import Pattern, read_rule
from webapp.register.house import Register
from webapp.register.records import Offer, Series, Visit

BEGAN = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "visits"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TH", 2.0),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", 0.5),
        ("FREQ=MONTHLY;BYDAY=2WE,4WE", 2 * 12 * 7 / 365.25),
        ("FREQ=DAILY", 7.0),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260430T145959Z", 0.0),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=2", 0.0),
    ],
)
def test_a_rule_calls_for_so_many_visits_a_week(rule: str, visits: float) -> None:
    assert visits_a_week(rule, BEGAN, date(2026, 6, 1)) == pytest.approx(visits, abs=0.1)


@given(
    st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1),
    st.integers(1, 4),
    st.booleans(),
)
def test_the_short_cut_agrees_with_the_calendar(days: set[str], every: int, by_month: bool) -> None:
    pattern = Pattern(tuple(sorted(days)), every, (1, 3) if by_month else ())
    first = datetime(2026, 6, 1, tzinfo=UTC)
    year = read_rule(pattern.rule, BEGAN).between(first, first + timedelta(weeks=480), inc=True)
    counted = visits_a_week(pattern.rule, BEGAN, date(2026, 6, 1))
    assert counted == pytest.approx(len(year) / 480, rel=0.03)


def add_work(register: Register) -> None:
    with register.change(at_the_terminal(), "matching", "work") as change:
        about = {"request_id": "R1", "district_id": "D1"}
        change.add(
            Series, id="i-1", supporter_id="S1a", rule="FREQ=WEEKLY;BYDAY=MO,TH",
            starts_at=NOON, **about,
        )  # fmt: skip
        paused = change.add(
            Series, id="i-2", supporter_id="S1b", rule="FREQ=WEEKLY;BYDAY=FR", starts_at=NOON,
            **about,
        )  # fmt: skip
        paused.status = "paused"
        change.session.flush()
        days = {"S1a": (1, 9, -1), "S2a": (6,)}
        for supporter, ahead in days.items():
            for number in ahead:
                change.add(
                    Visit, supporter_id=supporter, planned_at=NOON + timedelta(days=number),
                    **about,
                )  # fmt: skip
        change.add(
            Visit, supporter_id="S1a", series_id="i-1", planned_at=NOON + timedelta(days=3),
            **about,
        )  # fmt: skip


def test_load_is_what_series_call_for_and_single_visits_of_this_week(case: Register) -> None:
    add_work(case)
    with case.engine.connect() as connection:
        load = read_load(connection, NOON)
    assert load == {"S1a": 3.0, "S1b": 0.0, "S2a": 1.0}, "of S2b nothing was ever kept"


def offer(register: Register, supporter: str, days: float, status: str, reason: str = "") -> None:
    with register.change(at_the_terminal(), "matching", "asked") as change:
        made = change.add(
            Offer, request_id="R1", supporter_id=supporter, district_id="D1",
            asked_at=NOON - timedelta(days=days),
        )  # fmt: skip
        change.session.flush()
        made.status, made.reason = status, reason or None


def test_turns_count_when_and_how_often_and_no_mistakes(case: Register) -> None:
    offer(case, "S1a", 100, "declined", "busy")
    offer(case, "S1a", 40, "declined", "busy")
    offer(case, "S1a", 10.5, "accepted")
    offer(case, "S1b", 200, "accepted")
    offer(case, "S2a", 1, "withdrawn", "mistaken")
    with case.engine.connect() as connection:
        fairness = read_fairness(connection, NOON)
    assert fairness.days == {"S1a": pytest.approx(10.5), "S1b": pytest.approx(200)}
    assert (fairness.turns["S1a"].times, fairness.turns["S1a"].declined) == (2, 1)
    assert (fairness.turns["S1b"].times, fairness.turns["S1b"].declined) == (0, 0)


def test_where_nothing_was_kept_there_is_nothing(sqlite_case: Register) -> None:
    with sqlite_case.engine.connect() as connection:
        fairness = read_fairness(connection, NOON)
    assert (fairness.load, fairness.days) == ({}, {})
