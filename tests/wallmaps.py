"""A small neighbourhood for wall maps: houses on a loose grid, lines between them, a sheet."""

from __future__ import annotations

import datetime as dt
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from geo import terms
from geo.draw.wallmap import Imprint, Look, Printed, WallLayers, wall_sheets
from tests.inked import Stroke

WEST, NORTH = -37500.0, 127300.0
MADE_ON = dt.date(2026, 11, 26)
PLAIN = Look(pens=False)


def on_plane(*points: tuple[float, float]) -> list[shapely.Point]:
    """Points so many metres east and south of a corner, in degrees."""
    to_degrees = Transformer.from_crs(6670, 4326, always_xy=True)
    return [shapely.Point(to_degrees.transform(WEST + x, NORTH - y)) for x, y in points]


def houses(
    count: int = 40, *, seed: int = 3, within: float = 200.0, **more: object
) -> gpd.GeoDataFrame:
    """Houses on a loose grid of 25 m, each a little off."""
    lot = np.random.default_rng(seed)
    across = int(within // 25)
    spots = [
        (25.0 * (k % across) + lot.uniform(3, 20), 25.0 * (k // across) + lot.uniform(3, 20))
        for k in range(count)
    ]
    columns = {"id": [f"h{k}" for k in range(count)], "composition": ["single_elderly"] * count}
    return gpd.GeoDataFrame(columns | more, geometry=on_plane(*spots), crs=4326)


def links(layer: gpd.GeoDataFrame, *rows: tuple[int, int, str, str, int]) -> gpd.GeoDataFrame:
    """Lines between houses by their places: watcher, watched, kind, direction, strength."""
    spots, ids = layer.geometry, layer["id"]
    return gpd.GeoDataFrame(
        {
            "watcher_id": [ids[a] for a, *_ in rows],
            "watched_id": [ids[b] for _, b, *_ in rows],
            "kind": [row[2] for row in rows],
            "direction": [row[3] for row in rows],
            "strength": [float(row[4]) for row in rows],
        },
        geometry=[shapely.LineString([spots[a], spots[b]]) for a, b, *_ in rows],
        crs=4326,
    )


def whole_map(name: str = "本町") -> WallLayers:
    """A map with something of everything."""
    layer = houses(
        40, name=[name] * 40, composition=[*terms.COMPOSITIONS, None] * 5 + ["other"] * 5,
        worry=[True] + [False] * 39, without_line=[False] * 39 + [True],
    )  # fmt: skip
    box = shapely.Polygon(
        [point.coords[0] for point in on_plane((0, 0), (80, 0), (80, 60), (0, 60))]
    )
    return WallLayers(
        houses=layer,
        links=links(layer, (0, 1, "watching", "mutual", 3), (2, 9, "shopping", "one_way", 1)),
        places=gpd.GeoDataFrame(
            {"id": ["p"], "kind": ["hall"], "name": [name]}, geometry=on_plane((150, 90)), crs=4326
        ),
        notes=gpd.GeoDataFrame({"text": [name]}, geometry=on_plane((60, 80)), crs=4326),
        areas=gpd.GeoDataFrame({"name": [name]}, geometry=[box], crs=4326),
        streets=gpd.GeoDataFrame(
            geometry=[shapely.LineString(on_plane((-500, 30), (900, 34)))], crs=4326
        ),
    )  # fmt: skip


def printed(layers: WallLayers, look: Look = PLAIN, **more: Any) -> Printed:  # noqa: ANN401 - as wall_sheets
    return wall_sheets(layers, look=look, imprint=Imprint("見守りマップ", made_on=MADE_ON), **more)


def frame_of(found: list[Stroke]) -> np.ndarray:
    """Left, top, right, bottom of the frame, the one outline of 0.4 mm."""
    (frame,) = (one for one in found if one.style.get("stroke-width") == "0.4")
    return np.array([frame.points.min(axis=0), frame.points.max(axis=0)]).ravel()
