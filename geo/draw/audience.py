"""Which layers are drawn for whom: the one place in drawing where exactness is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import geopandas as gpd
import numpy as np
import shapely

from geo.crs import GEOGRAPHIC, require_geographic
from geo.draw.columns import Audience
from geo.errors import ParameterWrong
from geo.masking import THRESHOLD, mesh_cells, mesh_level
from geo.walk.network import StreetLines

_AREAS: Final = ("Polygon", "MultiPolygon")


class Streets(Protocol):
    """A street network that can say what to draw."""

    def lines(self) -> gpd.GeoDataFrame:
        """One row per street, geometry in longitude and latitude, optional ``steps``."""
        ...


DrawnStreets = Streets | StreetLines | gpd.GeoDataFrame


@dataclass(frozen=True)
class Layers:
    """What a caller gives; everything but the districts may be absent."""

    districts: gpd.GeoDataFrame
    households: gpd.GeoDataFrame | None = None
    supporters: gpd.GeoDataFrame | None = None
    links: gpd.GeoDataFrame | None = None
    places: gpd.GeoDataFrame | None = None
    uncovered: gpd.GeoDataFrame | None = None
    streets: DrawnStreets | None = None
    threshold: int = THRESHOLD


def drawn_layers(given: Layers, audience: Audience) -> dict[str, gpd.GeoDataFrame]:
    """The layers as this audience may see them.

    The public gets districts, streets, places and, in place of households, mesh cells
    with suppressed counts; no household, supporter, link or reach (whose edge would
    tell where a supporter lives).

    Raises
    ------
    CrsMissing, CrsWrong, ParameterWrong
    """
    if audience not in {"public", "staff"}:
        raise ParameterWrong(name="audience", value=audience, wanted="public or staff")
    layers = {"districts": given.districts, "places": given.places}
    if given.streets is not None:
        layers["streets"] = street_layer(given.streets)
    if audience == "staff":
        layers |= _exact(given)
    elif given.households is not None:
        require_geographic(given.households, "The households layer")
        layers["mesh"] = _mesh(given.households, given)
    drawn = {name: layer for name, layer in layers.items() if layer is not None}
    for name, layer in drawn.items():
        require_geographic(layer, f"The {name} layer")
    return drawn


def _mesh(households: gpd.GeoDataFrame, given: Layers) -> gpd.GeoDataFrame:
    """The cells, their ``attrs`` naming the threshold for the legend."""
    least = given.threshold
    level = mesh_level(households, threshold=least)
    cells = mesh_cells(households, level=level, threshold=least, districts=given.districts)
    cells.attrs["threshold"] = least
    return cells


def _exact(given: Layers) -> dict[str, gpd.GeoDataFrame | None]:
    exact = {
        "households": given.households,
        "supporters": given.supporters,
        "links": given.links,
    }
    if given.uncovered is not None:
        are_areas = given.uncovered.geom_type.isin(_AREAS)
        exact["uncovered_areas"] = given.uncovered[are_areas]
        exact["uncovered"] = given.uncovered[~are_areas]
    return exact


def street_layer(streets: DrawnStreets) -> gpd.GeoDataFrame:
    """The streets as lines, whatever they were given as."""
    if isinstance(streets, gpd.GeoDataFrame):
        return streets
    if isinstance(streets, StreetLines):
        ends = np.stack([streets.tail, streets.head], axis=1)
        xy = np.stack([streets.lon[ends], streets.lat[ends]], axis=2)
        return gpd.GeoDataFrame(
            {"steps": streets.steps}, geometry=shapely.linestrings(xy), crs=GEOGRAPHIC
        )
    return streets.lines()
