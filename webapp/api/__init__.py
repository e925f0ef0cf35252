"""JSON for programs and for our own pages, described by /api/openapi.json."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson
from flask import Blueprint, Response, current_app, request

from geo.errors import NotFound
from webapp.accounts.atlases import (
    atlas_now,
    keep_extent,
    keep_shown,
    keep_suggestions,
    sees_homes,
    shelf_now,
)
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.answers.covering import public_coverage, staff_coverage
from webapp.answers.looking_up import search_households as search
from webapp.answers.packing import send_layer
from webapp.answers.suggesting import suggest_for
from webapp.answers.wish import Wish
from webapp.api import records
from webapp.api.description import describe_api
from webapp.api.parameters import COVERAGE, STATISTICS, SUGGESTIONS, read_parameters
from webapp.casework.finding import known_about
from webapp.faults import RequestWrong
from webapp.register.layers import PERSONAL
from webapp.register.look import View
from webapp.register.records import Request
from webapp.register.release import release_record
from webapp.register.statistics import statistics as read_statistics
from webapp.serving.language import reader_language

room = Blueprint("api", __name__, url_prefix="/api")
records.register(room)


@room.get("/openapi.json")
def describe() -> Response:
    """What this API answers."""
    return _send(describe_api())


@room.get("/v1/households/<path:identity>/suggestions")
def suggestions(identity: str) -> Response:
    """The supporters to ask for one household, nearest and fairest first."""
    given = read_parameters(request.args, SUGGESTIONS)
    del given["lang"]
    about = given.pop("request")
    on, wish = given.pop("on"), Wish(**given)
    atlas = atlas_now()
    district = atlas.household(identity)["district_id"].iloc[0]
    asked = None if about is None else _request_about(about, identity)
    known = known_about(register_now(), identity, wish, now(), asked=asked, on=on)
    answer = suggest_for(atlas, identity, wish, reader_language(), known)
    keep_suggestions(answer, district)
    return _send(answer)


def _request_about(about: str, household_id: str) -> View:
    """The request that is searched for; of another household there is none."""
    asked = release_record(register_now(), viewer_now(), "matching", Request, about)
    if asked.get("household_id") != household_id:
        raise NotFound(kind="request", id=about)
    return asked


@room.post("/v1/households/search")
def search_households() -> Response:
    """Households by name, address or id; by POST, so that no name is in an address."""
    text = records.read_object().get("text", "")
    if not isinstance(text, str):
        raise RequestWrong
    found = search(atlas_now(), text[:100])
    shown = [(str(one["id"]), one["district_id"]) for one in found]
    keep_shown("household", shown, ["name", "address", "composition", "needs"])
    return _send({"households": found})


@room.get("/v1/coverage")
def coverage() -> Response:
    """Whom nobody reaches: households for staff, counts by mesh cell for the public."""
    given = read_parameters(request.args, COVERAGE)
    question = (given["activity"], given["within"], given["district"])
    if sees_homes(viewer_now()):
        return _send(_homes_apart(*question), kind="application/geo+json")
    threshold = current_app.config["SETTINGS"].threshold
    counted = public_coverage(shelf_now().whole(), *question, threshold)
    return _send(counted, kind="application/geo+json")


def _homes_apart(activity: str | None, within: float, district: str | None) -> dict[str, Any]:
    found = staff_coverage(atlas_now(), activity, within, district)
    keep_extent("household", district, len(found["features"]), ["lon", "lat"])
    return found


@room.get("/v1/statistics")
def statistics() -> Response:
    """The programme's table of a period; published, hidden counts are ``*``."""
    given = read_parameters(request.args, STATISTICS)
    found = read_statistics(
        current_app.extensions["register"], viewer_now(), given["from"], given["to"],
        given["district"], threshold=current_app.config["SETTINGS"].threshold,
    )  # fmt: skip
    document = asdict(found)
    document["from"] = document.pop("from_")
    return _send(document)


@room.get("/v1/map/<name>")
def public_layer(name: str) -> Response:
    """A layer of the public map as columns."""
    return send_layer(shelf_now().whole(), name, "public")


@room.get("/v1/staff/map/<name>")
def staff_layer(name: str) -> Response:
    """A layer of the staff map as columns."""
    atlas = atlas_now()
    if name in PERSONAL:
        layer = atlas.layer(name)
        fields = sorted(str(column) for column in layer.columns)
        keep_extent(PERSONAL[name].noun(), None, len(layer), fields)
    return send_layer(atlas, name, "staff")


def _send(document: object, kind: str = "application/json") -> Response:
    option = orjson.OPT_SERIALIZE_NUMPY
    return Response(orjson.dumps(document, default=str, option=option), content_type=kind)
