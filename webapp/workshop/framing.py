"""Which part of the district one map shows: a window of streets with some fifty houses."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo.errors import ParameterWrong
from webapp.accounts.atlases import atlas_now
from webapp.accounts.reader import register_now, viewer_now
from webapp.answers.drawing import map_parts
from webapp.board.opening import count_houses
from webapp.board.workshops import Window, find_workshop, frame_workshop
from webapp.errors import say_problem, status_of
from webapp.register.look import View

framing = Blueprint("framing", __name__, url_prefix="/workshop")

SHEET: Final = 50
"""Houses that a table can talk about in an evening."""


@framing.get("/<identity>/window")
def show(identity: str) -> str:
    """The map of the district to choose on, and how many houses the window has."""
    return _page(find_workshop(register_now(), viewer_now(), identity))


@framing.post("/<identity>/window")
def choose(identity: str) -> Response | tuple[str, int]:
    """Take what is seen on the map as the workshop's part of the district."""
    version = request.form.get("version", 0, int)
    try:
        window = _read_window()
        frame_workshop(register_now(), viewer_now(), identity, version, window)
    except ParameterWrong as fault:
        found = find_workshop(register_now(), viewer_now(), identity)
        return _page(found, say_problem(fault)), status_of(fault)
    return redirect(url_for("framing.show", identity=identity), code=303)


def _read_window() -> Window | None:
    """The window as the page sent it; None = the whole district."""
    if request.form.get("whole"):
        return None
    sides = [request.form.get(name, None, float) for name in Window.__match_args__]
    return Window(*(float("nan") if side is None else side for side in sides))


def _bounds(workshop: View) -> dict[str, float]:
    """What the map opens on: the window, else the district."""
    layer = atlas_now().layer("districts")
    own = layer[layer["id"] == workshop["district_id"]]
    sides = (layer if own.empty else own).total_bounds
    district: dict[str, float] = {}
    district.update(zip(Window.__match_args__, map(float, sides), strict=True))
    return workshop["window"] or district


def _page(workshop: View, problem: str = "") -> str:
    return render_template(
        "workshop/window.html",
        workshop=workshop,
        bounds=_bounds(workshop),
        houses=count_houses(register_now(), viewer_now(), workshop),
        sheet=SHEET,
        parts=map_parts(atlas_now(), "staff"),
        problem=problem,
    )
