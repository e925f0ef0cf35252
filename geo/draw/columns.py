"""A layer as compact columns: what the map's script reads, embedded or from an endpoint.

Positions are whole numbers of ``unit`` degrees, less a common start; lines and rings
are one start and then steps; codes are small numbers with their dictionary beside them
(-1 = unknown); lists of codes are bits (null = not asked, 0 = none).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd
import shapely

from geo import terms
from geo.crs import mesh_bounds
from geo.errors import ParameterWrong
from geo.masking import THRESHOLD
from geo.units import Degrees

Audience = Literal["public", "staff"]
Columns = dict[str, Any]

PUBLIC_LAYERS: Final = frozenset({"mesh", "districts", "streets", "places"})
"""All that the public may be sent; everything else tells of one house or person."""

_FINE: Final[Degrees] = 1e-6
_COARSE: Final[Degrees] = 1e-5

_TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "households": ("id", "name", "address"),
    "supporters": ("id", "name"),
    "places": ("id", "name", "address"),
    "uncovered": ("id", "name"),
    "links": ("watcher_id", "watched_id", "how_often"),
    "districts": ("id", "name"),
    "uncovered_areas": ("id", "name"),
}
_CODES: Final[dict[str, dict[str, str]]] = {
    "households": {"composition": "composition"},
    "supporters": {"status": "status"},
    "places": {"kind": "place"},
    "links": {"kind": "link", "direction": "direction"},
}
_LISTS: Final[dict[str, dict[str, str]]] = {
    "households": {"needs": "activity"},
    "supporters": {"activities": "activity", "weekdays": "weekday"},
}


def layer_columns(name: str, layer: gpd.GeoDataFrame, *, audience: Audience = "public") -> bytes:
    """One layer as JSON columns.

    Parameters
    ----------
    name
        households, supporters, links, places, uncovered (points), uncovered_areas,
        districts, streets (lines, optional ``steps``) or mesh (mesh, count).
    layer
        Longitude/latitude. Rows without a geometry are left out: they have no place
        on a map.
    audience
        "public" is given only mesh, districts, streets and places.

    Raises
    ------
    ParameterWrong
        A layer of that name does not exist, or the public may not have it.
    """
    if name not in _MAKERS:
        raise ParameterWrong(name="layer", value=name, wanted=", ".join(_MAKERS))
    if audience != "staff" and name not in PUBLIC_LAYERS:
        raise ParameterWrong(
            name="layer", value=name, wanted=f"one the public may see: {sorted(PUBLIC_LAYERS)}"
        )
    placed = layer[~(layer.geometry.isna() | layer.geometry.is_empty)]
    columns = {"kind": name, "n": len(placed)} | _MAKERS[name](placed) | _attributes(name, placed)
    return orjson.dumps(columns, option=orjson.OPT_SERIALIZE_NUMPY)


def _attributes(name: str, layer: gpd.GeoDataFrame) -> Columns:
    found: Columns = {}
    for column in _TEXTS.get(name, ()):
        if column in layer.columns:
            found[column] = [v if isinstance(v, str) else None for v in layer[column]]
    for column, table in _CODES.get(name, {}).items():
        if column in layer.columns:
            found[f"{column}_code"] = coded(layer[column], table)
    for column, table in _LISTS.get(name, {}).items():
        if column in layer.columns:
            found[column] = bitmask(layer[column], table)
    if name == "links" and "strength" in layer.columns:
        strength = pd.to_numeric(layer["strength"], errors="coerce")
        found["strength"] = [None if np.isnan(v) else round(v) for v in strength.to_numpy(float)]
    return found


def coded(values: pd.Series, table: str) -> Columns:
    """Codes as places in their dictionary; -1 where unknown."""
    codes = list(terms.LABELS[table])
    place = {code: index for index, code in enumerate(codes)}
    return {
        "codes": codes,
        "values": [place.get(v, -1) if isinstance(v, str) else -1 for v in values],
    }


def bitmask(values: pd.Series, table: str) -> Columns:
    """Lists of codes as bits in the order of the dictionary; null where not asked."""
    codes = list(terms.LABELS[table])
    bit = {code: 1 << index for index, code in enumerate(codes)}
    return {"codes": codes, "bits": [_bits(value, bit) for value in values]}


def _bits(value: object, bit: dict[str, int]) -> int | None:
    if not isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
        return None
    return sum({bit[code] for code in value if code in bit})


def _whole(degrees: npt.NDArray[np.float64], unit: Degrees) -> npt.NDArray[np.int64]:
    return np.rint(degrees / unit).astype(np.int64)


def _start(*columns: npt.NDArray[np.int64]) -> int:
    return min((int(column.min()) for column in columns if column.size), default=0)


def _points(layer: gpd.GeoDataFrame) -> Columns:
    spots = layer.geometry.to_numpy()
    x, y = _whole(shapely.get_x(spots), _FINE), _whole(shapely.get_y(spots), _FINE)
    x0, y0 = _start(x), _start(y)
    return {"unit": _FINE, "x0": x0, "y0": y0, "x": x - x0, "y": y - y0}


def _links(layer: gpd.GeoDataFrame) -> Columns:
    lines = layer.geometry.to_numpy()
    ends = [shapely.get_point(lines, 0), shapely.get_point(lines, -1)]
    x1, x2 = (_whole(shapely.get_x(end), _FINE) for end in ends)
    y1, y2 = (_whole(shapely.get_y(end), _FINE) for end in ends)
    x0, y0 = _start(x1, x2), _start(y1, y2)
    ends_less_start = {"x1": x1 - x0, "y1": y1 - y0, "x2": x2 - x0, "y2": y2 - y0}
    return {"unit": _FINE, "x0": x0, "y0": y0} | ends_less_start


def _steps(xy: npt.NDArray[np.float64]) -> list[int]:
    whole = _whole(xy, _COARSE)
    return np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist()


def _areas(layer: gpd.GeoDataFrame) -> Columns:
    shapes = shapely.simplify(layer.geometry.to_numpy(), _COARSE / 2)
    middle = shapely.point_on_surface(shapes)
    x, y = _whole(shapely.get_x(middle), _COARSE), _whole(shapely.get_y(middle), _COARSE)
    rings = [
        [_steps(shapely.get_coordinates(ring)) for ring in shapely.get_rings(shapely.get_parts(s))]
        for s in shapes
    ]
    return {"unit": _COARSE, "x0": 0, "y0": 0, "x": x, "y": y, "rings": rings}


def _districts(layer: gpd.GeoDataFrame) -> Columns:
    """Areas, and their borders each once, for a dashed line drawn twice is no dashed line."""
    lines = shapely.simplify(shapely.get_parts(borders(layer)), _COARSE / 2)
    return _areas(layer) | {"lines": [_steps(shapely.get_coordinates(line)) for line in lines]}


def borders(layer: gpd.GeoDataFrame) -> shapely.Geometry:
    """The borders of areas, one line where two areas share it."""
    whole = shapely.union_all(shapely.boundary(layer.geometry.to_numpy()))
    return shapely.line_merge(whole) if whole.geom_type == "MultiLineString" else whole


def _streets(layer: gpd.GeoDataFrame) -> Columns:
    parts = layer.geometry.explode(index_parts=False)
    xy, line = shapely.get_coordinates(parts.to_numpy(), return_index=True)
    whole = _whole(xy, _COARSE)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int64))
    first = np.diff(line, prepend=-1) > 0
    steps[first] = whole[first]
    flights = layer["steps"].reindex(parts.index).to_numpy(bool) if "steps" in layer else []
    return {
        "unit": _COARSE,
        "count": np.bincount(line, minlength=len(parts)),
        "xy": steps.ravel(),
        "steps": np.flatnonzero(flights),
    }


def _mesh(layer: gpd.GeoDataFrame) -> Columns:
    boxes = np.array([mesh_bounds(code) for code in layer["mesh"]]).reshape(-1, 4)
    west, south, east, north = _whole(boxes, _FINE).T
    x0, y0 = _start(west), _start(south)
    return {
        "unit": _FINE,
        "x0": x0,
        "y0": y0,
        "west": west - x0,
        "south": south - y0,
        "east": east - x0,
        "north": north - y0,
        "mesh": layer["mesh"].tolist(),
        "count": [shown_count(v) for v in layer["count"]],
    }


def shown_count(value: object) -> int | str:
    """A count as it may be shown: a whole number, or ``*`` where it is suppressed.

    >>> shown_count(12), shown_count("*"), shown_count(3)
    (12, '*', '*')
    """
    text = str(value)
    return int(text) if text.isdigit() and int(text) >= THRESHOLD else "*"


_MAKERS: Final[dict[str, Callable[[gpd.GeoDataFrame], Columns]]] = {
    "households": _points,
    "supporters": _points,
    "places": _points,
    "uncovered": _points,
    "links": _links,
    "districts": _districts,
    "uncovered_areas": _areas,
    "streets": _streets,
    "mesh": _mesh,
}
