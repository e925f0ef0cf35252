"""After the evening: its minutes on paper, and its cards kept in the register."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from geo.errors import ParameterWrong
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, require_fresh, viewer_now
from webapp.answers.loans import read_loan, send_file
from webapp.answers.meeting_paper import set_paper
from webapp.board.keeping import keep_cards, say_decided
from webapp.board.minutes import Counted, minutes_paper, take_minutes
from webapp.board.state import REGISTER, Board
from webapp.board.workshops import PURPOSE, find_workshop
from webapp.casework.meetings import TaskCard
from webapp.register.consents import JAPAN
from webapp.register.export_copies import Mark, send_copy
from webapp.register.look import View
from webapp.register.records import District
from webapp.serving.language import reader_language
from webapp.workshop.seating import table_now

minutes = Blueprint("minutes", __name__, url_prefix="/workshop")

_MOST = 40
"""Cards of one meeting."""


@minutes.post("/<identity>/minutes")
def send(identity: str) -> Response:
    """The minutes as a numbered copy."""
    workshop = find_workshop(register_now(), viewer_now(), identity)
    require_fresh()
    loan = read_loan(_text("holder"), _text("return_by"))
    next_on, lang = _day("next_on"), reader_language()
    told = take_minutes(register_now(), viewer_now(), workshop, table_now(identity).board(), lang)

    def draw(mark: Mark) -> bytes:
        paper = minutes_paper(told, _heading(workshop), mark, next_on, lang)
        return set_paper(paper, now().astimezone(JAPAN).date(), lang)

    return send_file(send_copy(register_now(), told, loan, "pdf", draw))


@minutes.post("/<identity>/record")
def keep(identity: str) -> Response:
    """Keep the cards that were chosen in the register."""
    workshop = find_workshop(register_now(), viewer_now(), identity)
    board, most = table_now(identity).board(), workshop["too_many"]
    before = Counted.of(Board(one for one in board.entries if one.seat == REGISTER), most)
    decided = say_decided(before, Counted.of(board, most), _day("next_on"), reader_language())
    keep_cards(register_now(), viewer_now(), workshop, board, _read_cards(), decided)
    return redirect(url_for("cards.show", identity=identity, _anchor="kept"), code=303)


def _read_cards() -> list[TaskCard]:
    """The cards that are ticked, in the words of the form."""
    places = range(min(request.form.get("count", 0, int), _MOST))
    return [
        TaskCard(
            _text(f"worry_{at}"),
            _text(f"who_{at}"),
            _day(f"by_{at}"),
            done=_text(f"done_{at}") == "1",
        )
        for at in places
        if _text(f"keep_{at}") == "1"
    ]


def _heading(workshop: View) -> tuple[str, str]:
    district = str(workshop["district_id"])
    with register_now().look(viewer_now(), PURPOSE) as look:
        area = look.one(District, district).get("name") or district
    return str(workshop["title"]), f"{workshop['held_on'].isoformat()}　{area}"


def _text(name: str) -> str:
    return request.form.get(name, "").strip()


def _day(name: str) -> date | None:
    told = _text(name)
    try:
        return date.fromisoformat(told) if told else None
    except ValueError:
        raise ParameterWrong(name=name, value=told[:20], wanted="YYYY-MM-DD") from None
