"""Layers and tables written for others: CSV, Excel, GeoJSON, GeoPackage, GeoParquet.

A file appears whole or not at all. Null stays null; an empty list (somebody said
"none") stays apart from null (nobody asked). Text that a spreadsheet would run as a
formula is written so that it stays text.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import IO, Any, Final, Literal

import geopandas as gpd
import orjson
import pandas as pd
import shapely

from geo.crs import GEOGRAPHIC, require_geographic
from geo.errors import AssetMissing, ParameterWrong
from geo.exchange.outgoing import (
    check_cells,
    flatten,
    is_null,
    plain_value,
    to_cells,
)
from geo.exchange.workbook_writing import write_sheets, write_workbook

Encoding = Literal["utf-8-sig", "utf-8", "cp932"]

_Streamer = Callable[[pd.DataFrame, IO[bytes], str, Encoding], None]
_Writer = Callable[[pd.DataFrame, Path, str, Encoding], None]


def write_layer(layer: pd.DataFrame, path: str | Path, *, encoding: Encoding = "utf-8-sig") -> Path:
    """Write a layer or a plain table in the format that the ending of ``path`` names.

    Parameters
    ----------
    layer
        Longitude/latitude, or a table without shapes (CSV and Excel only). Not changed.
    path
        .csv, .xlsx, .geojson, .gpkg or .parquet; an old file of that name is replaced.
        In CSV and Excel points become columns lon and lat, other shapes WKT.
    encoding
        Of CSV; "cp932" refuses characters it lacks, it never drops them.

    Returns
    -------
    The path written.

    Raises
    ------
    ParameterWrong
        Another ending or encoding, a folder that is not there or cannot be written to.
    CellsUnwritable
        Characters that the encoding or the format lacks; ``facts["faults"]`` is the
        table row, column, value, problem, suggestion.
    CrsMissing, CrsWrong
    """
    place = Path(path)
    writer = _WRITERS.get(place.suffix.lower())
    if writer is None:
        raise ParameterWrong(name="path", value=place.name, wanted="a name ending in " + _ENDINGS)
    if encoding not in {"utf-8-sig", "utf-8", "cp932"}:
        raise ParameterWrong(name="encoding", value=encoding, wanted="utf-8-sig, utf-8 or cp932")
    table = _prepared(layer, place)
    with _replacing(place) as draft:
        writer(table, draft, place.name, encoding)
    return place


def layer_bytes(layer: pd.DataFrame, ending: str, *, encoding: Encoding = "utf-8-sig") -> bytes:
    """What `write_layer` would write, without touching a disk.

    Parameters
    ----------
    layer
        As `write_layer` takes it.
    ending
        ".csv", ".xlsx", ".geojson", ".gpkg" or ".parquet".
    encoding
        Of CSV.

    Raises
    ------
    ParameterWrong, CellsUnwritable, CrsMissing, CrsWrong
    """
    writer = _IN_MEMORY.get(ending.lower())
    if writer is None:
        raise ParameterWrong(name="ending", value=ending, wanted=", ".join(_IN_MEMORY))
    stream = BytesIO()
    writer(_prepared(layer, Path(f"data{ending}")), stream, f"data{ending}", encoding)
    return stream.getvalue()


def workbook_bytes(tables: Mapping[str, pd.DataFrame], *, foot: str = "") -> bytes:
    """Tables without shapes as the sheets of one Excel workbook, without touching a disk.

    Parameters
    ----------
    tables
        By the names of their sheets. Not changed.
    foot
        A line below every printed page; "" = none.

    Raises
    ------
    CellsUnwritable
    """
    flat = {name: flatten(table) for name, table in tables.items()}
    for name, table in flat.items():
        check_cells(table, name, "xlsx")
    stream = BytesIO()
    write_sheets(flat, stream, foot=foot)
    return stream.getvalue()


def _prepared(layer: pd.DataFrame, place: Path) -> pd.DataFrame:
    table = layer.copy(deep=False)
    table.attrs = {}
    if isinstance(table, gpd.GeoDataFrame):
        require_geographic(table, "The layer to write")
        return table.to_crs(GEOGRAPHIC)
    if place.suffix.lower() not in {".csv", ".xlsx"}:
        raise ParameterWrong(
            name="path", value=place.name, wanted=".csv or .xlsx for a table without shapes"
        )
    return table


@contextmanager
def _replacing(place: Path) -> Generator[Path]:
    """A draft beside the file, put in its place only when all of it is written."""
    try:
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=place.parent) as folder:
            draft = Path(folder) / f"draft{place.suffix.lower()}"
            yield draft
            with draft.open("rb+") as stream:
                os.fsync(stream.fileno())
            draft.replace(place)
    except OSError as error:
        raise ParameterWrong(
            name="path", value=str(place.name), wanted="a name in a folder that can be written to"
        ) from error


def _to_disk(stream_to: _Streamer) -> _Writer:
    def write(table: pd.DataFrame, draft: Path, file: str, encoding: Encoding) -> None:
        with draft.open("wb") as stream:
            stream_to(table, stream, file, encoding)

    return write


def _write_csv(table: pd.DataFrame, stream: IO[bytes], file: str, encoding: Encoding) -> None:
    cells = to_cells(table)
    check_cells(cells, file, encoding)
    text = TextIOWrapper(stream, encoding=encoding, newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(list(cells.columns))
    writer.writerows(cells.itertuples(index=False, name=None))
    text.detach()


def _write_xlsx(table: pd.DataFrame, stream: IO[bytes], file: str, encoding: Encoding) -> None:
    del encoding
    flat = flatten(table)
    check_cells(flat, file, "xlsx")
    write_workbook(flat, stream)


def _write_geojson(table: pd.DataFrame, stream: IO[bytes], file: str, encoding: Encoding) -> None:
    """RFC 7946: no crs member, outer rings counter-clockwise."""
    del file, encoding
    assert isinstance(table, gpd.GeoDataFrame)  # noqa: S101 - _prepared lets no other table through
    shapes = shapely.orient_polygons(table.geometry.to_numpy())
    texts = [b"null" if s is None else shapely.to_geojson(s).encode() for s in shapes]
    rows = pd.DataFrame(table[_told(table)]).to_dict("records")
    stream.write(b'{"type":"FeatureCollection","features":[\n')
    for number, (row, text) in enumerate(zip(rows, texts, strict=True)):
        feature = {
            "type": "Feature",
            "properties": {str(name): plain_value(value) for name, value in row.items()},
            "geometry": orjson.Fragment(text),
        }
        stream.write((b",\n" if number else b"") + orjson.dumps(feature))
    stream.write(b"\n]}\n")


def _write_gpkg(table: pd.DataFrame, draft: Any, file: str, encoding: Encoding) -> None:  # noqa: ANN401 - a path or a stream
    del encoding
    assert isinstance(table, gpd.GeoDataFrame)  # noqa: S101 - _prepared lets no other table through
    joined = table.copy(deep=False)
    for column in _told(table):
        joined[column] = _storable(table[column])
    joined.to_file(draft, driver="GPKG", layer=Path(file).stem, engine="pyogrio")


def _told(table: gpd.GeoDataFrame) -> list[str]:
    return [name for name in table.columns if name != table.geometry.name]


def _storable(values: pd.Series) -> pd.Series:
    if values.dtype != object:
        return values
    plain = [plain_value(value, join=True) for value in values]
    return pd.Series(plain, index=values.index, dtype=object)


def _write_parquet(table: pd.DataFrame, draft: Any, file: str, encoding: Encoding) -> None:  # noqa: ANN401 - a path or a stream
    del file, encoding
    assert isinstance(table, gpd.GeoDataFrame)  # noqa: S101 - _prepared lets no other table through
    lists = table.copy(deep=False)
    for column in _told(table):
        if table[column].dtype == object:
            plain = [None if is_null(v) else plain_value(v) for v in table[column]]
            lists[column] = pd.Series(plain, index=table.index, dtype=object)
    try:
        lists.to_parquet(draft, index=False)
    except ImportError as error:
        raise AssetMissing(name="pyarrow", way_out="Install it to use GeoParquet.") from error


_STREAMED: Final[dict[str, _Streamer]] = {
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
    ".geojson": _write_geojson,
}
_IN_MEMORY: Final[dict[str, _Streamer]] = {
    **_STREAMED,
    ".gpkg": _write_gpkg,
    ".parquet": _write_parquet,
}

_WRITERS: Final[dict[str, _Writer]] = {
    **{ending: _to_disk(stream_to) for ending, stream_to in _STREAMED.items()},
    ".gpkg": _write_gpkg,
    ".parquet": _write_parquet,
}

_ENDINGS: Final = ", ".join(_WRITERS)
