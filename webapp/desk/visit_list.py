"""The list of visits: what is planned, what came of it, what nobody reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from flask import url_for
from sqlalchemy import ColumnElement, and_

from geo import terms
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework.cards import Card, person_cards, supporter_cards
from webapp.casework.making import PURPOSE
from webapp.casework.recurrence import today_in_japan, week_of
from webapp.desk.case_lists import codes_of, district_choices
from webapp.desk.listing import Cell, Column, Filter, Listing, Row
from webapp.desk.round_words import write_moment
from webapp.register.consents import JAPAN
from webapp.register.look import View
from webapp.register.records import Request, Visit
from webapp.register.released import release_records
from webapp.serving.language import reader_language
from webapp.wording import say

_WEEKS: Final = {"last_week": -1, "this_week": 0, "next_week": 1}
_TAGS: Final = {"missed": "late", "nobody_home": "late", "cancelled": "wait"}


def _gather(views: Sequence[View]) -> Sequence[Row]:
    register, viewer = register_now(), viewer_now()
    ids = sorted({str(one["request_id"]) for one in views})
    cases = release_records(register, viewer, PURPOSE, Request, Request.id.in_(ids)).by_id()
    asked = [one.get("person_id") for one in cases.values()]
    people = person_cards(register, viewer, asked, PURPOSE)
    helpers = supporter_cards(register, viewer, [one.get("supporter_id") for one in views], PURPOSE)
    districts = dict(district_choices())
    return [_row(one, cases, people, helpers, districts) for one in views]


def _row(
    view: View,
    cases: Mapping[str, View],
    people: Mapping[str, Card],
    helpers: Mapping[str, Card],
    districts: Mapping[str, str],
) -> Row:
    request = cases.get(str(view["request_id"]))
    person = None if request is None else request.get("person_id")
    return {
        "record": view,
        "activity": None if request is None else request.get("activity"),
        "person": people.get(str(person)),
        "supporter": helpers.get(str(view.get("supporter_id"))),
        "district": districts.get(str(view["district_id"]), ""),
    }


def _show_when(row: Row) -> Cell:
    view: View = row["record"]
    return Cell(write_moment(view["planned_at"]), href=url_for("visits.show", identity=view.id))


def _show_person(row: Row) -> Cell:
    card: Card | None = row["person"]
    if card is None:
        return Cell("–")
    return Cell(card.shown, href=url_for("cases.show_person", identity=card.id))


def _show_supporter(row: Row) -> Cell:
    card: Card | None = row["supporter"]
    return Cell("–" if card is None else card.shown)


def _show_status(row: Row) -> Cell:
    view: View = row["record"]
    if view["status"] == "planned" and view["planned_at"] < now():
        return Cell(say("visit.unreported", reader_language()), tag="wait")
    word = terms.label("visit_status", view["status"], reader_language())
    return Cell(word, tag=_TAGS.get(view["status"], ""))


def _show_activity(row: Row) -> Cell:
    code = row["activity"]
    return Cell(terms.label("activity", code, reader_language()) if code else "–")


def _show_minutes(row: Row) -> Cell:
    minutes = row["record"].get("minutes")
    return Cell("" if minutes is None else f"{minutes:.0f}", number=True)


def _which() -> Sequence[tuple[str, str]]:
    lang = reader_language()
    return [
        ("unreported", say("visit.unreported", lang)),
        ("this_week", say("visit.this_week", lang)),
        ("next_week", say("visit.next_week", lang)),
        ("last_week", say("visit.last_week", lang)),
    ]


def _where_when(code: str) -> ColumnElement[bool]:
    if code == "unreported":
        return and_(Visit.status == "planned", Visit.planned_at < now())
    monday, _ = week_of(today_in_japan(now()) + timedelta(weeks=_WEEKS[code]))
    begin = datetime.combine(monday, time.min, JAPAN)
    return and_(Visit.planned_at >= begin, Visit.planned_at < begin + timedelta(weeks=1))


VISITS: Final = Listing(
    name="visits",
    title="visit.list_title",
    record=Visit,
    columns=(
        Column("when", "visit.when", _show_when, (Visit.planned_at,)),
        Column("activity", "field.activity", _show_activity),
        Column("person", "field.person_id", _show_person),
        Column("supporter", "field.supporter_id", _show_supporter),
        Column("status", "field.status", _show_status, (Visit.status, Visit.planned_at)),
        Column("minutes", "field.minutes", _show_minutes, (Visit.minutes,)),
        Column("district", "field.district_id", lambda row: Cell(row["district"])),
    ),
    filters=(
        Filter("when", "visit.which", _which, _where_when),
        Filter(
            "status", "field.status", codes_of("visit_status"), lambda code: Visit.status == code
        ),
        Filter(
            "district",
            "field.district_id",
            district_choices,
            lambda code: Visit.district_id == code,
        ),
    ),
    gather=_gather,
    usual="when",
    usual_filters={"when": "this_week"},
    purpose=PURPOSE,
    intro="desk/_visits_intro.html",
)
