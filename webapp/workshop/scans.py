"""Paper in: photos of the drawn sheet are read, and every find is confirmed by a person."""

from __future__ import annotations

import base64
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo import terms
from geo.draw.fiducials import SheetCode
from geo.draw.pens import PENS, STICKERS
from geo.errors import GeoError, ParameterWrong
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now
from webapp.board.scans import (
    Find,
    Known,
    Said,
    decide_find,
    drop_scan,
    find_scan,
    keep_scan,
    list_finds,
    list_scans,
)
from webapp.board.state import Board
from webapp.errors import say_problem, status_of
from webapp.faults import WorkshopShut
from webapp.serving.language import reader_language
from webapp.workshop.photos import crop, read_photos
from webapp.workshop.seating import table_now, workshop_now, writer_now

scans = Blueprint("scans", __name__, url_prefix="/workshop")

MOST_PHOTOS: Final = 12
"""Photos of one sheet that are read together."""

_KINDS: Final = tuple(terms.LINK_KINDS)
_MEANINGS: Final = tuple(one.meaning for one in STICKERS.values())


@scans.get("/<identity>/scans")
def show_all(identity: str) -> str:
    """The readings of this workshop, and the form that takes photos."""
    return _list_page(identity)


@scans.post("/<identity>/scans")
def take(identity: str) -> Response | tuple[str, int]:
    """Read the photos of one sheet; they lead to the first find, or to a sentence."""
    workshop = workshop_now(identity)
    try:
        if workshop["status"] != "open":
            raise WorkshopShut(status=workshop["status"])
        photos = [one.read() for one in request.files.getlist("photo") if one.filename]
        if not 1 <= len(photos) <= MOST_PHOTOS:
            raise ParameterWrong(name="photo", value=len(photos), wanted=f"1 to {MOST_PHOTOS}")
        board = table_now(identity).board()
        read = read_photos(photos, board, str(workshop["code"]), _code())
    except GeoError as fault:
        return _list_page(identity, fault), status_of(fault)
    kept = keep_scan(register_now(), identity, read, workshop["keep_until"], writer_now()[0], now())
    return redirect(url_for("scans.show_one", identity=identity, scan=kept), code=303)


@scans.get("/<identity>/scans/<scan>")
def show_one(identity: str, scan: str) -> Response | str:
    """One find beside its picture: the first that nobody has decided on."""
    workshop_now(identity)
    known = find_scan(register_now(), identity, scan)
    if known is None:
        return redirect(url_for("scans.show_all", identity=identity), code=303)
    return _find_page(identity, known)


@scans.post("/<identity>/scans/<scan>")
def decide(identity: str, scan: str) -> Response | tuple[str, int]:
    """Take a person's word on a find, and lead to the next."""
    workshop_now(identity)
    known = find_scan(register_now(), identity, scan)
    if known is None:
        return redirect(url_for("scans.show_all", identity=identity), code=303)
    number = request.form.get("find", 0, int)
    try:
        said = _said(known, number)
        decide_find(register_now(), table_now(identity), (scan, number), said, writer_now(), now())
    except GeoError as fault:
        return _find_page(identity, known, fault, number), status_of(fault)
    return redirect(url_for("scans.show_one", identity=identity, scan=scan), code=303)


@scans.post("/<identity>/scans/<scan>/drop")
def drop(identity: str, scan: str) -> Response:
    """Refuse all that is left of a reading."""
    workshop_now(identity)
    if find_scan(register_now(), identity, scan) is not None:
        drop_scan(register_now(), scan, writer_now()[0], now())
    return redirect(url_for("scans.show_all", identity=identity), code=303)


def _code() -> SheetCode | None:
    """The sheet that a person named, where the photo does not show its code."""
    told = request.form.get("sheet", "")
    return SheetCode.read(told) if told else None


def _said(known: Known, number: int) -> Said:
    """What the form says to a find; a yes takes over what was found."""
    form = request.form
    find = next((one for one in list_finds(register_now(), known.id) if one.number == number), None)
    if find is None or form.get("answer") != "yes":
        return Said(yes=False)
    ends = [candidates[0] if candidates else "" for candidates in find.content["ends"]]
    houses = tuple(form.get(f"house-{at}", "") or house for at, house in enumerate(ends))
    what = form.get("what", "") or str(find.content["what"])
    if what not in _choices(find.content) or "" in houses:
        raise ParameterWrong(name="house", value="–", wanted="a house for each end")
    return Said(yes=True, houses=houses, what=what)


def _list_page(identity: str, fault: GeoError | None = None) -> str:
    known = list_scans(register_now(), identity)
    return render_template(
        "workshop/scans.html",
        workshop=workshop_now(identity),
        known=known,
        sheets={one.code: _label(SheetCode.read(one.code)) for one in known},
        problem="" if fault is None else say_problem(fault),
        most=MOST_PHOTOS,
    )


def _label(code: SheetCode) -> str:
    """A sheet by its name, scale and tile, as they stand on the paper."""
    tile = "" if code.tiles == (1, 1) else f"　{code.tile[0] + 1}-{code.tile[1] + 1}"
    return f"{code.sheet}　1/{code.scale:,}{tile}"


def _find_page(identity: str, known: Known, fault: GeoError | None = None, number: int = 0) -> str:
    finds = list_finds(register_now(), known.id)
    left = [one for one in finds if one.answer is None]
    first = next((one for one in left if one.number == number), left[0] if left else None)
    board = table_now(identity).board()
    return render_template(
        "workshop/scan.html",
        workshop=workshop_now(identity),
        scan=known,
        done=len(finds) - len(left),
        counted={word: sum(one.answer == word for one in finds) for word in ("yes", "no", "there")},
        asked=None if first is None else _asked(known, first, board),
        problem="" if fault is None else say_problem(fault),
    )


def _asked(known: Known, find: Find, board: Board) -> dict[str, Any]:
    """What the page needs to ask about one find."""
    lang, content = reader_language(), find.content
    line = content["kind"] == "line"
    tool = (PENS if line else STICKERS)[content["colour"]]
    return {
        "number": find.number,
        "line": line,
        "colour": tool.colour_word(lang),
        "ink": tool.ink,
        "what": content["what"],
        "choices": {one: say_what(one, line=line, lang=lang) for one in _choices(content)},
        "ends": content["ends"],
        "sure": content["sure"],
        "through": content["through"],
        "houses": _labels(board),
        **_pictured(known, content),
    }


def _choices(content: dict[str, Any]) -> tuple[str, ...]:
    """What a find of that kind may say."""
    return _KINDS if content["kind"] == "line" else _MEANINGS


def say_what(code: str, *, line: bool, lang: str) -> str:
    """A kind of link or a sticker's meaning in words."""
    if line:
        return terms.label("link", code, lang)
    sticker = next(one for one in STICKERS.values() if one.meaning == code)
    return sticker.ja if lang == "ja" else sticker.en


def _labels(board: Board) -> dict[str, str]:
    """The houses by number, as they stand on the paper."""
    houses = sorted(
        board.of_kind("house"), key=lambda one: (one.values.get("number") or 9999, one.id)
    )
    return {
        one.id: str(one.values.get("number") or one.values.get("name") or "–") for one in houses
    }


def _pictured(known: Known, content: dict[str, Any]) -> dict[str, Any]:
    """The crop, and on it the find's points; millimetres from the crop's corner."""
    west, north, east, south = content["box"]
    points = [(round(x - west, 1), round(y - north, 1)) for x, y in content["path"]]
    cut = crop(known.picture or b"", (west, north, east, south))
    return {
        "picture": base64.b64encode(cut).decode(),
        "size": (round(east - west, 1), round(south - north, 1)),
        "points": points,
        "track": " ".join(f"{x},{y}" for x, y in points),
    }
