"""Streets as arrays: the lines as drawn, and the network one can search.

`StreetLines` is what a reader hands over: every vertex a node, every stretch
between two vertices a line. `StreetNetwork` is the same streets with only their
junctions as nodes (see `geo.walk.build`), ready for the kernels, and saved as
plain arrays that are memory-mapped when opened.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer

from geo.crs import GEOGRAPHIC
from geo.errors import CrsWrong, NetworkDamaged
from geo.units import Metres, MetresPerMinute
from geo.walk.asymmetry import Asymmetry, measure_asymmetry
from geo.walk.labels import CLOSED, Graph, millimetres, milliseconds

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]
Labels = npt.NDArray[np.int64]

_T = TypeVar("_T", bound=np.generic)

_VERSION: Final = 1


@dataclass(frozen=True)
class StreetLines:
    """Streets before simplification.

    Attributes
    ----------
    lon, lat
        Vertices, degrees; float64, shape (n,).
    elevation
        Metres above the sea; NaN where unknown; float64, shape (n,).
    tail, head
        Each stretch runs from vertex ``tail`` to vertex ``head``; int64, shape (m,).
    metres
        Length of each stretch on the map; float64, shape (m,), above or equal to 0.
    steps
        True where the stretch is a flight of steps; bool, shape (m,).
    there, back
        Whether one may walk tail → head, and head → tail; bool, shape (m,).
    level
        True on bridges and in tunnels, where the ground's height says nothing and the
        stretch counts as flat; bool, shape (m,); None = nowhere.
    """

    lon: Floats
    lat: Floats
    elevation: Floats
    tail: npt.NDArray[np.int64]
    head: npt.NDArray[np.int64]
    metres: Floats
    steps: Flags
    there: Flags
    back: Flags
    level: Flags | None = None


@dataclass(frozen=True)
class Cells:
    """Stretches by square cell of the plane, to find the nearest one.

    Attributes
    ----------
    west, south, side
        Corner and side of the cells, metres in the network's plane.
    columns, rows
        How many cells.
    first
        Stretches of cell ``c`` are ``first[c]`` to ``first[c + 1]``; int64.
    stretch
        Number of a vertex in `StreetNetwork.vertex_x`: the stretch to the next one; int32.
    """

    west: Metres
    south: Metres
    side: Metres
    columns: int
    rows: int
    first: Labels
    stretch: Ints


@dataclass(frozen=True)
class StreetNetwork:
    """Walkable streets, their junctions as nodes; every array read-only.

    Costs are labels (see `geo.walk.labels`): milliseconds at ``pace`` and millimetres.

    Attributes
    ----------
    plane
        The plane that lengths off the street are measured in, EPSG code.
    pace
        Metres a minute on flat ground that the times are made for.
    asymmetry
        How much longer the way back can be than the way there.
    arc_first, arc_node, arc_there, arc_back, arc_edge
        Arcs by node, see `geo.walk.labels.Graph`; the edge of each arc.
    edge_ends
        Nodes at tail and head; int32, shape (e, 2).
    edge_cost
        Whole edge from tail to head, and from head to tail; int64, shape (e, 2).
    edge_open
        Whether it may be walked there, and back; bool, shape (e, 2).
    edge_steps
        Flights of steps; bool, shape (e,).
    edge_part
        Connected part the edge belongs to, 0 the one with most street; int32, shape (e,).
    part_metres
        Street length of each part; float64.
    vertex_first
        Vertices of edge ``i`` are ``vertex_first[i]`` to ``vertex_first[i + 1]``; int64.
    vertex_x, vertex_y
        Metres in the plane; float64, shape (v,).
    vertex_edge
        Edge of each vertex; int32, shape (v,).
    vertex_cost
        Cost along the edge from its tail, and to its tail; int64, shape (v, 2).
    cells
        Index of stretches by place.
    """

    plane: int
    pace: MetresPerMinute
    asymmetry: Asymmetry
    arc_first: Ints
    arc_node: Ints
    arc_there: Labels
    arc_back: Labels
    arc_edge: Ints
    edge_ends: Ints
    edge_cost: Labels
    edge_open: Flags
    edge_steps: Flags
    edge_part: Ints
    part_metres: Floats
    vertex_first: Labels
    vertex_x: Floats
    vertex_y: Floats
    vertex_edge: Ints
    vertex_cost: Labels
    cells: Cells

    @property
    def nodes(self) -> int:
        """How many junctions and ends of streets."""
        return len(self.arc_first) - 1

    @property
    def edges(self) -> int:
        """How many streets between them."""
        return len(self.edge_steps)

    @property
    def metres(self) -> Metres:
        """Street length of all parts."""
        return float(self.part_metres.sum())

    @property
    def parts(self) -> int:
        """How many parts that are not connected with one another."""
        return len(self.part_metres)

    @cached_property
    def graph(self) -> Graph:
        """What the kernels search."""
        return Graph(self.arc_first, self.arc_node, self.arc_there, self.arc_back)

    @cached_property
    def open_vertices(self) -> Flags:
        """Vertices of edges that may be walked in one direction at least, shape (v,)."""
        return frozen(np.asarray(self.edge_open.any(axis=1))[self.vertex_edge])

    @cached_property
    def without_steps(self) -> StreetNetwork:
        """The same streets, flights of steps closed."""
        closed = self.edge_steps[self.arc_edge]
        open_ = self.edge_open & ~self.edge_steps[:, None]
        usable = open_.any(axis=1)
        return replace(
            self,
            arc_there=frozen(np.where(closed, CLOSED, self.arc_there)),
            arc_back=frozen(np.where(closed, CLOSED, self.arc_back)),
            edge_open=frozen(open_),
            asymmetry=measure_asymmetry(
                self.edge_ends,
                self.edge_cost,
                self.vertex_cost,
                open_ | ~np.asarray(usable)[:, None],
                self.nodes,
            ),
        )

    @cached_property
    def from_lonlat(self) -> Transformer:
        """Longitude/latitude to the plane, x = east."""
        return Transformer.from_crs(GEOGRAPHIC, self.plane, always_xy=True)

    def lines(self) -> gpd.GeoDataFrame:
        """The streets to draw: one row per edge.

        Returns
        -------
        edge, part, steps, metres, minutes_there, minutes_back (null where one may not
        walk), geometry (LineString, EPSG:4326).
        """
        x, y = self.from_lonlat.transform(self.vertex_x, self.vertex_y, direction="INVERSE")
        minutes = milliseconds(self.edge_cost) / 60_000.0
        minutes[~self.edge_open] = np.nan
        return gpd.GeoDataFrame(
            {
                "edge": np.arange(self.edges),
                "part": self.edge_part,
                "steps": self.edge_steps,
                "metres": millimetres(self.edge_cost[:, 0]) / 1000.0,
                "minutes_there": minutes[:, 0],
                "minutes_back": minutes[:, 1],
            },
            geometry=shapely.linestrings(np.column_stack([x, y]), indices=self.vertex_edge),
            crs=GEOGRAPHIC,
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the network as a folder of plain arrays, whole or not at all.

        A network already at ``path`` is replaced.
        """
        goal = Path(path)
        goal.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{goal.name}-", dir=goal.parent))
        facts: dict[str, object] = {"version": _VERSION}
        sizes: dict[str, int] = {}
        for owner, prefix in ((self, ""), (self.cells, "cells_")):
            for field in fields(owner):
                value = getattr(owner, field.name)
                if isinstance(value, np.ndarray):
                    np.save(draft / f"{prefix}{field.name}.npy", value)
                    sizes[prefix + field.name] = value.size
                elif not isinstance(value, Cells):
                    facts[prefix + field.name] = value
        facts["sizes"] = sizes
        (draft / "network.json").write_text(json.dumps(facts), encoding="utf-8")
        _replace_folder(draft, goal)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Open a saved network; its arrays stay on disk until they are touched.

        Raises
        ------
        NetworkDamaged
            Absent, incomplete, or written by another version.
        """
        folder = Path(path)
        try:
            facts = json.loads((folder / "network.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as fault:
            raise NetworkDamaged(source=folder.name, reason="its description is missing") from fault
        if not isinstance(facts, dict) or facts.get("version") != _VERSION:
            raise NetworkDamaged(source=folder.name, reason="another version wrote it")
        try:
            facts["asymmetry"] = Asymmetry(*facts["asymmetry"])
            cells = Cells(**_read_fields(folder, Cells, facts, "cells_"))
            return cls(**_read_fields(folder, cls, facts, ""), cells=cells)
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise NetworkDamaged(source=folder.name, reason="parts of it are missing") from fault


def _read_fields(
    folder: Path, owner: type, facts: dict[str, object], prefix: str
) -> dict[str, Any]:
    sizes = facts["sizes"]
    values: dict[str, Any] = {}
    for field in fields(owner):
        name = prefix + field.name
        if name in facts:
            values[field.name] = facts[name]
        elif isinstance(sizes, dict) and name in sizes:
            array = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            if array.size != sizes[name]:
                raise ValueError(name)
            values[field.name] = array.view(np.ndarray)
    return values


def _replace_folder(draft: Path, goal: Path) -> None:
    """Put ``draft`` where ``goal`` is; who opened the old arrays keeps them."""
    if goal.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{goal.name}-old-", dir=goal.parent))
        goal.rename(old / goal.name)
        draft.rename(goal)
        shutil.rmtree(old)
    else:
        draft.rename(goal)


def frozen(array: npt.NDArray[_T]) -> npt.NDArray[_T]:
    """The array, no longer writable: one kind of array, one compiled kernel."""
    array.flags.writeable = False
    return array


def plane_epsg(plane: CRS) -> int:
    """EPSG code of a plane from `geo.crs.plane_crs`."""
    code = plane.to_epsg()
    if code is None:
        raise CrsWrong(source="The plane", found=plane.to_string(), wanted="one with an EPSG code")
    return code
