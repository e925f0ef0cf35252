"""Finding a helper: one household, one worry, the neighbours to ask, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, jsonify, render_template, request

from geo import terms
from geo.errors import ParameterWrong
from geo.request import ON_THE_WAY
from webapp.accounts.atlases import atlas_now, keep_shown
from webapp.accounts.reader import register_now, viewer_now
from webapp.answers.atlas import Atlas
from webapp.answers.drawing import map_parts
from webapp.answers.looking_up import household_card
from webapp.answers.nearby import places_near
from webapp.answers.wish import NEIGHBOURS, Wish
from webapp.casework.asking import ASKABLE
from webapp.casework.calls import WISHED_GENDERS
from webapp.casework.cards import PURPOSE, Card, person_cards
from webapp.casework.finding import wish_of
from webapp.desk.wishes import say_wishes
from webapp.register.look import View
from webapp.register.records import Request
from webapp.register.release import release_record
from webapp.serving.language import reader_language
from webapp.wording import catalogue

finding = Blueprint("finding", __name__, url_prefix="/desk/find")

_USUAL: Final = Wish("garbage", within=15.0, no_neighbours=None)
"""What the form shows before anybody says anything."""

_LIMITS: Final = (5, 10, 15, 20, 30, 45, 60)

_SCRIPT_WORDS: Final = (
    "no_match", "count_match", "unplaced", "result_count", "nobody", "rank", "minutes",
    "by_phone", "show", "refused", "refused_more", "failed", "choose_first", "not_placed",
    "working", "between", "ask_this", "ask_whom", "new", "ties", "asked_often", "adds",
    "restore", "dropped_now", "restored_now", "place_none", "hours_both", "show_whom", "more_fit",
)  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    """The request that is searched for, and whom it is about."""

    request: View
    person: Card | None
    wish: Wish
    home: str | None
    """Id of the household; None = it cannot be searched from."""

    @property
    def askable(self) -> bool:
        """Whether somebody may be asked still."""
        return self.request.get("status") in ASKABLE


@finding.get("")
def show() -> str:
    """The form, the list and the map, side by side; for one request where it is named."""
    atlas = atlas_now()
    about = request.args.get("request")
    asked = None if about is None else _asked(atlas, about)
    wish = _USUAL if asked is None else asked.wish
    return render_template(
        "desk/find.html",
        parts=map_parts(atlas, "staff"),
        ready=not (atlas.layer("households").empty or atlas.layer("supporters").empty),
        asked=asked,
        said=[] if asked is None else say_wishes(asked.request),
        wish=wish,
        hours=(wish.hours or "-").split("-"),
        activities=list(terms.ACTIVITIES),
        weekdays=list(terms.WEEKDAYS),
        modes=list(terms.MODES),
        genders=WISHED_GENDERS,
        limits=_LIMITS,
        neighbours=f"{wish.no_neighbours or NEIGHBOURS:g}",
        words=_script_words(),
        start=_start(atlas, asked),
    )


@finding.get("/places/<path:identity>")
def list_places(identity: str) -> Response:
    """The shops, clinics or stations near one household, for an activity that leads there."""
    activity = request.args.get("activity", "")
    if activity not in ON_THE_WAY:
        wanted = "one of " + ", ".join(ON_THE_WAY)
        raise ParameterWrong(name="activity", value=activity[:40], wanted=wanted)
    atlas = atlas_now()
    chosen = request.args.get("chosen") or None
    found = places_near(atlas, identity, activity, reader_language(), chosen=chosen)
    district = atlas.household(identity)["district_id"].iloc[0]
    keep_shown("household", [(identity, district)], ["lon", "lat"])
    return jsonify({"places": found})


def _asked(atlas: Atlas, identity: str) -> _Asked:
    """The request of the address. Raises `NotFound`."""
    register, viewer = register_now(), viewer_now()
    found = release_record(register, viewer, PURPOSE, Request, identity)
    person = found.get("person_id")
    home = found.get("household_id")
    return _Asked(
        found,
        person_cards(register, viewer, [person]).get(str(person)),
        wish_of(found, within=30.0),
        home if home in atlas.household_rows else None,
    )


def _start(atlas: Atlas, asked: _Asked | None) -> dict[str, Any]:
    """What the script begins with."""
    if asked is None or asked.home is None:
        return {"household": None, "request": None}
    card = household_card(atlas, asked.home)
    keep_shown(
        "household", [(asked.home, card["district_id"])],
        ["name", "address", "composition", "needs", "lon", "lat"],
    )  # fmt: skip
    return {
        "household": card,
        "request": asked.request.id,
        "place": asked.wish.place,
        "excluded": list(asked.wish.excluded),
    }


def _script_words() -> dict[str, Any]:
    lang = reader_language()
    words: dict[str, Any] = {word: catalogue()[f"desk.{word}"][lang] for word in _SCRIPT_WORDS}
    tables = {
        "compositions": {
            code: terms.label("composition", code, lang) for code in terms.COMPOSITIONS
        },
        "links": {code: terms.label("link", code, lang) for code in terms.LINK_KINDS},
    }
    return words | tables | {"led": list(ON_THE_WAY)}
