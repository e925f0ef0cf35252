"""From layers to records: each row becomes the values that its file says something about.

What a file has no column for is absent from the values, not null: an import never
blanks what it does not speak of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import mesh_code
from geo.layers import LayerName
from webapp.layerstore import Layers
from webapp.register.joining import with_districts
from webapp.register.records import District, Household, Person, Place, Record, Supporter, WatchLink
from webapp.register.spelling import address_key, person_key, search_key

Values = dict[str, Any]

_ORDER: Final[tuple[LayerName, ...]] = ("districts", "places", "households", "supporters", "links")


@dataclass(frozen=True)
class Draft:
    """What files say of one kind of record, by id."""

    record: type[Record]
    rows: dict[str, Values] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """What the drafts lean on and the register holds.

    ``districts``: id, code, name and boundary. ``people``: those of each household, as
    pairs of id and search key. ``homes``: the district of households and supporters.
    ``merged``: households and supporters that became part of another.
    """

    districts: gpd.GeoDataFrame
    people: Mapping[str, list[tuple[str, str | None]]]
    homes: Mapping[str, str | None]
    merged: Mapping[str, str] = field(default_factory=dict)


def draft_layers(
    layers: Layers, standing: Standing, source: str, fields: frozenset[str] | None = None
) -> list[Draft]:
    """The records that the rows of ``layers`` are, in an order that references can follow.

    ``fields``: columns that the file really has; None = every column of the frame.
    """
    layers = {name: _read_merged(name, layer, standing) for name, layer in layers.items()}
    homes = dict(standing.homes)
    districts = standing.districts
    drafts: list[Draft] = []
    for name in _ORDER:
        if name not in layers or not len(layers[name]):
            continue
        layer = layers[name]
        if name == "districts":
            districts = join_districts(layer, districts)
        told = _Told(name, layer, districts, fields, source)
        made = list(_DRAFTS[name](told, standing, homes))
        drafts += made
        homes |= {i: row.get("district_id") for one in made for i, row in one.rows.items()}
    return drafts


def _read_merged(name: LayerName, layer: gpd.GeoDataFrame, standing: Standing) -> gpd.GeoDataFrame:
    """Leave out rows about those that became part of another; their lines are the other's."""
    if name in {"households", "supporters"}:
        return layer[~layer["id"].isin(list(standing.merged))].reset_index(drop=True)
    if name != "links" or not standing.merged:
        return layer
    ends = {end: layer[end].replace(dict(standing.merged)) for end in ("watcher_id", "watched_id")}
    own = (ends["watcher_id"] == ends["watched_id"]).to_numpy()
    return layer.assign(**ends)[~own].reset_index(drop=True)


def join_districts(fresh: gpd.GeoDataFrame, stored: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The districts of a file and those stored that it does not name."""
    rest = stored[~stored["id"].isin(fresh["id"])]
    columns = ["id", "code", "name", "geometry"]
    known = fresh.reindex(columns=columns) if len(fresh.columns) else fresh
    if not len(rest):
        return known
    return gpd.GeoDataFrame(pd.concat([known, rest[columns]], ignore_index=True), crs=fresh.crs)


class _Told:
    """One layer, its columns as lists with None where nothing is known."""

    def __init__(
        self,
        name: LayerName,
        layer: gpd.GeoDataFrame,
        districts: gpd.GeoDataFrame,
        fields: frozenset[str] | None,
        source: str,
    ) -> None:
        self.name, self.source, self.districts = name, source, districts
        self._layer = layer
        self._fields = frozenset(map(str, layer.columns)) if fields is None else fields

    def __len__(self) -> int:
        return len(self._layer)

    def has(self, column: str) -> bool:
        """Whether the file says something about the column."""
        return column in self._fields and column in self._layer.columns

    def column(self, name: str) -> list[Any]:
        """The column's values; all None where the layer has none."""
        if name not in self._layer.columns:
            return [None] * len(self._layer)
        return [_known(value) for value in self._layer[name].tolist()]

    def shapes(self) -> Any:  # noqa: ANN401 - an array of geometries
        return self._layer.geometry.to_numpy()

    def points(self) -> list[tuple[float | None, float | None, str | None]]:
        """Longitude, latitude and mesh code of each row; None where it is not placed."""
        spots = self.shapes()
        placed = np.array([not (one is None or one.is_empty) for one in spots], bool)
        found: list[tuple[float | None, float | None, str | None]] = [(None, None, None)] * len(
            spots
        )
        if not placed.any():
            return found
        lon, lat = shapely.get_coordinates(spots[placed]).T
        codes = _mesh_codes(lon, lat)
        for row, x, y, code in zip(np.flatnonzero(placed), lon, lat, codes, strict=True):
            found[row] = (float(x), float(y), code)
        return found

    def district_ids(self) -> list[str | None]:
        """The district each row names by id, code or name, else the one it lies in."""
        named = self.column("district_id") if self.has("district_id") else [None] * len(self)
        known = pd.Series([self._district(word) for word in named], self._layer.index, dtype=object)
        layer = self._layer.assign(district_id=known)
        if not len(self.districts):
            return [None] * len(self)
        return [_known(one) for one in with_districts(layer, self.districts)["district_id"]]

    def _district(self, word: str | None) -> str | None:
        return None if word is None else self._by_word().get(search_key(word))

    def _by_word(self) -> dict[str, str]:
        if not hasattr(self, "_words"):
            self._words: dict[str, str] = {}
            for column in ("name", "code", "id"):
                known = self.districts[column]
                for word, identity in zip(known, self.districts["id"], strict=True):
                    if isinstance(word, str) and word:
                        self._words[search_key(word)] = identity
        return self._words


def _known(value: Any) -> Any:  # noqa: ANN401
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, np.generic):
        return value.item()
    return list(value) if isinstance(value, (tuple, set, frozenset, np.ndarray)) else value


def _mesh_codes(lon: Any, lat: Any) -> list[str | None]:  # noqa: ANN401
    inside = (lon >= 100) & (lon < 180) & (lat >= 0) & (lat < 66)
    codes: list[str | None] = [None] * len(lon)
    if inside.any():
        made = np.atleast_1d(mesh_code(lon[inside], lat[inside]))
        for row, code in zip(np.flatnonzero(inside), made, strict=True):
            codes[row] = str(code)
    return codes


def _rows(told: _Told, columns: Mapping[str, str]) -> list[Values]:
    """One mapping per row with the columns that the file has; ``columns``: column → field."""
    kept = {field: told.column(column) for column, field in columns.items() if told.has(column)}
    return [{name: kept[name][row] for name in kept} for row in range(len(told))]


def _draft_districts(
    told: _Told, standing: Standing, homes: Mapping[str, str | None]
) -> Iterator[Draft]:
    del standing, homes
    rows = _rows(told, {"code": "code", "name": "name"})
    for row, shape in zip(rows, told.shapes(), strict=True):
        row["boundary"] = _boundary(shape)
        row["boundary_source"] = told.source
    yield Draft(District, dict(zip(told.column("id"), rows, strict=True)))


def _boundary(shape: Any) -> bytes | None:  # noqa: ANN401
    if shape is None:
        return None
    whole = shapely.MultiPolygon([shape]) if shape.geom_type == "Polygon" else shape
    return bytes(shapely.to_wkb(shapely.force_2d(whole)))


def _draft_places(
    told: _Told, standing: Standing, homes: Mapping[str, str | None]
) -> Iterator[Draft]:
    del standing, homes
    columns = ("kind", "name", "address", "weekdays", "hours")
    rows = _rows(told, {name: name for name in columns})
    for row, (lon, lat, _), district in zip(rows, told.points(), told.district_ids(), strict=True):
        row |= {"lon": lon, "lat": lat, "district_id": district}
    yield Draft(Place, dict(zip(told.column("id"), rows, strict=True)))


_HOME: Final = {"address": "address", "geocode_level": "geocode_level"}


def _draft_households(
    told: _Told, standing: Standing, homes: Mapping[str, str | None]
) -> Iterator[Draft]:
    del homes
    rows = _rows(told, _HOME | {"composition": "composition", "needs": "needs"})
    places = zip(told.points(), told.district_ids(), strict=True)
    for row, ((lon, lat, mesh), district) in zip(rows, places, strict=True):
        row |= {"lon": lon, "lat": lat, "mesh": mesh, "district_id": district}
        row["status"] = "current"
        if "address" in row:
            row["address_key"] = address_key(row["address"]) if row["address"] else None
    made = dict(zip(told.column("id"), rows, strict=True))
    yield Draft(Household, made)
    if told.has("name"):
        yield Draft(Person, dict(_people(told, made, standing)))


_PERSON: Final = {
    "name": "name",
    "kana": "kana",
    "phone": "phone",
    "birth_date": "birth_date",
    "birth_date_text": "birth_text",
}


def _people(
    told: _Told, households: Mapping[str, Values], standing: Standing
) -> Iterator[tuple[str, Values]]:
    rows = _rows(told, _PERSON)
    for household, row in zip(told.column("id"), rows, strict=True):
        if not row.get("name"):
            continue
        row["search_key"] = person_key(row["name"], row.get("kana"))
        if isinstance(row.get("birth_date"), str):
            row["birth_date"] = date.fromisoformat(row["birth_date"])
        row |= {"household_id": household, "district_id": households[household]["district_id"]}
        yield _person_of(household, row["search_key"], standing), row


def _person_of(household: str, key: str | None, standing: Standing) -> str:
    """The person that a row about a household means: its only one, or the one so named."""
    people = standing.people.get(household, [])
    made = derive_id("p", household)
    if len(people) == 1:
        return people[0][0]
    named = [identity for identity, theirs in people if theirs == key]
    return named[0] if len(named) == 1 else made


def derive_id(prefix: str, *parts: str) -> str:
    """An id that the same parts give again; as it stands where it is one short part."""
    plain = f"{prefix}-{parts[0]}"
    if len(parts) == 1 and len(plain) <= 64:
        return plain
    return f"{prefix}-" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


_SUPPORTER: Final = _HOME | {
    name: name
    for name in (
        "name", "kana", "phone", "activities", "weekdays", "hours", "most_per_week", "load",
        "pace", "farthest_minutes", "mode", "gender", "birth_year", "status",
    )
}  # fmt: skip


def _draft_supporters(
    told: _Told, standing: Standing, homes: Mapping[str, str | None]
) -> Iterator[Draft]:
    del standing, homes
    rows = _rows(told, _SUPPORTER)
    places = zip(told.points(), told.district_ids(), strict=True)
    for row, ((lon, lat, _), district) in zip(rows, places, strict=True):
        row |= {"lon": lon, "lat": lat, "district_id": district}
        row["activities"] = row.get("activities") or []
        if row.get("birth_year") is not None:
            row["birth_year"] = int(row["birth_year"])
        if "name" in row:
            row["search_key"] = person_key(row["name"], row.get("kana"))
        if row.get("status") is None:
            row.pop("status", None)
    yield Draft(Supporter, dict(zip(told.column("id"), rows, strict=True)))


def _draft_links(
    told: _Told, standing: Standing, homes: Mapping[str, str | None]
) -> Iterator[Draft]:
    del standing
    fields = ("watcher_id", "watched_id", "kind", "direction", "strength", "how_often")
    made: dict[str, Values] = {}
    for row in _rows(told, {name: name for name in fields}):
        row["district_id"] = homes.get(row["watched_id"]) or homes.get(row["watcher_id"])
        identity = derive_id("w", row["watcher_id"], row["watched_id"], row.get("kind") or "")
        made[identity] = row
    yield Draft(WatchLink, made)


_DRAFTS: Final[
    dict[LayerName, Callable[[_Told, Standing, Mapping[str, str | None]], Iterator[Draft]]]
] = {
    "districts": _draft_districts,
    "places": _draft_places,
    "households": _draft_households,
    "supporters": _draft_supporters,
    "links": _draft_links,
}
