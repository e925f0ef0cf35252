"""The result of one municipality: a (Geo)Parquet file that says what it was made of.

A part is written whole or not at all, and holds nothing of the moment or the machine it
was made on: the same data and parameters give the same bytes.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geo.country.municipality import CODE
from geo.errors import ParameterWrong

Seal = dict[str, Any]
"""What a part was made of: study, edition, parameters, municipality, digest of the data."""

_SEAL: Final = b"welfaremap"
_NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")
_ENDING: Final = ".parquet"

_GEOMETRY: Final = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
}
"""No CRS is named: that is longitude and latitude. PROJ would word it in several ways."""


def part_path(folder: Path, code: str) -> Path:
    """The file of a municipality.

    Raises
    ------
    ParameterWrong
        A code that is no name of a file.
    """
    if not _NAME.fullmatch(code):
        wanted = "a municipality's code: letters, digits, - and _"
        raise ParameterWrong(name=CODE, value=code, wanted=wanted)
    return folder / f"{code}{_ENDING}"


def part_bytes(rows: pd.DataFrame, columns: Mapping[str, pa.DataType], seal: Seal) -> bytes:
    """The file of a municipality's rows.

    Parameters
    ----------
    rows
        Of a study; a GeoDataFrame (EPSG:4326) becomes GeoParquet (longitude/latitude).
    columns
        Type of each column but the geometry, in this order; what is not named is left out.
    seal
        What it was made of.
    """
    kinds: dict[str, pa.DataType] = {CODE: pa.string(), **columns}
    told = rows.assign(**{CODE: seal[CODE]})
    arrays = [pa.array(told[name], kind, from_pandas=True) for name, kind in kinds.items()]
    facts = {_SEAL: json.dumps(seal, sort_keys=True).encode()}
    if isinstance(rows, gpd.GeoDataFrame):
        kinds["geometry"] = pa.binary()
        arrays.append(pa.array(shapely.to_wkb(rows.geometry.to_numpy()), pa.binary()))
        facts[b"geo"] = json.dumps(_GEOMETRY).encode()
    fields = [pa.field(name, kind) for name, kind in kinds.items()]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields, facts)), sink)
    return sink.getvalue().to_pybytes()


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place, whole or not at all."""
    handle, draft = tempfile.mkstemp(prefix=f".{path.stem}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def read_seal(path: Path) -> Seal | None:
    """What a part was made of; None for what is no whole part."""
    try:
        facts = pq.read_metadata(path).metadata or {}
        seal = json.loads(facts[_SEAL])
    except (OSError, KeyError, ValueError, pa.ArrowException):
        return None
    return seal if isinstance(seal, dict) else None


def parts_of(folder: Path) -> list[Path]:
    """Every part in a folder, by municipality; nothing that others put there."""
    found = sorted(folder.glob(f"[!.]*{_ENDING}"))
    return [path for path in found if read_seal(path) is not None]
