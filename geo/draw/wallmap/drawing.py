"""The map of one sheet as SVG: its frame, the letters around it, and all that is within."""

from __future__ import annotations

from collections.abc import Iterator

from geo.draw.fiducials import Mark, SheetCode
from geo.draw.paper import lettering, stroked
from geo.draw.wallmap import named, people
from geo.draw.wallmap.formats import OVERLAP
from geo.draw.wallmap.grid import Grid, column_letters
from geo.draw.wallmap.ground import Ground
from geo.draw.wallmap.inks import Inks, inks
from geo.draw.wallmap.labels import SOLID, Room
from geo.draw.wallmap.marks import drawn_marks, marks_beside
from geo.draw.wallmap.terrain import terrain


def map_svg(
    ground: Ground, code: SheetCode, grid: Grid, *,
    strip: float, points: float, coloured: bool, marked: bool, lang: str,
) -> str:  # fmt: skip
    """One sheet's map with a strip of letters of that width around its frame.

    Parameters
    ----------
    ground
        Cut to the sheet, see `geo.draw.wallmap.ground.cut_ground`; houses with ``number``.
    code, grid
        Which ground the sheet shows, and the squares of the whole map.
    strip
        Millimetres.
    points
        Size of letters and numbers in the map.
    coloured, marked
        Which edition, and whether with the marks that a photograph is read by.
    """
    ink = inks(coloured=coloured)
    inside = "".join(_inside(ground, code, grid, ink, points, coloured, marked, lang))
    width, height = code.width + 2 * strip, code.height + 2 * strip
    # Typst rounds a picture's size to whole pixels: in tenths of a millimetre nothing is lost.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * 10:.0f}" '
        f'height="{height * 10:.0f}" '
        f'viewBox="{-strip} {-strip} {width:.1f} {height:.1f}"><clipPath id="frame">'
        f'<rect width="{code.width}" height="{code.height}"/></clipPath>'
        f'<g clip-path="url(#frame)">{inside}</g>'
        f"{''.join(_around(code, grid, strip))}</svg>"
    )


def _inside(
    ground: Ground, code: SheetCode, grid: Grid, ink: Inks, points: float,
    coloured: bool, marked: bool, lang: str,
) -> Iterator[str]:  # fmt: skip
    room = Room(code.width, code.height)
    houses = people.stand_houses(ground.get("houses"), code)
    spots = houses.spots if houses else people.NOWHERE
    marks = marks_beside(code, spots, houses.reach if houses else 0.0) if marked else []
    _take(room, marks)
    if houses:
        people.take_houses(houses, room)
    plates = named.take_places(ground["places"], code, room) if "places" in ground else []
    yield from terrain(ground, code, grid, ink)
    if "links" in ground:
        keep = houses.reach if houses else 0.0
        yield from people.draw_links(ground["links"], code, keep, room, coloured=coloured)
    yield from drawn_marks(marks)
    if houses:
        yield from people.draw_houses(houses, ink, coloured=coloured)
        yield from people.draw_numbers(houses, points, room, ink)
    if "places" in ground:
        yield from named.draw_places(ground["places"], code, plates, points, room, ink, lang)
    if "areas" in ground:
        yield from named.draw_names(ground["areas"], code, points, room, ink.area)
    if "notes" in ground:
        yield from named.draw_notes(ground["notes"], code, points, room, ink)
    if "districts" in ground:
        yield from named.draw_names(ground["districts"], code, points, room, ink.border)


def _take(room: Room, marks: list[Mark]) -> None:
    for mark in marks:
        half = mark.side / 2 + mark.quiet
        room.take(*mark.middle, (half, half), SOLID)


def _around(code: SheetCode, grid: Grid, strip: float) -> Iterator[str]:
    """The frame, the letters and digits on its four sides, and where tiles meet."""
    yield (
        f'<rect width="{code.width}" height="{code.height}" fill="none" stroke="#000000" '
        'stroke-width="0.4"/>'
    )
    columns, rows = grid.lines(code)
    size = strip / 6.0 * 14.0
    for words, x in _middles([(column_letters(k), (at - code.west)) for k, at in columns],
                             code.width, grid, code):  # fmt: skip
        yield lettering(x, -strip / 2, size, words)
        yield lettering(x, code.height + strip / 2, size, words)
    for words, y in _middles([(str(k + 1), code.north - at) for k, at in rows],
                             code.height, grid, code):  # fmt: skip
        yield lettering(-strip / 2, y, size, words)
        yield lettering(code.width + strip / 2, y, size, words)
    yield from _joints(code, strip)


def _middles(
    named_from: list[tuple[str, float]], length: float, grid: Grid, code: SheetCode
) -> Iterator[tuple[str, float]]:
    """The middle of what is seen of each column or row, where it is wide enough to name."""
    for words, metres in named_from:
        start = max(metres * 1000.0 / code.scale, 0.0)
        end = min((metres + grid.step) * 1000.0 / code.scale, length)
        if end - start >= 10.0:
            yield words, (start + end) / 2


def _joints(code: SheetCode, strip: float) -> Iterator[str]:
    """Where to cut (left and top) and where the next sheet begins (right and below)."""
    (column, row), (columns, rows) = code.tile, code.tiles
    width, height = code.width, code.height
    cuts, meets = "", ""
    if column:
        cuts += f"M0 {-strip}V0M0 {height}V{height + strip}"
    if row:
        cuts += f"M{-strip} 0H0M{width} 0H{width + strip}"
    if column + 1 < columns:
        meets += f"M{width - OVERLAP} {-strip}V0M{width - OVERLAP} {height}V{height + strip}"
        yield stroked(f"M{width - OVERLAP} 0V{height}", "#666666", 0.2, (0.6, 2.4))
    if row + 1 < rows:
        meets += f"M{-strip} {height - OVERLAP}H0M{width} {height - OVERLAP}H{width + strip}"
        yield stroked(f"M0 {height - OVERLAP}H{width}", "#666666", 0.2, (0.6, 2.4))
    yield stroked(cuts, "#000000", 0.5) if cuts else ""
    yield stroked(meets, "#000000", 0.3, (0.8, 0.8)) if meets else ""
