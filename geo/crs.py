"""Which plane to measure in, and which mesh cell a point lies in.

Layers come and go in longitude and latitude (x = east, y = north). Metres are
measured in the Japan Plane Rectangular zone of the municipality (JGD2011,
EPSG:6669–6687, taken with x = east as GeoPandas does); outside Japan in UTM.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, overload

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer

from geo.errors import CrsMissing, CrsWrong, ParameterWrong
from geo.units import Degrees

GEOGRAPHIC: Final = 4326
"""EPSG code of the layers this package gives out."""

_ACCEPTED: Final = frozenset({4326, 6668, 4612})
_USUAL: Final = frozenset({"EPSG:4326", "EPSG:6668"})
"""Spellings that need no look into the database of reference systems."""

# Zone of each prefecture, 国土交通省告示第九号 (2002). Prefectures that lie in several
# zones (Hokkaido, Tokyo's islands, Kagoshima, Okinawa) fall to the nearest origin.
_ZONE_OF_PREFECTURE: Final = {
    "02": 10, "03": 10, "04": 10, "05": 10, "06": 10, "07": 9, "08": 9, "09": 9, "10": 9,
    "11": 9, "12": 9, "14": 9, "15": 8, "16": 7, "17": 7, "18": 6, "19": 8, "20": 8, "21": 7,
    "22": 8, "23": 7, "24": 6, "25": 6, "26": 6, "27": 6, "28": 5, "29": 6, "30": 6, "31": 5,
    "32": 3, "33": 5, "34": 3, "35": 3, "36": 4, "37": 4, "38": 4, "39": 4, "40": 2, "41": 2,
    "42": 1, "43": 2, "44": 2, "45": 2,
}  # fmt: skip

# Origins (longitude, latitude) of zones I to XIX in degrees, from the same notice.
_ORIGINS: Final = np.array(
    [
        (129.5, 33.0), (131.0, 33.0), (132.16667, 36.0), (133.5, 33.0), (134.33333, 36.0),
        (136.0, 36.0), (137.16667, 36.0), (138.5, 36.0), (139.83333, 36.0), (140.83333, 40.0),
        (140.25, 44.0), (142.25, 44.0), (144.25, 44.0), (142.0, 26.0), (127.5, 26.0),
        (124.0, 26.0), (131.0, 26.0), (136.0, 20.0), (154.0, 26.0),
    ]
)  # fmt: skip

MeshLevel = Literal["80km", "10km", "1km", "500m", "250m", "125m"]

_MESH_CODE: Final = re.compile(r"\d{4}([0-7]{2}(\d{2}[1-4]{0,3})?)?", re.ASCII)
_MESH_DIGITS: Final[dict[str, int]] = {
    "80km": 4, "10km": 6, "1km": 8, "500m": 9, "250m": 10, "125m": 11,
}  # fmt: skip


def require_geographic(layer: gpd.GeoDataFrame, source: str) -> None:
    """Refuse a layer that is not in longitude and latitude.

    Raises
    ------
    CrsMissing, CrsWrong
        ``source`` names the layer in the sentence.
    """
    if layer.crs is None:
        raise CrsMissing(source=source, way_out="Set it with set_crs() or --crs.")
    if layer.crs.srs.upper() in _USUAL:
        return
    if layer.crs.to_epsg() not in _ACCEPTED and not _is_crs84(layer.crs):
        raise CrsWrong(
            source=source,
            found=layer.crs.to_string(),
            wanted="longitude/latitude (EPSG:4326 or EPSG:6668)",
        )


def _is_crs84(crs: CRS) -> bool:
    return crs.to_string() in {"OGC:CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84"}


def plane_crs(lon: Degrees, lat: Degrees, *, municipality: str | None = None) -> CRS:
    """The plane to measure in around a point.

    Parameters
    ----------
    lon, lat
        Degrees; the middle of the area.
    municipality
        Five-digit code. Its prefecture decides the zone; None, or a prefecture that
        lies in several zones, takes the zone with the nearest origin.

    >>> plane_crs(130.88, 33.88, municipality="40107").to_epsg()
    6670
    >>> plane_crs(-51.2, -30.0).to_epsg()
    32722
    """
    if not (122.0 <= lon <= 155.0 and 20.0 <= lat <= 46.5):
        zone = int((lon + 180.0) // 6.0) % 60 + 1
        return CRS.from_epsg((32600 if lat >= 0 else 32700) + zone)
    zone = _ZONE_OF_PREFECTURE.get((municipality or "")[:2])
    if zone is None:
        east = (_ORIGINS[:, 0] - lon) * np.cos(np.radians(lat))
        zone = int(np.argmin(np.hypot(east, _ORIGINS[:, 1] - lat))) + 1
    return CRS.from_epsg(6668 + zone)


def plane_of(layer: gpd.GeoDataFrame) -> CRS:
    """The plane to measure a layer in: by its municipality codes, else by its middle."""
    require_geographic(layer, "The layer")
    west, south, east, north = layer.total_bounds
    if not np.isfinite(west):
        return CRS.from_epsg(6670)
    codes = layer["code"].dropna() if "code" in layer.columns else None
    municipality = str(codes.iloc[0]) if codes is not None and len(codes) else None
    return plane_crs((west + east) / 2, (south + north) / 2, municipality=municipality)


@lru_cache(maxsize=32)
def to_plane(plane: CRS) -> Transformer:
    """Transformer from longitude/latitude to ``plane``, x = east."""
    return Transformer.from_crs(GEOGRAPHIC, plane, always_xy=True)


@overload
def mesh_code(lon: float, lat: float, level: MeshLevel = ...) -> str: ...
@overload
def mesh_code(
    lon: npt.NDArray[np.float64] | list[float],
    lat: npt.NDArray[np.float64] | list[float],
    level: MeshLevel = ...,
) -> npt.NDArray[np.str_]: ...
def mesh_code(
    lon: npt.ArrayLike, lat: npt.ArrayLike, level: MeshLevel = "250m"
) -> npt.NDArray[np.str_] | str:
    """Code of the standard mesh cell that a point lies in.

    Parameters
    ----------
    lon, lat
        Degrees, scalars or arrays of one shape; longitude 100 to 180, latitude 0 to 66.
        Points on a border belong to the cell north-east of it.
    level
        Nominal side of the cell.

    Returns
    -------
    A string for scalars, an array of strings for arrays.

    Source: JIS X 0410:1976 地域メッシュコード, with the 2002 divisions.

    >>> mesh_code(130.8745, 33.8867, "1km")
    '50306669'
    """
    if level not in _MESH_DIGITS:
        raise ParameterWrong(name="level", value=level, wanted="one of " + ", ".join(_MESH_DIGITS))
    x, y = np.broadcast_arrays(np.asarray(lon, float), np.asarray(lat, float))
    outside = ~((x >= 100) & (x < 180) & (y >= 0) & (y < 66))
    if outside.any():
        raise ParameterWrong(
            name="lon/lat", value="outside", wanted="longitude 100–180 and latitude 0–66 degrees"
        )
    # Counted in 125 m cells as integers, so that every level cuts at the same borders.
    north = np.floor(np.round(y * 1.5 * 640, 6)).astype(np.int64)
    east = np.floor(np.round((x - 100.0) * 640, 6)).astype(np.int64)
    code = _mesh_number(north, east, _MESH_DIGITS[level])
    return str(code) if code.ndim == 0 else code.astype(str)


def _mesh_number(
    north: npt.NDArray[np.int64], east: npt.NDArray[np.int64], digits: int
) -> npt.NDArray[np.int64]:
    code = (north // 640) * 100 + east // 640
    if digits >= 6:
        code = code * 100 + (north % 640 // 80) * 10 + east % 640 // 80
    if digits >= 8:
        code = code * 100 + (north % 80 // 8) * 10 + east % 80 // 8
    for step, have in ((4, 9), (2, 10), (1, 11)):
        if digits >= have:
            code = code * 10 + 1 + (north // step % 2) * 2 + east // step % 2
    return code


def mesh_bounds(code: str) -> tuple[Degrees, Degrees, Degrees, Degrees]:
    """West, south, east, north of a mesh cell in degrees.

    Raises
    ------
    ParameterWrong
        Not a mesh code of 4, 6, 8, 9, 10 or 11 digits.

    >>> west, south, east, north = mesh_bounds(mesh_code(130.8745, 33.8867))
    >>> west <= 130.8745 < east and south <= 33.8867 < north
    True
    """
    if not _MESH_CODE.fullmatch(code):
        raise ParameterWrong(name="mesh code", value=code, wanted="4, 6, 8, 9, 10 or 11 digits")
    north, east, size = int(code[0:2]) * 640, int(code[2:4]) * 640, 640
    if len(code) >= 6:
        north, east, size = north + int(code[4]) * 80, east + int(code[5]) * 80, 80
    if len(code) >= 8:
        north, east, size = north + int(code[6]) * 8, east + int(code[7]) * 8, 8
    for digit in code[8:]:
        quarter, size = int(digit) - 1, size // 2
        north, east = north + quarter // 2 * size, east + quarter % 2 * size
    # Every border is one division of whole numbers, so neighbours share theirs to the bit.
    return (
        100.0 + east / 640.0,
        north / 960.0,
        100.0 + (east + size) / 640.0,
        (north + size) / 960.0,
    )
