"""A city of 430,000 households: coverage of all activities, and one helper more or less.

Ube's streets from OSMnx, thirty times side by side and joined, make a network of some
300,000 junctions. 430,000 households stand beside them, 50,000 of them at risk, and 10,000
supporters, of whom some were not asked for their days. Asked is what the planning room
asks: what is reached of every activity by district, and what changes when a helper comes,
moves and leaves. The peak of memory is that of the whole process.
"""

from __future__ import annotations

import resource
import time
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bench.nearest import scatter
from bench.timing import DATA, machine
from geo.coverage import (
    Ask,
    Cover,
    Helper,
    coverage_table,
    street_cover,
    uncovered_areas,
    with_capacity,
)
from geo.proximity import SupporterPool
from geo.terms import ACTIVITIES, WEEKDAYS
from geo.walk.build import build_network
from geo.walk.network import StreetLines, StreetNetwork
from geo.walk.sources import read_lines

ACROSS, DOWN = 6, 5
HOUSEHOLDS, AT_RISK, SUPPORTERS, WITHIN = 430_000, 50_000, 10_000, 10.0
ASKS = {code: Ask(code) for code in ACTIVITIES}


def tile(lines: StreetLines) -> StreetLines:
    """The same town side by side, each joined with the next by one street."""
    wide, high = np.ptp(lines.lon) + 0.002, np.ptp(lines.lat) + 0.002
    size = len(lines.lon)
    places = [(across, down) for across in range(ACROSS) for down in range(DOWN)]
    order = {place: number for number, place in enumerate(places)}
    middle = int(np.argmin(np.hypot(lines.lon - lines.lon.mean(), lines.lat - lines.lat.mean())))
    joins = [
        (order[here] * size + middle, order[there] * size + middle)
        for here in places
        for there in ((here[0] + 1, here[1]), (here[0], here[1] + 1))
        if there in order
    ]
    tail, head = (np.array(ends) for ends in zip(*joins, strict=True))

    def every(values: np.ndarray, more: Any) -> np.ndarray:  # noqa: ANN401
        return np.concatenate([*([values] * len(places)), np.full(len(joins), more)])

    return replace(
        lines,
        lon=np.concatenate([lines.lon + wide * across for across, _ in places]),
        lat=np.concatenate([lines.lat + high * down for _, down in places]),
        elevation=np.tile(lines.elevation, len(places)),
        tail=np.concatenate([*(lines.tail + size * n for n in range(len(places))), tail]),
        head=np.concatenate([*(lines.head + size * n for n in range(len(places))), head]),
        metres=every(lines.metres, 1000.0),
        steps=every(lines.steps, more=False),
        there=every(lines.there, more=True),
        back=every(lines.back, more=True),
        level=None if lines.level is None else every(lines.level, more=True),
    )


def invent_supporters(network: StreetNetwork) -> gpd.GeoDataFrame:
    """Helpers of one to three activities; a third were not asked for their days."""
    rng = np.random.default_rng(3)
    layer = scatter(network, SUPPORTERS, "s", 2)
    offers = [
        list(rng.choice(list(ACTIVITIES), n, replace=False)) for n in rng.integers(1, 4, SUPPORTERS)
    ]
    days = [list(rng.choice(list(WEEKDAYS), 3, replace=False)) for _ in range(SUPPORTERS)]
    asked = rng.random(SUPPORTERS) > 1 / 3
    return layer.assign(
        activities=pd.Series(offers, dtype=object),
        weekdays=pd.Series([day if told else None for day, told in zip(days, asked, strict=True)]),
        most_per_week=np.where(asked, rng.integers(1, 8, SUPPORTERS), np.nan),
    )


def invent_households(network: StreetNetwork) -> gpd.GeoDataFrame:
    """Households by district of a grid, some of them at risk."""
    rng = np.random.default_rng(4)
    layer = scatter(network, HOUSEHOLDS, "h", 1)
    west, south, east, north = layer.total_bounds
    column = ((layer.geometry.x - west) / (east - west) * 14.99).astype(int)
    row = ((layer.geometry.y - south) / (north - south) * 9.99).astype(int)
    at_risk = np.zeros(HOUSEHOLDS)
    at_risk[rng.choice(HOUSEHOLDS, AT_RISK, replace=False)] = 1.0
    names = [f"D{number:03d}" for number in range(150)]
    district = np.array(names)[(row * 15 + column).to_numpy()]
    return layer.assign(district_id=district, at_risk=at_risk, households=1.0)


class Watch:
    """Seconds passed, and those the processors worked: on a busy machine they are apart."""

    def __init__(self) -> None:
        self.start, self.work = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Both so far."""
        return time.perf_counter() - self.start, time.process_time() - self.work


def told(title: str, seconds: tuple[float, float]) -> None:
    """One line of the table."""
    print(f"  {title:<62}{seconds[0] * 1000:>8.0f} ms{seconds[1] * 1000:>8.0f} ms of processor")


def what_if(cover: Cover, rounds: int = 15) -> list[tuple[float, float]]:
    """One helper more, one moved, one gone, told for an activity by district."""
    ask, times = {"garbage": Ask("garbage")}, list[tuple[float, float]]()
    points = cover.demand.geometry.to_numpy()[:: len(cover) // (2 * rounds)]
    places = np.column_stack([shapely.get_x(points), shapely.get_y(points)]).tolist()
    ids = cover.supporter_ids[:: len(cover.supporter_ids) // (2 * rounds)]
    coverage_table(cover, ask)
    for n in range(rounds):
        watch = Watch()
        other = cover.changed(
            add=[Helper("new", places[n][0], places[n][1], ("garbage",))],
            move={ids[n]: tuple(places[rounds + n])},
            remove=[ids[rounds + n]],
        )
        coverage_table(other, ask)
        times.append(watch.read())
    return times


def ask_city(title: str, demand: gpd.GeoDataFrame, pool: SupporterPool) -> None:
    """Search once, ask for everything, change by hand."""
    print(f"\n{title}")
    watch = Watch()
    cover = Cover(demand, SupporterPool(pool.layer, pool.streets), within=WITHIN)
    told("searched", watch.read())
    table = coverage_table(cover, ASKS)
    coverage_table(cover, ASKS, weight="at_risk")
    told(f"and asked: 9 activities, {len(table) // 9} districts, two weights", watch.read())
    print(f"  {'pairs within reach':<62}{cover.pairs().nnz:>8,}")
    both = np.array(what_if(cover))
    told("what if: one comes, one moves, one leaves (median)", tuple(np.median(both, axis=0)))
    told("what if, the slowest", tuple(both.max(axis=0)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {'peak of memory so far':<62}{peak:>8.0f} MB")


def grid(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The districts that `invent_households` names."""
    west, south, east, north = layer.total_bounds
    across, up = np.linspace(west, east, 16), np.linspace(south, north, 11)
    rows = [(row, column) for row in range(10) for column in range(15)]
    return gpd.GeoDataFrame(
        {"id": [f"D{number:03d}" for number in range(150)]},
        geometry=[shapely.box(across[c], up[r], across[c + 1], up[r + 1]) for r, c in rows],
        crs=4326,
    )


def main() -> None:
    """The city as a whole, and its households at risk."""
    source = DATA / "streets" / "ube_walk_osmnx.gpkg"
    if not source.is_file():
        print(f"city: skipped, no {source.name} in WELFAREMAP_TESTDATA")
        return
    small = build_network(read_lines(source))
    few = SupporterPool(invent_supporters(small)[:70], small)
    warm = Cover(scatter(small, 100, "h", 1), few, within=5)  # compiles
    coverage_table(warm, ASKS, by=None)
    with_capacity(warm, Ask("garbage"), weight="households", by=None)
    street_cover(few, small)
    network = build_network(tile(read_lines(source)))
    print(f"{machine()}; {network.nodes:,} junctions, {network.edges:,} streets")
    households, supporters = invent_households(network), invent_supporters(network)
    pool = SupporterPool(supporters, network)
    at_risk = households[households["at_risk"] > 0].reset_index(drop=True)
    ask_city(f"{AT_RISK:,} households at risk, {SUPPORTERS:,} supporters", at_risk, pool)
    ask_city(f"{HOUSEHOLDS:,} households, {SUPPORTERS:,} supporters", households, pool)
    print()
    watch = Watch()
    street_cover(pool, network, ask=Ask("garbage"), within=WITHIN)
    told("streets reached, cut where reaching ends", watch.read())
    watch = Watch()
    areas = uncovered_areas(grid(households), pool, activity="garbage", households=at_risk)
    told(f"land nobody reaches, {len(areas):,} polygons of 150 districts", watch.read())
    cover = Cover(at_risk, pool, within=WITHIN)
    watch = Watch()
    served = with_capacity(cover, Ask("garbage"), weight="at_risk")
    told(f"with capacity: {served['reached'].sum():,.0f} at risk served, proven", watch.read())


if __name__ == "__main__":
    main()
