"""The land nobody reaches, for the map of the room's pages."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import orjson
import shapely
from flask import Blueprint, Response

from webapp.errors import for_scripts
from webapp.planning.asking import asked_now, keep_asked
from webapp.planning.covering import answer_json
from webapp.studies.land import uncovered_land
from webapp.studies.people import AGES

land = Blueprint("land", __name__, url_prefix="/planning/areas")

_NUMBERS: Final = ("area_m2", "street_metres", "households", *AGES)


@land.get("")
@for_scripts
def tell() -> Response:
    """Areas without a helper within reach, as GeoJSON, with who lives there."""
    asked = asked_now()
    keep_asked(asked)
    return answer_json(_geojson(uncovered_land(asked.atlas, asked.question)))


def _geojson(found: gpd.GeoDataFrame) -> dict[str, Any]:
    shapes = shapely.set_precision(found.geometry.to_numpy(), 1e-6)
    texts = shapely.to_geojson(shapely.orient_polygons(shapes))
    rows = found[["id", "district_id", *_NUMBERS]].to_dict("records")
    features = [
        {
            "type": "Feature",
            "geometry": orjson.Fragment(text.encode()),
            "properties": {str(name): _plain(value) for name, value in row.items()},
        }
        for text, row in zip(texts, rows, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def _plain(value: object) -> object:
    if isinstance(value, float):
        return None if np.isnan(value) else round(value, 1)
    return value
