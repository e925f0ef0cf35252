"""The list of people: who they are, when they were last heard of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import url_for
from sqlalchemy import ColumnElement

from geo import terms
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework.cards import person_cards
from webapp.casework.today import heard_of, quiet_ids
from webapp.desk.case_lists import codes_of, district_choices
from webapp.desk.listing import Cell, Column, Filter, Listing, Row
from webapp.register.look import View
from webapp.register.records import Person
from webapp.serving.language import reader_language
from webapp.wording import say


def _gather(views: Sequence[View]) -> Sequence[Row]:
    register, viewer = register_now(), viewer_now()
    ids = [one.id for one in views]
    cards = person_cards(register, viewer, ids)
    heard = heard_of(register, viewer, ids)
    districts = dict(district_choices())
    return [
        {
            "record": one,
            "card": cards.get(one.id),
            "last": heard.get(one.id),
            "district": districts.get(str(one["district_id"]), ""),
        }
        for one in views
    ]


def _show_name(row: Row) -> Cell:
    view: View = row["record"]
    href = url_for("cases.show_person", identity=view.id)
    return Cell(view.get("name") or view.id, href=href)


def _show_last(row: Row) -> Cell:
    lang = reader_language()
    if row["last"] is None:
        return Cell(say("today.never", lang))
    days = (now() - row["last"]).days
    return Cell(say("today.quiet_days", lang, days=days), number=True)


def _where_heard(_code: str) -> ColumnElement[bool]:
    return Person.id.in_(sorted(quiet_ids(register_now(), viewer_now(), now())))


def _card_text(row: Row, name: str) -> Cell:
    return Cell(str(getattr(row["card"], name, None) or ""))


PEOPLE: Final = Listing(
    name="people",
    title="case.people",
    record=Person,
    columns=(
        Column("name", "field.name", _show_name, (Person.kana, Person.name)),
        Column("kana", "field.kana", lambda row: _card_text(row, "kana")),
        Column("phone", "field.phone", lambda row: _card_text(row, "phone")),
        Column("address", "field.address", lambda row: _card_text(row, "address")),
        Column("last", "case.last_word", _show_last),
        Column(
            "status",
            "field.status",
            lambda row: Cell(
                terms.label(
                    "person_status", str(row["record"].get("status") or ""), reader_language()
                )
            ),
            (Person.status, Person.kana),
        ),
        Column("district", "field.district_id", lambda row: Cell(row["district"])),
    ),
    filters=(
        Filter(
            "heard",
            "case.heard",
            lambda: [("quiet", say("today.quiet", reader_language()))],
            _where_heard,
        ),
        Filter(
            "status", "field.status", codes_of("person_status"), lambda code: Person.status == code
        ),
        Filter(
            "district",
            "field.district_id",
            district_choices,
            lambda code: Person.district_id == code,
        ),
    ),
    gather=_gather,
    usual="name",
    usual_filters={},
)
