"""The feed of a supporter's own visits: made and ended by consultants, read by calendars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from icalendar import Calendar, Event
from werkzeug.wrappers import Response as AnyResponse

from geo import terms
from webapp.accounts.clock import now
from webapp.accounts.policy import viewer_of
from webapp.accounts.reader import register_now, viewer_now
from webapp.accounts.secret import digest_of, new_secret
from webapp.accounts.throttle import Throttle
from webapp.casework import feeds as deeds
from webapp.casework.bookings import USUAL_MINUTES
from webapp.desk.writing import link
from webapp.faults import PageMissing
from webapp.serving.language import reader_language
from webapp.wording import Language, say

feeds = Blueprint("feeds", __name__)

_EVERY: Final = "PT1H"
"""How often a calendar program should ask."""

_STATUSES: Final = {"cancelled": "CANCELLED"}


def register(app: Flask) -> None:
    """Let the templates of ``app`` ask whether a supporter has a feed."""
    app.context_processor(
        lambda: {"feed_since": lambda identity: deeds.feed_since(register_now(), identity)}
    )


@feeds.post("/desk/supporters/<identity>/calendar")
def make(identity: str) -> str:
    """Open a feed; its address is shown this once."""
    secret = new_secret()
    deeds.make_feed(register_now(), viewer_now(), identity, digest_of(secret), now())
    address = url_for("feeds.send", secret=secret, _external=True)
    return render_template("desk/feed_made.html", identity=identity, address=address)


@feeds.post("/desk/supporters/<identity>/calendar/end")
def end(identity: str) -> AnyResponse:
    """Close it."""
    deeds.end_feed(register_now(), viewer_now(), identity, now())
    back = link("supporters.show_one", identity=identity) or url_for("desk.show_desk")
    return redirect(back, code=303)


@feeds.get("/calendar/<secret>.ics")
def send(secret: str) -> AnyResponse:
    """The visits for whoever holds the address; guessing is throttled."""
    throttle: Throttle = current_app.extensions["throttle"]
    attempt = throttle.enter(address=request.remote_addr or "?")
    supporter = deeds.find_supporter(register_now(), digest_of(secret[:100]))
    if supporter is None:
        raise PageMissing
    attempt.forgive()
    viewer = viewer_of("supporter", f"feed:{supporter}"[:64], frozenset(), supporter)
    answer = Response(status=200, content_type="text/calendar; charset=utf-8")
    lang = reader_language()
    answer.set_etag(f"{deeds.state_of(register_now(), viewer, now())}-{lang}")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Disposition"] = 'inline; filename="visits.ics"'
    answer.headers["X-Robots-Tag"] = "noindex"
    if not request.if_none_match.contains_weak(answer.get_etag()[0] or ""):
        events = deeds.read_events(register_now(), viewer, now())
        answer.set_data(write_calendar(events, lang))
    return answer.make_conditional(request)


def write_calendar(events: Sequence[deeds.Event], lang: Language) -> bytes:
    """Visits as iCalendar (RFC 5545)."""
    made = Calendar()
    made.add("prodid", "-//welfaremap//visits//JA")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", say("calendar.feed_name", lang))
    made.add("refresh-interval;value=duration", _EVERY)
    for one in events:
        made.add_component(_event(one, lang))
    return made.to_ical()


def _event(visit: deeds.Event, lang: Language) -> Event:
    made = Event()
    minutes = USUAL_MINUTES if visit.minutes is None else visit.minutes
    word = terms.label("activity", visit.activity, lang) if visit.activity else ""
    made.add("uid", f"{visit.id}@welfaremap")
    made.add("dtstamp", visit.changed_at)
    made.add("last-modified", visit.changed_at)
    made.add("sequence", visit.version)
    made.add("dtstart", visit.start)
    made.add("dtend", visit.start + timedelta(minutes=minutes))
    made.add("summary", word or say("calendar.feed_activity", lang))
    made.add("location", visit.district)
    made.add("status", _STATUSES.get(visit.status, "CONFIRMED"))
    return made
