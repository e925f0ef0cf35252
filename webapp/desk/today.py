"""Today: what waits, what is planned, what colleagues did since one was last here."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, Flask, render_template, request, url_for

from geo import terms
from geo.errors import GeoError
from webapp.accounts.clock import now
from webapp.accounts.reader import account_now, register_now, viewer_now
from webapp.casework import today as work
from webapp.casework.attendance import come, last_stay
from webapp.casework.cards import Card, person_cards
from webapp.casework.happenings import Happening, by_colleagues, happened
from webapp.casework.reminders import due_reminders
from webapp.desk.lists import LISTINGS
from webapp.desk.telling import Said, say_happenings
from webapp.desk.upkeep import keep_up
from webapp.register.consents import JAPAN
from webapp.register.look import View
from webapp.register.records import Request
from webapp.register.released import release_records
from webapp.serving.language import reader_language
from webapp.wording import say

room = Blueprint("desk", __name__, url_prefix="/desk")

_VISITS: Final = 7
_FEW: Final = 3
_CASES: Final = 5
_READ_BACK: Final = 400
"""Versions read back for what colleagues did."""

_FIRST_DAYS: Final = timedelta(days=7)
"""Who comes for the first time is told of the last days."""

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class CaseNews:
    """What colleagues did about one case or person, the last first."""

    title: str
    href: str
    said: Sequence[Said]


def register(app: Flask) -> None:
    """Note whoever opens a page of the desk, so that it knows when they were last here."""
    app.before_request(_note_presence)


def _note_presence() -> None:
    if not request.path.startswith("/desk/") or request.method != "GET" or account_now() is None:
        return
    if viewer_now().role != "consultant":
        return
    try:
        come(register_now(), viewer_now(), now())
    except GeoError:  # a full disk must not keep anybody from reading
        _LOG.warning("a stay was not written down")


@room.get("/")
def show_desk() -> str:
    """The first page of a consultant's day."""
    register_, viewer, at = register_now(), viewer_now(), now()
    upkeep = keep_up(at)
    since = last_stay(register_, viewer)
    reminders, remembered = due_reminders(register_, viewer, at.astimezone(JAPAN).date(), _FEW)
    news, more = _read_news(since or at - _FIRST_DAYS)
    return render_template(
        "desk/today.html",
        day=say_day(at),
        day_=at.astimezone(JAPAN).date(),
        has_list=lambda name: name in LISTINGS,
        upkeep=upkeep,
        visits=work.visits_today(register_, viewer, at, _VISITS),
        astray=work.visits_astray(register_, viewer, at, _FEW),
        waiting=work.waiting(register_, viewer, _FEW),
        offers=work.offers_due(register_, viewer, at, _FEW),
        quiet=work.quiet_people(register_, viewer, at, _FEW),
        reminders=reminders,
        remembered=remembered,
        reminded=person_cards(register_, viewer, [one.get("person_id") for one in reminders]),
        since=since,
        news=news,
        more_news=more,
        days=lambda moment: (at - moment).days,
    )


def say_day(at: datetime) -> str:
    """The day in Japan with its weekday, as it is spoken."""
    day, lang = at.astimezone(JAPAN), reader_language()
    weekday = terms.label("weekday", list(terms.WEEKDAYS)[day.weekday()], lang)
    return f"{day.month}月{day.day}日（{weekday}）" if lang == "ja" else f"{weekday}, {day:%-d %B}"


def _read_news(since: datetime) -> tuple[Sequence[CaseNews], int]:
    """What colleagues did since, a case each, and how many cases more there are."""
    register_, viewer = register_now(), viewer_now()
    found = happened(register_, viewer, by_colleagues(register_, viewer.account, since), _READ_BACK)
    asked = sorted({one.request_id for one in found if one.request_id})
    requests = release_records(
        register_, viewer, "matching", Request, Request.id.in_(asked)
    ).by_id()
    people = person_cards(
        register_,
        viewer,
        {one.person_id for one in found} | {one.get("person_id") for one in requests.values()},
    )
    groups: dict[tuple[str, str], list[Happening]] = {}
    for one in found:
        key = _case_of(one, requests, people)
        if key is not None:
            groups.setdefault(key, []).append(one)
    shown = list(groups.items())[:_CASES]
    said = say_happenings([one for _, some in shown for one in some[:_SAID]])
    by_happening = {id(one.happening): one for one in said}
    news = [CaseNews(*key, [by_happening[id(one)] for one in some[:_SAID]]) for key, some in shown]
    return news, len(groups) - len(shown)


_SAID: Final = 2
"""Deeds told of one case."""


def _case_of(
    one: Happening, requests: Mapping[str, View], people: Mapping[str, Card]
) -> tuple[str, str] | None:
    """Title and address of the case or person that it happened to; None = not to be told."""
    lang = reader_language()
    if one.request_id is not None:
        request_ = requests.get(one.request_id)
        if request_ is None:
            return None
        person = people.get(str(request_.get("person_id")))
        activity = terms.label("activity", str(request_.get("activity")), lang)
        named = "" if person is None else say("case.of", lang, name=person.shown)
        return f"{named}　{activity}".strip(), url_for("cases.show", identity=one.request_id)
    if one.person_id is not None:
        person = people.get(one.person_id)
        if person is None:
            return None
        href = url_for("cases.show_person", identity=person.id)
        return say("case.of", lang, name=person.shown), href
    if one.record == "consultation":
        href = url_for("cases.show_consultation", identity=one.record_id)
        return say("case.consultation", lang), href
    return None
