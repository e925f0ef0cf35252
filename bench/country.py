"""A country of invented households: throughput, memory, a worker killed in the middle.

1,741 municipalities, 7.8 million households at risk, sizes as skewed as the real ones, one
supporter for ten households, on the streets of one real city, laid side by side as often as
a municipality of that size needs. Written as GeoParquet
into a folder that is gone afterwards, then studied by two worker processes; one of them is
killed half way. Some municipalities, drawn by lot, are done again in one process: every
byte must be the same.

    python -m bench.country --share 0.05     # so much of the country
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from bench.timing import DATA, machine
from geo.country import (
    CoverageStudy,
    DaskCrew,
    FolderSource,
    Progress,
    Share,
    local_crew,
    network_of_lines,
    run_study,
)
from geo.sample import sample_town
from geo.walk.network import StreetNetwork
from geo.walk.sources import read_streets

MUNICIPALITIES = 1_741
HOUSEHOLDS = 7_800_000
SKEW = 1.48
"""Of the logarithm of sizes: the mean is three times the median, as in the country."""

FOR_EACH = 10
"""Households for each supporter."""

SIDE = 3
"""Districts along each side of the city."""

TILE = 5_000
"""Households on the streets of one copy of the city."""

APART = 1.05
"""Widths of the city from one copy to the next; no street leads across."""

ACTIVITIES = ("garbage", "errand", "talk")
GROUP = 50_000
"""Rows of a row group at most."""

Floats = npt.NDArray[np.float64]


def sizes(share: float) -> npt.NDArray[np.int64]:
    """Households of each municipality."""
    rng = np.random.default_rng(1)
    drawn = np.exp(rng.normal(0.0, SKEW, MUNICIPALITIES))
    many = np.maximum(20, drawn * HOUSEHOLDS / drawn.sum()).astype(np.int64)
    return many[: max(4, round(share * MUNICIPALITIES))]


def read_city() -> StreetNetwork:
    """Ube where its streets are here, else the invented town."""
    file = DATA / "streets" / "ube_walk_osmnx.gpkg"
    return read_streets(file) if file.is_file() else sample_town(0, 600, 60).streets


def side_of(count: int) -> int:
    """How many copies of the city lie along each side of a municipality of so many households."""
    return max(1, math.ceil(math.sqrt(count / TILE)))


@dataclass(frozen=True)
class City:
    """Where people may live, and the districts they live in."""

    lines: gpd.GeoDataFrame
    bounds: Floats

    @classmethod
    def tiled(cls, lines: gpd.GeoDataFrame, side: int) -> City:
        """The streets of a city, side × side times."""
        west, south, east, north = lines.total_bounds
        across, up = APART * (east - west), APART * (north - south)
        places = [(x * across, y * up) for x in range(side) for y in range(side)]
        moved = [lines.geometry.translate(x, y) for x, y in places]
        whole = pd.concat([lines.set_geometry(one) for one in moved], ignore_index=True)
        return cls(gpd.GeoDataFrame(whole), np.array(whole.total_bounds))

    def settle(self, rng: np.random.Generator, count: int) -> Floats:
        """So many places within some ten metres of a street, longer streets more often."""
        metres = self.lines["metres"].to_numpy()
        row = rng.choice(len(metres), count, p=metres / metres.sum())
        line = self.lines.geometry.to_numpy()[row]
        at = shapely.line_interpolate_point(line, rng.random(count), normalized=True)
        return shapely.get_coordinates(at) + rng.normal(0.0, 1e-4, (count, 2))

    def districts_of(self, places: Floats) -> npt.NDArray[np.int64]:
        """Number of the district of each place."""
        share = (places - self.bounds[:2]) / (self.bounds[2:] - self.bounds[:2])
        column, row = np.clip(share * SIDE, 0, SIDE - 1).astype(np.int64).T
        return row * SIDE + column


def points(code: str, letter: str, places: Floats, city: City) -> dict[str, pa.Array]:
    """Columns that every layer of points has."""
    names = [f"{letter}{number:06d}" for number in range(len(places))]
    districts = [f"D{number}" for number in city.districts_of(places)]
    return {
        "municipality": pa.array([code] * len(places)),
        "id": pa.array(names),
        "district_id": pa.array(districts),
        "geometry": pa.array(shapely.to_wkb(shapely.points(places)), pa.binary()),
    }


def helpers(rng: np.random.Generator, base: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Supporters: what they offer, how fast and how far they walk."""
    count = len(base["id"])
    offers = [[one for one in ACTIVITIES if rng.random() < 0.5] for _ in range(count)]
    pace = rng.choice([55.0, 65.0, 80.0, np.nan], count)
    return base | {
        "activities": pa.array(offers, pa.list_(pa.string())),
        "status": pa.array(rng.choice(["active", "resting"], count, p=[0.85, 0.15])),
        "pace": pa.array(pace, from_pandas=True),
    }


def write_country(folder: Path, share: float) -> int:
    """The country, a row group of each municipality or several; how many households it has."""
    (folder / "streets").mkdir(parents=True)
    lines, many, cities = read_city().lines(), sizes(share), dict[int, City]()
    writers: dict[str, pq.ParquetWriter] = {}
    for number, count in enumerate(many.tolist()):
        code, side = f"{number + 1:05d}", side_of(count)
        if side not in cities:
            cities[side] = City.tiled(lines, side)
            network_of_lines(cities[side].lines).save(folder / "cities" / str(side))
        (folder / "streets" / code).symlink_to(folder / "cities" / str(side))
        rng, city = np.random.default_rng([2, number]), cities[side]
        houses = points(code, "H", city.settle(rng, count), city)
        write(writers, folder / "households.parquet", houses)
        base = points(code, "S", city.settle(rng, max(2, count // FOR_EACH)), city)
        write(writers, folder / "supporters.parquet", helpers(rng, base))
    for writer in writers.values():
        writer.close()
    return int(many.sum())


def write(
    writers: dict[str, pq.ParquetWriter], path: Path, columns: Mapping[str, pa.Array]
) -> None:
    """Append rows to a file."""
    geo = {"encoding": "WKB", "geometry_types": ["Point"]}
    facts = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": geo}}
    table = pa.table(dict(columns)).replace_schema_metadata({"geo": json.dumps(facts)})
    if path.name not in writers:
        writers[path.name] = pq.ParquetWriter(path, table.schema, compression="zstd")
    writers[path.name].write_table(table, row_group_size=GROUP)


def used() -> tuple[int, float, int]:
    """Of this process: its id, processor seconds, and most bytes it ever held."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return os.getpid(), own.ru_utime + own.ru_stime, own.ru_maxrss * 1024


@dataclass
class Watcher:
    """Looks at the workers now and then, and kills one half way."""

    crew: DaskCrew
    kill: bool
    every: float = 5.0
    last: float = 0.0
    victim: int | None = None
    seen: dict[int, tuple[float, int]] = field(default_factory=dict)

    def __call__(self, progress: Progress) -> None:
        """After each municipality."""
        now = time.monotonic()
        if now - self.last > self.every or progress.done == progress.total:
            self.last = now
            self.look()
            if sys.stderr.isatty() or os.environ.get("BENCH_PROGRESS"):
                print(progress, file=sys.stderr, flush=True)
        if self.kill and self.victim is None and progress.done * 2 >= progress.total:
            self.look()
            self.victim = max(self.seen)
            os.kill(self.victim, signal.SIGKILL)

    def look(self) -> None:
        """Note what each worker used."""
        for pid, seconds, held in self.crew.client.run(used).values():
            self.seen[pid] = seconds, held


@dataclass(frozen=True)
class Some:
    """A few of the municipalities."""

    chosen: Sequence[Share]

    def shares(self) -> Sequence[Share]:
        """Those."""
        return self.chosen

    def strays(self) -> dict[str, int]:
        """None."""
        return {}


def again(source: FolderSource, study: CoverageStudy, done: Path, beside: Path, many: int) -> int:
    """How many of some municipalities differ in any byte when one process does them."""
    chosen = random.Random(3).sample(source.shares(), many)  # noqa: S311 - a lot, no secret
    run_study(Some(chosen), study, beside)
    parts = [f"{share.code}.parquet" for share in chosen]
    return sum((done / one).read_bytes() != (beside / one).read_bytes() for one in parts)


def main(words: Sequence[str] = ()) -> None:
    """Print the table."""
    choice = argparse.ArgumentParser()
    choice.add_argument("--share", type=float, default=0.02)
    choice.add_argument("--workers", type=int, default=2)
    given = choice.parse_args(words)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = time.perf_counter()
        households = write_country(folder / "in", given.share)
        print(
            f"Country, {households:,} households, invented in {time.perf_counter() - start:,.0f} s"
        )
        source, study = FolderSource(folder / "in"), CoverageStudy(ACTIVITIES)
        with local_crew(given.workers) as crew:
            show(source, study, folder, crew)
        many = min(40, len(source.shares()))
        wrong = again(source, study, folder / "out", folder / "alone", many)
        print(f"  parts that differ from one process, of {many:<20}{wrong:>14}")


def show(source: FolderSource, study: CoverageStudy, folder: Path, crew: DaskCrew) -> None:
    """The run with a killed worker, and the same resumed."""
    watcher = Watcher(crew, kill=True)
    run = run_study(source, study, folder / "out", crew=crew, watch=watcher)
    progress, seconds = run.progress, sum(taken for taken, _ in watcher.seen.values())
    rows: dict[str, Any] = {
        "municipalities": progress.total,
        "failed": progress.failed,
        "seconds": progress.seconds,
        "households a second": progress.throughput,
        "processor seconds of the workers": seconds,
        "households a processor second": progress.households / seconds,
        "largest worker, MB": max(held for _, held in watcher.seen.values()) / 1e6,
        "workers killed": int(watcher.victim is not None),
    }
    resumed = run_study(source, study, folder / "out", crew=crew, resume=True).progress
    rows |= {"kept when resumed": resumed.kept, "seconds to resume": resumed.seconds}
    for name, value in rows.items():
        print(f"  {name:<58}{value:>14,.0f}")


if __name__ == "__main__":
    print(machine())
    main(sys.argv[1:])
