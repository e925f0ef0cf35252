"""地理院タイル through this server: only on request, only where the districts lie, kept.

The browser never calls another host; this server calls one fixed host, and that host
sees which tiles of the area are wanted. Hence off by default.

Source: https://maps.gsi.go.jp/development/ichiran.html
"""

from __future__ import annotations

import http.client
import math
import ssl
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, current_app, send_file

from webapp.answers.atlas import AtlasShelf
from webapp.faults import PageMissing
from webapp.workspace.placing import place_bytes

basemap = Blueprint("basemap", __name__)

_HOST: Final = "cyberjapandata.gsi.go.jp"
_ZOOMS: Final = range(5, 19)
_MOST_BYTES: Final = 500_000
_WAIT: Final = 5.0
"""Seconds."""
_MARGIN: Final = 0.05
"""Degrees around the districts in which tiles are fetched."""
_PNG: Final = b"\x89PNG\r\n\x1a\n"


@basemap.get("/tiles/gsi/<int:z>/<int:x>/<int:y>.png")
def tile(z: int, x: int, y: int) -> Response:
    """One tile, from the workspace or fetched and kept there."""
    settings = current_app.config["SETTINGS"]
    shelf: AtlasShelf = current_app.extensions["shelf"]
    if settings.basemap != "gsi" or not _is_wanted(shelf, z, x, y):
        raise PageMissing
    path = settings.workspace / "tiles" / str(z) / str(x) / f"{y}.png"
    if not path.is_file():
        _keep(path, _fetch(z, x, y))
    response = send_file(path, mimetype="image/png")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


def tile_bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east, north of a tile in degrees.

    >>> tile_bounds(0, 0, 0)[0]
    -180.0
    """

    def lat(row: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**z))))

    return x / 2**z * 360 - 180, lat(y + 1), (x + 1) / 2**z * 360 - 180, lat(y)


def _is_wanted(shelf: AtlasShelf, z: int, x: int, y: int) -> bool:
    if z not in _ZOOMS or x >= 2**z or y >= 2**z:
        return False
    west, south, east, north = shelf.whole().layer("districts").total_bounds
    left, bottom, right, top = tile_bounds(z, x, y)
    apart_x = left > east + _MARGIN or right < west - _MARGIN
    apart_y = bottom > north + _MARGIN or top < south - _MARGIN
    return not (math.isnan(west) or apart_x or apart_y)


def _fetch(z: int, x: int, y: int) -> bytes:
    context = ssl.create_default_context()
    connection = http.client.HTTPSConnection(_HOST, timeout=_WAIT, context=context)
    try:
        connection.request("GET", f"/xyz/pale/{z}/{x}/{y}.png")
        answer = connection.getresponse()
        content = answer.read(_MOST_BYTES + 1)
    except (OSError, http.client.HTTPException):
        raise PageMissing from None
    finally:
        connection.close()
    if answer.status != 200 or len(content) > _MOST_BYTES or not content.startswith(_PNG):
        raise PageMissing
    return content


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place_bytes(path, content)
