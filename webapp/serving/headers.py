"""The headers of every response: what a page may load, and who may keep a copy."""

from __future__ import annotations

import secrets
from typing import Final

from flask import Flask, Response, current_app, g

_FIXED: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), "
        "display-capture=(), accelerometer=(), gyroscope=(), magnetometer=(), browsing-topics=()"
    ),
}

_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)


def register(app: Flask) -> None:
    """Put the headers on every response of ``app``."""
    app.after_request(_add_headers)


def page_nonce() -> str:
    """The word that this response's own inline scripts and styles carry."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    return str(g.nonce)


def _add_headers(response: Response) -> Response:
    for name, value in _FIXED.items():
        response.headers.setdefault(name, value)
    response.headers["Content-Security-Policy"] = _POLICY.format(nonce=page_nonce())
    response.headers.setdefault("Cache-Control", "no-store")
    if current_app.config["SETTINGS"].https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    response.headers.pop("Server", None)
    return response
