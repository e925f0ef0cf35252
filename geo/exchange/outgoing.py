"""What stands in the cells of a file we write: plain values, inert text, characters it can hold."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import CellsUnwritable

SEPARATOR: Final = "、"
"""Between the items of a list where the format has no lists."""

NOTHING: Final = "なし"
"""An empty list where a blank cell would mean "not asked"."""

LONGEST: Final = 32_767

_POINT: Final = 0

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings that a spreadsheet runs; a Japanese one takes the full-width signs too."""

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_NEAREST: Final = str.maketrans("〜−—‖¢£¬", "～－―∥￠￡￢")
"""Characters that CP932 holds under another number."""

Plain = str | int | float | bool | dt.date | list[object] | None


def is_null(value: object) -> bool:
    """Whether a cell is unknown: None, NaN, NaT or pandas' NA."""
    return (
        value is None
        or value is pd.NA
        or value is pd.NaT
        or (isinstance(value, (float, np.floating)) and math.isnan(value))
    )


def plain_value(value: object, *, join: bool = False) -> Plain:
    """A cell without numpy or pandas types; lists joined to text if asked.

    >>> plain_value(np.int64(3)), plain_value(["a", "b"], join=True), plain_value(float("nan"))
    (3, 'a、b', None)
    """
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value, key=str) if isinstance(value, (set, frozenset)) else [*value]
        return SEPARATOR.join(map(str, items)) if join else [plain_value(i) for i in items]
    if is_null(value):
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, pd.Timestamp):
        return value.isoformat() if value.tzinfo else value.to_pydatetime()
    return value if isinstance(value, (str, int, float, bool, dt.date)) else str(value)


def flatten(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose cells are text, numbers, dates or None; points as lon and lat, else WKT."""
    columns: dict[str, list[Plain]] = {}
    shapes = table.geometry if isinstance(table, gpd.GeoDataFrame) else None
    for name in table.columns:
        if shapes is None or name != shapes.name:
            columns[str(name)] = [_flat(value) for value in table[name]]
    if shapes is not None:
        columns |= _shape_columns(shapes)
    return pd.DataFrame(columns, dtype=object)


def to_cells(table: pd.DataFrame) -> pd.DataFrame:
    """The flat table as a CSV has it: all text, formulas inert, "" for null."""
    cells = flatten(table).map(_cell)
    cells.columns = pd.Index([inert(str(name)) for name in cells.columns])
    return cells


def inert(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe before what begins like a formula.

    >>> inert("=1+1"), inert("門司")
    ("'=1+1", '門司')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def check_cells(cells: pd.DataFrame, file: str, encoding: str) -> None:
    """Refuse characters that an encoding, or "xlsx", cannot hold; all of them at once.

    Raises
    ------
    CellsUnwritable
        Rows are counted as the spreadsheet will, the header being row 1. A character
        that would come back as another one (〜 as ～ in CP932) is refused too.
    """
    faults = [
        {"row": row, "column": str(name), "value": value, "problem": problem,
         "suggestion": value.translate(_NEAREST)}
        for name in cells.columns
        for row, value in enumerate([str(name), *cells[name]], start=1)
        if isinstance(value, str) and (problem := _problem(value, encoding))
    ]  # fmt: skip
    if faults:
        report = pd.DataFrame(faults).sort_values(["row", "column"], kind="stable")
        raise CellsUnwritable(
            file=file,
            count=len(report),
            encoding=encoding,
            faults=report.reset_index(drop=True),
            row=int(report["row"].iloc[0]),
            column=report["column"].iloc[0],
            problem=report["problem"].iloc[0],
        )


def _flat(value: object) -> Plain:
    flat = plain_value(value, join=True)
    return NOTHING if flat == "" and not isinstance(value, str) else flat


def _shape_columns(shapes: gpd.GeoSeries) -> dict[str, list[Plain]]:
    here = shapes.dropna()
    if bool(np.all(shapely.get_type_id(here.to_numpy()) == _POINT)):
        points = shapes.to_numpy()
        return {
            "lon": [plain_value(x) for x in shapely.get_x(points)],
            "lat": [plain_value(y) for y in shapely.get_y(points)],
        }
    texts = shapely.to_wkt(shapes.to_numpy(), rounding_precision=9)
    return {"geometry": [plain_value(text) for text in texts]}


def _cell(value: Plain) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return inert(value) if isinstance(value, str) else str(value)


def _problem(text: str, encoding: str) -> str:
    if encoding == "xlsx":
        return _workbook_problem(text)
    if "\0" in text:
        return "it holds a NUL character"
    if text.isascii() or text.encode(encoding, "replace").decode(encoding) == text:
        return ""
    sign = next(s for s in text if s.encode(encoding, "replace").decode(encoding) != s)
    return f"{encoding.upper()} has no {sign!r} (U+{ord(sign):04X})"


def _workbook_problem(text: str) -> str:
    if len(text) > LONGEST:
        return f"it holds {len(text):,} characters where a cell takes {LONGEST:,}"
    found = _NOT_XML.search(text)
    return f"a cell cannot hold the character U+{ord(found[0]):04X}" if found else ""
