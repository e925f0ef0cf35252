"""The layers of a study for map software: cells, land nobody reaches, places of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from geo.crs import GEOGRAPHIC
from geo.errors import ParameterWrong
from webapp.planning.asking import Asked
from webapp.planning.telling import letter
from webapp.studies.covering import cell_shares
from webapp.studies.land import uncovered_land

Plans = Sequence[Mapping[str, Any]]


def inside_layer(what: str, asked: Asked, plans: Plans) -> gpd.GeoDataFrame:
    """One of `INSIDE`. Raises `ParameterWrong` where it holds nothing."""
    layer = INSIDE[what](asked, plans)
    if layer.empty:
        raise ParameterWrong(name="what", value=what, wanted="a layer that holds something")
    return layer.assign(question=" ".join(f"{k}={v}" for k, v in asked.question.facts().items()))


def _cells(asked: Asked, plans: Plans) -> gpd.GeoDataFrame:
    del plans
    beyond = cell_shares(asked.ground, asked.cover, asked.question)
    shown = ~np.isnan(beyond)
    cells = asked.ground.cells.loc[shown, ["mesh", "district_id", "households", "geometry"]]
    return gpd.GeoDataFrame(cells.assign(unreached=beyond[shown].round(2)), crs=GEOGRAPHIC)


def _land(asked: Asked, plans: Plans) -> gpd.GeoDataFrame:
    del plans
    return uncovered_land(asked.atlas, asked.question)


def _places(asked: Asked, plans: Plans) -> gpd.GeoDataFrame:
    del asked
    rows = [
        (f"{letter(at)}{number}", plan["plan"]["title"], list(one.activities), one.lon, one.lat)
        for at, plan in enumerate(plans)
        for number, one in enumerate(plan["changes"].add, start=1)
    ]
    return gpd.GeoDataFrame(
        {
            "id": [row[0] for row in rows],
            "plan": [row[1] for row in rows],
            "activities": [row[2] for row in rows],
        },
        geometry=shapely.points([(row[3], row[4]) for row in rows] or np.empty((0, 2))),
        crs=GEOGRAPHIC,
    )


INSIDE: Final[Mapping[str, Callable[[Asked, Plans], gpd.GeoDataFrame]]] = {
    "cells": _cells,
    "land": _land,
    "places": _places,
}
"""Layers by what they are asked for as."""
