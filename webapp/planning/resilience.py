"""On whom the cover rests: who carries it, whose leaving hurts, and what age takes from it."""

from __future__ import annotations

from typing import Any

import numpy as np
from flask import Blueprint, render_template, request

from geo.errors import ParameterWrong
from webapp.accounts.clock import now
from webapp.planning.asking import Asked, areas_of, asked_now, changed_since, keep_asked
from webapp.planning.covering import choices
from webapp.register.consents import JAPAN
from webapp.studies.outline import WIDE, Outline
from webapp.studies.resilience import LATEST, Resilience, resilience_of

resilience = Blueprint("resilience", __name__, url_prefix="/planning/resilience")


@resilience.get("")
def show() -> str:
    """The page. ``until``: the age at which helpers stop."""
    asked = asked_now()
    keep_asked(asked)
    until = _until()
    year = now().astimezone(JAPAN).year
    found = resilience_of(asked.atlas, asked.ground, asked.question, now=year, until=until)
    return render_template(
        "planning/resilience.html",
        asked=asked,
        question=asked.question,
        areas=areas_of(asked.atlas),
        **choices(),
        until=until,
        ages=LATEST,
        found=found,
        picture=_picture(asked, found),
        other_version=changed_since(asked),
    )


def _until() -> int:
    text = request.args.get("until", "80")
    if not text.isdigit() or not 40 <= int(text) <= 120:
        raise ParameterWrong(name="until", value=text[:40], wanted="40–120")
    return int(text)


def _picture(asked: Asked, found: Resilience) -> dict[str, Any]:
    """Districts and the cells of those who carry most, to be drawn."""
    districts, asked_for = asked.ground.districts, asked.question.district
    own = districts if asked_for is None else districts[districts["id"] == asked_for]
    outline = Outline.of(own)
    spots = np.array([one.spot for one in found.carriers], np.float64).reshape(-1, 2)
    placed = outline.place(spots).round(1)
    heaviest = max((one.alone for one in found.carriers), default=0.0)
    return {
        "wide": WIDE,
        "high": round(outline.high, 1),
        "districts": outline.paths(own.geometry),
        "spots": [
            {
                "rank": one.rank,
                "x": x,
                "y": y,
                "r": round(9 + 14 * (one.alone / heaviest) ** 0.5, 1) if heaviest > 0 else 9,
            }
            for one, (x, y) in zip(found.carriers, placed.tolist(), strict=True)
        ],
    }
