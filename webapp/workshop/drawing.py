"""The map being drawn: its page, what is new on it, and the strokes that devices send."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import orjson
from flask import Blueprint, Response, current_app, render_template, request, url_for

from webapp.accounts import sessions
from webapp.accounts.atlases import keep_extent
from webapp.accounts.reader import SEAT, limits_now, reader_now, register_now
from webapp.accounts.secret import digest_of
from webapp.answers.atlas import Atlas, AtlasShelf
from webapp.answers.drawing import ground_parts
from webapp.board.seats import find_seat
from webapp.board.stroke import read_stroke
from webapp.board.table import Table, Tables
from webapp.board.workshops import Window
from webapp.errors import for_scripts
from webapp.faults import RequestWrong
from webapp.register.look import View
from webapp.serving.language import reader_language
from webapp.wording import Language, catalogue, say
from webapp.workshop.seating import table_now, tables_now, workshop_now, writer_now

drawing = Blueprint("drawing", __name__, url_prefix="/workshop")

BEAT: Final = 10.0
"""Seconds between signs of life on a stream; then it is asked whether the reader still may."""

TOOLS: Final = ("look", "house", "person", "line", "place", "note", "area", "worry", "erase")
"""As their buttons stand on the page."""

_FIELDS: Final = ["address", "composition", "lat", "lon", "name"]


@drawing.get("/<identity>/map")
def show(identity: str) -> str:
    """The page on which the map is drawn; ``view=wall``: the map alone, for the big screen."""
    workshop, lang = workshop_now(identity), reader_language()
    shelf: AtlasShelf = current_app.extensions["shelf"]
    ground, live = shelf.whole(), workshop["status"] == "open"
    return render_template(
        "workshop/map.html",
        workshop=workshop,
        wall=not live or request.args.get("view") == "wall",
        live=live,
        parts=ground_parts(ground),
        tools=[(name, say(f"board.tool_{name}", lang)) for name in TOOLS],
        words=_words(lang),
        start=_start(workshop, ground),
    )


def _words(lang: Language) -> dict[str, str]:
    """All that the page's scripts say."""
    topic = "board."
    found = catalogue().items()
    return {k.removeprefix(topic): told[lang] for k, told in found if k.startswith(topic)}


def _start(workshop: View, ground: Atlas) -> dict[str, Any]:
    """What the page's scripts begin with. ``window``, ``district``: west, south, east, north."""
    window = Window.of(workshop.get("window"))
    districts = ground.layer("districts")
    own = districts[districts["id"] == workshop.get("district_id")]
    return {
        "address": url_for("drawing.show", identity=workshop.id).removesuffix("/map"),
        "window": None if window is None else list(window.facts().values()),
        "district": None if own.empty else own.total_bounds.tolist(),
    }


@drawing.get("/<identity>/news")
@for_scripts
def tell_news(identity: str) -> Response:
    """What looks otherwise than after entry ``since``, as JSON; everything without it."""
    since = request.args.get("since", 0, int)
    news = table_now(identity).news(max(since, 0)).written()
    if not since:
        _keep_shown(identity, news["items"])
    return _json(news | {"seat": writer_now()[0]})


@drawing.get("/<identity>/stream")
@for_scripts
def follow(identity: str) -> Response:
    """The same as it happens, as server-sent events; 503 when as many listen as may."""
    table, tables = table_now(identity), tables_now()
    since = request.headers.get("Last-Event-ID", request.args.get("since", ""))
    if not tables.take_place():
        return Response(status=503, headers={"Retry-After": "2"})
    still = _still_there()
    events = _events(
        table, int(since) if since.isdigit() else 0, lambda: not tables.ended and still()
    )
    response = Response(_leaving(events, tables), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    return response


@drawing.post("/<identity>/strokes")
@for_scripts
def write(identity: str) -> Response:
    """Write one stroke down: 201 once it is on the disk, with what looks otherwise now."""
    table = table_now(identity)
    try:
        told = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        raise RequestWrong from None
    stroke = read_stroke(told)
    number = table.write(stroke, *writer_now())
    answer = _json(table.news(min(max(_since(told), 0), number - 1)).written() | {"entry": number})
    answer.status_code = 201
    return answer


def _since(told: dict[str, Any]) -> int:
    """The last entry the device knows; None of it = only this one is told."""
    since = told.get("since")
    return since if type(since) is int else 1 << 62


def _events(table: Table, since: int, still: Callable[[], bool]) -> Iterator[bytes]:
    """Events from entry ``since`` on, until the reader's place ends."""
    yield b": here\n\n"
    asked = time.monotonic()
    while True:
        news = table.wait(since, BEAT)
        if news is None or time.monotonic() - asked >= BEAT:
            if not still():
                return
            asked = time.monotonic()
        if news is None:
            yield b": beat\n\n"
        else:
            since = news.number
            yield b"id: %d\ndata: %b\n\n" % (since, orjson.dumps(news.written()))


def _leaving(events: Iterator[bytes], tables: Tables) -> Iterator[bytes]:
    try:
        yield from events
    finally:
        tables.leave_place()


def _still_there() -> Callable[[], bool]:
    """Asks whether this reader still has the place; usable after the request."""
    reader, register = reader_now(), register_now()
    if reader.seat is not None:
        secret = request.cookies.get(SEAT, "")
        return lambda: find_seat(register, digest_of(secret)) is not None
    if reader.here is None:
        return lambda: False
    find = partial(sessions.find_session, register, reader.here.secret, limits_now(), click=False)
    clock: Callable[[], datetime] = current_app.extensions.get("clock") or partial(
        datetime.now, UTC
    )
    return lambda: find(clock()) is not None


def _keep_shown(identity: str, items: list[dict[str, Any]]) -> None:
    houses = sum(item["kind"] == "house" for item in items)
    keep_extent("household", workshop_now(identity).get("district_id"), houses, _FIELDS)


def _json(told: dict[str, Any]) -> Response:
    return Response(orjson.dumps(told), mimetype="application/json")
