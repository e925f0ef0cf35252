"""A folder that keeps what is about no person: streets, elevation, figures of areas, hazards.

One GeoPackage for figures and hazards, one folder of arrays for the streets, one raster for
the elevation, and an index that names the current ones. Files never change once
named: a change writes new ones beside, then replaces the index, so a reader sees the
old version or the new one whole, and a cut of power leaves the old.

Nothing here is encrypted, so nothing here may be about a person: those lie in the
register. The folder is closed to other accounts of the machine (0700, files 0600).
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final, Self, cast

from pyogrio.errors import DataSourceError

from geo.errors import GeoError
from geo.layers import LayerName
from geo.walk.network import StreetNetwork
from webapp.faults import LayerMisplaced, WorkspaceDamaged, WorkspaceTaken
from webapp.layerstore import Change, Contents, Source
from webapp.workspace.geopackage import read_layers, write_layers
from webapp.workspace.index import NAME, Index, read_index, write_index
from webapp.workspace.placing import UNFINISHED, one_writer, place_path
from webapp.workspace.streetlines import NAME as LINES
from webapp.workspace.streetlines import save_lines

__all__ = ["KEPT", "Workspace"]

_DATA: Final = "data"

KEPT: Final[frozenset[LayerName]] = frozenset({"population", "projections", "hazards"})
"""Layers that are about areas, not people; all others lie in the register."""


class Workspace:
    """The layers in one folder; see the module."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def create(cls, folder: Path, *, demo: bool = False) -> Self:
        """A new, empty workspace.

        Raises
        ------
        WorkspaceTaken
            The folder holds files.
        """
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise WorkspaceTaken(folder=str(folder))
        (folder / _DATA).mkdir(parents=True, mode=0o700)
        folder.chmod(0o700)
        write_index(folder, Index(demo=demo))
        return cls(folder)

    @property
    def folder(self) -> Path:
        """Where it lives."""
        return self._folder

    def index(self) -> Index:
        """The current index. Raises `WorkspaceMissing` or `WorkspaceDamaged`."""
        return read_index(self._folder)

    def version(self) -> int:
        """The data version now."""
        return self.index().version

    def stamp(self) -> tuple[int, int]:
        """Changes whenever the index is replaced, by whichever process; no file is read."""
        try:
            state = (self._folder / NAME).stat()
        except OSError:
            return (0, 0)
        return (state.st_mtime_ns, state.st_ino)

    def read(self) -> Contents:
        """Everything, of one version; a change meanwhile is read instead.

        Raises
        ------
        WorkspaceMissing, WorkspaceDamaged
        """
        while True:
            index = self.index()
            try:
                return self._read(index)
            except (OSError, ValueError, DataSourceError, GeoError):
                if self.index().version == index.version:
                    raise WorkspaceDamaged(folder=str(self._folder), part=_DATA) from None

    def _read(self, index: Index) -> Contents:
        data = self._folder / _DATA
        lines = data / index.streets / LINES if index.streets else None
        return Contents(
            version=index.version,
            demo=index.demo,
            layers=read_layers(data / index.layers, index.rows) if index.layers else {},
            streets=StreetNetwork.load(data / index.streets) if index.streets else None,
            elevation=data / index.elevation if index.elevation else None,
            lines=lines if lines is not None and lines.is_file() else None,
            sources=index.sources,
        )

    def replace(self, change: Change) -> int:
        """Put the parts of ``change`` in place; the new version.

        Raises
        ------
        WorkspaceMissing, WorkspaceDamaged
        LayerMisplaced
            A layer is about people or made for the register.
        """
        for name in change.layers:
            if name not in KEPT:
                raise LayerMisplaced(layer=name)
        with one_writer(self._folder):
            before = self.index()
            self._sweep(before.files())
            after = self._place(before, change)
            write_index(self._folder, after)
            self._sweep(before.files() | after.files())
        return after.version

    def _place(self, before: Index, change: Change) -> Index:
        after = replace(before, version=before.version + 1)
        if change.layers:
            after = self._place_layers(after, change)
        if change.streets is not None:
            after = replace(after, streets=self._place_streets(after, change))
        if change.elevation is not None:
            after = replace(after, elevation=self._place_elevation(after, change.elevation))
        return replace(after, sources=before.sources | _sources(change))

    def _place_layers(self, index: Index, change: Change) -> Index:
        data = self._folder / _DATA
        kept = read_layers(data / index.layers, index.rows) if index.layers else {}
        layers = kept | dict(change.layers)
        name = f"layers-{index.version:06d}.gpkg"
        beside = data / f"{UNFINISHED}{name}"
        write_layers(beside, layers)
        place_path(beside, data / name)
        return replace(index, layers=name, rows={key: len(one) for key, one in layers.items()})

    def _place_streets(self, index: Index, change: Change) -> str:
        name = f"streets-{index.version:06d}"
        beside = self._folder / _DATA / f"{UNFINISHED}{name}"
        cast("StreetNetwork", change.streets).save(beside)
        if change.lines is not None:
            save_lines(beside, change.lines)
        place_path(beside, self._folder / _DATA / name)
        return name

    def _place_elevation(self, index: Index, raster: Path) -> str:
        name = f"elevation-{index.version:06d}{raster.suffix.lower()}"
        beside = self._folder / _DATA / f"{UNFINISHED}{name}"
        shutil.copyfile(raster, beside)
        place_path(beside, self._folder / _DATA / name)
        return name

    def _sweep(self, keep: set[str]) -> None:
        """Delete what no index names; the version before stays for those still reading it."""
        for path in (self._folder / _DATA).iterdir():
            if path.name not in keep:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else _delete(path)
        for path in self._folder.glob(f"{UNFINISHED}*"):
            _delete(path)


def _delete(path: Path) -> None:
    try:
        os.unlink(path)  # noqa: PTH108
    except OSError:
        return


def _sources(change: Change) -> dict[str, Source]:
    today = date.today().isoformat()  # noqa: DTZ011
    rows = {str(name): len(layer) for name, layer in change.layers.items()}
    if change.streets is not None:
        rows["streets"] = 0
    if change.elevation is not None:
        rows["elevation"] = 0
    return {
        name: Source(file=change.file, imported=today, rows=n)
        for name, n in rows.items()
        if change.sources is None or name in change.sources
    }
