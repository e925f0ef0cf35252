"""From a request record to what the search is asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.casework.conftest import NOON
from tests.casework.test_fairness import offer
from webapp.accounts.policy import at_the_terminal
from webapp.answers.wish import Wish
from webapp.casework.finding import known_about, wish_of
from webapp.register.house import Register
from webapp.register.records import Person, Request, Visit
from webapp.register.release import release_record
from webapp.register.viewer import Viewer


def test_a_record_says_what_is_wished() -> None:
    constraints = {
        "weekdays": ["TH", "MO"], "hours": "08:00-08:30", "gender": "f", "modes": ["foot"],
        "steps_free": True, "no_relatives": True, "no_neighbours": True, "excluded": ["S9"],
        "colour": "red",
    }  # fmt: skip
    made = wish_of({"activity": "garbage", "constraints": constraints, "place_id": "l-1"}, k=5)
    assert made == Wish(
        "garbage", weekdays=("MO", "TH"), hours="08:00-08:30", gender="f", modes=("foot",),
        steps_free=True, no_relatives=True, no_neighbours=100.0, excluded=("S9",), place="l-1",
        k=5, within=30.0,
    )  # fmt: skip


def test_one_day_and_metres_of_ones_own_are_taken_too() -> None:
    made = wish_of({"activity": "talk", "constraints": {"weekday": "SU", "no_neighbours": 40}})
    assert (made.weekdays, made.no_neighbours) == (("SU",), 40.0)
    bare = wish_of({"activity": "talk"})
    assert bare == Wish("talk", within=30.0)


def revise(register: Register, record: Any, identity: str, **values: Any) -> None:  # noqa: ANN401
    with register.change(at_the_terminal(), "matching", "test") as change:
        version = change.session.get(record, identity).version
        change.revise(record, identity, version, **values)


def test_the_person_of_the_request_says_who_is_unwanted(
    sqlite_case: Register, consultant: Viewer
) -> None:
    register = sqlite_case
    with register.change(at_the_terminal(), "matching", "test") as change:
        change.add(
            Person, id="P9", household_id="H1", district_id="D1", name="同居", unwanted=["S1b"]
        )
    revise(register, Person, "P1", unwanted=["S1a"])
    asked = release_record(register, consultant, "matching", Request, "R1")
    wish = wish_of(asked)
    assert known_about(register, "H1", wish, NOON, asked=asked).unwanted == {"S1a"}
    assert known_about(register, "H1", wish, NOON).unwanted == {"S1a", "S1b"}
    assert known_about(register, "H2", wish, NOON).unwanted == frozenset()


def visit(register: Register, supporter: str, request: str, **ahead: float) -> None:
    with register.change(at_the_terminal(), "matching", "test") as change:
        change.add(
            Visit, supporter_id=supporter, request_id=request, district_id=f"D{request[1]}",
            planned_at=NOON + timedelta(**ahead), planned_minutes=30.0,
        )  # fmt: skip


# NOON is Monday, 1 June, noon in Japan; a visit 44 hours on is Wednesday, 8:00.
DAYS = [
    (Wish("garbage", weekday="WE", hours="08:15-08:45"), None, {"S1a": "6/3 08:00"}),
    (Wish("garbage", weekdays=("WE",), hours="08:30-09:00"), None, {}),
    (Wish("garbage", weekday="TH", hours="08:00-08:30"), None, {}),
    (Wish("garbage", weekdays=("WE", "TH"), hours="08:00-08:30"), None, {}),
    (Wish("garbage", hours="08:00-08:30"), date(2026, 6, 3), {"S1a": "6/3 08:00"}),
    (Wish("garbage", weekday="WE"), None, {}),
    (Wish("garbage", weekday="MO", hours="12:00-12:30"), None, {}),
]


@pytest.mark.parametrize(("wish", "on", "booked"), DAYS)
def test_who_is_elsewhere_on_the_day_wanted_is_known(
    sqlite_case: Register, wish: Wish, on: date | None, booked: dict[str, str]
) -> None:
    visit(sqlite_case, "S1a", "R2", hours=44)
    visit(sqlite_case, "S1b", "R2", hours=0)
    assert known_about(sqlite_case, "H1", wish, NOON, on=on).booked == booked


def test_the_day_of_the_request_counts_and_its_own_visits_do_not(
    sqlite_case: Register, consultant: Viewer
) -> None:
    visit(sqlite_case, "S1a", "R1", hours=44)
    visit(sqlite_case, "S1b", "R2", hours=44)
    revise(sqlite_case, Request, "R1", wanted_from=date(2026, 6, 3))
    asked = release_record(sqlite_case, consultant, "matching", Request, "R1")
    wish = Wish("garbage", hours="08:00-09:00")
    assert known_about(sqlite_case, "H1", wish, NOON, asked=asked).booked == {"S1b": "6/3 08:00"}


def test_fairness_is_told_with_it(sqlite_case: Register) -> None:
    offer(sqlite_case, "S1a", 10.5, "declined")
    known = known_about(sqlite_case, "H1", Wish("garbage"), NOON)
    assert known.told == {"S1a": {"days": 10, "times": 1, "declined": 1}}
    assert known.days == {"S1a": pytest.approx(10.5)}
