"""The legend: made from what is drawn, in the order that people ask.

It lists only what occurs in the layers, with how often where the reader may see
counts. The map's panel and the paper sheet show the same rows and the same swatches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import pandas as pd

from geo import terms
from geo.draw import symbols
from geo.draw.columns import shown_count
from geo.draw.swatches import (
    area_swatch,
    band_swatch,
    line_swatch,
    mesh_swatch,
    ring_swatch,
    shape_swatch,
)
from geo.draw.words import say
from geo.masking import THRESHOLD

_ACTIVE: Final = "active"


@dataclass(frozen=True)
class Row:
    """One line of the legend: an SVG drawing, its words, how often (None = not told)."""

    swatch: str
    label: str
    count: int | None = None


@dataclass(frozen=True)
class Group:
    """What belongs to one layer; ``heading`` parts rows within it."""

    layer: str
    label: str
    rows: tuple[Row, ...]
    heading: str = ""


def legend_groups(layers: dict[str, gpd.GeoDataFrame], *, lang: str, counts: bool) -> list[Group]:
    """The legend of the layers that are drawn.

    Parameters
    ----------
    layers
        By the names of `geo.draw.symbols.LAYER_ORDER`; an empty layer has no entry.
    lang
        "ja" or "en".
    counts
        Whether to say how often each thing occurs.
    """
    groups: list[Group] = []
    for name in symbols.LAYER_ORDER:
        layer = layers.get(name)
        if layer is not None and len(layer):
            groups += _GROUPS[name](layer, lang)
    return groups if counts else [_without_counts(group) for group in groups]


def _without_counts(group: Group) -> Group:
    rows = tuple(Row(row.swatch, row.label) for row in group.rows)
    return Group(group.layer, group.label, rows, group.heading)


def _occurring(values: pd.Series, order: Iterator[str] | list[str]) -> Iterator[tuple[str, int]]:
    seen = Counter(values)
    return ((code, seen[code]) for code in order if seen[code])


def codes_of(layer: gpd.GeoDataFrame, column: str, known: dict[str, terms.Term]) -> pd.Series:
    """The codes of a column, what is null or not in the table as "unknown"."""
    if column not in layer.columns:
        return pd.Series(["unknown"] * len(layer))
    return layer[column].map(lambda v: v if isinstance(v, str) and v in known else "unknown")


def _named(table: str, code: str, lang: str) -> str:
    return say("unknown", lang) if code == "unknown" else terms.label(table, code, lang)


def _households(layer: gpd.GeoDataFrame, lang: str) -> list[Group]:
    name = say("households", lang)
    found = codes_of(layer, "composition", terms.COMPOSITIONS)
    shapes = tuple(
        Row(
            shape_swatch(symbols.COMPOSITION_SHAPES[code], symbols.NO_NEED, ""),
            _named("composition", code, lang),
            count,
        )
        for code, count in _occurring(found, list(symbols.COMPOSITION_SHAPES))
    )
    return [
        Group("households", name, shapes, say("composition", lang)),
        Group("households", name, tuple(_need_rows(layer, lang)), say("need", lang)),
    ]


def _need_rows(layer: gpd.GeoDataFrame, lang: str) -> Iterator[Row]:
    needs = layer["needs"] if "needs" in layer.columns else pd.Series([None] * len(layer))
    first = needs.map(symbols.first_need)
    for code, count in _occurring(first, list(symbols.NEED_MARKS)):
        mark = symbols.NEED_MARKS[code]
        letter = mark.ja if lang == "ja" else mark.en
        yield Row(shape_swatch("circle", mark, letter), terms.label("activity", code, lang), count)
    several = int(needs.map(lambda v: isinstance(v, (list, tuple)) and len(v) > 1).sum())
    if several:
        swatch = shape_swatch("circle", symbols.NO_NEED, "", outline=4.0)
        yield Row(swatch, say("several", lang), several)
    none = int((first == "").sum())
    if none:
        yield Row(shape_swatch("circle", symbols.NO_NEED, ""), say("no_need", lang), none)


def supporter_states(layer: gpd.GeoDataFrame) -> pd.Series:
    """Whether each supporter is active; one whose status is not known counts as active."""
    if "status" not in layer.columns:
        return pd.Series([_ACTIVE] * len(layer))
    return layer["status"].map(
        lambda v: "not_active" if isinstance(v, str) and v != _ACTIVE else _ACTIVE
    )


def _supporters(layer: gpd.GeoDataFrame, lang: str) -> list[Group]:
    rows = tuple(
        Row(shape_swatch("star", symbols.SUPPORTER_MARKS[state], ""), say(state, lang), count)
        for state, count in _occurring(supporter_states(layer), list(symbols.SUPPORTER_MARKS))
    )
    return [Group("supporters", say("supporters", lang), rows)]


def link_kinds(layer: gpd.GeoDataFrame) -> pd.Series:
    """The kind of each link; null counts as other."""
    return codes_of(layer, "kind", terms.LINK_KINDS).replace("unknown", "other")


def _links(layer: gpd.GeoDataFrame, lang: str) -> list[Group]:
    rows = [
        Row(
            line_swatch(symbols.LINK_STROKES[kind], 3.0, arrow=False),
            terms.label("link", kind, lang),
            count,
        )
        for kind, count in _occurring(link_kinds(layer), list(symbols.LINK_STROKES))
    ]
    plain = symbols.Stroke(symbols.BLACK, ())
    rows.append(Row(line_swatch(plain, 2.0, arrow=True), say("arrow", lang)))
    if "strength" in layer.columns and len(set(layer["strength"].dropna())) > 1:
        rows.append(Row(band_swatch(symbols.LINK_WIDTHS), say("strong", lang)))
    return [Group("links", say("links", lang), tuple(rows))]


def _places(layer: gpd.GeoDataFrame, lang: str) -> list[Group]:
    side = 0 if lang == "ja" else 1
    found = codes_of(layer, "kind", terms.PLACE_KINDS).replace("unknown", "other")
    rows = tuple(
        Row(
            shape_swatch("plate", symbols.PLACE_MARK, symbols.PLACE_LETTERS[kind][side]),
            terms.label("place", kind, lang),
            count,
        )
        for kind, count in _occurring(found, list(symbols.PLACE_LETTERS))
    )
    return [Group("places", say("places", lang), rows)]


_CELLS: Final = {8: "mesh_1km", 9: "mesh_500m", 10: "mesh_250m"}
"""What the cells are called, by the digits of their codes."""


def _mesh(layer: gpd.GeoDataFrame, lang: str) -> list[Group]:
    shown = [shown_count(v) for v in layer["count"]]
    known = [count for count in shown if isinstance(count, int)]
    found = Counter(symbols.mesh_class(v) for v in known)
    rows = [
        Row(mesh_swatch(step, str(step.least)), _class_label(index, lang))
        for index, step in enumerate(symbols.MESH_CLASSES)
        if found[index]
    ]
    if len(known) < len(layer):
        least = layer.attrs.get("threshold", THRESHOLD)
        words = say("suppressed", lang).format(least=least)
        rows.append(Row(mesh_swatch(None, "*"), words))
    digits = len(str(layer["mesh"].iloc[0])) if len(layer) else 10
    return [Group("mesh", say(_CELLS[digits], lang), tuple(rows))]


def _class_label(index: int, lang: str) -> str:
    steps = symbols.MESH_CLASSES
    if index + 1 == len(steps):
        return say("or_more", lang).format(steps[index].least)
    return f"{steps[index].least}–{steps[index + 1].least - 1}"


def _uncovered(layer: gpd.GeoDataFrame, lang: str) -> list[Group]:
    label = say("uncovered", lang)
    return [Group("uncovered", label, (Row(ring_swatch(), label, len(layer)),))]


def _uncovered_areas(layer: gpd.GeoDataFrame, lang: str) -> list[Group]:
    del layer
    label = say("uncovered_areas", lang)
    return [Group("uncovered_areas", label, (Row(area_swatch(), label),))]


def _districts(layer: gpd.GeoDataFrame, lang: str) -> list[Group]:
    label = say("districts", lang)
    stroke = symbols.Stroke("#333333", (9, 4, 2, 4))
    return [
        Group("districts", label, (Row(line_swatch(stroke, 2.5, arrow=False), label, len(layer)),))
    ]


def _streets(layer: gpd.GeoDataFrame, lang: str) -> list[Group]:
    label = say("streets", lang)
    rows = [Row(line_swatch(symbols.Stroke("#9a9a9a", ()), 3.0, arrow=False), label)]
    if "steps" in layer.columns and layer["steps"].any():
        rows.append(
            Row(
                line_swatch(symbols.Stroke("#555555", (2, 3)), 5.0, arrow=False), say("steps", lang)
            )
        )
    return [Group("streets", label, tuple(rows))]


_GROUPS: Final = {
    "mesh": _mesh,
    "households": _households,
    "supporters": _supporters,
    "links": _links,
    "uncovered": _uncovered,
    "uncovered_areas": _uncovered_areas,
    "places": _places,
    "districts": _districts,
    "streets": _streets,
}
