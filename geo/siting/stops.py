"""Stops of a mobile shop: where, in which order, when, and whom they reach."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np

from geo.coverage import Cover
from geo.errors import DayTooShort, ParameterWrong
from geo.siting.answer import Siting, Watch
from geo.siting.day import SalesDay, clock
from geo.siting.fitting import Ground, Question, Squeezed
from geo.siting.swaps import Longs
from geo.units import Minutes


@dataclass(frozen=True)
class StopPlan:
    """A day of stops.

    Attributes
    ----------
    stops
        In the order of the day: order (from 1), id, opens, closes (HH:MM), travel (minutes from
        the one before, or the depot), nearest (weight that reaches this stop soonest of all that
        serve; these add up), reached (weight within reach of it), geometry (Point, EPSG:4326).
    siting
        The choice; ``value`` is the weight reached, by what is kept too, ``bound`` what no
        choice of so many stops exceeds, however long the day.
    already
        Weight that reaches a place that is kept.
    total
        Weight there is; rows without a position or a known weight are not in it.
    left_out
        Rows without them.
    travel
        Minutes on the way in all.
    back
        HH:MM at which the day ends.
    shortened
        Whether stops were left out or exchanged because the day is too short.
    """

    stops: gpd.GeoDataFrame
    siting: Siting
    already: float
    total: float
    left_out: int
    travel: Minutes
    back: str
    shortened: bool


def plan_stops(  # noqa: PLR0913 - what is asked, how, and how long, each by its own name
    cover: Cover,
    candidates: gpd.GeoDataFrame,
    *,
    stops: int,
    day: SalesDay | None = None,
    weight: str = "households",
    depot: gpd.GeoDataFrame | None = None,
    kept: gpd.GeoDataFrame | None = None,
    watch: Watch | None = None,
    seconds: float | None = None,
) -> StopPlan:
    """The stops from which most can be served in a day, and its timetable.

    Parameters
    ----------
    cover
        The demand on its streets, and the minutes that people walk to a stop, half of there and
        back. Its helpers do not matter here.
    candidates
        id, geometry (points in longitude/latitude).
    stops
        How many at most.
    day
        From when until when; None = as usual.
    weight
        Column of the demand.
    depot
        A layer of one row where the day begins and ends; None = at the first and last stop.
    kept
        Places that serve already, shops for instance; whoever reaches one counts as reached.
    watch, seconds
        As in `cover_most`.

    Returns
    -------
    The plan. It keeps to the day: if the best stops do not fit, fewer or others are taken, and
    ``siting.bound`` says what is lost by that at most.

    Raises
    ------
    ParameterWrong, CrsMissing, CrsWrong
    DayTooShort
        Not even one stop fits.
    """
    day = day or SalesDay()
    if stops < 1:
        raise ParameterWrong(name="stops", value=stops, wanted="1 or more")
    if day.most < 1:
        raise DayTooShort(start=day.start, end=day.end)
    question = Question.of(cover, candidates, kept, weight)
    ground = Ground(cover, candidates, depot, day)
    siting = _best_together(question, ground, min(stops, day.most), watch, seconds)
    shortened, order = False, ground.order(siting.chosen)
    if not len(order) or not ground.fits(order):
        shortened = len(siting.chosen) > 0
        order = Squeezed(question, ground, siting.chosen, min(stops, day.most)).order()
        if shortened and not len(order):
            raise DayTooShort(start=day.start, end=day.end)
    siting = question.answer(order, siting.bound)
    return _write(question, ground, siting, order, shortened=shortened)


def try_stops(
    cover: Cover,
    stops: gpd.GeoDataFrame,
    *,
    day: SalesDay | None = None,
    weight: str = "households",
    depot: gpd.GeoDataFrame | None = None,
    kept: gpd.GeoDataFrame | None = None,
) -> StopPlan:
    """The day of stops that somebody chose by hand: all of them, in the order of the shortest way.

    Parameters
    ----------
    stops
        id, geometry (points in longitude/latitude), one or more.
    cover, day, weight, depot, kept
        As in `plan_stops`.

    Returns
    -------
    The plan, with all stops; ``shortened`` says that they do not fit into the day.

    Raises
    ------
    ParameterWrong
        No stops, or no way between them.
    CrsMissing, CrsWrong
    """
    day = day or SalesDay()
    if stops.empty:
        raise ParameterWrong(name="stops", value=0, wanted="1 or more")
    question = Question.of(cover, stops, kept, weight)
    ground = Ground(cover, stops, depot, day)
    order = ground.order(np.arange(len(stops)))
    if not np.isfinite(sum(ground.way(order))):
        raise ParameterWrong(name="stops", value=len(stops), wanted="a way between them")
    siting = question.answer(order, question.value(order))
    return _write(question, ground, siting, order, shortened=not ground.fits(order))


def _best_together(
    question: Question,
    ground: Ground,
    stops: int,
    watch: Watch | None,
    seconds: float | None,
) -> Siting:
    """The stops that reach most of those with a way between them, however long it is.

    Groups with less in all than was found in another are not searched.
    """
    best: Siting | None = None
    bound = question.value([])
    for group in ground.groups(question.gains()):
        most = question.value(group)
        if best is not None and most <= best.value:
            break
        found = question.best(stops, watch, seconds, among=group)
        bound = max(bound, found.bound)
        if best is None or found.value > best.value:
            best = found
    if best is None:
        return question.answer(np.empty(0, np.int64), bound)
    return replace(best, bound=max(bound, best.value))


def _write(
    question: Question, ground: Ground, siting: Siting, order: Longs, *, shortened: bool
) -> StopPlan:
    way = ground.way(order)
    opens, closes, end = ground.day.table(way)
    weight = question.weight
    chosen = question.candidates.iloc[order]
    stops = gpd.GeoDataFrame(
        {
            "order": np.arange(1, len(order) + 1),
            "id": chosen["id"].to_numpy(object),
            "opens": opens,
            "closes": closes,
            "travel": way[:-1],
            "nearest": [float(weight[siting.assigned == site].sum()) for site in order],
            "reached": [float(weight[question.rows(int(site))].sum()) for site in order],
        },
        geometry=chosen.geometry.to_numpy(),
        crs=question.candidates.crs,
    )
    return StopPlan(
        stops,
        siting,
        question.value([]),
        float(weight.sum()),
        question.left_out,
        float(sum(way)),
        clock(end),
        shortened,
    )
