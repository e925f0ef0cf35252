"""Access scores beside PySAL access: the same minutes, the same weights, the same scores.

Ube with its hills, 10,000 places of 1 to 20 households, 1,000 supporters, 15 minutes there and
back. PySAL access lives in an environment of its own, whose Python ``WELFAREMAP_PEERS`` names;
without it only the parts of our own are timed. Hot spots of the scores are timed beside.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csc_array

from bench.nearest import scatter
from bench.timing import DATA, medians, show
from geo.accessibility import accessibility, catchment_scores, gaussian_weight, step_weight
from geo.coverage.ground import place, starts_of
from geo.hotspots import hot_spots
from geo.proximity import SupporterPool
from geo.walk.covered import Reach
from geo.walk.sources import read_streets

PLACES, SUPPORTERS, WITHIN = 10_000, 1_000, 15.0
ZONES = {WITHIN / 3: 1.0, WITHIN * 2 / 3: 0.68, WITHIN: 0.22}

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]


class Peer:
    """PySAL access in its own environment, asked by a line."""

    def __init__(
        self, python: str, folder: Path, near: Reach, people: Floats, offered: Floats
    ) -> None:
        file = folder / "minutes.npz"
        dest = np.repeat(np.arange(len(offered)), np.diff(near.first))
        np.savez(
            file, allow_pickle=False, origin=near.target, dest=dest, cost=near.minutes,
            people=people, offered=offered, within=WITHIN,
        )  # fmt: skip
        self.scores = file.with_suffix(".scores.npy")
        script = Path(__file__).with_name("access_peer.py")
        self.process = subprocess.Popen(  # noqa: S603 - our own script
            [python, str(script), str(file)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self._hear()

    def _hear(self) -> None:
        if self.process.stdout is None or not self.process.stdout.readline():
            raise RuntimeError

    def score(self, decay: str) -> Floats:
        """Answer once."""
        if self.process.stdin is None:
            raise RuntimeError
        self.process.stdin.write(decay + "\n")
        self.process.stdin.flush()
        self._hear()
        return np.load(self.scores)

    def end(self) -> None:
        """No more questions."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait()


def main() -> None:
    """Scores on one table of minutes, then from points, then their hot spots."""
    source = DATA / "streets" / "ube_walk_osmnx.gpkg"
    if not source.is_file():
        print(f"accessibility: skipped, no {source.name} in WELFAREMAP_TESTDATA")
        return
    network, random = read_streets(source), np.random.default_rng(0)
    demand = scatter(network, PLACES, "h", 1)
    demand["households"] = random.integers(1, 20, PLACES).astype(float)
    supply = scatter(network, SUPPORTERS, "s", 2)
    supply["activities"] = pd.Series([["garbage"]] * SUPPORTERS, dtype=object)
    supply["most_per_week"] = random.integers(1, 8, SUPPORTERS).astype(float)
    people, offered = demand["households"].to_numpy(), supply["most_per_week"].to_numpy()
    starts = starts_of(supply, np.full(SUPPORTERS, 80.0), np.full(SUPPORTERS, WITHIN))
    near = place(demand, network).reach(starts)

    def ours(decay: str) -> Floats:
        weights = step_weight(near.minutes, ZONES)
        if decay == "gaussian":
            weights = gaussian_weight(near.minutes, WITHIN)
        shape = (PLACES, SUPPORTERS)
        table = csc_array((weights, near.target, near.first), shape=shape)
        return catchment_scores(table, people, offered).score

    deeds: dict[str, Callable[[], object]] = {
        f"{decay}: catchment_scores, minutes known": lambda decay=decay: ours(decay)
        for decay in ("step", "gaussian")
    }
    python = os.environ.get("WELFAREMAP_PEERS")
    with tempfile.TemporaryDirectory() as folder:
        peer = Peer(python, Path(folder), near, people, offered) if python else None
        if peer is not None:
            for decay in ("step", "gaussian"):
                deeds[f"{decay}: PySAL access, minutes known"] = lambda d=decay: peer.score(d)
                own, theirs = ours(decay), np.nan_to_num(peer.score(decay))
                apart = np.abs(theirs - own).max() / own.max()
                print(f"  {decay}: largest difference {apart:.1e} of the highest score")
        seconds = medians(deeds, rounds=5)
        if peer is not None:
            peer.end()
    show(f"{len(near.target):,} pairs, {PLACES:,} places, {SUPPORTERS:,} supporters", seconds,
         "gaussian: catchment_scores, minutes known")  # fmt: skip
    pool = SupporterPool(supply, network)
    scored = accessibility(demand, pool, within=WITHIN)
    whole = "accessibility: walks there and back, and scores"
    rest: dict[str, Callable[[], object]] = {
        whole: lambda: accessibility(demand, pool, within=WITHIN),
        "hot_spots of 10,000 scores": lambda: hot_spots(scored, "score"),
    }
    show("\nfrom points", medians(rest, rounds=3), whole)


if __name__ == "__main__":
    main()
