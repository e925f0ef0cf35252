"""What a planner of a city waits for while a pin is dragged: the whole answer, as JSON."""

from __future__ import annotations

import time
from statistics import median
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pandas as pd
import shapely

from bench.city import AT_RISK, DATA, SUPPORTERS, invent_households, invent_supporters, tile
from bench.timing import machine
from geo.coverage import Cover, Helper
from geo.proximity import SupporterPool
from geo.walk.build import build_network
from geo.walk.sources import read_lines
from webapp.planning.asking import Asked
from webapp.planning.covering import compare
from webapp.studies.ground import COUNTS, Ground, count_cells, spread_cells
from webapp.studies.question import Question
from webapp.studies.scenarios import Changes

ROUNDS = 15


def main() -> None:
    """The ground laid, searched, and a helper dragged over it."""
    source = DATA / "streets" / "ube_walk_osmnx.gpkg"
    if not source.is_file():
        print(f"planning: skipped, no {source.name} in WELFAREMAP_TESTDATA")
        return
    network = build_network(tile(read_lines(source)))
    supporters = invent_supporters(network)
    households = invent_households(network)
    listed = households[households["at_risk"] > 0].reset_index(drop=True)
    listed = listed.assign(needs=pd.Series([["garbage"]] * len(listed), index=listed.index))
    print(f"{machine()}; {AT_RISK:,} households, {SUPPORTERS:,} supporters")
    print(f"{network.nodes:,} junctions")
    start = time.perf_counter()
    districts = cast("Any", listed.dissolve("district_id").convex_hull)
    areas = listed[["district_id"]].drop_duplicates().rename(columns={"district_id": "id"})
    areas = areas.set_geometry(districts.reindex(areas["id"]).to_numpy(), crs=4326)
    areas = areas.assign(name=areas["id"], code=None)
    cells = count_cells(listed, areas)
    nowhere = pd.DataFrame(columns=["mesh", "district_id", *COUNTS])
    demand = spread_cells(cells, nowhere, network)
    print(f"{len(cells):,} cells, {len(demand):,} points along streets: "
          f"{time.perf_counter() - start:.1f} s")  # fmt: skip
    pool = SupporterPool(supporters, network)
    start = time.perf_counter()
    cover = Cover(demand, pool, within=10.0)
    ground = Ground(areas, cells, demand, pool)
    asked = Asked(
        Question(activity="garbage"), cast("Any", SimpleNamespace(version=1)), ground, cover
    )
    compare(asked, Changes())
    print(f"searched and asked for the first time: {time.perf_counter() - start:.1f} s")
    spots = shapely.get_coordinates(listed.geometry.iloc[: ROUNDS * 7 : 7].to_numpy())
    times: list[float] = []
    for lon, lat in spots:
        start = time.perf_counter()
        told = compare(asked, Changes(add=(Helper("new-1", lon, lat, ("garbage",)),)))
        orjson.dumps(told, option=orjson.OPT_SERIALIZE_NUMPY)
        times.append(time.perf_counter() - start)
    print(f"a helper dragged: median {1e3 * median(times):.0f} ms, slowest {1e3 * max(times):.0f}")


if __name__ == "__main__":
    main()
