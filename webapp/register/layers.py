"""The layers out of the register: whole columns at once, cut to what a viewer may see.

The exact layers are held in memory for each data version; a viewer gets copies that
lack the rows of other districts and the fields of other roles, with positions as
exactly as the policy says.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, Engine, Text, func, select, type_coerce

from geo.crs import GEOGRAPHIC, mesh_bounds, mesh_code
from geo.errors import NotFound
from geo.layers import LayerName
from webapp.layerstore import Layers, Source, empty_layer
from webapp.register.joining import join_layers
from webapp.register.records import District, Household, Person, Place, Record, Supporter, WatchLink
from webapp.register.records.base import Facts
from webapp.register.records.intake import Intake
from webapp.register.storage.engine import hold_still
from webapp.register.trail.access_event import Event
from webapp.register.trail.pulse import data_version
from webapp.register.trail.reads import extent_event
from webapp.register.viewer import Precision, Viewer

PERSONAL: Final[dict[LayerName, type[Record]]] = {
    "households": Household,
    "supporters": Supporter,
    "links": WatchLink,
}
"""The layers whose rows are about people, and the records they are made of."""

_KEPT: Final = 24
"""Cuts for viewers kept per data version."""

_NAMED_BY: Final[dict[LayerName, type[Record]]] = {"households": Person}
"""Layers whose ``name`` is another record's."""


class _Records(Protocol):
    """What the layers need of a register."""

    engine: Engine

    def version(self) -> int: ...

    def keep(self, events: list[Event]) -> None: ...


class RegisterLayers:
    """The layers of one register, read once a data version."""

    def __init__(self, register: _Records) -> None:
        self._register = register
        self._lock = threading.RLock()
        self._version = -1
        self._exact: Layers = {}
        self._districts: frozenset[str] = frozenset()
        self._sources: dict[str, Source] = {}
        self._cuts: dict[object, Layers] = {}
        self._read: dict[LayerName, tuple[object, gpd.GeoDataFrame]] = {}

    def exact(self, version: int | None = None) -> tuple[int, Layers]:
        """The data version and everything, joined: to count and to cut, never to show.

        ``version`` is that of now, where it was asked for already.
        """
        with self._lock:
            if (self._register.version() if version is None else version) != self._version:
                with hold_still(self._register.engine) as connection:
                    self._version = data_version(connection)
                    self._exact = join_layers(read_layers(connection, self._read))
                    self._districts = frozenset(connection.scalars(select(District.id)))
                    self._sources = _read_sources(connection)
                self._cuts = {}
            return self._version, self._exact

    def sources(self) -> dict[str, Source]:
        """The file that each layer was last taken from."""
        with self._lock:
            self.exact()
            return self._sources

    def layers(self, viewer: Viewer, purpose: str, district: str | None = None) -> Layers:
        """What ``viewer`` may see, all of it or one district; each reading is in the trail.

        Raises
        ------
        NotFound
            The district does not exist or is none of the viewer's business.
        """
        _, layers = self.cut(viewer, purpose, district)
        self._register.keep([
            extent_event(
                viewer, purpose, record.noun(), district, len(layers[name]), _told(layers[name])
            )
            for name, record in PERSONAL.items()
            if len(layers[name])
        ])  # fmt: skip
        return layers

    def cut(
        self,
        viewer: Viewer,
        purpose: str,
        district: str | None = None,
        *,
        version: int | None = None,
    ) -> tuple[int, Layers]:
        """The data version and the layers for one viewer; whoever shows rows keeps the trail."""
        with self._lock:
            version, exact = self.exact(version)
            if district is not None and not (
                district in self._districts and viewer.covers(district)
            ):
                raise NotFound(kind="district", id=district)
            key = (viewer.role, purpose, viewer.districts, district)
            if key not in self._cuts:
                while len(self._cuts) >= _KEPT:
                    del self._cuts[next(iter(self._cuts))]
                self._cuts[key] = cut_layers(exact, viewer, purpose, district)
            return version, self._cuts[key]


def _told(layer: gpd.GeoDataFrame) -> list[str]:
    return sorted(str(name) for name in layer.columns)


def cut_layers(
    exact: Layers, viewer: Viewer, purpose: str, district: str | None = None
) -> dict[LayerName, gpd.GeoDataFrame]:
    """The layers without the rows and fields that are not the viewer's business.

    Where neither rows nor position of a record may be seen its layer is empty; lines
    with an end outside the cut are left out, since they would point at it.
    """
    wanted = {district} if district is not None else viewer.districts
    cut = dict(exact)
    for name, record in PERSONAL.items():
        cut[name] = _cut_rows(exact[name], name, record, viewer, purpose, wanted)
    inside = set(cut["households"]["id"]) | set(cut["supporters"]["id"])
    links = cut["links"]
    ends = links["watcher_id"].isin(inside) & links["watched_id"].isin(inside)
    cut["links"] = links[ends].reset_index(drop=True)
    return cut


def _cut_rows(
    layer: gpd.GeoDataFrame,
    name: LayerName,
    record: type[Record],
    viewer: Viewer,
    purpose: str,
    wanted: frozenset[str] | set[str] | None,
) -> gpd.GeoDataFrame:
    seen = viewer.sight.seen(record.noun(), purpose)
    if not seen or viewer.sight.scope(record.noun(), purpose) == "own":
        return empty_layer(name)
    if name == "links":
        return layer
    rows = layer if wanted is None else layer[layer["district_id"].isin(wanted)]
    hidden = [c for c in _columns_of(name) if not _is_seen(c, name, seen, viewer, purpose)]
    rows = rows.assign(**dict.fromkeys(hidden)).reset_index(drop=True)
    if seen.get("lon") is Precision.MESH:
        return rows.set_geometry(_middles(rows.geometry))
    return rows if "lon" in seen else rows.set_geometry(_nowhere(len(rows)))


@cache
def _columns_of(name: LayerName) -> tuple[str, ...]:
    kept = {"id", "geometry", "activities", "district_id"}
    return tuple(str(c) for c in empty_layer(name).columns if c not in kept)


def _is_seen(
    column: str, layer: LayerName, seen: Mapping[str, Precision], viewer: Viewer, purpose: str
) -> bool:
    owner = _NAMED_BY.get(layer)
    if column == "name" and owner is not None:
        seen = viewer.sight.seen(owner.noun(), purpose)
    return seen.get(column) is Precision.EXACT or (column in seen and column not in {"lon", "lat"})


def _middles(points: gpd.GeoSeries) -> gpd.GeoSeries:
    """The middle of each point's 250 m mesh cell: the same for a household every time."""
    placed = (~points.isna()).to_numpy()
    middles = np.full(len(points), None, object)
    if placed.any():
        lon, lat = shapely.get_coordinates(points[placed].to_numpy()).T
        boxes = np.array([mesh_bounds(str(code)) for code in np.atleast_1d(mesh_code(lon, lat))])
        middles[placed] = shapely.points((boxes[:, :2] + boxes[:, 2:]) / 2)
    return gpd.GeoSeries(middles, index=points.index, crs=GEOGRAPHIC)


def _nowhere(rows: int) -> gpd.GeoSeries:
    return gpd.GeoSeries(np.full(rows, None, object), crs=GEOGRAPHIC)


def _read_sources(connection: Connection) -> dict[str, Source]:
    taken = select(Intake.kind, Intake.file, Intake.at).where(
        Intake.state == "applied", Intake.kind != "merge"
    )
    return {
        name: Source(file=one.file, imported=one.at.date().isoformat(), rows=0)
        for one in connection.execute(taken.order_by(Intake.at))
        for name in one.kind.split("+")
    }


def read_layers(
    connection: Connection,
    known: dict[LayerName, tuple[object, gpd.GeoDataFrame]] | None = None,
) -> dict[LayerName, gpd.GeoDataFrame]:
    """Every layer of the register, exact, in one transaction.

    ``known``: layers that were read before, with the mark of their records; those whose
    mark is the same are not read again. It is brought up to date.
    """
    known = {} if known is None else known
    for name, (read, records) in _LAYERS.items():
        mark = tuple(_mark(connection, record) for record in records)
        if name not in known or known[name][0] != mark:
            known[name] = (mark, read(connection))
    return {name: layer for name, (_, layer) in known.items()}


def _mark(connection: Connection, record: type[Record]) -> tuple[object, ...]:
    """Differs after every change: a version counts up, a new row is younger, one gone is missed."""
    asked = select(func.count(), func.sum(record.version), func.max(record.changed_at))
    return tuple(connection.execute(asked).one())


def _rows(connection: Connection, *columns: Any, where: Any = None) -> pd.DataFrame:  # noqa: ANN401
    """The columns as a table, JSON still as text."""
    raw = [type_coerce(one, Text) if isinstance(one.type, Facts) else one for one in columns]
    asked = select(*raw) if where is None else select(*raw).where(where)
    found = connection.execute(asked.order_by(columns[0])).fetchall()
    cells = zip(*found, strict=True) if found else [()] * len(columns)
    table = {
        one.key: pd.Series(list(row), dtype=object) for one, row in zip(columns, cells, strict=True)
    }
    for one in columns:
        if isinstance(one.type, Facts):
            table[one.key] = _lists(table[one.key])
    return pd.DataFrame(table)


def _lists(texts: pd.Series) -> pd.Series:
    """Lists out of JSON text, each distinct text read once; null stays null."""
    known = {text: json.loads(text) for text in texts.dropna().unique()}
    read = [None if text is None else list(known[text]) for text in texts]
    return pd.Series(read, index=texts.index, dtype=object)


def _districts(connection: Connection) -> gpd.GeoDataFrame:
    table = _rows(
        connection, District.id, District.code, District.name, District.boundary,
        where=District.boundary.is_not(None),
    )  # fmt: skip
    shapes = shapely.from_wkb(table.pop("boundary").to_numpy())
    return _layer("districts", table, np.asarray(shapes, object))


def _households(connection: Connection) -> gpd.GeoDataFrame:
    one = Household
    table = _rows(
        connection, one.id, one.address, one.composition, one.needs, one.district_id,
        one.geocode_level, one.lon, one.lat, where=one.status == "current",
    )  # fmt: skip
    people = _rows(
        connection, Person.id, Person.household_id, Person.name,
        where=(Person.status == "active") & Person.name.is_not(None),
    )  # fmt: skip
    names: dict[str, str] = {}
    for home, name in zip(people["household_id"], people["name"], strict=True):
        names[home] = f"{names[home]}・{name}" if home in names else name
    table["name"] = table["id"].map(names)
    return _layer("households", table, _points(table))


def _supporters(connection: Connection) -> gpd.GeoDataFrame:
    one = Supporter
    table = _rows(
        connection, one.id, one.name, one.activities, one.status, one.weekdays, one.hours,
        one.most_per_week, one.load, one.pace, one.farthest_minutes, one.mode, one.gender,
        one.birth_year,
        one.district_id, one.geocode_level, one.lon, one.lat, where=one.status != "left",
    )  # fmt: skip
    return _layer("supporters", table, _points(table))


def _links(connection: Connection) -> gpd.GeoDataFrame:
    one = WatchLink
    table = _rows(
        connection, one.id, one.watcher_id, one.watched_id, one.kind, one.direction,
        one.strength, one.how_often,
    )  # fmt: skip
    return _layer("links", table, np.full(len(table), None, object))


def _places(connection: Connection) -> gpd.GeoDataFrame:
    one = Place
    table = _rows(
        connection, one.id, one.kind, one.name, one.address, one.weekdays, one.hours, one.lon,
        one.lat,
    )  # fmt: skip
    return _layer("places", table, _points(table))


def _points(table: pd.DataFrame) -> np.ndarray[Any, Any]:
    lon, lat = (table.pop(name).astype(float).to_numpy() for name in ("lon", "lat"))
    points = np.asarray(shapely.points(lon, lat), object)
    points[np.isnan(lon)] = None
    return points


def _layer(name: LayerName, table: pd.DataFrame, shapes: Any) -> gpd.GeoDataFrame:  # noqa: ANN401
    table = table.where(table.notna(), None) if len(table) else table
    for column in _NUMBERS & set(table.columns):
        table[column] = pd.to_numeric(table[column]).astype("float64")
    frame = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=GEOGRAPHIC), crs=GEOGRAPHIC)
    return frame if len(frame) else empty_layer(name)


_NUMBERS: Final = {"most_per_week", "load", "pace", "farthest_minutes", "strength", "birth_year"}

_LAYERS: Final[
    dict[LayerName, tuple[Callable[[Connection], gpd.GeoDataFrame], tuple[type[Record], ...]]]
] = {
    "districts": (_districts, (District,)),
    "households": (_households, (Household, Person)),
    "supporters": (_supporters, (Supporter,)),
    "links": (_links, (WatchLink,)),
    "places": (_places, (Place,)),
}
"""How each layer is read, and of which records it is made."""
