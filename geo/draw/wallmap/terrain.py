"""The ground under the people: streets, borders, areas and the grid, as SVG in frame mm."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.draw.columns import borders
from geo.draw.fiducials import SheetCode
from geo.draw.paper import path_of, stroked
from geo.draw.wallmap.grid import Grid
from geo.draw.wallmap.ground import Ground
from geo.draw.wallmap.inks import Inks


def terrain(ground: Ground, code: SheetCode, grid: Grid, ink: Inks) -> Iterator[str]:
    """Everything below the people, lowest first."""
    if "areas" in ground:
        yield from _area_fills(ground["areas"], code, ink)
    if "streets" in ground:
        yield from _streets(ground["streets"], code, ink)
    yield stroked(_grid_path(code, grid), ink.grid, 0.15, (1.2, 1.2))
    if "districts" in ground:
        yield from _borders(ground["districts"], code, ink)
    if "areas" in ground:
        yield from _area_edges(ground["areas"], code, ink)


def are_blocks(layer: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Which areas are blocks of neighbours; the others flee together."""
    if "kind" not in layer.columns:
        return np.zeros(len(layer), bool)
    return (layer["kind"] == "block").to_numpy(bool)


def _rings(shape: shapely.Geometry) -> npt.NDArray[np.object_]:
    parts = shapely.get_parts(shape)
    return shapely.get_rings(parts[shapely.get_dimensions(parts) == 2])


def _area_fills(layer: gpd.GeoDataFrame, code: SheetCode, ink: Inks) -> Iterator[str]:
    """Those who flee together on pale ground, each its own, so that two may overlap."""
    for shape in layer.geometry[~are_blocks(layer)]:
        path = path_of(_rings(shape), code.paper_of_plane).replace("M", "ZM").lstrip("Z") + "Z"
        yield f'<path d="{path}" fill="{ink.area_fill}" fill-opacity="0.13" fill-rule="evenodd"/>'


def _area_edges(layer: gpd.GeoDataFrame, code: SheetCode, ink: Inks) -> Iterator[str]:
    for shape, block in zip(layer.geometry, are_blocks(layer), strict=True):
        path = path_of(_rings(shape), code.paper_of_plane)
        dash = (0.9, 0.9) if block else (3.0, 1.2, 0.6, 1.2)
        yield stroked(path, ink.area, 0.6 if block else 0.8, dash)


def _streets(layer: gpd.GeoDataFrame, code: SheetCode, ink: Inks) -> Iterator[str]:
    """Streets some 2 m wide, half a millimetre to two."""
    steps = (
        layer["steps"].fillna(value=False).to_numpy(bool)
        if "steps" in layer.columns
        else np.zeros(len(layer), bool)
    )
    lines = layer.geometry.to_numpy()
    parts, row = shapely.get_parts(lines, return_index=True)
    width = min(max(2000.0 / code.scale, 0.5), 2.0)
    yield stroked(path_of(parts[~steps[row]], code.paper_of_plane), ink.street, width)
    yield stroked(path_of(parts[steps[row]], code.paper_of_plane), ink.steps, 0.8, (0.4, 0.6))


def border_path(layer: gpd.GeoDataFrame, code: SheetCode) -> str:
    """District borders within a sheet as a path; where the frame cuts a district there is none."""
    east = code.west + code.width * code.scale / 1000.0
    south = code.north - code.height * code.scale / 1000.0
    lines = shapely.get_parts(borders(layer))
    inner = shapely.box(code.west + 0.05, south + 0.05, east - 0.05, code.north - 0.05)
    return path_of(shapely.get_parts(shapely.intersection(lines, inner)), code.paper_of_plane)


def _borders(layer: gpd.GeoDataFrame, code: SheetCode, ink: Inks) -> Iterator[str]:
    path = border_path(layer, code)
    yield stroked(path, "#ffffff", 1.6)
    yield stroked(path, ink.border, 0.7, (2.6, 1.1, 0.5, 1.1))


def _grid_path(code: SheetCode, grid: Grid) -> str:
    columns, rows = grid.lines(code)
    xs = [(x - code.west) * 1000.0 / code.scale for _, x in columns]
    ys = [(code.north - y) * 1000.0 / code.scale for _, y in rows]
    across = "".join(f"M{x:.2f} 0V{code.height:.2f}" for x in xs if x > 0.1)
    return across + "".join(f"M0 {y:.2f}H{code.width:.2f}" for y in ys if y > 0.1)
