"""Papers, scales and where on a page each thing stands; millimetres from its top left corner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from geo.draw.fiducials import Millimetres
from geo.errors import ParameterWrong

Paper = Literal["A4", "A3", "A1", "A0"]

SCALES: Final = (500, 1000, 1500, 2000, 2500)
"""The n of 1:n."""

OVERLAP: Final[Millimetres] = 10.0
"""What two tiles show twice, to be pasted over one another."""

RESIDENTS: Final = 14
STAFF: Final = 12
"""Least sizes of type in points; elderly readers need the larger."""


@dataclass(frozen=True)
class Furniture:
    """What a paper has besides its map: its upright size, widths and heights.

    ``type`` is how many times larger letters are than on a sheet held in the hand.
    """

    width: Millimetres
    height: Millimetres
    margin: Millimetres
    head: Millimetres
    foot: Millimetres
    beside: Millimetres
    below: Millimetres
    code: Millimetres
    type: float


PAPERS: Final[dict[Paper, Furniture]] = {
    "A4": Furniture(210.0, 297.0, 8.0, 13.0, 15.0, 64.0, 58.0, 25.0, 1.0),
    "A3": Furniture(297.0, 420.0, 9.0, 15.0, 15.0, 84.0, 72.0, 28.0, 1.0),
    "A1": Furniture(594.0, 841.0, 11.0, 24.0, 20.0, 122.0, 120.0, 38.0, 1.4),
    "A0": Furniture(841.0, 1189.0, 13.0, 32.0, 25.0, 160.0, 160.0, 48.0, 1.8),
}

_STRIP: Final = 6.0
_GAP: Final = 4.0
_BAND: Final = 36.0


class Box(NamedTuple):
    """A rectangle on the page: left, top, width, height."""

    x: Millimetres
    y: Millimetres
    width: Millimetres
    height: Millimetres


@dataclass(frozen=True)
class Page:
    """One page's measures: the map frame, the strip of letters around it, and the rest.

    ``panel`` holds the code at its right end, legend and index; ``columns`` is how many
    columns of words fit in it. A tile has no head; its panel is a band below the map.
    """

    width: Millimetres
    height: Millimetres
    strip: Millimetres
    frame: Box
    head: Box
    panel: Box
    foot: Box
    columns: int
    code: Millimetres
    type: float
    upright: bool = False

    @property
    def side(self) -> Millimetres:
        """Width that code and scale bar take of a panel below the map."""
        return max(self.code, 38.0 * self.type)


def furniture(paper: Paper) -> Furniture:
    """The measures of a paper.

    Raises
    ------
    ParameterWrong
    """
    if paper not in PAPERS:
        raise ParameterWrong(name="paper", value=paper, wanted=", ".join(PAPERS))
    return PAPERS[paper]


def whole_page(paper: Paper, *, upright: bool) -> Page:
    """A page that shows the whole map: the panel beside it, or below it on upright paper."""
    given = furniture(paper)
    strip = round(_STRIP * given.type, 1)
    width, height = (given.width, given.height) if upright else (given.height, given.width)
    across, room = width - 2 * given.margin, height - 2 * given.margin - given.head - given.foot
    beside = 0.0 if upright else given.beside + _GAP
    below = given.below + _GAP if upright else 0.0
    top = given.margin + given.head
    frame = Box(
        given.margin + strip, top + strip, across - beside - 2 * strip, room - below - 2 * strip
    )
    panel = (
        Box(given.margin, top + room - given.below, across, given.below)
        if upright
        else Box(given.margin + across - given.beside, top, given.beside, room)
    )
    return Page(
        width, height, strip, _tenths(frame),
        Box(given.margin, given.margin, across, given.head), panel,
        Box(given.margin, height - given.margin - given.foot, across, given.foot),
        max(int((panel.width - (48.0 * given.type if upright else 0)) // (62.0 * given.type)), 1),
        given.code, given.type, upright,
    )  # fmt: skip


def tile_page(paper: Paper, *, upright: bool) -> Page:
    """A page of a map of several: as much map as there is room, and a band below it."""
    given = furniture(paper)
    width, height = (given.width, given.height) if upright else (given.height, given.width)
    across = width - 2 * given.margin
    band = Box(given.margin, height - given.margin - _BAND, across, _BAND)
    frame = Box(
        given.margin + _STRIP,
        given.margin + _STRIP,
        across - 2 * _STRIP,
        band.y - given.margin - 2 * _STRIP - 2.0,
    )
    nothing = Box(given.margin, given.margin, across, 0.0)
    return Page(width, height, _STRIP, _tenths(frame), nothing, band, nothing, 1, 28.0, 1.0)


def _tenths(box: Box) -> Box:
    """A frame in whole tenths of a millimetre, as the sheet's code tells it."""
    return Box(box.x, box.y, int(box.width * 10) / 10, int(box.height * 10) / 10)
