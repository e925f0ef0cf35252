"""Activity by weekday: where and when something can be asked for, in one table."""

from __future__ import annotations

from flask import Blueprint, render_template

from webapp.planning.asking import areas_of, asked_now, changed_since, keep_asked
from webapp.planning.covering import choices
from webapp.studies.weekly import DAYS, STEPS, week_of

overview = Blueprint("overview", __name__, url_prefix="/planning/overview")


@overview.get("")
def show() -> str:
    """The week of the district asked for."""
    asked = asked_now()
    keep_asked(asked)
    return render_template(
        "planning/overview.html",
        asked=asked,
        question=asked.question,
        areas=areas_of(asked.atlas),
        **choices(),
        week=week_of(asked.atlas, asked.question),
        days=DAYS,
        steps=range(len(STEPS)),
        other_version=changed_since(asked),
    )
