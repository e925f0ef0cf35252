"""The update round: its sheets, and what came back on them, a row of the paper a row here."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo import terms
from geo.errors import GeoError, ParameterWrong
from webapp.accounts.atlases import keep_extent
from webapp.accounts.clock import today_here
from webapp.accounts.reader import name_now, register_now, require_fresh, viewer_now
from webapp.answers.loans import USUAL_LOAN, read_loan, send_file
from webapp.answers.round_paper import set_round
from webapp.board.blocks import MOST
from webapp.board.handing import hand_board
from webapp.board.homes import Home, homes_of, house_of
from webapp.board.replies import REPLIES, Reply, confirm_homes, deeds_of
from webapp.board.rounds import (
    MONTHS,
    ROUND,
    Sheet,
    began,
    day_before,
    first_stroke,
    list_sheets,
    overdue,
)
from webapp.board.state import Board
from webapp.board.stroke import Deed, Stroke
from webapp.board.taking import take_homes
from webapp.errors import say_problem, status_of
from webapp.faults import UndoNothing
from webapp.register.export_copies import Mark, send_copy
from webapp.register.records.base import new_id
from webapp.serving.filled import said
from webapp.serving.language import reader_language
from webapp.workshop.naming import name_home, name_line, name_person
from webapp.workshop.printing import area_of, outside_address, streets_now
from webapp.workshop.round_papers import choose_blocks, round_sheets, sheet_words
from webapp.workshop.seating import table_now, workshop_now, writer_now

rounds = Blueprint("rounds", __name__, url_prefix="/workshop")

_LONGEST: Final = 120
_STROKE: Final = re.compile(r"[A-Za-z0-9_-]{6,40}")
_AGREED: Final = "a sheet with houses whose people agreed"
_FIELDS: Final = ["address", "composition", "name"]


@rounds.get("/<identity>/round")
def show(identity: str) -> str:
    """What is too old on the map, and the sheets of the round with what came back."""
    return _overview(identity)


@rounds.post("/<identity>/round")
def begin(identity: str) -> Response | tuple[str, int]:
    """Give every house its sheet."""
    table = table_now(identity)
    try:
        most = _whole("most", MOST, 1, 60)
    except ParameterWrong as fault:
        return _overview(identity, fault), status_of(fault)
    board = table.board()
    if homes_of(board):
        table.write(first_stroke(board, most), ROUND, writer_now()[1])
    return redirect(url_for("rounds.show", identity=identity), code=303)


@rounds.get("/<identity>/round/<int:number>")
def enter(identity: str, number: int) -> Response | str:
    """The rows of one sheet, in the order of the paper, to be answered with one press each.

    Whoever comes with a sheet of an earlier grouping is led to those of now.
    """
    if _find_sheet(table_now(identity).board(), number) is None:
        return redirect(url_for("rounds.show", identity=identity), code=303)
    return _entry_page(identity, number)


@rounds.post("/<identity>/round/<int:number>")
def answer(identity: str, number: int) -> Response | tuple[str, int]:
    """Write down what the paper says of one house."""
    table = table_now(identity)
    board = table.board()
    home = _home(_find_sheet(board, number))
    if home is None:
        return _back(identity, number)
    try:
        deeds = deeds_of(homes_of(board), home, _read_reply(board.number), today_here())
    except ParameterWrong as fault:
        return _entry_page(identity, number, fault), status_of(fault)
    table.write(_stroke(deeds), *writer_now())
    return _back(identity, number, f"house-{home.house.id}")


@rounds.post("/<identity>/round/<int:number>/rest")
def confirm_rest(identity: str, number: int) -> Response:
    """Everything else on this sheet is as it was."""
    table = table_now(identity)
    board = table.board()
    sheet = _find_sheet(board, number)
    left = [] if sheet is None else [row.home for row in sheet.rows if row.said is None]
    if left:
        deeds = confirm_homes(left, today_here(), _since(board.number))
        table.write(_stroke(deeds), *writer_now())
    return _back(identity, number)


@rounds.post("/<identity>/round/<int:number>/undo")
def take_back(identity: str, number: int) -> Response:
    """Take the last answer from here back."""
    with suppress(UndoNothing):
        table_now(identity).write(Stroke(_stroke_id(), "undo"), *writer_now())
    return _back(identity, number)


@rounds.post("/<identity>/round/paper")
def send_paper(identity: str) -> Response | tuple[str, int]:
    """The sheets of one 班 or of all as a numbered copy; of those only who may be told of."""
    require_fresh()
    workshop, lang, today = workshop_now(identity), reader_language(), today_here()
    loan = read_loan(said("holder"), said("return_by"))
    board = table_now(identity).board()
    if began(board) is None:
        return redirect(url_for("rounds.show", identity=identity), code=303)
    handed = hand_board(register_now(), board, "district_group")
    number = int(said("sheet")[:4]) if said("sheet")[:4].isdecimal() else None
    blocks = choose_blocks(handed, number)
    if not blocks:
        fault = ParameterWrong(name="sheet", value=said("sheet")[:4] or "–", wanted=_AGREED)
        return _overview(identity, fault), status_of(fault)
    homes = [one.house.id for block in blocks for one in block.homes]
    taken = take_homes(register_now(), viewer_now(), workshop, handed, homes)
    area, streets = area_of(workshop), streets_now()

    def address(number: int) -> str:
        return outside_address(url_for("rounds.enter", identity=identity, number=number))

    def draw(mark: Mark) -> bytes:
        words = sheet_words(area, mark, lang)
        return set_round(round_sheets(handed, blocks, address, lang), words, streets, today, lang)

    return send_file(send_copy(register_now(), taken, loan, "pdf", draw))


def _overview(identity: str, fault: GeoError | None = None) -> str:
    workshop, board = workshop_now(identity), table_now(identity).board()
    months = min(max(request.args.get("months", MONTHS, int), 0), _LONGEST)
    since = day_before(today_here(), months)
    return render_template(
        "workshop/round.html",
        workshop=workshop,
        months=months,
        most=MOST,
        old=overdue(board, since),
        houses=len(homes_of(board)),
        sheets=list_sheets(board, since),
        holder=name_now(),
        today=today_here(),
        return_by=today_here() + USUAL_LOAN,
        problem="" if fault is None else say_problem(fault),
    )


def _entry_page(identity: str, number: int, fault: GeoError | None = None) -> str:
    workshop, board = workshop_now(identity), table_now(identity).board()
    sheets = list_sheets(board, day_before(today_here(), MONTHS))
    sheet = next(one for one in sheets if one.block.number == number)
    keep_extent("household", workshop.get("district_id"), len(sheet.rows), _FIELDS)
    lang = reader_language()
    return render_template(
        "workshop/round_sheet.html",
        workshop=workshop,
        sheet=sheet,
        sheets=sheets,
        following=_following(sheets, number),
        board=board,
        replies=list(REPLIES),
        free=[one for one in board.of_kind("person") if house_of(board, one) is None],
        compositions=list(terms.COMPOSITIONS),
        ages=list(terms.AGES),
        kinds=list(terms.LINK_KINDS),
        stroke=_stroke_id,
        name_home=lambda home: name_home(board, home, lang),
        name_line=lambda line: name_line(board, line, lang),
        name_person=lambda one: name_person(board, one, lang),
        problem="" if fault is None else say_problem(fault),
    )


def _following(sheets: list[Sheet], number: int) -> int | None:
    """The next sheet that is not whole, after this one and from the first again."""
    order = [*(one for one in sheets if one.block.number > number), *sheets]
    return next(
        (one.block.number for one in order if not one.is_whole and one.block.number != number), None
    )


def _find_sheet(board: Board, number: int) -> Sheet | None:
    sheets = list_sheets(board, day_before(today_here(), MONTHS))
    return next((one for one in sheets if one.block.number == number), None)


def _home(sheet: Sheet | None) -> Home | None:
    """The house of the sheet that the form speaks of; None = there is none any more."""
    rows = () if sheet is None else sheet.rows
    return next((row.home for row in rows if row.home.house.id == said("house")), None)


def _read_reply(number: int) -> Reply:
    """What the form says; the button's name says what, details stand beside it."""
    values: dict[str, object] = {
        name: said(name) for name in ("composition", "name", "age", "link", "part") if said(name)
    }
    if said("reply") == "line":
        values.setdefault("link", "watching")
    return Reply(
        said("reply"),
        _since(number),
        tuple(one for one in said("about").split(",") if one),
        _other(),
        inward=said("way") != "out",
        values=values,
        note=said("note")[:400],
    )


def _other() -> int | str | None:
    if said("other_person"):
        return said("other_person")
    return int(said("other")[:6]) if said("other")[:6].isdecimal() else None


def _since(number: int) -> int:
    """The last entry that the page had seen."""
    return min(request.form.get("since", number, int), number)


def _stroke(deeds: list[Deed]) -> Stroke:
    told = said("stroke")
    return Stroke(told if _STROKE.fullmatch(told) else _stroke_id(), "draw", tuple(deeds))


def _stroke_id() -> str:
    return new_id("reply")


def _whole(name: str, usual: int, least: int, most: int) -> int:
    told = said(name) or str(usual)
    if not told.isdecimal() or not least <= int(told[:6]) <= most:
        raise ParameterWrong(name=name, value=told[:20], wanted=f"{least} to {most}")
    return int(told)


def _back(identity: str, number: int, anchor: str = "") -> Response:
    address = url_for("rounds.enter", identity=identity, number=number, _anchor=anchor or None)
    return redirect(address, code=303)
