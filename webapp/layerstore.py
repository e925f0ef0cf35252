"""What keeps the layers, said as an interface: a workspace now, the register later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import geopandas as gpd
import pandas as pd

from geo.crs import GEOGRAPHIC
from geo.layers import CONTRACTS, LayerName
from geo.walk.network import StreetLines, StreetNetwork

Layers = Mapping[LayerName, gpd.GeoDataFrame]


@dataclass(frozen=True)
class Source:
    """Where a part came from: the file's name, the day it was taken in, its rows."""

    file: str
    imported: str
    rows: int


@dataclass(frozen=True)
class Contents:
    """Everything a store holds, of one data version.

    Attributes
    ----------
    version
        Counts up by one with every change.
    demo
        The layers are invented; screens say so.
    layers
        Those that were imported, each keeping its column contract.
    streets, elevation
        None where not imported; elevation is a raster file.
    lines
        File of the streets' lines, see `webapp.workspace.streetlines`; None where none were kept.
    sources
        By layer name, "streets" or "elevation".
    """

    version: int
    demo: bool
    layers: Layers = field(default_factory=dict)
    streets: StreetNetwork | None = None
    elevation: Path | None = None
    lines: Path | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """Parts to replace together; what is not named stays as it is.

    ``lines`` are those of ``streets``. ``sources`` names the parts that ``file`` is the
    source of; None for all that change.
    """

    layers: Layers = field(default_factory=dict)
    streets: StreetNetwork | None = None
    lines: StreetLines | None = None
    elevation: Path | None = None
    file: str = ""
    sources: frozenset[str] | None = None


class LayerStore(Protocol):
    """Keeps the layers of one place, all changes whole or not at all."""

    @property
    def folder(self) -> Path:
        """Where it lives."""
        ...

    def version(self) -> int:
        """The data version now."""
        ...

    def stamp(self) -> tuple[int, int]:
        """Changes with every change by any process; cheap enough to ask at every request."""
        ...

    def read(self) -> Contents:
        """Everything, of one version."""
        ...

    def replace(self, change: Change) -> int:
        """Put the change in place and give the new version; on a fault nothing changes."""
        ...


def empty_layer(name: LayerName) -> gpd.GeoDataFrame:
    """A layer of no rows that keeps its contract."""
    columns = {column.name: pd.Series(dtype=object) for column in CONTRACTS[name]}
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=GEOGRAPHIC), crs=GEOGRAPHIC)
