"""Today: what waits, what is planned, what colleagues did since one was last here."""

from __future__ import annotations

import logging
from collections.abc import Sequence
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
from webapp.casework.happenings import Happening, by_colleagues, happened
from webapp.desk.lists import LISTINGS
from webapp.desk.telling import Said, say_happenings
from webapp.desk.upkeep import keep_up
from webapp.register.consents import JAPAN
from webapp.serving.language import reader_language
from webapp.wording import say

room = Blueprint("desk", __name__, url_prefix="/desk")

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
    groups = _by_case(since or at - _FIRST_DAYS)
    shown = [one for some in list(groups.values())[:_CASES] for one in some[:_SAID]]
    day = work.read_day(register_, viewer, at, work.Room(), shown)
    news = _news(shown, day.names)
    return render_template(
        "desk/today.html",
        at=at,
        today=at.astimezone(JAPAN).date(),
        said_day=say_day(at),
        has_list=lambda name: name in LISTINGS,
        upkeep=upkeep,
        day=day,
        since=since,
        news=news,
        more_news=max(0, len(groups) - _CASES),
        days=lambda moment: (at - moment).days,
    )


def _by_case(since: datetime) -> dict[tuple[str, str], list[Happening]]:
    """What colleagues did since, by the case or person it happened to, the last first."""
    register_, viewer = register_now(), viewer_now()
    found = happened(register_, viewer, by_colleagues(register_, viewer.account, since), _READ_BACK)
    groups: dict[tuple[str, str], list[Happening]] = {}
    for one in found:
        key = (
            ("request", one.request_id)
            if one.request_id
            else ("person", one.person_id)
            if one.person_id
            else (one.record, one.record_id)
        )
        groups.setdefault(key, []).append(one)
    return groups


def _news(shown: Sequence[Happening], names: work.Names) -> Sequence[CaseNews]:
    """The sentences of the cases that may be told of."""
    said = say_happenings(shown, names.supporters)
    news: dict[tuple[str, str], list[Said]] = {}
    for one in said:
        key = _case_of(one.happening, names)
        if key is not None:
            news.setdefault(key, []).append(one)
    return [CaseNews(title, href, some) for (title, href), some in news.items()]


def say_day(at: datetime) -> str:
    """The day in Japan with its weekday, as it is spoken."""
    day, lang = at.astimezone(JAPAN), reader_language()
    weekday = terms.label("weekday", list(terms.WEEKDAYS)[day.weekday()], lang)
    return f"{day.month}月{day.day}日（{weekday}）" if lang == "ja" else f"{weekday}, {day:%-d %B}"


_SAID: Final = 2
"""Deeds told of one case."""


def _case_of(one: Happening, names: work.Names) -> tuple[str, str] | None:
    """Title and address of the case or person that it happened to; None = not to be told."""
    lang = reader_language()
    if one.request_id is not None:
        request_ = names.requests.get(one.request_id)
        if request_ is None:
            return None
        person = names.person_of(one.request_id)
        activity = terms.label("activity", str(request_.get("activity")), lang)
        named = "" if person is None else say("case.of", lang, name=person.shown)
        return f"{named}　{activity}".strip(), url_for("cases.show", identity=one.request_id)
    if one.person_id is not None:
        person = names.people.get(one.person_id)
        if person is None:
            return None
        href = url_for("cases.show_person", identity=person.id)
        return say("case.of", lang, name=person.shown), href
    if one.record == "consultation":
        href = url_for("cases.show_consultation", identity=one.record_id)
        return say("case.consultation", lang), href
    return None
