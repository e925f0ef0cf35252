"""The program's own browser files and those of others that the build installed.

An asset has a name, ``welfaremap.js`` or ``leaflet/leaflet.css``. The single-file map
embeds them; a web server serves the same bytes by the same names.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Final

from geo.errors import AssetMissing, NotFound

_ASSETS: Final = Path(__file__).parent / "assets"
VENDOR: Final = _ASSETS / "vendor"

SCRIPTS: Final = (
    "leaflet/leaflet.js",
    "columns.js",
    "paint.js",
    "canvas.js",
    "facts.js",
    "walker.js",
    "welfaremap.js",
)
STYLES: Final = ("leaflet/leaflet.css", "welfaremap.css")
_IMAGES: Final = tuple(
    f"leaflet/images/{name}.png"
    for name in ("layers", "layers-2x", "marker-icon", "marker-icon-2x", "marker-shadow")
)
ASSETS: Final = (*SCRIPTS, *STYLES, *_IMAGES)
"""Every file that a page of ours may load."""

MEDIA_TYPES: Final = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".png": "image/png",
    ".ttf": "font/ttf",
}

_WAY_OUT: Final = (
    "Install the program again with pip while the npm registry can be reached "
    "(pip install -e . in a checkout); the build copies this file."
)
_URL: Final = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)")


def asset_path(name: str) -> Path:
    """Where an asset lies.

    Raises
    ------
    NotFound
        No page of ours loads a file of that name.
    AssetMissing
        It belongs to the program but was not installed.
    """
    if name not in ASSETS:
        raise NotFound(kind="asset", id=name)
    return _existing((VENDOR if "/" in name else _ASSETS) / name, name)


def font_folder() -> Path:
    """The folder of the sheet's font, BIZ UDPGothic in two weights.

    Raises
    ------
    AssetMissing
    """
    return _existing(VENDOR / "fonts" / "BIZUDPGothic-Regular.ttf", "BIZ UDPGothic").parent


def _existing(path: Path, name: str) -> Path:
    if not path.is_file():
        raise AssetMissing(name=name, way_out=_WAY_OUT)
    return path


def asset_bytes(name: str) -> bytes:
    """The content of an asset."""
    return asset_path(name).read_bytes()


@cache
def asset_digest(name: str) -> str:
    """Twelve characters that change when the content does, for a URL kept for ever."""
    return hashlib.sha256(asset_bytes(name)).hexdigest()[:12]


def inline_style(name: str) -> str:
    """A style sheet with its pictures inside it."""
    folder = name.rpartition("/")[0]

    def embed(found: re.Match[str]) -> str:
        picture = found.group(1)
        if picture.startswith(("data:", "#")):
            return found.group(0)
        return f'url("{data_uri(f"{folder}/{picture}" if folder else picture)}")'

    return _URL.sub(embed, asset_bytes(name).decode("utf-8"))


def data_uri(name: str) -> str:
    """An asset as a ``data:`` address."""
    kind = MEDIA_TYPES[Path(name).suffix]
    return f"data:{kind};base64,{base64.b64encode(asset_bytes(name)).decode('ascii')}"
