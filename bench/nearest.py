"""All households' ten nearest of a thousand supporters, beside scipy and pandana.

Porto Alegre from its OSM extract, flat and walkable both ways, as pandana takes it; 10,000
households, 1,000 supporters, within 30 minutes. Every engine starts from coordinates and
ends with ten supporters and minutes for each household. pandana is AGPL and lives in an
environment of its own, whose Python ``WELFAREMAP_PEERS`` names; without it only scipy is
the peer. Its contraction hierarchies are built before and their time is shown apart.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from bench.timing import DATA, medians, show
from geo.proximity import SupporterPool, nearest_supporters
from geo.request import Request
from geo.suggesting import suggest
from geo.walk.build import build_network, line_milliseconds
from geo.walk.labels import milliseconds
from geo.walk.network import StreetLines, StreetNetwork
from geo.walk.sources import read_lines

HOUSEHOLDS, SUPPORTERS, K, WITHIN = 10_000, 1_000, 10, 30.0


def scatter(network: StreetNetwork, many: int, letter: str, seed: int) -> gpd.GeoDataFrame:
    """Points up to some tens of metres off the streets."""
    rng = np.random.default_rng(seed)
    on = rng.integers(0, len(network.vertex_x), many)
    x = network.vertex_x[on] + rng.normal(0, 20, many)
    y = network.vertex_y[on] + rng.normal(0, 20, many)
    lon, lat = network.from_lonlat.transform(x, y, direction="INVERSE")
    ids = [f"{letter}{number:05d}" for number in range(many)]
    return gpd.GeoDataFrame({"id": ids}, geometry=shapely.points(lon, lat), crs=4326)


class Scipy:
    """Dijkstra from every supporter's nearest node, then the ten least per household."""

    def __init__(self, network: StreetNetwork) -> None:
        self.network = network
        self.x, self.y = node_places(network)
        ends, minutes = network.edge_ends, milliseconds(network.edge_cost) / 60_000.0
        source = np.concatenate([ends[:, 0], ends[:, 1]])
        target = np.concatenate([ends[:, 1], ends[:, 0]])
        weight = np.concatenate([minutes[:, 0], minutes[:, 1]])
        order = np.lexsort((weight, target, source))
        first = np.ones(len(order), bool)
        first[1:] = (np.diff(source[order]) != 0) | (np.diff(target[order]) != 0)
        keep = order[first]
        size = network.nodes
        self.graph = coo_array(
            (weight[keep], (source[keep], target[keep])), shape=(size, size)
        ).tocsr()
        self.tree = cKDTree(np.column_stack([self.x, self.y]))

    def nodes(self, layer: gpd.GeoDataFrame) -> np.ndarray:
        """The nearest node of every point."""
        points = layer.geometry.to_numpy()
        x, y = self.network.from_lonlat.transform(shapely.get_x(points), shapely.get_y(points))
        return np.asarray(self.tree.query(np.column_stack([x, y]))[1])

    def nearest(
        self, households: gpd.GeoDataFrame, supporters: gpd.GeoDataFrame
    ) -> tuple[np.ndarray, np.ndarray]:
        """Minutes and supporters, shape (households, k)."""
        table = dijkstra(self.graph, indices=self.nodes(supporters), limit=WITHIN)
        minutes = table[:, self.nodes(households)].T
        few = np.argpartition(minutes, K, axis=1)[:, :K]
        order = np.argsort(np.take_along_axis(minutes, few, 1), axis=1)
        who = np.take_along_axis(few, order, 1)
        return np.take_along_axis(minutes, who, 1), who


def node_places(network: StreetNetwork) -> tuple[np.ndarray, np.ndarray]:
    """Nodes in the plane, metres."""
    places = np.zeros((2, network.nodes))
    for side, vertex in ((0, network.vertex_first[:-1]), (1, network.vertex_first[1:] - 1)):
        places[0, network.edge_ends[:, side]] = network.vertex_x[vertex]
        places[1, network.edge_ends[:, side]] = network.vertex_y[vertex]
    return places[0], places[1]


class Nodes(NamedTuple):
    """A network as pandana takes it: nodes in the plane, undirected edges in minutes."""

    x: np.ndarray
    y: np.ndarray
    u: np.ndarray
    v: np.ndarray
    minutes: np.ndarray


def junctions(network: StreetNetwork) -> Nodes:
    """Only junctions and ends of streets as nodes."""
    minutes = milliseconds(network.edge_cost[:, 0]) / 60_000.0
    return Nodes(*node_places(network), network.edge_ends[:, 0], network.edge_ends[:, 1], minutes)


def every_vertex(network: StreetNetwork, lines: StreetLines) -> Nodes:
    """Every vertex of the streets as a node: points snap nearer to where they are."""
    used, ends = np.unique(np.concatenate([lines.tail, lines.head]), return_inverse=True)
    x, y = network.from_lonlat.transform(lines.lon[used], lines.lat[used])
    u, v = ends.reshape(2, -1)
    return Nodes(x, y, u, v, line_milliseconds(lines, network.pace)[0] / 60_000.0)


class Pandana:
    """pandana in its own environment, built once and asked by a line."""

    def __init__(
        self,
        python: str,
        network: StreetNetwork,
        nodes: Nodes,
        layers: dict[str, gpd.GeoDataFrame],
    ) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "network.npz"
            places = {name: plane_places(network, layer) for name, layer in layers.items()}
            np.savez(file, allow_pickle=False, **nodes._asdict(), **places)
            script = Path(__file__).with_name("pandana_peer.py")
            self.process = subprocess.Popen(  # noqa: S603 - our own script
                [python, str(script), str(file)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
            self.build = float(self._hear("built").split()[1])

    def _hear(self, word: str) -> str:
        if self.process.stdout is None:
            raise RuntimeError
        for line in self.process.stdout:
            if line.startswith(word):
                return line
        raise RuntimeError

    def nearest(self) -> None:
        """Answer once."""
        if self.process.stdin is None:
            raise RuntimeError
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        self._hear("done")


def plane_places(network: StreetNetwork, layer: gpd.GeoDataFrame) -> np.ndarray:
    """Points of a layer in the network's plane, shape (2, n)."""
    points = layer.geometry.to_numpy()
    return np.array(network.from_lonlat.transform(shapely.get_x(points), shapely.get_y(points)))


def main() -> None:
    """All households at once, then one household."""
    source = DATA / "streets" / "porto_alegre.osm.pbf"
    if not source.is_file():
        print(f"nearest: skipped, no {source.name} in WELFAREMAP_TESTDATA")
        return
    lines = read_lines(source)
    both = np.ones(len(lines.tail), bool)
    network = build_network(replace(lines, there=both, back=both))
    households = scatter(network, HOUSEHOLDS, "h", 1)
    supporters = scatter(network, SUPPORTERS, "s", 2)
    supporters["activities"] = pd.Series([["garbage"]] * SUPPORTERS, dtype=object)
    peer = Scipy(network)
    ours, theirs = "nearest_supporters, attached along edges", "scipy dijkstra(limit), nearest node"
    sloped = build_network(read_lines(source, elevation=source.with_name(
        "porto_alegre_elevation.tif")))  # fmt: skip
    deeds: dict[str, Callable[[], object]] = {
        ours: lambda: nearest_supporters(households, supporters, network, k=K, within=WITHIN),
        theirs: lambda: peer.nearest(households, supporters),
        "nearest_supporters with hills, there and back": lambda: nearest_supporters(
            households, supporters, sloped, k=K, within=WITHIN
        ),
    }
    builds: dict[str, float] = {}
    python = os.environ.get("WELFAREMAP_PEERS")
    if python:
        for name, nodes in (
            ("nearest junction", junctions(network)),
            ("nearest vertex", every_vertex(network, lines)),
        ):
            pandana = Pandana(python, network, nodes, {"h": households, "s": supporters})
            deeds[f"pandana, {name}"] = pandana.nearest
            builds[f"  building its contraction hierarchies, {name}"] = pandana.build
    seconds = medians(deeds, rounds=15) | builds
    show("10 nearest of 1,000 supporters for 10,000 households", seconds, ours)
    one_household(sloped, households, supporters)


def one_household(
    network: StreetNetwork, households: gpd.GeoDataFrame, supporters: gpd.GeoDataFrame
) -> None:
    """One household, with hills, supporters prepared once."""
    pool = SupporterPool(supporters, network)
    house, request = households.iloc[[5]], Request("garbage", weekday="WE")
    nearest = "its 10 nearest"
    seconds = medians(
        {
            nearest: lambda: pool.nearest(house, k=K, within=WITHIN),
            "suggest: scored, with reasons, and 990 refusals": lambda: suggest(
                house, pool, request=request, k=K, within=WITHIN
            ),
        },
        rounds=51,
    )
    show("\none household, 1,000 supporters, hills", seconds, nearest)


if __name__ == "__main__":
    main()
