"""What is wanted, as a part of a form: read, shown again, and said in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from sqlalchemy import select

from geo import terms
from geo.errors import ParameterWrong
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework.calls import WISHED_GENDERS, Wanted
from webapp.register.look import allowed_rows
from webapp.register.records import Place
from webapp.serving.filled import Filled
from webapp.serving.language import reader_language
from webapp.wording import say

_PLACES: Final = 400
"""Places offered in one choice."""

_PAID: Final = {"paid": True, "unpaid": False}

_BOXES: Final = ("steps_free", "no_relatives", "no_neighbours")


def read_wanted(filled: Filled, prefix: str = "") -> Wanted | None:
    """One request of a form; None where no activity is chosen. Raises `ParameterWrong`."""
    activity = filled.text(f"{prefix}activity")
    if activity is None:
        return None
    constraints: dict[str, Any] = {
        "weekdays": filled.many(f"{prefix}weekday"),
        "hours": filled.hours(f"{prefix}from", f"{prefix}to"),
        "gender": filled.text(f"{prefix}gender"),
        "modes": filled.many(f"{prefix}mode"),
        "excluded": filled.many(f"{prefix}excluded"),
        **{name: filled.on(f"{prefix}{name}") for name in _BOXES},
    }
    return Wanted(
        activity=activity,
        sub_reason=filled.text(f"{prefix}sub_reason"),
        paid=_PAID.get(filled.one(f"{prefix}paid")),
        wanted_from=filled.day(f"{prefix}wanted_from"),
        place_id=filled.text(f"{prefix}place_id"),
        constraints={name: value for name, value in constraints.items() if value},
    )


def require_wanted(filled: Filled, prefix: str = "") -> Wanted:
    """The request of a form that is about nothing else. Raises `ParameterWrong`."""
    wanted = read_wanted(filled, prefix)
    if wanted is None:
        raise ParameterWrong(name="activity", value="–", wanted=", ".join(terms.ACTIVITIES))
    return wanted


def filled_wishes(request: Mapping[str, Any]) -> Filled:
    """A request that is kept, as the form shows it."""
    wishes: Mapping[str, Any] = request.get("constraints") or {}
    start, _, end = str(wishes.get("hours") or "").partition("-")
    paid = request.get("paid")
    from_ = request.get("wanted_from")
    fields: dict[str, list[str]] = {
        "activity": [str(request.get("activity") or "")],
        "sub_reason": [str(request.get("sub_reason") or "")],
        "paid": ["" if paid is None else "paid" if paid else "unpaid"],
        "wanted_from": ["" if from_ is None else from_.isoformat()],
        "place_id": [str(request.get("place_id") or "")],
        "weekday": list(wishes.get("weekdays") or ()),
        "from": ["" if start == "00:00" else start],
        "to": ["" if end == "24:00" else end],
        "gender": [str(wishes.get("gender") or "")],
        "mode": list(wishes.get("modes") or ()),
        "excluded": list(wishes.get("excluded") or ()),
        **{name: ["on"] if wishes.get(name) else [] for name in _BOXES},
    }
    return Filled(fields)


@dataclass(frozen=True)
class Offered:
    """What a form of wishes offers to choose from."""

    activities: tuple[str, ...] = tuple(terms.ACTIVITIES)
    weekdays: tuple[str, ...] = tuple(terms.WEEKDAYS)
    modes: tuple[str, ...] = tuple(terms.MODES)
    genders: tuple[str, ...] = WISHED_GENDERS
    places: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """By kind: id and name."""


def offered(district: str | None = None) -> Offered:
    """The choices of the viewer's districts, or of one."""
    asked = select(Place.id, Place.kind, Place.name).where(
        allowed_rows(Place, viewer_now(), "matching")
    )
    if district is not None:
        asked = asked.where(Place.district_id == district)
    with register_now().engine.connect() as connection:
        rows = connection.execute(asked.order_by(Place.kind, Place.name).limit(_PLACES)).all()
    kinds = {
        str(kind): tuple((str(one.id), str(one.name or one.id)) for one in some)
        for kind, some in groupby(rows, key=lambda one: one.kind)
    }
    order = [*_FIRST, *sorted(set(kinds) - set(_FIRST))]
    return Offered(places=tuple((kind, kinds[kind]) for kind in order if kind in kinds))


_FIRST: Final = ("garbage_station", "shop", "clinic")


def say_wishes(request: Mapping[str, Any]) -> list[str]:
    """What is wished, a short sentence each, in the reader's language."""
    lang = reader_language()
    wishes: Mapping[str, Any] = request.get("constraints") or {}
    between = "・" if lang == "ja" else ", "
    said: list[str] = []
    if wishes.get("weekdays"):
        days = between.join(terms.label("weekday", one, lang) for one in wishes["weekdays"])
        said.append(say("wish.on_days", lang, days=days))
    if wishes.get("hours"):
        said.append(say("wish.at_hours", lang, hours=str(wishes["hours"]).replace("-", "–")))
    if wishes.get("gender"):
        gender = terms.label("gender", wishes["gender"], lang)
        said.append(say("wish.by_gender", lang, gender=gender))
    if wishes.get("modes"):
        modes = between.join(terms.label("mode", one, lang) for one in wishes["modes"])
        said.append(say("wish.by_mode", lang, modes=modes))
    said += [say(f"wish.{name}", lang) for name in _BOXES if wishes.get(name)]
    if wishes.get("excluded"):
        said.append(say("wish.excluded", lang, count=len(wishes["excluded"])))
    return said
