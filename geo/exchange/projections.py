"""How many people will live where: projections by mesh cell or area, for one year or many.

国土数値情報 将来推計人口メッシュ (250 m, 500 m, 1 km) of any edition, and plain tables, one
column for each year or one row. What a column says is read from its heading: a figure
and a year, in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Final, Self

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.crs import GEOGRAPHIC, mesh_bounds, require_geographic
from geo.errors import CellFaulty, SchemaUnknown
from geo.exchange.columns import LATITUDE, LONGITUDE, match_columns, place_points, read_table
from geo.exchange.editions import as_text
from geo.exchange.files import Source, check_file
from geo.exchange.population import SPELLINGS as POPULATION
from geo.exchange.population import read_figures
from geo.exchange.spellings import fold
from geo.exchange.vectors import VECTOR_KINDS, read_vector, to_degrees

FIGURES: Final = ("people", "people_65", "people_75")

_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "people": ("PTN", "PT0", "PT00", "POP", *POPULATION["people"], ""),
    "people_65": ("PTC", *POPULATION["people_65"]),
    "people_75": ("PTD", *POPULATION["people_75"]),
    "hidden": ("HITOKU",),
}
"""How headings spell a figure beside its year; where there is only a year, it is people."""

_IDS: Final = ("MESH_ID", "mesh", "メッシュコード", "地域メッシュコード", *POPULATION["id"])
_CITIES: Final = ("SHICODE", "CITY_CODE", "市区町村コード")
_YEARS: Final = ("year", "年", "年次", "年度", "推計年", "西暦")

_KEYS: Final = {"id": _IDS, "name": POPULATION["name"], "city": _CITIES, "year": _YEARS}

_YEAR: Final = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d|21[0-4]\d)(?!\d)年?")
_AROUND: Final = re.compile(r"^[\W_]+|[\W_]+$|将来推計|推計")
_MESH: Final = re.compile(r"\d{4}[0-7]{2}\d{2}[1-4]{0,3}")
_SHOWN: Final = frozenset({"", "0"})
"""What a cell about hiding holds where nothing is hidden."""

Shape = shapely.Geometry
Key = tuple[str, int]
"""A figure and a year."""


@dataclass(frozen=True)
class ProjectionReport:
    """What was done to a file of projections; also in ``projections.attrs["report"]``.

    Attributes
    ----------
    file, edition
        Name of the file, and what it was recognised as.
    areas, years
        Areas in it, and the years it tells of.
    hidden
        Figures by age that are suppressed: null, never 0.
    without_shape
        Areas that nothing gives a shape or point.
    """

    file: str
    edition: str
    areas: int
    years: tuple[int, ...]
    hidden: int = 0
    without_shape: int = 0

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self


def read_projections(
    path: str | Path, *, crs: str | int | None = None, areas: gpd.GeoDataFrame | None = None
) -> gpd.GeoDataFrame:
    """The projections layer of a file.

    Parameters
    ----------
    path
        A mesh of 国土数値情報 (Shapefile, GeoJSON, zipped or not), or any vector file, CSV
        or Excel: id and a column for each figure and year (``PTC_2035``, ``2035年65歳以上``),
        or id, year and figures.
    crs
        What the coordinates are in, overruling the file; None believes the file.
    areas
        A districts layer whose ``code`` gives a table without shapes its shapes. A mesh code
        has its shape in itself.

    Returns
    -------
    The projections layer, EPSG:4326: id, year, people, people_65, people_75 (null is unknown
    or hidden), geometry; by area in the order of the file, then by year. Parts of a cell in
    several municipalities are added up. ``attrs["report"]`` is a `ProjectionReport`.

    Raises
    ------
    FileMissing, FileEmpty, FileTooLarge, FileUnreadable, EncodingUnknown, SchemaUnknown,
    CellFaulty, CrsMissing, CrsWrong, ParameterWrong
    """
    place = Path(path)
    source = Source(place, place.name, check_file(place))
    table = _load(source, crs)
    columns = match_columns(map(str, table.columns), _KEYS)
    keyed = columns.get("id", columns.get("name"))
    wide = {} if "year" in columns else _find_wide(map(str, table.columns))
    plain = match_columns(map(str, table.columns), {f: POPULATION[f] for f in FIGURES})
    if keyed is None or not (wide if "year" not in columns else "people" in plain):
        raise _unknown(table, source.file)
    if wide:
        rows, hidden = _from_wide(table, keyed, wide, source.file)
    else:
        rows, hidden = _from_long(table, keyed, columns["year"], plain, source.file), 0
    rows["city"] = _texts(table, columns.get("city"))[rows.pop("at").to_numpy()]
    merged = _merge(rows, table, keyed, source.file)
    shapes = _shapes(list(dict.fromkeys(merged["id"])), table, keyed, areas)
    edition = "mesh of projections" if "city" in columns and wide else "known by its headings"
    return _finish(merged, shapes, ProjectionReport(source.file, edition, 0, (), hidden))


def _load(source: Source, crs: str | int | None) -> gpd.GeoDataFrame:
    """The table with its shapes, null where it has none; the index is the row number."""
    if source.kind in VECTOR_KINDS:
        table = read_vector(source, wanted=bool, crs=crs, prefer="projections")
        return table.set_index(pd.RangeIndex(1, len(table) + 1))
    table = read_table(source.path, list(_known_headings()))
    found = match_columns(table.columns, {"lon": LONGITUDE, "lat": LATITUDE})
    if len(found) == 2:
        placed = place_points(table, source.file, lon=found["lon"], lat=found["lat"])
        return placed if crs is None else to_degrees(placed, source.file, crs)
    nowhere = np.full(len(table), None, dtype=object)
    return gpd.GeoDataFrame(table, geometry=nowhere, crs=GEOGRAPHIC)


def _known_headings() -> Iterator[str]:
    """Headings that tell the header row from titles above it."""
    yield from (*_IDS, *_CITIES, *_YEARS, *POPULATION["name"], *LONGITUDE, *LATITUDE)
    for figure in FIGURES:
        yield from POPULATION[figure]
    words = [word for words in _WORDS.values() for word in words]
    for year, word in product(range(2000, 2101), words):
        yield from (f"{word}_{year}", f"{word}{year}", f"{year}年{word}", f"{year}{word}")


def _find_wide(headings: Iterable[str]) -> dict[Key, str]:
    """Which column holds which figure of which year, by the first spelling that is there."""
    ranks: dict[str, tuple[int, str]] = {}
    for figure, words in _WORDS.items():
        for rank, word in enumerate(words):
            ranks.setdefault(fold(word), (rank, figure))
    best: dict[Key, tuple[int, str]] = {}
    for heading in headings:
        told = read_heading(heading)
        if told is None or told[0] not in ranks:
            continue
        rank, figure = ranks[told[0]]
        key = (figure, told[1])
        if key not in best or rank < best[key][0]:
            best[key] = (rank, heading)
    found = {key: heading for key, (_, heading) in best.items()}
    return found if any(figure in FIGURES for figure, _ in found) else {}


def read_heading(heading: str) -> tuple[str, int] | None:
    """The word and the year of a heading; None where it names no year.

    >>> read_heading("PTC_2035"), read_heading("2035年 65歳以上人口"), read_heading("PT12")
    (('ptc', 2035), ('65歳以上人口', 2035), None)
    """
    plain = fold(heading)
    year = _YEAR.search(plain)
    if year is None:
        return None
    word = plain[: year.start()] + plain[year.end() :]
    return _AROUND.sub("", _AROUND.sub("", word)), int(year[1])


def _from_wide(
    table: gpd.GeoDataFrame, keyed: str, wide: Mapping[Key, str], file: str
) -> tuple[pd.DataFrame, int]:
    """One row for each area and year, and how many figures by age are hidden."""
    years = sorted({year for figure, year in wide if figure in FIGURES})
    ids = _texts(table, keyed)
    parts: list[pd.DataFrame] = []
    hidden = 0
    for year in years:
        part = pd.DataFrame({"at": np.arange(len(table)), "id": ids, "year": float(year)})
        for figure in FIGURES:
            column = wide.get((figure, year))
            numbers = np.full(len(table), np.nan) if column is None else _read(table, column, file)
            part[figure] = numbers
        secret = _secret(table, wide.get(("hidden", year)))
        hidden += int(part.loc[secret, "people_65"].notna().sum())
        part.loc[secret, ["people_65", "people_75"]] = np.nan
        parts.append(part)
    return pd.concat(parts, ignore_index=True), hidden


def _from_long(
    table: gpd.GeoDataFrame, keyed: str, year: str, plain: Mapping[str, str], file: str
) -> pd.DataFrame:
    rows = pd.DataFrame({"at": np.arange(len(table)), "id": _texts(table, keyed)})
    rows["year"] = _read_years(table, year, file)
    for figure in FIGURES:
        rows[figure] = _read(table, plain[figure], file) if figure in plain else np.nan
    return rows


def _read(table: gpd.GeoDataFrame, column: str, file: str) -> npt.NDArray[np.float64]:
    return np.array(read_figures(table, column, file), np.float64)


def _read_years(table: gpd.GeoDataFrame, column: str, file: str) -> list[float]:
    years: list[float] = []
    for row, cell in table[column].items():
        told = _YEAR.fullmatch(fold(as_text(cell) or ""))
        if told is None:
            raise CellFaulty(
                file=file, row=row, column=column, value=str(cell)[:40],
                problem=f"{str(cell)[:40]!r} is no year",
            )  # fmt: skip
        years.append(float(told[1]))
    return years


def _secret(table: gpd.GeoDataFrame, column: str | None) -> npt.NDArray[np.bool_]:
    if column is None:
        return np.zeros(len(table), bool)
    return np.array([(as_text(cell) or "") not in _SHOWN for cell in table[column]], bool)


def _texts(table: gpd.GeoDataFrame, column: str | None) -> npt.NDArray[np.object_]:
    if column is None:
        return np.full(len(table), None, object)
    return np.array([as_text(cell) for cell in table[column]], object)


def _merge(rows: pd.DataFrame, table: gpd.GeoDataFrame, keyed: str, file: str) -> pd.DataFrame:
    """Parts of an area added up; a second row for the same part is a fault."""
    empty = rows["id"].isna()
    again = rows.duplicated(["id", "year", "city"])
    wrong = np.flatnonzero(empty | again)
    if len(wrong):
        at = int(wrong[0]) % len(table)
        problem = "the area has no key" if empty.iloc[wrong[0]] else "occurs a second time"
        value = str(rows["id"].iloc[wrong[0]])[:40]
        said = problem if empty.iloc[wrong[0]] else f"{value!r} {problem}"
        raise CellFaulty(file=file, row=table.index[at], column=keyed, value=value, problem=said)
    merged = _add_parts(rows) if rows.duplicated(["id", "year"]).any() else rows
    place = {key: at for at, key in enumerate(dict.fromkeys(rows["id"]))}
    order = np.lexsort((merged["year"], merged["id"].map(place)))
    return merged.iloc[order].reset_index(drop=True)


def _add_parts(rows: pd.DataFrame) -> pd.DataFrame:
    """Sums of the parts of each area; null where one of them is."""
    keys, figures = ["id", "year"], list(FIGURES)
    known = rows[figures].notna().groupby([rows["id"], rows["year"]], sort=False).all()
    return rows.groupby(keys, sort=False)[figures].sum().where(known).reset_index()


def _finish(
    rows: pd.DataFrame, shapes: Mapping[str, Shape | None], report: ProjectionReport
) -> gpd.GeoDataFrame:
    geometry = np.array([shapes.get(key) for key in rows["id"]], object)
    layer = gpd.GeoDataFrame(rows[["id", "year", *FIGURES]], geometry=geometry, crs=GEOGRAPHIC)
    ids = list(dict.fromkeys(rows["id"]))
    layer.attrs["report"] = replace(
        report,
        areas=len(ids),
        years=tuple(sorted({int(year) for year in rows["year"]})),
        without_shape=sum(shapes.get(key) is None for key in ids),
    )
    return layer


def _shapes(
    ids: list[str], table: gpd.GeoDataFrame, keyed: str, areas: gpd.GeoDataFrame | None
) -> Mapping[str, Shape | None]:
    """Shape of each area: of its mesh code, else of the file, else of the areas."""
    known: dict[str, Shape | None] = {}
    if areas is not None:
        require_geographic(areas, "The areas layer")
        known |= dict(zip(areas["code"], areas.geometry.to_crs(GEOGRAPHIC), strict=True))
    if table.geometry.notna().any():
        parts = pd.DataFrame({"id": _texts(table, keyed), "shape": table.geometry.to_numpy()})
        for key, shapes in parts.dropna().groupby("id")["shape"]:
            whole = list(dict.fromkeys(shapes))
            known[str(key)] = whole[0] if len(whole) == 1 else shapely.union_all(whole)
    return known | {key: shapely.box(*mesh_bounds(key)) for key in ids if _MESH.fullmatch(key)}


def _unknown(table: gpd.GeoDataFrame, file: str) -> SchemaUnknown:
    return SchemaUnknown(
        file=file,
        found=", ".join(str(column)[:30] for column in table.columns[:15] if column != "geometry"),
        expected="an area key and people by year (PTN_2035, 2035年人口), or a column 年 (year)",
        way_out="Call the columns id, year and people (or 2035年人口 and so on) and try again.",
    )
