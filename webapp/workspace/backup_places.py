"""Where backups of a workspace were made: whoever is erased is noted down beside each."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from webapp.workspace.placing import place_bytes

NAME: Final = "backups.places"


def remember_place(workspace: Path, folder: Path) -> None:
    """Remember that a backup lies in ``folder``."""
    places = {*_read(workspace), str(folder.resolve())}
    place_bytes(workspace / NAME, "".join(f"{one}\n" for one in sorted(places)).encode())


def backup_places(workspace: Path, named: str = "") -> list[Path]:
    """The folders with backups that can be reached now; ``named`` is the setting's."""
    places = {Path(one) for one in _read(workspace)}
    if named:
        places.add(Path(named).expanduser().resolve())
    return sorted(one for one in places if one.is_dir())


def _read(workspace: Path) -> list[str]:
    try:
        return (workspace / NAME).read_text("utf-8").splitlines()
    except OSError:
        return []
