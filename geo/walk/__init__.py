"""Walking: streets as arrays, points put on them, and the searches between."""

from __future__ import annotations

from pathlib import Path


def _drop_stale_kernels() -> None:
    """A kernel compiled before a change of a file it was made from must not be used.

    numba compares a compiled kernel with its own file only, and kernels call one another.
    """
    folder = Path(__file__).parent
    newest = max(source.stat().st_mtime for source in folder.glob("*.py"))
    for index in (folder / "__pycache__").glob("*.nbi"):
        if index.stat().st_mtime < newest:
            index.unlink(missing_ok=True)


_drop_stale_kernels()
