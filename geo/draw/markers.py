"""The people and places of a paper sheet: their symbols and lines as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo import terms
from geo.draw import symbols
from geo.draw.legend import codes_of, link_kinds, supporter_states
from geo.draw.paper import POINT, Plan, lettering, plain_text, stroked
from geo.draw.swatches import shape

_MOST_NAMED: Final = 60
"""With more places than this their names would hide the map."""

_ROOMY: Final = ("shop", "clinic", "hall", "shelter", "welfare")
"""Places whose names help to find one's way."""


def links(layer: gpd.GeoDataFrame, plan: Plan, lang: str) -> Iterator[str]:
    """Lines from watcher to watched, with arrowheads."""
    del lang
    lines = layer.geometry.to_numpy()
    starts = plan.paper(shapely.get_coordinates(shapely.get_point(lines, 0)))
    ends = plan.paper(shapely.get_coordinates(shapely.get_point(lines, -1)))
    mutual = codes_of(layer, "direction", terms.LINK_DIRECTIONS).to_numpy() == "mutual"
    strength = layer["strength"].to_numpy(float) if "strength" in layer.columns else None
    share = plan.symbol_size(len(layer), 0.1) / 3.2 * 0.3
    for k, kind in enumerate(link_kinds(layer)):
        weight = 1 if strength is None or np.isnan(strength[k]) else round(strength[k])
        width = symbols.LINK_WIDTHS[min(max(weight, 1), 3) - 1] * share
        heads = (bool(mutual[k]), True)
        yield from link_line(symbols.LINK_STROKES[kind], width, starts[k], ends[k], heads=heads)


def link_line(
    stroke: symbols.Stroke,
    width: float,
    start: npt.NDArray[np.float64],
    end: npt.NDArray[np.float64],
    keep: float = 2.3,
    *,
    heads: tuple[bool, bool] = (False, True),
) -> Iterator[str]:
    """A line on a white edge; ``heads`` tells at which of its ends an arrow stands."""
    path = f"M{start[0]:.2f} {start[1]:.2f}L{end[0]:.2f} {end[1]:.2f}"
    yield stroked(path, "#ffffff", width + 0.5)
    yield stroked(path, stroke.colour, width, tuple(d * 0.25 for d in stroke.dash))
    if heads[1]:
        yield arrowhead(stroke.colour, width, start, end, keep)
    if heads[0]:
        yield arrowhead(stroke.colour, width, end, start, keep)


def arrowhead(
    colour: str,
    width: float,
    start: npt.NDArray[np.float64],
    end: npt.NDArray[np.float64],
    keep: float,
) -> str:
    """An arrowhead that ends ``keep`` millimetres short of the house at ``end``."""
    length = float(np.hypot(*(end - start)))
    if length < 4.0:
        return ""
    along = (end - start) / length
    tip, size = end - along * keep, 1.6 + 2 * width
    back, side = tip - along * size, np.array([-along[1], along[0]]) * size * 0.45
    corners = " ".join(f"{x:.2f},{y:.2f}" for x, y in (tip, back + side, back - side))
    return f'<polygon points="{corners}" fill="{colour}"/>'


def _spots(layer: gpd.GeoDataFrame, plan: Plan) -> npt.NDArray[np.float64]:
    return plan.paper(shapely.get_coordinates(layer.geometry.to_numpy()))


def households(layer: gpd.GeoDataFrame, plan: Plan, lang: str) -> Iterator[str]:
    """One symbol a house."""
    needs = layer["needs"] if "needs" in layer.columns else [None] * len(layer)
    composition = codes_of(layer, "composition", terms.COMPOSITIONS)
    size = plan.symbol_size(len(layer), 0.15)
    for (x, y), lives, wanted in zip(_spots(layer, plan), composition, needs, strict=True):
        mark = symbols.NEED_MARKS.get(symbols.first_need(wanted), symbols.NO_NEED)
        several = isinstance(wanted, (list, tuple)) and len(wanted) > 1
        letter = mark.ja if lang == "ja" else mark.en
        yield shape(
            symbols.COMPOSITION_SHAPES[lives], mark, letter,
            x=x, y=y, size=size, outline=size * (0.28 if several else 0.1),
        )  # fmt: skip


def uncovered_rings(layer: gpd.GeoDataFrame, plan: Plan, lang: str) -> Iterator[str]:
    """A ring around every house that nobody reaches."""
    del lang
    dash = " ".join(f"{d * 0.25:g}" for d in symbols.UNCOVERED.dash)
    for x, y in _spots(layer, plan):
        yield (
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="2.9" fill="none" '
            f'stroke="{symbols.UNCOVERED.colour}" stroke-width="0.7" stroke-dasharray="{dash}"/>'
        )


def supporters(layer: gpd.GeoDataFrame, plan: Plan, lang: str) -> Iterator[str]:
    """One star a supporter."""
    del lang
    size = plan.symbol_size(len(layer), 0.06)
    for (x, y), state in zip(_spots(layer, plan), supporter_states(layer), strict=True):
        mark = symbols.SUPPORTER_MARKS[state]
        yield shape("star", mark, "", x=x, y=y, size=size, outline=0.25)


def places(layer: gpd.GeoDataFrame, plan: Plan, lang: str) -> Iterator[str]:
    """One plate a place, with its name where there is room."""
    side = 0 if lang == "ja" else 1
    kinds = codes_of(layer, "kind", terms.PLACE_KINDS).replace("unknown", "other")
    names = layer["name"] if "name" in layer.columns else [None] * len(layer)
    taken: list[tuple[float, float, float]] = []
    size, named = plan.symbol_size(len(layer), 0.1), len(layer) <= _MOST_NAMED
    for (x, y), kind, name in zip(_spots(layer, plan), kinds, names, strict=True):
        letter = symbols.PLACE_LETTERS[kind][side]
        yield shape("plate", symbols.PLACE_MARK, letter, x=x, y=y, size=size, outline=0.1)
        if named and kind in _ROOMY and isinstance(name, str):
            half = len(name) * 12 * POINT / 2
            if half < x < plan.width - half and _has_room(taken, x, y + size + 2.4, half):
                yield lettering(x, y + size + 2.4, 12, plain_text(name))


def _has_room(taken: list[tuple[float, float, float]], x: float, y: float, half: float) -> bool:
    """Whether a name fits without crossing another; if so, it takes its room."""
    if any(abs(x - ox) < half + oh and abs(y - oy) < 5.0 for ox, oy, oh in taken):
        return False
    taken.append((x, y, half))
    return True
