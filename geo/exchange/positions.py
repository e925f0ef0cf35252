"""Latitude and longitude as people type them: decimals, or degrees, minutes and seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from geo.exchange.findings import Finding, find
from geo.exchange.spellings import narrow
from geo.units import Degrees

_LIMITS: Final = {"lat": 90.0, "lon": 180.0}

_JAPAN: Final = {"lat": (20.0, 46.0), "lon": (122.0, 154.5)}

_HEMISPHERE: Final = re.compile(r"^(北緯|南緯|東経|西経|[NSEW])?(.*?)([NSEW])?$", re.IGNORECASE)

_DECIMAL: Final = re.compile(r"[+-]?\d{1,3}(?:\.\d*)?(?:°|度)?")

_SEXAGESIMAL: Final = re.compile(
    r"([+-]?\d{1,3})\s*(?:°|度|:)\s*(\d{1,2}(?:\.\d+)?)\s*(?:'|分|:|′|’)?\s*"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|秒|″|”|''|′′)?)?"
)

_DOTTED: Final = re.compile(r"(\d{2,3})\.(\d{1,2})\.(\d{1,2}(?:\.\d+)?)")

_NUMERIC: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Position:
    """A point in degrees."""

    lon: Degrees
    lat: Degrees

    @property
    def in_japan(self) -> bool:
        """Whether the point lies in the box around Japan."""
        return _is_within("lat", self.lat) and _is_within("lon", self.lon)


def read_coordinate(text: str, axis: str) -> Degrees | Finding | None:
    r"""Degrees of one coordinate, None where blank.

    Parameters
    ----------
    text
        33.8834, 33°53'12", 33度53分12秒, 33.53.12.5, 北緯33度…, N33.8834.
    axis
        ``"lat"`` or ``"lon"``.

    >>> read_coordinate("３３度５３分１２秒", "lat")
    33.88666666666666
    """
    plain = narrow(text)
    if not plain:
        return None
    degrees = _degrees(plain)
    if degrees is None:
        if _NUMERIC.fullmatch(plain):
            return _outside(plain, axis)
        return find("coordinate_unclear", word=plain[:40])
    return degrees


def read_position(lat_text: str, lon_text: str) -> Position | tuple[str, Finding] | None:
    """The point of two cells; a finding with the axis it belongs to; None where both are blank.

    >>> read_position("33.88", "130.87")
    Position(lon=130.87, lat=33.88)
    >>> read_position("130.87", "33.88")[1].code
    'coordinates_swapped'
    """
    lat, lon = read_coordinate(lat_text, "lat"), read_coordinate(lon_text, "lon")
    for axis, value in (("lat", lat), ("lon", lon)):
        if isinstance(value, Finding):
            return axis, value
    if lat is None and lon is None:
        return None
    if not isinstance(lat, float) or not isinstance(lon, float):
        return ("lat" if lat is None else "lon"), find("coordinate_alone")
    return _check_pair(lat, lon)


def _check_pair(lat: Degrees, lon: Degrees) -> Position | tuple[str, Finding]:
    if _is_within("lat", lon) and _is_within("lon", lat):
        return "lat", find("coordinates_swapped", lat=f"{lon:.10g}", lon=f"{lat:.10g}")
    if lat == 0 and lon == 0:
        return "lat", find("coordinates_zero")
    for axis, value in (("lat", lat), ("lon", lon)):
        if abs(value) > _LIMITS[axis]:
            return axis, _outside(f"{value:g}", axis)
    return Position(lon, lat)


def _is_within(axis: str, value: Degrees) -> bool:
    low, high = _JAPAN[axis]
    return low <= value <= high


def _outside(word: str, axis: str) -> Finding:
    limit = f"{_LIMITS[axis]:.0f}"
    return find("coordinate_outside", word=word[:40], low=f"-{limit}", high=limit)


def _degrees(plain: str) -> Degrees | None:
    match = _HEMISPHERE.match(plain)
    if match is None:
        return None
    body = match[2].strip()
    sign = -1.0 if {match[1] or "", (match[3] or "").upper()} & {"南緯", "西経", "S", "W"} else 1.0
    if _DECIMAL.fullmatch(body):
        return sign * float(body.rstrip("°度"))
    parts = _SEXAGESIMAL.fullmatch(body) or _DOTTED.fullmatch(body)
    if parts is None:
        return None
    minutes, seconds = float(parts[2]), float(parts[3] or 0)
    if minutes >= 60 or seconds >= 60:
        return None
    whole = float(parts[1])
    size = abs(whole) + minutes / 60 + seconds / 3600
    return sign * (-size if whole < 0 else size)
