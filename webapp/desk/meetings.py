"""Meetings: written down, their cards ticked off, their papers handed round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from geo import terms
from geo.errors import GeoError, NotFound, ParameterWrong
from webapp.accounts.clock import now, today_here
from webapp.accounts.reader import name_now, register_now, require_fresh, viewer_now
from webapp.answers.loans import USUAL_LOAN, read_loan, send_file
from webapp.answers.meeting_paper import set_paper
from webapp.casework.briefing import Briefing, brief
from webapp.casework.cards import person_cards
from webapp.casework.cases import OVER
from webapp.casework.meetings import (
    PURPOSE,
    Minutes,
    TaskCard,
    cards_of,
    finish_card,
    hold_meeting,
    open_cards,
    revise_meeting,
)
from webapp.desk.figure_choice import areas
from webapp.desk.meeting_papers import figures_since, minutes_paper, pack_paper
from webapp.errors import sentence_of, status_of
from webapp.register.consents import JAPAN
from webapp.register.export_copies import Mark, send_copy
from webapp.register.figures import figures
from webapp.register.look import View
from webapp.register.records import Meeting, Request
from webapp.register.released import release_records
from webapp.register.taken import take_rows
from webapp.serving.filled import Filled
from webapp.serving.language import reader_language

meetings = Blueprint("meetings", __name__, url_prefix="/desk/meetings")

_SPARE: Final = 3
"""Empty rows for cards in the form."""

_PAPERS: Final = ("pack", "minutes")
_HOUR: Final = 14
"""Meetings usually begin at two in the afternoon."""


@dataclass(frozen=True)
class Choosable:
    """A request that can be a case of the meeting."""

    id: str
    activity: str
    status: str
    name: str
    chosen: bool


@meetings.get("/new")
def show_form() -> str:
    """The form for a new meeting; first of all of which district."""
    known = areas()
    district = request.args.get("district", "") or (next(iter(known)) if len(known) == 1 else "")
    if not district:
        return render_template("desk/meeting_where.html", areas=known)
    _require_district(district)
    day = datetime.combine(today_here(), datetime.min.time(), JAPAN)
    return _new_page(district, Minutes(day.replace(hour=_HOUR), "liaison"))


@meetings.post("/new")
def hold() -> AnyResponse | tuple[str, int]:
    """Write a new meeting down."""
    filled = Filled.of(request.form)
    district, minutes = filled.one("district"), _read(filled)
    _require_district(district)
    try:
        identity = hold_meeting(register_now(), viewer_now(), district, minutes)
    except ParameterWrong as fault:
        return _new_page(district, minutes, fault), status_of(fault)
    return redirect(url_for("meetings.show", identity=identity), code=303)


@meetings.get("/<identity>")
def show(identity: str) -> str:
    """One meeting: what was written down, its cards, and its papers."""
    meeting = _find(identity)
    return _page(meeting, _minutes_of(meeting))


@meetings.post("/<identity>")
def revise(identity: str) -> AnyResponse | tuple[str, int]:
    """Write it down anew."""
    filled = Filled.of(request.form)
    minutes, version = _read(filled), filled.whole("version")
    try:
        revise_meeting(register_now(), viewer_now(), identity, version, minutes)
    except ParameterWrong as fault:
        return _page(_find(identity), minutes, fault), status_of(fault)
    return redirect(url_for("meetings.show", identity=identity), code=303)


@meetings.post("/<identity>/card")
def finish(identity: str) -> AnyResponse:
    """Tick a card of this meeting off, or take the tick back."""
    filled = Filled.of(request.form)
    finish_card(
        register_now(), viewer_now(), identity, filled.whole("version"), filled.whole("place"),
        done=filled.on("done"),
    )  # fmt: skip
    back = filled.one("back") or identity
    return redirect(url_for("meetings.show", identity=back), code=303)


@meetings.post("/<identity>/paper")
def send_paper(identity: str) -> AnyResponse:
    """The pack or the minutes, as a numbered copy."""
    require_fresh()
    filled = Filled.of(request.form)
    which = filled.one("which")
    if which not in _PAPERS:
        raise ParameterWrong(name="which", value=which[:40], wanted=", ".join(_PAPERS))
    loan = read_loan(filled.one("holder"), filled.one("return_by"))
    meeting = _find(identity)
    told = brief(register_now(), viewer_now(), meeting, now())
    taken = take_rows(
        register_now(),
        viewer_now(),
        Request,
        told.released,
        pd.DataFrame({"number": [one.number for one in told.cases]}),
        district=str(meeting["district_id"]),
        homes=told.homes,
    )
    draw = _DRAWN[which]
    return send_file(send_copy(register_now(), taken, loan, "pdf", lambda mark: draw(told, mark)))


def _draw_pack(told: Briefing, mark: Mark) -> bytes:
    today, lang = today_here(), reader_language()
    district = str(told.meeting["district_id"])
    counted = figures(register_now(), viewer_now(), figures_since(told, today), district)
    paper = pack_paper(told, counted, areas().get(district, district), today, mark, lang)
    return set_paper(paper, today, lang)


def _draw_minutes(told: Briefing, mark: Mark) -> bytes:
    today, lang = today_here(), reader_language()
    district = str(told.meeting["district_id"])
    paper = minutes_paper(told, areas().get(district, district), today, mark, lang)
    return set_paper(paper, today, lang)


_DRAWN: Final = {"pack": _draw_pack, "minutes": _draw_minutes}


def _new_page(district: str, minutes: Minutes, fault: GeoError | None = None) -> str:
    return render_template(
        "desk/meeting_form.html", meeting=None, district=district, **_form(district, minutes, fault)
    )


def _page(meeting: View, minutes: Minutes, fault: GeoError | None = None) -> str:
    district = str(meeting["district_id"])
    earlier = open_cards(register_now(), viewer_now(), district, meeting["met_at"])
    return render_template(
        "desk/meeting.html",
        meeting=meeting,
        cards=cards_of(meeting),
        carried=[one for one in earlier if one.meeting.id != meeting.id],
        holder=name_now(),
        return_by=today_here() + USUAL_LOAN,
        today=today_here(),
        district=district,
        **_form(district, minutes, fault),
    )


def _find(identity: str) -> View:
    with register_now().look(viewer_now(), PURPOSE) as look:
        return look.one(Meeting, identity)


def _require_district(district: str) -> None:
    if district not in areas():
        raise NotFound(kind="district", id=district[:64] or "–")


def _form(district: str, minutes: Minutes, fault: GeoError | None) -> dict[str, Any]:
    """What the form offers."""
    here = minutes.met_at.astimezone(JAPAN)
    return {
        "problem": "" if fault is None else sentence_of(fault, reader_language()),
        "minutes": minutes,
        "day": here.date(),
        "time": f"{here:%H:%M}",
        "kinds": list(terms.MEETING_KINDS),
        "choosable": _choosable(district, minutes.cases),
        "rows": [*minutes.cards, *[TaskCard("")] * _SPARE],
        "area": areas().get(district, district),
    }


def _choosable(district: str, chosen: Sequence[str]) -> list[Choosable]:
    """Requests of the district that are not over, and those that were chosen."""
    register, viewer = register_now(), viewer_now()
    found = release_records(
        register, viewer, PURPOSE, Request, Request.district_id == district,
        Request.status.not_in(OVER) | Request.id.in_(chosen),
        order=(Request.made_at.desc(), Request.id),
    )  # fmt: skip
    people = person_cards(register, viewer, [one.get("person_id") for one in found])
    return [
        Choosable(
            one.id,
            str(one.get("activity") or ""),
            str(one.get("status") or ""),
            people[one["person_id"]].shown if one.get("person_id") in people else "–",
            one.id in chosen,
        )
        for one in found
    ]


def _minutes_of(meeting: View) -> Minutes:
    return Minutes(
        meeting["met_at"],
        str(meeting.get("kind") or "other"),
        meeting.get("title") or "",
        tuple(meeting.get("attendees") or ()),
        tuple(meeting.get("cases") or ()),
        meeting.get("decisions") or "",
        tuple(cards_of(meeting)),
    )


def _read(filled: Filled) -> Minutes:
    """The meeting as the form says it. Cases keep the order they had; new ones follow."""
    before = filled.one("cases_before").split()
    ticked = filled.many("cases")
    order = [one for one in before if one in ticked]
    return Minutes(
        _read_moment(filled),
        filled.one("kind"),
        filled.one("title"),
        tuple(_lines(filled.one("attendees"))),
        tuple(order + [one for one in ticked if one not in order]),
        filled.one("decisions"),
        tuple(_read_cards(filled)),
    )


def _lines(text: str) -> list[str]:
    parts = text.replace("、", "\n").splitlines()
    return [part.strip() for part in parts if part.strip()]


def _read_cards(filled: Filled) -> list[TaskCard]:
    cards: list[TaskCard] = []
    for place in range(filled.whole("card_count")):
        worry, who = filled.one(f"worry_{place}"), filled.one(f"who_{place}")
        by, done = filled.day(f"by_{place}"), filled.on(f"done_{place}")
        if worry or who or by is not None:
            cards.append(TaskCard(worry, who, by, done))
    return cards


def _read_moment(filled: Filled) -> datetime:
    day = filled.day("day")
    if day is None:
        raise ParameterWrong(name="day", value="–", wanted="YYYY-MM-DD")
    text = filled.one("time") or f"{_HOUR}:00"
    try:
        clock = datetime.strptime(text, "%H:%M").replace(tzinfo=UTC).time()
    except ValueError:
        raise ParameterWrong(name="time", value=text[:40], wanted="14:00") from None
    return datetime.combine(day, clock, JAPAN)
