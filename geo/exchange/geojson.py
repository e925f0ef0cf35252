"""GeoJSON read strictly: a fault is said with its line or its feature."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd
import pyproj
import shapely
from pyproj.exceptions import CRSError

from geo.errors import CellFaulty, CrsWrong, FileUnreadable
from geo.exchange.files import Source

_DEFAULT_CRS: Final = "EPSG:4326"
"""RFC 7946, section 4: longitude and latitude unless the older ``crs`` member says more."""

Feature = dict[str, Any]


def read_geojson(source: Source) -> gpd.GeoDataFrame:
    """Every feature of a GeoJSON file; ``crs`` None only where the file says ``"crs": null``.

    Raises
    ------
    FileUnreadable, CrsWrong, CellFaulty
        A geometry that cannot be built is named by its feature, counted from 1.
    """
    document = _parse(source)
    features = _features(source, document)
    shapes = _shapes(source, [feature.get("geometry") for feature in features])
    table = pd.DataFrame([_properties(source, n, f) for n, f in enumerate(features, start=1)])
    return gpd.GeoDataFrame(
        table.drop(columns="geometry", errors="ignore"), geometry=shapes, crs=_crs(source, document)
    )


def _parse(source: Source) -> object:
    content = source.path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _unreadable(source, _breaking_point(content, error)) from error


def _breaking_point(content: bytes, error: orjson.JSONDecodeError) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        return f"its text is not UTF-8 (first wrong byte in line {line})"
    if error.pos >= len(error.doc.rstrip()) - 1:
        return "it is cut short"
    return f"it is no JSON at line {error.lineno}, character {error.colno}"


def _features(source: Source, document: object) -> list[Feature]:
    if isinstance(document, dict) and document.get("type") == "Feature":
        return [document]
    found = document.get("features") if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise _unreadable(source, "it holds no list of features")
    for number, feature in enumerate(found, start=1):
        if not isinstance(feature, dict):
            raise _faulty(source, number, "feature", "it is no GeoJSON feature")
    return found


def _properties(source: Source, number: int, feature: Feature) -> Feature:
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise _faulty(source, number, "properties", "they are no list of names and values")
    return properties


def _shapes(source: Source, geometries: list[Any]) -> npt.NDArray[np.object_]:
    texts = [None if shape is None else orjson.dumps(shape).decode() for shape in geometries]
    shapes = shapely.from_geojson(texts, on_invalid="ignore")
    for row in np.flatnonzero(shapely.is_missing(shapes)):
        if geometries[row] is not None:
            shapes[row] = _close_rings(source, int(row) + 1, geometries[row])
    return shapes


def _close_rings(source: Source, number: int, geometry: object) -> shapely.Geometry:
    """A polygon whose rings do not end where they began, closed."""
    closed: shapely.Geometry | None = None
    if isinstance(geometry, dict) and geometry.get("type") in {"Polygon", "MultiPolygon"}:
        coordinates = _closed(geometry.get("coordinates"))
        text = orjson.dumps({"type": geometry["type"], "coordinates": coordinates}).decode()
        closed = shapely.from_geojson(text, on_invalid="ignore")
    if closed is None:
        raise _faulty(source, number, "geometry", "the shape cannot be built from its coordinates")
    return closed


def _closed(rings: object) -> object:
    if not isinstance(rings, list) or not rings or not isinstance(rings[0], list):
        return rings
    if not rings[0] or not isinstance(rings[0][0], list):
        return rings if rings[0] == rings[-1] else [*rings, rings[0]]
    return [_closed(ring) for ring in rings]


def _crs(source: Source, document: object) -> pyproj.CRS | None:
    if not isinstance(document, dict) or "crs" not in document:
        return pyproj.CRS.from_user_input(_DEFAULT_CRS)
    member = document["crs"]
    if member is None:
        return None
    properties = member.get("properties") if isinstance(member, dict) else None
    name = str(properties.get("name") if isinstance(properties, dict) else member)[:80]
    try:
        return pyproj.CRS.from_user_input(name)
    except CRSError as error:
        raise CrsWrong(
            source=source.file,
            found=f"a reference system it calls {name!r}, which is none",
            wanted="a code such as EPSG:4326",
        ) from error


def _unreadable(source: Source, reason: str) -> FileUnreadable:
    return FileUnreadable(file=source.file, kind="GeoJSON", reason=reason)


def _faulty(source: Source, number: int, column: str, problem: str) -> CellFaulty:
    return CellFaulty(file=source.file, row=number, column=column, value="", problem=problem)
