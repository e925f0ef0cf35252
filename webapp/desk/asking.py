"""Asking: the call list of one request, what came of each call, the text for a supporter."""

from __future__ import annotations

from typing import Any, Final, cast

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo import terms
from geo.errors import GeoError, ParameterWrong
from webapp.accounts.atlases import atlas_now, keep_suggestions
from webapp.accounts.clock import now
from webapp.accounts.policy import as_told_to
from webapp.accounts.reader import register_now, viewer_now
from webapp.answers.suggesting import suggest_for
from webapp.casework import asking as deeds
from webapp.casework.call_list import CallList, read_call_list, require_request
from webapp.casework.cards import Card, supporter_cards
from webapp.casework.finding import known_about, wish_of
from webapp.casework.notices import write_notice
from webapp.desk.notice_text import count_letters, say_notice
from webapp.desk.saying_when import say_day, say_left, say_reason
from webapp.desk.wishes import say_wishes
from webapp.errors import sentence_of, status_of
from webapp.faults import AlreadyAsked, LayerAbsent, NotAskable, NotWanted, RequestWrong
from webapp.register.look import View
from webapp.register.records import Offer
from webapp.serving.language import reader_language

asking = Blueprint("asking", __name__, url_prefix="/desk")

_SHOWN: Final = 8
"""Candidates named on the page."""

_REFUSED: Final = (AlreadyAsked, NotAskable, NotWanted, ParameterWrong)
"""What is said on the page itself."""


@asking.get("/requests/<identity>/ask")
def show(identity: str) -> str:
    """Whom to phone next, who was phoned, who may still answer."""
    return _show(identity)


@asking.post("/requests/<identity>/offers")
def ask(identity: str) -> Response | tuple[str, int]:
    """Ask a supporter; where it was phoned already, with what came of the call."""
    form = request.form
    supporter, minutes = form.get("supporter_id", ""), _read_minutes()
    call = _read_call()
    about = (identity, _read_version(), supporter, minutes)
    try:
        if call is None:
            deeds.ask(register_now(), viewer_now(), *about, now())
        else:
            deeds.ask_and_answer(register_now(), viewer_now(), *about, call, now())
    except _REFUSED as fault:
        return _show(identity, fault), status_of(fault)
    return redirect(url_for("asking.show", identity=identity), code=303)


@asking.post("/offers/<identity>/answer")
def answer(identity: str) -> Response | tuple[str, int]:
    """Keep what came of a call about an offer."""
    asked_of, call = _request_of(identity), _read_call()
    if call is None:
        raise RequestWrong
    version = _read_version()
    try:
        deeds.answer_offer(
            register_now(), viewer_now(), identity, version, call.outcome, call.reason, now()
        )
    except _REFUSED as fault:
        return _show(asked_of, fault), status_of(fault)
    return redirect(url_for("asking.show", identity=asked_of), code=303)


@asking.post("/requests/<identity>/give-up")
def give_up(identity: str) -> Response | tuple[str, int]:
    """Say that nobody can be found."""
    reason = request.form.get("text", "").strip() or request.form.get("reason", "")
    try:
        deeds.give_up(register_now(), viewer_now(), identity, _read_version(), reason)
    except _REFUSED as fault:
        return _show(identity, fault), status_of(fault)
    return redirect(url_for("asking.show", identity=identity), code=303)


@asking.post("/requests/<identity>/take-up")
def take_up(identity: str) -> Response:
    """Look for somebody once more."""
    deeds.take_up(register_now(), viewer_now(), identity, _read_version())
    return redirect(url_for("asking.show", identity=identity), code=303)


@asking.get("/offers/<identity>/notice")
def show_notice(identity: str) -> str:
    """The text for the supporter of an offer: to send, to read out, to print."""
    teller = as_told_to(viewer_now(), _offer(identity)["supporter_id"])
    notice = write_notice(register_now(), viewer_now(), teller, identity)
    text = "" if notice.withheld else say_notice(notice, reader_language())
    return render_template(
        "desk/notice.html", notice=notice, text=text, letters=count_letters(text)
    )


def _show(identity: str, fault: GeoError | None = None) -> str:
    register, viewer = register_now(), viewer_now()
    deeds.expire_offers(register, viewer, now())
    calls = read_call_list(register, viewer, identity, now())
    lang = reader_language()
    found = _find_candidates(calls)
    chosen = request.args.get("supporter", "")
    candidates = sorted(found, key=lambda one: one["supporter_id"] != chosen)
    cards = supporter_cards(register, viewer, [one["supporter_id"] for one in candidates])
    return render_template(
        "desk/ask.html",
        calls=calls,
        wish=say_wishes(calls.request),
        say_day=lambda day: say_day(day, lang),
        candidates=[
            one | {"card": cards.get(one["supporter_id"], Card(one["supporter_id"]))}
            for one in candidates
        ],
        open_now={one.supporter.id for one in calls.waiting},
        declines=list(terms.DECLINES),
        unmets=list(terms.UNMETS),
        say_left=lambda left: say_left(left, lang),
        say_reason=lambda table, reason: say_reason(table, reason, lang),
        problem="" if fault is None else sentence_of(fault, lang),
    )


def _find_candidates(calls: CallList) -> list[dict[str, Any]]:
    """The suggestions that were not asked yet, best first; none while nobody is looked for."""
    home = calls.request.get("household_id")
    if home is None or calls.request.get("status") not in deeds.ASKABLE:
        return []
    atlas = atlas_now()
    if home not in atlas.household_rows:
        return []
    try:
        wish = wish_of(calls.request, k=_SHOWN + len(calls.tried))
        known = known_about(register_now(), home, wish, now(), asked=calls.request)
        answer = suggest_for(atlas, home, wish, reader_language(), known)
    except LayerAbsent:
        return []
    rows = [one for one in answer["suggestions"] if one["supporter_id"] not in calls.tried]
    answer |= {"suggestions": rows[:_SHOWN], "refused": []}
    keep_suggestions(answer, calls.request.get("district_id"))
    return answer["suggestions"]


def _offer(identity: str) -> View:
    with register_now().look(viewer_now(), "matching") as look:
        return look.one(Offer, identity)


def _request_of(offer_id: str) -> str:
    asked_of = _offer(offer_id)["request_id"]
    return require_request(register_now(), viewer_now(), asked_of).id


def _read_call() -> deeds.Call | None:
    """``answer`` of the form: an outcome, or ``declined:reason``; waiting or none is no call."""
    outcome, _, reason = request.form.get("answer", "").partition(":")
    if outcome in {"", "waiting"}:
        return None
    said = request.form.get("text", "").strip()
    told = said if said and reason in {"", "other"} else reason
    return deeds.Call(cast("deeds.Outcome", outcome), told or None)


def _read_version() -> int:
    try:
        return int(request.form.get("version", ""))
    except ValueError:
        raise RequestWrong from None


def _read_minutes() -> float | None:
    given = request.form.get("minutes", "").strip()
    try:
        minutes = float(given) if given else None
    except ValueError:
        raise RequestWrong from None
    if minutes is not None and not 0 <= minutes <= 600:
        raise RequestWrong
    return minutes
