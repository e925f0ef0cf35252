"""The welfare map on paper: one sheet, vector, set by Typst in a UD font.

Nothing is written to disk on the way: the drawing and the words go to Typst in memory,
for both may tell who lives where.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Literal

import geopandas as gpd

from geo.draw.audience import DrawnStreets, Layers, drawn_layers
from geo.draw.columns import Audience
from geo.draw.legend import Group, legend_groups
from geo.draw.paper import fit_plan, scale_bar
from geo.draw.plan import plan_svg
from geo.draw.typesetting import typeset
from geo.draw.words import require_lang, say
from geo.errors import ParameterWrong
from geo.masking import THRESHOLD

Paper = Literal["A3", "A4"]

_TEMPLATE: Final = Path(__file__).parent / "assets" / "sheet.typ"

_PAPERS: Final[dict[str, tuple[float, float, float]]] = {
    "A3": (420.0, 297.0, 74.0),
    "A4": (297.0, 210.0, 66.0),
}
"""Landscape: width, height, width of a legend column; millimetres."""

_MARGIN: Final = 10.0
_HEAD: Final = 16.0
_FOOT: Final = 9.0
_GAP: Final = 5.0
_RESIDENTS: Final = 14
_STAFF: Final = 12
"""Sizes of type in points; elderly readers need the larger."""

_ROW: Final = 6.9
"""Height of a legend row, for the choice of columns; millimetres."""


def welfare_sheet(  # noqa: PLR0913 - each layer by its own name, as callers say it
    districts: gpd.GeoDataFrame,
    *,
    households: gpd.GeoDataFrame | None = None,
    supporters: gpd.GeoDataFrame | None = None,
    links: gpd.GeoDataFrame | None = None,
    places: gpd.GeoDataFrame | None = None,
    uncovered: gpd.GeoDataFrame | None = None,
    audience: Audience = "public",
    streets: DrawnStreets | None = None,
    threshold: int = THRESHOLD,
    lang: str = "ja",
    paper: Paper = "A3",
    title: str | None = None,
    credit: str = "",
    made_on: dt.date | None = None,
    watermark: str = "",
) -> bytes:
    """The welfare map of some districts as a PDF of one sheet.

    Parameters are those of `geo.draw.webmap.welfare_map`; ``paper`` is "A3" or "A4",
    landscape. Type is 14 pt or larger
    for the public, 12 pt for staff; a legend too long for the sheet goes to a second page.
    ``watermark`` is set across every page and at its foot, such as a copy's number and holder.

    Raises
    ------
    AssetMissing
        The font is not installed.
    CrsMissing, CrsWrong, ParameterWrong
    """
    require_lang(lang)
    if paper not in _PAPERS:
        raise ParameterWrong(name="paper", value=paper, wanted="A3 or A4")
    given = Layers(districts, households, supporters, links, places, uncovered, streets, threshold)
    layers = drawn_layers(given, audience)
    legend = legend_groups(layers, lang=lang, counts=audience == "staff")
    made = made_on or dt.datetime.now().astimezone().date()
    words = {
        "lang": lang,
        "title": title or say("title", lang),
        "warning": say("staff_only", lang) if audience == "staff" else "",
        "made": f"{say('made', lang)} {made.isoformat()}",
        "credit": f"{say('source', lang)} {credit}" if credit else "",
        "watermark": watermark,
        "north": say("north", lang),
        "legend_title": say("legend", lang),
        "legend_over": say("legend_over", lang),
    }
    points = _RESIDENTS if audience == "public" else _STAFF
    frame = _frame(paper, legend) | {"points": points}
    page = words | frame | _drawing(layers, frame, lang) | {"legend": _rows(legend)}
    return bytes(typeset(_TEMPLATE.read_bytes(), page, made))


def _frame(paper: Paper, legend: list[Group]) -> dict[str, Any]:
    """The sheet's measures: the legend beside the plan in one column or two.

    A legend too long for two is set on a second page, in the same size of type.
    """
    width, height, column = _PAPERS[paper]
    room = height - 2 * _MARGIN - _HEAD - _FOOT
    lines = sum(len(group.rows) + bool(group.heading) + 1 for group in legend) + 1
    columns = -(-int(lines * _ROW) // int(room))
    beside = columns if columns <= 2 and (columns == 1 or paper == "A3") else 0
    return {
        "width": width,
        "height": height,
        "column": column * beside + _GAP * max(beside - 1, 0),
        "columns": beside,
        "margin": _MARGIN,
        "head": _HEAD,
        "foot": _FOOT,
        "gap": _GAP if beside else 0.0,
    }


def _drawing(
    layers: dict[str, gpd.GeoDataFrame], frame: dict[str, Any], lang: str
) -> dict[str, Any]:
    """The plan, fitted to the room that the frame leaves, and its scale bar."""
    across = frame["width"] - 2 * _MARGIN - frame["column"] - frame["gap"]
    plan = fit_plan(layers["districts"], across, frame["height"] - 2 * _MARGIN - _HEAD - _FOOT)
    metres, length = scale_bar(plan)
    return {
        "plan": plan_svg(layers, plan, lang),
        "bar": length,
        "bar_label": f"{metres:,.0f} m" if metres < 1000 else f"{metres / 1000:g} km",
    }


def _rows(legend: list[Group]) -> list[dict[str, Any]]:
    """The legend as plain values; a layer's label is said once."""
    rows: list[dict[str, Any]] = []
    told = ""
    for group in legend:
        alone = len(group.rows) == 1 and group.rows[0].label == group.label
        label = "" if alone or group.layer == told else group.label
        told = group.layer
        rows.append(asdict(group) | {"label": label})
    return rows
