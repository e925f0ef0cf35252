"""How much the answer hangs on what is assumed: minutes, way of walking, visits a week."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from flask import Blueprint, Response, render_template, request, url_for

from geo import terms
from geo.coverage import Cover, with_capacity
from webapp.accounts.reader import register_now, viewer_now
from webapp.errors import for_scripts
from webapp.planning.asking import Asked, areas_of, asked_now, changed_since, keep_asked
from webapp.planning.covering import answer_json, choices, words_of
from webapp.studies.covering import round_together, rows_of, share_of
from webapp.studies.question import Question
from webapp.studies.scenarios import Changes, find_study, list_studies, read_changes

sensitivity = Blueprint("sensitivity", __name__, url_prefix="/planning/sensitivity")

_MINUTES: Final = (5.0, 10.0, 15.0)

_SERVED: Final = ("reached", "short", "maybe", "beyond", "unknown")


@sensitivity.get("")
def show() -> str:
    """The table of variants, which the page's script fills one by one; ``plan``: of a kept one."""
    asked = asked_now()
    keep_asked(asked)
    minutes = sorted({*_MINUTES, asked.question.within})
    plan = request.args.get("plan") or None
    return render_template(
        "planning/sensitivity.html",
        asked=asked,
        question=asked.question,
        areas=areas_of(asked.atlas),
        **choices(),
        spans=minutes,
        plans=list_studies(register_now(), viewer_now()),
        plan=plan and find_study(register_now(), viewer_now(), plan),
        served=_served(asked),
        other_version=changed_since(asked),
        words=words_of("sensitivity.js_"),
        start={"variants": [_variant(asked, way, one, plan) for way in terms.WAYS
                            for one in minutes]},
    )  # fmt: skip


def _variant(asked: Asked, way: str, within: float, plan: str | None) -> dict[str, Any]:
    facts = replace(asked.question, way=way, within=within).facts()
    more = {"plan": plan} if plan else {}
    return {
        "id": f"{way}-{within:g}",
        "address": url_for("sensitivity.tell_share", **facts, **more),  # type: ignore[arg-type]
    }


@sensitivity.get("/share")
@for_scripts
def tell_share() -> Response:
    """The households of one variant by state."""
    asked = asked_now()
    keep_asked(asked)
    question = asked.question
    cover = _changes().on(asked.cover, question)
    share = share_of(cover, question, "households", rows_of(cover, question))
    return answer_json({**vars(share), "covered": share.covered})


def _changes() -> Changes:
    plan = request.args.get("plan")
    if not plan:
        return Changes()
    return read_changes(find_study(register_now(), viewer_now(), plan)["changes"])


def _served(asked: Asked) -> dict[str, int]:
    """Who is served if nobody takes more visits a week than they said, one visit for each."""
    question, cover = asked.question, _changes().on(asked.cover, asked.question)
    return serve_households(cover, question)


def serve_households(cover: Cover, question: Question) -> dict[str, int]:
    """Households served, short of a visit, perhaps, beyond, unknown; they add up."""
    table = with_capacity(cover, question.ask, weight="households")
    if question.district is not None:
        table = table[table["district_id"] == question.district]
    parts = [float(np.nansum(table[name].to_numpy(float))) for name in _SERVED]
    return dict(zip(_SERVED, round_together(parts), strict=True))
