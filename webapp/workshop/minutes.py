"""After the evening: its minutes on paper, and its cards kept in the register."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from webapp.accounts.clock import today_here
from webapp.accounts.reader import register_now, require_fresh, viewer_now
from webapp.answers.loans import read_loan, send_file
from webapp.answers.meeting_paper import set_paper
from webapp.board.keeping import keep_cards, say_decided
from webapp.board.minutes import Counted, minutes_paper, take_minutes
from webapp.board.state import REGISTER, Board
from webapp.board.workshops import find_workshop
from webapp.casework.meetings import TaskCard
from webapp.register.export_copies import Mark, send_copy
from webapp.register.look import View
from webapp.serving.filled import said, said_day
from webapp.serving.language import reader_language
from webapp.workshop.printing import area_of
from webapp.workshop.seating import table_now

minutes = Blueprint("minutes", __name__, url_prefix="/workshop")

_MOST = 40
"""Cards of one meeting."""


@minutes.post("/<identity>/minutes")
def send(identity: str) -> Response:
    """The minutes as a numbered copy."""
    workshop = find_workshop(register_now(), viewer_now(), identity)
    require_fresh()
    loan = read_loan(said("holder"), said("return_by"))
    next_on, lang = said_day("next_on"), reader_language()
    told = take_minutes(register_now(), viewer_now(), workshop, table_now(identity).board(), lang)

    def draw(mark: Mark) -> bytes:
        paper = minutes_paper(told, _heading(workshop), mark, next_on, lang)
        return set_paper(paper, today_here(), lang)

    return send_file(send_copy(register_now(), told, loan, "pdf", draw))


@minutes.post("/<identity>/record")
def keep(identity: str) -> Response:
    """Keep the cards that were chosen in the register."""
    workshop = find_workshop(register_now(), viewer_now(), identity)
    board, most = table_now(identity).board(), workshop["too_many"]
    before = Counted.of(Board(one for one in board.entries if one.seat == REGISTER), most)
    decided = say_decided(before, Counted.of(board, most), said_day("next_on"), reader_language())
    keep_cards(register_now(), viewer_now(), workshop, board, _read_cards(), decided)
    return redirect(url_for("cards.show", identity=identity, _anchor="kept"), code=303)


def _read_cards() -> list[TaskCard]:
    """The cards that are ticked, in the words of the form."""
    places = range(min(request.form.get("count", 0, int), _MOST))
    return [
        TaskCard(
            said(f"worry_{at}"),
            said(f"who_{at}"),
            said_day(f"by_{at}"),
            done=said(f"done_{at}") == "1",
        )
        for at in places
        if said(f"keep_{at}") == "1"
    ]


def _heading(workshop: View) -> tuple[str, str]:
    return str(workshop["title"]), f"{workshop['held_on'].isoformat()}　{area_of(workshop)}"
