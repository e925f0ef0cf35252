"""What was found on a sheet: lines and stickers, each to be confirmed or refused by a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo.draw.pens import PENS, STICKERS
from geo.scanning.ends import End

Box = tuple[float, float, float, float]
"""West, north, east, south in millimetres of the frame."""

MARGIN: Final = 20.0
"""Of paper around a find in its crop, so that the houses and their numbers are seen."""


@dataclass(frozen=True)
class Found:
    """One find.

    ``ends`` are the houses it may be meant for: two for a line, one for a sticker. ``path``
    are points in millimetres of the frame. ``confidence`` is from 0 to 1 and orders the finds
    for the person who decides; it is no probability.
    """

    colour: str
    ends: tuple[End, ...]
    path: tuple[tuple[float, float], ...]
    confidence: float
    through: bool = False
    """A line that may run on beyond the house it is said to end at."""

    @property
    def houses(self) -> tuple[str | None, ...]:
        """The nearest house at each end; None where there is none near."""
        return tuple(end.house for end in self.ends)

    @property
    def whole(self) -> bool:
        """Whether each end has a house, and no two have the same."""
        return None not in self.houses and len(set(self.houses)) == len(self.ends)

    @property
    def sure(self) -> bool:
        """Whether no end has a second house about as near, or may lie farther on."""
        return self.whole and not self.through and all(end.sure for end in self.ends)

    @property
    def key(self) -> tuple[str, int, frozenset[str | None]] | None:
        """Colour and houses: two finds with the same are one; None where it is not whole."""
        return (self.colour, len(self.ends), frozenset(self.houses)) if self.whole else None

    @property
    def box(self) -> Box:
        """The crop to show beside the question."""
        xs, ys = zip(*self.path, strict=True)
        west, north = max(min(xs) - MARGIN, 0.0), max(min(ys) - MARGIN, 0.0)
        return west, north, max(xs) + MARGIN, max(ys) + MARGIN


@dataclass(frozen=True)
class FoundLine(Found):
    """A pen's line between two houses. It has no arrow: nobody can tell one from a wobble."""

    @property
    def what(self) -> str:
        """The kind of link that this pen draws, of `geo.terms.LINK_KINDS`."""
        return PENS[self.colour].kind


@dataclass(frozen=True)
class FoundSticker(Found):
    """A sticker at a house."""

    @property
    def what(self) -> str:
        """What a sticker of this colour says, see `geo.draw.pens.STICKERS`."""
        return STICKERS[self.colour].meaning
