"""Vector files of any make become one table of shapes in longitude and latitude.

GeoJSON, GeoPackage, FlatGeobuf, GeoParquet and Shapefiles, loose or zipped. Rows
are counted from 1 in the order of the file; what a column means is not decided here.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from pyproj.exceptions import CRSError

from geo.crs import GEOGRAPHIC
from geo.errors import (
    AssetMissing,
    CellFaulty,
    CrsMissing,
    CrsWrong,
    FileEmpty,
    FileUnreadable,
    ParameterWrong,
)
from geo.exchange.archives import list_members, member_path, unpack
from geo.exchange.dbase import find_encoding
from geo.exchange.files import FileKind, Source, check_file, name_kind
from geo.exchange.geojson import read_geojson

VECTOR_KINDS: Final[frozenset[FileKind]] = frozenset(
    {"geojson", "gpkg", "fgb", "parquet", "shp", "zip"}
)

LONGEST_TEXT: Final = 32_767
"""Characters one cell may hold, as in a spreadsheet."""

_ENDINGS: Final = (".shp", ".gpkg", ".fgb", ".geojson", ".parquet")

# The reading libraries have no common fault of their own; what they raise on
# damaged bytes is one of these, and its words never reach the reader.
_LIBRARY_FAULTS: Final = (
    RuntimeError, ValueError, OSError, TypeError, LookupError, ArithmeticError, AttributeError,
    MemoryError, EOFError, shapely.errors.ShapelyError, CRSError,
)  # fmt: skip

_WAY_OUT: Final = "Say it with --crs, for example --crs EPSG:6668 for Japanese open data."

Wanted = Callable[[str], bool]
"""Whether a layer with that geometry type ("MultiPolygon", "Unknown" …) is wanted."""


def read_vector(
    source: Source, *, wanted: Wanted, crs: str | int | None = None, prefer: str = ""
) -> gpd.GeoDataFrame:
    """Every row of a vector file, EPSG:4326, column ``geometry``; null where a row has no shape.

    Parameters
    ----------
    source
        A checked file of one of `VECTOR_KINDS`.
    wanted
        Which layers to look at where the file holds several.
    crs
        Overrules what the file says about its coordinates. None believes the file.
    prefer
        The layer to take where several are wanted.

    Raises
    ------
    FileUnreadable, FileEmpty, CrsMissing, CrsWrong, CellFaulty, ParameterWrong
    """
    table = _READERS[source.kind](source, wanted, prefer)
    if table.empty:
        raise FileEmpty(file=source.file)
    _check_texts(table, source.file)
    return to_degrees(table, source.file, crs)


def to_degrees(table: gpd.GeoDataFrame, file: str, crs: str | int | None) -> gpd.GeoDataFrame:
    """The table in EPSG:4326, its coordinates checked before and after.

    Raises
    ------
    CrsMissing, CrsWrong, CellFaulty, ParameterWrong
    """
    known = parse_crs(crs) if crs is not None else table.crs
    if known is None or known.name.startswith("Undefined"):
        raise CrsMissing(source=file, way_out=_WAY_OUT)
    _check_finite(table, file)
    flat = table.set_geometry(shapely.force_2d(table.geometry.to_numpy()), crs=known)
    if known.is_geographic:
        _check_degrees(flat, file, known)
    try:
        turned = flat.to_crs(GEOGRAPHIC)
    except _LIBRARY_FAULTS as error:
        raise _not_convertible(file, known) from error
    if not np.isfinite(shapely.get_coordinates(turned.geometry.to_numpy())).all():
        raise _not_convertible(file, known)
    _check_degrees(turned, file, known)
    return turned


def parse_crs(crs: str | int) -> pyproj.CRS:
    """A reference system from what a person writes: 6668, "EPSG:6668".

    Raises
    ------
    ParameterWrong
    """
    try:
        return pyproj.CRS.from_user_input(int(crs) if str(crs).isdigit() else crs)
    except (CRSError, TypeError, OverflowError) as error:
        raise ParameterWrong(
            name="crs", value=crs, wanted="a code such as EPSG:6668 or EPSG:4326"
        ) from error


def _not_convertible(file: str, known: pyproj.CRS) -> CrsWrong:
    return CrsWrong(
        source=file,
        found=f"{known.name}, where its coordinates are no place on earth",
        wanted="coordinates that fit their reference system",
    )


def _check_finite(table: gpd.GeoDataFrame, file: str) -> None:
    coordinates, rows = shapely.get_coordinates(table.geometry.to_numpy(), return_index=True)
    wrong = ~np.isfinite(coordinates).all(axis=1)
    if wrong.any():
        raise CellFaulty(
            file=file,
            row=int(rows[np.argmax(wrong)]) + 1,
            column="geometry",
            value="",
            problem="a coordinate is not a number",
        )


def _check_degrees(table: gpd.GeoDataFrame, file: str, known: pyproj.CRS) -> None:
    west, south, east, north = shapely.total_bounds(table.geometry.to_numpy())
    if not np.isfinite(west) or (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        return
    far = max((west, east), key=abs), max((south, north), key=abs)
    raise CrsWrong(
        source=file,
        found=f"coordinates as far as ({far[0]:.10g}, {far[1]:.10g}), which are no degrees, "
        f"although it says {known.to_string() if known.to_authority() else known.name}",
        wanted="longitude within ±180 and latitude within ±90, or the right name of its plane",
    )


def _check_texts(table: gpd.GeoDataFrame, file: str) -> None:
    texts = table.drop(columns="geometry").select_dtypes(exclude="number")
    for column in texts.columns:
        for row, value in enumerate(texts[column], start=1):
            problem = text_problem(value)
            if problem:
                raise CellFaulty(
                    file=file, row=row, column=column, value=str(value)[:40], problem=problem
                )


def text_problem(value: object) -> str:
    r"""What is wrong with a text as content of a cell; empty where nothing is.

    >>> text_problem("a\0b")
    'it holds a NUL character'
    """
    if not isinstance(value, str):
        return ""
    if len(value) > LONGEST_TEXT:
        return f"it holds {len(value):,} characters where at most {LONGEST_TEXT:,} can be taken"
    return "it holds a NUL character" if "\0" in value else ""


def _read_geojson(source: Source, wanted: Wanted, prefer: str) -> gpd.GeoDataFrame:
    del wanted, prefer
    return read_geojson(source)


def _read_parquet(source: Source, wanted: Wanted, prefer: str) -> gpd.GeoDataFrame:
    del wanted, prefer
    try:
        with _translated(source):
            return _named(gpd.read_parquet(source.path))
    except ImportError as error:
        raise AssetMissing(name="pyarrow", way_out="Install it to use GeoParquet.") from error


def _read_layers(source: Source, wanted: Wanted, prefer: str) -> gpd.GeoDataFrame:
    with _translated(source):
        layers = [str(name) for name, shape in pyogrio.list_layers(source.path) if shape]
    chosen = _choose_layer(source, layers, wanted, prefer)
    encoding = find_encoding(source.path) if source.kind == "shp" else None
    with _translated(source):
        stated = pyogrio.read_info(source.path, layer=chosen, force_feature_count=True)["features"]
        table = pyogrio.read_dataframe(source.path, layer=chosen, encoding=encoding)
    if len(table) < stated:
        raise _damaged(source)
    return _named(table)


def _named(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The table with its shapes in a column called ``geometry``, whatever they were called."""
    shapes = table.geometry
    others = table.drop(columns=[shapes.name, "geometry"], errors="ignore")
    return gpd.GeoDataFrame(pd.DataFrame(others), geometry=shapes.array, crs=shapes.crs)


def _choose_layer(source: Source, layers: list[str], wanted: Wanted, prefer: str) -> str:
    if prefer in layers:
        return prefer
    if len(layers) > 1:
        with _translated(source):
            layers = [name for name in layers if wanted(_shape(source.path, name))]
    if len(layers) == 1:
        return layers[0]
    reason = "it holds no layer of the wanted shapes"
    if layers:
        reason = f"it holds several layers ({', '.join(layers[:5])}); save one by itself"
    raise FileUnreadable(file=source.file, kind="one layer", reason=reason)


def _shape(path: Path, layer: str) -> str:
    return str(pyogrio.read_info(path, layer=layer)["geometry_type"] or "")


def _read_zip(source: Source, wanted: Wanted, prefer: str) -> gpd.GeoDataFrame:
    with tempfile.TemporaryDirectory(prefix="welfaremap-") as folder:
        inside = list(_unpack_layers(source, Path(folder)))
        if len(inside) > 1:
            inside = [one for one in inside if _holds(one, wanted)]
        if len(inside) != 1:
            raise FileUnreadable(
                file=source.file,
                kind="a zipped vector file",
                reason=_several(inside)
                if inside
                else "no Shapefile, GeoPackage, FlatGeobuf or "
                "GeoJSON of the wanted shapes is inside",
            )
        return _READERS[inside[0].kind](inside[0], wanted, prefer)


def _several(inside: list[Source]) -> str:
    names = ", ".join(one.path.name for one in inside[:5])
    return f"several layers are inside ({names}); unpack it and give one"


def _unpack_layers(source: Source, folder: Path) -> Iterator[Source]:
    """The vector files of an archive, each in a folder of its own, the best copy of each name."""
    members = list_members(source.path)
    best: dict[str, tuple[int, Path]] = {}
    for member in members:
        place = member_path(member)
        if place.suffix.lower() in _ENDINGS and "__MACOSX" not in place.parts:
            rank = _ENDINGS.index(place.suffix.lower()) + (0 if "UTF-8" in place.parts else 10)
            stem = place.stem.lower()
            best[stem] = min(best.get(stem, (99, Path())), (rank, Path(place)))
    for number, (_, chosen) in enumerate(best.values()):
        own = folder / str(number)
        own.mkdir()
        beside = [m for m in members if _beside(Path(member_path(m)), chosen)]
        written = {path.suffix.lower(): path for path in unpack(source.path, beside, own)}
        path = written[chosen.suffix.lower()]
        kind = check_file(path)
        if kind not in VECTOR_KINDS - {"zip"}:
            raise _damaged(source)
        yield Source(path, source.file, kind)


def _beside(place: Path, chosen: Path) -> bool:
    return place.parent == chosen.parent and place.stem.lower() == chosen.stem.lower()


def _holds(inside: Source, wanted: Wanted) -> bool:
    if inside.kind in {"geojson", "parquet"}:
        return True
    with _translated(inside):
        layers = [str(name) for name, shape in pyogrio.list_layers(inside.path) if shape]
        return any(wanted(_shape(inside.path, name)) for name in layers)


@contextmanager
def _translated(source: Source) -> Generator[None]:
    """Turn whatever a reading library raises into one plain fault."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except _LIBRARY_FAULTS as error:
        raise _damaged(source) from error


def _damaged(source: Source) -> FileUnreadable:
    return FileUnreadable(
        file=source.file,
        kind=name_kind(source.kind),
        reason="it is damaged, cut short or lacks a part",
    )


_READERS: Final[dict[FileKind, Callable[[Source, Wanted, str], gpd.GeoDataFrame]]] = {
    "geojson": _read_geojson,
    "parquet": _read_parquet,
    "gpkg": _read_layers,
    "fgb": _read_layers,
    "shp": _read_layers,
    "zip": _read_zip,
}
