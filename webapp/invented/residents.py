"""Everybody who would live in the invented town, by mesh cell: the table a census would give."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import GEOGRAPHIC, mesh_bounds, mesh_code
from geo.masking import meshes_of

_FEW: Final = 5
"""A census hides figures of cells with fewer people."""

_EACH: Final = 9.5
"""People living around each household of the list."""


_LIVED_IN: Final = 0.2
"""Share of the cells in which some live besides."""


def invent_residents(
    districts: gpd.GeoDataFrame, households: gpd.GeoDataFrame, seed: int = 0
) -> gpd.GeoDataFrame:
    """The population layer of a town: 250 m cells, people by age.

    A cell with few people has no figure, as in a census; one where no household of the list
    stands has some people or none.
    """
    lot = np.random.default_rng([seed, 11])
    meshes = meshes_of(districts)
    lon, lat = shapely.get_coordinates(households.geometry.to_numpy()).T
    listed = pd.Series(np.atleast_1d(mesh_code(lon, lat)).astype(str)).value_counts()
    homes = listed.reindex(meshes, fill_value=0).to_numpy(np.float64)
    besides = np.where(lot.random(len(homes)) < _LIVED_IN, 12.0, 0.0)
    people = lot.poisson(homes * _EACH + besides).astype(np.float64)
    old = np.clip(lot.normal(0.39, 0.06, len(people)), 0.2, 0.6)
    people_65 = lot.binomial(people.astype(np.int64), old).astype(np.float64)
    people_75 = lot.binomial(people_65.astype(np.int64), 0.55).astype(np.float64)
    hidden = (people > 0) & (people < _FEW)
    columns = {"people": people, "people_65": people_65, "people_75": people_75}
    boxes = np.array([mesh_bounds(one) for one in meshes]).reshape(-1, 4)
    return gpd.GeoDataFrame(
        {
            "id": pd.Series(meshes, dtype="str"),
            **{name: np.where(hidden, np.nan, values) for name, values in columns.items()},
        },
        geometry=shapely.box(boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3]),
        crs=GEOGRAPHIC,
    )
