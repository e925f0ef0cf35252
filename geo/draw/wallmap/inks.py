"""The two editions: in colour, and in greys and thin black that pens and stickers stand out on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo.draw import symbols
from geo.draw.pens import STICKERS
from geo.draw.symbols import Mark, Stroke


@dataclass(frozen=True)
class Inks:
    """Colours of everything that is neither a house's fill nor a link."""

    street: str
    steps: str
    border: str
    grid: str
    area: str
    area_fill: str
    ring: str
    worry: Mark
    place: Mark
    note: str


COLOURED: Final = Inks(
    street="#c4c4c4",
    steps="#8a8a8a",
    border="#333333",
    grid="#7f9fbf",
    area="#006d3f",
    area_fill="#03af7a",
    ring=symbols.RED,
    worry=Mark("#c9252d", symbols.WHITE, "!", "!"),
    place=symbols.PLACE_MARK,
    note="#804000",
)

GREY: Final = Inks(
    street="#d6d6d6",
    steps="#b0b0b0",
    border="#777777",
    grid="#b5b5b5",
    area="#555555",
    area_fill="#999999",
    ring=symbols.BLACK,
    worry=Mark(symbols.BLACK, symbols.WHITE, "!", "!"),
    place=Mark(symbols.WHITE, symbols.BLACK, "", ""),
    note="#444444",
)

_FILLS: Final = {
    sticker.meaning: "#" + "".join(
        f"{int(sticker.ink[k : k + 2], 16) + (255 - int(sticker.ink[k : k + 2], 16)) // 3:02x}"
        for k in (1, 3, 5)
    )
    for sticker in STICKERS.values()
}  # fmt: skip
"""Fills by composition, a paler shade of the sticker that says the same."""


def inks(*, coloured: bool) -> Inks:
    """The colours of an edition."""
    return COLOURED if coloured else GREY


def house_mark(composition: str, *, helper: bool, coloured: bool) -> Mark:
    """The fill of a house: that of the sticker for who lives there, else white."""
    meaning = "helper" if helper else composition
    return Mark(
        _FILLS.get(meaning, symbols.WHITE) if coloured else symbols.WHITE, "#000000", "", ""
    )


def link_stroke(kind: str, *, coloured: bool) -> Stroke:
    """A link's line: its dashes, and its colour where there are colours."""
    stroke = symbols.LINK_STROKES[kind]
    return stroke if coloured else Stroke("#333333", stroke.dash)
