"""The planning room's years to come: projections loaded, absent, and in part."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from flask.testing import FlaskClient

from geo.coverage import Cover
from geo.crs import mesh_bounds
from geo.proximity import SupporterPool
from geo.sample import Town, sample_town
from tests.doors import client_of, make_account
from tests.webapp.conftest import store_town
from webapp import create_app
from webapp.layerstore import Change
from webapp.settings import Settings
from webapp.studies.coming import MOST, look_ahead, years_of
from webapp.studies.ground import Ground, count_cells, spread_cells
from webapp.studies.question import Question

YEARS = {2025: 1.0, 2030: 1.5, 2035: 3.0}


@pytest.fixture(scope="module")
def town() -> Town:
    return sample_town(seed=12, households=90, supporters=8)


@pytest.fixture(scope="module")
def ground(town: Town) -> Ground:
    cells = count_cells(town.households, town.districts)
    nowhere = pd.DataFrame(columns=[*cells.columns.drop(["id", "geometry"])])
    demand = spread_cells(cells, nowhere, town.streets)
    return Ground(town.districts, cells, demand, SupporterPool(town.supporters, town.streets))


def projected(ground: Ground, missing: int = 0) -> gpd.GeoDataFrame:
    """Old people of each cell, growing alike; none for the first ``missing`` cells."""
    mesh = sorted(set(ground.cells["mesh"]))[missing:]
    rows = [(one, year, 40.0 * factor) for one in mesh for year, factor in YEARS.items()]
    told = pd.DataFrame(rows, columns=["id", "year", "people_75"])
    shapes = [shapely.box(*mesh_bounds(one)) for one in told["id"]]
    told = told.assign(year=told["year"].astype(float), people=np.nan, people_65=np.nan)
    return gpd.GeoDataFrame(told, geometry=shapes, crs=4326)


def test_years_of_a_long_projection_keep_the_first_and_the_last() -> None:
    layer = gpd.GeoDataFrame({"year": [float(year) for year in range(2020, 2071, 5)]})
    known = years_of(layer)
    assert (known[0], known[-1]) == (2020, 2070)
    assert len(known) <= MOST


def test_the_list_grows_with_the_old_of_its_cell_and_the_cover_stays(ground: Ground) -> None:
    cover, asked = Cover(ground.demand, ground.pool, within=6), Question("x", None, 6).everywhere()
    found, facts = look_ahead(cover, projected(ground), asked, ground.names, 2025)
    whole = found[-1]
    assert (whole.id, facts["grows_with"], facts["base"]) == (None, "people_75", 2025)
    assert [share.total for share in whole.years.values()] == [90, 135, 270]
    assert whole.today_beyond == whole.years[2025].beyond
    assert whole.years[2035].beyond == pytest.approx(3 * whole.today_beyond, abs=2)
    assert sum(one.years[2030].total for one in found[:-1]) == pytest.approx(135, abs=4)


def test_the_list_is_of_today_and_grows_from_there(ground: Ground) -> None:
    cover = Cover(ground.demand, ground.pool, within=6)
    found, facts = look_ahead(cover, projected(ground), Question(), ground.names, 2028)
    assert facts["base"] == 2028
    # 1.3 in 2028, 1.5 in 2030, 3 in 2035; 2025 is gone by.
    assert {year: share.total for year, share in found[-1].years.items()} == {
        2030: round(90 * 1.5 / 1.3),
        2035: round(90 * 3.0 / 1.3),
    }


def test_where_nothing_is_projected_nothing_is_foretold(ground: Ground) -> None:
    cover = Cover(ground.demand, ground.pool, within=6)
    found, _ = look_ahead(cover, projected(ground, missing=9), Question(), ground.names, 2024)
    whole = found[-1]
    assert whole.left_out > 0
    assert whole.today + whole.left_out == 90
    assert whole.years[2025].total == whole.today


def test_the_page_says_how_to_load_projections_and_then_shows_them(
    town: Town, ground: Ground, tmp_path: Path
) -> None:
    folder = tmp_path / "town"
    premises = store_town(folder, town)
    app = create_app(Settings.read({}, workspace=folder), premises)
    planner: FlaskClient = client_of(app, make_account(premises.register, "planner", None))
    assert "welfaremap import projections" in planner.get("/planning/coming").text
    premises.workspace.replace(Change(layers={"projections": projected(ground)}, file="p.csv"))
    page = planner.get("/planning/coming?activity=garbage").text
    assert "2035" in page
    assert "welfaremap import projections" not in page
    premises.register.close()
