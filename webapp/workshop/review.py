"""見直し: what the evening added or changed, item by item, before it enters the register."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo.errors import GeoError
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.board.deciding import VERDICTS, Decision, decide, finish_review, read_review
from webapp.board.likeness import read_neighbours
from webapp.board.reviewing import Reviewing
from webapp.board.workshops import find_workshop
from webapp.errors import say_problem, status_of
from webapp.faults import RequestWrong, ReviewDone, ReviewHindered, ReviewStale
from webapp.register.look import View
from webapp.serving.language import reader_language
from webapp.workshop.review_cards import Group, Showing

review = Blueprint("review", __name__, url_prefix="/workshop")

_AT_ONCE: Final = 10
"""Houses on one page."""

_MOST: Final = 60
"""Items of one press."""


@review.get("/<identity>/review")
def show(identity: str) -> str:
    """What waits for a decision, house by house."""
    return _page(find_workshop(register_now(), viewer_now(), identity))


@review.post("/<identity>/review")
def take(identity: str) -> Response | tuple[str, int]:
    """Write verdicts down; what is to enter is in the register then."""
    workshop = find_workshop(register_now(), viewer_now(), identity)
    try:
        decide(register_now(), viewer_now(), identity, _read_decisions(), now())
    except (ReviewDone, ReviewStale, ReviewHindered) as fault:
        return _page(workshop, fault), status_of(fault)
    return redirect(url_for("review.show", identity=identity, page=_page_number()), code=303)


@review.post("/<identity>/review/finish")
def finish(identity: str) -> Response:
    """End the review; what was not decided on stays in the hall until its time runs out."""
    finish_review(register_now(), viewer_now(), identity, request.form.get("version", 0, int))
    return redirect(url_for("workshops.show_one", identity=identity), code=303)


def _read_decisions() -> list[Decision]:
    form = request.form
    items, versions = form.getlist("item"), form.getlist("version", int)
    verdict, seen = form.get("verdict", ""), form.get("seen", 0, int)
    fits = 0 < len(items) <= _MOST and len(items) == len(versions) and verdict in VERDICTS
    if not fits:
        raise RequestWrong
    same = form.get("same") or None
    return [
        Decision(item[:64], verdict, seen, version, same)
        for item, version in zip(items, versions, strict=True)
    ]


def _page(workshop: View, fault: GeoError | None = None) -> str:
    reviewing = read_review(register_now(), workshop.id)
    found = _groups(workshop, reviewing) if workshop["status"] == "review" else []
    groups = [one for one in found if one.open]
    first = (_page_number() - 1) * _AT_ONCE
    if first >= len(groups):
        first = 0
    return render_template(
        "workshop/review.html",
        workshop=workshop,
        problem="" if fault is None else say_problem(fault),
        groups=groups[first : first + _AT_ONCE],
        closed=[one for one in found if not one.open],
        pages=range(1, -(-len(groups) // _AT_ONCE) + 1),
        page=first // _AT_ONCE + 1,
        seen=reviewing.board.number,
        counts=_count(reviewing),
    )


def _groups(workshop: View, reviewing: Reviewing) -> list[Group]:
    with register_now().engine.connect() as connection:
        neighbours = read_neighbours(register_now(), connection, workshop["district_id"])
    showing = Showing(register_now(), viewer_now(), reviewing, reader_language())
    return showing.groups(reviewing.waiting(), neighbours)


def _count(reviewing: Reviewing) -> dict[str, int]:
    verdicts = [one.verdict for one in reviewing.verdicts.values()]
    waiting = reviewing.waiting()
    return {
        "entered": verdicts.count("entered"),
        "left": verdicts.count("left"),
        "open": sum(one.hindrance is None for one in waiting),
        "closed": sum(one.hindrance is not None for one in waiting),
    }


def _page_number() -> int:
    return max(request.values.get("page", 1, int), 1)
