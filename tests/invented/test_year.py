"""The invented year: its numbers, that it can be drawn again, that nothing of it is real."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.sample import sample_town
from tests.places import found_town
from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.invented import Size, invent_year, work_since
from webapp.register.house import Register
from webapp.register.records import (
    Consultation,
    Person,
    Request,
    StaffAccount,
    Supporter,
    SurveyAnswer,
    Visit,
)
from webapp.register.records.attendance import Attendance
from webapp.register.records.base import steps_of
from webapp.register.statistics import statistics
from webapp.register.trail.history import History
from webapp.register.trail.verify import verify_trail

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


def settle(folder: Path) -> Register:
    register = found_town(folder, sample_town(seed=0, households=120, supporters=40)).register
    invent_year(register, at_the_terminal(), NOW, Size())
    return register


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with settle(tmp_path_factory.mktemp("year") / "town") as made:
        yield made


def test_the_last_year_has_the_seeds_numbers(register: Register) -> None:
    consultant = viewer_of("consultant", "a", None)
    found = statistics(register, consultant, date(2025, 4, 1), date(2026, 3, 31))
    assert (found.consultations, found.coordinations) == (761, 910)
    counts = {row.activity: row.coordinations for row in found.rows}
    assert counts == {
        "garbage": 340, "cleaning": 16, "accompaniment": 10, "errand": 228, "garden": 31,
        "furniture": 7, "other": 278,
    }  # fmt: skip


def test_fifteen_consultants_and_four_hundred_and_four_willing(register: Register) -> None:
    with Session(register.engine) as session:
        staff = select(func.count()).where(
            StaffAccount.role == "consultant", StaffAccount.districts.is_not(None)
        )
        answers = session.scalars(select(SurveyAnswer.willing)).all()
        assert session.scalar(staff) == 15
    assert sum(1 for one in answers if one) == 404


def test_every_status_is_one_that_there_is(register: Register) -> None:
    with Session(register.engine) as session:
        for record in (Consultation, Request, Visit):
            steps = steps_of(record)
            assert steps is not None
            assert set(session.scalars(select(record.status))) <= set(steps.table)


def test_today_has_something_to_say(register: Register) -> None:
    with Session(register.engine) as session:
        statuses = set(session.scalars(select(Request.status)))
    assert {"received", "coordinating", "asking", "settled", "running"} <= statuses


def test_names_are_read_and_numbers_are_nobodys(register: Register) -> None:
    with Session(register.engine) as session:
        people = session.execute(select(Person.kana, Person.phone, Person.search_key)).all()
        phones = session.scalars(select(Supporter.phone)).all()
    assert all(kana and kana.replace("　", "") in str(key) for kana, _, key in people)
    assert all(phone.startswith("093-000-") for _, phone, _ in people)
    assert all(str(phone).startswith("090-0000-") for phone in phones)


def test_the_trail_is_whole(register: Register) -> None:
    assert verify_trail(register.engine).whole


def test_the_same_day_gives_the_same_year(register: Register, tmp_path: Path) -> None:
    def told(one: Register) -> list[tuple[str, str | None]]:
        with Session(one.engine) as session:
            asked = select(Request.id, Request.activity).order_by(Request.id)
            return [(str(identity), activity) for identity, activity in session.execute(asked)]

    with settle(tmp_path / "again") as again:
        assert told(again) == told(register)


def test_colleagues_worked_since_the_demos_consultant_was_here(register: Register) -> None:
    work_since(register, "soudan", NOW)
    with Session(register.engine) as session:
        mine = select(StaffAccount.id).where(StaffAccount.login == "soudan")
        reader = session.scalars(mine).one()
        away = session.get_one(Attendance, reader)
        others = select(History.by).where(History.at > away.seen_at, History.by.like("a-%"))
        assert NOW - away.seen_at > timedelta(hours=1)
        assert set(session.scalars(others)) - {reader}
