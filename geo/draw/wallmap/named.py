"""What a sheet says in words: places, notes, the names of areas and districts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import geopandas as gpd
import shapely

from geo import terms
from geo.draw import symbols
from geo.draw.fiducials import Millimetres, SheetCode
from geo.draw.legend import codes_of
from geo.draw.paper import POINT, lettering, plain_text
from geo.draw.swatches import shape
from geo.draw.wallmap.inks import Inks
from geo.draw.wallmap.labels import Room, Spot, half_size, wrapped

_PLATE: Final[Millimetres] = 2.6


def place_codes(layer: gpd.GeoDataFrame) -> list[str]:
    """The kind of each place, what is not known as "other"."""
    return list(codes_of(layer, "kind", terms.PLACE_KINDS).replace("unknown", "other"))


def texts_of(layer: gpd.GeoDataFrame, column: str) -> list[str]:
    """A column of words; "" where there are none."""
    if column not in layer.columns:
        return [""] * len(layer)
    return [value.strip() if isinstance(value, str) else "" for value in layer[column]]


def take_places(layer: gpd.GeoDataFrame, code: SheetCode, room: Room) -> list[Spot]:
    """Where the plates stand: on their places, or beside where a house or a mark is there."""
    half = (_PLATE * 1.25, _PLATE * 1.05)
    return [room.place(x, y, -_PLATE, half, far=True) for x, y in _spots(layer, code)]


def draw_places(
    layer: gpd.GeoDataFrame, code: SheetCode, plates: list[Spot], points: float, room: Room,
    ink: Inks, lang: str,
) -> Iterator[str]:  # fmt: skip
    """A plate with a letter for each place, and its name; a line leads to one moved aside."""
    side = 0 if lang == "ja" else 1
    words: list[str] = []
    drawn = zip(
        _spots(layer, code), plates, place_codes(layer), texts_of(layer, "name"), strict=True
    )
    for (own_x, own_y), (x, y, _), kind, name in drawn:
        letter = symbols.PLACE_LETTERS[kind][side]
        if (x, y) != (own_x, own_y):
            yield _tie(own_x, own_y, Spot(x, y, led=True), ink.border)
        yield shape("plate", ink.place, letter, x=x, y=y, size=_PLATE, outline=0.25)
        words += _beside(x, y, wrapped(name, 12, 2), points, room, ink.border)
    yield from words


def _beside(
    x: float, y: float, lines: list[str], points: float, room: Room, ink: str
) -> Iterator[str]:
    """The lines of a name beside its plate."""
    if not lines[0]:
        return
    wide = max(half_size(line, points)[0] for line in lines)
    tall = half_size("", points)[1]
    spot = room.place(x, y, _PLATE * 1.25, (wide, tall * len(lines)), far=True)
    if spot.led:
        yield _tie(x, y, spot, ink)
    for k, line in enumerate(lines):
        y_line = spot.y + (2 * k + 1 - len(lines)) * tall
        yield lettering(spot.x, y_line, points, plain_text(line))


def _tie(x: float, y: float, spot: Spot, ink: str) -> str:
    """A thin line from where a thing is to where it is drawn or named."""
    return (
        f'<path d="M{x:.2f} {y:.2f}L{spot.x:.2f} {spot.y:.2f}" stroke="{ink}" '
        f'stroke-width="0.3"/><circle cx="{x:.2f}" cy="{y:.2f}" r="0.6" fill="{ink}"/>'
    )


def draw_notes(
    layer: gpd.GeoDataFrame, code: SheetCode, points: float, room: Room, ink: Inks
) -> Iterator[str]:
    """Free words in a box, with a line to the place they speak of."""
    for (x, y), text in zip(_spots(layer, code), texts_of(layer, "text"), strict=True):
        lines = wrapped(text, 12, 3)
        if not lines[0]:
            continue
        half = (
            max(half_size(line, points)[0] for line in lines) + 0.8,
            half_size("", points)[1] * 1.12 * len(lines) + 0.8,
        )
        spot = room.place(x, y, 2.0, half, far=True)
        yield _tie(x, y, spot, ink.note)
        yield (
            f'<rect x="{spot.x - half[0]:.2f}" y="{spot.y - half[1]:.2f}" '
            f'width="{2 * half[0]:.2f}" height="{2 * half[1]:.2f}" rx="1" fill="#ffffff" '
            f'stroke="{ink.note}" stroke-width="0.3"/>'
        )
        step = points * POINT * 0.94
        for k, line in enumerate(lines):
            y_line = spot.y + (k - (len(lines) - 1) / 2) * step
            yield lettering(spot.x, y_line, points, plain_text(line))


def draw_names(
    layer: gpd.GeoDataFrame, code: SheetCode, points: float, room: Room, ink: str
) -> Iterator[str]:
    """The names of areas, in the middle of what the sheet shows of them."""
    middles = shapely.point_on_surface(layer.geometry.to_numpy())
    spots = code.paper_of_plane(shapely.get_coordinates(middles))
    for (x, y), name in zip(spots.tolist(), texts_of(layer, "name"), strict=True):
        if name:
            text = wrapped(name, 16, 1)[0]
            spot = room.place(x, y, -1.0, half_size(text, points), far=True)
            yield lettering(spot.x, spot.y, points, plain_text(text), ink)


def _spots(layer: gpd.GeoDataFrame, code: SheetCode) -> list[list[float]]:
    xy = shapely.get_coordinates(layer.geometry.to_numpy())
    return code.paper_of_plane(xy).tolist()
