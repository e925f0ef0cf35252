"""The ground of a planner's study: cells along their own streets, and scores that stay unknown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.proximity import SupporterPool
from geo.sample import sample_town
from webapp.studies.access import measure_access
from webapp.studies.ground import Ground, count_cells, spread_cells
from webapp.studies.question import Question

TOWN = sample_town(seed=12, households=90, supporters=8)


@pytest.fixture(scope="module")
def ground() -> Ground:
    cells = count_cells(TOWN.households, TOWN.districts)
    nowhere = pd.DataFrame(columns=[*cells.columns.drop(["id", "geometry"])])
    demand = spread_cells(cells, nowhere, TOWN.streets)
    return Ground(TOWN.districts, cells, demand, SupporterPool(TOWN.supporters, TOWN.streets))


def test_a_cell_is_spread_along_the_streets_of_its_own_district(ground: Ground) -> None:
    borders = ground.districts.set_index("id").geometry
    shared = ground.cells[ground.cells["mesh"].duplicated(keep=False)]
    assert len(shared), "cells on a border count for each district apart"
    for cell in shared.itertuples(index=False):
        assert shapely.area(shapely.difference(cell.geometry, borders[cell.district_id])) < 1e-12
    assert ground.demand["households"].sum() == pytest.approx(90)


def test_near_a_supporter_of_unknown_capacity_the_score_is_unknown(ground: Ground) -> None:
    asked = Question(within=10.0)
    known = measure_access(ground, asked, "none").cells
    assert known["score"].notna().all()
    told = TOWN.supporters.assign(most_per_week=TOWN.supporters["most_per_week"].astype(float))
    told.loc[0, "most_per_week"] = np.nan
    unasked = Ground(
        ground.districts, ground.cells, ground.demand, SupporterPool(told, TOWN.streets)
    )
    found = measure_access(unasked, asked, "none").cells
    assert 0 < found["score"].isna().sum() < len(found)
    far = found["score"].notna()
    assert found.loc[far, "score"].tolist() == pytest.approx(known.loc[far, "score"].tolist())
