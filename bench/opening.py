"""Streets from a file, and a saved network opened."""

from __future__ import annotations

import resource
import tempfile
from pathlib import Path

from bench.timing import DATA, medians, show
from geo.walk.network import StreetNetwork
from geo.walk.sources import read_streets


def main() -> None:
    """Read from OSM with elevation; open what was saved."""
    source = DATA / "streets" / "porto_alegre.osm.pbf"
    if not source.is_file():
        print(f"opening: skipped, no {source.name} in WELFAREMAP_TESTDATA")
        return
    elevation = source.with_name("porto_alegre_elevation.tif")
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "streets"
        read_streets(source, elevation=elevation).save(saved)
        opening = "StreetNetwork.load (memory-mapped)"
        seconds = medians(
            {
                opening: lambda: StreetNetwork.load(saved),
                "read_streets .osm.pbf": lambda: read_streets(source),
                "read_streets .osm.pbf with elevation": lambda: read_streets(
                    source, elevation=elevation
                ),
            },
            rounds=5,
        )
    show("Porto Alegre: streets", seconds, opening)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak memory of the whole bench {peak:.0f} MB")


if __name__ == "__main__":
    main()
