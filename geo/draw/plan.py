"""The map part of a paper sheet as SVG: millimetres on paper, drawn from the symbol table.

Paint order is that of the screen: ground first, people last, names on top.
"""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.draw import markers, symbols
from geo.draw.columns import borders, shown_count
from geo.draw.paper import Plan, lettering, path_of, plain_text, stroked


def plan_svg(layers: dict[str, gpd.GeoDataFrame], plan: Plan, lang: str) -> str:
    """The drawing of the layers, one SVG text."""
    painters = {
        "mesh": _mesh,
        "streets": _streets,
        "uncovered_areas": _areas,
        "districts": _districts,
        "links": markers.links,
        "places": markers.places,
        "households": markers.households,
        "uncovered": markers.uncovered_rings,
        "supporters": markers.supporters,
    }
    parts = [
        part
        for name, paint in painters.items()
        if name in layers and len(layers[name])
        for part in paint(_placed(layers[name]), plan, lang)
    ]
    names = [*_numbers(layers, plan), *_district_names(_placed(layers["districts"]), plan)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{plan.width}mm" height="{plan.height}mm" '
        f'viewBox="0 0 {plan.width} {plan.height}">{"".join(parts)}{"".join(names)}</svg>'
    )


def _placed(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return layer[~(layer.geometry.isna() | layer.geometry.is_empty)]


def _rings_of(layer: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    return shapely.get_rings(shapely.get_parts(layer.geometry.to_numpy()))


def _streets(layer: gpd.GeoDataFrame, plan: Plan, lang: str) -> Iterator[str]:
    del lang
    lines = layer.geometry.explode(index_parts=False)
    steps = np.zeros(len(lines), bool)
    if "steps" in layer.columns:
        steps = layer["steps"].reindex(lines.index).to_numpy(bool)
    yield stroked(path_of(lines.to_numpy()[~steps], plan.paper), "#b8b8b8", 0.45)
    yield stroked(path_of(lines.to_numpy()[steps], plan.paper), "#555555", 0.9, (0.5, 0.7))


def _districts(layer: gpd.GeoDataFrame, plan: Plan, lang: str) -> Iterator[str]:
    del lang
    path = path_of(shapely.get_parts(borders(_placed(layer))), plan.paper)
    yield stroked(path, "#ffffff", 1.4)
    yield stroked(path, "#333333", 0.7, (2.6, 1.1, 0.5, 1.1))


def _district_names(layer: gpd.GeoDataFrame, plan: Plan) -> Iterator[str]:
    if "name" not in layer.columns:
        return
    middles = shapely.point_on_surface(layer.geometry.to_numpy())
    spots = plan.paper(shapely.get_coordinates(middles))
    for (x, y), name in zip(spots, layer["name"], strict=True):
        if isinstance(name, str):
            yield lettering(x, y, 14, plain_text(name))


def _mesh(layer: gpd.GeoDataFrame, plan: Plan, lang: str) -> Iterator[str]:
    del lang
    for cell, value in zip(layer.geometry, layer["count"], strict=True):
        count = shown_count(value)
        step = symbols.MESH_CLASSES[symbols.mesh_class(count)] if isinstance(count, int) else None
        path = path_of(np.array([shapely.get_exterior_ring(cell)]), plan.paper)
        fill = step.fill if step else "#ffffff"
        yield f'<path d="{path}Z" fill="{fill}" stroke="#999999" stroke-width="0.15"/>'
        if step is None:
            yield _hatched(plan.paper(shapely.get_coordinates(cell)))


def _numbers(layers: dict[str, gpd.GeoDataFrame], plan: Plan) -> Iterator[str]:
    """The counts in the mesh cells, above the streets; none where a cell is too small."""
    if "mesh" not in layers:
        return
    for cell, value in zip(layers["mesh"].geometry, layers["mesh"]["count"], strict=True):
        xy = plan.paper(shapely.get_coordinates(cell))
        if np.ptp(xy[:, 0]) >= 6.0:
            x, y = xy[:-1].mean(axis=0)
            yield lettering(x, y, 12, str(shown_count(value)))


def _hatched(xy: npt.NDArray[np.float64], gap: float = 2.2) -> str:
    """Slanting lines in a cell, which on the plane is nearly a rectangle."""
    left, top = xy.min(axis=0)
    right, bottom = xy.max(axis=0)
    height, path = bottom - top, ""
    for start in np.arange(left - height + gap, right, gap):
        x1, x2 = max(start, left), min(start + height, right)
        path += f"M{x1:.2f} {bottom - (x1 - start):.2f}L{x2:.2f} {bottom - (x2 - start):.2f}"
    return stroked(path, "#cccccc", 0.18)


def _areas(layer: gpd.GeoDataFrame, plan: Plan, lang: str) -> Iterator[str]:
    del lang
    path = path_of(_rings_of(layer), plan.paper).replace("M", "ZM").lstrip("Z") + "Z"
    colour = symbols.UNCOVERED.colour
    yield f'<path d="{path}" fill="{colour}" fill-opacity="0.18" fill-rule="evenodd"/>'
    yield stroked(path, colour, 0.6, (1.6, 1.2))
