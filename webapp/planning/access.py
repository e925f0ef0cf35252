"""Access scores: how much help there is for each household, and where it gathers or lacks."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from flask import Blueprint, Response, render_template, request, url_for

from geo import terms
from geo.draw.classes import Classes, classify
from geo.errors import ParameterWrong
from webapp.answers.drawing import ground_parts
from webapp.errors import for_scripts
from webapp.planning.asking import Asked, areas_of, asked_now, changed_since, keep_asked
from webapp.planning.covering import answer_json, choices, told_classes, words_of
from webapp.serving.language import reader_language
from webapp.studies.access import DECAYS, Access, measure_access

access = Blueprint("access", __name__, url_prefix="/planning/access")


@access.get("")
def show() -> str:
    """The scores on the map and by district."""
    asked, decay = asked_now(), _decay()
    keep_asked(asked)
    found = access_of(asked, decay)
    classes = classify(found.cells["score"].to_numpy(float))
    lang = reader_language()
    kinds = found.cells["kind"].value_counts()
    caveats = found.cells["caveat"].dropna().unique()
    return render_template(
        "planning/access.html",
        asked=asked,
        question=asked.question,
        areas=areas_of(asked.atlas),
        **choices(),
        decay=decay,
        decays=DECAYS,
        told=found.told,
        rows=_rows(asked, found),
        classes=told_classes(classes),
        why=classes.why(lang),
        spots={kind: int(kinds.get(kind, 0)) for kind in ("hot", "cold")},
        caveats=[terms.label("caveat", one, lang) for one in caveats],
        other_version=changed_since(asked),
        parts=ground_parts(asked.atlas),
        words=words_of("access.js_"),
        start=_start(asked, decay),
    )


def access_of(asked: Asked, decay: str) -> Access:
    """The scores of a question; kept for the data version."""
    key = ("access", decay, asked.question)
    return asked.atlas.once(key, lambda: measure_access(asked.ground, asked.question, decay))


def _decay() -> str:
    wanted = request.args.get("decay", "") or DECAYS[0]
    if wanted not in DECAYS:
        raise ParameterWrong(name="decay", value=wanted[:40], wanted=", ".join(DECAYS))
    return wanted


def _rows(asked: Asked, found: Access) -> list[dict[str, Any]]:
    district = asked.question.district
    wanted = [district] if district else [*asked.ground.names, None]
    return [
        {
            "name": "" if one is None else asked.ground.names[one],
            **dict(zip(("score", "least", "unknown"), found.average(one), strict=True)),
        }
        for one in wanted
    ]


def _start(asked: Asked, decay: str) -> dict[str, Any]:
    facts = asked.question.facts()
    return {
        "cells": url_for("access.tell_cells", decay=decay, **facts),  # type: ignore[arg-type]
        "bounds": asked.bounds(),
    }


@access.get("/cells")
@for_scripts
def tell_cells() -> Response:
    """The cells with their scores, as columns; a null score is unknown."""
    asked, decay = asked_now(), _decay()
    keep_asked(asked)
    found = access_of(asked, decay)
    score = found.cells["score"].to_numpy(float)
    classes: Classes = classify(score)
    return answer_json(
        {
            "box": shapely.bounds(found.cells.geometry.to_numpy()).round(6),
            "households": found.cells["households"].to_numpy(float),
            "score": [None if np.isnan(one) else round(float(one), 2) for one in score],
            "least": np.nan_to_num(found.cells["at_least"].to_numpy(float)).round(2),
            "place": classes.place(score),
            "colours": classes.colours(),
            "kind": found.cells["kind"].astype(object).where(found.cells["kind"].notna(), None)
            .tolist(),
        }
    )  # fmt: skip
