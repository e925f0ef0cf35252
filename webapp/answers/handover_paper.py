"""The handover pack: what the one who takes an area over is given, and what must come back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import geopandas as gpd

from geo.draw.neighbourhood import DrawnHouse, DrawnLine, fit_scale, neighbourhood_svg
from geo.draw.paper import bar_of
from webapp.answers.meeting_paper import Section
from webapp.answers.typesetting import typeset
from webapp.wording import Language

_TEMPLATE: Final = Path(__file__).parent / "handover.typ"
_WIDTH, _HEIGHT = 182.0, 238.0
"""Of the map, in millimetres."""


def set_handover(
    words: Mapping[str, Any],
    copies: Section,
    sections: Sequence[Section],
    drawn: tuple[Sequence[DrawnHouse], Sequence[DrawnLine]],
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
    houses, lines = drawn
    plan, n = fit_scale([one.spot for one in houses], _WIDTH, _HEIGHT)
    metres, length = bar_of(plan.scale, 40.0)
    page = {
        **words,
        "lang": lang,
        "copies": asdict(copies),
        "sections": [asdict(one) for one in sections],
        "width": _WIDTH,
        "height": _HEIGHT,
        "map": neighbourhood_svg(plan, houses, lines, streets),
        "scale": f"縮尺 1:{n:,}" if lang == "ja" else f"Scale 1:{n:,}",
        "bar": length,
        "bar_label": f"{metres:,.0f} m",
    }
    return typeset(_TEMPLATE, page, made_on)
