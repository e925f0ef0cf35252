"""Stops of a mobile shop: the question, the search that one watches, the day's timetable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import geopandas as gpd
import shapely
from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from geo.errors import ParameterWrong
from webapp.accounts.reader import viewer_now
from webapp.answers.drawing import ground_parts
from webapp.errors import for_scripts
from webapp.planning.asking import (
    Asked,
    areas_of,
    asked_now,
    begin_job,
    body_now,
    changed_since,
    job_of,
    jobs_now,
    keep_asked,
    tell_job,
)
from webapp.planning.covering import answer_json, choices, words_of
from webapp.studies.proposal import kinds_of, name_places
from webapp.studies.sales import (
    MOST,
    SPEEDS,
    Outing,
    Round,
    depots_of,
    lay_sales,
    read_round,
)
from webapp.studies.scenarios import read_spot

stops = Blueprint("stops", __name__, url_prefix="/planning/stops")

KIND: Final = "stops"

STAYS: Final = (10, 15, 20, 30, 45, 60)
"""Minutes at a stop offered on the page; the address takes any of 1 to 240."""


@dataclass(frozen=True)
class Wished:
    """A question and what is wished of the day."""

    asked: Asked
    wish: Round

    @property
    def address(self) -> str:
        """Asks the same again, and tells the version of the data."""
        facts = {**self.asked.question.facts(), **self.wish.facts(), "v": self.asked.version}
        return url_for("stops.show", **facts)  # type: ignore[arg-type]


def wished_now(given: Mapping[str, Any], *, form: bool = False) -> Wished:
    """What this request wishes. Raises `ParameterWrong`, `NotFound`, `LayerAbsent`."""
    question = {name: given.get(name) for name in ("district", "within", "way")}
    asked = asked_now(question)
    return Wished(asked, read_round(given, places=kinds_of(asked.atlas), form=form))


@stops.get("")
def show() -> str:
    """What is asked; the search for it where one was begun, and what it found."""
    wished = wished_now(request.args)
    keep_asked(wished.asked)
    atlas = wished.asked.atlas
    job = job_of(KIND, wished.address)
    return render_template(
        "planning/stops.html",
        asked=wished.asked,
        question=wished.asked.question,
        wish=wished.wish,
        address=wished.address,
        areas=areas_of(atlas),
        **choices(),
        most=MOST,
        stays=STAYS,
        speeds=list(SPEEDS),
        kinds=kinds_of(atlas),
        depots=depots_of(atlas),
        job=job,
        other_version=changed_since(wished.asked),
        parts=ground_parts(atlas),
        words=words_of("siting.js_") | words_of("stops.js_"),
        start={
            "cells": url_for("covering.tell_cells", **wished.asked.question.facts()),  # type: ignore[arg-type]
            "found": job and url_for("stops.tell", identity=job.id),
            "cancel": job and url_for("jobs.call_off", identity=job.id),
            "bounds": wished.asked.bounds(),
            "depot": wished.wish.depot,
            "what_if": url_for("stops.try_out"),
            "asked": {**wished.asked.question.facts(), **wished.wish.facts()},
            "within": f"{wished.asked.question.within:g}",
        },
    )


@stops.post("")
def begin() -> Redirect:
    """Begin the search, and go to where it is watched. Raises `TooManyJobs`."""
    wished = wished_now(request.form, form=True)
    keep_asked(wished.asked)
    study = lay_sales(wished.asked.atlas, wished.asked.question, wished.wish)
    begin_job(KIND, wished.address, lambda job: study.search(job.tell))
    return redirect(wished.address, code=303)


@stops.post("/what-if")
@for_scripts
def try_out() -> Response:
    """The day if its stops stood elsewhere: moved or left out by hand."""
    told = body_now()
    wished = wished_now(told.get("asked") or {})
    keep_asked(wished.asked)
    study = lay_sales(wished.asked.atlas, wished.asked.question, wished.wish)
    return answer_json(tell_outing(study.try_out(_spots(told.get("spots")))))


def _spots(told: object) -> list[tuple[float, float]]:
    if not isinstance(told, list) or not 1 <= len(cast("list[Any]", told)) <= MOST:
        raise ParameterWrong(name="stops", value="–", wanted=f"1–{MOST}")
    return [read_spot(one) for one in cast("list[Any]", told)]


@stops.get("/<identity>")
@for_scripts
def tell(identity: str) -> Response:
    """How far the search is, and the best so far."""
    return answer_json(tell_job(jobs_now().find(identity, viewer_now().account), tell_outing))


def tell_outing(found: Outing) -> dict[str, Any]:
    """An outing as the page's script reads it."""
    siting = found.siting
    told: dict[str, Any] = {
        "proven": siting.proven,
        "gap": round(100.0 * siting.gap, 2),
        "reached": siting.value,
        "stops": _places(found, found.asked.places.iloc[siting.chosen]),
        "plan": None,
    }
    if found.plan is None:
        return told
    plan, table = found.plan, found.plan.stops
    columns = ("opens", "closes", "travel", "nearest", "reached")
    for row, one in enumerate(told["stops"]):
        one |= {name: table[name].iloc[row] for name in columns}
    told["plan"] = {
        "already": plan.already,
        "total": plan.total,
        "travel": plan.travel,
        "back": plan.back,
        "shortened": plan.shortened,
    }
    return told


def _places(found: Outing, chosen: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """The stops' places, in their order once there is a plan."""
    names, areas = name_places(chosen), found.asked.ground.names
    spots = shapely.get_coordinates(chosen.geometry.to_numpy())
    return [
        {"lon": lon, "lat": lat, "area": areas.get(home, ""), "name": name}
        for (lon, lat), home, name in zip(spots, chosen["district_id"], names, strict=True)
    ]
