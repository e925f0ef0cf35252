"""The sheet on the wall of the hall: by which codes tablets and phones take part."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from geo.draw.qr import qr_svg
from webapp.answers.furigana import plain_words, split_ruby
from webapp.answers.typesetting import typeset
from webapp.serving.hall import Wifi
from webapp.wording import Language, say

_TEMPLATE: Final = Path(__file__).parent / "wallsheet.typ"

Size = Literal["a4", "a3"]


@dataclass(frozen=True)
class Door:
    """How a device gets in.

    ``address``: of the joining page, "" = other devices do not reach it; ``typed``: the short
    one that leads there too; ``wifi`` None = not told.
    """

    code: str
    address: str = ""
    typed: str = ""
    wifi: Wifi | None = None

    @property
    def page(self) -> str:
        """The page with its code behind a ``#``, which no browser sends and no log keeps."""
        return f"{self.address}#{self.code}"

    def steps(self, lang: Language) -> list[str]:
        """What to do, in order, with furigana; nothing where no device gets in."""
        if not self.address:
            return []
        told = ("step_net", "step_page_only") if self.wifi is None else ("step_wifi", "step_page")
        return [say(f"wall.{key}", lang) for key in (*told, "step_code")]


def set_wall_sheet(
    title: str, door: Door, made_on: dt.date, lang: Language, size: Size = "a4"
) -> bytes:
    """The sheet as PDF, one page; its codes are lines, not pixels.

    Raises
    ------
    AssetMissing
        The font is not installed.
    """
    words = say("wall.sheet_title", lang)
    page = {
        "lang": lang,
        "size": size,
        "plain_title": plain_words(words),
        "title": split_ruby(words),
        "about": title,
        "squares": _squares(door, lang),
        "steps": [split_ruby(one) for one in door.steps(lang)],
        "code_word": split_ruby(say("wall.code", lang)),
        "code": door.code,
        "foot": split_ruby(say("wall.no_device", lang)),
    }
    return bytes(typeset(_TEMPLATE, page, made_on))


def _squares(door: Door, lang: Language) -> list[dict[str, Any]]:
    """Each code with what stands above and below it."""
    if not door.address:
        return []
    page = {"picture": qr_svg(door.page), "below": [door.typed]}
    if door.wifi is None:
        return [page | {"above": say("wall.page_only", lang)}]
    below = [door.wifi.name]
    if door.wifi.password:
        below.append(say("wall.password", lang, password=door.wifi.password))
    wifi = {"picture": qr_svg(door.wifi.written()), "below": below}
    return [wifi | {"above": say("wall.wifi", lang)}, page | {"above": say("wall.page", lang)}]
