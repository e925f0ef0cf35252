"""A small country: a few towns of `tests.towns` in one folder of GeoParquet."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.country import Municipality, Share
from geo.sample import Town
from tests.towns import line_town

LAYERS = ("districts", "households", "supporters")

TOWNS: Mapping[str, Town] = {
    "01100": line_town("S1 . H1 . . . . . . . . H2\n. . . H3 . . . . . . . ."),
    "40101": line_town("H1 . . S1 H2\n. . . . ."),
    "40102": line_town("H1 H2 . .\nS1 . . H3", facts={"S1": {"activities": ["talk"]}}),
}
"""The first with a saved network, the second with lines, the third without streets."""


def rows_of(towns: Mapping[str, Town], layer: str) -> gpd.GeoDataFrame:
    """One layer of all towns, each row with its municipality."""
    found = [getattr(town, layer).assign(municipality=code) for code, town in towns.items()]
    return gpd.GeoDataFrame(pd.concat(found, ignore_index=True))


def write_country(folder: Path, towns: Mapping[str, Town] = TOWNS, *, group: int = 2) -> Path:
    """The folder of a country; row groups are so small that one town lies in several."""
    folder.mkdir(parents=True, exist_ok=True)
    for layer in LAYERS:
        rows_of(towns, layer).to_parquet(folder / f"{layer}.parquet", row_group_size=group)
    towns["01100"].streets.save(folder / "streets" / "01100")
    lines = towns["40101"].streets.lines().assign(municipality="40101")
    lines.to_parquet(folder / "streets.parquet")
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder of results."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@dataclass(frozen=True)
class DeadlyShare:
    """A share over which its worker dies, but only the first time."""

    inner: Share
    mark: Path

    @property
    def code(self) -> str:
        return self.inner.code

    @property
    def rows(self) -> int:
        return self.inner.rows

    def read(self) -> Municipality:
        """Kill this process, or read where that was done before."""
        if not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.inner.read()


@dataclass(frozen=True)
class DeadlySource:
    """A source whose last municipality kills a worker."""

    shares_of: tuple[Share, ...]
    mark: Path

    def shares(self) -> list[Share]:
        *others, last = self.shares_of
        return [*others, DeadlyShare(last, self.mark)]

    def strays(self) -> dict[str, int]:
        return {}
