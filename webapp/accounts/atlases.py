"""The atlas of whoever asks, and the trail of what an answer showed of people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from flask import Flask, Response, current_app, request

from webapp.accounts.policy import Purpose
from webapp.accounts.reader import viewer_now
from webapp.answers.atlas import Atlas, AtlasShelf
from webapp.answers.renewing import Renewal
from webapp.register.house import Register
from webapp.register.trail.access_event import Event
from webapp.register.trail.reads import extent_event, read_events
from webapp.register.viewer import Precision, Viewer

_WORK: Final[dict[str, Purpose]] = {
    "consultant": "matching",
    "terminal": "matching",
    "facilitator": "workshop",
    "participant": "workshop",
    "planner": "planning",
    "council": "planning",
    "supporter": "visit",
}
"""What a role mainly comes for."""


def purpose_of(viewer: Viewer) -> Purpose:
    """What the viewer's role mainly comes for."""
    return _WORK.get(viewer.role, "statistics")


def sees_homes(viewer: Viewer) -> bool:
    """Whether the viewer sees where a household is, not only its cell."""
    seen = viewer.sight.seen("household", purpose_of(viewer))
    return seen.get("lon") is Precision.EXACT


def shelf_now() -> AtlasShelf:
    """The shelf of this server."""
    shelf: AtlasShelf = current_app.extensions["shelf"]
    return shelf


def atlas_now() -> Atlas:
    """What whoever asks may see."""
    viewer = viewer_now()
    return shelf_now().of(viewer, purpose_of(viewer))


def renew_after_write(response: Response) -> Response:
    """Where whoever sees homes wrote, make ready what they may ask for next."""
    renewal: Renewal | None = current_app.extensions.get("renewal")
    wrote = request.method not in {"GET", "HEAD", "OPTIONS"} and response.status_code < 400
    if renewal is not None and wrote:
        viewer = viewer_now()
        if sees_homes(viewer):
            renewal.notice(viewer, purpose_of(viewer))
    return response


def register(app: Flask) -> None:
    """Look after every answer whether something was written."""
    app.after_request(renew_after_write)


def keep_shown(record: str, shown: Iterable[tuple[str, str | None]], fields: list[str]) -> None:
    """Keep in the trail that these records were shown to whoever asks."""
    viewer = viewer_now()
    _keep(read_events(viewer, purpose_of(viewer), record, shown, fields))


def keep_extent(record: str, district: str | None, count: int, fields: list[str]) -> None:
    """Keep in the trail that a whole layer of records was shown to whoever asks."""
    if count:
        viewer = viewer_now()
        _keep([extent_event(viewer, purpose_of(viewer), record, district, count, fields)])


def _keep(events: list[Event]) -> None:
    register: Register = current_app.extensions["register"]
    register.keep(events)


def keep_suggestions(answer: dict[str, Any], district: str | None) -> None:
    """Keep in the trail whom a suggestion named to whoever asks."""
    viewer = viewer_now()
    _keep(suggestion_events(viewer, purpose_of(viewer), answer, district))


def suggestion_events(
    viewer: Viewer, purpose: Purpose, answer: dict[str, Any], district: str | None
) -> list[Event]:
    """Whom a suggestion named: the house and each one suggested, the refused as an extent."""
    asked = [(str(answer["household_id"]), district)]
    named = [(str(one["supporter_id"]), district) for one in answer["suggestions"]]
    events = read_events(viewer, purpose, "household", asked, ["lon", "lat", "needs"])
    events += read_events(viewer, purpose, "supporter", named, ["name", "lon", "lat"])
    if answer["refused"]:
        count = len(answer["refused"])
        events.append(extent_event(viewer, purpose, "supporter", district, count, ["name"]))
    return events
