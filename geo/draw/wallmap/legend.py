"""The legend of a wall map: what is drawn on it, the pens and stickers, and the index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import shapely

from geo import terms
from geo.draw import symbols
from geo.draw.legend import codes_of, link_kinds
from geo.draw.pens import PENS, STICKERS
from geo.draw.swatches import band_swatch, frame, line_swatch, shape, shape_swatch
from geo.draw.symbols import Stroke
from geo.draw.wallmap.grid import Grid
from geo.draw.wallmap.ground import Ground
from geo.draw.wallmap.inks import Inks, house_mark, inks, link_stroke
from geo.draw.wallmap.named import place_codes, texts_of
from geo.draw.wallmap.people import flags_of
from geo.draw.wallmap.terrain import are_blocks
from geo.draw.words import say


@dataclass(frozen=True)
class Row:
    """A line of the legend: an SVG drawing, or "", and its words."""

    swatch: str
    label: str


@dataclass(frozen=True)
class Group:
    """Rows under a heading."""

    label: str
    rows: tuple[Row, ...]


def wall_legend(ground: Ground, *, coloured: bool, pens: bool, lang: str) -> list[Group]:
    """Which pen and sticker says what if they are wanted, then what occurs on the map."""
    ink = inks(coloured=coloured)
    groups = [_pens(lang), _stickers(lang)] if pens else []
    groups += [
        Group(say(name, lang), tuple(rows(ground[name], ink, lang, coloured=coloured)))
        for name, rows in _ROWS.items()
        if name in ground
    ]
    return groups


def _houses(layer: gpd.GeoDataFrame, ink: Inks, lang: str, *, coloured: bool) -> Iterator[Row]:
    helps = flags_of(layer, "helper")
    lives = codes_of(layer, "composition", terms.COMPOSITIONS)
    asked = set(lives[~helps])
    for code, name in symbols.COMPOSITION_SHAPES.items():
        if code in asked:
            mark = house_mark(code, helper=False, coloured=coloured)
            yield Row(shape_swatch(name, mark, ""), _who(code, asked, lang))
    if helps.any():
        mark = house_mark("unknown", helper=True, coloured=coloured)
        yield Row(shape_swatch("star", mark, ""), say("helper", lang))
    if flags_of(layer, "worry").any():
        yield Row(shape_swatch("circle", ink.worry, "!"), say("worry", lang))
    if flags_of(layer, "without_line").any():
        yield Row(_ring(ink), say("without_line", lang))


def _who(code: str, asked: set[str], lang: str) -> str:
    if code != "unknown":
        return terms.label("composition", code, lang)
    return say("house" if asked == {"unknown"} else "unknown", lang)


def _ring(ink: Inks) -> str:
    inside = shape("hexagon", symbols.NO_NEED, "", x=15, y=15, size=6.5, outline=1.5)
    return frame(
        f'<circle cx="15" cy="15" r="12" fill="none" stroke="{ink.ring}" stroke-width="2.6" '
        f'stroke-dasharray="5.5 3.8"/>{inside}'
    )


def _links(layer: gpd.GeoDataFrame, ink: Inks, lang: str, *, coloured: bool) -> Iterator[Row]:
    del ink
    found = set(link_kinds(layer))
    for kind in symbols.LINK_STROKES:
        if kind in found:
            stroke = link_stroke(kind, coloured=coloured)
            yield Row(line_swatch(stroke, 3.0, arrow=False), terms.label("link", kind, lang))
    plain = Stroke(symbols.BLACK, ())
    yield Row(line_swatch(plain, 2.0, arrow=True), say("arrow", lang))
    if (codes_of(layer, "direction", terms.LINK_DIRECTIONS) == "mutual").any():
        yield Row(_both(), say("mutual", lang))
    if "strength" in layer.columns and len(set(layer["strength"].dropna())) > 1:
        yield Row(band_swatch(symbols.LINK_WIDTHS), say("strong", lang))


def _both() -> str:
    return frame(
        '<line x1="10" y1="15" x2="44" y2="15" stroke="#000000" stroke-width="2"/>'
        '<polygon points="12,8 2,15 12,22"/><polygon points="42,8 52,15 42,22"/>', 54
    )  # fmt: skip


def _places(layer: gpd.GeoDataFrame, ink: Inks, lang: str, *, coloured: bool) -> Iterator[Row]:
    del coloured
    side, found = (0 if lang == "ja" else 1), set(place_codes(layer))
    for kind, letters in symbols.PLACE_LETTERS.items():
        if kind in found:
            swatch = shape_swatch("plate", ink.place, letters[side])
            yield Row(swatch, terms.label("place", kind, lang))


def _notes(layer: gpd.GeoDataFrame, ink: Inks, lang: str, *, coloured: bool) -> Iterator[Row]:
    del layer, coloured
    box = (
        f'<path d="M4 26L12 18" stroke="{ink.note}" stroke-width="1.5"/><rect x="6" y="5" '
        f'width="22" height="14" rx="3" fill="#ffffff" stroke="{ink.note}" stroke-width="1.5"/>'
    )
    yield Row(frame(box), say("notes", lang))


def _areas(layer: gpd.GeoDataFrame, ink: Inks, lang: str, *, coloured: bool) -> Iterator[Row]:
    del coloured
    blocks = are_blocks(layer)
    if not blocks.all():
        fill = f'fill="{ink.area_fill}" fill-opacity="0.13"'
        yield Row(_area(fill, ink, "9 4 2 4"), terms.label("area", "flee", lang))
    if blocks.any():
        yield Row(_area('fill="none"', ink, "3 3"), terms.label("area", "block", lang))


def _area(fill: str, ink: Inks, dash: str) -> str:
    box = f'<rect x="3" y="4" width="48" height="22" {fill} stroke="{ink.area}" '
    return frame(f'{box}stroke-width="2.2" stroke-dasharray="{dash}"/>', 54)


def _districts(layer: gpd.GeoDataFrame, ink: Inks, lang: str, *, coloured: bool) -> Iterator[Row]:
    del layer, coloured
    swatch = line_swatch(Stroke(ink.border, (9, 4, 2, 4)), 2.5, arrow=False)
    yield Row(swatch, say("districts", lang))


def _streets(layer: gpd.GeoDataFrame, ink: Inks, lang: str, *, coloured: bool) -> Iterator[Row]:
    del coloured
    yield Row(line_swatch(Stroke(ink.street, ()), 5.0, arrow=False), say("streets", lang))
    if flags_of(layer, "steps").any():
        yield Row(line_swatch(Stroke(ink.steps, (2, 3)), 5.0, arrow=False), say("steps", lang))


_ROWS: Any = {
    "houses": _houses,
    "links": _links,
    "places": _places,
    "notes": _notes,
    "areas": _areas,
    "districts": _districts,
    "streets": _streets,
}


def _pens(lang: str) -> Group:
    rows = tuple(
        Row(
            line_swatch(Stroke(pen.ink, ()), 4.0, arrow=False),
            _coloured(pen.ja, pen.en, lang, pen.meaning(lang)),
        )
        for pen in PENS.values()
    )
    return Group(say("pens", lang), rows)


def _stickers(lang: str) -> Group:
    rows = tuple(
        Row(
            _sticker(one.ink),
            _coloured(one.colour_ja, one.colour_en, lang, one.ja if lang == "ja" else one.en),
        )
        for one in STICKERS.values()
    )
    return Group(say("stickers", lang), rows)


def _coloured(ja: str, en: str, lang: str, meaning: str) -> str:
    return f"{ja}：{meaning}" if lang == "ja" else f"{en.capitalize()}: {meaning}"


def _sticker(ink: str) -> str:
    return frame(f'<circle cx="15" cy="15" r="11" fill="{ink}" stroke="#000000"/>')


def place_index(ground: Ground, grid: Grid) -> list[tuple[str, str]]:
    """Named places and areas with their squares, in the order of their names."""
    found: list[tuple[str, str]] = []
    for layer in (ground[name] for name in ("places", "areas") if name in ground):
        middles = shapely.get_coordinates(shapely.point_on_surface(layer.geometry.to_numpy()))
        found += zip(texts_of(layer, "name"), grid.squares(middles), strict=True)
    return sorted({(name, square) for name, square in found if name and square})
