"""The column contract of every layer, and the check that names all faults at once.

A layer is a GeoDataFrame in longitude and latitude with one row per thing. Absent
optional columns count as all null; null means unknown, never zero or "no". The one
exception is a list column: an empty list means "none", null means "not asked".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import terms
from geo.crs import require_geographic
from geo.errors import LayerFaulty

LayerName = Literal[
    "districts",
    "households",
    "supporters",
    "links",
    "places",
    "population",
    "projections",
    "hazards",
]

Kind = Literal["id", "reference", "text", "code", "codes", "hours", "number", "flag"]


@dataclass(frozen=True)
class Column:
    """One column of a layer: its kind, whether a row may lack it, what it says."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    table: str = ""


CONTRACTS: Final[dict[LayerName, tuple[Column, ...]]] = {
    "districts": (
        Column("id", "id", "unique in the layer", required=True),
        Column("code", "text", "official code: municipality, school or small area"),
        Column("name", "text", "as written in the source"),
    ),
    "households": (
        Column("id", "id", "unique in the layer", required=True),
        Column("name", "text", "as written"),
        Column("address", "text", "as written"),
        Column("composition", "code", "who lives there", table="composition"),
        Column("needs", "codes", "activities wanted; empty = none", table="activity"),
        Column("district_id", "reference", "id in districts"),
        Column("geocode_level", "text", "how exact the point is, see geo.exchange.addresses"),
    ),
    "supporters": (
        Column("id", "id", "unique in the layer", required=True),
        Column("activities", "codes", "offered; empty = none", required=True, table="activity"),
        Column("name", "text", "as written"),
        Column("status", "code", "only active ones are suggested", table="status"),
        Column("weekdays", "codes", "days free", table="weekday"),
        Column("hours", "hours", "times free, each HH:MM-HH:MM"),
        Column("most_per_week", "number", "visits a week at most"),
        Column("load", "number", "visits a week now assigned"),
        Column("pace", "number", "metres a minute on flat ground; null = 80"),
        Column("farthest_minutes", "number", "own limit on the walk, one way"),
        Column("mode", "code", "how they come", table="mode"),
        Column("gender", "code", "as said", table="gender"),
        Column("birth_year", "number", "year they were born in"),
        Column("district_id", "reference", "id in districts"),
        Column("geocode_level", "text", "how exact the point is"),
    ),
    "links": (
        Column("watcher_id", "reference", "household or supporter", required=True),
        Column("watched_id", "reference", "household", required=True),
        Column("kind", "code", "what is done", table="link"),
        Column("direction", "code", "one way or mutual", table="direction"),
        Column("strength", "number", "1 weak to 3 strong"),
        Column("how_often", "text", "as said"),
    ),
    "places": (
        Column("id", "id", "unique in the layer", required=True),
        Column("kind", "code", "see geo.terms.PLACE_KINDS", required=True, table="place"),
        Column("name", "text", "as written"),
        Column("address", "text", "as written"),
        Column("weekdays", "codes", "days open; of a station, of collection", table="weekday"),
        Column("hours", "hours", "times open, each HH:MM-HH:MM; a station takes bags till then"),
    ),
    "population": (
        Column("id", "id", "area key, unique in the layer", required=True),
        Column("name", "text", "as written"),
        Column("people", "number", "everyone; null = unknown or hidden"),
        Column("people_65", "number", "aged 65 and over"),
        Column("people_75", "number", "aged 75 and over"),
        Column("households", "number", "households"),
    ),
    "projections": (
        Column("id", "reference", "area key, once for each year", required=True),
        Column("year", "number", "of the projection or the count it starts from", required=True),
        Column("people", "number", "everyone; null = unknown or hidden"),
        Column("people_65", "number", "aged 65 and over"),
        Column("people_75", "number", "aged 75 and over"),
    ),
    "hazards": (
        Column("id", "id", "unique in the layer", required=True),
        Column("kind", "code", "what threatens there", required=True, table="hazard"),
        Column("name", "text", "river, slope or zone as written"),
        Column("depth_from", "number", "metres of water at least"),
        Column("depth_to", "number", "metres of water at most; null with a depth_from = no end"),
        Column("special", "flag", "True in a zone where houses are destroyed (特別警戒区域)"),
    ),
}

_SHAPES: Final[dict[LayerName, frozenset[str]]] = {
    "districts": frozenset({"Polygon", "MultiPolygon"}),
    "households": frozenset({"Point"}),
    "supporters": frozenset({"Point"}),
    "links": frozenset({"LineString"}),
    "places": frozenset({"Point"}),
    "population": frozenset({"Point", "Polygon", "MultiPolygon"}),
    "projections": frozenset({"Point", "Polygon", "MultiPolygon"}),
    "hazards": frozenset({"Polygon", "MultiPolygon"}),
}

HOURS: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(?:([01]\d|2[0-3]):[0-5]\d|24:00)")
"""One span of time in a day, ``HH:MM-HH:MM``."""


def check(
    layer: gpd.GeoDataFrame, name: LayerName, *, only: tuple[str, ...] | None = None
) -> gpd.GeoDataFrame:
    """The layer with every contract column present, or every fault at once.

    Parameters
    ----------
    layer
        Longitude/latitude; not changed.
    name
        Which contract.
    only
        Columns whose values are looked at; None looks at all.

    Raises
    ------
    CrsMissing, CrsWrong, LayerFaulty
    """
    require_geographic(layer, f"The {name} layer")
    columns = [c for c in CONTRACTS[name] if only is None or c.name in only]
    faults = [fault for column in columns for fault in _column_faults(layer, column)]
    faults += _shape_faults(layer, name)
    if faults:
        more = f" (and {len(faults) - 3} more)" if len(faults) > 3 else ""
        raise LayerFaulty(layer=name, summary="; ".join(faults[:3]) + more, faults=faults)
    absent = [c.name for c in columns if c.name not in layer.columns]
    if not absent:
        return layer
    nothing = pd.DataFrame(None, index=layer.index, columns=pd.Index(absent), dtype=object)
    whole = gpd.GeoDataFrame(pd.concat([layer, nothing.where(nothing.notna(), None)], axis=1))
    whole.attrs = dict(layer.attrs)
    return whole


def _shape_faults(layer: gpd.GeoDataFrame, name: LayerName) -> Iterator[str]:
    shapes = layer.geometry.to_numpy()
    found = np.unique(shapely.get_type_id(shapes))
    kinds = {shapely.GeometryType(kind).name.lower() for kind in found.tolist() if kind >= 0}
    wrong = sorted(kinds - {shape.lower() for shape in _SHAPES[name]})
    if wrong:
        yield f"geometry holds {', '.join(wrong)}; wanted {' or '.join(sorted(_SHAPES[name]))}"
    if not kinds:
        return
    bounds = shapely.total_bounds(shapes)
    if np.isfinite(bounds).any() and not (
        -180 <= bounds[0] and bounds[2] <= 180 and -90 <= bounds[1] and bounds[3] <= 90
    ):
        yield "geometry lies outside longitude ±180 and latitude ±90 degrees"


def _column_faults(layer: gpd.GeoDataFrame, column: Column) -> Iterator[str]:
    if column.name not in layer.columns:
        if column.required:
            yield f"column {column.name} is absent ({column.meaning})"
        return
    values = layer[column.name]
    if column.kind == "id" or (column.kind == "reference" and column.required):
        yield from _id_faults(values, column)
    elif column.kind == "number":
        yield from _number_faults(values, column.name)
    elif column.kind in _EACH:
        yield from _value_faults(values, column, _EACH[column.kind])


def _id_faults(values: pd.Series, column: Column) -> Iterator[str]:
    if isinstance(values.dtype, pd.StringDtype):
        wrong = (values.isna() | (values == "")).to_numpy(bool)
    else:
        wrong = np.array([not isinstance(value, str) or value == "" for value in values], bool)
    if wrong.any():
        row = int(np.argmax(wrong))
        yield f"{column.name} in row {row} is no text: {values.iloc[row]!r}"
    if column.kind == "id" and not values.is_unique:
        yield f"{column.name} {values[values.duplicated()].iloc[0]!r} occurs more than once"


def _number_faults(values: pd.Series, name: str) -> Iterator[str]:
    numbers = pd.to_numeric(values, errors="coerce")
    wrong = (numbers.isna() & values.notna()) | (numbers < 0) | np.isinf(numbers)
    if name == "pace":
        wrong |= numbers == 0
    if wrong.any():
        yield f"{name} in row {int(np.argmax(wrong.to_numpy()))} is {values[wrong].iloc[0]!r}"


def _value_faults(
    values: pd.Series, column: Column, right: Callable[[object, Column], bool]
) -> Iterator[str]:
    for row, value in enumerate(values):
        if not _is_null(value) and not right(value, column):
            yield f"{column.name} in row {row} is {value!r}"
            return


def _is_null(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))


def _is_code(value: object, column: Column) -> bool:
    return isinstance(value, str) and value in terms.LABELS[column.table]


def _is_codes(value: object, column: Column) -> bool:
    if not isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
        return False
    try:
        return terms.LABELS[column.table].keys() >= set(value)
    except TypeError:
        return False


def _is_hours(value: object, column: Column) -> bool:
    del column
    if not isinstance(value, (list, tuple)):
        return False
    return all(isinstance(span, str) and HOURS.fullmatch(span) for span in value)


def _is_text(value: object, column: Column) -> bool:
    del column
    return isinstance(value, str)


_EACH: Final[dict[Kind, Callable[[object, Column], bool]]] = {
    "code": _is_code,
    "codes": _is_codes,
    "hours": _is_hours,
    "text": _is_text,
    "reference": _is_text,
}
