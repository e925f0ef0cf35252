"""What was found on a sheet: lines and stickers, each to be confirmed or refused by a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo.draw.pens import PENS, STICKERS
from geo.scanning.ends import End

Box = tuple[float, float, float, float]
"""West, north, east, south in millimetres of the frame."""

MARGIN: Final = 14.0
"""Of paper around a find in its crop, so that the houses and their numbers are seen."""


@dataclass(frozen=True)
class FoundLine:
    """A pen's line between two houses; it has no arrow, nobody can tell one from a wobble.

    ``path`` are points in millimetres of the frame. ``confidence`` is from 0 to 1 and orders
    the finds for the person who decides; it is no probability.
    """

    colour: str
    ends: tuple[End, End]
    path: tuple[tuple[float, float], ...]
    confidence: float

    @property
    def kind(self) -> str:
        """The kind of link that this pen draws, of `geo.terms.LINK_KINDS`."""
        return PENS[self.colour].kind

    @property
    def houses(self) -> tuple[str | None, str | None]:
        """The nearest house at each end; None where a line ends in the open."""
        return self.ends[0].house, self.ends[1].house

    @property
    def whole(self) -> bool:
        """Whether it has two different houses."""
        return None not in self.houses and self.houses[0] != self.houses[1]

    @property
    def sure(self) -> bool:
        """Whether neither end has a second house about as near."""
        return self.whole and all(end.sure for end in self.ends)

    @property
    def key(self) -> tuple[str, frozenset[str | None]] | None:
        """Pen and houses: two lines with the same are one; None where an end is open."""
        return (self.colour, frozenset(self.houses)) if self.whole else None

    @property
    def box(self) -> Box:
        """The crop to show beside the question."""
        xs, ys = zip(*self.path, strict=True)
        return _around(min(xs), min(ys), max(xs), max(ys))


@dataclass(frozen=True)
class FoundSticker:
    """A sticker at a house."""

    colour: str
    end: End
    at: tuple[float, float]
    confidence: float

    @property
    def meaning(self) -> str:
        """What a sticker of this colour says, see `geo.draw.pens.STICKERS`."""
        return STICKERS[self.colour].meaning

    @property
    def house(self) -> str | None:
        """The nearest house; None where none is near."""
        return self.end.house

    @property
    def sure(self) -> bool:
        """Whether no second house is about as near."""
        return self.end.sure

    @property
    def key(self) -> tuple[str, str] | None:
        """Colour and house: two stickers with the same are one; None where none is near."""
        return None if self.house is None else (self.colour, self.house)

    @property
    def box(self) -> Box:
        """The crop to show beside the question."""
        return _around(*self.at, *self.at)


def _around(west: float, north: float, east: float, south: float) -> Box:
    return (
        max(west - MARGIN, 0.0),
        max(north - MARGIN, 0.0),
        east + MARGIN,
        south + MARGIN,
    )
