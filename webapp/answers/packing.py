"""A layer of the map as packed bytes: made once a data version, sent once a reader."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
from flask import Response, request

from geo.draw.audience import Layers, drawn_layers
from geo.draw.columns import Audience, layer_columns
from geo.errors import NotFound
from geo.layers import LayerName
from webapp.answers.atlas import Atlas
from webapp.answers.covering import MINUTES, uncovered

_WORTH_PACKING: Final = 1024


@dataclass(frozen=True)
class Packed:
    """The bytes of a layer, plain and compressed, and their digest."""

    plain: bytes
    small: bytes
    etag: str


def send_layer(atlas: Atlas, name: str, audience: Audience) -> Response:
    """The response that carries a layer, or 304 for a reader who has it.

    Raises
    ------
    NotFound
        No such layer for this audience, or it was not imported.
    """
    packed = _packed(atlas, name, audience)
    small = "gzip" in request.accept_encodings and len(packed.plain) >= _WORTH_PACKING
    response = Response(packed.small if small else packed.plain, content_type="application/json")
    if small:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "no-store" if audience == "staff" else "no-cache"
    response.set_etag(packed.etag, weak=True)
    return response.make_conditional(request)  # type: ignore[return-value]


def pack_layers(atlas: Atlas, audience: Audience) -> None:
    """Every layer of a map made ready to be sent."""
    for name in drawn_for(atlas, audience):
        _packed(atlas, name, audience)


def _packed(atlas: Atlas, name: str, audience: Audience) -> Packed:
    return atlas.once(("packed", name, audience), lambda: _pack(atlas, name, audience))


def _pack(atlas: Atlas, name: str, audience: Audience) -> Packed:
    layers = drawn_for(atlas, audience)
    if name not in layers:
        raise NotFound(kind="layer", id=name)
    plain = layer_columns(name, layers[name], audience=audience)
    return Packed(plain, gzip.compress(plain, 6, mtime=0), hashlib.sha256(plain).hexdigest()[:20])


def drawn_for(atlas: Atlas, audience: Audience) -> dict[str, gpd.GeoDataFrame]:
    """The layers as this audience may see them, made once a version."""
    return atlas.once(
        ("drawn", audience), lambda: drawn_layers(given_layers(atlas, audience), audience)
    )


def given_layers(atlas: Atlas, audience: Audience) -> Layers:
    """What there is to draw; layers without rows are left out."""
    given = Layers(
        districts=atlas.layer("districts"),
        households=_filled(atlas, "households"),
        places=_filled(atlas, "places"),
        streets=atlas.streets,
        threshold=atlas.threshold,
    )
    if audience == "public":
        return given
    return replace(
        given,
        supporters=_filled(atlas, "supporters"),
        links=_filled(atlas, "links"),
        uncovered=_unreached(atlas),
    )


def _filled(atlas: Atlas, name: LayerName) -> gpd.GeoDataFrame | None:
    layer = atlas.layer(name)
    return None if layer.empty else layer


def _unreached(atlas: Atlas) -> gpd.GeoDataFrame | None:
    if atlas.layer("households").empty or atlas.layer("supporters").empty:
        return None
    found = uncovered(atlas, None, MINUTES)
    return None if found.empty else found
