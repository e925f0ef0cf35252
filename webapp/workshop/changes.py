"""The map of this year over last year's: what changed, on a page and on one sheet."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.accounts.atlases import keep_extent
from webapp.accounts.clock import today_here
from webapp.accounts.reader import name_now, register_now, require_fresh, viewer_now
from webapp.answers.changes_paper import set_changes
from webapp.answers.loans import USUAL_LOAN, read_loan, send_file
from webapp.board.changes import find_changes, opening_of
from webapp.board.changes_handed import hand_changes
from webapp.board.homes import homes_of
from webapp.board.state import Board
from webapp.board.taking import take_homes
from webapp.board.workshops import find_workshop, list_workshops
from webapp.register.export_copies import Mark, send_copy
from webapp.register.look import View
from webapp.serving.language import reader_language
from webapp.wording import say
from webapp.workshop.change_words import LEGEND, change_parts, draw_changes
from webapp.workshop.printing import area_of, paper_words, streets_now
from webapp.workshop.seating import table_now, workshop_now

changes = Blueprint("changes", __name__, url_prefix="/workshop")

_FIELDS: Final = ["address", "composition", "name"]


@changes.get("/<identity>/changes")
def show(identity: str) -> str:
    """What changed since the map was opened, or since an earlier workshop's map."""
    workshop = workshop_now(identity)
    before, after = _maps(identity, _against())
    keep_extent("household", workshop["district_id"], len(homes_of(after)), _FIELDS)
    found = find_changes(before, after)
    return render_template(
        "workshop/changes.html",
        workshop=workshop,
        parts=change_parts(found, before, after, reader_language()),
        earlier=_earlier(workshop),
        against=_against(),
        holder=name_now(),
        today=today_here(),
        return_by=today_here() + USUAL_LOAN,
    )


@changes.post("/<identity>/changes/paper")
def send_paper(identity: str) -> Response:
    """The change sheet as a numbered copy; on it are only those who may be told of."""
    require_fresh()
    workshop, lang, today = workshop_now(identity), reader_language(), today_here()
    loan = read_loan(request.form.get("holder", ""), request.form.get("return_by", ""))
    handed = hand_changes(register_now(), *_maps(identity, _against()), "district_group")
    before, after = handed.before.board, handed.after.board
    drawn = draw_changes(handed.changes, before, after)
    if not drawn[0]:
        return redirect(url_for("changes.show", identity=identity), code=303)
    parts, area = change_parts(handed.changes, before, after, lang), area_of(workshop)
    taken = take_homes(register_now(), viewer_now(), workshop, handed.after, homes_of(after))

    def draw(mark: Mark) -> bytes:
        words = paper_words(area, mark, lang) | {
            "title": say("changes.sheet", lang, title=str(workshop["title"])),
            "nothing": say("changes.nothing", lang),
            "legend": [(look, say(f"changes.{word}", lang)) for look, word in LEGEND],
        }
        return set_changes(parts, drawn, words, streets_now(), today, lang)

    return send_file(send_copy(register_now(), taken, loan, "pdf", draw))


def _maps(identity: str, against: str) -> tuple[Board, Board]:
    """The map before and the map now. Raises `NotFound`."""
    after = table_now(identity).board()
    if not against:
        return opening_of(after), after
    find_workshop(register_now(), viewer_now(), against)
    return table_now(against).board(), after


def _earlier(workshop: View) -> list[View]:
    """Workshops of the same district whose maps are still kept."""
    return [
        one
        for one in list_workshops(register_now(), viewer_now())
        if one["district_id"] == workshop["district_id"]
        and one.id != workshop.id
        and one["status"] not in {"planned", "erased"}
    ]


def _against() -> str:
    return request.values.get("against", "")[:64]
