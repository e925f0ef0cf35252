"""How each thing is drawn: one table for the map, its legend and the paper sheet.

Colours are those of the カラーユニバーサルデザイン推奨配色セット (version 4, CUDO and
partners). Colour never speaks alone: who lives in a house is its shape, what is needed
its fill *and* letter, a supporter a star, a link's kind its colour *and* dashes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from geo import terms

RED: Final = "#ff4b00"
YELLOW: Final = "#fff100"
GREEN: Final = "#03af7a"
BLUE: Final = "#005aff"
SKY: Final = "#4dc4ff"
PINK: Final = "#ff8082"
ORANGE: Final = "#f6aa00"
PURPLE: Final = "#990099"
BROWN: Final = "#804000"
PALE_SKY: Final = "#bfe4ff"
BEIGE: Final = "#ffca80"
PALE_PURPLE: Final = "#c9ace6"
PALE_GREEN: Final = "#77d9a8"
CREAM: Final = "#ffff80"
LIGHT_GREY: Final = "#c8c8cb"
GREY: Final = "#84919e"
BLACK: Final = "#000000"
WHITE: Final = "#ffffff"

Points = tuple[tuple[float, float], ...]


def _ring(corners: int, turn: float = 0.0, size: float = 1.0) -> Points:
    angles = (turn + 2.0 * math.pi * k / corners for k in range(corners))
    return tuple((round(size * math.sin(a), 3), round(-size * math.cos(a), 3)) for a in angles)


def _star() -> Points:
    tips, dents = _ring(5, size=1.25), _ring(5, math.pi / 5, 0.55)
    return tuple(point for pair in zip(tips, dents, strict=True) for point in pair)


SHAPES: Final[dict[str, Points]] = {
    "circle": _ring(24),
    "square": _ring(4, math.pi / 4, 1.25),
    "diamond": _ring(4, 0.0, 1.25),
    "triangle": _ring(3, 0.0, 1.25),
    "triangle_down": _ring(3, math.pi, 1.25),
    "hexagon": _ring(6, math.pi / 6, 1.05),
    "house": ((0, -1.15), (1.0, -0.25), (1.0, 1.0), (-1.0, 1.0), (-1.0, -0.25)),
    "star": _star(),
    "plate": ((-1.2, -0.95), (1.2, -0.95), (1.2, 0.95), (-1.2, 0.95)),
}
"""Outlines around (0, 0), y down, about one unit in radius; drawn times the size."""

COMPOSITION_SHAPES: Final[dict[str, str]] = {
    "single_elderly": "circle",
    "elderly_couple": "square",
    "daytime_alone": "triangle_down",
    "with_disability": "diamond",
    "child_rearing": "triangle",
    "other": "house",
    "unknown": "hexagon",
}


@dataclass(frozen=True)
class Mark:
    """A fill with the ink and the letters that stand on it."""

    fill: str
    ink: str
    ja: str
    en: str


NEED_MARKS: Final[dict[str, Mark]] = {
    "garbage": Mark(RED, BLACK, "ゴ", "G"),
    "cleaning": Mark(SKY, BLACK, "掃", "C"),
    "laundry": Mark(PALE_SKY, BLACK, "洗", "L"),
    "accompaniment": Mark(BLUE, WHITE, "同", "A"),
    "errand": Mark(YELLOW, BLACK, "代", "E"),
    "garden": Mark(GREEN, BLACK, "庭", "Y"),
    "furniture": Mark(BEIGE, BLACK, "修", "R"),
    "talk": Mark(PURPLE, WHITE, "話", "T"),
    "other": Mark(LIGHT_GREY, BLACK, "他", "O"),
}
"""Fill and letter by the first need of a household, in this order."""

NO_NEED: Final = Mark(WHITE, BLACK, "", "")

SUPPORTER_MARKS: Final[dict[str, Mark]] = {
    "active": Mark(GREEN, BLACK, "", ""),
    "not_active": Mark(WHITE, BLACK, "", ""),
}


@dataclass(frozen=True)
class Stroke:
    """A line: its colour and its dashes in pixels (none = solid)."""

    colour: str
    dash: tuple[int, ...]


LINK_STROKES: Final[dict[str, Stroke]] = {
    "watching": Stroke(BLUE, ()),
    "shopping": Stroke(RED, (10, 5)),
    "key": Stroke(PURPLE, (3, 4)),
    "relative": Stroke(BROWN, (14, 4, 3, 4)),
    "friend": Stroke(GREEN, (18, 5)),
    "lesson": Stroke(GREY, (8, 3, 3, 3, 3, 3)),
    "other": Stroke(BLACK, (2, 6)),
}

LINK_WIDTHS: Final = (2.0, 3.5, 5.0)
"""Pixels for strength 1 weak, 2, 3 strong; unknown is drawn as 1."""

PLACE_LETTERS: Final[dict[str, tuple[str, str]]] = {
    "shop": ("店", "S"),
    "clinic": ("医", "C"),
    "bus_stop": ("バ", "B"),
    "garbage_station": ("ゴ", "G"),
    "hall": ("集", "H"),
    "aed": ("A", "A"),
    "shelter": ("避", "R"),
    "mobile_sales": ("移", "M"),
    "welfare": ("福", "W"),
    "other": ("他", "O"),
}

PLACE_MARK: Final = Mark("#333333", WHITE, "", "")


@dataclass(frozen=True)
class MeshClass:
    """A class of counts from ``least`` on; the number itself is written in the cell."""

    least: int
    fill: str
    ink: str


MESH_CLASSES: Final = (
    MeshClass(10, "#e3f3ff", BLACK),
    MeshClass(20, PALE_SKY, BLACK),
    MeshClass(50, SKY, BLACK),
    MeshClass(100, BLUE, WHITE),
)

UNCOVERED: Final = Stroke(RED, (5, 4))
"""The ring around an uncovered house, and the hatching of an uncovered area."""

CROWD: Final = 1200
"""With more houses than this in view, near ones are drawn as one group with its number."""

LAYER_ORDER: Final = (
    "mesh",
    "households",
    "supporters",
    "links",
    "uncovered",
    "uncovered_areas",
    "places",
    "districts",
    "streets",
)
"""As listed in the legend, most telling first."""


def mesh_class(count: int) -> int:
    """The class of a count of ten or more, from 0.

    >>> [mesh_class(count) for count in (10, 19, 20, 99, 100)]
    [0, 0, 1, 2, 3]
    """
    return max(sum(count >= step.least for step in MESH_CLASSES) - 1, 0)


def first_need(needs: object) -> str:
    """The need that gives a house its fill: "" for none, or where nobody has asked.

    >>> first_need(["talk", "garbage"]), first_need([]), first_need(None)
    ('garbage', '', '')
    """
    if not isinstance(needs, (list, tuple, set, frozenset)):
        return ""
    return next((code for code in NEED_MARKS if code in needs), "")


def browser_table(lang: str) -> dict[str, object]:
    """The same table as plain values, for the map's script."""
    side = 0 if lang == "ja" else 1
    return {
        "shapes": SHAPES,
        "compositions": COMPOSITION_SHAPES,
        "needs": {c: (m.fill, m.ink, (m.ja, m.en)[side]) for c, m in NEED_MARKS.items()},
        "supporters": {c: m.fill for c, m in SUPPORTER_MARKS.items()},
        "links": {c: (s.colour, s.dash) for c, s in LINK_STROKES.items()},
        "crowd": CROWD,
        "widths": LINK_WIDTHS,
        "places": {c: letters[side] for c, letters in PLACE_LETTERS.items()},
        "place": (PLACE_MARK.fill, PLACE_MARK.ink),
        "mesh": [(step.least, step.fill, step.ink) for step in MESH_CLASSES],
        "uncovered": (UNCOVERED.colour, UNCOVERED.dash),
        "labels": {
            table: {c: (t.ja, t.en)[side] for c, t in words.items()}
            for table, words in terms.LABELS.items()
        },
    }
