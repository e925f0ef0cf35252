"""A very small town to draw: two districts, a few houses of every sort, one street with steps."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import geopandas as gpd
import shapely

from geo import terms

MADE_ON: Final = dt.date(2026, 4, 1)
WEST, SOUTH = 130.87, 33.88


def _spots(count: int, *, shift: float = 0.0) -> list[shapely.Point]:
    return [
        shapely.Point(WEST + 0.0015 + shift + 0.0008 * (k % 9), SOUTH + 0.001 + 0.0009 * (k // 9))
        for k in range(count)
    ]


def small_town(name: str = "山田 花子") -> dict[str, Any]:
    """Every layer of the map; every household is called ``name``."""
    compositions = [*terms.COMPOSITIONS, None]
    needs = [[code] for code in terms.ACTIVITIES] + [["garbage", "talk"], [], None]
    households = gpd.GeoDataFrame(
        {
            "id": [f"h{k}" for k in range(24)],
            "name": [name] * 24,
            "address": [f"{name}の家"] * 24,
            "composition": [compositions[k % len(compositions)] for k in range(24)],
            "needs": [needs[k % len(needs)] for k in range(24)],
        },
        geometry=_spots(24),
        crs=4326,
    )
    supporters = gpd.GeoDataFrame(
        {
            "id": ["s0", "s1", "s2"],
            "name": [name] * 3,
            "activities": [["garbage"], [], ["talk", "garden"]],
            "status": ["active", "resting", None],
        },
        geometry=_spots(3, shift=0.0004),
        crs=4326,
    )
    spots = households.geometry
    links = gpd.GeoDataFrame(
        {
            "watcher_id": ["h0", "h1", "h20"],
            "watched_id": ["h8", "h10", "h5"],
            "kind": ["watching", "key", None],
            "direction": ["one_way", "mutual", None],
            "strength": [1.0, 3.0, None],
        },
        geometry=[shapely.LineString([spots[a], spots[b]]) for a, b in ((0, 8), (1, 10), (20, 5))],
        crs=4326,
    )
    places = gpd.GeoDataFrame(
        {"id": ["p0", "p1"], "kind": ["shop", "aed"], "name": [name, None]},
        geometry=_spots(2, shift=0.005),
        crs=4326,
    )
    return {
        "districts": _districts(name),
        "households": households,
        "supporters": supporters,
        "links": links,
        "places": places,
        "uncovered": households.iloc[::10],
        "streets": _streets(),
    }


def _districts(name: str) -> gpd.GeoDataFrame:
    halves = [
        shapely.box(WEST, SOUTH, WEST + 0.005, SOUTH + 0.006),
        shapely.box(WEST + 0.005, SOUTH, WEST + 0.01, SOUTH + 0.006),
    ]
    return gpd.GeoDataFrame(
        {"id": ["d0", "d1"], "code": ["40107", "40107"], "name": [name, "東校区"]},
        geometry=halves,
        crs=4326,
    )


def _streets() -> gpd.GeoDataFrame:
    lines = [
        shapely.LineString([(WEST, SOUTH + 0.002), (WEST + 0.01, SOUTH + 0.0021)]),
        shapely.LineString([(WEST + 0.004, SOUTH), (WEST + 0.0041, SOUTH + 0.006)]),
    ]
    return gpd.GeoDataFrame({"steps": [False, True]}, geometry=lines, crs=4326)
