"""Shelters, shops, clinics, bus stops and other places, from whatever file lists them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import terms
from geo.crs import GEOGRAPHIC
from geo.errors import CellFaulty, FileEmpty, ParameterWrong, SchemaUnknown
from geo.exchange.columns import LATITUDE, LONGITUDE, match_columns, place_points, read_table
from geo.exchange.editions import as_text
from geo.exchange.files import Source, check_file
from geo.exchange.findings import Finding, Repaired
from geo.exchange.hours import read_hours, read_weekdays
from geo.exchange.osmplaces import read_osm_places
from geo.exchange.spellings import find_code
from geo.exchange.vectors import VECTOR_KINDS, read_vector, to_degrees

SPELLINGS: Final[dict[str, tuple[str, ...]]] = {
    "id": ("共通ID", "ID", "施設ID", "識別番号", "コード"),
    "kind": ("kind", "種別", "分類", "施設種別", "区分", "カテゴリ"),
    "name": (
        "施設・場所名", "名称", "施設名", "施設名称", "店名", "店舗名", "停留所名", "バス停名",
        "医療機関名", "場所", "name",
    ),
    "address": (
        "所在地_連結表記", "所在地_連結標記", "住所", "所在地", "施設所在地", "address",
    ),
    "lon": LONGITUDE,
    "lat": LATITUDE,
    "weekdays": ("収集曜日", "収集日", "営業日", "開館日", "診療日", "曜日", "weekdays"),
    "hours": ("収集時間", "営業時間", "開館時間", "診療時間", "利用時間", "hours"),
}  # fmt: skip
"""How readable headings spell what a place has."""

_TELLTALES: Final = (
    ("指定緊急避難場所との住所同一", "shelter"),
    ("指定避難所との住所同一", "shelter"),
    ("災害種別_洪水", "shelter"),
    ("指定避難所との重複", "shelter"),
    ("小児対応設備の有無", "aed"),
    ("診療科目", "clinic"),
    ("停留所名", "bus_stop"),
    ("バス停名", "bus_stop"),
)
"""Headings that only lists of one kind of place have."""

_WORDS: Final = re.compile(r".*[^\x00-\x7f].*", re.DOTALL)

_RUINED: Final = re.compile(r"\d(\.\d+)?[Ee]\+\d+")
"""What a spreadsheet makes of a long number; digits are lost for good."""

_UNKNOWN_KIND: Final = "Say what the places are with --kind (kind= in Python): " + ", ".join(
    terms.PLACE_KINDS
)


@dataclass(frozen=True)
class PlaceEdition:
    """A file whose columns are numbered: which is what, and how its words look."""

    title: str
    kind: str
    columns: dict[str, str]


EDITIONS: Final = (
    PlaceEdition("P20", "shelter", {"name": "P20_002", "address": "P20_003"}),
    PlaceEdition("P14, 2021", "welfare", {"name": "P14_008", "address": "P14_004"}),
    PlaceEdition("P14, to 2015", "welfare", {"name": "P14_007", "address": "P14_003"}),
)
"""Recognised when both columns are there and hold words, not codes; newest first."""


@dataclass(frozen=True)
class PlaceReport:
    """What was done to a file of places; also in ``places.attrs["report"]``.

    Attributes
    ----------
    file, edition
        Name of the file, and what it was recognised as.
    rows, places
        Rows in the file, places made of them.
    without_point
        Rows (as numbered in the file) that say no position and were left out.
    ids_made
        Places whose id was missing, repeated, or ruined by a spreadsheet (1.40E+12).
    unread
        Rows whose days or hours were not understood, such as 第2・4水曜; they are unknown.
    """

    file: str
    edition: str
    rows: int
    places: int
    without_point: tuple[int, ...] = ()
    ids_made: int = 0
    unread: tuple[int, ...] = ()

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self


def read_places(
    path: str | Path, *, kind: str | None = None, crs: str | int | None = None
) -> gpd.GeoDataFrame:
    """The places layer of a file: shelters, shops, clinics, bus stops and more.

    Parameters
    ----------
    path
        GSI shelters, P20, P14, the standard shelter table, any CSV, Excel or vector file
        with a name and a position, or an OpenStreetMap extract (.osm.pbf, .osm).
    kind
        What all of them are (see `geo.terms.PLACE_KINDS`), overruling the file. From an
        OpenStreetMap extract only places of that kind are taken.
    crs
        What the coordinates are in, overruling the file; None believes the file, and
        takes columns of longitude and latitude for EPSG:4326.

    Returns
    -------
    The places layer, EPSG:4326: id, kind, name, address (null where not told), geometry
    (Point; areas become a point inside); weekdays and hours where the file has a column of
    them. ``attrs["report"]`` is a `PlaceReport`.

    Raises
    ------
    FileMissing, FileEmpty, FileTooLarge, FileUnreadable, EncodingUnknown, SchemaUnknown,
    CellFaulty, CrsMissing, CrsWrong, ParameterWrong
    """
    if kind is not None and kind not in terms.PLACE_KINDS:
        raise ParameterWrong(name="kind", value=kind, wanted=", ".join(terms.PLACE_KINDS))
    place = Path(path)
    source = Source(place, place.name, check_file(place))
    if source.kind in {"pbf", "osm"}:
        return _from_osm(source, kind)
    table = _read(source, crs)
    edition, columns = _recognise(table, source.file)
    if kind is None and edition.kind == "" and "kind" not in columns:
        raise SchemaUnknown(
            file=source.file, found=_listed(table), expected="a kind", way_out=_UNKNOWN_KIND
        )
    return _layer(table, columns, source.file, edition, kind)


def _from_osm(source: Source, kind: str | None) -> gpd.GeoDataFrame:
    found = [place for place in read_osm_places(source) if kind in {None, place.kind}]
    columns = ["id", "kind", "name", "address", "lon", "lat"]
    table = pd.DataFrame(found, columns=columns, dtype=object)
    points = shapely.points(table.pop("lon").to_numpy(float), table.pop("lat").to_numpy(float))
    layer = gpd.GeoDataFrame(table, geometry=points, crs=GEOGRAPHIC)
    layer.attrs["report"] = PlaceReport(source.file, "OpenStreetMap", len(layer), len(layer))
    return layer


def _read(source: Source, crs: str | int | None) -> gpd.GeoDataFrame:
    """The file as a table of text and shapes, its index the row number."""
    if source.kind in VECTOR_KINDS:
        table = read_vector(source, wanted=bool, crs=crs, prefer="places")
        return table.set_index(pd.RangeIndex(1, len(table) + 1))
    known = [spelling for spellings in SPELLINGS.values() for spelling in spellings]
    known += [column for edition in EDITIONS for column in edition.columns.values()]
    table = read_table(source.path, known)
    found = match_columns(table.columns, {"lon": LONGITUDE, "lat": LATITUDE})
    if len(found) < 2:
        raise SchemaUnknown(
            file=source.file,
            found=_listed(table),
            expected="columns 緯度 and 経度 (latitude, longitude)",
            way_out="Add the positions, or give a file with points.",
        )
    placed = place_points(table, source.file, lon=found["lon"], lat=found["lat"])
    return placed if crs is None else to_degrees(placed, source.file, crs)


def _recognise(table: pd.DataFrame, file: str) -> tuple[PlaceEdition, dict[str, str]]:
    for edition in EDITIONS:
        if all(column in table.columns for column in edition.columns.values()) and all(
            _holds_words(table[column]) for column in edition.columns.values()
        ):
            return edition, edition.columns
    columns = match_columns(map(str, table.columns), SPELLINGS)
    if "name" not in columns:
        raise SchemaUnknown(
            file=file,
            found=_listed(table),
            expected="a column 名称 or 施設名, or those of P20 or P14",
            way_out="Call the column with the names 名称 and try again.",
        )
    telltale = next((kind for heading, kind in _TELLTALES if heading in table.columns), "")
    return PlaceEdition("known by its headings", telltale, columns), columns


def _holds_words(values: pd.Series) -> bool:
    texts = [text for text in map(as_text, values) if text is not None]
    return bool(texts) and sum(bool(_WORDS.fullmatch(t)) for t in texts) >= 0.9 * len(texts)


def _layer(
    table: gpd.GeoDataFrame,
    columns: dict[str, str],
    file: str,
    edition: PlaceEdition,
    kind: str | None,
) -> gpd.GeoDataFrame:
    here = ~(table.geometry.isna() | table.geometry.is_empty)
    kept = table[here]
    if kept.empty:
        raise FileEmpty(file=file)
    layer = pd.DataFrame(index=kept.index)
    layer["id"] = _texts(kept, columns.get("id"))
    layer["kind"] = _kinds(kept, columns, file, kind or edition.kind)
    layer["name"] = _texts(kept, columns.get("name"))
    layer["address"] = _texts(kept, columns.get("address"))
    unread: set[int] = set()
    for name, read in _OPENING.items():
        if name in columns:
            layer[name], wrong = _lists(kept[columns[name]], read)
            unread |= wrong
    points = shapely.point_on_surface(np.asarray(kept.geometry.array, dtype=object))
    made = _make_ids(layer, gpd.GeoSeries(points))
    places = gpd.GeoDataFrame(layer.reset_index(drop=True), geometry=points, crs=GEOGRAPHIC)
    missing = tuple(int(row) for row in table.index[~here])
    report = PlaceReport(
        file, edition.title, len(table), len(places), missing, made, tuple(sorted(unread))
    )
    places.attrs["report"] = report
    return places


def _texts(table: pd.DataFrame, column: str | None) -> pd.Series:
    values = [None] * len(table) if column is None else list(map(as_text, table[column]))
    return pd.Series(values, index=table.index, dtype=object)


_OPENING: Final[Mapping[str, Callable[[str], object]]] = {
    "weekdays": read_weekdays,
    "hours": read_hours,
}
"""What is said of the days and hours a place is open, and how it is read."""


def _lists(column: pd.Series, read: Callable[[str], object]) -> tuple[pd.Series, set[int]]:
    """Lists out of cells, null where blank or not understood, and the rows of the latter."""
    values: list[list[str] | None] = []
    wrong: set[int] = set()
    for row, cell in column.items():
        found = read(as_text(cell) or "")
        found = found.value if isinstance(found, Repaired) else found
        if isinstance(found, Finding):
            wrong.add(int(str(row)))
        values.append(found if isinstance(found, list) else None)
    return pd.Series(values, index=column.index, dtype=object), wrong


def _kinds(table: pd.DataFrame, columns: dict[str, str], file: str, fixed: str) -> list[str]:
    if fixed or "kind" not in columns:
        return [fixed] * len(table)
    column, kinds = columns["kind"], []
    for row, value in table[column].items():
        code = find_code("place", as_text(value) or "")
        if code is None:
            raise CellFaulty(
                file=file,
                row=row,
                column=column,
                value=str(value)[:40],
                problem=f"{str(value)[:40]!r} is no kind of place known here; give --kind",
            )
        kinds.append(code)
    return kinds


def _make_ids(layer: pd.DataFrame, points: gpd.GeoSeries) -> int:
    """Fill in ids that are missing, repeated or ruined; the same place gets the same id."""
    texts = [text if text and not _RUINED.fullmatch(text) else None for text in layer["id"]]
    times = Counter(texts)
    seen: Counter[str] = Counter()
    lons, lats = points.x, points.y
    made = 0
    for n, text in enumerate(texts):
        if text is None or times[text] > 1:
            base = _digest(layer.iloc[n], f"{lons.iloc[n]:.6f}|{lats.iloc[n]:.6f}")
            seen[base] += 1
            texts[n] = base if seen[base] == 1 else f"{base}-{seen[base]}"
            made += 1
    layer["id"] = pd.Series(texts, index=layer.index, dtype=object)
    return made


def _digest(place: pd.Series, point: str) -> str:
    told = f"{place['kind']}|{place['name']}|{place['address']}|{point}"
    return f"{place['kind']}-{hashlib.blake2s(told.encode(), digest_size=6).hexdigest()}"


def _listed(table: pd.DataFrame) -> str:
    return ", ".join(str(name)[:30] for name in table.columns[:15] if name != "geometry") or "none"
