"""The welfare map: from layers to a folium map, for those who may see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np

from geo.draw.audience import DrawnStreets, Layers, drawn_layers
from geo.draw.columns import PUBLIC_LAYERS, Audience, layer_columns
from geo.draw.legend import legend_groups
from geo.draw.outside import require_own
from geo.draw.page import Content, MapParts, WelfareMap
from geo.draw.symbols import CROWD, LAYER_ORDER
from geo.draw.words import require_lang, say
from geo.errors import ParameterWrong
from geo.masking import THRESHOLD

__all__ = ["MapParts", "WelfareMap", "welfare_map"]

_KITAKYUSHU: Final = (130.67, 33.72, 131.03, 33.99)


def welfare_map(  # noqa: PLR0913 - each layer by its own name, as callers say it
    districts: gpd.GeoDataFrame,
    *,
    households: gpd.GeoDataFrame | None = None,
    supporters: gpd.GeoDataFrame | None = None,
    links: gpd.GeoDataFrame | None = None,
    places: gpd.GeoDataFrame | None = None,
    uncovered: gpd.GeoDataFrame | None = None,
    audience: Audience = "public",
    streets: DrawnStreets | None = None,
    threshold: int = THRESHOLD,
    lang: str = "ja",
    sources: Mapping[str, str] | None = None,
    title: str | None = None,
    credit: str = "",
    made_on: dt.date | None = None,
    tiles_url: str | None = None,
    watermark: str = "",
) -> WelfareMap:
    """The welfare map of some districts.

    Parameters
    ----------
    districts, households, supporters, links, places
        Layers by their contracts (`geo.layers`), longitude/latitude.
    uncovered
        Households nobody reaches (points) or areas nobody reaches (polygons).
    audience
        "public": households only as mesh cells with suppressed counts (the finest that
        still say something, see `geo.masking.mesh_level`), and neither
        supporters nor links nor reach. "staff": everything, exactly.
    streets
        A street network, its raw lines, or a layer of lines; the map's own ground.
    threshold
        What a count for the public is at least; smaller ones are ``*``.
    lang
        "ja" or "en".
    sources
        Paths on the page's own host by layer name, where the script fetches what
        `geo.draw.columns.layer_columns` gives. Such a layer is not embedded; given as
        a layer too, it makes the legend.
    title, credit, made_on
        Shown with the map; made_on None = today.
    tiles_url
        Template with {z}, {x}, {y} on the page's own host for 地理院タイル, which a
        reader may choose; None offers none.
    watermark
        Set across the single file, such as a copy's number and holder.

    Raises
    ------
    CrsMissing, CrsWrong, ParameterWrong
    """
    require_lang(lang)
    given = Layers(districts, households, supporters, links, places, uncovered, streets, threshold)
    layers = drawn_layers(given, audience)
    fetched = _own_sources(dict(sources or {}), audience)
    if tiles_url is not None:
        require_own("tiles_url", tiles_url)
    return WelfareMap(
        Content(
            title=title or say("title", lang),
            lang=lang,
            audience=audience,
            made_on=made_on or dt.datetime.now().astimezone().date(),
            credit=credit,
            bounds=_bounds(layers),
            legend=legend_groups(layers, lang=lang, counts=audience == "staff"),
            data={
                name: layer_columns(name, layer, audience=audience)
                for name, layer in layers.items()
                if name not in fetched and len(layer)
            },
            sources=fetched,
            tiles_url=tiles_url,
            crowded=len(layers.get("households", ())) > CROWD,
            watermark=watermark,
        )
    )


def _own_sources(sources: dict[str, str], audience: Audience) -> dict[str, str]:
    for name, url in sources.items():
        require_own(f"sources[{name!r}]", url)
        if name not in LAYER_ORDER or (audience != "staff" and name not in PUBLIC_LAYERS):
            raise ParameterWrong(name="sources", value=name, wanted="layers this audience may see")
    return sources


def _bounds(layers: dict[str, gpd.GeoDataFrame]) -> tuple[float, float, float, float]:
    """West, south, east, north of the districts, else of anything drawn."""
    boxes = [layers["districts"].total_bounds, *(layer.total_bounds for layer in layers.values())]
    known = (box for box in boxes if np.isfinite(box).all())
    west, south, east, north = next(known, _KITAKYUSHU)
    return float(west), float(south), float(east), float(north)
