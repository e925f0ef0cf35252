"""The ground of a study: where people live as exactly as the reader may know it, and who helps.

A planner sees households by 250 m mesh cell. A study spreads each cell's count along the
cell's streets instead of heaping it in the middle, so minutes are about right and no
question, however it is turned, tells more of a home than the cell does.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import terms
from geo.coverage import Cover
from geo.crs import GEOGRAPHIC, mesh_bounds, mesh_code
from geo.proximity import SupporterPool
from geo.spreading import spread_on_streets
from geo.units import FLAT_PACE
from geo.walk.network import StreetNetwork
from webapp.answers.atlas import Atlas
from webapp.studies.question import PACES, Question

EVERY: Final = 50.0
"""Metres of street that one point of the demand stands for, at most."""

KEPT: Final = 6
"""Covers of one data version; of a city each takes some hundred megabytes."""

COUNTS: Final = ("households", *terms.ACTIVITIES)
"""Columns of the demand: households, and those who want each activity."""


@dataclass(frozen=True)
class Ground:
    """What studies of one data version stand on.

    Attributes
    ----------
    districts
        The reader's, with their borders.
    cells
        Mesh cells with households: id, mesh, district_id, `COUNTS`, geometry (the cell's part
        of its district, EPSG:4326).
    demand
        The same along the streets: id, cell (row in ``cells``), district_id, `COUNTS` (parts
        of households), geometry (points); and at the end one row for each district's
        households without a position, cell -1, geometry null.
    pool
        The helpers, at the pace of the way.
    """

    districts: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    pool: SupporterPool

    @property
    def streets(self) -> StreetNetwork | None:
        """None = straight lines."""
        return self.pool.streets

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of districts by id."""
        known = self.districts
        return {
            str(one): str(name or one) for one, name in zip(known["id"], known["name"], strict=True)
        }


def ground_of(atlas: Atlas, way: str = "usual") -> Ground:
    """The ground for one way of walking; made once a data version. Raises `LayerAbsent`."""
    return atlas.once(("ground", way), lambda: _lay_ground(atlas, way))


def cover_of(atlas: Atlas, question: Question) -> Cover:
    """Who reaches whom within the minutes asked for; the last few of a data version are kept."""
    covers = atlas.once("covers", Covers)
    return covers.find(ground_of(atlas, question.way), question.way, question.within)


class Covers:
    """The covers asked for last, of one ground; each is searched once, by one thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: OrderedDict[tuple[str, float], Cover] = OrderedDict()

    def find(self, ground: Ground, way: str, within: float) -> Cover:
        """The cover for a way of walking and a limit in minutes."""
        with self._lock:
            made = self._made.pop((way, within), None)
            if made is None:
                made = Cover(ground.demand, ground.pool, within=within)
            self._made[way, within] = made
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
        return made


def _lay_ground(atlas: Atlas, way: str) -> Ground:
    cells, demand = atlas.once("demand", lambda: _lay_demand(atlas))
    return Ground(atlas.own_districts, cells, demand, _pool(atlas, way))


def _lay_demand(atlas: Atlas) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    households = atlas.wanted("households")
    placed = ~(households.geometry.isna() | households.geometry.is_empty)
    cells = count_cells(households[placed], atlas.own_districts)
    nowhere = _count(households[~placed].assign(mesh="")).assign(geometry=None)
    return cells, spread_cells(cells, nowhere, atlas.streets)


def _pool(atlas: Atlas, way: str) -> SupporterPool:
    if way == "usual":
        return atlas.pool
    layer = atlas.wanted("supporters")
    pace = pd.to_numeric(layer["pace"]).astype(float).fillna(FLAT_PACE) * PACES[way]
    streets = atlas.streets
    if streets is not None and way in {"no_steps", "snow"}:
        streets = streets.without_steps
    return SupporterPool(layer.assign(pace=pace), streets)


def count_cells(households: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """How many live in each mesh cell of each district, and want what; all have a position.

    Who was not asked counts as a household, but for no activity.
    """
    lon, lat = shapely.get_coordinates(households.geometry.to_numpy()).T
    mesh = np.atleast_1d(mesh_code(lon, lat)).astype(str)
    cells = _count(households.assign(mesh=mesh))
    cells.insert(0, "id", [f"c{row}" for row in range(len(cells))])
    return gpd.GeoDataFrame(cells, geometry=_shapes(cells, districts), crs=GEOGRAPHIC)


def _count(households: gpd.GeoDataFrame) -> pd.DataFrame:
    """`COUNTS` by mesh and district."""
    told = pd.DataFrame(households[["mesh", "district_id"]]).assign(households=1.0)
    needs = [set(one) if isinstance(one, (list, tuple)) else set() for one in households["needs"]]
    for activity in terms.ACTIVITIES:
        told[activity] = np.array([activity in wanted for wanted in needs], np.float64)
    counts = told.groupby(["mesh", "district_id"], dropna=False, sort=True).sum().reset_index()
    counts["district_id"] = (
        counts["district_id"].astype(object).where(counts["district_id"].notna(), None)
    )
    return counts


def _shapes(cells: pd.DataFrame, districts: gpd.GeoDataFrame) -> list[shapely.Geometry]:
    """Each cell as far as it lies in its district; whole where it does not."""
    borders: Mapping[str, shapely.Geometry] = dict(
        zip(districts["id"], districts.geometry, strict=True)
    )
    shapes: list[shapely.Geometry] = []
    for mesh, district in zip(cells["mesh"], cells["district_id"], strict=True):
        box = shapely.box(*mesh_bounds(mesh))
        border = borders.get(district)
        part = box if border is None else shapely.intersection(box, border)
        shapes.append(part if part.area > 0 else box)
    return shapes


def spread_cells(
    cells: gpd.GeoDataFrame, nowhere: pd.DataFrame, streets: StreetNetwork | None
) -> gpd.GeoDataFrame:
    """The counts of the cells along their streets, or in their middle where there are none.

    ``nowhere``: counts of households without a position.
    """
    if streets is None:
        spread = cells.set_geometry(cells.geometry.representative_point())
        spread = spread.assign(area_id=spread["id"])
    else:
        spread = spread_on_streets(cells, streets, columns=list(COUNTS), every=EVERY)
    row = pd.Series(np.arange(len(cells)), index=cells["id"])
    cell = row.reindex(spread["area_id"]).to_numpy(np.int64)
    home = cells["district_id"].to_numpy(object)[cell]
    many = len(nowhere)
    return gpd.GeoDataFrame(
        {
            "id": [f"p{number}" for number in range(len(spread) + many)],
            "cell": np.concatenate([cell, np.full(many, -1)]),
            "district_id": np.concatenate([home, nowhere["district_id"].to_numpy(object)]),
            **{
                name: np.concatenate([spread[name].to_numpy(float), nowhere[name].to_numpy(float)])
                for name in COUNTS
            },
        },
        geometry=np.concatenate([spread.geometry.to_numpy(), np.full(many, None, object)]),
        crs=GEOGRAPHIC,
    )
