"""Figures by cell on paper: the classes as fills, the numbers in the cells, borders and places.

Every cell that has room says its number, so that the map can be read without its colours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.draw import symbols
from geo.draw.classes import Classes
from geo.draw.paper import (
    POINT,
    Plan,
    lettering,
    path_of,
    plain_lettering,
    plain_text,
    stroked,
)

_ROOM: Final = 6.0
"""Millimetres across that a cell needs to hold its number."""

_FONT: Final = 'font-family="BIZ UDPGothic" text-anchor="middle"'
_PIN: Final = "#b25200"


@dataclass(frozen=True)
class Pin:
    """A numbered place; degrees (EPSG:4326)."""

    lon: float
    lat: float
    label: str


@dataclass(frozen=True)
class CellMap:
    """What is drawn.

    Attributes
    ----------
    cells
        Areas in longitude/latitude, one row each.
    values
        The figure of each; NaN is unknown (hatched), 0 stays white.
    classes
        Of the values above 0.
    districts
        Borders, with names where there is a column ``name``.
    streets
        Lines, or None.
    land
        Further areas to be hatched, or None.
    pins
        Numbered places.
    points
        Size of the letters.
    """

    cells: gpd.GeoDataFrame
    values: npt.NDArray[np.float64]
    classes: Classes
    districts: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame | None = None
    land: gpd.GeoDataFrame | None = None
    pins: Sequence[Pin] = ()
    points: float = 12.0


def choropleth_svg(drawn: CellMap, plan: Plan) -> str:
    """The map as SVG in the window of ``plan``."""
    parts = [
        *_fills(drawn, plan),
        *_streets(drawn.streets, plan),
        *_land(drawn.land, plan),
        *_borders(drawn.districts, plan),
        *_numbers(drawn, plan),
        *_names(drawn.districts, plan, drawn.points),
        *(part for pin in drawn.pins for part in _pin(pin, plan, drawn.points)),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{plan.width:g}mm" '
        f'height="{plan.height:g}mm" viewBox="0 0 {plan.width:g} {plan.height:g}">'
        f"{''.join(parts)}</svg>"
    )


def _fills(drawn: CellMap, plan: Plan) -> Iterator[str]:
    colours = drawn.classes.colours()
    place = drawn.classes.place(drawn.values)
    for shape, value, step in zip(drawn.cells.geometry, drawn.values, place, strict=True):
        path = _area_path(shape, plan)
        unknown = bool(np.isnan(value))
        fill = colours[step] if step >= 0 and value > 0 else symbols.WHITE
        yield (
            f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="#8a8f91" '
            'stroke-width="0.15"/>'
        )
        if unknown:
            yield from _hatching(shape, plan, "#8a8f91", 2.2, 0.2)


def _area_path(shape: shapely.Geometry, plan: Plan) -> str:
    rings = shapely.get_rings(shapely.get_parts(np.array([shape], object)))
    return path_of(np.asarray(rings, object), plan.paper).replace("M", "ZM").lstrip("Z") + "Z"


def _hatching(
    shape: shapely.Geometry, plan: Plan, colour: str, gap: float, width: float
) -> Iterator[str]:
    """Slanting lines within a shape."""
    paper = shapely.transform(shape, plan.paper)
    paper = shapely.make_valid(shapely.simplify(paper, 0.05))
    left, top, right, bottom = shapely.bounds(paper).tolist()
    start = np.arange(left - (bottom - top), right, gap)
    ends = np.stack(
        [
            np.column_stack([start, np.full_like(start, bottom)]),
            np.column_stack([start + (bottom - top), np.full_like(start, top)]),
        ],
        axis=1,
    )
    lines = shapely.get_parts(shapely.intersection(shapely.linestrings(ends), paper))
    lines = lines[shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING]
    if len(lines):
        yield stroked(path_of(np.asarray(lines, object), lambda xy: xy), colour, width)


def _streets(streets: gpd.GeoDataFrame | None, plan: Plan) -> Iterator[str]:
    if streets is None or not len(streets):
        return
    level = streets.geometry.to_crs(plan.plane).to_numpy()
    across, down = plan.width / plan.scale, plan.height / plan.scale
    window = (plan.west, plan.north - down, plan.west + across, plan.north)
    near = shapely.get_parts(shapely.clip_by_rect(level, *window))
    yield stroked(path_of(near[~shapely.is_empty(near)], plan.on_paper), "#b8b8b8", 0.25)


def _land(land: gpd.GeoDataFrame | None, plan: Plan) -> Iterator[str]:
    if land is None:
        return
    for shape in land.geometry:
        yield stroked(_area_path(shape, plan), symbols.UNCOVERED.colour, 0.3, (1.2, 0.8))
        yield from _hatching(shape, plan, symbols.UNCOVERED.colour, 3.4, 0.16)


def _borders(districts: gpd.GeoDataFrame, plan: Plan) -> Iterator[str]:
    shapes = districts.geometry.to_numpy()
    rings = shapely.get_rings(shapely.get_parts(shapes))
    path = path_of(np.asarray(rings, object), plan.paper)
    yield stroked(path, symbols.WHITE, 1.0)
    yield stroked(path, "#333333", 0.5, (2.6, 1.1, 0.5, 1.1))


def _numbers(drawn: CellMap, plan: Plan) -> Iterator[str]:
    """The figure of each cell that has room; the streets below stay readable."""
    inks, place = drawn.classes.inks(), drawn.classes.place(drawn.values)
    colours = drawn.classes.colours()
    for shape, value, step in zip(drawn.cells.geometry, drawn.values, place, strict=True):
        if not np.isnan(value) and round(float(value)) < 1:
            continue
        left, top, right, bottom = shapely.bounds(shapely.transform(shape, plan.paper)).tolist()
        if min(right - left, bottom - top) < _ROOM:
            continue
        x, y = plan.paper(shapely.get_coordinates(shapely.point_on_surface(shape)))[0]
        if np.isnan(value):
            yield lettering(float(x), float(y), drawn.points, "*")
            continue
        ink = inks[step] if step >= 0 else symbols.BLACK
        ground = colours[step] if step >= 0 and ink == symbols.WHITE else symbols.WHITE
        yield _number_on(ground, f"{value:,.0f}", ink, drawn.points, (float(x), float(y)))


def _number_on(ground: str, text: str, ink: str, points: float, spot: tuple[float, float]) -> str:
    """A number with an edge of its cell's colour, so that no street runs through it."""
    x, y = spot
    size = points * POINT
    edge = (
        f'<text x="{x:.2f}" y="{y + size * 0.36:.2f}" font-size="{size:.2f}" {_FONT} fill="none" '
        f'stroke="{ground}" stroke-width="1.4" stroke-linejoin="round">{text}</text>'
    )
    return edge + plain_lettering(x, y, points, text, ink)


def _names(districts: gpd.GeoDataFrame, plan: Plan, points: float) -> Iterator[str]:
    if "name" not in districts.columns or len(districts) < 2:
        return
    middles = shapely.point_on_surface(districts.geometry.to_numpy())
    spots = plan.paper(shapely.get_coordinates(middles))
    for (x, y), name in zip(spots, districts["name"], strict=True):
        if isinstance(name, str):
            yield lettering(float(x), float(y), points, plain_text(name))


def _pin(pin: Pin, plan: Plan, points: float) -> Iterator[str]:
    (x, y), *_ = plan.paper(np.array([[pin.lon, pin.lat]], float))
    half = 2.4 + 1.1 * max(len(pin.label) - 1, 0)
    yield (
        f'<rect x="{x - half:.2f}" y="{y - 2.9:.2f}" width="{2 * half:.2f}" height="5.8" rx="2.9" '
        f'fill="{symbols.WHITE}" stroke="{_PIN}" stroke-width="0.8"/>'
    )
    yield plain_lettering(float(x), float(y), points, plain_text(pin.label))


def pin_swatch(label: str = "1") -> str:
    """A numbered place for the legend, 12 × 9 mm."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="12mm" height="9mm" viewBox="0 0 12 9">'
        f'<rect x="3.1" y="1.6" width="5.8" height="5.8" rx="2.9" fill="#ffffff" stroke="{_PIN}" '
        f'stroke-width="0.8"/>{plain_lettering(6.0, 4.5, 12.0, plain_text(label))}</svg>'
    )
