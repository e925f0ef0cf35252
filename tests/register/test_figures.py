"""Figures of a period: the seed's percentages come back, and each figure counts what it says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from geo.errors import NotFound
from geo.masking import SUPPRESSED, TOTAL
from tests.register.test_publishing import FROM, PUBLIC, TERMINAL, TO, fill
from webapp.accounts.policy import viewer_of
from webapp.faults import RecordWithheld
from webapp.register.figures import figures
from webapp.register.house import Register
from webapp.register.periods import Period, month_of, months_of, programme_year
from webapp.register.records import Consultation, Request, Supporter, Visit
from webapp.register.statistics import published_year, statistics, statistics_by_month
from webapp.register.trail.access_event import AccessEvent

SEED = [37.4, 1.8, 1.1, 25.1, 3.4, 0.8, 30.4]
"""The programme's percentages of the year R2, of 910 coordinations."""

AT = datetime(2020, 6, 1, 3, tzinfo=UTC)
BOOKS = {"version": 1, "made_at": AT, "made_by": "t", "changed_at": AT, "changed_by": "t"}


def fill_r2(register: Register) -> None:
    """761 consultations and 910 coordinations, one of them of a kind nobody wrote down."""
    fill(register)
    with register.engine.begin() as connection:
        lost = {"id": "R-lost", "district_id": "D1", "activity": "none", "status": "done"}
        connection.execute(insert(Request), [lost | {"consultation_id": "K0001"} | BOOKS])


def test_the_year_r2_gives_back_the_seeds_percentages(register: Register) -> None:
    fill_r2(register)
    table = figures(register, TERMINAL, programme_year(2020)).table
    assert [row.coordinations for row in table.rows] == [340, 16, 10, 228, 31, 7, 277]
    assert (table.consultations, table.coordinations) == (761, 910)
    assert [row.share for row in table.rows] == SEED


def test_the_months_of_a_year_are_its_months_one_by_one(sqlite_register: Register) -> None:
    fill_r2(sqlite_register)
    consultant = viewer_of("consultant", "a", frozenset({"D1"}))
    for viewer, district in ((TERMINAL, None), (TERMINAL, "D2"), (consultant, None)):
        months = statistics_by_month(sqlite_register, viewer, 2020, district)
        assert months == [
            statistics(sqlite_register, viewer, month.from_, month.to, district)
            for month in months_of(2020)
        ]
        whole = statistics(sqlite_register, viewer, FROM, TO, district)
        assert sum(month.coordinations for month in months) == whole.coordinations  # type: ignore[misc]
    with pytest.raises(RecordWithheld):
        statistics_by_month(sqlite_register, PUBLIC, 2020)
    with pytest.raises(NotFound):
        statistics_by_month(sqlite_register, consultant, 2020, "D2")


def test_what_is_published_of_r2_hides_what_would_tell_the_seven(
    sqlite_register: Register,
) -> None:
    fill_r2(sqlite_register)
    table = statistics(sqlite_register, PUBLIC, FROM, TO)
    assert {row.share for row in table.rows} == {SUPPRESSED}
    tables = published_year(sqlite_register, FROM, TO)
    assert tables.by_district.loc[TOTAL, "furniture"] is SUPPRESSED
    assert tables.by_district.loc[TOTAL, TOTAL] in {910, SUPPRESSED}
    for district in (None, "D1", "D2"):
        assert set(tables.shares(district)) == {SUPPRESSED}


def settle_work(register: Register) -> None:
    """Four requests of D1 and one of D2, with visits of three supporters."""
    call = {"status": "closed", "received_at": AT} | BOOKS
    want = {"activity": "errand", "reason": None} | BOOKS
    go = {"planned_at": AT, "actual_at": None, "minutes": None} | BOOKS
    with register.engine.begin() as connection:
        connection.execute(
            insert(Consultation),
            [
                call | {"id": "K1", "district_id": "D1", "channel": "phone", "source": "self"},
                call | {"id": "K2", "district_id": "D1", "channel": "phone", "source": None},
                call | {"id": "K3", "district_id": "D2", "channel": "visit", "source": "family"},
                call
                | {"id": "K4", "district_id": "D1", "channel": "phone", "source": "self"}
                | {"received_at": AT + timedelta(days=40)},
            ],
        )
        connection.execute(
            insert(Request),
            [
                want | {"id": n, "district_id": district, "consultation_id": call_id}
                | {"status": status, "reason": reason}
                for n, district, call_id, status, reason in (
                    ("A", "D1", "K1", "done", None),
                    ("B", "D1", "K1", "unmet", "nobody_near"),
                    ("C", "D1", "K2", "unmet", "鈴木さんが断った"),
                    ("D", "D1", "K2", "cancelled", "moved"),
                    ("E", "D2", "K3", "done", None),
                )
            ],
        )  # fmt: skip
        connection.execute(
            insert(Supporter),
            [
                {"id": f"S{n}", "district_id": district, "status": status, "activities": ["errand"]}
                | BOOKS
                for n, district, status in (
                    (1, "D1", "active"), (2, "D1", "resting"), (3, "D2", "active"),
                )
            ],
        )  # fmt: skip
        connection.execute(
            insert(Visit),
            [
                go | {"id": f"V{n}", "district_id": district, "request_id": request}
                | {"supporter_id": supporter, "status": status, "minutes": minutes}
                | {"planned_at": AT + timedelta(days=days)}
                for n, district, request, supporter, status, minutes, days in (
                    (1, "D1", "A", "S1", "done", 45.0, 4),
                    (2, "D1", "A", "S2", "done", 60.0, 11),
                    (3, "D1", "A", "S1", "missed", None, 18),
                    (4, "D1", "A", "S1", "nobody_home", 10.0, 20),
                    (5, "D1", "A", "S1", "done", None, 25),
                    (6, "D1", "A", "S1", "done", 600.0, 31),
                    (7, "D2", "E", "S3", "done", 30.0, 1),
                )
            ],
        )  # fmt: skip


def test_every_figure_counts_what_it_says(register: Register) -> None:
    settle_work(register)
    june = month_of(date(2020, 6, 1))
    told = figures(register, TERMINAL, june, "D1")
    assert told.channels == {"phone": 2}
    assert told.sources == {"self": 1, "unsaid": 1}
    assert told.outcomes == {"done": 1, "unmet": 2, "cancelled": 1}
    assert told.unmet == {"nobody_near": 1, "other": 1}
    assert told.cancelled == {"moved": 1}
    assert (told.first_visits.count, told.first_visits.days) == (1, 4.0)
    assert told.visits.by_status == {"done": 3, "missed": 1, "nobody_home": 1}
    assert (told.visits.hours, told.visits.untimed) == (1.8, 1)
    assert (told.helpers.helped, told.helpers.active) == (2, 1)


def test_all_districts_and_ones_own(sqlite_register: Register) -> None:
    settle_work(sqlite_register)
    june = month_of(date(2020, 6, 1))
    everywhere = figures(sqlite_register, TERMINAL, june)
    assert everywhere.first_visits.days == 2.5
    assert everywhere.helpers.helped == 3
    consultant = viewer_of("consultant", "a", frozenset({"D2"}))
    own = figures(sqlite_register, consultant, june)
    assert (own.channels, own.visits.by_status, own.helpers.active) == (
        {"visit": 1},
        {"done": 1},
        1,
    )
    with pytest.raises(NotFound):
        figures(sqlite_register, consultant, june, "D1")
    with pytest.raises(RecordWithheld):
        figures(sqlite_register, PUBLIC, june)


def test_nothing_is_no_number(sqlite_register: Register) -> None:
    told = figures(sqlite_register, TERMINAL, Period(date(2019, 1, 1), date(2019, 1, 1)))
    assert told.first_visits.days is None
    assert {row.share for row in told.table.rows} == {None}
    assert told.visits.hours == 0.0


def test_a_figure_reads_nobody(sqlite_register: Register) -> None:
    settle_work(sqlite_register)
    figures(sqlite_register, TERMINAL, month_of(date(2020, 6, 1)))
    with sqlite_register.engine.connect() as connection:
        deeds = set(connection.scalars(select(AccessEvent.deed)))
    assert "add" in deeds
    assert "read" not in deeds
