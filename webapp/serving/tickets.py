"""A note for the host about a fault nobody foresaw: where in the code, never what text.

The text of an exception may hold a person's name, so a ticket keeps its kind and
the lines of code it passed, nothing else.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path


def write_ticket(error: BaseException, workspace: Path | None) -> str:
    """Write the ticket under ``workspace`` (else the temporary folder); its number."""
    ticket = f"{datetime.now(UTC):%m%d}-{secrets.token_hex(3).upper()}"
    text = "\n".join([f"welfaremap ticket {ticket}", *_trail(error)]) + "\n"
    for folder in (workspace, Path(tempfile.gettempdir())):
        if folder is not None and folder.is_dir() and _write(folder / "tickets", ticket, text):
            break
    return ticket


def _trail(error: BaseException) -> list[str]:
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}")
        frames = traceback.extract_tb(seen.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        seen = seen.__cause__ or seen.__context__
    return lines


def _write(folder: Path, ticket: str, text: str) -> bool:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"{ticket}.txt"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return False
    return True
