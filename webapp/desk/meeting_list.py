"""The list of meetings: when, what, how many cases, which cards are still open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from flask import url_for
from sqlalchemy import ColumnElement

from webapp.casework.meetings import cards_of
from webapp.desk.case_lists import codes_of, district_choices
from webapp.desk.listing import Cell, Column, Filter, Listing, Row
from webapp.register.look import View
from webapp.register.records import Meeting
from webapp.screens import write_moment
from webapp.serving.language import reader_language
from webapp.wording import say


def _gather(views: Sequence[View]) -> Sequence[Row]:
    districts = dict(district_choices())
    kinds = dict(codes_of("meeting")())
    return [
        {
            "record": one,
            "district": districts.get(str(one["district_id"]), ""),
            "kind": kinds.get(str(one["kind"]), ""),
            "open": sum(not card.done for card in cards_of(one)),
        }
        for one in views
    ]


def _show_day(row: Row) -> Cell:
    met_at: datetime = row["record"]["met_at"]
    return Cell(write_moment(met_at), href=url_for("meetings.show", identity=row["record"].id))


def _show_open(row: Row) -> Cell:
    count = int(row["open"])
    if not count:
        return Cell(say("meeting.none_open", reader_language()))
    return Cell(say("meeting.count_open", reader_language(), count=count), tag="wait")


def _of_kind(code: str) -> ColumnElement[bool]:
    return Meeting.kind == code


def _of_district(code: str) -> ColumnElement[bool]:
    return Meeting.district_id == code


MEETINGS: Final = Listing(
    name="meetings",
    title="menu.meetings",
    record=Meeting,
    columns=(
        Column("met_at", "meeting.met_at", _show_day, (Meeting.met_at,)),
        Column("kind", "meeting.kind", lambda row: Cell(row["kind"]), (Meeting.kind,)),
        Column("title", "meeting.title", lambda row: Cell(row["record"].get("title") or "")),
        Column(
            "district", "meeting.district", lambda row: Cell(row["district"]),
            (Meeting.district_id,),
        ),
        Column(
            "cases",
            "meeting.cases",
            lambda row: Cell(str(len(row["record"].get("cases") or ())), number=True),
        ),
        Column("open", "meeting.open_cards", _show_open),
    ),
    filters=(
        Filter("kind", "meeting.kind", codes_of("meeting"), _of_kind),
        Filter("district", "meeting.district", district_choices, _of_district),
    ),
    gather=_gather,
    usual="-met_at",
    usual_filters={},
    intro="desk/_meetings_intro.html",
)  # fmt: skip
"""Every meeting of the viewer's districts, the last first."""
