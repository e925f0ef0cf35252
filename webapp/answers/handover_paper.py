"""The handover pack: what the one who takes an area over is given, and what must come back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import geopandas as gpd

from webapp.answers.meeting_paper import Section
from webapp.answers.small_map import Drawn, small_map
from webapp.answers.typesetting import typeset
from webapp.wording import Language

_TEMPLATE: Final = Path(__file__).parent / "handover.typ"
_SIZE: Final = (182.0, 238.0)
"""Of the map, in millimetres."""


def set_handover(
    words: Mapping[str, Any],
    copies: Section,
    sections: Sequence[Section],
    drawn: Drawn,
    streets: gpd.GeoDataFrame | None,
    made_on: dt.date,
    lang: Language,
) -> bytes:
    """The pack: a cover, the map, the sections, a page for notes.

    Raises
    ------
    ParameterWrong
        There is no house in the area.
    AssetMissing
        The font is not installed.
    """
    page = {
        **words,
        **small_map([one.spot for one in drawn[0]], drawn, streets, _SIZE, lang),
        "lang": lang,
        "copies": asdict(copies),
        "sections": [asdict(one) for one in sections],
    }
    return typeset(_TEMPLATE, page, made_on)
