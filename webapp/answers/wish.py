"""What is asked for, and what the casework knows besides; together a request of `geo`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from shapely import Point

from geo.errors import NotFound
from geo.request import ON_THE_WAY, Request, Stop
from webapp.answers.atlas import Atlas

NEIGHBOURS: Final = 100.0
"""Metres within which somebody is a neighbour, where nobody said how far."""


@dataclass(frozen=True)
class Wish:
    """What a household asks for.

    ``place``: id of the shop, the station, where to go along to. ``no_neighbours``: metres;
    None = they may come. ``dropped``: conditions set aside for now, see `geo.what_if`.
    """

    activity: str
    weekday: str | None = None
    weekdays: tuple[str, ...] = ()
    hours: str | None = None
    modes: tuple[str, ...] = ()
    gender: str | None = None
    steps_free: bool = False
    in_person: bool = False
    place: str | None = None
    excluded: tuple[str, ...] = ()
    no_relatives: bool = False
    no_neighbours: float | None = None
    dropped: tuple[str, ...] = ()
    what_if: bool = False
    k: int = 10
    within: float = 30.0


@dataclass(frozen=True)
class Known:
    """What the casework knows of the supporters, by their ids; nothing where nobody kept it.

    Attributes
    ----------
    unwanted
        Not to be asked for this household.
    booked
        Elsewhere at the time wanted, and when.
    load
        Visits a week.
    days
        Days since each was last asked; None = nobody kept it.
    told
        What else is said of each beside a suggestion, as JSON.
    """

    unwanted: frozenset[str] = frozenset()
    booked: Mapping[str, str] = field(default_factory=dict[str, str])
    load: Mapping[str, float] = field(default_factory=dict[str, float])
    days: Mapping[str, float] | None = None
    told: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])


NOTHING: Final = Known()


def request_of(atlas: Atlas, identity: str, wish: Wish, known: Known = NOTHING) -> Request:
    """The request of one household. Raises `NotFound` where the place is none."""
    ties = _ties(atlas).get(identity, {})
    relatives = frozenset(one for one, kinds in ties.items() if "relative" in kinds)
    return Request(
        activity=wish.activity,
        weekday=wish.weekday,
        weekdays=frozenset(wish.weekdays),
        hours=wish.hours,
        modes=frozenset(wish.modes),
        gender=wish.gender,
        steps_free=wish.steps_free,
        in_person=wish.in_person,
        stop=_stop(atlas, wish),
        excluded=known.unwanted | set(wish.excluded),
        no_relatives=relatives if wish.no_relatives else frozenset(),
        no_neighbours=wish.no_neighbours,
        tied=frozenset(ties),
        booked=known.booked,
        load=known.load,
        days_since_asked=known.days,
    )


def ties_of(atlas: Atlas, identity: str) -> Mapping[str, tuple[str, ...]]:
    """Who is linked with a household, either way, and by what kinds of line."""
    return {one: tuple(sorted(kinds)) for one, kinds in _ties(atlas).get(identity, {}).items()}


def _ties(atlas: Atlas) -> dict[str, dict[str, set[str]]]:
    def gather() -> dict[str, dict[str, set[str]]]:
        ties: dict[str, dict[str, set[str]]] = {}
        links = atlas.layer("links")
        kinds = links["kind"] if "kind" in links.columns else [None] * len(links)
        for watcher, watched, kind in zip(
            links["watcher_id"], links["watched_id"], kinds, strict=True
        ):
            for one, other in ((watched, watcher), (watcher, watched)):
                found = ties.setdefault(one, {}).setdefault(other, set())
                found.update({kind} if isinstance(kind, str) else ())
        return ties

    return atlas.once("ties", gather, of="links")


def _stop(atlas: Atlas, wish: Wish) -> Stop | None:
    """The place wanted, where the activity leads past one and it is known where it is."""
    if wish.place is None or wish.activity not in ON_THE_WAY:
        return None
    layer = atlas.layer("places")
    rows: npt.NDArray[np.int64] = np.flatnonzero((layer["id"] == wish.place).to_numpy(bool))
    if not len(rows):
        raise NotFound(kind="place", id=wish.place)
    one = layer.iloc[int(rows[0])]
    spot = one.geometry
    if not isinstance(spot, Point) or spot.is_empty:
        return None
    return Stop(
        spot.x, spot.y, id=wish.place, kind=str(one["kind"]), weekdays=_list(one.get("weekdays")),
        hours=_list(one.get("hours")),
    )  # fmt: skip


def _list(value: object) -> tuple[str, ...] | None:
    known = isinstance(value, Iterable) and not isinstance(value, str)
    return tuple(str(one) for one in value) if known else None  # type: ignore[union-attr]
