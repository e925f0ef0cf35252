"""Who could take which request: every pair within the limits that no wish speaks against."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.abilities import covers
from geo.errors import LayerFaulty, NotFound
from geo.layers import check
from geo.proximity import SupporterPool
from geo.request import Request
from geo.units import Minutes
from geo.walk.attach import attach
from geo.walk.reach import Trips, join_trips, round_trips
from geo.walk.straight import straight_trips

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

_REQUIRED: Final = ("id", "household_id", "activity")

_WISHES: Final = ("weekday", "weekdays", "hours", "modes", "gender", "steps_free", "in_person")
"""Columns that `geo.Request` has too."""


class Arcs(NamedTuple):
    """Pairs in any order; shape (pairs,). ``minutes`` NaN = by telephone."""

    request: Ints
    supporter: Ints
    minutes: Floats


@dataclass(frozen=True)
class Wanted:
    """The requests of a plan in the order of their ids, each with its wishes.

    ``rows``: where each stands in the table that was given. ``house``: its row in the
    households layer.
    """

    ids: list[str]
    rows: Longs
    wishes: list[Request]
    house: Longs
    visits: Floats
    """A week."""

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, requests: pd.DataFrame, households: gpd.GeoDataFrame, usual: float) -> Wanted:
        """Read from a table as `geo.match` takes it.

        Raises
        ------
        LayerFaulty, ParameterWrong
        NotFound
            A household that the layer does not have.
        """
        _require_columns(requests)
        rows = np.argsort(requests["id"].to_numpy(str), kind="stable")
        ordered = requests.iloc[rows]
        place = {str(one): row for row, one in enumerate(households["id"])}
        houses = [str(one) for one in ordered["household_id"]]
        for one in houses:
            if one not in place:
                raise NotFound(kind="household", id=one)
        return cls(
            [str(one) for one in ordered["id"]],
            rows,
            _read_wishes(ordered),
            np.array([place[one] for one in houses], np.int64),
            _read_visits(ordered, usual),
        )

    @cached_property
    def by_phone(self) -> Flags:
        """For whom distance does not count."""
        return np.array([one.by_phone for one in self.wishes], bool)

    @cached_property
    def steps_free(self) -> Flags:
        """Who wants no flights of steps on the way."""
        return np.array([one.steps_free for one in self.wishes], bool)


def _require_columns(table: pd.DataFrame) -> None:
    faults = [f"column {name} is absent" for name in _REQUIRED if name not in table.columns]
    if not faults:
        ids = table["id"]
        if ids.isna().any() or not ids.is_unique:
            faults.append("id is missing or occurs more than once")
        visits = pd.to_numeric(table.get("visits_per_week", pd.Series(dtype=float)), "coerce")
        if (visits <= 0).any():
            faults.append("visits_per_week is not above 0")
    if faults:
        raise LayerFaulty(layer="requests", summary="; ".join(faults), faults=faults)


def _read_visits(requests: pd.DataFrame, usual: float) -> Floats:
    if "visits_per_week" not in requests.columns:
        return np.full(len(requests), usual)
    visits = pd.to_numeric(requests["visits_per_week"]).to_numpy(np.float64, na_value=np.nan)
    return np.where(np.isnan(visits), usual, visits)


def _read_wishes(requests: pd.DataFrame) -> list[Request]:
    """Equal wishes are one object, so that they are held against the supporters once."""
    named = [name for name in ("activity", *_WISHES, "excluded") if name in requests.columns]
    known: dict[tuple[object, ...], Request] = {}
    found: list[Request] = []
    for values in zip(*(requests[name].tolist() for name in named), strict=True):
        key = tuple(_plain(value) for value in values)
        if key not in known:
            told = {n: v for n, v in zip(named, key, strict=True) if v not in (None, ())}
            known[key] = Request(**{n: _as_field(n, v) for n, v in told.items()})
        found.append(known[key])
    return found


def _plain(value: object) -> object:
    if isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
        return tuple(sorted(str(one) for one in value))
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    return bool(value) if isinstance(value, np.bool_) else value


def _as_field(name: str, value: Any) -> Any:  # noqa: ANN401
    return frozenset(value) if name in {"weekdays", "modes", "excluded"} else value


@dataclass(frozen=True)
class Possible:
    """What could be done. ``near``: of each request, how many who offer it are within reach.

    ``fitting``: how many of these no wish speaks against; ``offered``: whether anybody
    active offers it at all.
    """

    arcs: Arcs
    near: Longs
    fitting: Longs
    offered: Flags


def find_arcs(
    wanted: Wanted, households: gpd.GeoDataFrame, pool: SupporterPool, within: Minutes
) -> Possible:
    """Every pair within the limits that no wish speaks against."""
    parts: list[Arcs] = []
    for chosen, steps_free in ((~wanted.steps_free, False), (wanted.steps_free, True)):
        walked = np.flatnonzero(chosen & ~wanted.by_phone)
        if len(walked):
            parts.append(_walked(wanted, walked, households, pool, within, steps_free=steps_free))
    phoned = np.flatnonzero(wanted.by_phone)
    if len(phoned):
        parts.append(_phoned(phoned, pool))
    near = Arcs(*join_trips([Trips(*one) for one in parts]))
    fitting = _only(near, _each(wanted, near, lambda one: _fits(pool, one)))
    many = len(wanted)
    return Possible(
        fitting,
        np.bincount(near.request, minlength=many),
        np.bincount(fitting.request, minlength=many),
        np.array([bool(_offering(pool, one).any()) for one in wanted.wishes], bool),
    )


def _offering(pool: SupporterPool, wish: Request) -> Flags:
    return pool.active & pool.offers(wish.activity)


def _only(arcs: Arcs, kept: Flags) -> Arcs:
    if kept.all():
        return arcs
    return Arcs(arcs.request[kept], arcs.supporter[kept], arcs.minutes[kept])


def _walked(
    wanted: Wanted,
    chosen: Longs,
    households: gpd.GeoDataFrame,
    pool: SupporterPool,
    within: Minutes,
    *,
    steps_free: bool,
) -> Arcs:
    """Pairs within walking reach, of those who offer it, whatever the wishes."""
    asked = {wanted.wishes[one].activity for one in chosen}
    offering = np.any([pool.offers(name) for name in sorted(asked)], axis=0)
    member = np.flatnonzero(pool.active & offering)
    house, place = np.unique(wanted.house[chosen], return_inverse=True)
    trips = _trips(households.iloc[house], pool, member, within, steps_free=steps_free)
    # Requests of one house share its walks.
    order = np.argsort(place, kind="stable")
    first = np.searchsorted(place[order], np.arange(len(house) + 1))
    many = np.diff(first)[trips.target]
    start = np.repeat(first[trips.target], many)
    step = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    every = Arcs(
        chosen[order].astype(np.int32)[start + step],
        np.repeat(member.astype(np.int32)[trips.source], many),
        np.repeat(trips.minutes, many),
    )
    return _only(every, _each(wanted, every, lambda one: _offering(pool, one)))


def _trips(
    houses: gpd.GeoDataFrame,
    pool: SupporterPool,
    member: Longs,
    within: Minutes,
    *,
    steps_free: bool,
) -> Trips:
    pace, limit = pool.pace[member], np.minimum(pool.farthest, within)[member]
    if not len(member):
        return join_trips([])
    if pool.streets is None:
        return straight_trips(houses, pool.layer.iloc[member], pace, limit)
    network = pool.streets.without_steps if steps_free else pool.streets
    helpers = pool.attached_without_steps if steps_free else pool.attached
    return round_trips(helpers.only(member), attach(houses, network), pace, limit)


def _phoned(chosen: Longs, pool: SupporterPool) -> Arcs:
    member = np.flatnonzero(pool.active & pool.offers("talk"))
    pairs = len(chosen) * len(member)
    return Arcs(
        np.repeat(chosen, len(member)).astype(np.int32),
        np.tile(member, len(chosen)).astype(np.int32),
        np.full(pairs, np.nan),
    )


def _each(wanted: Wanted, arcs: Arcs, ask: Callable[[Request], Flags]) -> Flags:
    """``ask`` of each different wish, looked up for every pair."""
    if not len(arcs.request):
        return np.empty(0, bool)
    number: dict[int, int] = {}
    kind = np.array([number.setdefault(id(one), len(number)) for one in wanted.wishes], np.int64)
    first = np.unique(kind, return_index=True)[1]
    table = np.array([ask(wanted.wishes[row]) for row in first], bool)
    return table.ravel()[(kind * table.shape[1])[arcs.request] + arcs.supporter]


def _fits(pool: SupporterPool, wish: Request) -> Flags:
    """Whom no wish is known to speak against; what is unknown is asked by telephone."""
    told, days, hours = pool.told, set(wish.days), wish.hours
    fits = np.ones(len(pool), bool)
    if days:
        fits &= told["weekdays"].meets(lambda free: not days.isdisjoint(free)) != 0
    if hours is not None:
        fits &= told["hours"].meets(lambda spans: covers(spans, hours)) != 0
    if wish.modes:
        fits &= told["mode"].meets(lambda mode: mode in wish.modes) != 0
    if wish.gender is not None:
        fits &= told["gender"].meets(lambda gender: gender == wish.gender) != 0
    if wish.excluded:
        fits &= ~_among(pool.ids, wish.excluded)
    return fits


def _among(ids: npt.NDArray[np.object_], chosen: Iterable[str]) -> Flags:
    return np.isin(ids.astype(str), sorted(chosen))


def require_houses(households: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The households layer, as far as a plan looks at it."""
    return check(households, "households", only=("id",))
