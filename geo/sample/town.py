"""The town as a whole: its plan, its districts, and all its layers in one value.

汐鳴市 does not exist. Its plan lies in ``data/boundaries``, on the open sea; its streets,
houses, people and shops are drawn by lot. The same seed gives the same town to the last
byte, and each kind of thing has a lot of its own: houses stay when supporters are added.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from geo.crs import GEOGRAPHIC, to_plane
from geo.errors import AssetMissing, ParameterWrong
from geo.sample.ground import Plan, draw_streets
from geo.sample.people import invent_households, invent_links, invent_supporters
from geo.sample.roadside import find_roadside, invent_places
from geo.walk.build import build_network
from geo.walk.network import StreetLines, StreetNetwork

Floats = npt.NDArray[np.float64]

_PLANE: Final = CRS.from_epsg(6670)
_MIDDLE: Final = (130.6, 34.15)
"""The plane's origin, degrees: open sea."""

_CROWDED: Final = 20_000
"""Households above which the town grows, so that there is street enough for each."""


@dataclass(frozen=True)
class Town:
    """An invented town.

    Attributes
    ----------
    districts, households, supporters, links, places
        Layers, longitude/latitude (EPSG:4326), as `geo.layers.CONTRACTS` names them.
    streets
        Its network, with slopes, steps, dead ends, and one path that no street reaches.
    """

    districts: gpd.GeoDataFrame
    streets: StreetNetwork
    households: gpd.GeoDataFrame
    supporters: gpd.GeoDataFrame
    links: gpd.GeoDataFrame
    places: gpd.GeoDataFrame


def sample_town(seed: int = 0, households: int = 600, supporters: int = 60) -> Town:
    """Invent a town.

    Parameters
    ----------
    seed
        0 or above; the same seed gives the same town.
    households
        How many are on the list, 1 or above. Above 20,000 the town grows: with
        100,000 it is some 16 km across.
    supporters
        How many, of every status, 0 or above.

    Raises
    ------
    ParameterWrong
    AssetMissing
        The plan of the town is not installed.
    """
    _require_counts(seed, households, supporters)
    plan: Plan = json.loads(_find("sample_town.json").read_text("utf-8"))
    scale = max(1.0, float(np.sqrt(households / _CROWDED)))
    lots = [np.random.default_rng([seed, lot]) for lot in range(5)]
    districts = _read_districts(scale)
    lines = draw_streets(lots[0], plan, districts, scale)
    roadside = find_roadside(lines, districts)
    houses = invent_households(lots[1], plan, roadside, households)
    helpers = invent_supporters(lots[2], plan, roadside, supporters)
    links = invent_links(lots[3], plan, houses, helpers)
    places = invent_places(lots[4], plan, roadside, scale)
    return Town(
        districts=_layer(districts),
        streets=build_network(_degrees_of(lines), source="The sample town"),
        households=_layer(houses),
        supporters=_layer(helpers),
        links=_layer(links),
        places=_layer(places),
    )


def sample_hazards(households: int = 600) -> gpd.GeoDataFrame:
    """Where water or earth could come in the invented town of so many households.

    Returns
    -------
    The hazards layer: along the river, deep beside it and shallow farther off, and the slope
    that the stairs climb.

    Raises
    ------
    AssetMissing
    """
    plan: Plan = json.loads(_find("sample_town.json").read_text("utf-8"))
    scale = max(1.0, float(np.sqrt(households / _CROWDED)))
    river, path = (shapely.LineString(np.array(plan[name]) * scale) for name in ("river", "path"))
    deep = shapely.buffer(river, 60.0)
    layer = gpd.GeoDataFrame(
        {
            "id": ["flood-1", "flood-2", "steep_slope-1"],
            "kind": ["flood", "flood", "steep_slope"],
            "name": ["汐鳴川", "汐鳴川", "階段坂"],
            "depth_from": [3.0, 0.5, np.nan],
            "depth_to": [5.0, 3.0, np.nan],
            "special": [None, None, True],
        },
        geometry=[deep, shapely.buffer(river, 130.0) - deep, shapely.buffer(path, 60.0)],
        crs=_PLANE,
    )
    return _layer(layer)


def _require_counts(seed: int, households: int, supporters: int) -> None:
    for name, value, least in (
        ("seed", seed, 0),
        ("households", households, 1),
        ("supporters", supporters, 0),
    ):
        if value < least:
            raise ParameterWrong(name=name, value=value, wanted=f"{least} or above")


def _find(name: str) -> Path:
    """A file of the plan, in the installed package or in the repository."""
    package = Path(__file__).parents[1]
    for folder in (package / "boundaries", package.parent / "data" / "boundaries"):
        if (folder / name).is_file():
            return folder / name
    raise AssetMissing(name=name, way_out="Install welfaremap again.")


def _read_districts(scale: float) -> gpd.GeoDataFrame:
    """The seven districts in the town's plane, grown by ``scale``."""
    drawn = gpd.read_file(_find("sample_districts.geojson"), columns=["id", "code", "name"])
    planar = drawn.to_crs(_PLANE).geometry.to_numpy()
    origin = np.array(_origin())
    grown = shapely.transform(planar, lambda place: (place - origin) * scale)
    return drawn.set_geometry(gpd.GeoSeries(grown, crs=_PLANE))


def _origin() -> tuple[float, float]:
    return to_plane(_PLANE).transform(*_MIDDLE)


def _layer(planar: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = shapely.transform(planar.geometry.to_numpy(), _degrees)
    return planar.set_geometry(gpd.GeoSeries(shapes, crs=GEOGRAPHIC))


def _degrees(place: Floats) -> Floats:
    """Longitude and latitude of points of the plane, to 1e-7 degrees (a centimetre)."""
    x, y = (place + np.array(_origin())).T
    return np.column_stack(to_plane(_PLANE).transform(x, y, direction="INVERSE")).round(7)


def _degrees_of(lines: StreetLines) -> StreetLines:
    lon, lat = _degrees(np.column_stack([lines.lon, lines.lat])).T
    return replace(lines, lon=lon, lat=lat)
