"""Scripts, styles and pictures, each address carrying the digest of them all.

One digest for the whole tree keeps the relative addresses inside styles and modules
valid; a browser may keep a file for ever, a new release has new addresses.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Flask, Response, current_app, send_from_directory

from geo.draw import vendor
from webapp.faults import PageMissing

FOLDER: Final = Path(__file__).parents[1] / "static"
"""Our own; the map's come from `geo.draw.vendor`."""

assets = Blueprint("assets", __name__)


def register(app: Flask) -> None:
    """Serve the assets of ``app``."""
    app.config["ASSET_DIGEST"] = digest_assets()
    app.register_blueprint(assets)


def digest_assets() -> str:
    """Twelve letters that change with any byte of any asset."""
    total = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            total.update(f"{path.relative_to(FOLDER).as_posix()}\n".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    for name in vendor.ASSETS:
        total.update(f"{name} {vendor.asset_digest(name)}\n".encode())
    return total.hexdigest()[:12]


def asset_url(name: str) -> str:
    """Address of our own asset ``name``."""
    return _url("web", name)


def map_asset_url(name: str) -> str:
    """Address of the map's asset ``name``."""
    return _url("map", name)


def _url(first: str, name: str) -> str:
    digest = current_app.config["ASSET_DIGEST"]
    return f"/assets/{digest}/{first}/{quote(name)}"


@assets.get("/assets/<digest>/<any(web, map):first>/<path:name>")
def send(digest: str, first: str, name: str) -> Response:
    """One asset; an old digest is no page."""
    if digest != current_app.config["ASSET_DIGEST"]:
        raise PageMissing
    if first == "map":
        path = vendor.asset_path(name)
        response = send_from_directory(path.parent, path.name, etag=False)
    else:
        response = send_from_directory(FOLDER, name, etag=False)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
