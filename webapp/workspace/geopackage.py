"""Layers in one GeoPackage: lists of codes as JSON text, null kept as null."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import pyogrio

from geo.crs import GEOGRAPHIC
from geo.layers import CONTRACTS, Column, LayerName, check
from webapp.layerstore import Layers, empty_layer

_SHAPES: Final[dict[LayerName, str]] = {
    "districts": "MultiPolygon",
    "households": "Point",
    "supporters": "Point",
    "links": "LineString",
    "places": "Point",
    "population": "Unknown",
    "projections": "Unknown",
    "hazards": "MultiPolygon",
}


def write_layers(path: Path, layers: Layers) -> None:
    """Every layer that holds a row, into a new GeoPackage.

    Raises
    ------
    CrsMissing, CrsWrong, LayerFaulty
        A layer breaks its contract; nothing is written.
    """
    whole: Layers = {n: check(layer, n) for n, layer in layers.items() if len(layer)}
    for name, layer in whole.items():
        _write_layer(path, name, layer)
    if not path.exists():
        path.touch()


def _write_layer(path: Path, name: LayerName, layer: gpd.GeoDataFrame) -> None:
    plain = layer.to_crs(GEOGRAPHIC).reset_index(drop=True)
    lists = {c.name for c in CONTRACTS[name] if c.kind in {"codes", "hours"}}
    for column in plain.columns.drop(str(plain.geometry.name)):
        if column in lists or plain[column].map(lambda v: isinstance(v, (list, dict))).any():
            plain[column] = plain[column].map(_as_text).astype(object)
    if plain.geometry.name != "geometry":
        plain = plain.rename_geometry("geometry")
    plain.to_file(
        path,
        layer=name,
        driver="GPKG",
        engine="pyogrio",
        geometry_type=_SHAPES[name],
        promote_to_multi=name in {"districts", "hazards"},
    )


def _as_text(value: object) -> str | None:
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (set, frozenset)):
        return json.dumps(sorted(value), ensure_ascii=False)
    return None


def read_layers(path: Path, rows: dict[str, int]) -> dict[LayerName, gpd.GeoDataFrame]:
    """The layers written there; ``rows`` names them, those without a row come out empty."""
    return {
        name: _read_layer(path, name) if rows[name] else empty_layer(name)
        for name in CONTRACTS
        if name in rows
    }


def _read_layer(path: Path, name: LayerName) -> gpd.GeoDataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        layer: gpd.GeoDataFrame = pyogrio.read_dataframe(path, layer=name)
    for column in CONTRACTS[name]:
        if column.name in layer.columns:
            layer[column.name] = _typed(layer[column.name], column)
    return check(layer, name)


def _typed(values: pd.Series, column: Column) -> pd.Series:
    if column.kind in {"codes", "hours"}:
        return values.map(lambda v: json.loads(v) if isinstance(v, str) else None).astype(object)
    if column.kind == "number":
        return pd.to_numeric(values).astype("float64")
    if column.kind == "flag":
        return values
    return values.astype(object).where(values.notna(), None)
