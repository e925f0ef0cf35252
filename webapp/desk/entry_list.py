"""The list of ledger entries: what moved from whom to whom, as it is taken along.

An entry stays where its person allows nothing, so that the books close; nobody is named in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from flask import url_for
from sqlalchemy import ColumnElement, and_

from geo import terms
from webapp.accounts.clock import now
from webapp.casework.ledger import KINDS
from webapp.casework.making import PURPOSE
from webapp.casework.recurrence import today_in_japan
from webapp.desk.account_names import account_cards
from webapp.desk.case_lists import district_choices
from webapp.desk.listing import Cell, Column, Filter, Listing, Row
from webapp.register.look import View
from webapp.register.records import LedgerEntry
from webapp.serving.language import reader_language
from webapp.wording import say

_MONTHS: Final = 24
"""Months back that the list can be narrowed down to."""


def _gather(views: Sequence[View]) -> Sequence[Row]:
    accounts = {side for one in views for side in (one["debit"], one["credit"])}
    (names, cards), districts = account_cards(accounts), dict(district_choices())
    return [
        {
            "record": one,
            "debit": names.get(one["debit"], "–"),
            "credit": names.get(one["credit"], "–"),
            "debtor": cards.get(one["debit"]),
            "creditor": cards.get(one["credit"]),
            "district": districts.get(str(one["district_id"]), ""),
        }
        for one in views
    ]


def _show_day(row: Row) -> Cell:
    return Cell(row["record"]["on"].isoformat())


def _show_kind(row: Row) -> Cell:
    view: View = row["record"]
    word = say(f"ledger.kind_{view.get('kind') or 'payment'}", reader_language())
    visit = view.get("visit_id")
    return Cell(word, href=url_for("visits.show", identity=visit) if visit else "")


def _show_status(row: Row) -> Cell:
    status = row["record"]["status"]
    word = say(f"ledger.status_{status}", reader_language())
    return Cell(word, tag="wait" if status == "open" else "")


def _show_unit(row: Row) -> Cell:
    return Cell(terms.label("unit", row["record"]["unit"], reader_language()))


def _months() -> Sequence[tuple[str, str]]:
    today, lang = today_in_japan(now()), reader_language()
    counted = [today.year * 12 + today.month - 1 - back for back in range(_MONTHS)]
    pairs = [(month // 12, month % 12 + 1) for month in counted]
    return [
        (f"{year:04d}-{month:02d}", say("calendar.month", lang, year=year, month=month))
        for year, month in pairs
    ]


def _of_month(code: str) -> ColumnElement[bool]:
    first = date.fromisoformat(f"{code}-01")
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return and_(LedgerEntry.on >= first, LedgerEntry.on < after)


def _kinds() -> Sequence[tuple[str, str]]:
    return [(code, say(f"ledger.kind_{code}", reader_language())) for code in KINDS]


def _statuses() -> Sequence[tuple[str, str]]:
    codes = ("open", "settled", "void")
    return [(code, say(f"ledger.status_{code}", reader_language())) for code in codes]


ENTRIES: Final = Listing(
    name="entries",
    title="ledger.entries_title",
    record=LedgerEntry,
    columns=(
        Column("on", "ledger.on", _show_day, (LedgerEntry.on,)),
        Column("kind", "ledger.kind", _show_kind, (LedgerEntry.kind, LedgerEntry.on)),
        Column("debit", "ledger.owed_by", lambda row: Cell(row["debit"])),
        Column("credit", "ledger.owed_to", lambda row: Cell(row["credit"])),
        Column(
            "amount", "ledger.amount",
            lambda row: Cell(f"{row['record']['amount']}", number=True), (LedgerEntry.amount,),
        ),
        Column("unit", "field.unit", _show_unit, (LedgerEntry.unit, LedgerEntry.on)),
        Column("status", "field.status", _show_status, (LedgerEntry.status, LedgerEntry.on)),
        Column("district", "field.district_id", lambda row: Cell(row["district"])),
    ),
    filters=(
        Filter("month", "ledger.month", _months, _of_month),
        Filter("kind", "ledger.kind", _kinds, lambda code: LedgerEntry.kind == code),
        Filter("status", "field.status", _statuses, lambda code: LedgerEntry.status == code),
        Filter(
            "district", "field.district_id", district_choices,
            lambda code: LedgerEntry.district_id == code,
        ),
    ),
    gather=_gather,
    usual="-on",
    usual_filters={},
    purpose=PURPOSE,
)  # fmt: skip
"""Every entry of the ledger, the youngest first."""
