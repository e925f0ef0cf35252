"""The map of figures by cell on a paper: round scale, bar and legend, for a template."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np

from geo.draw.choropleth import CellMap, choropleth_svg, pin_swatch
from geo.draw.classes import Classes
from geo.draw.legend import Row
from geo.draw.paper import Plan, bar_of, fit_plan
from geo.draw.swatches import area_swatch, line_swatch, mesh_swatch
from geo.draw.symbols import BLACK, WHITE, MeshClass, Stroke
from webapp.wording import Language, say

_ROUND: Final = (1.0, 1.1, 1.25, 1.4, 1.5, 1.75, 2.0, 2.25, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5,
                 6.0, 6.5, 7.0, 7.5, 8.0, 9.0, 10.0)  # fmt: skip
"""First figures of a scale."""

_LEAST_HIGH: Final = 60.0
"""Millimetres."""


@dataclass(frozen=True)
class Words:
    """What the legend calls things. ``cells``: its heading."""

    cells: str
    none: str
    pins: str = ""


def draw_cells(
    drawn: CellMap, size: tuple[float, float], words: Words, lang: Language, *, wide: bool = False
) -> dict[str, Any]:
    """The map in a window of at most so many millimetres, which shows all of its districts.

    ``wide``: the legend stands below it, not beside.
    """
    plan, n = fit_round(drawn.districts, *size)
    metres, length = bar_of(plan.scale, 40.0)
    legend = [
        {"swatch": row.swatch, "label": row.label, "count": row.count or ""}
        for row in _legend(drawn, words, lang)
    ]
    return {
        "wide": wide,
        "svg": choropleth_svg(drawn, plan),
        "width": plan.width,
        "height": plan.height,
        "scale": say("report.scale", lang, n=f"{n:,}"),
        "bar": length,
        "bar_label": f"{metres:,.0f} m" if metres < 1000 else f"{metres / 1000:g} km",
        "north": say("round.north", lang),
        "heading": words.cells,
        "legend": legend,
        "why": drawn.classes.why(lang) if drawn.classes.edges else "",
    }


def fit_round(ground: gpd.GeoDataFrame, width: float, height: float) -> tuple[Plan, int]:
    """The window at a round scale 1:n that shows all of ``ground``, no higher than it needs."""
    plan = fit_plan(ground, width, height)
    west, south, east, north = ground.to_crs(plan.plane).total_bounds
    needed = float((north - south) / max(east - west, 1.0)) * (width - 8.0) + 8.0
    plan = fit_plan(ground, width, min(height, max(needed, _LEAST_HIGH)))
    wanted = 1000.0 / plan.scale
    tens = 10.0 ** math.floor(math.log10(wanted))
    n = round(next(step * tens for step in _ROUND if step * tens >= wanted * (1 - 1e-9)))
    scale = 1000.0 / n
    more = 0.5 * (1 / scale - 1 / plan.scale)
    left, top = plan.west - plan.width * more, plan.north + plan.height * more
    return replace(plan, west=left, north=top, scale=scale), n


def _legend(drawn: CellMap, words: Words, lang: Language) -> Sequence[Row]:
    values = drawn.values
    zero = int((values == 0).sum())
    rows = [*drawn.classes.legend(words.cells, lang).rows] if drawn.classes.edges else []
    if zero:
        rows.insert(0, Row(mesh_swatch(MeshClass(0, WHITE, BLACK), ""), words.none, zero))
    if np.isnan(values).any():
        hidden = int(np.isnan(values).sum())
        rows.append(Row(mesh_swatch(None, "*"), say("report.hidden", lang), hidden))
    if drawn.land is not None and len(drawn.land):
        rows.append(Row(area_swatch(), say("report.land", lang)))
    if drawn.pins:
        rows.append(Row(pin_swatch(drawn.pins[0].label), words.pins))
    rows.append(_line_row("report.border", Stroke("#333333", (9, 4, 2, 4)), lang))
    if drawn.streets is not None:
        rows.append(_line_row("report.street", Stroke("#b8b8b8", ()), lang))
    return rows


def _line_row(word: str, stroke: Stroke, lang: Language) -> Row:
    return Row(line_swatch(stroke, 2.5, arrow=False), say(word, lang))


def classes_of(values: Any) -> Classes:  # noqa: ANN401 - an array of numbers
    """Classes of what is above 0: none at all is no class, but white."""
    from geo.draw.classes import classify

    numbers = np.asarray(values, np.float64)
    return classify(numbers[numbers > 0])
