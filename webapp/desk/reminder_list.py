"""The list of reminders: one's own and those for whoever is on duty, done ones too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import url_for

from webapp.accounts.reader import register_now, viewer_now
from webapp.casework.cards import Card, person_cards
from webapp.casework.reminders import own_reminders
from webapp.desk.case_lists import district_choices
from webapp.desk.listing import Cell, Column, Filter, Listing, Row
from webapp.register.look import View
from webapp.register.records import Reminder
from webapp.serving.language import reader_language
from webapp.wording import say


def _gather(views: Sequence[View]) -> Sequence[Row]:
    people = person_cards(register_now(), viewer_now(), [one.get("person_id") for one in views])
    districts = dict(district_choices())
    return [
        {
            "record": one,
            "person": people.get(str(one.get("person_id"))),
            "district": districts.get(str(one["district_id"]), ""),
        }
        for one in views
    ]


def _show_day(row: Row) -> Cell:
    return Cell(row["record"]["on"].isoformat())


def _show_text(row: Row) -> Cell:
    view: View = row["record"]
    case = view.get("request_id")
    return Cell(str(view.get("text") or ""), url_for("cases.show", identity=case) if case else "")


def _show_person(row: Row) -> Cell:
    card: Card | None = row["person"]
    if card is None:
        return Cell("–")
    return Cell(card.shown, url_for("cases.show_person", identity=card.id))


def _show_whom(row: Row) -> Cell:
    mine = row["record"].get("account_id") is not None
    return Cell(say("today.for_me" if mine else "today.on_duty", reader_language()))


def _states() -> Sequence[tuple[str, str]]:
    lang = reader_language()
    return [("open", say("today.not_done", lang)), ("done", say("today.done", lang))]


def _show_state(row: Row) -> Cell:
    return Cell(dict(_states())[row["record"]["status"]])


REMINDERS: Final = Listing(
    name="reminders",
    title="today.reminders",
    record=Reminder,
    columns=(
        Column("on", "field.on", _show_day, (Reminder.on,)),
        Column("text", "field.text", _show_text, (Reminder.text,)),
        Column("person", "field.person_id", _show_person),
        Column("whom", "field.account_id", _show_whom, (Reminder.account_id, Reminder.on)),
        Column("status", "field.status", _show_state, (Reminder.status, Reminder.on)),
        Column("district", "field.district_id", lambda row: Cell(row["district"])),
    ),
    filters=(
        Filter("status", "field.status", _states, lambda code: Reminder.status == code),
        Filter(
            "district",
            "field.district_id",
            district_choices,
            lambda code: Reminder.district_id == code,
        ),
    ),
    gather=_gather,
    usual="on",
    usual_filters={"status": "open"},
    within=lambda: own_reminders(viewer_now()),
)
"""Reminders, the next first."""
