"""A staff session: a signed cookie that ends when idle, when old, and when signed out.

Signing out is remembered in the workspace, so that a copied cookie is dead at once
in every process that serves it.
"""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Final

from flask import current_app
from flask import session as cookie

from webapp.settings import Settings
from webapp.workspace.placing import one_writer, place_bytes

ENDED: Final = "sessions.ended"


def open_session() -> None:
    """Sign this reader in."""
    now = time.time()
    cookie.clear()
    cookie["id"] = secrets.token_hex(16)
    cookie["since"] = cookie["seen"] = now


def is_open() -> bool:
    """Whether this reader is signed in; looking counts as a sign of life."""
    settings: Settings = current_app.config["SETTINGS"]
    identity, since, seen = (cookie.get(name) for name in ("id", "since", "seen"))
    if not (isinstance(identity, str) and isinstance(since, float) and isinstance(seen, float)):
        return False
    now = time.time()
    if now - seen > settings.idle_minutes * 60 or now - since > settings.session_hours * 3600:
        cookie.clear()
        return False
    if identity in _read_ended(settings.workspace):
        cookie.clear()
        return False
    cookie["seen"] = now
    return True


def end_session() -> None:
    """Sign this reader out, also in copies of the cookie."""
    settings: Settings = current_app.config["SETTINGS"]
    identity = cookie.get("id")
    if isinstance(identity, str) and identity.isalnum():
        _remember_ended(settings.workspace, identity, settings.session_hours * 3600.0)
    cookie.clear()


def _read_ended(folder: Path) -> dict[str, float]:
    try:
        lines = (folder / ENDED).read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    pairs = (line.split() for line in lines)
    return {pair[0]: float(pair[1]) for pair in pairs if len(pair) == 2}


def _remember_ended(folder: Path, identity: str, lifetime: float) -> None:
    now = time.time()
    with one_writer(folder):
        ended = {key: until for key, until in _read_ended(folder).items() if until > now}
        ended[identity] = now + lifetime
        text = "".join(f"{key} {until:.0f}\n" for key, until in ended.items())
        place_bytes(folder / ENDED, text.encode())
