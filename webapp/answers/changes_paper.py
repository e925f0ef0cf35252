"""The change sheet: this year's map over last year's on one A4, with what changed beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd

from geo.draw.neighbourhood import (
    DrawnHouse,
    DrawnLine,
    Spot,
    house_swatch,
    line_swatch,
)
from webapp.answers.small_map import Drawn, small_map
from webapp.answers.typesetting import typeset
from webapp.wording import Language

_TEMPLATE: Final = Path(__file__).parent / "changes.typ"
_SIZE: Final = (170.0, 131.0)
"""Of the map, in millimetres."""


@dataclass(frozen=True)
class Part:
    """What changed of one kind, a sentence each."""

    title: str
    rows: Sequence[str]


def set_changes(
    parts: Sequence[Part],
    drawn: Drawn,
    words: Mapping[str, Any],
    streets: gpd.GeoDataFrame | None,
    made_on: dt.date,
    lang: Language,
) -> bytes:
    """The sheet. ``words``: what stands around it; its ``legend`` are looks and labels.

    Raises
    ------
    ParameterWrong
        There is no house on either map.
    AssetMissing
        The font is not installed.
    """
    page = {
        **words,
        **small_map(_window(*drawn), drawn, streets, _SIZE, lang),
        "lang": lang,
        "legend": [{"swatch": _swatch(look), "label": label} for look, label in words["legend"]],
        "parts": [asdict(one) for one in parts],
    }
    return typeset(_TEMPLATE, page, made_on)


def _window(houses: Sequence[DrawnHouse], lines: Sequence[DrawnLine]) -> list[Spot]:
    """What the map has to show: what changed with its neighbours; everything where nothing did."""
    spots = [one.spot for one in houses if one.look != "other"]
    spots += [end for one in lines if one.look != "kept" for end in (one.start, one.end)]
    if not spots:
        return [one.spot for one in houses]
    west, south = (min(one[axis] for one in spots) for axis in (0, 1))
    east, north = (max(one[axis] for one in spots) for axis in (0, 1))
    lon, lat = (west + east) / 2, (south + north) / 2
    near = [(lon - 0.0008, lat - 0.0006), (lon + 0.0008, lat + 0.0006)]
    return [*near, (west - _BESIDE, south - _BESIDE), (east + _BESIDE, north + _BESIDE)]


_BESIDE: Final = 0.00015
"""Degrees, some 15 m; of a single change 70 m each way are seen."""


def _swatch(look: Any) -> str:  # noqa: ANN401 - a look of a house or of a line
    return line_swatch(look) if look in {"lost", "gained"} else house_swatch(look, "5")
