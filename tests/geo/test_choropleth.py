"""Figures by cell on paper: readable without colours, the unknown hatched, names escaped."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import shapely

from geo.draw.choropleth import CellMap, Pin, choropleth_svg, pin_swatch
from geo.draw.classes import classify
from geo.draw.paper import fit_plan

STEP = 0.003


def drawn(values: list[float], *, name: str = "校区", pins: tuple[Pin, ...] = ()) -> CellMap:
    """A row of cells, one figure each, within two districts."""
    boxes = [
        shapely.box(130.88 + at * STEP, 33.88, 130.88 + (at + 1) * STEP, 33.88 + STEP)
        for at in range(len(values))
    ]
    cells = gpd.GeoDataFrame(geometry=boxes, crs=4326)
    around = shapely.union_all(boxes).buffer(STEP / 4)
    borders = gpd.GeoDataFrame(
        {"name": [name, "隣"]}, geometry=[around, shapely.box(130.8, 33.87, 130.805, 33.875)],
        crs=4326,
    )  # fmt: skip
    known = np.array([one for one in values if one > 0], float)
    return CellMap(cells, np.array(values), classify(known), borders.iloc[:2], pins=pins)


def svg_of(one: CellMap) -> str:
    svg = choropleth_svg(one, fit_plan(one.cells, 160.0, 60.0))
    ET.fromstring(svg)  # noqa: S314 - our own
    return svg


def test_each_cell_says_its_number_but_nought() -> None:
    svg = svg_of(drawn([0.0, 3.0, 12.0, 4.0]))
    written = set(re.findall(r">(\d+|\*)</text>", svg))
    assert written == {"3", "12", "4"}


def test_the_unknown_is_hatched_and_no_class() -> None:
    known, unknown = svg_of(drawn([3.0, 5.0])), svg_of(drawn([3.0, float("nan")]))
    assert ">*</text>" in unknown
    assert ">*</text>" not in known
    fills = re.findall(r'fill="(#\w{6})" fill-rule', unknown)
    assert fills[1] == "#ffffff"
    assert fills[0] != "#ffffff"


def test_more_is_darker() -> None:
    fills = re.findall(r'fill="#(\w{6})" fill-rule', svg_of(drawn([1.0, 4.0, 9.0])))
    light = [sum(int(one[at : at + 2], 16) for at in (0, 2, 4)) for one in fills]
    assert light == sorted(light, reverse=True)
    assert len(set(light)) == 3


def test_land_is_hatched_within_its_shape() -> None:
    one = drawn([1.0, 2.0])
    land = gpd.GeoDataFrame(geometry=[one.cells.geometry.iloc[0]], crs=4326)
    with_land = CellMap(one.cells, one.values, one.classes, one.districts, land=land)
    assert len(svg_of(with_land)) > len(svg_of(one))


def test_places_are_numbered_and_names_run_as_no_code() -> None:
    svg = svg_of(drawn([1.0], name="<script>&", pins=(Pin(130.881, 33.881, "A1"),)))
    assert ">A1</text>" in svg
    assert "<script>" not in svg
    assert "&lt;script&gt;&amp;" in svg
    assert "A1" in pin_swatch("A1")
