"""Kept plans: the list, keeping one, putting one away, two and more side by side."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from geo.errors import ParameterWrong
from webapp.accounts.atlases import atlas_now
from webapp.accounts.reader import register_now, viewer_now
from webapp.errors import for_scripts
from webapp.planning.asking import Asked, areas_of, asked_now, body_now, keep_asked
from webapp.planning.covering import answer_json, compare
from webapp.register.look import View
from webapp.studies.scenarios import (
    drop_study,
    keep_study,
    list_studies,
    read_changes,
    several_studies,
)

plan_list = Blueprint("plan_list", __name__, url_prefix="/planning/plans")

MOST: Final = 4
"""Plans side by side."""


@plan_list.get("")
def show_all() -> str:
    """The kept plans, to open one or to set some side by side."""
    return render_template(
        "planning/plans.html",
        found=list_studies(register_now(), viewer_now()),
        areas=areas_of(atlas_now()),
        most=MOST,
    )


@plan_list.post("")
@for_scripts
def keep() -> Response:
    """Keep what lies on the map; where it can be found again."""
    told = body_now()
    asked = asked_now(told.get("question") or {})
    changes = read_changes(told.get("changes"))
    figures = compare(asked, changes)["figures"]
    made = keep_study(
        register_now(), viewer_now(), str(told.get("title") or ""), asked.question, changes,
        asked.version, figures,
    )  # fmt: skip
    answer = answer_json({"id": made, "address": _address(asked, made)})
    answer.status_code = 201
    return answer


def _address(asked: Asked, identity: str) -> str:
    return asked.address(plan=identity)


@plan_list.get("/<identity>")
def open_one(identity: str) -> Redirect:
    """A kept plan on the map, its question asked of today's data."""
    found = several_studies(register_now(), viewer_now(), [identity])[0]
    facts = {**found["question"], "v": found["data_version"], "plan": identity}
    return redirect(url_for("covering.show", **facts), code=303)  # type: ignore[arg-type]


@plan_list.post("/<identity>/drop")
def drop(identity: str) -> Redirect:
    """Put a plan away."""
    drop_study(register_now(), viewer_now(), identity, request.form.get("version", 0, int))
    return redirect(url_for("plan_list.show_all"), code=303)


@plan_list.get("/side-by-side")
def set_side_by_side() -> str:
    """Two to four plans: what each asks, changes, and gives on today's data."""
    wanted = request.args.getlist("plan")
    if not 2 <= len(set(wanted)) <= MOST:
        raise ParameterWrong(name="plan", value=len(set(wanted)), wanted=f"2–{MOST}")
    found = several_studies(register_now(), viewer_now(), wanted)
    return render_template(
        "planning/side_by_side.html",
        plans=[measure_plan(one) for one in found],
        areas=areas_of(atlas_now()),
    )


def measure_plan(plan: View) -> dict[str, Any]:
    """A plan with its figures on today's data."""
    asked = asked_now(plan["question"])
    keep_asked(asked)
    changes = read_changes(plan["changes"])
    return {
        "plan": plan,
        "question": asked.question,
        "changes": changes,
        "figures": compare(asked, changes)["figures"],
        "version": asked.version,
    }
