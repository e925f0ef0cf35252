"""Finding a helper: one household, one worry, the neighbours to ask, and why."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, render_template

from geo import terms
from webapp.accounts.atlases import atlas_now
from webapp.answers.drawing import map_parts
from webapp.serving.language import reader_language
from webapp.wording import catalogue

finding = Blueprint("finding", __name__, url_prefix="/desk/find")

_SCRIPT_WORDS: Final = (
    "no_match", "count_match", "unplaced", "result_count", "nobody", "rank", "minutes",
    "by_phone", "show", "refused", "refused_more", "failed", "choose_first", "not_placed",
    "working", "between",
)  # fmt: skip


@finding.get("")
def show() -> str:
    """The staff map and the form that asks for supporters."""
    atlas = atlas_now()
    return render_template(
        "desk/find.html",
        parts=map_parts(atlas, "staff"),
        ready=not (atlas.layer("households").empty or atlas.layer("supporters").empty),
        activities=list(terms.ACTIVITIES),
        weekdays=list(terms.WEEKDAYS),
        words=_script_words(),
    )


def _script_words() -> dict[str, Any]:
    lang = reader_language()
    words: dict[str, Any] = {word: catalogue()[f"desk.{word}"][lang] for word in _SCRIPT_WORDS}
    compositions = {code: terms.label("composition", code, lang) for code in terms.COMPOSITIONS}
    return words | {"compositions": compositions}
