"""Files put in place whole: written beside, flushed to the disk, renamed.

After a power cut a path holds the old content or the new one, never a part.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
    import msvcrt

UNFINISHED: Final = ".unfinished-"
"""Files that begin so were never put in place and may be deleted."""


def place_bytes(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``, readable by the owner only."""
    beside = path.with_name(f"{UNFINISHED}{os.getpid()}-{path.name}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    place_path(beside, path)


def place_path(beside: Path, path: Path) -> None:
    """Move a finished file or folder into place."""
    for part in [beside, *beside.rglob("*")] if beside.is_dir() else [beside]:
        part.chmod(0o700 if part.is_dir() else 0o600)
        _flush(part)
    beside.replace(path)
    _flush(path.parent)


def _flush(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def one_writer(folder: Path) -> Generator[None]:
    """Only one process at a time writes into ``folder``; a dead one holds nothing."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        _lock(file)
        try:
            yield
        finally:
            with suppress(OSError):
                _unlock(file)


def _lock(file: IO[bytes]) -> None:
    if fcntl is not None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
    else:
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]


def _unlock(file: IO[bytes]) -> None:
    if fcntl is not None:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
    else:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined]
