from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.errors import ParameterWrong
from tests.cases import NOW, add_supporter, settle_request
from webapp.accounts.policy import at_the_terminal
from webapp.casework.arrangements import Arrangements
from webapp.casework.bookings import Slot
from webapp.casework.ledger import (
    balances,
    sell_tickets,
    settle_account,
    void_entry,
)
from webapp.casework.no_answer import Check, add_check, is_closed, is_open, next_step
from webapp.casework.recurrence import in_japan
from webapp.casework.rounds import plan_visit
from webapp.casework.visiting import (
    Told,
    cancel_visit,
    finish_request,
    report_done,
    report_missed,
    report_nobody_home,
    take_back,
)
from webapp.faults import EntriesMixed, StepIllegal, TicketsUnused
from webapp.register.house import Register
from webapp.register.merging import merge
from webapp.register.records import District, LedgerEntry, Person, Request, Supporter, Visit
from webapp.register.viewer import Viewer

TODAY = date(2026, 11, 25)


def arrange(register: Register, district: str, mode: str, **rules: object) -> None:
    with register.change(at_the_terminal(), "visit", "test") as change:
        found = change.get(District, district)
        found.mode, found.arrangements = mode, Arrangements.of(rules).facts()


def plan(register: Register, viewer: Viewer, identity: str, hour: str = "10:00") -> str:
    settle_request(register, identity)
    slot = Slot(in_japan(TODAY, hour), 30)
    return plan_visit(register, viewer, identity, 1, "S1", slot)


def entries(register: Register) -> list[tuple[str | None, str, int, str, str, str]]:
    with Session(register.engine) as session:
        return sorted(
            (one.kind, one.unit, one.amount, one.debit, one.credit, one.status)
            for one in session.scalars(select(LedgerEntry))
        )


def standing(register: Register, viewer: Viewer) -> dict[tuple[str, str], int]:
    return {(one.account, one.unit): one.amount for one in balances(register, viewer)}


@pytest.fixture
def desk(sqlite_register: Register) -> Register:
    add_supporter(sqlite_register, "S1")
    return sqlite_register


def test_a_paid_visit_is_fee_reward_and_what_was_laid_out(
    desk: Register, consultant: Viewer
) -> None:
    arrange(desk, "D1", "paid", usual_fee=500, reward=0.7)
    visit = plan(desk, consultant, "R1")
    report_done(desk, consultant, visit, 1, Told(minutes=25, expense=320), NOW)
    assert entries(desk) == [
        ("expense", "yen", 320, "district:D1", "supporter:S1", "open"),
        ("expense", "yen", 320, "person:P1", "district:D1", "open"),
        ("fee", "yen", 500, "person:P1", "district:D1", "open"),
        ("reward", "yen", 350, "district:D1", "supporter:S1", "open"),
    ]
    assert standing(desk, consultant) == {
        ("person:P1", "yen"): 820, ("supporter:S1", "yen"): -670, ("district:D1", "yen"): -150,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "unit", "paid", "payment", "expected"),
    [
        ("unpaid", "yen", True, None, []),
        (None, "yen", True, None, []),
        ("both", "yen", None, None, []),
        ("paid", "yen", False, None, []),
        ("both", "yen", True, None, [("fee", 500), ("reward", 500)]),
        ("paid", "ticket", None, None, [("fee", 500), ("reward", 500)]),
        ("paid", "yen", None, "unpaid", [("fee", 500)]),
        ("unpaid", "minute", None, None, [("fee", 500), ("reward", 500)]),
    ],
)
def test_paid_and_unpaid_side_by_side(
    desk: Register, consultant: Viewer, mode: str | None, unit: str, paid: bool | None,
    payment: str | None, expected: list[tuple[str, int]],
) -> None:  # fmt: skip
    arrange(desk, "D1", mode, unit=unit, usual_fee=500)  # type: ignore[arg-type]
    add_supporter(desk, "S2", payment=payment)
    settle_request(desk, "R1", paid=paid)
    slot = Slot(in_japan(TODAY, "10:00"), 30)
    visit = plan_visit(desk, consultant, "R1", 1, "S2", slot)
    report_done(desk, consultant, visit, 1, Told(), NOW)
    assert [(one[0], one[2]) for one in entries(desk)] == expected
    assert {one[1] for one in entries(desk)} <= {unit}


def test_a_time_bank_counts_the_minutes_spent(desk: Register, consultant: Viewer) -> None:
    arrange(desk, "D1", "unpaid", unit="minute")
    report_done(desk, consultant, plan(desk, consultant, "R1"), 1, Told(minutes=42), NOW)
    report_done(desk, consultant, plan(desk, consultant, "R2", "13:00"), 1, Told(), NOW)
    assert standing(desk, consultant)["supporter:S1", "minute"] == -(42 + 30)
    with pytest.raises(EntriesMixed):
        settle_account(desk, consultant, "supporter:S1", "D1", "minute", TODAY)


def test_a_report_taken_back_leaves_nothing_owed_and_can_be_made_again(
    desk: Register, consultant: Viewer
) -> None:
    arrange(desk, "D1", "paid", usual_fee=500)
    visit = plan(desk, consultant, "R1")
    report_done(desk, consultant, visit, 1, Told(), NOW)
    take_back(desk, consultant, visit, 2)
    assert {one[5] for one in entries(desk)} == {"void"}
    assert standing(desk, consultant) == {}
    report_done(desk, consultant, visit, 3, Told(), NOW)
    assert standing(desk, consultant)["person:P1", "yen"] == 500
    with pytest.raises(StepIllegal):
        report_nobody_home(desk, consultant, visit, 4, NOW)


def test_late_cancellations_cost_by_the_persons_side_only(
    desk: Register, consultant: Viewer
) -> None:
    arrange(desk, "D1", "paid", cancel_hours=24, cancel_fee=200)
    late = plan(desk, consultant, "R1", "15:00")
    cancel_visit(desk, consultant, late, 1, "supporter", NOW, reason="風邪")
    assert entries(desk) == []
    waived = plan(desk, consultant, "R2", "16:00")
    cancel_visit(desk, consultant, waived, 1, "person", NOW, reason="入院", waived=True)
    assert entries(desk) == []
    charged = plan(desk, consultant, "R3", "17:00")
    cancel_visit(desk, consultant, charged, 1, "person", NOW)
    assert entries(desk) == [
        ("cancellation", "yen", 200, "person:P1", "district:D1", "open"),
    ]  # fmt: skip
    early = plan(desk, consultant, "R4", "18:00")
    cancel_visit(desk, consultant, early, 1, "person", NOW - timedelta(days=2))
    assert len(entries(desk)) == 1
    arrange(desk, "D1", "unpaid", cancel_fee=200)
    free = plan(desk, consultant, "R5", "19:00")
    cancel_visit(desk, consultant, free, 1, "person", NOW)
    assert len(entries(desk)) == 1
    with pytest.raises(ParameterWrong):
        cancel_visit(desk, consultant, free, 2, "weather", NOW)


def test_settling_pays_what_an_account_stands_at(desk: Register, consultant: Viewer) -> None:
    arrange(desk, "D1", "paid", usual_fee=500, reward=0.6)
    for number, hour in enumerate(("08:00", "09:00", "10:00")):
        visit = plan(desk, consultant, f"R{number}", hour)
        report_done(desk, consultant, visit, 1, Told(), NOW)
    assert settle_account(desk, consultant, "person:P1", "D1", "yen", TODAY) == 1500
    assert settle_account(desk, consultant, "supporter:S1", "D1", "yen", TODAY) == -900
    assert standing(desk, consultant) == {
        ("person:P1", "yen"): 0, ("supporter:S1", "yen"): 0, ("district:D1", "yen"): -600,
        ("cash:D1", "yen"): 600,
    }  # fmt: skip
    assert {one[5] for one in entries(desk)} == {"settled"}
    assert settle_account(desk, consultant, "person:P1", "D1", "yen", TODAY) == 0
    with Session(desk.engine) as session:
        fee = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "fee")).first()
    assert fee is not None
    void_entry(desk, consultant, fee.id, fee.version)
    assert settle_account(desk, consultant, "person:P1", "D1", "yen", TODAY) == -500
    for account in ("district:D1", "cash:D1", "bank:1"):
        with pytest.raises(EntriesMixed):
            settle_account(desk, consultant, account, "D1", "yen", TODAY)


def test_tickets_are_sold_and_used(desk: Register, consultant: Viewer) -> None:
    arrange(desk, "D1", "paid", unit="ticket", usual_fee=2, ticket_price=250)
    sell_tickets(desk, consultant, "P1", "D1", 10, TODAY)
    report_done(desk, consultant, plan(desk, consultant, "R1"), 1, Told(), NOW)
    assert standing(desk, consultant) == {
        ("person:P1", "ticket"): -8, ("supporter:S1", "ticket"): -2, ("district:D1", "ticket"): 10,
        ("cash:D1", "yen"): 2500, ("district:D1", "yen"): -2500,
    }  # fmt: skip
    for count in (0, -1, 1000):
        with pytest.raises(ParameterWrong):
            sell_tickets(desk, consultant, "P1", "D1", count, TODAY)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["done", "cancel", "back", "settle_p", "settle_s", "void", "sell"]),
        st.integers(0, 5),
        st.integers(0, 900),
    ),
    min_size=3,
    max_size=12,
)


@pytest.fixture
def fresh(settled_file: Path, tmp_path: Path) -> Callable[[], Register]:
    from shutil import copy2

    from tests.register.conftest import PASSPHRASE
    from webapp.register.opening import NAME, open_register

    count = iter(range(1000))

    def make() -> Register:
        folder = tmp_path / str(next(count))
        folder.mkdir(mode=0o700)
        copy2(settled_file, folder / NAME)
        return open_register(folder, PASSPHRASE)

    return make


@given(STEPS, st.sampled_from(["yen", "ticket", "minute"]), st.floats(0, 1), st.integers(0, 700))
@settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_happens_all_balances_together_are_nothing(
    fresh: Callable[[], Register], steps: list[tuple[str, int, int]], unit: str, reward: float,
    fee: int,
) -> None:  # fmt: skip
    viewer = at_the_terminal()
    with fresh() as register:
        add_supporter(register, "S1")
        arrange(
            register, "D1", "paid", unit=unit, usual_fee=fee, reward=reward, ticket_price=100,
            cancel_fee=fee,
        )  # fmt: skip
        visits = [plan(register, viewer, f"R{n}", f"{8 + n:02d}:00") for n in range(6)]
        for step, number, amount in steps:
            _take(register, viewer, step, visits[number], amount, unit)
        sums: dict[str, int] = defaultdict(int)
        for one in balances(register, viewer):
            sums[one.unit] += one.amount
        assert set(sums.values()) <= {0}
        with Session(register.engine) as session:
            assert all(one.amount > 0 for one in session.scalars(select(LedgerEntry)))
            undone = select(Visit.id).where(Visit.status == "planned")
            live = select(LedgerEntry).where(
                LedgerEntry.visit_id.in_(undone), LedgerEntry.status != "void"
            )
            assert session.scalars(live).first() is None


def _take(
    register: Register, viewer: Viewer, step: str, visit: str, amount: int, unit: str
) -> None:
    with Session(register.engine) as session:
        version = session.get_one(Visit, visit).version
        entry = session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).first()
    try:
        if step == "done":
            told = Told(minutes=amount % 90 + 1, expense=amount)
            report_done(register, viewer, visit, version, told, NOW)
        elif step == "cancel":
            cancel_visit(register, viewer, visit, version, "person", NOW + timedelta(days=1))
        elif step == "back":
            take_back(register, viewer, visit, version)
        elif step == "settle_p":
            settle_account(register, viewer, "person:P1", "D1", unit, TODAY)
        elif step == "settle_s":
            settle_account(register, viewer, "supporter:S1", "D1", unit, TODAY)
        elif step == "void" and entry is not None:
            void_entry(register, viewer, entry.id, entry.version)
        elif step == "sell":
            sell_tickets(register, viewer, "P1", "D1", amount % 20 + 1, TODAY)
    except (StepIllegal, EntriesMixed, ParameterWrong, TicketsUnused):
        pass


def test_months_are_cut_at_the_day_in_japan(desk: Register, consultant: Viewer) -> None:
    arrange(desk, "D1", "paid", usual_fee=100)
    settle_request(desk, "R1")
    slot = Slot(in_japan(date(2026, 12, 1), "08:00"), 30)
    visit = plan_visit(desk, consultant, "R1", 1, "S1", slot)
    report_done(desk, consultant, visit, 1, Told(), NOW + timedelta(days=9))
    november = balances(desk, consultant, first=date(2026, 11, 1), last=date(2026, 11, 30))
    december = balances(desk, consultant, first=date(2026, 12, 1), last=date(2026, 12, 31))
    assert november == []
    assert {one.amount for one in december if one.owner == "person"} == {100}


def test_nobody_opened_until_somebody_knows(desk: Register, consultant: Viewer) -> None:
    visit = plan(desk, consultant, "R1")
    report_nobody_home(desk, consultant, visit, 1, NOW)
    with Session(desk.engine) as session:
        found = session.get_one(Visit, visit)
    assert is_open(found.values())
    assert next_step(found.checks, Arrangements()) == "knock_again"
    first = Check("knock_again", "no_answer", NOW)
    add_check(desk, consultant, visit, 2, first)
    later = Check("phone_family", "safe", NOW + timedelta(minutes=20), "娘さん", "買い物に出ていた")
    add_check(desk, consultant, visit, 3, later)
    with Session(desk.engine) as session:
        checks = session.get_one(Visit, visit).checks
    assert checks is not None
    assert [(one["step"], one["by"]) for one in checks] == [
        ("knock_again", "a-consultant"), ("phone_family", "娘さん"),
    ]  # fmt: skip
    assert is_closed(checks)
    assert next_step(checks, Arrangements()) is None
    with pytest.raises(ParameterWrong):
        add_check(desk, consultant, visit, 4, Check("shout", "safe", NOW))
    take_back(desk, consultant, visit, 4)
    with pytest.raises(StepIllegal):
        add_check(desk, consultant, visit, 5, first)


def test_the_order_of_checks_is_the_districts() -> None:
    rules = Arrangements(checks=("phone_family", "ward_office"))
    assert next_step([], rules) == "phone_family"
    assert next_step([{"step": "phone_family", "outcome": "no_answer"}], rules) == "ward_office"
    tried = [{"step": one, "outcome": "no_answer"} for one in rules.checks]
    assert next_step(tried, rules) is None


def test_missed_and_finished(desk: Register, consultant: Viewer) -> None:
    visit = plan(desk, consultant, "R1")
    report_missed(desk, consultant, visit, 1, "大雨")
    report_done(desk, consultant, visit, 2, Told(at=in_japan(TODAY, "11:30")), NOW)
    finish_request(desk, consultant, "R1", 2)
    with Session(desk.engine) as session:
        assert session.get_one(Request, "R1").status == "done"
        assert session.get_one(Visit, visit).actual_at == in_japan(TODAY, "11:30")


@pytest.mark.parametrize(
    "told",
    [Told(minutes=0), Told(minutes=1e6), Told(expense=-1), Told(at=NOW + timedelta(days=3))],
)
def test_what_cannot_have_been_is_refused(desk: Register, consultant: Viewer, told: Told) -> None:
    visit = plan(desk, consultant, "R1")
    with pytest.raises(ParameterWrong):
        report_done(desk, consultant, visit, 1, told, NOW)


def test_the_first_visit_makes_a_registered_supporter_active(
    desk: Register, consultant: Viewer
) -> None:
    add_supporter(desk, "S2", status="registered")
    settle_request(desk, "R1")
    slot = Slot(in_japan(TODAY, "10:00"), 30)
    visit = plan_visit(desk, consultant, "R1", 1, "S2", slot)
    report_done(desk, consultant, visit, 1, Told(), NOW)
    with Session(desk.engine) as session:
        found = session.get_one(Supporter, "S2")
    assert (found.status, found.milestones) == ("active", {"active": "2026-11-25"})


def test_when_two_are_one_person_so_is_what_they_owe(desk: Register, consultant: Viewer) -> None:
    arrange(desk, "D1", "paid", usual_fee=500, reward=1)
    report_done(desk, consultant, plan(desk, consultant, "R1"), 1, Told(), NOW)
    with desk.change(consultant, "visit", "test") as change:
        change.add(Person, id="P9", household_id="H1", district_id="D1", name="神宮福子")
    merge(desk, at_the_terminal(), "person", "P9", "P1")
    assert standing(desk, consultant) == {
        ("person:P9", "yen"): 500,
        ("supporter:S1", "yen"): -500,
        ("district:D1", "yen"): 0,
    }
