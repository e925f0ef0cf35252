"""One municipality as a study takes it, and where many of them come from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyproj import CRS

from geo.crs import GEOGRAPHIC, require_geographic
from geo.errors import LayerFaulty
from geo.walk.network import StreetNetwork

DEGREES: Final = CRS.from_epsg(GEOGRAPHIC)

CODE: Final = "municipality"
"""The column that says to which municipality a row belongs."""

Kept = Literal["districts", "households", "supporters", "population"]

LAYERS: Final[tuple[Kept, ...]] = ("districts", "households", "supporters", "population")
"""What is read of every municipality; a layer that is absent has no row."""

USED: Final[dict[Kept, tuple[str, ...]]] = {
    "districts": ("id", "code", "name"),
    "households": ("id", "composition", "needs", "district_id"),
    "supporters": (
        "id", "activities", "status", "weekdays", "hours", "most_per_week", "load", "pace",
        "farthest_minutes", "mode", "district_id",
    ),
    "population": ("id", "people", "people_65", "people_75", "households"),
}  # fmt: skip
"""Columns that a study can need, beside the geometry. Names and addresses are never read."""


@dataclass(frozen=True)
class Municipality:
    """One municipality.

    Attributes
    ----------
    code
        As the source writes it, such as "40101".
    districts, households, supporters, population
        Layers, longitude/latitude (EPSG:4326), rows by id; without rows where there is none.
    streets
        None where none are known: minutes are then of the straight line.
    """

    code: str
    districts: gpd.GeoDataFrame
    households: gpd.GeoDataFrame
    supporters: gpd.GeoDataFrame
    population: gpd.GeoDataFrame
    streets: StreetNetwork | None = None

    def digest(self) -> str:
        """SHA-256 of everything a study could read of it."""
        seal = hashlib.sha256()
        for name in LAYERS:
            seal.update(name.encode())
            seal.update(_layer_bytes(getattr(self, name)))
        for name, part in _street_parts(self.streets):
            seal.update(name.encode())
            seal.update(part)
        return seal.hexdigest()


class Share(Protocol):
    """What is needed to read one municipality, small enough to be sent to a worker.

    Attributes
    ----------
    code
        Of the municipality.
    rows
        About how many households it has: the largest are begun first.
    """

    @property
    def code(self) -> str: ...  # noqa: D102 - said above
    @property
    def rows(self) -> int: ...  # noqa: D102 - said above

    def read(self) -> Municipality:
        """Its layers and streets, and nothing of any other. Raises whatever is wrong with it."""
        ...


class Source(Protocol):
    """Where municipalities come from."""

    def shares(self) -> Sequence[Share]:
        """Every municipality, by code."""
        ...

    def strays(self) -> Mapping[str, int]:
        """How many rows of each layer name no municipality, and are therefore in no study."""
        ...


def gather(
    code: str, layers: Mapping[str, gpd.GeoDataFrame], streets: StreetNetwork | None
) -> Municipality:
    """A municipality of the rows that a source found, whatever their order there.

    Parameters
    ----------
    code
        Of the municipality.
    layers
        Rows by layer, longitude/latitude; a layer without rows may be absent.
    streets
        None where none are known.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong
    """
    whole = {name: _ordered(name, layers.get(name)) for name in LAYERS}
    return Municipality(code, streets=streets, **whole)


def _ordered(name: Kept, rows: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    if rows is None or rows.empty:
        nothing: dict[str, list[object]] = {column: [] for column in USED[name]}
        return gpd.GeoDataFrame(nothing, geometry=[], crs=DEGREES)
    require_geographic(rows, f"The {name} layer")
    if "id" not in rows.columns:
        fault = "column id is absent (unique in the layer)"
        raise LayerFaulty(layer=name, summary=fault, faults=[fault])
    known = {column: rows[column].array for column in USED[name] if column in rows.columns}
    told = pd.DataFrame(dict.fromkeys(USED[name]) | known, index=rows.index)
    kept = gpd.GeoDataFrame(told, geometry=rows.geometry.to_numpy(), crs=rows.crs)
    if kept.crs != DEGREES:
        kept = kept.to_crs(DEGREES)
    return kept.sort_values("id", kind="stable", key=_as_text).reset_index(drop=True)


def _as_text(ids: Any) -> Any:  # noqa: ANN401 - a column; what is wrong with it a contract says
    return ids.astype(str)


def _layer_bytes(layer: gpd.GeoDataFrame) -> memoryview:
    """Its rows as Parquet, which holds nothing where a cell is null; columns by name.

    What Arrow says beside the columns is left out: PROJ words the same CRS in several ways.
    """
    table = pa.table(layer[sorted(layer.columns)].to_arrow(index=False))
    sink = pa.BufferOutputStream()
    plain = pa.Table.from_arrays(table.columns, names=table.column_names)
    pq.write_table(plain, sink, compression="none", use_dictionary=False, write_statistics=False)
    return memoryview(sink.getvalue())


def _street_parts(streets: StreetNetwork | None) -> Iterator[tuple[str, bytes]]:
    """Every array and number of a network by its name."""
    for owner in () if streets is None else (streets, streets.cells):
        for field in fields(owner):
            value = getattr(owner, field.name)
            if isinstance(value, np.ndarray):
                yield field.name, value.tobytes()
            elif field.name != "cells":
                yield field.name, repr(value).encode()
