"""The map on paper: for whom, how large, in colour or for pens; each copy with its number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from geo.draw.wallmap import SCALES, Imprint, Look, Printed, key_sheet, wall_sheets, window_of
from geo.errors import GeoError, ParameterWrong
from webapp.accounts.atlases import shelf_now
from webapp.accounts.clock import today_here
from webapp.accounts.reader import name_now, register_now, require_fresh, viewer_now
from webapp.answers.atlas import Atlas
from webapp.answers.drawing import say_sources
from webapp.answers.loans import USUAL_LOAN, read_loan, send_file
from webapp.board.editions import EDITIONS, Edition, Handed, find_edition, hand_out
from webapp.board.state import Board
from webapp.board.wall import Bounds, Wall
from webapp.board.workshops import Window, find_workshop
from webapp.errors import say_problem, status_of
from webapp.register.export_copies import MEDIA, Mark, Sent, send_copy
from webapp.register.look import View
from webapp.serving.filled import said
from webapp.serving.language import reader_language
from webapp.wording import say
from webapp.workshop.printing import streets_now
from webapp.workshop.seating import table_now

papers = Blueprint("papers", __name__, url_prefix="/workshop")

FORMATS: Final[Mapping[str, tuple[Any, bool]]] = {
    "A4": ("A4", False),
    "A3": ("A3", False),
    "A1": ("A1", False),
    "A0": ("A0", False),
    "A1_tiles": ("A1", True),
    "A0_tiles": ("A0", True),
}
"""Paper, and whether it comes on A3 pages to be joined."""

_AROUND: Final = 0.03
"""Degrees of streets around the window that the paper may show besides."""

_EDGE: Final = 0.0002
"""Degrees of ground around what is drawn."""


@papers.get("/<identity>/paper")
def show(identity: str) -> str:
    """The form: for whom, on which paper, of which part."""
    return _page(find_workshop(register_now(), viewer_now(), identity), table_now(identity).board())


@papers.post("/<identity>/paper")
def send(identity: str) -> Response | tuple[str, int]:
    """The paper as a PDF; a numbered copy wherever anybody is on it."""
    workshop = find_workshop(register_now(), viewer_now(), identity)
    board = table_now(identity).board()
    try:
        return send_file(_make(workshop, board))
    except ParameterWrong as fault:
        return _page(workshop, board, fault), status_of(fault)


def _make(workshop: View, board: Board) -> Sent:
    edition = find_edition(said("edition"))
    wants_key = said("which") == "key"
    if wants_key and not edition.keyed:
        raise ParameterWrong(name="which", value="key", wanted=say("paper.map", "en"))
    if edition.recipient is None:
        handed = hand_out(register_now(), viewer_now(), workshop, board, edition)
        body = _draw(workshop, board, edition, handed, None).pdf
        return Sent("", "welfaremap-wall.pdf", MEDIA["pdf"], body)
    require_fresh()
    loan = read_loan(said("holder"), said("return_by"))
    handed = hand_out(register_now(), viewer_now(), workshop, board, edition)

    def draw(mark: Mark) -> bytes:
        printed = _draw(workshop, board, edition, handed, mark)
        if not wants_key:
            return printed.pdf
        rows = Wall(board, handed.items).key(printed.squares)
        imprint = _imprint(workshop, edition, mark, shelf_now().whole())
        return key_sheet(rows, imprint=imprint, lang=reader_language())

    return send_copy(register_now(), handed, loan, "pdf", draw)


def _draw(
    workshop: View, board: Board, edition: Edition, handed: Handed, mark: Mark | None
) -> Printed:
    lang, atlas = reader_language(), shelf_now().whole()
    wall = Wall(board, handed.items)
    bounds = _bounds(workshop, wall, atlas)
    layers = wall.layers(lang, _ground(atlas, bounds), lines=edition.name != "working")
    paper, tiled = _format()
    coloured = edition.name != "working" and said("colour") != "grey"
    drawn_on = not coloured and edition.recipient is not None
    return wall_sheets(
        layers,
        paper=paper,
        tiled=tiled,
        scale=_scale(),
        window=window_of(layers, *bounds),
        sheet=str(workshop["code"]).upper(),
        look=Look(coloured, marked=drawn_on, pens=drawn_on, lang=lang),
        imprint=_imprint(workshop, edition, mark, atlas),
    )


def _ground(atlas: Atlas, bounds: Bounds) -> dict[str, Any]:
    """Borders, and the streets around the window."""
    districts, lines = atlas.layer("districts"), streets_now()
    west, south, east, north = bounds
    near = (
        None
        if lines is None
        else lines.cx[west - _AROUND : east + _AROUND, south - _AROUND : north + _AROUND]
    )
    return {"districts": districts if len(districts) else None, "streets": near}


def _bounds(workshop: View, wall: Wall, atlas: Atlas) -> Bounds:
    """The part that was asked for, in degrees."""
    part, framed = said("part"), Window.of(workshop.get("window"))
    if part == "frame" and framed is not None:
        return framed.west, framed.south, framed.east, framed.north
    found = wall.bounds_of(part.removeprefix("area:")) if part.startswith("area:") else None
    found = found or wall.bounds()
    if found is not None:
        west, south, east, north = found
        return west - _EDGE, south - _EDGE, east + _EDGE, north + _EDGE
    layer = atlas.layer("districts")
    own = layer[layer["id"] == workshop["district_id"]]
    if own.empty:
        raise ParameterWrong(name="part", value=part[:40] or "–", wanted="a part of the map")
    west, south, east, north = own.total_bounds.tolist()
    return west, south, east, north


def _imprint(workshop: View, edition: Edition, mark: Mark | None, atlas: Atlas) -> Imprint:
    lang, today = reader_language(), today_here()
    title = f"{workshop['title']}　{say(f'paper.title_{edition.name}', lang)}"
    credit = "；".join(say_sources(atlas, lang))
    approval = said("approval")[:60]
    if mark is None:
        return Imprint(title, credit=credit, approval=approval, made_on=today)
    facts = {"label": mark.label, "holder": mark.holder, "day": mark.return_by.isoformat()}
    return Imprint(
        title,
        warning=say("paper.warning", lang),
        credit=credit,
        approval=approval,
        copy=say("paper.copy", lang, **facts),
        watermark=say("paper.watermark", lang, **facts),
        made_on=today,
    )


def _format() -> tuple[Any, bool]:
    told = said("paper") or "A3"
    if told not in FORMATS:
        raise ParameterWrong(name="paper", value=told[:20], wanted=", ".join(FORMATS))
    return FORMATS[told]


def _scale() -> int | None:
    told = said("scale")
    if not told:
        return None
    if told not in map(str, SCALES):
        raise ParameterWrong(name="scale", value=told[:20], wanted=", ".join(map(str, SCALES)))
    return int(told)


def _page(workshop: View, board: Board, fault: GeoError | None = None) -> str:
    today = today_here()
    return render_template(
        "workshop/paper.html",
        workshop=workshop,
        editions=list(EDITIONS.values()),
        formats=list(FORMATS),
        scales=SCALES,
        areas=[(one.id, one.values.get("name")) for one in board.of_kind("area")],
        holder=name_now(),
        return_by=today + USUAL_LOAN,
        today=today,
        filled=request.form,
        problem="" if fault is None else say_problem(fault),
    )
