"""The 課題カード: worry, who, by when; made and altered as strokes of the map."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_urlsafe
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo.errors import GeoError
from webapp.accounts.atlases import keep_extent
from webapp.accounts.clock import today_here
from webapp.accounts.gate import may
from webapp.accounts.reader import name_now, register_now, viewer_now
from webapp.answers.loans import USUAL_LOAN
from webapp.board.concerns import (
    LONGEST,
    Said,
    card_stroke,
    drop_stroke,
    list_concerns,
    other_cards,
)
from webapp.board.keeping import OVER, kept_cards
from webapp.board.minutes import tell_cards
from webapp.board.naming import name_item
from webapp.board.state import Board
from webapp.board.stroke import Stroke
from webapp.errors import say_problem, status_of
from webapp.register.look import View
from webapp.serving.language import reader_language
from webapp.workshop.seating import table_now, workshop_now, writer_now

cards = Blueprint("cards", __name__, url_prefix="/workshop")

_NEW: Final = 12
"""Bytes of a stroke's name."""

Answer = Response | tuple[str, int]


@cards.get("/<identity>/cards")
def show(identity: str) -> str:
    """Worries and houses without a line, with their cards."""
    return _page(identity)


@cards.post("/<identity>/cards")
def make(identity: str) -> Answer:
    """Write a card down."""
    stroke, about = request.form.get("stroke", ""), request.form.get("about", "")
    return _write(identity, lambda: card_stroke(stroke, _said(), about=about), f"card-{stroke}")


@cards.post("/<identity>/cards/<item>")
def change(identity: str, item: str) -> Answer:
    """Alter a card, tick it off, or take it away."""
    form, base = request.form, request.form.get("base", None, int)
    stroke = form.get("stroke", "")
    if form.get("what") == "drop":
        return _write(identity, lambda: drop_stroke(stroke, item, base), "")
    return _write(identity, lambda: card_stroke(stroke, _said(), card=item, base=base), item)


def _said() -> Said:
    form = request.form
    done = {"done": True, "open": False}.get(form.get("what", ""), form.get("done") == "1")
    return Said(form.get("worry", ""), form.get("who", ""), form.get("by", ""), done)


def _write(identity: str, make_stroke: Callable[[], Stroke], then: str) -> Answer:
    table = table_now(identity)
    try:
        table.write(make_stroke(), *writer_now())
    except GeoError as fault:
        return _page(identity, fault), status_of(fault)
    return redirect(url_for("cards.show", identity=identity, _anchor=then or None), code=303)


def _page(identity: str, fault: GeoError | None = None) -> str:
    workshop, lang = workshop_now(identity), reader_language()
    board = table_now(identity).board()
    told = list_concerns(board, lang)
    keep_extent("household", workshop["district_id"], len(told), ["name"])
    return render_template(
        "workshop/cards.html",
        workshop=workshop,
        worries=[one for one in told if one.kind == "worry"],
        alone=[one for one in told if one.kind == "no_line"],
        others=other_cards(board, told),
        called=lambda one: name_item(board, one, lang),
        names=_helpers(board),
        new_stroke=lambda: token_urlsafe(_NEW),
        longest=LONGEST,
        live=workshop["status"] == "open",
        problem="" if fault is None else say_problem(fault),
        filled=request.form if fault else {},
        after=_after(workshop, board) if may("minutes.send") else None,
    )


def _after(workshop: View, board: Board) -> dict[str, Any]:
    """What the forms for after the evening offer."""
    register = register_now()
    over, today = workshop["status"] in OVER, today_here()
    told = tell_cards(register, workshop["district_id"], board, reader_language()) if over else []
    return {
        "over": over,
        "cards": [card for _, card in told],
        "kept": kept_cards(register, viewer_now(), workshop) if over else None,
        "holder": name_now(),
        "today": today,
        "return_by": today + USUAL_LOAN,
    }


def _helpers(board: Board) -> list[str]:
    """Names of those who look after others, to choose from."""
    people = (one.values for one in board.of_kind("person") if one.values.get("part") == "helper")
    return sorted({str(one["name"]) for one in people if one.get("name")})
