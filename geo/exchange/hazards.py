"""Where water or earth may come: flood, surge, tsunami and landslide areas of any edition."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, Self, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import terms
from geo.crs import GEOGRAPHIC
from geo.errors import CellFaulty, FileEmpty, ParameterWrong, SchemaUnknown
from geo.exchange.boundaries import as_multipolygon
from geo.exchange.columns import match_columns
from geo.exchange.depths import RANKS, RANKS_2012, UNTOLD, Depth, Ranks, read_depth
from geo.exchange.editions import as_text
from geo.exchange.files import open_source
from geo.exchange.spellings import find_code
from geo.exchange.vectors import VECTOR_KINDS, read_vector

_T = TypeVar("_T")


class HazardEdition(NamedTuple):
    """A published edition: the column that tells it, what is there, and how deep."""

    title: str
    column: str
    kind: str
    depth: Callable[[str], Depth | None]
    """The depth that a filled cell says; None where the edition knows no such value."""
    name: str = ""


def _ranked(ranks: Ranks) -> Callable[[str], Depth | None]:
    return ranks.get


def _untold(most: int) -> Callable[[str], Depth | None]:
    """Ranks of something else than depth: hours of standing water, kinds of current."""
    known = {str(rank) for rank in range(1, most + 1)}
    return lambda value: UNTOLD if value in known else None


def _flood(part: str, kind: str, depth: Callable[[str], Depth | None]) -> list[HazardEdition]:
    """The same figures by river (A31a) and by first mesh cell (A31b)."""
    by_river, by_cell = f"A31a_{part}05", f"A31b_{part}01"
    return [
        HazardEdition(f"A31a, {_PARTS[part]}", by_river, kind, depth, f"A31a_{part}02"),
        HazardEdition(f"A31b, {_PARTS[part]}", by_cell, kind, depth),
    ]


_PARTS: Final = {"1": "design scale", "2": "largest scale", "3": "duration", "4": "torn houses"}

EDITIONS: Final = (
    *_flood("2", "flood", _ranked(RANKS)),
    *_flood("1", "flood", _ranked(RANKS)),
    *_flood("3", "flood", _untold(7)),
    *_flood("4", "tearing_flood", _untold(2)),
    HazardEdition("A31, 2012", "A31_001", "flood", _ranked(RANKS_2012)),
    HazardEdition("A40", "A40_003", "tsunami", read_depth),
    HazardEdition("A49", "A49_003", "storm_surge", read_depth),
)
"""Floods of 国土数値情報 by the column that only they have."""

_SLOPES: Final = ("A33_001", "A33_002")
_SLOPE_KINDS: Final = {"1": "steep_slope", "2": "debris_flow", "3": "landslide"}
_SPECIAL: Final = {"1": False, "2": True, "3": False, "4": True}
"""土砂災害警戒区域 and 土砂災害特別警戒区域, designated (1, 2) or about to be (3, 4)."""

SPELLINGS: Final[dict[str, tuple[str, ...]]] = {
    "kind": ("kind", "種別", "災害種別", "災害の種類", "現象の種類", "ハザード", "hazard"),
    "name": ("name", "名称", "区域名", "河川名", "箇所名"),
    "depth": ("depth", "浸水深", "想定浸水深", "浸水深区分", "浸水ランク", "深さ"),
    "depth_from": ("depth_from", "浸水深下限"),
    "depth_to": ("depth_to", "浸水深上限"),
}
"""How readable headings spell what an area has."""

_UNKNOWN_KIND: Final = "Say what threatens there with --kind (kind= in Python): " + ", ".join(
    terms.HAZARD_KINDS
)


@dataclass(frozen=True)
class HazardReport:
    """What was done to a hazard file; also in ``hazards.attrs["report"]``.

    Attributes
    ----------
    file, edition
        Name of the file, and what it was recognised as.
    rows, areas
        Rows in the file, areas made of them.
    repaired
        How many had invalid rings, repaired.
    left_out
        Reason and number of rows that are no area: lines and points of torrents, empty shapes.
    """

    file: str
    edition: str
    rows: int
    areas: int
    repaired: int = 0
    left_out: tuple[tuple[str, int], ...] = ()

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self


class _Said(NamedTuple):
    """What the rows of a file say of their areas."""

    edition: str
    kinds: list[str]
    depths: list[Depth]
    names: list[str | None]
    special: list[bool | None]


def read_hazards(
    path: str | Path, *, kind: str | None = None, crs: str | int | None = None
) -> gpd.GeoDataFrame:
    """The hazards layer of a file: where water or earth may come, and how deep.

    Parameters
    ----------
    path
        国土数値情報 A31 (floods of 2012, by river or by mesh cell), A33 (slopes), A40
        (tsunami), A49 (surges), or any polygons with a column of kinds or a ``kind`` given;
        GeoJSON, GeoPackage, FlatGeobuf, GeoParquet or Shapefile, also zipped.
    kind
        What threatens in all of them (see `geo.terms.HAZARD_KINDS`), overruling the file.
    crs
        What the coordinates are in, overruling the file; None believes the file.

    Returns
    -------
    The hazards layer, EPSG:4326, one row per row with an area: id, kind, name (null where
    not told), depth_from and depth_to (metres; NaN where not told, and depth_to NaN beside
    a depth_from where it has no end), special (True, False; null where the file does not
    tell), geometry (MultiPolygon). ``attrs["report"]`` is a `HazardReport`.

    Raises
    ------
    FileMissing, FileEmpty, FileTooLarge, FileUnreadable, SchemaUnknown, CellFaulty,
    CrsMissing, CrsWrong, ParameterWrong
    """
    if kind is not None and kind not in terms.HAZARD_KINDS:
        raise ParameterWrong(name="kind", value=kind, wanted=", ".join(terms.HAZARD_KINDS))
    source = open_source(path, kinds=VECTOR_KINDS, wanted="hazards")
    table = read_vector(source, wanted=_is_area_layer, crs=crs, prefer="hazards")
    said = _read_rows(table, source.file, kind)
    return _layer(table, said, source.file)


def _is_area_layer(shape: str) -> bool:
    return "Polygon" in shape or "Surface" in shape or shape in {"Unknown", "GeometryCollection"}


def _read_rows(table: gpd.GeoDataFrame, file: str, kind: str | None) -> _Said:
    here = {str(column).casefold(): str(column) for column in table.columns}
    for edition in EDITIONS:
        if edition.column.casefold() in here:
            return _read_flood(table, edition, here, file, kind)
    if all(column.casefold() in here for column in _SLOPES):
        return _read_slopes(table, here, file, kind)
    return _read_plain(table, file, kind)


def _read_flood(
    table: gpd.GeoDataFrame,
    edition: HazardEdition,
    here: Mapping[str, str],
    file: str,
    kind: str | None,
) -> _Said:
    depths = _cells(table, here[edition.column.casefold()], edition.depth, file)
    names = _texts(table, here.get(edition.name.casefold()))
    rows = len(table)
    return _Said(
        edition.title,
        [kind or edition.kind] * rows,
        [depth or UNTOLD for depth in depths],
        names,
        [None] * rows,
    )


def _read_slopes(
    table: gpd.GeoDataFrame, here: Mapping[str, str], file: str, kind: str | None
) -> _Said:
    kinds = _cells(table, here["a33_001"], _SLOPE_KINDS.get, file)
    special = _cells(table, here["a33_002"], _SPECIAL.get, file)
    return _Said(
        "A33",
        [kind or one or "other" for one in kinds],
        [UNTOLD] * len(table),
        _texts(table, here.get("a33_005")),
        special,
    )


def _read_plain(table: gpd.GeoDataFrame, file: str, kind: str | None) -> _Said:
    columns = match_columns(map(str, table.columns), SPELLINGS)
    if kind is None and "kind" not in columns:
        raise SchemaUnknown(
            file=file,
            found=", ".join(str(c)[:30] for c in table.columns[:15] if c != "geometry") or "none",
            expected="the columns of A31, A33, A40 or A49, or a column 種別 (kind)",
            way_out=_UNKNOWN_KIND,
        )
    kinds: list[str | None] = [kind] * len(table)
    if kind is None:
        kinds = _cells(table, columns["kind"], _find_kind, file)
    return _Said(
        "known by its headings",
        [one or "other" for one in kinds],
        _plain_depths(table, columns, file),
        _texts(table, columns.get("name")),
        [None] * len(table),
    )


def _find_kind(text: str) -> str | None:
    return text if text in terms.HAZARD_KINDS else find_code("hazard", text)


def _plain_depths(table: gpd.GeoDataFrame, columns: Mapping[str, str], file: str) -> list[Depth]:
    if "depth" in columns:
        told = _cells(table, columns["depth"], read_depth, file)
        return [depth or UNTOLD for depth in told]
    ends = [
        _cells(table, columns[end], read_depth, file) if end in columns else [None] * len(table)
        for end in ("depth_from", "depth_to")
    ]
    return [
        Depth(low.least if low else None, high.most if high else None)
        for low, high in zip(*ends, strict=True)
    ]


def _cells(
    table: gpd.GeoDataFrame, column: str, read: Callable[[str], _T | None], file: str
) -> list[_T | None]:
    """What the cells of a column say; None where one is blank."""
    found: list[_T | None] = []
    for row, cell in enumerate(table[column], start=1):
        text = as_text(cell)
        value = None if text is None else read(text)
        if text is not None and value is None:
            raise CellFaulty(
                file=file,
                row=row,
                column=column,
                value=text[:40],
                problem=f"{text[:40]!r} is no value of that column known here",
            )
        found.append(value)
    return found


def _texts(table: gpd.GeoDataFrame, column: str | None) -> list[str | None]:
    return [None] * len(table) if column is None else list(map(as_text, table[column]))


def _layer(table: gpd.GeoDataFrame, said: _Said, file: str) -> gpd.GeoDataFrame:
    shapes = table.geometry.to_numpy().copy()
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    areas = np.array([as_multipolygon(shape) for shape in shapes], dtype=object)
    kept = ~shapely.is_empty(areas)
    if not kept.any():
        raise FileEmpty(file=file)
    layer = pd.DataFrame(
        {
            "kind": pd.Series(said.kinds, dtype=object),
            "name": pd.Series(said.names, dtype=object),
            "depth_from": np.array([depth.least for depth in said.depths], np.float64),
            "depth_to": np.array([depth.most for depth in said.depths], np.float64),
            "special": pd.Series(said.special, dtype=object),
        }
    )[kept].reset_index(drop=True)
    layer.insert(0, "id", _ids(layer["kind"], areas[kept]))
    hazards = gpd.GeoDataFrame(layer, geometry=areas[kept], crs=GEOGRAPHIC)
    left_out = (("no area", int((~kept).sum())),) if not kept.all() else ()
    hazards.attrs["report"] = HazardReport(
        file, said.edition, len(table), len(hazards), int(broken[kept].sum()), left_out
    )
    return hazards


def _ids(kinds: pd.Series, areas: np.ndarray[tuple[int], np.dtype[np.object_]]) -> list[str]:
    """The same area gets the same id in every import."""
    seen: Counter[str] = Counter()
    ids: list[str] = []
    for kind, shape in zip(kinds, shapely.to_wkb(areas), strict=True):
        base = f"{kind}-{hashlib.blake2s(shape, digest_size=6).hexdigest()}"
        seen[base] += 1
        ids.append(base if seen[base] == 1 else f"{base}-{seen[base]}")
    return ids
