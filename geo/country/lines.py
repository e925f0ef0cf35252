"""Streets of a municipality that come as lines: where two share a point, one may turn."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Geod

from geo.crs import GEOGRAPHIC, require_geographic
from geo.errors import NetworkEmpty
from geo.walk.build import build_network
from geo.walk.network import StreetLines, StreetNetwork

_EARTH: Final = Geod(ellps="GRS80")
_DIGITS: Final = 7
"""Decimals of a degree that tell two points apart: a centimetre."""

COLUMNS: Final = ("metres", "steps", "minutes_there", "minutes_back")
"""What is read beside the geometry."""

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]


def network_of_lines(lines: gpd.GeoDataFrame, *, source: str = "The street layer") -> StreetNetwork:
    """A network of lines such as `StreetNetwork.lines` gives.

    Parameters
    ----------
    lines
        LineStrings, longitude/latitude. Optional columns: metres (of the whole line; null =
        as drawn), steps (a flight of steps, null =
        no), minutes_there and minutes_back (null in one of them = no way through in that
        direction, along the line and against it; both null or absent = open both ways).
        Slopes are unknown, so lines count as flat. Rows without a shape are left out.
    source
        Named in the sentence when there is nothing to walk on.

    Raises
    ------
    CrsMissing, CrsWrong
    NetworkEmpty
        No line that one may walk on.
    """
    require_geographic(lines, source)
    rows = lines.to_crs(GEOGRAPHIC)
    rows = rows[rows.geometry.notna() & ~rows.geometry.is_empty].reset_index(drop=True)
    parts, row = shapely.get_parts(rows.geometry.to_numpy(), return_index=True)
    points, part = shapely.get_coordinates(parts, return_index=True)
    if not len(points):
        raise NetworkEmpty(source=source)
    places, vertex = np.unique(points.round(_DIGITS), axis=0, return_inverse=True)
    vertex = vertex.ravel()
    on = np.flatnonzero((part[:-1] == part[1:]) & (vertex[:-1] != vertex[1:]))
    line = row[part[on]]
    tail, head = vertex[on], vertex[on + 1]
    _, _, drawn = _EARTH.inv(*places[tail].T, *places[head].T)
    there, back = _passages(rows)
    return build_network(
        StreetLines(
            lon=places[:, 0],
            lat=places[:, 1],
            elevation=np.full(len(places), np.nan),
            tail=tail.astype(np.int64),
            head=head.astype(np.int64),
            metres=_stretched(rows, np.asarray(drawn, np.float64), line),
            steps=_flag(rows, "steps")[line],
            there=there[line],
            back=back[line],
        ),
        source=source,
    )


def _stretched(rows: gpd.GeoDataFrame, drawn: Floats, line: Longs) -> Floats:
    """Length of each stretch, so that a line of a given length has it."""
    length = np.bincount(line, drawn, minlength=len(rows))
    given = pd.to_numeric(rows.get("metres", pd.Series(np.nan, rows.index)), errors="coerce")
    wanted = np.where(given > 0, given.to_numpy(np.float64), length)
    return drawn * np.divide(wanted, length, out=np.ones_like(length), where=length > 0)[line]


def _passages(rows: gpd.GeoDataFrame) -> tuple[Flags, Flags]:
    there, back = (_known(rows, name) for name in ("minutes_there", "minutes_back"))
    nothing = ~there & ~back
    return there | nothing, back | nothing


def _known(rows: gpd.GeoDataFrame, name: str) -> Flags:
    column = rows.get(name)
    return np.zeros(len(rows), bool) if column is None else column.notna().to_numpy(bool)


def _flag(rows: gpd.GeoDataFrame, name: str) -> Flags:
    column = rows.get(name)
    if column is None:
        return np.zeros(len(rows), bool)
    return pd.Series(column, dtype="boolean").fillna(value=False).to_numpy(bool)
