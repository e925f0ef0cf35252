"""The land that no helper reaches, drawn from the streets really reached, and who lives there."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from geo.coverage import uncovered_areas
from webapp.answers.atlas import Atlas
from webapp.studies.ground import ground_of
from webapp.studies.people import AGES, people_cover, sum_inside
from webapp.studies.question import Question


def uncovered_land(atlas: Atlas, question: Question) -> gpd.GeoDataFrame:
    """Connected areas without a helper within reach, of the districts asked for.

    Returns
    -------
    As `geo.uncovered_areas` gives them, with id, households (of the list, spread along the
    streets), people, people_65 and people_75 (null where not known).
    """
    key = ("land", question.way, question.within, question.ask)
    land = atlas.once(key, lambda: _draw_land(atlas, question))
    if question.district is None:
        return land
    return land[land["district_id"] == question.district]


def _draw_land(atlas: Atlas, question: Question) -> gpd.GeoDataFrame:
    ground = ground_of(atlas, question.way)
    land = uncovered_areas(
        ground.districts, ground.pool, activity=question.ask, within=question.within
    )
    placed = ground.demand[ground.demand.geometry.notna()]
    columns = {"households": sum_inside(placed, placed["households"].to_numpy(float), land)}
    people = people_cover(atlas, question)
    for age in AGES:
        columns[age] = (
            np.full(len(land), np.nan)
            if people is None
            else sum_inside(people.demand, people.weight(age), land)
        )
    left_out = ["population", "population_unknown", "at_risk"]
    land = land.drop(columns=[name for name in left_out if name in land.columns])
    land.insert(0, "id", [f"a{row + 1}" for row in range(len(land))])
    return land.assign(**columns)
