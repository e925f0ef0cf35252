"""One request held against every supporter: who is suitable, how well, and why.

Arrays in the order of ``pool.ids``; what is said of a row comes as codes with facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from geo.abilities import Marks, covers
from geo.proximity import SupporterPool
from geo.request import Request
from geo.tours import Tour
from geo.units import Minutes

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Fact = dict[str, object]

NEARNESS: Final = 0.50
FAIRNESS: Final = 0.25
FIT: Final = 0.15
TIE: Final = 0.10
TURN: Final = 0.10
"""Of the fairness, where it is known who was asked when."""

RESTED: Final = 90.0
"""Days after which it is wholly somebody's turn again."""

LATELY: Final = 30.0
"""Days within which somebody was asked lately."""

_ROUNDING: Final = 1e-9
"""Minutes; a limit of exactly so many minutes is kept by a walk of exactly so many."""


class Case:
    """One request of one household, held against all supporters."""

    def __init__(self, pool: SupporterPool, request: Request, tour: Tour, within: Minutes) -> None:
        self.pool = pool
        self.request = request
        self.tour = tour
        self.within = within
        self.minutes = tour.minutes

    @cached_property
    def load(self) -> Floats:
        """Visits a week, as the casework knows them or else as the layer says; NaN unknown."""
        return self._by_id(self.request.load, self.pool.load)

    @cached_property
    def days_since(self) -> Floats:
        """Days since each was asked; infinite where never, NaN where nobody kept it."""
        known = self.request.days_since_asked
        if known is None:
            return np.full(len(self.pool), np.nan)
        return self._by_id(known, np.full(len(self.pool), np.inf))

    def _by_id(self, known: Mapping[str, float], usual: Floats) -> Floats:
        rows = self.pool.rows
        values = usual.copy()
        for one, value in known.items():
            if one in rows:
                values[rows[one]] = value
        return values

    def _among(self, ids: frozenset[str] | Mapping[str, str]) -> Flags:
        rows = [self.pool.rows[one] for one in ids if one in self.pool.rows]
        flags = np.zeros(len(self.pool), bool)
        flags[rows] = True
        return flags

    @cached_property
    def wishes(self) -> dict[str, Marks]:
        """The wishes, each 1 known to be met, 0 known not to be, -1 unknown."""
        request, told = self.request, self.pool.told
        days, hours = set(request.days), request.hours
        asked: dict[str, Marks] = {}
        if days:
            asked["weekday"] = told["weekdays"].meets(lambda free: not days.isdisjoint(free))
        if hours is not None:
            asked["hours"] = told["hours"].meets(lambda spans: covers(spans, hours))
        if request.modes:
            asked["mode"] = told["mode"].meets(lambda mode: mode in request.modes)
        if request.gender is not None:
            asked["gender"] = told["gender"].meets(lambda gender: gender == request.gender)
        return asked

    @cached_property
    def tied(self) -> Flags:
        """Who knows the household already."""
        return self._among(self.request.tied)

    @cached_property
    def refusals(self) -> dict[str, Flags]:
        """What speaks against whom, by code."""
        pool, request = self.pool, self.request
        found = {
            "not_active": ~pool.active,
            "excluded_pair": self._among(request.excluded),
            "relative_unwanted": self._among(request.no_relatives),
            "neighbour_unwanted": self._too_near(),
            "activity_not_offered": ~pool.offers(request.activity),
            **{UNMET[name]: marks == 0 for name, marks in self.wishes.items()},
            "booked": self._among(request.booked),
            "no_capacity": self._full(),
            **({} if request.by_phone else self._too_far()),
        }
        return {code: flags for code, flags in found.items() if flags.any()}

    def _full(self) -> Flags:
        with np.errstate(invalid="ignore"):
            return self.load >= self.pool.most

    def _too_near(self) -> Flags:
        if self.request.no_neighbours is None:
            return np.zeros(len(self.pool), bool)
        with np.errstate(invalid="ignore"):
            return self.tour.apart < self.request.no_neighbours

    def _too_far(self) -> dict[str, Flags]:
        placed = self.pool.layer.geometry.notna().to_numpy(bool)
        with np.errstate(invalid="ignore"):
            too_far = ~(self.minutes <= self.within + _ROUNDING)
            own = self.minutes > self.pool.farthest + _ROUNDING
        return {
            "no_position": ~placed,
            "beyond_limit": placed & too_far,
            "beyond_own_limit": own & ~too_far,
        }

    @cached_property
    def suitable(self) -> Flags:
        """Whom nothing speaks against."""
        return ~np.any([np.zeros(len(self.pool), bool), *self.refusals.values()], axis=0)

    @cached_property
    def ranked(self) -> npt.NDArray[np.int64]:
        """Rows of those who are suitable, the best first."""
        rows = np.flatnonzero(self.suitable)
        walk = np.nan_to_num(self.minutes[rows])
        rested = -np.nan_to_num(self.days_since[rows], nan=0.0)
        return rows[np.lexsort((rows, walk, rested, -self.score[rows].round(9)))]

    @cached_property
    def score(self) -> Floats:
        """The documented score of everybody, suitable or not."""
        known = [marks == 1 for marks in self.wishes.values()]
        fit = np.mean(known, axis=0) if known else np.ones(len(self.pool))
        return NEARNESS * self._near() + self._fair() + FIT * fit + TIE * self.tied

    def _near(self) -> Floats:
        if self.request.by_phone:
            return np.ones(len(self.pool))
        limit = np.minimum(self.pool.farthest, self.within)
        return np.clip(1.0 - np.nan_to_num(self.minutes / limit, nan=1.0), 0.0, 1.0)

    def _fair(self) -> Floats:
        most = self.pool.most
        with np.errstate(invalid="ignore", divide="ignore"):
            light = np.where(np.isnan(most), 1.0 / (1.0 + self.load), 1.0 - self.load / most)
        light = np.clip(np.where(np.isnan(light), 0.5, light), 0.0, 1.0)
        if self.request.days_since_asked is None:
            return FAIRNESS * light
        turn = np.minimum(self.days_since, RESTED) / RESTED
        return (FAIRNESS - TURN) * light + TURN * turn

    def reasons(self, row: int) -> Iterator[Fact]:
        """Why this one, the weightiest first."""
        request = self.request
        yield {"code": "by_phone"} if request.by_phone else self._walk(row)
        yield {"code": "offers", "activity": request.activity}
        if self.tied[row]:
            yield {"code": "existing_tie"}
        yield self._load(row)
        if request.days_since_asked is not None:
            yield self._turn(row)
        for name, marks in self.wishes.items():
            code, fact = MET[name]
            yield (
                {"code": code, **fact(self, row)}
                if marks[row] == 1
                else {"code": f"{name}_unknown"}
            )

    def _walk(self, row: int) -> Fact:
        walks, legs = self.tour.walks, self.tour.legs
        fact: Fact = {
            "code": "near",
            "minutes": tenth(self.minutes[row]),
            "metres": round(float(walks.metres[row])),
            "there": tenth(walks.there[row]),
            "back": tenth(walks.back[row]),
        }
        if legs:
            fact["tour"] = self.request.activity
            fact["legs"] = [
                {"to": leg.to, "minutes": tenth(leg.minutes[row]), "together": leg.together}
                for leg in legs
            ]
            fact["whole"] = tenth(self.tour.whole[row])
        return fact

    def _load(self, row: int) -> Fact:
        if np.isnan(self.load[row]):
            return {"code": "load_unknown"}
        return {
            "code": "light_load",
            "load": _count(self.load[row]),
            "most": _count(self.pool.most[row]),
        }

    def _turn(self, row: int) -> Fact:
        days = self.days_since[row]
        if np.isinf(days):
            return {"code": "never_asked"}
        code = "asked_lately" if days < LATELY else "not_asked_lately"
        return {"code": code, "days": int(days)}

    def all_refusals(self, rows: npt.NDArray[np.int64]) -> list[list[Fact]]:
        """Everything that speaks against each of these rows, with its facts."""
        place = np.full(len(self.pool), -1)
        place[rows] = np.arange(len(rows))
        found: list[list[Fact]] = [[] for _ in rows]
        for code, flags in self.refusals.items():
            make = _FACTS.get(code, _no_facts)
            for row in np.flatnonzero(flags & (place >= 0)).tolist():
                found[place[row]].append({"code": code, **make(self, row)})
        return found


def _no_facts(case: Case, row: int) -> Fact:
    del case, row
    return {}


def _days(case: Case) -> str | list[str]:
    days = list(case.request.days)
    return days[0] if len(days) == 1 else days


UNMET: Final = {
    "weekday": "weekday_unavailable",
    "hours": "hours_unavailable",
    "mode": "mode_unsuited",
    "gender": "gender_unsuited",
}

MET: Final[dict[str, tuple[str, Callable[[Case, int], Fact]]]] = {
    "weekday": ("free_on", lambda case, row: {"weekday": _free_on(case, row)}),
    "hours": ("hours_fit", lambda case, _: {"hours": case.request.hours}),
    "mode": ("mode", lambda case, row: {"mode": case.pool.told["mode"].shown(row)}),
    "gender": ("gender", lambda case, _: {"gender": case.request.gender}),
}


def _free_on(case: Case, row: int) -> str | list[str]:
    """The day wanted, or of several those that suit."""
    offered = case.pool.told["weekdays"].shown(row) or ()
    days = [day for day in case.request.days if day in offered]
    return days[0] if len(case.request.days) == 1 else days


_FACTS: Final[dict[str, Callable[[Case, int], Fact]]] = {
    "not_active": lambda case, row: {"status": case.pool.told["status"].shown(row)},
    "neighbour_unwanted": lambda case, row: {
        "metres": round(float(case.tour.apart[row])),
        "nearer_than": case.request.no_neighbours,
    },
    "activity_not_offered": lambda case, row: {
        "activity": case.request.activity,
        "offered": case.pool.told["activities"].shown(row),
    },
    "weekday_unavailable": lambda case, row: {
        "weekday": _days(case),
        "offered": case.pool.told["weekdays"].shown(row),
    },
    "hours_unavailable": lambda case, row: {
        "hours": case.request.hours,
        "offered": case.pool.told["hours"].shown(row),
    },
    "mode_unsuited": lambda case, row: {
        "mode": case.pool.told["mode"].shown(row),
        "wanted": sorted(case.request.modes),
    },
    "gender_unsuited": lambda case, row: {
        "gender": case.pool.told["gender"].shown(row),
        "wanted": case.request.gender,
    },
    "booked": lambda case, row: {"at": case.request.booked[case.pool.ids[row]]},
    "no_capacity": lambda case, row: {
        "load": _count(case.load[row]),
        "most": _count(case.pool.most[row]),
    },
    "beyond_limit": lambda case, row: {
        "within": case.within,
        "minutes": tenth(case.minutes[row]),
    },
    "beyond_own_limit": lambda case, row: {
        "minutes": tenth(case.minutes[row]),
        "farthest": tenth(case.pool.farthest[row]),
    },
}


def tenth(minutes: float) -> float | None:
    """Minutes to a tenth; None where unknown."""
    return round(float(minutes), 1) if np.isfinite(minutes) else None


def _count(visits: float) -> float | int | None:
    """Visits a week, whole where they are; None where unknown."""
    if not np.isfinite(visits):
        return None
    return int(visits) if float(visits).is_integer() else round(float(visits), 1)
