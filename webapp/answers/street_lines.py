"""The streets as lines below a map on paper, made once a data version."""

from __future__ import annotations

import geopandas as gpd

from geo.draw.audience import street_layer
from webapp.answers.atlas import Atlas


def street_lines(atlas: Atlas) -> gpd.GeoDataFrame | None:
    """The streets as lines; None where they were not imported."""
    streets = atlas.streets
    if streets is None:
        return None
    return atlas.once("street lines", lambda: street_layer(streets))
