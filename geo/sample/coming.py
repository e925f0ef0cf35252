"""How the people of the invented town will age and leave, by cells of 500 m."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import GEOGRAPHIC, mesh_bounds, mesh_code
from geo.sample.town import Town

_YEARS: Final = np.arange(2020, 2055, 5)
_EACH: Final = 9.0
"""People for each household that the map has: most have no need to be on it."""

_OLD, _VERY_OLD = 0.36, 0.19
"""Shares aged 65 and 75 and over at first."""


def sample_projections(town: Town) -> gpd.GeoDataFrame:
    """The projections layer of an invented town, as 国土数値情報 gives it, 2020 to 2050.

    Cells lose people, those with few the fastest; the very old grow in number until about
    2035. Nothing is drawn by lot: the same town has the same outlook.
    """
    spots = town.households.geometry.to_numpy()
    codes = mesh_code(shapely.get_x(spots), shapely.get_y(spots), "500m")
    cells, homes = np.unique(codes, return_counts=True)
    gone = np.asarray(_YEARS - _YEARS[0], np.float64)[None, :]
    leaving = 0.006 + 0.012 / np.sqrt(homes)[:, None]
    people = homes[:, None] * _EACH * np.exp(-leaving * gone)
    ageing = 1.0 + 0.033 * gone - 0.0011 * gone**2
    old = np.minimum(homes[:, None] * _EACH * _OLD * (1.0 + 0.004 * gone), people * 0.7)
    oldest = np.minimum(homes[:, None] * _EACH * _VERY_OLD * ageing, old * 0.9)
    many = len(_YEARS)
    table = pd.DataFrame(
        {
            "id": np.repeat(cells, many).astype(object),
            "year": np.tile(_YEARS, len(cells)).astype(np.float64),
            "people": people.ravel().round(4),
            "people_65": old.ravel().round(4),
            "people_75": oldest.ravel().round(4),
        }
    )
    shapes = np.array([shapely.box(*mesh_bounds(str(one))) for one in cells], object)
    return gpd.GeoDataFrame(table, geometry=np.repeat(shapes, many), crs=GEOGRAPHIC)
