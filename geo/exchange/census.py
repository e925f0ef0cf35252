"""Census tables of e-Stat: small areas by key, mesh cells by code, hidden figures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.crs import GEOGRAPHIC, mesh_bounds
from geo.errors import CellFaulty, FileEmpty, SchemaUnknown
from geo.exchange.columns import read_number
from geo.exchange.spellings import narrow

_LABELS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("people", re.compile(r"(総?人口|人口\(?総数\)?( 男女計)?|\(?総数\)?)")),
    ("people_65", re.compile(r"(人口 ?)?65歳以上(人口)?[ ・(]*(総数)?\)?")),
    ("people_75", re.compile(r"(人口 ?)?75歳以上(人口)?[ ・(]*(総数)?\)?")),
    ("households", re.compile(r"世帯(総数|数)[ ・(]*(総数)?\)?")),
)
"""How the second header row says what a column counts."""

_COLUMNS: Final = {
    "T001082001": "people",
    "T001141001": "people",
    "T001141019": "people_65",
    "T001141022": "people_75",
}
"""Columns of the 2020 census that are known without a second header row."""

_MESH: Final = re.compile(r"\d{4}([0-7]{2}(\d{2}[1-4]{0,3})?)?")

_HIDDEN: Final = frozenset({"*", "**", "***", "X", "x", ""})

_ZERO: Final = "-"
"""「-」 in a census table: counted, and there is nobody."""


@dataclass(frozen=True)
class Census:
    """A census table as a layer; a small-area table has no geometry."""

    layer: pd.DataFrame
    is_mesh: bool
    rows: int
    totals: int


def is_census(table: pd.DataFrame) -> bool:
    """Whether a table is one of e-Stat: it has KEY_CODE and says how it hides figures."""
    return "KEY_CODE" in table.columns and bool({"HTKSYORI", "HYOSYO"} & {*table.columns})


def read_census(table: pd.DataFrame, file: str) -> Census:
    """The areas of an e-Stat table; totals of other rows left out.

    Parameters
    ----------
    table
        All text, index = row number; the second header row still in it.
    file
        For sentences.

    Raises
    ------
    SchemaUnknown, CellFaulty, FileEmpty
    """
    first = table.iloc[0]
    labelled = first["KEY_CODE"] == ""
    labels = first if labelled else None
    records = table.iloc[1:] if labelled else table
    if records.empty:
        raise FileEmpty(file=file)
    is_mesh = not {"HYOSYO", "CITYNAME", "NAME"} & {*table.columns}
    _check_keys(records, file)
    leaves = records if is_mesh else records[~_are_totals(list(records["KEY_CODE"]))]
    layer = _figures(leaves, _find_figures(table.columns, labels, file), file)
    if is_mesh:
        layer = _with_cells(layer, file)
    elif "NAME" in table.columns:
        layer["name"] = [narrow_or_none(name) for name in leaves["NAME"]]
    return Census(layer, is_mesh, len(records), len(records) - len(leaves))


def narrow_or_none(name: str) -> str | None:
    """A name without outer blanks; None where there is none."""
    return name.strip() or None


def _check_keys(records: pd.DataFrame, file: str) -> None:
    keys = records["KEY_CODE"]
    wrong = keys.duplicated() | ~keys.str.fullmatch(r"\d{4,11}")
    if wrong.any():
        row, key = records.index[wrong][0], keys[wrong].iloc[0]
        problem = "occurs a second time" if re.fullmatch(r"\d{4,11}", key) else "is no area key"
        raise CellFaulty(
            file=file, row=row, column="KEY_CODE", value=key[:40], problem=f"{key[:40]!r} {problem}"
        )


def _are_totals(keys: list[str]) -> npt.NDArray[np.bool_]:
    """Whether a row adds up others: another key begins with its key."""
    begun = {key[:length] for key in keys for length in (2, 5, 9) if length < len(key)}
    return np.array([key in begun for key in keys], dtype=bool)


def _find_figures(columns: Iterable[str], labels: pd.Series | None, file: str) -> dict[str, str]:
    """Ours → theirs, by the labels of the second header row, else by known columns."""
    found: dict[str, str] = {}
    for column in columns:
        label = "" if labels is None else " ".join(narrow(labels[column]).split())
        for ours, pattern in _LABELS:
            if label and pattern.fullmatch(label):
                found.setdefault(ours, column)
        if column in _COLUMNS:
            found.setdefault(_COLUMNS[column], column)
    if "people" not in found:
        raise SchemaUnknown(
            file=file,
            found=", ".join([*columns][:15]),
            expected="a column 人口総数 in the second header row, T001082001 or T001141001",
            way_out="Download the table of total population and try again.",
        )
    return found


def _figures(records: pd.DataFrame, columns: dict[str, str], file: str) -> pd.DataFrame:
    layer = pd.DataFrame(index=records.index)
    layer["id"] = records["KEY_CODE"]
    layer["name"] = pd.Series([None] * len(records), index=records.index, dtype=object)
    layer["hidden"] = _column(records, "HTKSYORI") == "2"
    for ours, theirs in columns.items():
        counts = [_count(cell, file, row, theirs) for row, cell in records[theirs].items()]
        layer[ours] = pd.Series(counts, index=records.index).where(~layer["hidden"])
    into = _column(records, "HTKSAKI")
    layer["merged_into"] = into.where(into != "", None)
    layer["merged_from"] = [re.findall(r"\d{4,11}", text) for text in _column(records, "GASSAN")]
    return layer


def _column(records: pd.DataFrame, name: str) -> pd.Series:
    if name in records.columns:
        return records[name]
    return pd.Series([""] * len(records), index=records.index, dtype=object)


def _count(cell: str, file: str, row: object, column: str) -> float:
    plain = narrow(cell)
    if plain in _HIDDEN:
        return float("nan")
    if plain == _ZERO:
        return 0.0
    return read_number(plain, file=file, row=row, column=column)


def _with_cells(layer: pd.DataFrame, file: str) -> gpd.GeoDataFrame:
    cells = [_cell(key, file, row) for row, key in layer["id"].items()]
    return gpd.GeoDataFrame(layer, geometry=cells, crs=GEOGRAPHIC)


def _cell(key: str, file: str, row: object) -> shapely.Polygon:
    if not _MESH.fullmatch(key):
        raise CellFaulty(
            file=file, row=row, column="KEY_CODE", value=key, problem=f"{key} is no mesh code"
        )
    return shapely.box(*mesh_bounds(key))
