"""Municipalities from a folder of GeoParquet: of each only its own row groups are read.

::

    households.parquet     supporters.parquet     districts.parquet
    population.parquet     streets.parquet
    streets/40101/         a saved network of that municipality, before streets.parquet

Every file has the column ``municipality`` (text) beside those of its layer, and is best
sorted by it: then a municipality lies in few row groups. A folder of that name with
several ``.parquet`` files in it is taken like one file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from geo.country.lines import COLUMNS, network_of_lines
from geo.country.municipality import CODE, DEGREES, LAYERS, USED, Municipality, gather
from geo.crs import GEOGRAPHIC
from geo.errors import CrsMissing, FileMissing, FileUnreadable, SchemaUnknown
from geo.walk.network import StreetNetwork

_KIND: Final = "GeoParquet"
_SAME: Final = {("OGC", "CRS84"), ("EPSG", "4326")}
_STREETS: Final = "streets"
_USED: Final[dict[str, tuple[str, ...]]] = {**USED, _STREETS: COLUMNS}


@dataclass(frozen=True)
class Piece:
    """Row groups of one file that hold rows of a municipality."""

    path: Path
    groups: tuple[int, ...]


@dataclass(frozen=True)
class FolderShare:
    """One municipality of a folder: which row groups of which files to read."""

    code: str
    rows: int
    pieces: Mapping[str, tuple[Piece, ...]]
    network: Path | None

    def read(self) -> Municipality:
        """Its layers and streets.

        Raises
        ------
        FileMissing, FileUnreadable, CrsMissing, CrsWrong, LayerFaulty, NetworkDamaged,
        NetworkEmpty
        """
        layers = {name: self._layer(name) for name in LAYERS if name in self.pieces}
        return gather(self.code, layers, self._streets())

    def _streets(self) -> StreetNetwork | None:
        if self.network is not None:
            return StreetNetwork.load(self.network)
        if _STREETS not in self.pieces:
            return None
        return network_of_lines(self._layer(_STREETS), source=f"{_STREETS}.parquet ({self.code})")

    def _layer(self, name: str) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(
            pd.concat([_read_piece(piece, name, self.code) for piece in self.pieces[name]])
        )


class FolderSource:
    """A folder of GeoParquet files, see above.

    Parameters
    ----------
    folder
        Must be readable under the same path where the work is done.

    Raises
    ------
    FileMissing
        It is not there, or without households.
    FileUnreadable, SchemaUnknown
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder).absolute()
        if not self._files("households"):
            raise FileMissing(file=str(self.folder / "households.parquet"))

    def shares(self) -> list[FolderShare]:
        """Every municipality that any file names, by code."""
        found = {name: pieces for name, (pieces, _) in self._index.items()}
        codes = sorted({code for pieces in found.values() for code in pieces})
        households = self._index["households"][1]
        return [
            FolderShare(
                code=code,
                rows=households.get(code, 0),
                pieces={name: tuple(at[code]) for name, at in found.items() if code in at},
                network=self._network(code),
            )
            for code in codes
        ]

    def strays(self) -> dict[str, int]:
        """Rows of each layer that name no municipality."""
        counts = {name: rows.get(None, 0) for name, (_, rows) in self._index.items()}
        return {name: count for name, count in counts.items() if count}

    @cached_property
    def _index(self) -> dict[str, tuple[dict[str, list[Piece]], Counter[str | None]]]:
        """Where each municipality lies, and how many rows it has, by layer."""
        index: dict[str, tuple[dict[str, list[Piece]], Counter[str | None]]] = {}
        for name in (*LAYERS, _STREETS):
            pieces: dict[str, list[Piece]] = {}
            rows: Counter[str | None] = Counter()
            for path in self._files(name):
                groups: dict[str, list[int]] = {}
                for group, counted in enumerate(_count_groups(path)):
                    rows.update(counted)
                    for code in counted.keys() - {None}:
                        groups.setdefault(str(code), []).append(group)
                for code, some in groups.items():
                    pieces.setdefault(code, []).append(Piece(path, tuple(some)))
            index[name] = pieces, rows
        return index

    def _files(self, name: str) -> list[Path]:
        file = self.folder / f"{name}.parquet"
        if file.is_file():
            return [file]
        return sorted(path for path in (self.folder / name).rglob("*.parquet") if path.is_file())

    def _network(self, code: str) -> Path | None:
        folder = self.folder / _STREETS / code
        return folder if (folder / "network.json").is_file() else None


def _count_groups(path: Path) -> Iterator[Counter[str | None]]:
    """Of each row group, how many rows each municipality has; only one column is read."""
    with _open(path) as file:
        names = file.schema_arrow.names
        if CODE not in names or not _is_text(file.schema_arrow.field(CODE).type):
            raise SchemaUnknown(
                file=path.name,
                found=", ".join(names),
                expected=f"a column {CODE} of text",
                way_out="Write the municipality's code into each row, such as 40101.",
            )
        for group in range(file.num_row_groups):
            yield _told_by_statistics(file, group) or _read_codes(file, group)


def _is_text(kind: pa.DataType) -> bool:
    inside = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.types.is_string(inside) or pa.types.is_large_string(inside)


def _told_by_statistics(file: pq.ParquetFile, group: int) -> Counter[str | None] | None:
    """The codes of a row group that holds one municipality only; None where that is not told."""
    facts = file.metadata.row_group(group)
    columns = [facts.column(at) for at in range(facts.num_columns)]
    told = next(one.statistics for one in columns if one.path_in_schema == CODE)
    if told is None or not told.has_min_max or told.null_count != 0 or told.min != told.max:
        return None
    return Counter({told.min or None: facts.num_rows})


def _read_codes(file: pq.ParquetFile, group: int) -> Counter[str | None]:
    codes = file.read_row_group(group, columns=[CODE]).column(CODE)
    counted = pc.value_counts(codes.cast(pa.string())).to_pylist()
    return Counter({one["values"] or None: one["counts"] for one in counted})


def _read_piece(piece: Piece, name: str, code: str) -> gpd.GeoDataFrame:
    with _open(piece.path) as file:
        try:
            rows = file.read_row_groups(list(piece.groups), columns=_wanted(file, name))
            rows = rows.filter(pc.equal(rows.column(CODE), code))
            return _to_layer(rows, piece.path)
        except (pa.ArrowInvalid, OSError, shapely.errors.ShapelyError) as fault:
            raise FileUnreadable(
                file=piece.path.name, kind=_KIND, reason="its content is damaged"
            ) from fault


def _wanted(file: pq.ParquetFile, name: str) -> list[str]:
    """Columns to read: the municipality, the geometry, and what a study can need."""
    geometry = _describe(file.schema_arrow)[0]
    used = {CODE, geometry, *_USED[name]}
    return [column for column in file.schema_arrow.names if column in used]


def _describe(schema: pa.Schema) -> tuple[str | None, dict[str, Any]]:
    """Name of the geometry column, and what the file says of it."""
    facts = json.loads((schema.metadata or {}).get(b"geo", b"null"))
    name = facts["primary_column"] if facts else None
    return name, facts["columns"][name] if facts else {}


def _to_layer(rows: pa.Table, path: Path) -> gpd.GeoDataFrame:
    """Rows of a GeoParquet file, by its own description of its geometry."""
    name, facts = _describe(rows.schema)
    if name is None or facts.get("encoding") != "WKB":
        raise FileUnreadable(
            file=path.name, kind=_KIND, reason="its geometry is not described as WKB"
        )
    crs = _crs(json.dumps(facts.get("crs", "OGC:CRS84")))
    if crs is None:
        raise CrsMissing(source=path.name, way_out="Write it again with a reference system.")
    table = rows.to_pandas()
    shapes = shapely.from_wkb(table.pop(name).to_numpy(object))
    for column in map(str, table.columns):
        if _holds_lists(rows, column):
            table[column] = _plain_lists(table[column])
    return gpd.GeoDataFrame(table, geometry=shapes, crs=crs)


@lru_cache(maxsize=32)
def _crs(described: str) -> CRS | None:
    """A reference system as a file describes it; PROJ takes long to read and compare one."""
    told = json.loads(described)
    crs = None if told is None else CRS.from_user_input(told)
    same = crs is not None and (crs.to_authority() in _SAME or crs.to_epsg() == GEOGRAPHIC)
    return DEGREES if same else crs


def _holds_lists(rows: pa.Table, column: str) -> bool:
    kind = rows.schema.field(column).type
    return pa.types.is_list(kind) or pa.types.is_large_list(kind)


def _plain_lists(values: pd.Series) -> pd.Series:
    plain = [None if value is None else list(value) for value in values]
    return pd.Series(plain, index=values.index, dtype=object)


def _open(path: Path) -> pq.ParquetFile:
    try:
        stamp = path.stat()
        footer = _footer(path, stamp.st_mtime_ns, stamp.st_size)
        return pq.ParquetFile(path, metadata=footer)
    except FileNotFoundError as fault:
        raise FileMissing(file=path.name) from fault
    except (pa.ArrowInvalid, OSError) as fault:
        raise FileUnreadable(
            file=path.name, kind=_KIND, reason="it is damaged, cut short or of another kind"
        ) from fault


@lru_cache(maxsize=8)
def _footer(path: Path, changed: int, size: int) -> pq.FileMetaData:
    """The description of a file, read once for all its municipalities."""
    del changed, size
    return pq.read_metadata(path)
