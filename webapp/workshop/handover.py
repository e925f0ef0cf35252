"""Handing an area over when a 民生委員 changes: the pack, and the copies that come back."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo.errors import ParameterWrong
from webapp.accounts.clock import today_here
from webapp.accounts.reader import register_now, require_fresh, viewer_now
from webapp.answers.handover_paper import set_handover
from webapp.answers.loans import USUAL_LOAN, read_loan, send_file
from webapp.board.handing import hand_board
from webapp.board.portions import homes_in, list_portions
from webapp.board.taking import take_homes
from webapp.board.workshops import PURPOSE
from webapp.errors import say_problem, status_of
from webapp.register.export_copies import Listed, Mark, list_copies, mark_returned, send_copy
from webapp.register.look import View
from webapp.serving.filled import said
from webapp.serving.language import reader_language
from webapp.wording import Language, say
from webapp.workshop.handover_words import copies_out, draw_area, pack_sections
from webapp.workshop.printing import area_of, paper_words, streets_now
from webapp.workshop.seating import table_now, workshop_now

handover = Blueprint("handover", __name__, url_prefix="/workshop")

_AGREED: Final = "a sheet with houses whose people agreed"


@handover.get("/<identity>/handover")
def show(identity: str) -> str:
    """What is handed over to whom, and the copies that are still out."""
    return _page(workshop_now(identity))


@handover.post("/<identity>/handover/pack")
def send_pack(identity: str) -> Response | tuple[str, int]:
    """The pack as a numbered copy of the new holder's; on it are only those who agreed."""
    require_fresh()
    workshop, lang = workshop_now(identity), reader_language()
    loan = read_loan(said("holder"), said("return_by"))
    handed = hand_board(register_now(), table_now(identity).board(), "commissioner")
    homes = homes_in(handed.board, said("portion"))
    if not homes and not handed.kept_back:
        return redirect(url_for("handover.show", identity=identity), code=303)
    if not homes:
        fault = ParameterWrong(name="portion", value="–", wanted=_AGREED)
        return _page(workshop, say_problem(fault)), status_of(fault)
    copies = copies_out(_copies(), said("old"), lang)
    taken = take_homes(
        register_now(), viewer_now(), workshop, handed, [one.house.id for one in homes]
    )
    area = area_of(workshop)

    def draw(mark: Mark) -> bytes:
        return set_handover(
            _words(area, mark, lang), copies, pack_sections(handed, homes, lang),
            draw_area(handed, homes), streets_now(), today_here(), lang,
        )  # fmt: skip

    return send_file(send_copy(register_now(), taken, loan, "pdf", draw))


@handover.post("/<identity>/handover/returned")
def tick_off(identity: str) -> Response:
    """A copy came back."""
    workshop_now(identity)
    known = {one.id: one for one in _copies()}
    copy = known.get(said("copy"))
    if copy is not None and copy.status == "out":
        version = request.form.get("version", 0, int)
        mark_returned(register_now(), viewer_now(), copy.id, version, purpose=PURPOSE)
    return redirect(url_for("handover.show", identity=identity), code=303)


def _page(workshop: View, problem: str = "") -> str:
    board = table_now(workshop.id).board()
    return render_template(
        "workshop/handover.html",
        workshop=workshop,
        portions=list_portions(board),
        copies=[one for one in _copies() if one.status == "out"],
        holder="",
        today=today_here(),
        return_by=today_here() + USUAL_LOAN * 12,
        problem=problem,
    )


def _copies() -> list[Listed]:
    """Copies of the leader's districts."""
    return list_copies(register_now(), viewer_now(), PURPOSE)


def _words(area: str, mark: Mark, lang: Language) -> dict[str, Any]:
    contents = ("map_title", "houses", "worries", "cards", "notes")
    return paper_words(area, mark, lang) | {
        "title": say("handover.pack", lang),
        "lines": [area, say("handover.from_to", lang, old=said("old") or "–", new=mark.holder)],
        "notice": say("handover.notice", lang),
        "contents_title": say("handover.contents", lang),
        "contents": [say(f"handover.{one}", lang) for one in contents],
        "signs": [say("handover.given", lang), say("handover.taken", lang)],
        "map_title": say("handover.map_title", lang),
        "notes_title": say("handover.notes", lang),
    }
