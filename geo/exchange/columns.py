"""Tables with a header as columns of text, their rows numbered as the spreadsheet numbers them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import GEOGRAPHIC
from geo.errors import CellFaulty, FileEmpty
from geo.exchange.sheets import find_header, join_headings, read_grid
from geo.exchange.spellings import fold, narrow

LONGITUDE: Final = ("経度", "lon", "lng", "longitude", "x座標（経度）", "経度（10進）", "fX")
LATITUDE: Final = ("緯度", "lat", "latitude", "y座標（緯度）", "緯度（10進）", "fY")


def read_table(path: str | Path, known: Iterable[str]) -> pd.DataFrame:
    """The records below the header, all text; the index is the row number in the file.

    Blank rows are left out, blank cells are ``""``.

    Raises
    ------
    FileMissing, FileEmpty, FileTooLarge, FileUnreadable, EncodingUnknown, CellFaulty,
    SchemaUnknown
    """
    grid = read_grid(path)
    headings = join_headings(grid, find_header(grid, known))
    columns = [index for index, name in enumerate(headings.names) if name]
    below = range(headings.below, len(grid.rows))
    filled = [index for index in below if any(cell.strip() for cell in grid.rows[index])]
    if not filled:
        raise FileEmpty(file=grid.file)
    return pd.DataFrame(
        [[grid.rows[index][column].strip() for column in columns] for index in filled],
        index=[grid.row_number(index) for index in filled],
        columns=[headings.names[column] for column in columns],
        dtype=object,
    )


def match_columns(columns: Iterable[str], spellings: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Which column holds what: ours → theirs, by the first spelling that is there.

    >>> match_columns(["施設名", "緯 度"], {"name": ["名称", "施設名"], "lat": ["緯度"]})
    {'name': '施設名', 'lat': '緯 度'}
    """
    here = {fold(column): column for column in reversed([*columns])}
    found: dict[str, str] = {}
    for ours, theirs in spellings.items():
        hits = [here[fold(spelling)] for spelling in theirs if fold(spelling) in here]
        if hits:
            found[ours] = hits[0]
    return found


def read_number(text: object, *, file: str, row: object, column: str) -> float:
    """A number as people write it; NaN where the cell is blank.

    Raises
    ------
    CellFaulty
    """
    if text is None or text is pd.NA or isinstance(text, (int, float)):
        return float(text) if isinstance(text, (int, float)) else math.nan
    plain = narrow(str(text)).replace(",", "")
    if not plain:
        return math.nan
    try:
        number = float(plain)
    except ValueError:
        number = math.inf
    if not math.isfinite(number):
        problem = f"{str(text)[:40]!r} is not a number"
        raise CellFaulty(file=file, row=row, column=column, value=str(text)[:40], problem=problem)
    return number


def place_points(table: pd.DataFrame, file: str, *, lon: str, lat: str) -> gpd.GeoDataFrame:
    """The table with points from two columns; null where either cell is blank.

    Raises
    ------
    CellFaulty
        A cell that is no number, or outside longitude ±180 and latitude ±90.
    """
    x = [read_number(v, file=file, row=r, column=lon) for r, v in table[lon].items()]
    y = [read_number(v, file=file, row=r, column=lat) for r, v in table[lat].items()]
    _check_range(table.index, x, 180.0, file, lon)
    _check_range(table.index, y, 90.0, file, lat)
    points = np.full(len(table), None, dtype=object)
    here = ~(np.isnan(x) | np.isnan(y))
    points[here] = shapely.points(np.array(x)[here], np.array(y)[here])
    return gpd.GeoDataFrame(table, geometry=points, crs=GEOGRAPHIC)


def _check_range(
    rows: Iterable[object], values: list[float], most: float, file: str, column: str
) -> None:
    for row, value in zip(rows, values, strict=True):
        if abs(value) > most:
            raise CellFaulty(
                file=file,
                row=row,
                column=column,
                value=value,
                problem=f"{value:.10g} is beyond ±{most:.0f} degrees",
            )
