"""The lists of requests and of consultations: who waits, and since when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from flask import url_for
from sqlalchemy import ColumnElement, func, select

from geo import terms
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework.cards import person_cards
from webapp.casework.cases import OVER, WAITING
from webapp.casework.housing import own_districts
from webapp.casework.today import RECEIVED
from webapp.desk.listing import Cell, Column, Filter, Listing, Row
from webapp.register.look import View
from webapp.register.records import Consultation, Request
from webapp.register.released import release_records
from webapp.screens import write_moment
from webapp.serving.language import reader_language
from webapp.wording import say

_LATE_DAYS: Final = 7
"""A request that waits longer is marked."""


def codes_of(table: str) -> Callable[[], Sequence[tuple[str, str]]]:
    """The codes of a table with their words."""
    return lambda: [
        (code, terms.label(table, code, reader_language())) for code in terms.LABELS[table]
    ]


def district_choices() -> Sequence[tuple[str, str]]:
    """The viewer's districts."""
    with register_now().engine.connect() as connection:
        return list(own_districts(connection, viewer_now()).items())


def _gather_requests(views: Sequence[View]) -> Sequence[Row]:
    register, viewer = register_now(), viewer_now()
    people = person_cards(register, viewer, [one.get("person_id") for one in views])
    calls = release_records(
        register, viewer, "matching", Consultation,
        Consultation.id.in_(sorted({one.get("consultation_id") or "" for one in views})),
    ).by_id()  # fmt: skip
    written = _written([one.id for one in views])
    districts = dict(district_choices())
    return [
        {
            "record": one,
            "person": people.get(str(one.get("person_id"))),
            "received": _received(calls.get(str(one.get("consultation_id"))), written[one.id]),
            "district": districts.get(str(one["district_id"]), ""),
        }
        for one in views
    ]


def _received(call: View | None, written: datetime) -> datetime:
    told: datetime = written if call is None else call.get("received_at") or written
    return told


def _written(ids: Sequence[str]) -> dict[str, datetime]:
    asked = select(Request.id, Request.made_at).where(Request.id.in_(ids))
    with register_now().engine.connect() as connection:
        return {str(one.id): one.made_at for one in connection.execute(asked)}


def _label(table: str, code: Any) -> str:  # noqa: ANN401
    return terms.label(table, str(code), reader_language()) if code else ""


def _show_activity(row: Row) -> Cell:
    view: View = row["record"]
    word = _label("activity", view["activity"])
    return Cell(word, href=url_for("cases.show", identity=view.id))


def _show_person(row: Row) -> Cell:
    card = row["person"]
    if card is None:
        return Cell("–")
    return Cell(card.shown, href=url_for("cases.show_person", identity=card.id))


def _show_waiting(row: Row) -> Cell:
    view: View = row["record"]
    if view.get("status") not in WAITING:
        return Cell("")
    days = (now() - row["received"]).days
    said = say("case.days", reader_language(), days=days)
    return Cell(said, tag="late" if days > _LATE_DAYS else "wait")


def _where_open(code: str) -> ColumnElement[bool]:
    if code == "waiting":
        return Request.status.in_(WAITING)
    return Request.status.in_(OVER) if code == "over" else Request.status.not_in(OVER)


def _open_choices() -> Sequence[tuple[str, str]]:
    lang = reader_language()
    return [
        ("waiting", say("case.waiting", lang)),
        ("open", say("case.going_on", lang)),
        ("over", say("case.over", lang)),
    ]


_DISTRICT: Final = "field.district_id"

REQUESTS: Final = Listing(
    name="requests",
    title="menu.requests",
    record=Request,
    columns=(
        Column("since", "case.since", lambda row: Cell(write_moment(row["received"])), (RECEIVED,)),
        Column("waits", "case.waits", _show_waiting),
        Column("activity", "field.activity", _show_activity, (Request.activity, RECEIVED)),
        Column("person", "field.person_id", _show_person),
        Column(
            "status",
            "field.status",
            lambda row: Cell(_label("request_status", row["record"].get("status"))),
            (Request.status, RECEIVED),
        ),
        Column(
            "district",
            _DISTRICT,
            lambda row: Cell(row["district"]),
            (Request.district_id, RECEIVED),
        ),
    ),
    filters=(
        Filter("open", "case.which", _open_choices, _where_open),
        Filter(
            "status",
            "field.status",
            codes_of("request_status"),
            lambda code: Request.status == code,
        ),
        Filter(
            "activity",
            "field.activity",
            codes_of("activity"),
            lambda code: Request.activity == code,
        ),
        Filter("district", _DISTRICT, district_choices, lambda code: Request.district_id == code),
    ),
    gather=_gather_requests,
    usual="since",
    usual_filters={"open": "open"},
)


def _gather_consultations(views: Sequence[View]) -> Sequence[Row]:
    register, viewer = register_now(), viewer_now()
    people = person_cards(register, viewer, [one.get("person_id") for one in views])
    counted = _requests_of([one.id for one in views])
    districts = dict(district_choices())
    return [
        {
            "record": one,
            "person": people.get(str(one.get("person_id"))),
            "requests": counted.get(one.id, 0),
            "district": districts.get(str(one["district_id"]), ""),
        }
        for one in views
    ]


def _requests_of(ids: Sequence[str]) -> Mapping[str, int]:
    asked = (
        select(Request.consultation_id, func.count())
        .where(Request.consultation_id.in_(ids))
        .group_by(Request.consultation_id)
    )
    with register_now().engine.connect() as connection:
        return {str(call): int(count) for call, count in connection.execute(asked)}


def _show_call(row: Row) -> Cell:
    view: View = row["record"]
    href = url_for("cases.show_consultation", identity=view.id)
    return Cell(write_moment(view["received_at"]), href=href)


CONSULTATIONS: Final = Listing(
    name="consultations",
    title="case.consultations",
    record=Consultation,
    columns=(
        Column("received", "field.received_at", _show_call, (Consultation.received_at,)),
        Column("person", "field.person_id", _show_person),
        Column(
            "channel",
            "field.channel",
            lambda row: Cell(_label("channel", row["record"].get("channel"))),
            (Consultation.channel, Consultation.received_at),
        ),
        Column(
            "source",
            "field.source",
            lambda row: Cell(_label("source", row["record"].get("source"))),
            (Consultation.source, Consultation.received_at),
        ),
        Column(
            "status",
            "field.status",
            lambda row: Cell(_label("consultation_status", row["record"].get("status"))),
            (Consultation.status, Consultation.received_at),
        ),
        Column("requests", "case.requests", lambda row: Cell(str(row["requests"]), number=True)),
        Column("district", _DISTRICT, lambda row: Cell(row["district"])),
    ),
    filters=(
        Filter(
            "status",
            "field.status",
            codes_of("consultation_status"),
            lambda code: Consultation.status == code,
        ),
        Filter(
            "source", "field.source", codes_of("source"), lambda code: Consultation.source == code
        ),
        Filter(
            "district", _DISTRICT, district_choices, lambda code: Consultation.district_id == code
        ),
    ),
    gather=_gather_consultations,
    usual="-received",
    usual_filters={},
)
