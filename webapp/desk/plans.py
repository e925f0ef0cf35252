"""Planning many at once: the proposal for all open requests, taken whole or row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.accounts.atlases import atlas_now
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.answers.sentences import count_minutes
from webapp.casework import planning
from webapp.casework.asking import expire_offers
from webapp.casework.cards import PURPOSE, Card, person_cards, supporter_cards
from webapp.casework.planning import Proposal, Row
from webapp.desk.figure_choice import areas
from webapp.desk.wishes import say_wishes
from webapp.faults import LayerAbsent, RequestWrong
from webapp.register.look import View
from webapp.register.records import Request
from webapp.register.released import release_records
from webapp.serving.language import reader_language
from webapp.wording import say

plans = Blueprint("plans", __name__, url_prefix="/desk/plan")

_WHY: Final[Mapping[str, str]] = {
    "nearest": "plan.nearest",
    "nearer_busy": "plan.nearer_busy",
    "by_phone": "plan.by_phone",
    "no_position": "plan.no_position",
    "nobody_offers": "plan.nobody_offers",
    "nobody_near": "plan.nobody_near",
    "wishes_unmet": "plan.wishes_unmet",
    "all_full": "plan.all_full",
    "all_taken": "plan.all_taken",
}
"""The word of each reason of `geo.match`."""

_TOLD: Final = 20
"""Requests named as left out; of more only the number is told."""


@plans.get("")
def show() -> str:
    """The proposal as of now."""
    register, viewer = register_now(), viewer_now()
    expire_offers(register, viewer, now())
    district = request.args.get("district") or None
    proposal = _propose(district)
    left = request.args.getlist("left")
    return render_template(
        "desk/plan.html",
        proposal=proposal,
        why=_reasons(proposal) if proposal else {},
        say_wishes=say_wishes,
        count_minutes=count_minutes,
        districts=areas(),
        district=district or "",
        asked=_read_count("asked"),
        left=_named(left[:_TOLD]),
        left_in_all=_read_count("left_in_all"),
    )


@plans.post("")
def take() -> Response:
    """Ask whom the proposal names: for all rows that were shown, or for one."""
    form = request.form
    whole = form.get("take", "") == "all"
    seen = form.getlist("seen") if whole else [form.get("take", "")]
    if not all(seen):
        raise RequestWrong
    district = form.get("district") or None
    proposal = _propose(district)
    if proposal is None:
        raise LayerAbsent(layer="supporters")
    taken = planning.take(register_now(), viewer_now(), proposal, seen, now())
    address = url_for(
        "plans.show", district=district, asked=len(taken.asked), left=taken.left[:_TOLD],
        left_in_all=len(taken.left),
    )  # fmt: skip
    return redirect(address, code=303)


def _propose(district: str | None) -> Proposal | None:
    """The proposal; None where there is nobody to propose."""
    atlas = atlas_now()
    try:
        return planning.propose(register_now(), viewer_now(), atlas, now(), district)
    except LayerAbsent:
        return None


def _reasons(proposal: Proposal) -> dict[str, str]:
    """Why each request got whom it got, by its id, in the reader's language."""
    nearer = [row.reason.get("supporter_id") for row in proposal.rows]
    cards = supporter_cards(register_now(), viewer_now(), nearer)
    return {row.request.id: _say_why(row, cards) for row in proposal.rows}


def _say_why(row: Row, cards: Mapping[str, Card]) -> str:
    facts: dict[str, Any] = dict(row.reason)
    code = str(facts.pop("code"))
    if "supporter_id" in facts:
        identity = str(facts.pop("supporter_id"))
        facts["name"] = cards.get(identity, Card(identity)).shown
    if "minutes" in facts:
        facts["minutes"] = count_minutes(facts["minutes"])
    return say(_WHY[code], reader_language(), **facts)


def _named(ids: list[str]) -> list[tuple[View, Card | None]]:
    """The requests of these ids that the reader may see, each with its person."""
    register, viewer = register_now(), viewer_now()
    if not ids:
        return []
    found = release_records(register, viewer, PURPOSE, Request, Request.id.in_(ids))
    people = person_cards(register, viewer, [one.get("person_id") for one in found])
    return [(one, people.get(one.get("person_id") or "")) for one in found]


def _read_count(name: str) -> int:
    given = request.args.get(name, "0")
    if not given.isdecimal() or len(given) > 6:
        raise RequestWrong
    return int(given)
