"""Whom to ask for one request: suitable supporters, ranked, each with reasons.

Nobody is left out without a reason. Reasons and refusals are codes with their facts,
so that a screen can say each as a sentence in its own language.

Score, 0 to 1, for those who are suitable::

    0.50 · nearness   1 - minutes / limit, the limit being within or their own; 1 by phone
    0.25 · fairness   1 - load / most_per_week; 1 / (1 + load) where the most is unknown
    0.15 · fit        share of the wishes (day, hours, means) they are known to meet
    0.10 · tie        1 where they know each other already

An unknown load counts as half fair, an unknown day, hour or means as not known to be met.
Ranked by score, then minutes, then supporter_id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import ParameterWrong
from geo.layers import check
from geo.proximity import Basis, SupporterPool, require_positive
from geo.request import Request, as_request
from geo.units import Minutes
from geo.walk.network import StreetNetwork
from geo.walk.reach import Walks

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Fact = dict[str, object]

_NEARNESS: Final = 0.50
_FAIRNESS: Final = 0.25
_FIT: Final = 0.15
_TIE: Final = 0.10

_SEARCHED: Final = 2.0
"""How many times the limit is searched, to say of those beyond it how far they are."""


class Suggestions(pd.DataFrame):
    """supporter_id, rank, minutes, score, reasons – and those left out in ``refused``."""

    _metadata: Final = ["refused", "basis"]

    refused: pd.DataFrame
    """supporter_id, minutes (NaN = beyond twice the limit, unreachable or by phone), refusals."""
    basis: Basis

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return Suggestions


def suggest(
    household: gpd.GeoDataFrame | gpd.GeoSeries | pd.Series,
    supporters: gpd.GeoDataFrame | SupporterPool,
    streets: StreetNetwork | None = None,
    *,
    request: Request | Mapping[str, Any],
    k: int = 10,
    within: Minutes = 30.0,
) -> Suggestions:
    """The supporters to ask for one request, best first, and why not the others.

    Parameters
    ----------
    household
        One row of a households layer, as a layer or as a row (then longitude/latitude).
    supporters
        Supporters layer, or a `SupporterPool` when many requests are asked of the same.
    streets
        None estimates by the straight line × 1.3. Not read when a pool is given.
    request
        What is asked for: a `Request`, or its attributes by name.
    k
        How many to suggest at most.
    within
        Minutes at most, half the round trip, and no more than the supporter's own limit.

    Returns
    -------
    supporter_id, rank, minutes (NaN by phone), score, reasons (list of ``{"code": …}`` with
    facts). ``refused`` lists everybody else with the refusals, all that apply. ``basis``
    is "streets", "straight_line" or "phone".

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong, ParameterWrong
    """
    request = as_request(request)
    require_positive("within", within)
    if k < 1:
        raise ParameterWrong(name="k", value=k, wanted="1 or more")
    pool = (
        supporters if isinstance(supporters, SupporterPool) else SupporterPool(supporters, streets)
    )
    house = check(_one_row(household), "households", only=("id",))
    walks = _walks(pool, house, request, within)
    case = _Case(pool, request, walks, within)
    suitable = ~np.any(list(case.refusals.values()), axis=0)
    score = case.score()
    order = np.flatnonzero(suitable)
    minutes = walks.minutes
    ranked = order[np.lexsort((order, np.nan_to_num(minutes[order]), -score[order]))]
    chosen = ranked[:k]
    result = Suggestions(
        {
            "supporter_id": pool.ids[chosen],
            "rank": np.arange(1, len(chosen) + 1),
            "minutes": minutes[chosen],
            "score": score[chosen].round(4),
            "reasons": pd.Series([list(case.reasons(row)) for row in chosen], dtype=object),
        }
    )
    result.refused = _refused(case, suitable, ranked[k:], k)
    result.basis = "phone" if request.by_phone else pool.basis
    return result


def _one_row(household: gpd.GeoDataFrame | gpd.GeoSeries | pd.Series) -> gpd.GeoDataFrame:
    if isinstance(household, gpd.GeoDataFrame):
        if len(household) != 1:
            raise ParameterWrong(name="household", value=f"{len(household)} rows", wanted="one row")
        return household
    row = dict(household)
    return gpd.GeoDataFrame(
        {name: [value] for name, value in row.items() if name != "geometry"},
        geometry=np.array([row.get("geometry")], object),
        crs=4326,
    )


def _walks(
    pool: SupporterPool, house: gpd.GeoDataFrame, request: Request, within: Minutes
) -> Walks:
    if request.by_phone:
        return Walks(*[np.full(len(pool), np.nan)] * 4)
    return pool.walks(house, within=_SEARCHED * within, steps_free=request.steps_free)


def _refused(
    case: _Case, suitable: Flags, outranked: npt.NDArray[np.int64], k: int
) -> pd.DataFrame:
    out = np.flatnonzero(~suitable)
    refusals = [case.refusals_of(row) for row in out.tolist()]
    for place, _ in enumerate(outranked):
        refusals.append([{"code": "outranked", "rank": k + 1 + place, "k": k}])
    rows = np.concatenate([out, outranked])
    return pd.DataFrame(
        {
            "supporter_id": case.pool.ids[rows],
            "minutes": case.minutes[rows],
            "refusals": pd.Series(refusals, dtype=object),
        }
    )


@dataclass
class _Case:
    """One request held against all supporters: arrays in the order of ``pool.ids``."""

    pool: SupporterPool
    request: Request
    walks: Walks
    within: Minutes
    refusals: dict[str, Flags] = field(init=False)

    def __post_init__(self) -> None:
        layer, request = self.pool.layer, self.request
        self.minutes = self.walks.minutes
        self.load = pd.to_numeric(layer["load"]).to_numpy(np.float64, na_value=np.nan)
        self.most = pd.to_numeric(layer["most_per_week"]).to_numpy(np.float64, na_value=np.nan)
        self.day = _known(layer["weekdays"], lambda days: request.weekday in days)
        self.time = _known(layer["hours"], lambda spans: _covers(spans, request.hours))
        self.means = _known(layer["mode"], lambda mode: mode in request.modes)
        self.tied = np.isin(self.pool.ids.astype(str), list(request.tied))
        placed = layer.geometry.notna().to_numpy(bool)
        with np.errstate(invalid="ignore"):
            too_far = ~(self.minutes <= self.within + 1e-9)
            own = self.minutes > self.pool.farthest + 1e-9
            full = self.load >= self.most
        nowhere = np.zeros_like(placed)
        self.refusals = {
            "not_active": ~self.pool.active,
            "excluded_pair": np.isin(self.pool.ids.astype(str), list(request.excluded)),
            "activity_not_offered": ~self.pool.offers(request.activity),
            "weekday_unavailable": self.day == 0 if request.weekday else nowhere,
            "hours_unavailable": self.time == 0 if request.hours else nowhere,
            "mode_unsuited": self.means == 0 if request.modes else nowhere,
            "no_capacity": full,
            "no_position": nowhere if request.by_phone else ~placed,
            "beyond_limit": nowhere if request.by_phone else placed & too_far,
            "beyond_own_limit": nowhere if request.by_phone else own & ~too_far,
        }

    def score(self) -> Floats:
        """The documented score of everybody, suitable or not."""
        limit = np.minimum(self.pool.farthest, self.within)
        near = np.ones(len(self.pool))
        if not self.request.by_phone:
            near = np.clip(1.0 - np.nan_to_num(self.minutes / limit, nan=1.0), 0.0, 1.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            fair = np.where(
                np.isnan(self.most), 1.0 / (1.0 + self.load), 1.0 - self.load / self.most
            )
        fair = np.clip(np.where(np.isnan(fair), 0.5, fair), 0.0, 1.0)
        wishes = [
            met == 1
            for wanted, met in (
                (self.request.weekday, self.day),
                (self.request.hours, self.time),
                (self.request.modes, self.means),
            )
            if wanted
        ]
        fit = np.mean(wishes, axis=0) if wishes else np.ones(len(self.pool))
        return _NEARNESS * near + _FAIRNESS * fair + _FIT * fit + _TIE * self.tied

    def reasons(self, row: int) -> Iterator[Fact]:
        """Why this one, the weightiest first."""
        request = self.request
        if request.by_phone:
            yield {"code": "by_phone"}
        else:
            yield {
                "code": "near",
                "minutes": _tenth(self.minutes[row]),
                "metres": round(float(self.walks.metres[row])),
                "there": _tenth(self.walks.there[row]),
                "back": _tenth(self.walks.back[row]),
            }
        yield {"code": "offers", "activity": request.activity}
        if self.tied[row]:
            yield {"code": "existing_tie"}
        if np.isnan(self.load[row]):
            yield {"code": "load_unknown"}
        else:
            yield {
                "code": "light_load",
                "load": _whole(self.load[row]),
                "most": _whole(self.most[row]),
            }
        if request.weekday:
            known = self.day[row] == 1
            yield (
                {"code": "free_on", "weekday": request.weekday}
                if known
                else {"code": "weekday_unknown"}
            )
        if request.hours:
            known = self.time[row] == 1
            yield (
                {"code": "hours_fit", "hours": request.hours}
                if known
                else {"code": "hours_unknown"}
            )
        if request.modes:
            known = self.means[row] == 1
            mode = {"code": "mode", "mode": self.pool.columns["mode"][row]}
            yield mode if known else {"code": "mode_unknown"}

    def refusals_of(self, row: int) -> list[Fact]:
        """Everything that speaks against one supporter, with its facts."""
        return [
            {"code": code, **self._facts(code, row)}
            for code, applies in self.refusals.items()
            if applies[row]
        ]

    def _facts(self, code: str, row: int) -> Fact:
        make = _FACTS.get(code)
        return make(self, row) if make else {}


_FACTS: Final[dict[str, Callable[[_Case, int], Fact]]] = {
    "not_active": lambda case, row: {"status": _text(case.pool.columns["status"][row])},
    "activity_not_offered": lambda case, row: {
        "activity": case.request.activity,
        "offered": _listed(case.pool.columns["activities"][row]),
    },
    "weekday_unavailable": lambda case, row: {
        "weekday": case.request.weekday,
        "offered": _listed(case.pool.columns["weekdays"][row]),
    },
    "hours_unavailable": lambda case, row: {
        "hours": case.request.hours,
        "offered": _listed(case.pool.columns["hours"][row]),
    },
    "mode_unsuited": lambda case, row: {
        "mode": _text(case.pool.columns["mode"][row]),
        "wanted": sorted(case.request.modes),
    },
    "no_capacity": lambda case, row: {
        "load": _whole(case.load[row]),
        "most": _whole(case.most[row]),
    },
    "beyond_limit": lambda case, row: {
        "within": case.within,
        "minutes": _tenth(case.minutes[row]),
    },
    "beyond_own_limit": lambda case, row: {
        "minutes": _tenth(case.minutes[row]),
        "farthest": _tenth(case.pool.farthest[row]),
    },
}


def _known(values: pd.Series, meets: Callable[[Any], bool]) -> npt.NDArray[np.int8]:
    """1 where a value is known to meet a wish, 0 where it does not, -1 where it is unknown."""
    return np.array([meets(v) if _is_known(v) else -1 for v in values], np.int8)


def _is_known(value: object) -> bool:
    return isinstance(value, (str, list, tuple, np.ndarray))


def _covers(spans: list[str], wanted: str | None) -> bool:
    """Whether one span of time holds the whole of another; both ``HH:MM-HH:MM``."""
    if wanted is None:
        return True
    start, end = wanted.split("-")
    return any(span[:5] <= start and end <= span[6:] for span in spans)


def _tenth(minutes: float) -> float | None:
    return round(float(minutes), 1) if np.isfinite(minutes) else None


def _whole(number: float) -> int | None:
    return int(number) if np.isfinite(number) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _listed(value: object) -> list[str] | None:
    return [str(item) for item in value] if isinstance(value, (list, tuple, np.ndarray)) else None
