"""Stops that fit into a day: what each reaches, the way between them, what to leave out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from geo.coverage import Cover
from geo.errors import ParameterWrong
from geo.siting.answer import Siting, Watch
from geo.siting.day import SalesDay
from geo.siting.goals import cover_most
from geo.siting.swaps import Floats, Longs
from geo.tours import group_places, minutes_between, order_round, round_minutes
from geo.units import Minutes

_LOOKED_AT: Final = 60
"""Candidates looked at where the best ones do not fit into the day."""

_PASSES: Final = 20


@dataclass(frozen=True)
class Question:
    """Who reaches which candidate, and what is kept."""

    candidates: gpd.GeoDataFrame
    minutes: sparse.csr_array
    """(demand, candidates and what is kept)."""
    weight: Floats
    left_out: int
    kept: Longs

    @classmethod
    def of(
        cls,
        cover: Cover,
        candidates: gpd.GeoDataFrame,
        kept: gpd.GeoDataFrame | None,
        weight: str,
    ) -> Question:
        """Searched on the streets of the cover."""
        minutes, value = cover.candidate_rows(candidates), cover.weight(weight)
        many = 0 if kept is None else len(kept)
        if kept is not None:
            both = sparse.hstack([minutes, cover.candidate_rows(kept)], format="csr")
            minutes = sparse.csr_array(both)
        known = cover.placed & ~np.isnan(value)
        return cls(
            candidates,
            minutes,
            np.where(known, value, 0.0),
            int(np.count_nonzero(~known)),
            np.arange(len(candidates), len(candidates) + many),
        )

    def best(
        self, stops: int, watch: Watch | None, seconds: float | None, *, among: Longs
    ) -> Siting:
        """The stops that reach most of those ``among`` which they are, however long the way."""
        sites = np.concatenate([among, self.kept])
        minutes = sparse.csr_array(self._columns[:, sites])
        longest = float(minutes.data.max(initial=0.0))

        def rename(found: Siting) -> Siting:
            assigned = np.where(found.assigned < 0, -1, sites[found.assigned]).astype(np.int32)
            return replace(
                found, chosen=sites[found.chosen], assigned=assigned, kept=sites[found.kept]
            )

        found = cover_most(
            minutes, self.weight, sites=stops, within=longest,
            kept=np.arange(len(among), len(sites)),
            watch=None if watch is None else lambda answer: watch(rename(answer)),
            seconds=seconds,
        )  # fmt: skip
        return rename(found)

    def rows(self, site: int) -> npt.NDArray[np.int32]:
        """The demand that reaches a site."""
        return self._columns.indices[self._columns.indptr[site] : self._columns.indptr[site + 1]]

    @cached_property
    def _columns(self) -> sparse.csc_array:
        return sparse.csc_array(self.minutes)

    def value(self, sites: Sequence[int] | Longs) -> float:
        """The weight that reaches one of the sites, or what is kept."""
        served = np.zeros(len(self.weight), bool)
        for site in (*self.kept.tolist(), *map(int, sites)):
            served[self.rows(site)] = True
        return float(self.weight[served].sum())

    def gains(self) -> Floats:
        """Of each candidate the weight that reaches it, and nothing that is kept."""
        served = np.zeros(len(self.weight), bool)
        for site in self.kept.tolist():
            served[self.rows(site)] = True
        many = len(self.candidates)
        left = np.where(served, 0.0, self.weight)
        return np.array([left[self.rows(site)].sum() for site in range(many)])

    def answer(self, order: Longs, bound: float) -> Siting:
        """The choice of those stops."""
        opened = np.concatenate([self.kept, order])
        costs = self.minutes[:, opened]
        nearest = np.full(len(self.weight), -1, np.int32)
        least = np.full(len(self.weight), np.inf)
        columns = sparse.csc_array(costs)
        for place, site in enumerate(opened):
            own = columns.indices[columns.indptr[place] : columns.indptr[place + 1]]
            cost = columns.data[columns.indptr[place] : columns.indptr[place + 1]]
            closer = cost < least[own]
            least[own[closer]], nearest[own[closer]] = cost[closer], site
        value = self.value(order)
        return Siting(order, value, max(bound, value), nearest, self.kept)


class Ground:
    """Minutes between the stops and the depot, and what of it fits into a day."""

    def __init__(
        self,
        cover: Cover,
        candidates: gpd.GeoDataFrame,
        depot: gpd.GeoDataFrame | None,
        day: SalesDay,
    ) -> None:
        if depot is not None and len(depot) != 1:
            raise ParameterWrong(name="depot", value=f"{len(depot)} rows", wanted="one row")
        self.day = day
        self._streets, self._candidates, self._depot = cover.pool.streets, candidates, depot
        self._known: dict[int, int] = {}
        self._minutes = np.empty((0, 0))

    def look_at(self, sites: Longs) -> None:
        """Find the minutes between some candidates, and to the depot."""
        if set(sites.tolist()) <= self._known.keys():
            return
        points = self._candidates.geometry.iloc[sites]
        if self._depot is not None:
            points = pd.concat([points, self._depot.geometry])
        places = gpd.GeoDataFrame(geometry=points, crs=self._candidates.crs)
        within = float(self.day.ends - self.day.begins)
        self._minutes = minutes_between(
            places.reset_index(drop=True), self._streets, speed=self.day.speed, within=within
        )
        self._known = {int(site): place for place, site in enumerate(sites)}

    def groups(self, gains: Floats) -> list[Longs]:
        """The candidates that gain something, in groups with a way between, most gain first.

        With a depot only those to which there is a way from it.
        """
        sites = np.flatnonzero(gains > 0)
        points = self._candidates.geometry.iloc[sites]
        if self._depot is not None:
            points = pd.concat([points, self._depot.geometry])
        places = gpd.GeoDataFrame(geometry=points, crs=self._candidates.crs)
        within = float(self.day.ends - self.day.begins)
        group = group_places(
            places.reset_index(drop=True), self._streets, speed=self.day.speed, within=within
        )
        if self._depot is not None:
            return [sites[group[:-1] == group[-1]]] if len(sites) else []
        found = [sites[group == one] for one in np.unique(group)]
        return sorted(found, key=lambda one: -float(gains[one].sum()))

    @property
    def _home(self) -> int | None:
        return None if self._depot is None else len(self._known)

    def order(self, sites: Longs) -> Longs:
        """The sites in the order of the shortest way."""
        self.look_at(sites)
        at = [self._known[int(site)] for site in sites]
        if self._home is None:
            return sites[order_round(self._minutes[np.ix_(at, at)])]
        at.append(self._home)
        return sites[order_round(self._minutes[np.ix_(at, at)], depot=len(sites))[1:]]

    def way(self, order: Sequence[int] | Longs) -> list[float]:
        """Minutes to each stop, and after the last."""
        at = [self._known[int(site)] for site in order]
        home = self._home
        before = at[:1] if home is None else [home]
        legs = [
            float(self._minutes[one, other]) for one, other in zip([*before, *at], at, strict=False)
        ]
        last = 0.0 if home is None or not at else float(self._minutes[at[-1], home])
        return [*legs, last]

    def fits(self, order: Sequence[int] | Longs) -> bool:
        """Whether the stops in that order fit into the day."""
        way = self.way(order)
        return bool(np.isfinite(sum(way))) and self.day.table(way)[2] <= self.day.ends + 1e-9

    def length(self, order: Sequence[int] | Longs) -> Minutes:
        """Minutes on the way."""
        at = [self._known[int(site)] for site in order]
        return round_minutes(self._minutes, at, depot=self._home)


class Squeezed:
    """Stops that fit into the day: added while they fit, then exchanged while that reaches more.

    Source: T. Tsiligirides (1984), Heuristic methods applied to orienteering, Journal of the
    Operational Research Society 35.
    """

    def __init__(self, question: Question, ground: Ground, wanted: Longs, most: int) -> None:
        self._question, self._ground, self._most = question, ground, most
        worth = question.gains()
        ranked = np.argsort(-worth, kind="stable")
        others = ranked[worth[ranked] > 0][:_LOOKED_AT]
        self._sites = np.unique(np.concatenate([wanted, others]))
        ground.look_at(self._sites)

    def order(self) -> Longs:
        """The best that was found, in the order of the day."""
        plans = [self._exchanged(self._filled([], hurry=hurry)) for hurry in (False, True)]
        best = max(plans, key=lambda plan: (self._question.value(plan), -self._ground.length(plan)))
        return np.array(best, np.int64)

    def _filled(self, plan: list[int], *, hurry: bool) -> list[int]:
        """Stops added while one fits that reaches anybody; in a hurry, most for its minutes."""
        while len(plan) < self._most:
            now, length = self._question.value(plan), self._ground.length(plan)
            options: list[tuple[float, list[int]]] = []
            for site in self._sites:
                gain = self._question.value([*plan, int(site)]) - now
                longer = self._inserted(plan, int(site)) if gain > 0 else None
                if longer is not None:
                    more = self._ground.length(longer) - length + self._ground.day.stay
                    options.append((gain / more if hurry else gain, longer))
            if not options:
                break
            plan = max(options, key=lambda option: option[0])[1]
        return plan

    def _inserted(self, plan: list[int], site: int) -> list[int] | None:
        """The plan with one stop more where it lengthens the way least; None = it does not fit."""
        if site in plan:
            return None
        longer = min(
            ([*plan[:at], site, *plan[at:]] for at in range(len(plan) + 1)),
            key=self._ground.length,
        )
        if self._ground.fits(longer):
            return longer
        best = self._ground.order(np.array(longer, np.int64)).tolist()
        return best if self._ground.fits(best) else None

    def _exchanged(self, plan: list[int]) -> list[int]:
        """The plan after each stop was exchanged for another while that reached more."""
        for _ in range(_PASSES):
            value = self._question.value(plan)
            found = None
            for place in range(len(plan)):
                rest = [*plan[:place], *plan[place + 1 :]]
                for site in self._sites:
                    if self._question.value([*rest, int(site)]) > value + 1e-9:
                        found = self._inserted(rest, int(site))
                        if found is not None:
                            break
                if found is not None:
                    break
            if found is None:
                return plan
            plan = self._filled(found, hurry=False)
        return plan
