"""How fast one walks up and down: elevation at points, pace on a slope and on steps."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import rasterio
from pyproj import Transformer
from rasterio.errors import RasterioError
from rasterio.windows import Window

from geo.errors import CrsMissing, FileMissing, FileUnreadable, ParameterWrong
from geo.units import MetresPerMinute

Floats = npt.NDArray[np.float64]

STEEPEST: Final = 0.4
"""Grades beyond this (rise over run) are taken for faults of the elevation data.

The steepest streets lived in rise 0.35; a coarse raster gives far more on a short stretch.
"""

STEPS_SHARE: Final = 0.5
"""Pace on steps as a share of the flat pace, the slope not counted again.

A convention (see docs/adr): map length of a flight is short against its height, and the
people this is for climb slowly.
"""


def pace_share(grade: npt.ArrayLike) -> Floats:
    """Pace on a slope as a share of the pace on flat ground.

    Parameters
    ----------
    grade
        Rise over run in the direction of walking; NaN (unknown) counts as flat.

    Source: Tobler (1993), Three Presentations on Geographical Analysis and Modeling,
    NCGIA 93-1: 6 exp(-3.5 |S + 0.05|) km/h, scaled here so that S = 0 gives 1.

    >>> float(pace_share(0.0))
    1.0
    >>> float(pace_share(-0.05).round(3)), float(pace_share(0.10).round(3))
    (1.191, 0.705)
    """
    slope = np.clip(np.nan_to_num(np.asarray(grade, np.float64)), -STEEPEST, STEEPEST)
    return np.exp(-3.5 * (np.abs(slope + 0.05) - 0.05))


def stretch_milliseconds(
    metres: Floats,
    rise: Floats,
    steps: npt.NDArray[np.bool_],
    pace: MetresPerMinute,
) -> tuple[Floats, Floats]:
    """Time there and back along stretches of street.

    Parameters
    ----------
    metres
        Length on the map, shape (m,).
    rise
        Metres gained from start to end; NaN where unknown; shape (m,).
    steps
        Flights of steps, shape (m,).
    pace
        Metres a minute on flat ground.

    Returns
    -------
    Milliseconds there and back, shape (m,) each.
    """
    grade = np.divide(rise, metres, out=np.zeros_like(metres), where=metres > 0)
    flat = metres / pace * 60_000.0
    there = np.where(steps, STEPS_SHARE, pace_share(grade))
    back = np.where(steps, STEPS_SHARE, pace_share(-grade))
    return flat / there, flat / back


def sample_elevation(path: Path, lon: Floats, lat: Floats) -> Floats:
    """Elevation at points, bilinear between the cells of a raster.

    Parameters
    ----------
    path
        Any raster GDAL reads, in any CRS; the first band in metres.
    lon, lat
        Degrees, shape (n,).

    Returns
    -------
    Metres, shape (n,); NaN outside the raster and where a neighbouring cell holds no data.

    Raises
    ------
    FileMissing, FileUnreadable, CrsMissing
    """
    if not path.is_file():
        raise FileMissing(file=path.name)
    try:
        with rasterio.open(path) as raster:
            if raster.crs is None:
                raise CrsMissing(
                    source=path.name, way_out="Give it one (gdal_edit -a_srs EPSG:6668)."
                )
            place = Transformer.from_crs(4326, raster.crs.to_wkt(), always_xy=True)
            x, y = place.transform(lon, lat)
            return _bilinear(raster, np.asarray(x), np.asarray(y))
    except RasterioError as fault:
        raise FileUnreadable(
            file=path.name, kind="an elevation raster", reason="it is damaged or no raster"
        ) from fault


def _bilinear(raster: rasterio.DatasetReader, x: Floats, y: Floats) -> Floats:
    a, b, c, d, e, f = tuple(raster.transform)[:6]
    column = (e * (x - c) - b * (y - f)) / (a * e - b * d) - 0.5
    row = (a * (y - f) - d * (x - c)) / (a * e - b * d) - 0.5
    with np.errstate(invalid="ignore"):
        inside = (column >= -0.5) & (row >= -0.5)
        inside &= (column <= raster.width - 0.5) & (row <= raster.height - 0.5)
    if not inside.any():
        return np.full(x.shape, np.nan)
    column = np.clip(column, 0, raster.width - 1)[inside]
    row = np.clip(row, 0, raster.height - 1)[inside]
    heights = np.full(x.shape, np.nan)
    heights[inside] = _between_cells(raster, column, row)
    return heights


def _between_cells(raster: rasterio.DatasetReader, column: Floats, row: Floats) -> Floats:
    left, top = np.floor(column).astype(np.int64), np.floor(row).astype(np.int64)
    right = np.minimum(left + 1, raster.width - 1)
    bottom = np.minimum(top + 1, raster.height - 1)
    corner = int(left.min()), int(top.min())
    window = Window(*corner, int(right.max()) - corner[0] + 1, int(bottom.max()) - corner[1] + 1)
    read = raster.read(1, window=window, masked=True).astype(np.float64)
    cells = np.ma.filled(read, np.nan)
    across, down = column - left, row - top
    heights = np.zeros(column.shape)
    for x, share_x in ((left, 1 - across), (right, across)):
        for y, share_y in ((top, 1 - down), (bottom, down)):
            weight = share_x * share_y
            height = cells[y - corner[1], x - corner[0]]
            heights += np.where(weight > 1e-9, height, 0.0) * weight
    return heights


def require_pace(pace: float) -> None:
    """Refuse a pace nobody walks.

    Raises
    ------
    ParameterWrong
    """
    if not 10.0 <= pace <= 200.0:
        raise ParameterWrong(name="pace", value=pace, wanted="10 to 200 metres a minute")
