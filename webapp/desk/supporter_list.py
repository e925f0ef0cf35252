"""The list of supporters: who there is, who is active, who comes on which day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask import url_for
from sqlalchemy import ColumnElement, Text, func, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from geo import terms
from webapp.accounts.clock import now
from webapp.desk.case_lists import codes_of, district_choices
from webapp.desk.listing import Cell, Column, Filter, Listing, Row
from webapp.register.consents import JAPAN
from webapp.register.look import View
from webapp.register.records import Supporter
from webapp.serving.language import reader_language
from webapp.wording import say


def _gather(views: Sequence[View]) -> Sequence[Row]:
    districts = dict(district_choices())
    return [
        {"record": one, "district": districts.get(str(one.get("district_id")), "")} for one in views
    ]


def holds(column: InstrumentedAttribute[Any], code: str) -> ColumnElement[bool]:
    """Rows whose list in a column holds a code."""
    return type_coerce(column, Text).like(f'%"{code}"%')


def _name(row: Row) -> Cell:
    view: View = row["record"]
    href = url_for("supporters.show_one", identity=view.id)
    return Cell(str(view.get("name") or view.get("phone") or view.id), href=href)


def _status(row: Row) -> Cell:
    status = str(row["record"].get("status"))
    tag = "" if status == "active" else "wait" if status in {"willing", "interviewed"} else ""
    return Cell(terms.label("status", status, reader_language()), tag=tag)


def _labels(table: str, field: str) -> Any:  # noqa: ANN401
    def show(row: Row) -> Cell:
        lang = reader_language()
        codes = row["record"].get(field) or ()
        between = say("survey.between", lang)
        return Cell(between.join(terms.label(table, one, lang) for one in codes))

    return show


def _insured(row: Row) -> Cell:
    day = row["record"].get("insured_until")
    if day is None:
        return Cell("")
    late = day < now().astimezone(JAPAN).date()
    return Cell(day.isoformat(), tag="late" if late else "")


def _most(row: Row) -> Cell:
    most = row["record"].get("most_per_week")
    return Cell("" if most is None else f"{most:g}", number=True)


_READING: Final = func.coalesce(Supporter.kana, Supporter.search_key)
"""By which names stand in order."""

SUPPORTERS: Final = Listing(
    name="supporters",
    title="menu.supporters",
    record=Supporter,
    columns=(
        Column("name", "field.name", _name, (_READING,)),
        Column("status", "field.status", _status, (Supporter.status, _READING)),
        Column("activities", "field.activities", _labels("activity", "activities")),
        Column("weekdays", "field.weekdays", _labels("weekday", "weekdays")),
        Column("most", "field.most_per_week", _most, (Supporter.most_per_week, Supporter.id)),
        Column("insured", "field.insured_until", _insured, (Supporter.insured_until,)),
        Column(
            "district",
            "field.district_id",
            lambda row: Cell(row["district"]),
            (Supporter.district_id, _READING),
        ),
    ),
    filters=(
        Filter("status", "field.status", codes_of("status"), lambda c: Supporter.status == c),
        Filter(
            "activity",
            "supporter.can",
            codes_of("activity"),
            lambda code: holds(Supporter.activities, code),
        ),
        Filter(
            "weekday",
            "supporter.weekday",
            codes_of("weekday"),
            lambda code: holds(Supporter.weekdays, code),
        ),
        Filter(
            "district",
            "field.district_id",
            district_choices,
            lambda code: Supporter.district_id == code,
        ),
    ),
    gather=_gather,
    usual="name",
    usual_filters={},
    intro="desk/_supporters_intro.html",
)
