"""The list of a survey's answers, as it can be sorted, narrowed and taken along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import url_for
from sqlalchemy import ColumnElement, and_, false

from geo import terms
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework.surveys import is_open, list_surveys, of_survey, says
from webapp.desk.case_lists import district_choices
from webapp.desk.listing import Cell, Column, Filter, Listing, Row
from webapp.register.look import View
from webapp.register.records import SurveyAnswer
from webapp.serving.language import reader_language
from webapp.wording import say

_SHOWN: Final = ("open_willing", "open_needs", "willing", "needs")


def _gather(views: Sequence[View]) -> Sequence[Row]:
    districts = dict(district_choices())
    return [
        {"record": one, "district": districts.get(str(one.get("district_id")), "")} for one in views
    ]


def _who(row: Row) -> Cell:
    view: View = row["record"]
    said = view.get("name") or view.get("phone") or say("survey.nobody", reader_language())
    return Cell(str(said), href=url_for("surveys.show_answer", identity=view.id))


def _activities(row: Row, field: str) -> Cell:
    lang = reader_language()
    codes = row["record"].get(field) or ()
    return Cell(say("survey.between", lang).join(terms.label("activity", c, lang) for c in codes))


def _contact(row: Row) -> Cell:
    words = {True: "survey.yes", False: "survey.no", None: "survey.unsaid"}
    return Cell(say(words[row["record"].get("contact")], reader_language()))


def _came(row: Row) -> Cell:
    lang, view = reader_language(), row["record"]
    came = [
        say(word, lang)
        for field, word in (
            ("supporter_id", "survey.a_supporter"),
            ("consultation_id", "survey.a_consultation"),
        )
        if view.get(field)
    ]
    return Cell(say("survey.between", lang).join(came))


def _day(row: Row) -> Cell:
    return Cell(str(row["record"].get("answered_on") or ""))


def _surveys() -> Sequence[tuple[str, str]]:
    return [(one.key, one.name) for one in list_surveys(register_now(), viewer_now())]


def _of_survey(key: str) -> ColumnElement[bool]:
    found = [one for one in list_surveys(register_now(), viewer_now()) if one.key == key]
    return and_(*(of_survey(one) for one in found)) if found else false()


def _shown() -> Sequence[tuple[str, str]]:
    return [(one, say(f"survey.shown_{one}", reader_language())) for one in _SHOWN]


def _where(code: str) -> ColumnElement[bool]:
    if code.startswith("open_"):
        return is_open(code.removeprefix("open_"))
    return says(SurveyAnswer.willing if code == "willing" else SurveyAnswer.needs)


ANSWERS: Final = Listing(
    name="answers",
    title="survey.answer_list",
    record=SurveyAnswer,
    columns=(
        Column("name", "survey.who", _who, (SurveyAnswer.kana, SurveyAnswer.name)),
        Column("phone", "field.phone", lambda row: Cell(str(row["record"].get("phone") or ""))),
        Column("willing", "survey.willing_with", lambda row: _activities(row, "willing")),
        Column("needs", "survey.needs_with", lambda row: _activities(row, "needs")),
        Column("contact", "survey.contact", _contact, (SurveyAnswer.contact,)),
        Column("day", "field.answered_on", _day, (SurveyAnswer.answered_on,)),
        Column("came", "survey.came", _came),
        Column("district", "field.district_id", lambda row: Cell(row["district"])),
    ),
    filters=(
        Filter("survey", "survey.name", _surveys, _of_survey),
        Filter("shown", "survey.which", _shown, _where),
        Filter(
            "district",
            "field.district_id",
            district_choices,
            lambda code: SurveyAnswer.district_id == code,
        ),
    ),
    gather=_gather,
    usual="-day",
    usual_filters={},
)
