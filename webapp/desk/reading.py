"""What a page of the desk reads goes into the trail at once, before the page leaves."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final

from flask import Flask, Response, g, request

from webapp.accounts.reader import register_now

_NAME: Final = "reads_together"


def register(app: Flask) -> None:
    """Gather the reads of each page of the desk of ``app``."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(lambda _error: _leave())


def _begin() -> None:
    if request.path.startswith("/desk/"):
        gathered = register_now().together()
        gathered.__enter__()
        setattr(g, _NAME, gathered)


def _end(response: Response) -> Response:
    """Where the trail cannot be written, the page is not sent."""
    _leave()
    return response


def _leave() -> None:
    gathered: AbstractContextManager[None] | None = g.pop(_NAME, None)
    if gathered is not None:
        gathered.__exit__(None, None, None)
