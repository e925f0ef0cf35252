"""The layers of a wall map, and what of them one sheet shows: cut at its frame, not hidden.

A house outside the frame is in no byte of the page.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geo.crs import GEOGRAPHIC, plane_of, require_geographic
from geo.draw.audience import DrawnStreets, street_layer
from geo.draw.fiducials import SheetCode
from geo.draw.wallmap.tiling import Window
from geo.errors import ParameterWrong
from geo.layers import check


@dataclass(frozen=True)
class WallLayers:
    """What a wall map shows; longitude and latitude, each layer may be absent.

    Attributes
    ----------
    houses
        Points: id; optional number, composition (code), worry, without_line, helper (flags).
    links
        Lines from watcher to watched: watcher_id, watched_id; optional kind, direction,
        strength (1 weak to 3 strong).
    places
        Points: id, kind; optional name.
    notes
        Points: text.
    areas
        Polygons: optional name, kind ("flee", together; or "block" of neighbours).
    districts
        Polygons: id; optional name, code.
    streets
        Lines, a network or lines before simplification.
    """

    houses: gpd.GeoDataFrame | None = None
    links: gpd.GeoDataFrame | None = None
    places: gpd.GeoDataFrame | None = None
    notes: gpd.GeoDataFrame | None = None
    areas: gpd.GeoDataFrame | None = None
    districts: gpd.GeoDataFrame | None = None
    streets: DrawnStreets | None = None


Ground = dict[str, gpd.GeoDataFrame]
"""The layers that hold something, by name, in metres of one plane."""


def level_ground(layers: WallLayers) -> tuple[Ground, int]:
    """The layers in metres, and the plane's EPSG code.

    Raises
    ------
    CrsMissing, CrsWrong, LayerFaulty
    ParameterWrong
        Nothing at all is given.
    """
    given = {one.name: getattr(layers, one.name) for one in fields(WallLayers)}
    if given["streets"] is not None:
        given["streets"] = street_layer(given["streets"])
    held = {name: _placed(layer, name) for name, layer in given.items() if layer is not None}
    held = {name: layer for name, layer in held.items() if len(layer)}
    _check(held)
    plane = _plane(held)
    return {name: layer.to_crs(plane) for name, layer in held.items()}, plane.to_epsg() or 0


def window_of(layers: WallLayers, west: float, south: float, east: float, north: float) -> Window:
    """A window given in degrees, on the plane that the layers are drawn on.

    Raises
    ------
    CrsMissing, CrsWrong, ParameterWrong
    """
    given = {one.name: getattr(layers, one.name) for one in fields(WallLayers)}
    held = {name: layer for name, layer in given.items() if layer is not None}
    if held.get("streets") is not None:
        held["streets"] = street_layer(held["streets"])
    plane = _plane({name: layer for name, layer in held.items() if len(layer)})
    box = gpd.GeoSeries([shapely.box(west, south, east, north)], crs=GEOGRAPHIC).to_crs(plane)
    return Window(*map(float, box.total_bounds))


def _plane(held: Ground) -> CRS:
    """The plane of the districts, else of the streets, else of whatever there is."""
    if not held:
        raise ParameterWrong(name="layers", value="nothing", wanted="at least one layer")
    return plane_of(next(held[name] for name in ("districts", "streets", *held) if name in held))


def _placed(layer: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    require_geographic(layer, f"The {name} layer")
    return layer[~(layer.geometry.isna() | layer.geometry.is_empty)].reset_index(drop=True)


def _check(held: Ground) -> None:
    if "houses" in held:
        check(held["houses"], "households", only=("id",))
    if "links" in held:
        check(held["links"], "links", only=("watcher_id", "watched_id", "strength"))
    if "places" in held:
        check(held["places"], "places", only=("id",))


def drawn_extent(ground: Ground) -> Window:
    """The window around what people drew, else around streets and districts; 15 m of edge."""
    told = [ground[name] for name in ("houses", "notes", "areas") if name in ground]
    base = told or [ground[name] for name in ("districts", "streets", *ground) if name in ground]
    bounds = np.array([layer.total_bounds for layer in base])
    west, south = bounds[:, :2].min(axis=0) - 15.0
    east, north = bounds[:, 2:].max(axis=0) + 15.0
    return Window(float(west), float(south), float(east), float(north))


def cut_ground(ground: Ground, code: SheetCode) -> Ground:
    """What lies within a sheet's frame; lines and areas end at its edge."""
    east = code.west + code.width * code.scale / 1000.0
    south = code.north - code.height * code.scale / 1000.0
    edge = (code.west, south, east, code.north)
    cut = {name: _cut(layer, edge) for name, layer in ground.items()}
    return {name: layer for name, layer in cut.items() if len(layer)}


def _cut(layer: gpd.GeoDataFrame, edge: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    bounds = shapely.bounds(layer.geometry.to_numpy())
    near = (
        (bounds[:, 0] <= edge[2])
        & (bounds[:, 2] >= edge[0])
        & (bounds[:, 1] <= edge[3])
        & (bounds[:, 3] >= edge[1])
    )
    seen = layer[near]
    shapes = seen.geometry.to_numpy()
    if not len(seen) or not (shapely.get_dimensions(shapes) > 0).any():
        return seen
    if "watcher_id" in seen.columns:
        return _cut_links(seen, edge)
    inside = shapely.clip_by_rect(shapely.make_valid(shapes), *edge)
    return seen.set_geometry(list(inside), crs=layer.crs)[~shapely.is_empty(inside)]


def _cut_links(
    links: gpd.GeoDataFrame, edge: tuple[float, float, float, float]
) -> gpd.GeoDataFrame:
    """Straight lines that end at the edge; ``starts`` and ``ends`` tell which ends are within."""
    lines = links.geometry.to_numpy()
    first, last = shapely.get_point(lines, 0), shapely.get_point(lines, -1)
    frame = shapely.box(*edge)
    start, end = (shapely.get_coordinates(points) for points in (first, last))
    inside = shapely.clip_by_rect(shapely.linestrings(np.stack([start, end], axis=1)), *edge)
    kept = ~shapely.is_empty(inside)
    seen = np.asarray(inside)[kept]
    ends = np.stack([shapely.get_coordinates(shapely.get_point(seen, k)) for k in (0, -1)], axis=1)
    turned = ((ends[:, 1] - ends[:, 0]) * (end - start)[kept]).sum(axis=1) < 0
    ends[turned] = ends[turned][:, ::-1]
    return links[kept].assign(
        starts=shapely.covers(frame, first)[kept], ends=shapely.covers(frame, last)[kept]
    ).set_geometry(np.asarray(shapely.linestrings(ends)), crs=links.crs)  # fmt: skip
