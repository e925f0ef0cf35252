"""JSON for programs and for our own pages, described by /api/openapi.json."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, current_app, request

from webapp.accounts.gate import is_staff
from webapp.answers.atlas import Atlas, AtlasShelf
from webapp.answers.covering import public_coverage, staff_coverage
from webapp.answers.looking_up import search_households as search
from webapp.answers.packing import send_layer
from webapp.answers.suggesting import Wish, suggest_for
from webapp.api.description import describe_api
from webapp.api.parameters import COVERAGE, SUGGESTIONS, read_parameters
from webapp.faults import RequestWrong
from webapp.serving.language import reader_language

room = Blueprint("api", __name__, url_prefix="/api")


@room.get("/openapi.json")
def describe() -> Response:
    """What this API answers."""
    return _send(describe_api())


@room.get("/v1/households/<path:identity>/suggestions")
def suggestions(identity: str) -> Response:
    """The supporters to ask for one household, nearest and fairest first."""
    given = read_parameters(request.args, SUGGESTIONS)
    del given["lang"]
    return _send(suggest_for(_atlas(), identity, Wish(**given), reader_language()))


@room.post("/v1/households/search")
def search_households() -> Response:
    """Households by name, address or id; by POST, so that no name is in an address."""
    text = _body().get("text", "")
    if not isinstance(text, str):
        raise RequestWrong
    return _send({"households": search(_atlas(), text[:100])})


@room.get("/v1/coverage")
def coverage() -> Response:
    """Whom nobody reaches: households for staff, counts by mesh cell for the public."""
    given = read_parameters(request.args, COVERAGE)
    question = (given["activity"], given["within"], given["district"])
    if is_staff():
        return _send(staff_coverage(_atlas(), *question), kind="application/geo+json")
    threshold = current_app.config["SETTINGS"].threshold
    return _send(public_coverage(_atlas(), *question, threshold), kind="application/geo+json")


@room.get("/v1/map/<name>")
def public_layer(name: str) -> Response:
    """A layer of the public map as columns."""
    return send_layer(_atlas(), name, "public")


@room.get("/v1/staff/map/<name>")
def staff_layer(name: str) -> Response:
    """A layer of the staff map as columns."""
    return send_layer(_atlas(), name, "staff")


def _atlas() -> Atlas:
    shelf: AtlasShelf = current_app.extensions["shelf"]
    return shelf.current()


def _body() -> dict[str, Any]:
    try:
        content = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        raise RequestWrong from None
    if not isinstance(content, dict):
        raise RequestWrong
    return content


def _send(document: object, kind: str = "application/json") -> Response:
    option = orjson.OPT_SERIALIZE_NUMPY
    return Response(orjson.dumps(document, option=option), content_type=kind)
