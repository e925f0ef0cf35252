"""The years to come: whom today's helpers will reach, where projections are loaded."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from flask import Blueprint, render_template

from webapp.accounts.clock import today_here
from webapp.planning.asking import Asked, areas_of, asked_now, changed_since, keep_asked
from webapp.planning.covering import choices
from webapp.studies.coming import Coming, look_ahead

coming = Blueprint("coming", __name__, url_prefix="/planning/coming")

_HIGH: Final = 60.0
"""Height of the tallest bar in the picture's own units."""


@coming.get("")
def show() -> str:
    """Need and reach by year, for all and by district."""
    asked = asked_now()
    keep_asked(asked)
    found, facts = _look(asked)
    return render_template(
        "planning/coming.html",
        asked=asked,
        question=asked.question,
        areas=areas_of(asked.atlas),
        **choices(),
        found=found,
        facts=facts,
        bars=_bars(found[-1], today_here()) if found else [],
        high=_HIGH,
        other_version=changed_since(asked),
    )


def _look(asked: Asked) -> tuple[list[Coming], Any]:
    projections = asked.atlas.layer("projections")
    if projections.empty:
        return [], {}
    year = today_here().year
    return look_ahead(asked.cover, projections, asked.question, asked.ground.names, year)


def _bars(all_of_it: Coming, today: date) -> list[dict[str, Any]]:
    """One bar a year: who is reached below, who is not above."""
    tallest = max([share.total for share in all_of_it.years.values()] or [1]) or 1
    scale = _HIGH / tallest
    return [
        {
            "year": year,
            "past": year < today.year,
            "share": share,
            "reached": round(share.reached * scale, 2),
            "maybe": round(share.maybe * scale, 2),
            "beyond": round(share.beyond * scale, 2),
        }
        for year, share in all_of_it.years.items()
    ]
