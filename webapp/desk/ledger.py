"""The ledger's page: who owes whom in a month, settled in one press."""

from __future__ import annotations

import calendar as almanac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import ColumnElement, or_
from werkzeug.wrappers import Response

from geo.errors import ParameterWrong
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework import ledger as deeds
from webapp.casework.arrangements import Arrangements
from webapp.casework.ledger import OWNERS, Balance, balances
from webapp.casework.making import PURPOSE
from webapp.casework.recurrence import today_in_japan
from webapp.desk.account_names import name_accounts
from webapp.desk.case_lists import district_choices
from webapp.errors import say_problem, status_of
from webapp.faults import EntriesMixed, TicketsUnused
from webapp.register.look import View
from webapp.register.records import District, LedgerEntry, Person
from webapp.register.release import release_record
from webapp.register.released import Released, release_records
from webapp.serving.filled import Filled

ledger = Blueprint("ledger", __name__, url_prefix="/desk/ledger")

_ENTRIES: Final = 50
"""Entries on one page."""


@dataclass(frozen=True)
class Line:
    """One account: what it stood at before the month, what the month moved, where it stands."""

    account: str
    owner: str
    name: str
    unit: str
    district_id: str
    before: int
    moved: int

    @property
    def stands(self) -> int:
        """Units owed at the end of the month; below 0 due."""
        return self.before + self.moved

    @property
    def may_settle(self) -> bool:
        """Whether it can be paid."""
        return self.owner in {"person", "supporter"} and self.unit != "minute" and self.stands != 0


@dataclass(frozen=True)
class Asked:
    """Which part of the ledger is wanted. Empty = all."""

    first: date
    district: str = ""
    account: str = ""
    page: int = 1

    @property
    def last(self) -> date:
        """The last day of the month."""
        days = almanac.monthrange(self.first.year, self.first.month)[1]
        return self.first.replace(day=days)

    @property
    def month(self) -> str:
        """As the field of a form takes it."""
        return f"{self.first:%Y-%m}"

    def moved(self, way: int) -> str:
        """The month before or after."""
        month = self.first.year * 12 + self.first.month - 1 + way
        return f"{month // 12:04d}-{month % 12 + 1:02d}"

    def address(self, **other: object) -> dict[str, Any]:
        """Query parameters of it, with something else about it."""
        told: dict[str, Any] = {"month": self.month}
        told |= {"district": self.district} if self.district else {}
        told |= {"account": self.account} if self.account else {}
        return told | other


@ledger.get("")
def show() -> str:
    """Balances and entries of a month."""
    return _show(_read(request.args))


def _show(asked: Asked, problem: str = "") -> str:
    entries = _read_entries(asked)
    lines = _read_lines(asked)
    accounts = {side for one in entries for side in (one["debit"], one["credit"])}
    names = name_accounts({*accounts, *(one.account for one in lines), asked.account})
    named = [_named(one, names) for one in lines]
    return render_template(
        "desk/ledger.html",
        asked=asked,
        owners=OWNERS,
        lines=sorted(named, key=lambda one: (OWNERS.index(one.owner), one.name, one.unit)),
        entries=entries,
        pages=max(1, -(-entries.total // _ENTRIES)),
        names=names,
        districts=district_choices(),
        today=today_in_japan(now()),
        tickets=_ticket_district(asked),
        problem=problem,
    )


@ledger.post("/settle")
def settle() -> Response | tuple[str, int]:
    """Pay what an account stands at."""
    filled = Filled.of(request.form)
    asked = _read({"month": filled.one("month"), "district": filled.one("within")})
    account, district, unit = filled.one("account"), filled.one("district"), filled.one("unit")
    try:
        deeds.settle_account(
            register_now(), viewer_now(), account, district, unit, _day_within(asked)
        )
    except EntriesMixed as fault:
        return _show(asked, say_problem(fault)), status_of(fault)
    return redirect(url_for("ledger.show", **asked.address()), code=303)


@ledger.post("/entries/<identity>/void")
def void(identity: str) -> Response:
    """Take one entry out of every balance."""
    filled = Filled.of(request.form)
    deeds.void_entry(register_now(), viewer_now(), identity, filled.whole("version"))
    asked = _read({"month": filled.one("month"), "account": filled.one("account")})
    return redirect(url_for("ledger.show", **asked.address()), code=303)


@ledger.post("/people/<identity>/tickets")
def sell(identity: str) -> Response | tuple[str, int]:
    """Sell tickets to a person."""
    filled = Filled.of(request.form)
    person = release_record(register_now(), viewer_now(), PURPOSE, Person, identity)
    today = today_in_japan(now())
    asked = Asked(today.replace(day=1), account=f"person:{identity}")
    text = filled.one("count")
    count = int(text) if text.isdecimal() and len(text) < 6 else 0
    try:
        deeds.sell_tickets(
            register_now(), viewer_now(), identity, str(person["district_id"]), count, today
        )
    except (ParameterWrong, TicketsUnused) as fault:
        return _show(asked, say_problem(fault)), status_of(fault)
    return redirect(url_for("ledger.show", **asked.address()), code=303)


def _read(given: Mapping[str, str]) -> Asked:
    for name in given:
        if name not in {"month", "district", "account", "page"}:
            raise ParameterWrong(name="parameter", value=name[:40], wanted="month, district")
    district, account = given.get("district", ""), given.get("account", "")
    if district and district not in dict(district_choices()):
        raise ParameterWrong(name="district", value=district[:40], wanted="a district")
    if account and account.partition(":")[0] not in OWNERS:
        raise ParameterWrong(name="account", value=account[:40], wanted=", ".join(OWNERS))
    page = given.get("page", "1")
    if not page.isdecimal() or not 0 < int(page) < 100_000:
        raise ParameterWrong(name="page", value=page[:20], wanted="1 or more")
    return Asked(_read_month(given.get("month")), district, account[:100], int(page))


def _read_month(text: str | None) -> date:
    if not text:
        return today_in_japan(now()).replace(day=1)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ParameterWrong(name="month", value=text[:20], wanted="2026-12") from None
    if not 2000 <= first.year <= 2100:
        raise ParameterWrong(name="month", value=text[:20], wanted="2000–2100")
    return first


def _day_within(asked: Asked) -> date:
    """The day of a payment: today in the month that runs, else the month's last day."""
    return min(asked.last, today_in_japan(now()))


def _read_lines(asked: Asked) -> list[Line]:
    """What stands open or moved in the month."""
    register, viewer = register_now(), viewer_now()
    before: dict[tuple[str, str, str], int] = {}
    last = date.fromordinal(asked.first.toordinal() - 1)
    for one in balances(register, viewer, last=last):
        before[_key(one)] = one.amount
    month = {
        _key(one): one.amount
        for one in balances(register, viewer, first=asked.first, last=asked.last)
    }
    keys = [key for key in dict.fromkeys([*before, *month]) if before.get(key) or key in month]
    return [
        Line(
            key[0],
            key[0].partition(":")[0],
            "",
            key[1],
            key[2],
            before.get(key, 0),
            month.get(key, 0),
        )
        for key in keys
        if (not asked.district or key[2] == asked.district)
        and (not asked.account or key[0] == asked.account)
        and key[0].partition(":")[0] in OWNERS
    ]


def _key(one: Balance) -> tuple[str, str, str]:
    return one.account, one.unit, str(one.district_id or "")


def _named(one: Line, names: Mapping[str, str]) -> Line:
    return Line(
        one.account, one.owner, names.get(one.account, one.account), one.unit, one.district_id,
        one.before, one.moved,
    )  # fmt: skip


def _read_entries(asked: Asked) -> Released:
    where: list[ColumnElement[bool]] = [
        LedgerEntry.on >= asked.first,
        LedgerEntry.on <= asked.last,
    ]
    where += [LedgerEntry.district_id == asked.district] if asked.district else []
    if asked.account:
        sides = (LedgerEntry.debit == asked.account, LedgerEntry.credit == asked.account)
        where.append(or_(*sides))
    return release_records(
        register_now(), viewer_now(), PURPOSE, LedgerEntry, *where,
        order=(LedgerEntry.on.desc(), LedgerEntry.made_at.desc(), LedgerEntry.id),
        first=(asked.page - 1) * _ENTRIES, limit=_ENTRIES,
    )  # fmt: skip


def _ticket_district(asked: Asked) -> View | None:
    """The district of the person whose account is open, where it uses tickets."""
    owner, _, identity = asked.account.partition(":")
    if owner != "person":
        return None
    person = release_record(register_now(), viewer_now(), PURPOSE, Person, identity)
    found: Sequence[View] = release_records(
        register_now(), viewer_now(), PURPOSE, District, District.id == person["district_id"]
    )
    for one in found:
        if Arrangements.of(one.get("arrangements")).unit == "ticket":
            return one
    return None
