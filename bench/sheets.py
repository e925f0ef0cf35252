"""What paper costs: wall maps of every size with the houses of a district on them."""

from __future__ import annotations

import time
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely

from bench.timing import medians, show
from geo.draw.wallmap import Look, WallLayers, Window, wall_sheets
from geo.sample import sample_town
from geo.watching import houses_without_line

WINDOW = Window(-39200, 126350, -36850, 127850)
"""The middle of the invented town at 1:2500, as much as A0 holds; metres of the plane."""


def main() -> None:
    """Print A0, its tiles, A3 and A4."""
    layers = crowded_town()
    few = Window(-38200, 127000, -37750, 127300)
    working = Look(coloured=False, pens=True)
    times = medians(
        {
            "A0, 3,000 houses": lambda: wall_sheets(layers, paper="A0", scale=2500, window=WINDOW),
            "A0, 3,000 houses, without colour, pens": lambda: wall_sheets(
                layers, paper="A0", scale=2500, window=WINDOW, look=working
            ),
            "A0, 3,000 houses, as A3 tiles": lambda: wall_sheets(
                layers, paper="A0", scale=2500, window=WINDOW, tiled=True
            ),
            "A3, about 100 houses": lambda: wall_sheets(layers, paper="A3", window=few),
            "A4, about 100 houses": lambda: wall_sheets(layers, paper="A4", window=few),
        },
        rounds=5,
    )
    show("wall maps", times, "A0, 3,000 houses")
    start = time.process_time()
    wall_sheets(layers, paper="A0", scale=2500, window=WINDOW)
    spent = time.process_time() - start
    print(f"  {'A0, 3,000 houses: of the processors':<58}{spent * 1000:>10.2f} ms")


def crowded_town() -> WallLayers:
    """3,000 houses by lot along the streets within the window, with the town's lines."""
    town = sample_town(0, 6000)
    lot = np.random.default_rng(2)
    box = shapely.box(WINDOW.west + 30, WINDOW.south + 30, WINDOW.east - 30, WINDOW.north - 30)
    streets = town.streets.lines().to_crs(6670)
    lines = streets[streets.within(box)].geometry.to_numpy()
    metres = shapely.length(lines)
    chosen = lot.choice(len(lines), 3000, p=metres / metres.sum())
    beside = shapely.line_interpolate_point(lines[chosen], lot.random(3000) * metres[chosen])
    spots = gpd.GeoSeries(list(beside), crs=6670).to_crs(4326)
    houses = town.households.iloc[:3000].reset_index(drop=True).set_geometry(spots)
    ids = set(houses["id"])
    links = town.links[town.links["watcher_id"].isin(ids) & town.links["watched_id"].isin(ids)]
    place = dict(zip(houses["id"], spots, strict=True))
    ends = zip(links["watcher_id"], links["watched_id"], strict=True)
    drawn = shapely.get_coordinates([place[one] for pair in ends for one in pair])
    links = links.set_geometry(np.asarray(shapely.linestrings(drawn.reshape(-1, 2, 2))), crs=4326)
    alone = set(houses_without_line(houses, links)["id"])
    houses["without_line"] = [one in alone for one in houses["id"]]
    return replace(
        WallLayers(districts=town.districts, streets=town.streets, places=town.places),
        houses=houses,
        links=links,
    )


if __name__ == "__main__":
    main()
