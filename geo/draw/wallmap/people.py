"""Houses, their rings and numbers, and the links between them, as SVG in frame mm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geo import terms
from geo.draw import symbols
from geo.draw.fiducials import Millimetres, SheetCode
from geo.draw.legend import codes_of, link_kinds
from geo.draw.markers import link_line
from geo.draw.paper import plain_lettering
from geo.draw.swatches import shape
from geo.draw.wallmap.inks import Inks, house_mark, link_stroke
from geo.draw.wallmap.labels import Room, Spot, half_size

Floats = npt.NDArray[np.float64]

NOWHERE: Final = np.zeros((0, 2))
"""No houses."""

_WIDTHS: Final = (0.5, 0.9, 1.4)
"""Millimetres for strength 1 weak to 3 strong; unknown is drawn as 1."""

_BESIDE: Final = 1.5
"""Between two lines that join the same houses, millimetres."""


@dataclass(frozen=True)
class Houses:
    """The houses of one sheet: where they stand, and how large they are drawn."""

    layer: gpd.GeoDataFrame
    spots: Floats
    size: Millimetres

    @property
    def reach(self) -> Millimetres:
        """How far from its point a symbol may reach."""
        return self.size * 1.3


def stand_houses(layer: gpd.GeoDataFrame | None, code: SheetCode) -> Houses | None:
    """The houses on paper, drawn smaller where they stand close."""
    if layer is None:
        return None
    spots = code.paper_of_plane(shapely.get_coordinates(layer.geometry.to_numpy()))
    return Houses(layer, spots, _symbol_size(spots))


def _symbol_size(spots: Floats) -> Millimetres:
    """Half the height of a symbol: nearly all keep clear of their neighbours, 0.9 to 2.4 mm."""
    if len(spots) < 2:
        return 2.4
    apart = np.asarray(cKDTree(spots).query(spots, k=2)[0])[:, 1]
    return float(np.clip(np.quantile(apart, 0.1) * 0.42, 0.9, 2.4))


def flags_of(layer: gpd.GeoDataFrame, column: str) -> npt.NDArray[np.bool_]:
    """A column of flags; what is absent or not asked counts as no."""
    if column not in layer.columns:
        return np.zeros(len(layer), bool)
    return np.array([value is True or value == 1 for value in layer[column]], bool)


def draw_houses(houses: Houses, ink: Inks, *, coloured: bool) -> Iterator[str]:
    """A symbol a house; a ring around one without a line, a badge on one that worries."""
    layer, size = houses.layer, houses.size
    lives = codes_of(layer, "composition", terms.COMPOSITIONS)
    helps, alone, worries = (flags_of(layer, name) for name in ("helper", "without_line", "worry"))
    for k, ((x, y), who) in enumerate(zip(houses.spots.tolist(), lives, strict=True)):
        if alone[k]:
            yield _ring(x, y, size, ink)
        mark = house_mark(who, helper=bool(helps[k]), coloured=coloured)
        name = "star" if helps[k] else symbols.COMPOSITION_SHAPES[who]
        yield shape(name, mark, "", x=x, y=y, size=size, outline=0.3)
        if worries[k]:
            badge = max(size * 0.8, 1.4)
            at, low = x + size, y - size
            yield shape("circle", ink.worry, "!", x=at, y=low, size=badge, outline=0.1)


def _ring(x: float, y: float, size: Millimetres, ink: Inks) -> str:
    return (
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{size * 1.25 + 0.9:.2f}" fill="#ffffff" '
        f'stroke="{ink.ring}" stroke-width="0.6" stroke-dasharray="1.3 0.9"/>'
    )


def draw_links(
    layer: gpd.GeoDataFrame, code: SheetCode, keep: Millimetres, room: Room, *, coloured: bool
) -> Iterator[str]:
    """Lines from watcher to watched; those between the same two houses side by side."""
    ends = _shifted(layer, code)
    mutual = codes_of(layer, "direction", terms.LINK_DIRECTIONS).to_numpy() == "mutual"
    widths = _widths(layer)
    starts, arrives = layer["starts"].to_numpy(bool), layer["ends"].to_numpy(bool)
    for k, kind in enumerate(link_kinds(layer)):
        stroke = link_stroke(kind, coloured=coloured)
        start, end = ends[k]
        room.take_line(start, end)
        yield from link_line(stroke, widths[k], start, end, keep, heads=(
            bool(mutual[k] and starts[k]), bool(arrives[k])
        ))  # fmt: skip


def _widths(layer: gpd.GeoDataFrame) -> list[Millimetres]:
    if "strength" not in layer.columns:
        return [_WIDTHS[0]] * len(layer)
    told = pd.to_numeric(layer["strength"]).fillna(1.0).clip(1, 3).round().astype(int)
    return [_WIDTHS[strength - 1] for strength in told]


def _shifted(layer: gpd.GeoDataFrame, code: SheetCode) -> Floats:
    """Start and end of each line on paper, (n, 2, 2), moved aside where several run together."""
    flat = shapely.get_coordinates(layer.geometry.to_numpy())
    ends = code.paper_of_plane(flat).reshape(-1, 2, 2)
    joined = zip(layer["watcher_id"], layer["watched_id"], strict=True)
    pairs = pd.Series([" ".join(sorted(pair)) for pair in joined])
    place = pairs.groupby(pairs).cumcount().to_numpy(float)
    several = pairs.groupby(pairs).transform("size").to_numpy(float)
    aside = (place - (several - 1) / 2) * _BESIDE
    along = ends[:, 1] - ends[:, 0]
    along *= np.where(layer["watcher_id"].to_numpy() > layer["watched_id"].to_numpy(), -1, 1)[
        :, None
    ]
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)
    normal = np.column_stack([-along[:, 1], along[:, 0]]) / length[:, None]
    return ends + (normal * aside[:, None])[:, None, :]


def take_houses(houses: Houses, room: Room) -> None:
    """Words keep off every symbol, its ring and its badge."""
    rings = flags_of(houses.layer, "without_line")
    halves = np.where(rings, houses.size * 1.25 + 0.9, houses.size)
    room.take_all(houses.spots, np.column_stack([halves, halves]))


def draw_numbers(houses: Houses, points: float, room: Room, ink: Inks) -> Iterator[str]:
    """The numbers on pale ground, each beside its house; crowded houses choose first."""
    leaders, grounds, words = "", "", ""
    for text, (x, y), spot, half in _place_numbers(houses, points, room):
        if spot.led:
            leaders += f"M{x:.2f} {y:.2f}L{spot.x:.2f} {spot.y:.2f}"
        left, top = spot.x - half[0] + 0.2, spot.y - half[1] + 0.2
        wide, tall = 2 * half[0] - 0.4, 2 * half[1] - 0.4
        grounds += f"M{left:.2f} {top:.2f}h{wide:.2f}v{tall:.2f}h{-wide:.2f}z"
        words += plain_lettering(spot.x, spot.y, points, text)
    yield f'<path d="{leaders}" stroke="{ink.border}" stroke-width="0.15" fill="none"/>'
    yield f'<path d="{grounds}" fill="#ffffff" fill-opacity="0.75"/>{words}'


def _place_numbers(
    houses: Houses, points: float, room: Room
) -> Iterator[tuple[str, list[float], Spot, tuple[float, float]]]:
    """Each number with its house and its place; long ones first, they need the most room."""
    texts = [str(number) for number in houses.layer["number"]]
    order = _crowded_first(houses.spots)
    for digits in sorted({len(text) for text in texts}, reverse=True):
        these = [k for k in order if len(texts[k]) == digits]
        half = half_size("0" * digits, points)
        spots = room.place_all(houses.spots[these], houses.size * 1.05 + 0.2, half)
        for k, spot in zip(these, spots, strict=True):
            yield texts[k], houses.spots[k].tolist(), spot, half


def _crowded_first(spots: Floats) -> list[int]:
    near = cKDTree(spots).query_ball_point(spots, 12.0, return_length=True)
    return np.argsort(-np.asarray(near), kind="stable").tolist()
