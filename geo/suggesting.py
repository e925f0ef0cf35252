"""Whom to ask for one request: suitable supporters, ranked, each with reasons.

Nobody is left out without a reason. Reasons and refusals are codes with their facts,
so that a screen can say each as a sentence in its own language.

Score, 0 to 1, for those who are suitable::

    0.50 · nearness   1 - minutes / limit, the limit being within or their own; 1 by phone
    0.25 · fairness   1 - load / most_per_week; 1 / (1 + load) where the most is unknown
    0.15 · fit        share of the wishes (day, hours, means, gender) they are known to meet
    0.10 · tie        1 where they know each other already

Where the request says who was asked when, the fairness is in two parts::

    0.15 · load       as above
    0.10 · turn       days since last asked / 90, at most 1; 1 where never asked

An unknown load counts as half fair, an unknown day, hour, means or gender as not known to be
met. Ranked by score, then who was asked longest ago, then minutes, then supporter_id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import ParameterWrong
from geo.layers import check
from geo.proximity import Basis, SupporterPool, require_positive
from geo.request import CONDITIONS as WISHES
from geo.request import Request, as_request
from geo.suitability import Case, Fact
from geo.tours import Tour, walk_tour
from geo.units import Minutes
from geo.walk.network import StreetNetwork
from geo.walk.reach import Walks

_SEARCHED: Final = 2.0
"""How many times the limit is searched, to say of those beyond it how far they are."""

_FARTHEST: Final[Minutes] = 60.0
"""The limit on the walk where that condition is dropped."""


CONDITIONS: Final = (*WISHES, "within")
"""Everything that `what_if` may drop."""


class Suggestions(pd.DataFrame):
    """supporter_id, rank, minutes, score, reasons – and those left out in ``refused``."""

    _metadata: Final = ["refused", "basis", "notes"]

    refused: pd.DataFrame
    """supporter_id, minutes (NaN = beyond twice the limit, unreachable or by phone), refusals."""
    basis: Basis
    notes: list[Fact]
    """What is to be said of the request itself, such as a station without collection that day."""

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
        Minutes at most, half the round trip, and no more than the supporter's own limit. The
        round trip is that of `geo.tours`: past the shop of an errand and the garbage station;
        when going along, what is walked together does not count, for it is what is asked for.

    Returns
    -------
    supporter_id, rank, minutes (NaN by phone), score, reasons (list of ``{"code": …}`` with
    facts; the walk's legs are ``legs`` of the code near). ``refused`` lists everybody else
    with the refusals, all that apply. ``basis`` is "streets", "straight_line" or "phone".
    ``notes`` tells what is odd about the request: ``no_collection`` or ``closed`` on the days
    wanted, ``collection_over`` or ``closed_then`` at the hours wanted.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong, ParameterWrong
    """
    if k < 1:
        raise ParameterWrong(name="k", value=k, wanted="1 or more")
    return tell(weigh(household, supporters, streets, request=request, within=within), k)


def tell(case: Case, k: int, *, refused: int | None = None) -> Suggestions:
    """The best ``k`` of a case; of those left out the nearest ``refused``, None = everybody."""
    chosen = case.ranked[:k]
    result = Suggestions(
        {
            "supporter_id": case.pool.ids[chosen],
            "rank": np.arange(1, len(chosen) + 1),
            "minutes": case.minutes[chosen],
            "score": case.score[chosen].round(4),
            "reasons": pd.Series([list(case.reasons(row)) for row in chosen], dtype=object),
        }
    )
    result.refused = _refused(case, k, refused)
    result.basis = "phone" if case.request.by_phone else case.pool.basis
    result.notes = list(_notes(case.request))
    return result


def what_if(
    household: gpd.GeoDataFrame | gpd.GeoSeries | pd.Series,
    supporters: gpd.GeoDataFrame | SupporterPool,
    streets: StreetNetwork | None = None,
    *,
    request: Request | Mapping[str, Any],
    within: Minutes = 30.0,
) -> pd.DataFrame:
    """Who would be suitable as well, if one condition of the request were dropped.

    Parameters
    ----------
    household, supporters, streets, request, within
        As `suggest`.

    Returns
    -------
    condition, supporter_id: a row for each supporter whom nothing but that one condition
    speaks against, by condition, the best first. Conditions are those of `Request.conditions`,
    and ``within``, which is 60 minutes where dropped; the supporter's own limit holds.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong, ParameterWrong
    """
    case = weigh(household, supporters, streets, request=request, within=within)
    rows: list[tuple[str, str]] = []
    for condition in conditions_of(case.request, within):
        other = recast(case, household, *without(case, condition))
        more = other.ranked[~case.suitable[other.ranked]]
        rows += [(condition, one) for one in case.pool.ids[more]]
    return pd.DataFrame(rows, columns=pd.Index(["condition", "supporter_id"]), dtype=object)


def conditions_of(request: Request, within: Minutes) -> tuple[str, ...]:
    """What could be dropped: the conditions of a request, and the limit on the walk."""
    walks = not request.by_phone and within < _FARTHEST
    return (*request.conditions, *(("within",) if walks else ()))


def without(case: Case, *conditions: str) -> tuple[Request, Minutes]:
    """The request and the limit of a case with conditions dropped."""
    request = case.request.without(*(one for one in conditions if one != "within"))
    return request, max(case.within, _FARTHEST) if "within" in conditions else case.within


def recast(
    case: Case,
    household: gpd.GeoDataFrame | gpd.GeoSeries | pd.Series,
    request: Request,
    within: Minutes,
) -> Case:
    """A case of the same household and pool that asks for the same, but for some conditions.

    Walks are measured anew only where they may differ.
    """
    if request.steps_free != case.request.steps_free or within > case.within:
        return weigh(household, case.pool, request=request, within=within)
    return Case(case.pool, request, case.tour, within)


def weigh(
    household: gpd.GeoDataFrame | gpd.GeoSeries | pd.Series,
    supporters: gpd.GeoDataFrame | SupporterPool,
    streets: StreetNetwork | None = None,
    *,
    request: Request | Mapping[str, Any],
    within: Minutes,
) -> Case:
    """The request held against every supporter; as `suggest`, for whoever asks further."""
    request = as_request(request)
    require_positive("within", within)
    pool = (
        supporters if isinstance(supporters, SupporterPool) else SupporterPool(supporters, streets)
    )
    house = check(_one_row(household), "households", only=("id",))
    return Case(pool, request, _tour(pool, house, request, within), within)


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


def _tour(pool: SupporterPool, house: gpd.GeoDataFrame, request: Request, within: Minutes) -> Tour:
    unknown = np.full(len(pool), np.nan)
    if not request.by_phone:
        return walk_tour(pool, house, request, within=_SEARCHED * within)
    if request.no_neighbours is None:
        return Tour(Walks(*[unknown] * 4), unknown)
    apart = walk_tour(pool, house, request, within=within).apart
    return Tour(Walks(*[unknown] * 4), apart)


def _refused(case: Case, k: int, most: int | None) -> pd.DataFrame:
    out: npt.NDArray[np.int64] = np.flatnonzero(~case.suitable)
    rows = np.concatenate([out, case.ranked[k:]])
    rank = {int(row): k + 1 + place for place, row in enumerate(case.ranked[k:])}
    if most is not None:
        rows = rows[np.argsort(case.minutes[rows], kind="stable")[:most]]
    refusals = case.all_refusals(rows)
    for facts, row in zip(refusals, rows.tolist(), strict=True):
        if row in rank:
            facts.append({"code": "outranked", "rank": rank[row], "k": k})
    return pd.DataFrame(
        {
            "supporter_id": case.pool.ids[rows],
            "minutes": case.minutes[rows],
            "refusals": pd.Series(refusals, dtype=object),
        }
    )


def _notes(request: Request) -> Iterator[Fact]:
    stop = request.stop
    if stop is None:
        return
    collected = request.activity == "garbage"
    idle = [day for day in request.days if stop.weekdays is not None and day not in stop.weekdays]
    if idle:
        code = "no_collection" if collected else "closed"
        yield {"code": code, "weekday": idle, "offered": list(stop.weekdays or ())}
    if request.hours is None or stop.hours is None:
        return
    start, end = request.hours.split("-")
    if collected and not any(end <= span[6:] for span in stop.hours):
        yield {"code": "collection_over", "hours": request.hours, "offered": list(stop.hours)}
    elif not collected and not any(span[:5] < end and start < span[6:] for span in stop.hours):
        yield {"code": "closed_then", "hours": request.hours, "offered": list(stop.hours)}
