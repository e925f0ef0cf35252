"""How many people live where: census small areas, mesh cells, town lists."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.crs import GEOGRAPHIC, require_geographic
from geo.errors import CellFaulty, SchemaUnknown
from geo.exchange.boundaries import read_boundaries
from geo.exchange.census import is_census, read_census
from geo.exchange.columns import (
    LATITUDE,
    LONGITUDE,
    match_columns,
    place_points,
    read_number,
    read_table,
)
from geo.exchange.editions import as_text
from geo.exchange.files import Source, check_file
from geo.exchange.vectors import VECTOR_KINDS, read_vector, to_degrees

FIGURES: Final = ("people", "people_65", "people_75", "households")

SPELLINGS: Final[dict[str, tuple[str, ...]]] = {
    "id": ("id", "key", "KEY_CODE", "町丁コード", "コード"),
    "name": ("name", "town_name", "町丁名", "町名", "町丁・字名", "S_NAME"),
    "people": (
        "people", "population", "total_pop", "人口", "総人口", "人口総数", "人口（総数）",
        "人口計", "jinko",
    ),
    "people_65": ("people_65", "pop_old", "65歳以上", "65歳以上人口", "老年人口", "高齢者人口"),
    "people_75": ("people_75", "75歳以上", "75歳以上人口", "後期高齢者人口"),
    "households": ("households", "世帯数", "世帯総数", "setai"),
}  # fmt: skip
"""How readable headings spell what an area has."""

_NOT_OURS: Final = ("code", "parts", "geometry")

_UNKNOWN: Final = frozenset({"", "*", "x", "X", "-", "…", "...", "不明", "秘匿", "NA"})
"""Cells of a town list that hide or lack a figure."""


@dataclass(frozen=True)
class PopulationReport:
    """What was done to a population file; also in ``population.attrs["report"]``.

    Attributes
    ----------
    file, edition
        Name of the file, and what it was recognised as.
    rows, areas
        Rows of figures in the file, areas made of them.
    totals_left_out
        Rows that add up other rows (a city, a 大字 with its 丁目).
    hidden
        Areas whose figures are suppressed: null, never 0.
    without_shape
        Areas that nothing gives a shape or point.
    """

    file: str
    edition: str
    rows: int
    areas: int
    totals_left_out: int = 0
    hidden: int = 0
    without_shape: int = 0

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self


def read_population(
    path: str | Path, *, crs: str | int | None = None, areas: gpd.GeoDataFrame | None = None
) -> gpd.GeoDataFrame:
    """The population layer of a file.

    Parameters
    ----------
    path
        An e-Stat small-area or mesh table, small-area boundaries with counts, or any
        vector file, CSV or Excel with a column of people.
    crs
        What the coordinates are in, overruling the file; None believes the file, and
        takes columns of longitude and latitude for EPSG:4326.
    areas
        A districts layer whose ``code`` gives a table without shapes its shapes; None
        leaves them null.

    Returns
    -------
    The population layer, EPSG:4326: id, name, people, people_65, people_75, households
    (null is unknown or hidden), geometry. Census tables also give hidden (bool),
    merged_into (id of the area that holds a hidden one's people) and merged_from (list).
    ``attrs["report"]`` is a `PopulationReport`.

    Raises
    ------
    FileMissing, FileEmpty, FileTooLarge, FileUnreadable, EncodingUnknown, SchemaUnknown,
    CellFaulty, CrsMissing, CrsWrong, ParameterWrong
    """
    place = Path(path)
    source = Source(place, place.name, check_file(place))
    if source.kind in VECTOR_KINDS:
        return _from_vector(source, crs)
    spelled = [word for words in SPELLINGS.values() for word in words]
    table = read_table(place, [*spelled, *LONGITUDE, *LATITUDE, "HTKSYORI", "HYOSYO"])
    if is_census(table):
        return _from_census(table, source.file, areas)
    return _from_list(table, source.file, crs, areas)


def _from_census(
    table: pd.DataFrame, file: str, areas: gpd.GeoDataFrame | None
) -> gpd.GeoDataFrame:
    census = read_census(table, file)
    layer = gpd.GeoDataFrame(census.layer) if census.is_mesh else _join_shapes(census.layer, areas)
    report = PopulationReport(
        file=file,
        edition="e-Stat mesh" if census.is_mesh else "e-Stat small-area table",
        rows=census.rows,
        areas=len(layer),
        totals_left_out=census.totals,
        hidden=int(layer["hidden"].sum()),
    )
    return _finish(layer, report)


def _from_vector(source: Source, crs: str | int | None) -> gpd.GeoDataFrame:
    try:
        districts = read_boundaries(source.path, crs=crs)
    except (SchemaUnknown, CellFaulty):
        districts = None
    if districts is not None and "people" in districts.columns:
        done = districts.attrs["report"]
        report = PopulationReport(source.file, done.edition, done.rows, len(districts))
        return _finish(districts, report)
    table = read_vector(source, wanted=bool, crs=crs, prefer="population")
    return _named(table.set_index(pd.RangeIndex(1, len(table) + 1)), source.file)


def _from_list(
    table: pd.DataFrame, file: str, crs: str | int | None, areas: gpd.GeoDataFrame | None
) -> gpd.GeoDataFrame:
    found = match_columns(table.columns, {"lon": LONGITUDE, "lat": LATITUDE})
    if len(found) == 2:
        placed = place_points(table, file, lon=found["lon"], lat=found["lat"])
        return _named(placed if crs is None else to_degrees(placed, file, crs), file)
    nowhere = _nowhere(table)
    bare = gpd.GeoDataFrame(table, geometry=nowhere, crs=GEOGRAPHIC)
    return _named(bare, file, areas)


def _named(
    table: gpd.GeoDataFrame, file: str, areas: gpd.GeoDataFrame | None = None
) -> gpd.GeoDataFrame:
    """A table with readable headings as a layer."""
    columns = match_columns(map(str, table.columns), SPELLINGS)
    if "people" not in columns:
        raise SchemaUnknown(
            file=file,
            found=", ".join(str(c)[:30] for c in table.columns[:15] if c != "geometry"),
            expected="a column 人口 (people, population), or an e-Stat table with KEY_CODE",
            way_out="Call the column with the counts 人口 and try again.",
        )
    layer = gpd.GeoDataFrame(geometry=table.geometry.array, crs=GEOGRAPHIC)
    layer["name"] = _texts(table, columns.get("name"))
    layer["id"] = _ids(layer, _texts(table, columns.get("id")))
    for figure in FIGURES:
        if figure in columns:
            layer[figure] = read_figures(table, columns[figure], file)
    shaped = layer if areas is None else _join_shapes(pd.DataFrame(layer), areas)
    return _finish(shaped, PopulationReport(file, "known by its headings", len(table), len(layer)))


def _texts(table: pd.DataFrame, column: str | None) -> list[str | None]:
    return [None] * len(table) if column is None else list(map(as_text, table[column]))


def _ids(layer: gpd.GeoDataFrame, told: list[str | None]) -> list[str]:
    """The file's ids; else names, of repeated ones with their place; else the row number."""
    names = told if any(told) else list(layer["name"])
    times = Counter(names)
    middles = layer.geometry.representative_point()
    ids: list[str] = []
    for row, name in enumerate(names, start=1):
        lon, lat = middles.x.iloc[row - 1], middles.y.iloc[row - 1]
        if name is None:
            ids.append(f"row-{row}")
        elif times[name] > 1:
            ids.append(f"{name}@{lat:.5f},{lon:.5f}" if lon == lon else f"{name}#{row}")  # noqa: PLR0124 - NaN
        else:
            ids.append(name)
    again = Counter[str]()
    for n, key in enumerate(ids):
        again[key] += 1
        ids[n] = key if again[key] == 1 else f"{key}#{again[key]}"
    return ids


def read_figures(table: pd.DataFrame, column: str, file: str) -> list[float]:
    """Counts as people write them; NaN where they are hidden or left blank.

    Raises
    ------
    CellFaulty
        No number, or one below 0.
    """
    figures: list[float] = []
    for row, cell in table[column].items():
        blank = isinstance(cell, str) and cell.strip() in _UNKNOWN
        number = float("nan") if blank else read_number(cell, file=file, row=row, column=column)
        if number < 0:
            raise CellFaulty(
                file=file, row=row, column=column, value=cell, problem=f"{cell} is below 0"
            )
        figures.append(number)
    return figures


def _join_shapes(table: pd.DataFrame, areas: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    if areas is None:
        nowhere = _nowhere(table)
        return gpd.GeoDataFrame(table, geometry=nowhere, crs=GEOGRAPHIC)
    require_geographic(areas, "The areas layer")
    shapes = dict(zip(areas["code"], areas.geometry.to_crs(GEOGRAPHIC), strict=True))
    found = np.array([shapes.get(key) for key in table["id"]], dtype=object)
    return gpd.GeoDataFrame(table, geometry=found, crs=GEOGRAPHIC)


def _nowhere(table: pd.DataFrame) -> npt.NDArray[np.object_]:
    return np.full(len(table), None, dtype=object)


def _finish(layer: gpd.GeoDataFrame, report: PopulationReport) -> gpd.GeoDataFrame:
    for figure in FIGURES:
        if figure not in layer.columns:
            layer[figure] = np.nan
    ours = ["id", "name", *FIGURES]
    more = [name for name in layer.columns if name not in {*ours, *_NOT_OURS}]
    finished = layer[[*ours, *more, "geometry"]].reset_index(drop=True)
    missing = int(finished.geometry.isna().sum())
    finished.attrs["report"] = replace(report, without_shape=missing)
    return finished
