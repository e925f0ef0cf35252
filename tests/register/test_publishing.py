"""The programme's table: one query, exact for those who may see counts, safe for the rest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from geo.errors import NotFound, ParameterWrong
from geo.masking import SUPPRESSED, TOTAL
from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.register.house import Register
from webapp.register.publishing import publish_year
from webapp.register.records import Consultation, Request
from webapp.register.statistics import Statistics, read_work, statistics
from webapp.register.work import ACTIVITIES, STATUSES, Work

R2 = {
    "garbage": 340, "cleaning": 16, "accompaniment": 10, "errand": 228, "garden": 31,
    "furniture": 7, "laundry": 100, "talk": 77, "other": 100,
}  # fmt: skip
"""The programme's year R2: 340/16/10/228/31/7/277 of 909, from 761 consultations."""

FROM, TO = date(2020, 4, 1), date(2021, 3, 31)
PUBLIC = viewer_of("public", "anybody", frozenset())
TERMINAL = at_the_terminal()


def fill(register: Register) -> None:
    at = datetime(2020, 6, 1, tzinfo=UTC)
    books = {"version": 1, "made_at": at, "made_by": "t", "changed_at": at, "changed_by": "t"}
    kinds = [kind for kind, count in R2.items() for _ in range(count)]
    asked = [
        {"id": f"K{n:04d}", "district_id": f"D{1 + n % 2}",
         "received_at": at + timedelta(hours=9 * n),
         "status": "received", **books}
        for n in range(761)
    ]  # fmt: skip
    wanted = [
        {"id": f"R{n:04d}", "district_id": f"D{1 + n % 761 % 2}",
         "household_id": f"H{1 + n % 761 % 2}", "activity": kind, "status": STATUSES[n % 6],
         "consultation_id": f"K{n % 761:04d}", **books}
        for n, kind in enumerate(kinds)
    ]  # fmt: skip
    idle = [
        {**wanted[0], "id": f"I{n}", "status": status} for n, status in
        enumerate(["received", "cancelled"])
    ]  # fmt: skip
    with register.engine.begin() as connection:
        connection.execute(insert(Consultation), asked)
        connection.execute(insert(Request), wanted + idle)


def counts(table: Statistics) -> list[object]:
    return [row.coordinations for row in table.rows]


def test_the_year_r2_gives_its_seven_rows(register: Register) -> None:
    fill(register)
    table = statistics(register, TERMINAL, FROM, TO)
    assert counts(table) == [340, 16, 10, 228, 31, 7, 277]
    assert (table.consultations, table.coordinations) == (761, 909)
    assert [row.share for row in table.rows] == [37.4, 1.8, 1.1, 25.1, 3.4, 0.8, 30.5]
    assert sum(row.consultations for row in table.rows) == 761  # type: ignore[misc]


def test_the_public_table_hides_the_small_count_its_complement_and_every_share(
    register: Register,
) -> None:
    fill(register)
    table = statistics(register, PUBLIC, FROM, TO)
    shown = dict(zip(ACTIVITIES, counts(table), strict=True))
    assert shown["furniture"] is SUPPRESSED
    assert sum(value is SUPPRESSED for value in shown.values()) >= 2
    assert all(value is SUPPRESSED or value >= 10 for value in shown.values())  # type: ignore[operator]
    assert {row.share for row in table.rows} == {SUPPRESSED}
    assert shown["garbage"] == 340
    assert table.published


def test_months_districts_and_the_year_agree(register: Register) -> None:
    fill(register)
    months = [
        statistics(register, TERMINAL, date(2020 + (m < 4), m, 1), _last(2020 + (m < 4), m))
        for m in (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
    ]
    assert sum(month.coordinations for month in months) == 909  # type: ignore[misc]
    places = [statistics(register, TERMINAL, FROM, TO, one) for one in ("D1", "D2")]
    assert sum(place.consultations for place in places) == 761  # type: ignore[misc]


def _last(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def test_a_day_is_a_day_in_japan(register: Register) -> None:
    fill(register)
    nine = statistics(register, TERMINAL, date(2020, 6, 1), date(2020, 6, 1))
    assert nine.consultations == 2, "00:00 and 09:00 UTC are 09:00 and 18:00 of 1 June"


def test_a_consultant_counts_the_own_districts_only(
    register: Register,
) -> None:
    fill(register)
    consultant = viewer_of("consultant", "a", frozenset({"D1"}))
    own = statistics(register, consultant, FROM, TO)
    assert own.consultations == 381
    assert own == statistics(register, consultant, FROM, TO, district=None)
    with pytest.raises(NotFound):
        statistics(register, consultant, FROM, TO, "D2")


@pytest.mark.parametrize(
    ("from_", "to"),
    [
        (FROM, TO - timedelta(days=1)),
        (FROM + timedelta(days=1), TO),
        (date(2026, 4, 1), date(2027, 3, 31)),
    ],
)
def test_nobody_can_subtract_two_periods(register: Register, from_: date, to: date) -> None:
    with pytest.raises(ParameterWrong):
        statistics(register, PUBLIC, from_, to, today=date(2026, 11, 23))
    assert statistics(register, TERMINAL, from_, to).published is False


def test_a_district_that_is_not_there_is_not_found(register: Register) -> None:
    with pytest.raises(NotFound):
        statistics(register, PUBLIC, FROM, TO, "D9")
    with pytest.raises(ParameterWrong):
        statistics(register, TERMINAL, TO, FROM)


def test_all_tables_of_a_year_are_hidden_together(register: Register) -> None:
    fill(register)
    with register.engine.connect() as connection:
        tables = publish_year(read_work(connection, FROM, TO), 2020)
    others = [tables.by_month, tables.by_quarter, tables.by_status]
    assert any(table is not None for table in others)
    for table in others:
        if table is not None:
            assert list(table.loc[TOTAL]) == list(tables.by_district.loc[TOTAL])


@settings(max_examples=6, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["D1", "D2"]),
            st.sampled_from(ACTIVITIES[:3]),
            st.sampled_from([4, 5]),
            st.sampled_from(STATUSES[:2]),
            st.integers(1, 25),
        ),
        max_size=8,
    )
)
def test_no_published_count_is_small_and_sums_give_none_away(
    rows: list[tuple[str, str, int, str, int]],
) -> None:
    told = [row[:4] for row in rows for _ in range(row[4])]
    work = pd.DataFrame(told, columns=pd.Index(["district", "activity", "month", "status"]))
    tables = publish_year(Work(work, work.iloc[:0], ("D1", "D2")), 2020)
    for table in (tables.by_district, tables.by_month, tables.by_quarter, tables.by_status):
        for _, line in [*table.iterrows(), *table.items()] if table is not None else []:
            hidden = [value for value in line if value is SUPPRESSED]
            assert len(hidden) != 1
            assert all(value is SUPPRESSED or value >= 10 for value in line)
