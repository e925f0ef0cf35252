"""What can stand on the map, and what may be said of it: one table, read when strokes come in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from geo import terms

Check = Callable[[object], bool]


@dataclass(frozen=True)
class Field:
    """What a field takes. ``wanted``: in words, for whoever sent something else."""

    fits: Check
    wanted: str


def _text(most: int) -> Field:
    return Field(
        lambda value: isinstance(value, str) and 0 < len(value.strip()) and len(value) <= most,
        f"a text of 1 to {most} characters",
    )


def _one_of(codes: Mapping[str, object]) -> Field:
    known = tuple(codes)
    return Field(lambda value: value in known, ", ".join(known))


def _number(least: float, most: float) -> Field:
    def fits(value: object) -> bool:
        plain = isinstance(value, (int, float)) and not isinstance(value, bool)
        return plain and math.isfinite(value) and least <= value <= most  # type: ignore[arg-type]

    return Field(fits, f"a number from {least:g} to {most:g}")


def _whole(least: int, most: int) -> Field:
    return Field(
        lambda value: type(value) is int and least <= value <= most,
        f"a whole number from {least} to {most}",
    )


def _is_ring(value: object) -> bool:
    return (
        isinstance(value, list)
        and 3 <= len(value) <= 200
        and all(isinstance(p, list) and len(p) == 2 and _LON.fits(p[0]) and _LAT.fits(p[1])
                for p in value)
    )  # fmt: skip


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


_LON: Final = _number(-180, 180)
_LAT: Final = _number(-90, 90)
_POINT: Final = {"lon": _LON, "lat": _LAT}
_NAME: Final = _text(60)
_SAYING: Final = _text(400)
_ID: Final = _text(64)
_DAY: Final = Field(_is_day, "a day, YYYY-MM-DD")
_SAID: Final = {"consent": _one_of(terms.SAID), "confirmed_on": _DAY}

KINDS: Final[dict[str, dict[str, Field]]] = {
    "house": {
        **_POINT,
        **_SAID,
        "name": _NAME,
        "address": _text(200),
        "number": _whole(1, 9999),
        "composition": _one_of(terms.COMPOSITIONS),
        "gone": _one_of(terms.ENDINGS),
        "block": _whole(1, 9999),
        "household_id": _ID,
    },
    "person": {
        **_POINT,
        **_SAID,
        "house": _ID,
        "name": _NAME,
        "kana": _NAME,
        "part": _one_of(terms.PARTS),
        "age": _one_of(terms.AGES),
        "gone": _one_of(terms.ENDINGS),
        "person_id": _ID,
        "supporter_id": _ID,
    },
    "link": {
        **_SAID,
        "watcher": _ID,
        "watched": _ID,
        "link": _one_of(terms.LINK_KINDS),
        "direction": _one_of(terms.LINK_DIRECTIONS),
        "strength": _whole(1, 3),
        "how_often": _one_of(terms.OFTEN),
        "said_often": _NAME,
        "watch_link_id": _ID,
    },
    "place": {
        **_POINT,
        "place": _one_of(terms.PLACE_KINDS),
        "name": _NAME,
        "place_id": _ID,
    },
    "note": {**_POINT, "text": _SAYING},
    "area": {
        "ring": Field(_is_ring, "three corners or more"),
        "name": _NAME,
        "area": _one_of(terms.AREAS),
    },
    "worry": {**_POINT, "about": _ID, "text": _SAYING, "consent": _one_of(terms.SAID)},
    "card": {
        "about": _ID,
        "worry": _SAYING,
        "who": _NAME,
        "by": _DAY,
        "done": Field(lambda value: isinstance(value, bool), "true or false"),
    },
}
"""Fields by kind. ``…_id`` names a record of the register, any other ``_ID`` an item on the map.

A person stands in a house or has a point of its own. A field that is null was not said.
``block`` is the number of the sheet of a house in an update round; ``confirmed_on`` the last
day on which somebody said that it is so.
"""

NEEDED: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "house": (("lon", "lat"),),
    "person": (("house",), ("lon", "lat")),
    "link": (("watcher", "watched", "link"),),
    "place": (("lon", "lat", "place"),),
    "note": (("lon", "lat", "text"),),
    "area": (("ring", "area"),),
    "worry": (("about", "text"), ("lon", "lat", "text")),
    "card": (("worry",),),
}
"""What a new one must have: all of one of these sets."""

REFERS: Final[dict[str, tuple[str, ...]]] = {
    "person": ("house",),
    "link": ("watcher", "watched"),
    "worry": ("about",),
    "card": ("about",),
}
"""Fields that name another item; where that one is gone, this is not shown either.

A card stays: the task is there without the house.
"""

ENDS: Final = ("house", "person")
"""Kinds that a line can join."""

STAYS: Final = ("card",)
"""Kinds that are shown also when what they are about is gone."""


def is_whole(kind: str, values: Mapping[str, Any]) -> bool:
    """Whether ``values`` have what an item of ``kind`` needs."""
    return any(all(values.get(name) is not None for name in names) for names in NEEDED[kind])
