"""The lines of the streets, kept beside their network so that slopes can be measured anew."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np

from geo.errors import NetworkDamaged
from geo.walk.network import StreetLines

NAME: Final = "lines.npz"


def save_lines(folder: Path, lines: StreetLines) -> None:
    """Write ``lines`` into the folder of their network."""
    arrays = {field.name: getattr(lines, field.name) for field in fields(StreetLines)}
    with (folder / NAME).open("wb") as file:
        np.savez(file, **{name: array for name, array in arrays.items() if array is not None})


def load_lines(path: Path) -> StreetLines:
    """The lines kept at ``path``.

    Raises
    ------
    NetworkDamaged
        They cannot be read.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return StreetLines(**{name: arrays[name] for name in arrays.files})
    except (OSError, ValueError, TypeError, KeyError, EOFError, BadZipFile) as fault:
        raise NetworkDamaged(source=path.name, reason="its lines are damaged") from fault
