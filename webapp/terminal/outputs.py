"""A file that a command writes: whole or not at all, for the owner's eyes only."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click

from webapp.workspace.placing import place_path


@contextmanager
def place_output(path: Path) -> Generator[Path]:
    """A path to write to, of the same ending; put in place when all went well."""
    try:
        folder = tempfile.TemporaryDirectory(dir=path.parent, prefix=".welfaremap-")
    except OSError:
        raise click.FileError(str(path)) from None
    with folder as name:
        beside = Path(name) / path.name
        yield beside
        try:
            place_path(beside, path)
        except OSError:
            raise click.FileError(str(path)) from None
