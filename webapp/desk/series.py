"""Planning visits of a settled request, and the page of one series."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo import terms
from geo.errors import ParameterWrong
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework import pauses, rounds
from webapp.casework.cards import supporter_cards
from webapp.casework.cases import Case, read_case
from webapp.casework.recurrence import NTHS, today_in_japan
from webapp.desk.series_form import KINDS, filled_series, first_filled, look_ahead, read_wanted
from webapp.desk.series_view import read_series
from webapp.errors import say_problem, status_of
from webapp.faults import SeriesEmpty, SupporterAway, SupporterBooked
from webapp.register.records import Series, Supporter
from webapp.register.release import release_record
from webapp.register.released import release_records
from webapp.serving.filled import Filled
from webapp.serving.language import reader_language

series = Blueprint("series", __name__, url_prefix="/desk")

_PURPOSE: Final = "visit"
_SAID: Final = (ParameterWrong, SeriesEmpty, SupporterAway, SupporterBooked)
"""Faults that are said beside the form."""

Answer = Response | tuple[str, int] | str


@series.get("/requests/<identity>/visits/new")
def show_new(identity: str) -> str:
    """The form that plans one visit or a series of a request."""
    case = read_case(register_now(), viewer_now(), identity)
    chosen = _supporters(case)
    filled = first_filled(case, next(iter(chosen), None), now())
    return _show_form(case, filled)


@series.post("/requests/<identity>/visits/new")
def plan(identity: str) -> Answer:
    """Plan what the form says; or only show its dates."""
    filled = Filled.of(request.form)
    case = read_case(register_now(), viewer_now(), identity)
    if filled.one("deed") == "preview":
        return _show_form(case, filled)
    try:
        return redirect(_plan(case, filled), code=303)
    except _SAID as fault:
        return _show_form(case, filled, say_problem(fault)), status_of(fault)


@series.post("/requests/<identity>/visits/dates")
def preview(identity: str) -> str:
    """The dates of a form while it is filled in, as a part of the page."""
    case = read_case(register_now(), viewer_now(), identity)
    return render_template("desk/_dates.html", ahead=_ahead(case, Filled.of(request.form)))


def _plan(case: Case, filled: Filled) -> str:
    wanted = read_wanted(filled, case.place.id if case.place else None)
    version = filled.whole("version")
    asked = (register_now(), viewer_now(), case.request.id, version, wanted.supporter_id)
    if wanted.plan is None:
        rounds.plan_visit(*asked, wanted.slot)
        return url_for("cases.show", identity=case.request.id)
    made = rounds.start_series(*asked, wanted.plan, now())
    return url_for("series.show_one", identity=made)


def _show_form(case: Case, filled: Filled, problem: str = "") -> str:
    return render_template(
        "desk/series_new.html",
        case=case,
        filled=filled,
        version=filled.one("version") or case.request.version,
        chosen=_supporters(case),
        ready=case.request.get("status") in {"settled", "running"},
        ahead=_ahead(case, filled),
        station=_station(case),
        problem=problem,
        **form_choices(),
    )


def form_choices() -> dict[str, Any]:
    """What the form's boxes offer."""
    return {"kinds": KINDS, "weekdays": list(terms.WEEKDAYS), "nths": NTHS}


def _ahead(case: Case, filled: Filled) -> Any:  # noqa: ANN401
    register, viewer = register_now(), viewer_now()
    ids = list(_supporters(case))
    helpers = release_records(register, viewer, _PURPOSE, Supporter, Supporter.id.in_(ids)).by_id()
    station = _station(case)
    lang = reader_language()
    return look_ahead(register, filled, case.request, station, now(), lang, helpers)


def _station(case: Case) -> Any:  # noqa: ANN401
    return case.place if case.request.get("activity") == "garbage" else None


def _supporters(case: Case) -> dict[str, str]:
    """Who said yes, or helps already: names by id, the latest first."""
    accepted = [one["supporter_id"] for one in case.offers if one["status"] == "accepted"]
    standing = [one.get("supporter_id") for one in case.series if one["status"] != "ended"]
    ids = list(dict.fromkeys(str(one) for one in [*accepted, *standing] if one))
    cards = supporter_cards(register_now(), viewer_now(), ids)
    return {one: cards[one].shown for one in ids if one in cards}


@series.get("/series/<identity>")
def show_one(identity: str) -> str:
    """One series: its rule, its visits, what interrupts it."""
    return _show_one(identity)


def _show_one(identity: str, problem: str = "", filled: Filled | None = None) -> str:
    found = read_series(register_now(), viewer_now(), identity, now())
    today = today_in_japan(now())
    first = max(today + timedelta(days=1), found.starts)
    return render_template(
        "desk/series.html",
        found=found,
        series=found.series,
        today=today,
        first=first,
        problem=problem,
        filled=filled or filled_series(found.series, first),
        **form_choices(),
    )


@series.post("/series/<identity>/pause")
def pause(identity: str) -> Answer:
    """Pause from today, or take a stay that is known ahead off."""
    filled = Filled.of(request.form)
    return _do(identity, lambda version: _pause(identity, version, filled))


def _pause(identity: str, version: int, filled: Filled) -> None:
    first, until = filled.day("first"), filled.day("until")
    asked = (register_now(), viewer_now(), identity, version)
    if first is not None and first > today_in_japan(now()):
        if until is None:
            raise ParameterWrong(name="until", value="–", wanted=first)
        pauses.take_off_between(*asked, (first, until), now())
        return
    pauses.pause_series(*asked, until, filled.one("reason"), now())


@series.post("/series/<identity>/resume")
def resume(identity: str) -> Answer:
    """Go on from today."""
    return _do(
        identity,
        lambda version: pauses.resume_series(
            register_now(), viewer_now(), identity, version, now()
        ),
    )


@series.post("/series/<identity>/days-off")
def change_days_off(identity: str) -> Answer:
    """One day off, or one taken back."""
    filled = Filled.of(request.form)

    def deed(version: int) -> None:
        days = {name: filled.day(name) for name in ("add", "remove")}
        if not any(days.values()):
            raise ParameterWrong(name="day", value="–", wanted="2026-12-01")
        given = {name: [day] for name, day in days.items() if day is not None}
        pauses.change_days_off(register_now(), viewer_now(), identity, version, now(), **given)

    return _do(identity, deed)


@series.post("/series/<identity>/change")
def change(identity: str) -> Answer:
    """Another rule, hour or length from a day on."""
    filled = Filled.of(request.form)

    def deed(version: int) -> None:
        found = release_record(register_now(), viewer_now(), _PURPOSE, Series, identity)
        wanted = read_wanted(filled, found.get("station_id"))
        if wanted.plan is None:
            raise ParameterWrong(name="kind", value="once", wanted=", ".join(KINDS[1:]))
        pauses.change_series(register_now(), viewer_now(), identity, version, wanted.plan, now())

    return _do(identity, deed, filled)


@series.post("/series/<identity>/supporter")
def hand_over(identity: str) -> Answer:
    """Another standing supporter from a day on."""
    filled = Filled.of(request.form)

    def deed(version: int) -> None:
        supporter, first = filled.text("supporter_id"), filled.day("first")
        if supporter is None:
            raise ParameterWrong(name="supporter_id", value="–", wanted="a supporter")
        day = first or today_in_japan(now())
        pauses.hand_over_series(
            register_now(), viewer_now(), identity, version, supporter, day, now()
        )

    return _do(identity, deed)


@series.post("/series/<identity>/end")
def end(identity: str) -> Answer:
    """End the series after a day."""
    filled = Filled.of(request.form)

    def deed(version: int) -> None:
        last = filled.day("last") or today_in_japan(now())
        reason = filled.one("reason")
        pauses.end_series(register_now(), viewer_now(), identity, version, last, reason, now())

    return _do(identity, deed)


def _do(identity: str, deed: Any, filled: Filled | None = None) -> Answer:  # noqa: ANN401
    """Do it to the version that the form showed, and show the series; or say what is wrong."""
    try:
        deed(Filled.of(request.form).whole("version"))
    except _SAID as fault:
        return _show_one(identity, say_problem(fault), filled), status_of(fault)
    return redirect(url_for("series.show_one", identity=identity), code=303)
