"""The index of a workspace: which files are the current ones. Replacing it is the change."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from webapp.faults import WorkspaceDamaged, WorkspaceMissing
from webapp.layerstore import Source
from webapp.workspace.placing import place_bytes

NAME: Final = "index.json"
_FORMAT: Final = 1


@dataclass(frozen=True)
class Index:
    """Names of the current files, relative to the workspace; None where there is none."""

    version: int = 0
    demo: bool = False
    layers: str | None = None
    streets: str | None = None
    elevation: str | None = None
    rows: dict[str, int] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def files(self) -> set[str]:
        """The names in use."""
        return {name for name in (self.layers, self.streets, self.elevation) if name}


def read_index(folder: Path) -> Index:
    """The index of the workspace in ``folder``.

    Raises
    ------
    WorkspaceMissing, WorkspaceDamaged
    """
    try:
        text = (folder / NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise WorkspaceMissing(folder=str(folder)) from None
    try:
        return _from_json(json.loads(text))
    except (ValueError, TypeError, KeyError):
        raise WorkspaceDamaged(folder=str(folder), part=NAME) from None


def _from_json(content: dict[str, Any]) -> Index:
    if content.pop("format") != _FORMAT:
        raise ValueError
    content["sources"] = {name: Source(**one) for name, one in content["sources"].items()}
    return Index(**content)


def write_index(folder: Path, index: Index) -> None:
    """Make ``index`` the current one."""
    content = {"format": _FORMAT} | asdict(index)
    place_bytes(folder / NAME, json.dumps(content, ensure_ascii=False, indent=1).encode())
