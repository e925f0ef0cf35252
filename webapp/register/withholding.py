"""What is held back of layers and records: the cells and rows that nobody allowed.

Nothing shows where something was: a row of which nothing is left is not there, and
rows are counted and numbered as if it had never been.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.crs import GEOGRAPHIC
from geo.layers import LayerName
from webapp.layerstore import Layers, empty_layer
from webapp.register.allowances import Allowances
from webapp.register.consents import BIT
from webapp.register.look import View
from webapp.register.records import Household, Record

EVERY: Final[tuple[LayerName, ...]] = ("households", "supporters", "links")
"""The layers about people."""

_COLUMNS: Final[dict[LayerName, dict[str, str]]] = {
    "households": {
        "name": "name", "address": "address", "geocode_level": "address",
        "composition": "household", "needs": "needs",
    },
    "supporters": {
        "name": "name", "address": "address", "geocode_level": "address", "activities": "work",
        "status": "work", "weekdays": "work", "hours": "work", "most_per_week": "work",
        "load": "work", "pace": "work", "farthest_minutes": "work", "mode": "work",
        "gender": "work", "birth_year": "work",
    },
}  # fmt: skip
"""The field of consent that each column of a layer needs; its shape needs the position."""

_BARE: Final = frozenset({"id", "district_id", "geometry"})
"""Columns that go with every row that is shown, the shape being cut by itself."""

_TOPICS: Final[dict[str, dict[str, str]]] = {
    "household": {
        "address": "address", "address_key": "address", "geocode_level": "address",
        "lon": "position", "lat": "position", "mesh": "position", "composition": "household",
        "needs": "needs", "status": "household", "changed_at": "household",
    },
    "person": {
        "name": "name", "kana": "name", "search_key": "name", "birth_date": "birth",
        "birth_text": "birth", "phone": "phone", "source": "case", "status": "case",
        "changed_at": "name",
    },
    "sensitive_note": {"topic": "notes", "text": "notes"},
    "request": {"activity": "needs"},
}  # fmt: skip
"""The same for records; what is not named here needs `_ELSE`, but for ids."""

_ELSE: Final = "case"

IDS: Final = frozenset({"id", "version", "district_id"})


def cut_by_consent(cut: Layers, allowances: Allowances, what: Collection[LayerName]) -> Layers:
    """The layers wanted, cut to what was allowed; the others about people are empty."""
    made: dict[LayerName, gpd.GeoDataFrame] = {**cut, **{n: empty_layer(n) for n in EVERY}}
    homes = _households(cut["households"], allowances)
    helpers = _supporters(cut["supporters"], allowances)
    if "households" in what:
        made["households"] = homes
    if "supporters" in what:
        made["supporters"] = helpers
    if "links" in what:
        made["links"] = _links(cut["links"], homes, helpers, allowances)
    return made


def _households(layer: gpd.GeoDataFrame, allowances: Allowances) -> gpd.GeoDataFrame:
    bits = allowances.household_bits(layer["id"])
    if layer["name"].notna().any():
        layer = layer.assign(name=_or_none(layer["id"].map(allowances.names())))
    return _cut_columns("households", layer, bits)


def _supporters(layer: gpd.GeoDataFrame, allowances: Allowances) -> gpd.GeoDataFrame:
    return _cut_columns("supporters", layer, allowances.supporter_bits(layer["district_id"]))


def _cut_columns(name: LayerName, layer: gpd.GeoDataFrame, bits: pd.Series) -> gpd.GeoDataFrame:
    """The layer without the cells that were not allowed and the rows that say nothing then."""
    cells: dict[str, pd.Series] = {}
    for column in layer.columns:
        if column in _BARE:
            continue
        needed = BIT[_COLUMNS[name].get(str(column), _ELSE)]
        cells[str(column)] = _or_none(layer[column].astype(object).where((bits & needed) != 0))
    shapes = layer.geometry.to_numpy().copy()
    shapes[((bits & BIT["position"]) == 0).to_numpy()] = None
    told = pd.notna(pd.Series(shapes, index=layer.index, dtype=object))
    for column in cells.values():
        told |= column.notna()
    shown = layer.assign(**cells).set_geometry(
        gpd.GeoSeries(shapes, index=layer.index, crs=GEOGRAPHIC)
    )
    return _retyped(shown[told].reset_index(drop=True), layer)


def _or_none(values: pd.Series) -> pd.Series:
    return values.astype(object).where(values.notna(), None)


def _retyped(shown: gpd.GeoDataFrame, like: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Numbers are numbers again; a supporter whose activities are withheld has none."""
    floats = [c for c in like.columns if like[c].dtype == np.float64]
    return shown.assign(**{str(c): shown[c].astype("float64") for c in floats})


def _links(
    layer: gpd.GeoDataFrame,
    homes: gpd.GeoDataFrame,
    helpers: gpd.GeoDataFrame,
    allowances: Allowances,
) -> gpd.GeoDataFrame:
    """Lines whose both ends are told of and placed, and whose homes allow lines."""
    placed = [one.loc[one.geometry.notna(), "id"] for one in (homes, helpers)]
    open_homes = placed[0][(allowances.household_bits(placed[0]) & BIT["lines"]) != 0]
    ends = {*open_homes, *placed[1]}
    kept = layer["watcher_id"].isin(ends) & layer["watched_id"].isin(open_homes)
    return layer[kept].reset_index(drop=True)


def topic_of(record: type[Record], name: str) -> str:
    """The field of consent that a column of a record needs."""
    return _TOPICS.get(record.noun(), {}).get(name, _ELSE)


def cut_view(record: type[Record], view: View, bits: int) -> View:
    """A record without what was not allowed."""
    bare = {"household_id", "person_id"} if record is not Household else set[str]()
    kept = {
        name: value
        for name, value in view.items()
        if name in IDS | bare or bits & BIT[topic_of(record, name)]
    }
    return View(view.record, kept)
