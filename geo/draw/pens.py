"""The colours of the table: which pen draws which line, which sticker says what.

Four hues each, a quarter of the circle apart as far as felt pens go, so that a telephone
under the yellow light of a hall still tells them apart. They are printed in words on the
monochrome sheet; a household's own colours may differ a little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo import terms


@dataclass(frozen=True)
class Pen:
    """A felt pen: its colour in words and on paper, and the kind of link it draws."""

    colour: str
    ink: str
    kind: str
    ja: str
    en: str

    def colour_word(self, lang: str) -> str:
        """The colour in ``lang``."""
        return self.ja if lang == "ja" else self.en

    def meaning(self, lang: str) -> str:
        """The kind of link in ``lang``.

        >>> PENS["red"].meaning("ja"), PENS["blue"].meaning("en")
        ('見守り', 'Shopping')
        """
        return terms.label("link", self.kind, lang)


@dataclass(frozen=True)
class Sticker:
    """A round sticker of 8 mm: its colour, and what it says about the house below it."""

    colour: str
    ink: str
    meaning: str
    colour_ja: str
    colour_en: str
    ja: str
    en: str

    def colour_word(self, lang: str) -> str:
        """The colour in ``lang``."""
        return self.colour_ja if lang == "ja" else self.colour_en


DIAMETER: Final = 8.0
"""Of a sticker, millimetres."""

PENS: Final[dict[str, Pen]] = {
    pen.colour: pen
    for pen in (
        Pen("red", "#d7263d", "watching", "赤", "red"),
        Pen("blue", "#1f5fbf", "shopping", "青", "blue"),
        Pen("green", "#1f8a4c", "friend", "緑", "green"),
        Pen("purple", "#7b2d8b", "key", "紫", "purple"),
    )
}
"""Kinds are those of `geo.terms.LINK_KINDS`."""

STICKERS: Final[dict[str, Sticker]] = {
    one.colour: one
    for one in (
        Sticker("red", "#e23b3b", "worry", "赤", "red", "気になる人", "Somebody to worry about"),
        Sticker(
            "blue", "#3a7bd5", "single_elderly", "青", "blue", "一人暮らしの高齢者",
            "Elderly person living alone",
        ),
        Sticker(
            "yellow", "#f7d51d", "helper", "黄", "yellow", "世話焼きさん（見守る人）",
            "Somebody who looks after others",
        ),
        Sticker(
            "green", "#3fae5a", "daytime_alone", "緑", "green", "昼間ひとりになる人",
            "Somebody alone in the daytime",
        ),
    )
}  # fmt: skip
"""Meanings: ``worry``, ``helper``, else a code of `geo.terms.COMPOSITIONS`."""
