"""The small map of a paper: some houses at true scale, with scale and bar, for a template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd

from geo.draw.neighbourhood import DrawnHouse, DrawnLine, Spot, fit_scale, neighbourhood_svg
from geo.draw.paper import bar_of
from webapp.wording import Language

Drawn = tuple[Sequence[DrawnHouse], Sequence[DrawnLine]]
"""Houses and the lines between them."""


def small_map(
    spots: Sequence[Spot],
    drawn: Drawn,
    streets: gpd.GeoDataFrame | None,
    size: tuple[float, float],
    lang: Language,
    *,
    bar: float = 40.0,
) -> dict[str, Any]:
    """The map that shows all ``spots``, its ``size`` and its longest ``bar`` in millimetres.

    Raises
    ------
    ParameterWrong
        There is no spot.
    """
    width, height = size
    plan, n = fit_scale(spots, width, height)
    metres, length = bar_of(plan.scale, bar)
    return {
        "width": width,
        "height": height,
        "map": neighbourhood_svg(plan, *drawn, streets),
        "scale": f"縮尺 1:{n:,}" if lang == "ja" else f"Scale 1:{n:,}",
        "bar": length,
        "bar_label": f"{metres:,.0f} m",
    }
