"""Where to recruit: the question, the search that one watches, the proposal as a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from geo import terms
from geo.draw.classes import WARM
from webapp.accounts.reader import viewer_now
from webapp.answers.drawing import ground_parts
from webapp.errors import for_scripts
from webapp.planning.asking import (
    Asked,
    areas_of,
    asked_now,
    begin_job,
    changed_since,
    job_of,
    jobs_now,
    keep_asked,
    tell_job,
)
from webapp.planning.covering import answer_json, choices, classes_of, told_classes, words_of
from webapp.serving.language import reader_language
from webapp.studies.proposal import Placement, Proposal, kinds_of, lay_recruiting
from webapp.studies.recruiting import GOALS, MOST, SHARES, Wish, read_wish, warm_siting

siting = Blueprint("siting", __name__, url_prefix="/planning/siting")

KIND: Final = "siting"


@dataclass(frozen=True)
class Wished:
    """A question and what is wished of the new helpers."""

    asked: Asked
    wish: Wish

    @property
    def address(self) -> str:
        """Asks the same again, and tells the version of the data."""
        facts = {**self.asked.question.facts(), **self.wish.facts(), "v": self.asked.version}
        return url_for("siting.show", **facts)  # type: ignore[arg-type]

    @property
    def cells(self) -> str:
        """Of the map: whom nobody reaches now."""
        return url_for("covering.tell_cells", **self.asked.question.facts())  # type: ignore[arg-type]


def wished_now(given: Mapping[str, Any]) -> Wished:
    """What this request wishes. Raises `ParameterWrong`, `NotFound`, `LayerAbsent`."""
    asked = asked_now(given)
    wish = read_wish(given, areas_of(asked.atlas), places=kinds_of(asked.atlas))
    return Wished(asked, wish)


@siting.get("")
def show() -> str:
    """What is asked; the search for it where one was begun, and what it found."""
    wished = wished_now(request.args)
    keep_asked(wished.asked)
    jobs_now().prepare(warm_siting)
    return render_template(
        "planning/siting.html",
        asked=wished.asked,
        question=wished.asked.question,
        wish=wished.wish,
        address=wished.address,
        areas=areas_of(wished.asked.atlas),
        **choices(),
        goals=GOALS,
        most=MOST,
        shares=SHARES,
        kinds=kinds_of(wished.asked.atlas),
        job=job_of(KIND, wished.address),
        other_version=changed_since(wished.asked),
        classes=told_classes(classes_of(wished.asked), WARM),
        parts=ground_parts(wished.asked.atlas),
        words=words_of("siting.js_") | {"here": words_of("planning.js_")["here"]},
        start=_start(wished),
    )


def _start(wished: Wished) -> dict[str, Any]:
    """What the page's script begins with."""
    job = job_of(KIND, wished.address)
    return {
        "cells": wished.cells,
        "found": job and url_for("siting.tell", identity=job.id),
        "cancel": job and url_for("jobs.call_off", identity=job.id),
        "bounds": wished.asked.bounds(),
        "goal": wished.wish.goal,
        "floorless": not (wished.wish.floor or wished.wish.floors),
        "within": f"{wished.asked.question.within:g}",
    }


@siting.post("")
def begin() -> Redirect:
    """Begin the search, and go to where it is watched. Raises `TooManyJobs`."""
    wished = wished_now(request.form)
    keep_asked(wished.asked)
    study = lay_recruiting(wished.asked.atlas, wished.asked.question, wished.wish)
    begin_job(KIND, wished.address, lambda job: study.search(job.tell))
    return redirect(wished.address, code=303)


@siting.get("/<identity>")
@for_scripts
def tell(identity: str) -> Response:
    """How far the search is, and the best so far."""
    return answer_json(tell_job(jobs_now().find(identity, viewer_now().account), tell_proposal))


def tell_proposal(found: Proposal) -> dict[str, Any]:
    """A proposal as the page's script reads it."""
    placed, lang = found.placed, reader_language()
    names = placed.asked.ground.names
    return {
        "proven": found.siting.proven,
        "gap": round(100.0 * found.siting.gap, 2),
        "worst": found.worst,
        "sites": [{**vars(one), "area": names.get(one.district or "", "")} for one in placed.sites],
        "parts": [
            {
                "area": None if area is None else names[area],
                "activity": activity and terms.label("activity", activity, lang),
                **vars(part),
            }
            for area, activity, part in placed.parts
        ],
        "open": plan_address(placed),
    }


def plan_address(placed: Placement) -> str:
    """Of the page on which they lie as a plan, to be changed by hand."""
    facts = placed.asked.question.facts()
    pins = [f"{one.lon:.6f},{one.lat:.6f}" for one in placed.helpers]
    does = list(placed.asked.wish.activities)
    return url_for("covering.show", **facts, pin=pins, does=does)  # type: ignore[arg-type]
