"""Which ground goes on which sheet: scale, direction of the paper, tiles and their codes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from geo.draw.fiducials import SheetCode
from geo.draw.wallmap.formats import OVERLAP, SCALES, Page, Paper, tile_page, whole_page
from geo.errors import ParameterWrong
from geo.units import Metres

_MOST: Final = 120
"""Pages of one map; more is a mistake in the window or the scale."""


@dataclass(frozen=True)
class Window:
    """What is to be seen, metres in the plane (x = east)."""

    west: Metres
    south: Metres
    east: Metres
    north: Metres

    def __post_init__(self) -> None:
        """Refuse a window of no size."""
        if not (self.west < self.east and self.south < self.north):
            raise ParameterWrong(
                name="window", value=self.size, wanted="west < east, south < north"
            )

    @property
    def size(self) -> tuple[Metres, Metres]:
        """Width and height."""
        return self.east - self.west, self.north - self.south

    @property
    def middle(self) -> tuple[Metres, Metres]:
        """Its middle."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2


@dataclass(frozen=True)
class Centre:
    """The middle of one sheet, metres in the plane; what the paper holds is shown around it."""

    x: Metres
    y: Metres


@dataclass(frozen=True)
class Layout:
    """One map on its pages: the code of the whole, and one code for each page in order.

    Pages run from left to right, then down. ``joined`` tells that they are tiles.
    """

    page: Page
    whole: SheetCode
    codes: tuple[SheetCode, ...]
    joined: bool


def lay_out(
    window: Window | Centre,
    *,
    paper: Paper,
    sheet: str,
    epsg: int,
    scale: int | None = None,
    tiled: bool = False,
) -> Layout:
    """The pages that show a window.

    Parameters
    ----------
    window
        A `Window`, or the `Centre` of one sheet, which needs a scale.
    paper
        Of the map; with ``tiled`` it is printed on A3 pages to be pasted together.
    sheet, epsg
        For the codes.
    scale
        One of `SCALES`; None takes the largest at which the window fits one sheet, and
        the smallest of all where none does: then it takes several pages.

    Raises
    ------
    ParameterWrong
    """
    if scale is not None and scale not in SCALES:
        raise ParameterWrong(name="scale", value=scale, wanted=", ".join(map(str, SCALES)))
    if tiled and paper not in {"A1", "A0"}:
        raise ParameterWrong(name="tiled", value=paper, wanted="A1 or A0")
    if isinstance(window, Centre):
        if scale is None:
            raise ParameterWrong(name="scale", value=scale, wanted="a scale for a centre")
        window = _around(window, whole_page(paper, upright=False), scale)
    chosen, page = _fitting(window, paper, scale)
    middle = window.middle
    named = sheet, epsg, chosen
    if page is not None and not tiled:
        size = page.frame.width, page.frame.height
        return _laid(page, middle, size, named, joined=False)
    if page is not None:
        size = page.frame.width, page.frame.height
    else:
        size = window.size[0] * 1000.0 / chosen, window.size[1] * 1000.0 / chosen
    tile = _fewest("A3" if tiled else paper, size)
    if math.prod(_tiles(tile, size)) > _MOST:
        raise ParameterWrong(name="window", value=f"{size[0]:.0f}×{size[1]:.0f} mm",
                             wanted=f"no more than {_MOST} pages")  # fmt: skip
    return _laid(tile, middle, size, named, joined=True)


def _around(centre: Centre, page: Page, scale: int) -> Window:
    east, north = page.frame.width * scale / 2001.0, page.frame.height * scale / 2001.0
    return Window(centre.x - east, centre.y - north, centre.x + east, centre.y + north)


def _fitting(window: Window, paper: Paper, scale: int | None) -> tuple[int, Page | None]:
    """The scale, and the page that holds the window at it; None where no page does."""
    for one in SCALES if scale is None else (scale,):
        for upright in (False, True):
            page = whole_page(paper, upright=upright)
            most = page.frame.width * one / 1000.0, page.frame.height * one / 1000.0
            if window.size[0] <= most[0] and window.size[1] <= most[1]:
                return one, page
    return scale or SCALES[-1], None


def _fewest(paper: Paper, size: tuple[float, float]) -> Page:
    """Lying or upright tiles, whichever are fewer."""
    pages = [tile_page(paper, upright=upright) for upright in (False, True)]
    return min(pages, key=lambda page: math.prod(_tiles(page, size)))


def _tiles(page: Page, size: tuple[float, float]) -> tuple[int, int]:
    """Columns and rows of tiles that cover so many millimetres."""
    across, down = (
        max(math.ceil(round((length - OVERLAP) / (room - OVERLAP), 6)), 1)
        for length, room in zip(size, (page.frame.width, page.frame.height), strict=True)
    )
    return across, down


def _laid(
    page: Page,
    middle: tuple[Metres, Metres],
    size: tuple[float, float],
    named: tuple[str, int, int],
    *,
    joined: bool,
) -> Layout:
    """The codes of the pages around a middle."""
    sheet, epsg, scale = named
    columns, rows = _tiles(page, size)
    width = columns * (page.frame.width - OVERLAP) + OVERLAP
    height = rows * (page.frame.height - OVERLAP) + OVERLAP
    west, north = middle[0] - width * scale / 2000.0, middle[1] + height * scale / 2000.0
    whole = SheetCode(sheet, epsg, west, north, scale, width, height)
    return Layout(page, whole, tuple(_cut(whole, page, (columns, rows))), joined)


def _cut(whole: SheetCode, page: Page, tiles: tuple[int, int]) -> Iterator[SheetCode]:
    """The codes of the tiles, row by row."""
    metres = whole.scale / 1000.0
    for row in range(tiles[1]):
        for column in range(tiles[0]):
            yield SheetCode(
                whole.sheet,
                whole.epsg,
                whole.west + column * (page.frame.width - OVERLAP) * metres,
                whole.north - row * (page.frame.height - OVERLAP) * metres,
                whole.scale,
                page.frame.width,
                page.frame.height,
                (column, row),
                tiles,
            )
