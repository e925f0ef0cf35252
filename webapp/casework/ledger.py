"""精算: who owes whom, in double entry; unpaid districts beside paid ones.

Every entry moves whole units from one account, the credit, to another, the debit, so
that all balances together are nothing at any time. Accounts are ``person:<id>``,
``supporter:<id>``, ``district:<id>`` and ``cash:<district id>``. What a person pays goes to
the district and from there to the supporter. Nobody's bank is known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import case, func, literal, select, union_all

from geo.errors import ParameterWrong
from webapp.casework.arrangements import Arrangements
from webapp.casework.making import PURPOSE
from webapp.faults import EntriesMixed, TicketsUnused
from webapp.register.change import Change
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.look import allowed_rows
from webapp.register.records import District, LedgerEntry, Request, Supporter, Visit
from webapp.register.viewer import Viewer

KINDS: Final = ("fee", "reward", "expense", "cancellation", "tickets", "payment")

OWNERS: Final = ("person", "supporter", "district", "cash")
"""Kinds of accounts."""

MOST_TICKETS: Final = 200


@dataclass(frozen=True)
class Balance:
    """What one account stands at: above 0 it owes, below 0 it is owed; of cash, what lies there.

    ``moved`` is the sum of what was entered on its debit, ``returned`` on its credit.
    """

    account: str
    unit: str
    district_id: str | None
    moved: int
    returned: int

    @property
    def amount(self) -> int:
        """Units owed, below 0 due."""
        return self.moved - self.returned

    @property
    def owner(self) -> str:
        """One of `OWNERS`."""
        return self.account.partition(":")[0]

    @property
    def owner_id(self) -> str:
        """The id of the person, supporter or district."""
        return self.account.partition(":")[2]


def is_paid(mode: str | None, paid: bool | None) -> bool:
    """Whether a request costs something in a district; where nobody said so it is free.

    >>> is_paid("unpaid", True), is_paid("paid", None), is_paid("both", None), is_paid(None, True)
    (False, True, False, False)
    """
    if mode == "both":
        return paid is True
    return mode == "paid" and paid is not False


def day_of(visit: Visit) -> date:
    """The day of a visit in Japan."""
    return (visit.actual_at or visit.planned_at).astimezone(JAPAN).date()


def book_visit(change: Change, visit: Visit) -> list[LedgerEntry]:
    """Enter what a visit that was made costs: fee, reward, and what was laid out."""
    request = change.session.get_one(Request, visit.request_id)
    district = change.session.get(District, visit.district_id)
    rules = Arrangements.of(None if district is None else district.arrangements)
    supporter = change.session.get_one(Supporter, visit.supporter_id)
    pool, payer = f"district:{visit.district_id}", _payer(request)
    helper = f"supporter:{visit.supporter_id}"
    made: list[LedgerEntry] = []
    units = _units(visit, request, rules, None if district is None else district.mode)
    reward = int(units * rules.reward)
    if payer and units:
        made += _move(change, visit, "fee", rules.unit, units, debit=payer, credit=pool)
        if supporter.payment != "unpaid":
            made += _move(change, visit, "reward", rules.unit, reward, debit=pool, credit=helper)
    expense = round(visit.expense or 0)
    if payer and expense:
        made += _move(change, visit, "expense", "yen", expense, debit=payer, credit=pool)
        made += _move(change, visit, "expense", "yen", expense, debit=pool, credit=helper)
    return made


def book_cancellation(change: Change, visit: Visit, now: datetime) -> list[LedgerEntry]:
    """Enter the fee of a visit that its person called off too late, where there is one."""
    request = change.session.get_one(Request, visit.request_id)
    district = change.session.get(District, visit.district_id)
    if district is None or not is_paid(district.mode, request.paid):
        return []
    rules, payer = Arrangements.of(district.arrangements), _payer(request)
    if not payer or not is_late(rules, visit.planned_at, now):
        return []
    pool = f"district:{visit.district_id}"
    return _move(
        change, visit, "cancellation", rules.unit, rules.cancel_fee, debit=payer, credit=pool
    )


def is_late(rules: Arrangements, planned_at: datetime, now: datetime) -> bool:
    """Whether calling off now is later than agreed on."""
    return now > planned_at - timedelta(hours=rules.cancel_hours)


def void_visit(change: Change, visit_id: str) -> None:
    """Void every entry of a visit."""
    asked = select(LedgerEntry).where(
        LedgerEntry.visit_id == visit_id, LedgerEntry.status != "void"
    )
    for entry in change.session.scalars(asked.with_for_update()):
        entry.status = "void"


def void_entry(register: Register, viewer: Viewer, entry_id: str, version: int) -> None:
    """Take an entry out of every balance; it stays to be read.

    Raises
    ------
    NotFound, RecordStale, StepIllegal
    """
    with register.change(viewer, PURPOSE, "void") as change:
        change.revise(LedgerEntry, entry_id, version, status="void")


def sell_tickets(
    register: Register, viewer: Viewer, person_id: str, district_id: str, count: int, on: date
) -> None:
    """Tickets for money: the person has so many more, the cash the price of them.

    Raises
    ------
    NotFound
    ParameterWrong
        No such number.
    TicketsUnused
    """
    if not 0 < count <= MOST_TICKETS:
        raise ParameterWrong(name="count", value=count, wanted=f"1–{MOST_TICKETS}")
    with register.change(viewer, PURPOSE, "tickets") as change:
        district = change.get(District, district_id)
        rules = Arrangements.of(district.arrangements)
        if rules.unit != "ticket":
            raise TicketsUnused
        pool, person = f"district:{district_id}", f"person:{person_id}"
        told = {"district_id": district_id, "on": on, "kind": "tickets", "status": "settled"}
        change.add(LedgerEntry, unit="ticket", amount=count, debit=pool, credit=person, **told)
        price = count * rules.ticket_price
        if price:
            cash = f"cash:{district_id}"
            change.add(LedgerEntry, unit="yen", amount=price, debit=cash, credit=pool, **told)


def settle_account(
    register: Register, viewer: Viewer, account: str, district_id: str, unit: str, on: date
) -> int:
    """Pay what an account stands at until a day, in or out; the units that were paid.

    Below 0 the account was paid. Its open entries until then are settled.

    Raises
    ------
    NotFound
    EntriesMixed
        The account is none that is paid, or minutes cannot be paid.
    """
    if account.partition(":")[0] not in {"person", "supporter"} or unit == "minute":
        raise EntriesMixed
    with register.change(viewer, PURPOSE, "settle") as change:
        change.get(District, district_id)
        entries = list(
            change.session.scalars(
                select(LedgerEntry)
                .where(
                    (LedgerEntry.debit == account) | (LedgerEntry.credit == account),
                    LedgerEntry.district_id == district_id,
                    LedgerEntry.unit == unit,
                    LedgerEntry.on <= on,
                    LedgerEntry.status != "void",
                )
                .with_for_update()
            )
        )
        due = sum(one.amount if one.debit == account else -one.amount for one in entries)
        for entry in entries:
            entry.status = "settled"
        if due:
            _pay(change, account, district_id, unit, due, on)
        return due


def balances(
    register: Register, viewer: Viewer, *, first: date | None = None, last: date | None = None
) -> list[Balance]:
    """What every account of the viewer's districts stands at, or moved by in a span of days."""
    where = [LedgerEntry.status != "void", allowed_rows(LedgerEntry, viewer, PURPOSE)]
    where += [LedgerEntry.on >= first] if first else []
    where += [LedgerEntry.on <= last] if last else []
    sides = [
        select(
            column.label("account"), LedgerEntry.unit, LedgerEntry.district_id,
            LedgerEntry.amount, literal(side).label("side"),
        ).where(*where)
        for column, side in ((LedgerEntry.debit, 1), (LedgerEntry.credit, 0))
    ]  # fmt: skip
    both = union_all(*sides).subquery()
    moved = func.sum(case((both.c.side == 1, both.c.amount), else_=0))
    returned = func.sum(case((both.c.side == 0, both.c.amount), else_=0))
    names = (both.c.account, both.c.unit, both.c.district_id)
    asked = select(*names, moved, returned).group_by(*names).order_by(*names)
    with register.engine.connect() as connection:
        return [
            Balance(row[0], row[1], row[2], int(row[3]), int(row[4]))
            for row in connection.execute(asked)
        ]


def _payer(request: Request) -> str | None:
    return f"person:{request.person_id}" if request.person_id else None


def _units(visit: Visit, request: Request, rules: Arrangements, mode: str | None) -> int:
    """What a visit costs. Minutes are counted also where help is free: that is a time bank."""
    fee = rules.fee_of(request.activity)
    if rules.unit == "minute":
        spent = visit.minutes if visit.minutes is not None else visit.planned_minutes
        return fee or round(spent or 0)
    return fee if is_paid(mode, request.paid) else 0


def _move(
    change: Change, visit: Visit, kind: str, unit: str, amount: int, *, debit: str, credit: str
) -> list[LedgerEntry]:
    if amount <= 0:
        return []
    return [
        change.add(
            LedgerEntry,
            visit_id=visit.id, district_id=visit.district_id, on=day_of(visit), kind=kind,
            unit=unit, amount=amount, debit=debit, credit=credit,
        )
    ]  # fmt: skip


def _pay(change: Change, account: str, district_id: str, unit: str, due: int, on: date) -> None:
    cash = f"cash:{district_id}"
    debit, credit = (cash, account) if due > 0 else (account, cash)
    change.add(
        LedgerEntry,
        district_id=district_id, on=on, kind="payment", unit=unit, amount=abs(due), debit=debit,
        credit=credit, status="settled",
    )  # fmt: skip
