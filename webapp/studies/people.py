"""Everybody who lives there, by age, and whom of them no helper reaches.

The population layer says how many live in an area, not where: its figures lie along the
area's streets, so that they are measured on foot like the households of the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.coverage import BEYOND, MAYBE, REACHED, Cover
from geo.spreading import name_districts, spread_on_streets
from webapp.answers.atlas import Atlas
from webapp.studies.ground import EVERY, ground_of
from webapp.studies.question import Question

AGES: Final = ("people", "people_65", "people_75")
"""Columns of the population layer."""


@dataclass(frozen=True)
class Residents:
    """People of one age group in one area; null where nothing is known.

    ``hidden``: areas of the population layer whose figure is not published; nobody of them
    is in the sums.
    """

    age: str
    total: int | None
    beyond: int | None
    maybe: int | None
    hidden: int


def people_cover(atlas: Atlas, question: Question) -> Cover | None:
    """Who is within reach of a helper, of everybody; None without a population layer."""
    demand = atlas.once("people", lambda: _lay_people(atlas))
    if demand is None:
        return None
    pool = ground_of(atlas, question.way).pool
    key = ("people cover", question.way, question.within)
    return atlas.once(key, lambda: Cover(demand, pool, within=question.within))


def _lay_people(atlas: Atlas) -> gpd.GeoDataFrame | None:
    """People along the streets of the districts: id, area_id, district_id, `AGES`."""
    layer, districts = atlas.layer("population"), atlas.own_districts
    near = shapely.intersects(
        layer.geometry.to_numpy(), shapely.union_all(districts.geometry.to_numpy())
    )
    layer = layer[near]
    if layer.empty:
        return None
    numbers = {
        name: pd.to_numeric(layer[name]).astype(float) if name in layer.columns else np.nan
        for name in AGES
    }
    spread = spread_on_streets(
        layer.assign(**numbers), atlas.streets, columns=list(AGES), every=EVERY
    )
    named = name_districts(spread, districts)
    named = named[named["district_id"].notna()].reset_index(drop=True)
    return named.assign(id=[f"r{row}" for row in range(len(named))])


def residents_of(cover: Cover, question: Question) -> list[Residents]:
    """Each age group of the area asked for."""
    home = cover.demand["district_id"].to_numpy(object)
    rows = np.ones(len(home), bool) if question.district is None else home == question.district
    return [_residents(cover, question, age, rows) for age in AGES]


def _residents(
    cover: Cover, question: Question, age: str, rows: npt.NDArray[np.bool_]
) -> Residents:
    value, state = cover.weight(age), cover.state(question.ask)
    known = rows & ~np.isnan(value) & (state >= BEYOND)
    hidden = cover.demand["area_id"].to_numpy(object)[rows & np.isnan(value)]
    areas = len(set(hidden.tolist()))
    if not known.any():
        return Residents(age, None, None, None, areas)
    parts = [float(value[known & (state == code)].sum()) for code in (REACHED, BEYOND, MAYBE)]
    return Residents(age, round(sum(parts)), round(parts[1]), round(parts[2]), areas)


def sum_inside(
    points: gpd.GeoDataFrame, values: npt.NDArray[np.float64], areas: gpd.GeoDataFrame
) -> npt.NDArray[np.float64]:
    """The sum of the points' known values in each area; NaN where it holds unknown ones only."""
    places = points.geometry.to_numpy()
    area, point = shapely.STRtree(places).query(areas.geometry.to_numpy(), predicate="intersects")
    found = values[point]
    known = ~np.isnan(found)
    sums = np.bincount(area, np.where(known, found, 0.0), len(areas))
    some = np.bincount(area, known, len(areas))
    lost = np.bincount(area, ~known, len(areas))
    return np.where((some == 0) & (lost > 0), np.nan, sums)
