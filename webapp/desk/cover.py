"""Who stands in: the visits of one who is ill, and for each the neighbours who are free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo import terms
from geo.errors import GeoError, ParameterWrong
from webapp.accounts.atlases import atlas_now, keep_suggestions
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.answers.suggesting import suggest_for
from webapp.casework import cover as deeds
from webapp.casework.cards import Card, person_cards, supporter_cards
from webapp.casework.finding import known_about, wish_of
from webapp.casework.making import PURPOSE
from webapp.casework.recurrence import today_in_japan
from webapp.errors import say_problem, status_of
from webapp.faults import SupporterAway, SupporterBooked
from webapp.register.consents import JAPAN
from webapp.register.look import View
from webapp.register.records import Request, Supporter, Visit
from webapp.register.release import release_record
from webapp.register.released import release_records
from webapp.serving.filled import Filled
from webapp.serving.language import reader_language

cover = Blueprint("cover", __name__, url_prefix="/desk")

_CANDIDATES: Final = 5
_ASKED: Final = 25
"""Suggestions that are looked through for those who are free."""

_PERHAPS: Final = 3
"""Of those who do not quite fit, where few do."""

_SOFT: Final = {
    "weekday_unavailable", "hours_unavailable", "no_capacity", "beyond_own_limit", "outranked",
}  # fmt: skip
"""Reasons against somebody that a telephone call may overcome."""

_LONGEST: Final = timedelta(days=62)
_WEEKDAYS: Final = tuple(terms.WEEKDAYS)


@dataclass(frozen=True)
class Open:
    """One visit to cover. ``candidates``: whom one may ask, the best first."""

    visit: View
    activity: str
    person: Card | None
    candidates: Sequence[Mapping[str, Any]]
    by_map: bool
    """Whether walks could be measured; without the home on the map nobody is suggested."""


@cover.get("/supporters/<identity>/cover")
def show(identity: str) -> str:
    """The visits of a supporter in some days, and who could make them."""
    return _show(identity, Filled.of(request.args))


@cover.post("/visits/<identity>/cover")
def assign(identity: str) -> Response | tuple[str, int]:
    """Let another supporter make one visit."""
    filled = Filled.of(request.form)
    visit = release_record(register_now(), viewer_now(), PURPOSE, Visit, identity)
    absent = str(visit.get("stands_in_for") or visit["supporter_id"])
    version = filled.whole("version")
    try:
        deeds.cover_visit(register_now(), viewer_now(), identity, version, _chosen(filled))
    except (ParameterWrong, SupporterAway, SupporterBooked) as fault:
        return _show(absent, filled, say_problem(fault)), status_of(fault)
    if filled.one("first"):
        first, last = filled.one("first"), filled.one("last")
        address = url_for("cover.show", identity=absent, first=first, last=last)
        return redirect(address, code=303)
    return redirect(url_for("visits.show", identity=identity), code=303)


def _chosen(filled: Filled) -> str:
    supporter = filled.text("supporter_id")
    if supporter is None:
        raise ParameterWrong(name="supporter_id", value="–", wanted="a supporter")
    return supporter


def _show(identity: str, filled: Filled, problem: str = "") -> str:
    absent = release_record(register_now(), viewer_now(), PURPOSE, Supporter, identity)
    first, last = _span(filled)
    found = deeds.visits_to_cover(register_now(), viewer_now(), identity, first, last)
    return render_template(
        "desk/cover.html",
        absent=absent,
        first=first,
        last=last,
        opens=_open(found),
        problem=problem,
    )


def _span(filled: Filled) -> tuple[date, date]:
    today = today_in_japan(now())
    first = filled.day("first") or today
    last = filled.day("last") or first + timedelta(days=7)
    if last < first or last - first > _LONGEST:
        raise ParameterWrong(name="until", value=last, wanted=f"{first}–{first + _LONGEST}")
    return first, last


def _open(visits: Sequence[View]) -> list[Open]:
    register, viewer = register_now(), viewer_now()
    ids = sorted({str(one["request_id"]) for one in visits})
    cases = release_records(register, viewer, PURPOSE, Request, Request.id.in_(ids)).by_id()
    people = person_cards(
        register, viewer, [one.get("person_id") for one in cases.values()], PURPOSE
    )
    opens: list[Open] = []
    for visit in visits:
        asked = cases.get(str(visit["request_id"]))
        if asked is None:
            continue
        found = _candidates(visit, asked)
        person = people.get(str(asked.get("person_id")))
        activity = str(asked.get("activity") or "")
        opens.append(Open(visit, activity, person, found or [], found is not None))
    return opens


def _candidates(visit: View, asked: View) -> list[Mapping[str, Any]] | None:
    """Who is free at that time, who fits first; None where the home is not to be found.

    After those who fit stand a few who only do not like the day or the way: one may ask.
    """
    home = asked.get("household_id")
    if home is None or asked.get("activity") is None:
        return None
    day = visit["planned_at"].astimezone(JAPAN).date()
    wish = replace(
        wish_of(asked, k=_ASKED), weekday=_WEEKDAYS[day.weekday()], weekdays=(), hours=None
    )
    known = known_about(register_now(), str(home), wish, now(), asked=asked, on=day)
    try:
        answer = suggest_for(atlas_now(), str(home), wish, reader_language(), known)
    except GeoError:
        return None
    left_out = {str(visit["supporter_id"]), *deeds.not_for(register_now(), visit)}
    perhaps = [one | {"reasons": one["refusals"]} for one in answer["refused"] if _may_ask(one)]
    fit = [one for one in answer["suggestions"] if one["supporter_id"] not in left_out]
    free = [one for one in perhaps if one["supporter_id"] not in left_out]
    named = [*fit[:_CANDIDATES], *free[: max(0, _PERHAPS - len(fit))]]
    keep_suggestions(answer | {"suggestions": named, "refused": []}, visit["district_id"])
    cards = supporter_cards(
        register_now(), viewer_now(), [one["supporter_id"] for one in named], PURPOSE
    )
    return [one | {"card": cards.get(one["supporter_id"])} for one in named]


def _may_ask(refused: Mapping[str, Any]) -> bool:
    return {str(one["code"]) for one in refused["refusals"]} <= _SOFT
