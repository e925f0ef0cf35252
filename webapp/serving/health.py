"""Whether the server answers, for those who watch over it."""

from __future__ import annotations

from flask import Response


def answer() -> Response:
    """``{"status":"ok"}``."""
    return Response(b'{"status":"ok"}', content_type="application/json")
