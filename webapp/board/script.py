"""The facilitator's script on paper: what to bring, the steps with their questions, how to end."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from webapp.answers.furigana import plain_words, split_ruby
from webapp.answers.typesetting import typeset
from webapp.board.guide import GuideStep, guide_steps, script_parts, script_title
from webapp.wording import Language, say

_TEMPLATE: Final = Path(__file__).parent / "script.typ"


def set_script(title: str, held_on: dt.date, made_on: dt.date, lang: Language) -> bytes:
    """The script for one evening as PDF, A4.

    Raises
    ------
    AssetMissing
        The font is not installed.
    """
    words = script_title(lang)
    page = {
        "lang": lang,
        "plain_title": plain_words(words),
        "title": split_ruby(words),
        "about": f"{title}　{held_on.isoformat()}",
        "foot": say("guide.foot", lang, day=made_on.isoformat()),
        "page_word": say("figure.page", lang),
        "steps": [_step(one, lang) for one in guide_steps(lang)],
        "parts": {key: asdict(part) for key, part in script_parts(lang).items()},
    }
    return bytes(typeset(_TEMPLATE, page, made_on))


def _step(one: GuideStep, lang: Language) -> dict[str, Any]:
    ends = one.begins + one.minutes
    clock = f"{_clock(one.begins)}–{_clock(ends)}"
    return asdict(one) | {"minutes": say("guide.minutes", lang, count=one.minutes), "clock": clock}


def _clock(minutes: int) -> str:
    """Minutes since the beginning as hours and minutes.

    >>> _clock(75)
    '1:15'
    """
    return f"{minutes // 60}:{minutes % 60:02d}"
