"""What makes a sheet readable again: its code in words, its marks in cells.

A sheet carries a QR code that says which ground it shows, and ArUco marks whose numbers say
where on the paper they stand: along the edge of the map frame, and small ones inside it,
without which curled paper is read 3 mm wrong. Millimetres of paper are counted from the top
left corner of the map frame, x to the right, y down.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from geo.errors import ParameterWrong, SheetCodeForeign, SheetCodeNewer
from geo.units import Metres

Millimetres = float

EDITION: Final = 1
"""Of the text in the code and of the layout of the marks, which belong together."""

EDGE_SIDE: Final[Millimetres] = 9.8
INSIDE_SIDE: Final[Millimetres] = 7.0
"""Sides of the black squares; a cell is a seventh, the quiet border one cell wide."""

CELLS: Final = 7
"""Cells along the side of a mark, its black border included (ArUco's 5×5 words)."""

_EDGE_STEP: Final = 110.0
_INSIDE_STEP: Final = 95.0
_INSET: Final = 3.0
_SHIFT: Final = 11.0
_INSIDE_FROM: Final = 100
_SHIFTS: Final = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1))
_LEAST: Final = 100.0
_IDS: Final = 1000

_CODE: Final = re.compile(
    r"WM(?P<edition>\d+):(?P<sheet>[A-Z0-9-]{1,16}):(?P<epsg>\d{4,6}):(?P<west>-?\d+\.\d\d):"
    r"(?P<north>-?\d+\.\d\d):(?P<scale>\d{2,6}):(?P<width>\d+\.\d):(?P<height>\d+\.\d):"
    r"(?P<col>\d+)\.(?P<row>\d+):(?P<cols>\d+)\.(?P<rows>\d+)",
    re.ASCII,
)
_OURS: Final = re.compile(r"WM(?P<edition>\d{1,4}):", re.ASCII)
_SHEET: Final = re.compile(r"[A-Z0-9-]{1,16}", re.ASCII)


@dataclass(frozen=True)
class SheetCode:
    """Which ground a sheet, or one tile of it, shows.

    ``sheet`` is a short id of capital letters, digits and hyphens. ``west`` and ``north`` are
    metres in the plane ``epsg`` (x = east) of the frame's top left corner, ``scale`` is the n
    of 1:n, ``width`` and ``height`` millimetres of this tile's frame. ``tile`` is (column,
    row) from 0 and ``tiles`` how many columns and rows there are; a whole sheet is (0, 0) of
    (1, 1).
    """

    sheet: str
    epsg: int
    west: Metres
    north: Metres
    scale: int
    width: Millimetres
    height: Millimetres
    tile: tuple[int, int] = (0, 0)
    tiles: tuple[int, int] = (1, 1)

    def __post_init__(self) -> None:
        """Round to what the text holds, so that a code read back equals the one written."""
        if not _SHEET.fullmatch(self.sheet):
            raise ParameterWrong(name="sheet", value=self.sheet, wanted="1–16 of A–Z, 0–9 and -")
        for name, digits in (("west", 2), ("north", 2), ("width", 1), ("height", 1)):
            object.__setattr__(self, name, round(float(getattr(self, name)), digits) + 0.0)

    def write(self) -> str:
        """The text of the QR code; its letters are those of the small alphanumeric mode.

        >>> SheetCode("K7", 6670, -12034.5, 98210.25, 1000, 336.0, 250.0).write()
        'WM1:K7:6670:-12034.50:98210.25:1000:336.0:250.0:0.0:1.1'
        """
        return (
            f"WM{EDITION}:{self.sheet}:{self.epsg}:{self.west:.2f}:{self.north:.2f}:{self.scale}:"
            f"{self.width:.1f}:{self.height:.1f}:{self.tile[0]}.{self.tile[1]}:"
            f"{self.tiles[0]}.{self.tiles[1]}"
        )

    @classmethod
    def read(cls, text: str) -> SheetCode:
        """The code that a text holds.

        Raises
        ------
        SheetCodeForeign
            It is no code of a welfare map.
        SheetCodeNewer
            A later edition of the program wrote it.
        """
        ours = _OURS.match(text)
        if ours is None:
            raise SheetCodeForeign
        if int(ours["edition"]) > EDITION:
            raise SheetCodeNewer
        told = _CODE.fullmatch(text)
        if told is None or not _LEAST <= min(float(told["width"]), float(told["height"])):
            raise SheetCodeForeign
        return cls(
            sheet=told["sheet"],
            epsg=int(told["epsg"]),
            west=float(told["west"]),
            north=float(told["north"]),
            scale=int(told["scale"]),
            width=float(told["width"]),
            height=float(told["height"]),
            tile=(int(told["col"]), int(told["row"])),
            tiles=(int(told["cols"]), int(told["rows"])),
        )

    def plane_of_paper(self, paper: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Metres in the plane (x east, y north) of points in millimetres of the frame, (n, 2)."""
        xy = np.asarray(paper, float).reshape(-1, 2) * (self.scale / 1000.0)
        return np.column_stack([self.west + xy[:, 0], self.north - xy[:, 1]])

    def paper_of_plane(self, plane: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Millimetres of the frame of points in metres of the plane, (n, 2)."""
        xy = np.asarray(plane, float).reshape(-1, 2)
        across = np.column_stack([xy[:, 0] - self.west, self.north - xy[:, 1]])
        return across * (1000.0 / self.scale)


class Mark(NamedTuple):
    """A mark by its number: top left corner and side of its black square, millimetres."""

    id: int
    x: Millimetres
    y: Millimetres
    side: Millimetres

    @property
    def middle(self) -> tuple[Millimetres, Millimetres]:
        """Its middle."""
        return self.x + self.side / 2, self.y + self.side / 2

    @property
    def quiet(self) -> Millimetres:
        """Width of the white border that the sheet must leave around it."""
        return self.side / CELLS


def mark_layout(
    width: Millimetres, height: Millimetres, avoid: npt.ArrayLike = ()
) -> tuple[Mark, ...]:
    """The marks to print on a frame of that size.

    Parameters
    ----------
    width, height
        Of the map frame, 100 mm to that of A0.
    avoid
        Points in millimetres of the frame, (n, 2), such as houses. A mark inside moves up
        to 11 mm to keep clear of them; its number tells the reader how.

    Raises
    ------
    ParameterWrong
        The frame is too small, or larger than the numbers reach.
    """
    edge, inside = _slots(width, height)
    points = np.asarray(avoid, float).reshape(-1, 2)
    return edge + tuple(_freest(slot, points) for slot in inside)


def mark_places(width: Millimetres, height: Millimetres) -> dict[int, Mark]:
    """Where each number stands on a frame of that size, printed there or not.

    Raises
    ------
    ParameterWrong
    """
    edge, inside = _slots(width, height)
    return {mark.id: mark for marks in (edge, *inside) for mark in marks}


@lru_cache(maxsize=512)
def mark_cells(number: int) -> tuple[tuple[bool, ...], ...]:
    """The rows of cells of a mark, top row first; True is black.

    Raises
    ------
    ParameterWrong
    """
    if not 0 <= number < _IDS:
        raise ParameterWrong(name="id", value=number, wanted=f"0–{_IDS - 1}")
    import cv2

    words = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_1000)
    picture = words.generateImageMarker(number, CELLS, borderBits=1)
    return tuple(tuple(bool(cell == 0) for cell in row) for row in np.asarray(picture))


def _slots(
    width: Millimetres, height: Millimetres
) -> tuple[tuple[Mark, ...], tuple[tuple[Mark, ...], ...]]:
    """The marks of the edge, and for each place inside the marks that may stand there."""
    size = f"{width:g}×{height:g} mm"
    if min(width, height) < _LEAST:
        raise ParameterWrong(name="frame", value=size, wanted="100 mm or more")
    across = _inside_steps(width)
    down = _inside_steps(height)
    spots = [(x, y) for y in down for x in across]
    edge = _edge(width, height)
    if len(edge) > _INSIDE_FROM or _INSIDE_FROM + len(spots) * len(_SHIFTS) > _IDS:
        raise ParameterWrong(name="frame", value=size, wanted="A0 or smaller")
    return edge, tuple(_variants(slot, spot) for slot, spot in enumerate(spots))


def _edge(width: Millimetres, height: Millimetres) -> tuple[Mark, ...]:
    xs, ys = _edge_steps(width), _edge_steps(height)
    corners = [(x, y) for y in (ys[0], ys[-1]) for x in xs]
    corners += [(x, y) for x in (xs[0], xs[-1]) for y in ys[1:-1]]
    return tuple(Mark(number, x, y, EDGE_SIDE) for number, (x, y) in enumerate(corners))


def _edge_steps(length: Millimetres) -> list[float]:
    """Top left corners of the marks along one edge."""
    last = length - _INSET - EDGE_SIDE
    steps = max(int(np.ceil((last - _INSET) / _EDGE_STEP)), 1)
    return [round(float(at), 2) for at in np.linspace(_INSET, last, steps + 1)]


def _inside_steps(length: Millimetres) -> list[float]:
    """Middles of the marks inside along one direction."""
    count = max(round(length / _INSIDE_STEP) - 1, min(int(length // 42.0) - 1, 3), 1)
    return [length * step / (count + 1) for step in range(1, count + 1)]


def _variants(slot: int, spot: tuple[float, float]) -> tuple[Mark, ...]:
    first = _INSIDE_FROM + slot * len(_SHIFTS)
    x, y = spot[0] - INSIDE_SIDE / 2, spot[1] - INSIDE_SIDE / 2
    return tuple(
        Mark(first + turn, round(x + dx * _SHIFT, 2), round(y + dy * _SHIFT, 2), INSIDE_SIDE)
        for turn, (dx, dy) in enumerate(_SHIFTS)
    )


def _freest(marks: Sequence[Mark], points: npt.NDArray[np.float64]) -> Mark:
    """The first that keeps 9 mm from every point, else the one farthest from them."""
    if not len(points):
        return marks[0]
    middles = np.array([mark.middle for mark in marks])
    near = np.abs(middles[:, None, :] - points[None, :, :]).max(axis=2).min(axis=1)
    return marks[int(np.argmax(np.minimum(near, 9.0)))]
