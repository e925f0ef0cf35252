"""What the resilience and disaster studies of a town cost: Ube, its shelters, floods drawn by lot.

20,000 people at risk and 1,000 supporters stand beside the streets; 40 areas of 2,000
corners are the hazard. The streets cut at every border are held beside a network whose
touched streets are closed whole: how many people that would call cut off wrongly.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bench.nearest import scatter
from bench.timing import DATA, machine, medians, show
from geo.coverage import Ask, Cover
from geo.exchange.places import read_places
from geo.proximity import SupporterPool
from geo.refuge import Danger, flee
from geo.resilience import age_cover, find_carriers, find_losses
from geo.walk.closing import close_ground, plane_shapes
from geo.walk.labels import CLOSED
from geo.walk.network import StreetNetwork, frozen
from geo.walk.sources import read_streets

PEOPLE, SUPPORTERS, AREAS, CORNERS = 20_000, 1_000, 40, 2_000


def floods(streets: StreetNetwork, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Ragged areas where the streets are."""
    lines = streets.lines().geometry
    middles = np.array([line.centroid.coords[0] for line in lines.sample(AREAS, random_state=1)])
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    shapes = [
        shapely.Polygon(
            middle + np.column_stack([np.cos(angle), np.sin(angle)])
            * (rng.uniform(0.001, 0.006) * rng.uniform(0.9, 1.0, CORNERS))[:, None]
        )
        for middle in middles
    ]  # fmt: skip
    columns = {"id": [f"Z{n}" for n in range(AREAS)], "kind": "flood"}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


def close_whole(streets: StreetNetwork, hazards: gpd.GeoDataFrame) -> StreetNetwork:
    """Every street that an area touches closed from end to end."""
    areas = plane_shapes(streets, hazards.geometry.to_numpy())
    places = np.column_stack([streets.vertex_x, streets.vertex_y])
    lines = np.asarray(shapely.linestrings(places, indices=streets.vertex_edge), object)
    wet = np.zeros(streets.edges, bool)
    wet[shapely.STRtree(lines).query(areas, predicate="intersects")[1]] = True
    closed = wet[streets.arc_edge]
    return replace(
        streets,
        arc_there=frozen(np.where(closed, CLOSED, streets.arc_there)),
        arc_back=frozen(np.where(closed, CLOSED, streets.arc_back)),
        edge_open=frozen(streets.edge_open & ~wet[:, None]),
    )


def main() -> None:
    """Print the tables."""
    rng = np.random.default_rng(0)
    print(machine())
    streets = read_streets(DATA / "streets" / "ube_walk_osmnx.gpkg")
    places = read_places(DATA / "shelters" / "p20_ube.geojson")
    people = scatter(streets, PEOPLE, "H", 1)
    supporters = scatter(streets, SUPPORTERS, "S", 2).assign(
        activities=pd.Series([["garbage"]] * SUPPORTERS, dtype=object),
        birth_year=rng.integers(1938, 1985, SUPPORTERS) * 1.0,
    )
    hazards = floods(streets, rng)
    danger, whole = Danger(hazards, streets), Danger(hazards, streets)
    whole.__dict__["closed"] = close_whole(streets, hazards)
    told, rough = (flee(one, people, places, within=30.0)["state"] for one in (danger, whole))
    wrong = int(((told == "reached") & (rough == "cut_off")).sum())
    print(f"{len(places)} shelters, {PEOPLE:,} people: {dict(told.value_counts())}")
    print(f"closed from end to end, {wrong:,} more would count as cut off")
    cover = Cover(people, SupporterPool(supporters, streets), within=10.0)
    asks = {"garbage": Ask("garbage")}
    losses = find_losses(cover, asks["garbage"], most=5)
    print(losses[["number", "lost", "bound", "proven"]].to_string(index=False))
    show(
        "medians",
        medians(
            {
                "streets cut at 40 areas of 2,000 corners": lambda: close_ground(
                    streets, hazards.geometry.to_numpy()
                ),
                "who reaches which of the shelters, before and then": lambda: flee(
                    danger, people, places, within=30.0
                ),
                "the cover itself": lambda: Cover(people, cover.pool, within=10.0),
                "who carries it": lambda: find_carriers(cover, asks),
                "the worst losses of one to five, proven": lambda: find_losses(
                    cover, asks["garbage"], most=5
                ),
                "the cover in 0, 5 and 10 years": lambda: age_cover(cover, asks, now=2026, by=None),
            },
            rounds=3,
        ),
        "the cover itself",
    )


if __name__ == "__main__":
    main()
