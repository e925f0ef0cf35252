"""A reader of published tables with an integer solver, and tables to publish.

The reader sees every table that was published of the same records, side by side: which
counts are hidden, all others, totals, percentages to one decimal, and the rule. Whatever
number of records there may be of each kind is one unknown; a hidden count is recovered
when only one value fits everything seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise, product

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse as sp
import shapely
from scipy.optimize import Bounds, LinearConstraint, milp

from geo.crs import mesh_code
from geo.draw.audience import Layers, drawn_layers
from geo.masking import (
    SUPPRESSED,
    TOTAL,
    meshes_of,
    percentages,
    suppress,
    suppress_together,
)
from webapp.answers.atlas import Atlas
from webapp.answers.covering import public_coverage, published_level, uncovered
from webapp.answers.tallies import tally_districts
from webapp.layerstore import Contents

Kind = dict[str, str]
"""What one unknown number of records is of: {"district": "D1", "activity": "garbage"}."""


@dataclass
class Reader:
    """What somebody knows who read everything."""

    kinds: list[Kind]
    _rows: list[np.ndarray] = field(default_factory=list)
    _least: list[float] = field(default_factory=list)
    _most: list[float] = field(default_factory=list)
    hidden: list[np.ndarray] = field(default_factory=list)

    def of(self, kind: Kind) -> np.ndarray:
        """Which unknowns a count is the sum of."""
        return np.array([kind.items() <= one.items() for one in self.kinds], float)

    def learn(self, row: np.ndarray, least: float, most: float) -> None:
        """A sum lies between two numbers."""
        self._rows.append(row)
        self._least.append(least)
        self._most.append(most)

    def read(self, table: pd.DataFrame) -> None:
        """A published table with its totals."""
        for label, values in zip(table.index, table.to_numpy(), strict=True):
            row = _kind(table.index.names, label)
            for column, value in zip(table.columns, values, strict=True):
                parts = self.of(row | _kind([table.columns.name], column))
                if value is SUPPRESSED:
                    self.hidden.append(parts)
                else:
                    self.learn(parts, value, value)

    def read_shares(self, shares: pd.Series) -> None:
        """Percentages of all, to one decimal."""
        for label, share in shares.items():
            if share is not SUPPRESSED:
                part, whole = self.of(_kind(shares.index.names, label)), self.of({})
                self.learn(100 * part - (share + 0.05) * whole, -np.inf, 1e-6)
                self.learn(100 * part - (share - 0.05) * whole, -1e-6, np.inf)

    def recovered(self, truth: np.ndarray) -> list[tuple[int, int]]:
        """Place and value of every hidden count that only one number fits."""
        for row, least, most in zip(self._rows, self._least, self._most, strict=True):
            if not least <= row @ truth <= most:
                raise AssertionError(row, least, most)
        open_ = list(range(len(self.hidden)))
        told: list[tuple[int, int]] = []
        while open_:
            place = open_.pop()
            count = float(self.hidden[place] @ truth)
            world = self._world(self.hidden[place], count + 1, np.inf)
            if world is None:
                world = self._world(self.hidden[place], 0, count - 1)
            if world is None:
                told.append((place, int(count)))
            else:
                open_ = [
                    one for one in open_ if self.hidden[one] @ world == self.hidden[one] @ truth
                ]
        return told

    def _world(self, part: np.ndarray, least: float, most: float) -> np.ndarray | None:
        """Numbers that fit everything seen, with one sum elsewhere than it is."""
        if most < 0:
            return None
        found = milp(
            np.zeros(len(part)),
            integrality=np.ones(len(part), int),
            bounds=Bounds(0, 100_000),
            constraints=LinearConstraint(
                sp.csr_array(np.array([*self._rows, part])),
                np.array([*self._least, least]),
                np.array([*self._most, most]),
            ),
        )
        if found.status not in {0, 2}:  # neither solved nor proved to be impossible
            raise AssertionError(found.message)
        return None if found.x is None else np.rint(found.x)


def _kind(axes: list[str | None], label: object) -> Kind:
    labels = label if isinstance(label, tuple) else (label,)
    named = zip(axes, labels, strict=True)
    return {str(axis): str(one) for axis, one in named if axis is not None and one != TOTAL}


Case = tuple[Reader, np.ndarray]


def labels(letter: str, number: int) -> list[str]:
    """Labels such as D1, D2."""
    return [f"{letter}{one + 1}" for one in range(number)]


def draw(random: np.random.Generator, size: int) -> np.ndarray:
    """Counts as they come in a ward: many small, some nought, a few large."""
    level = random.choice([0.3, 2.0, 8.0, 30.0, 90.0], size, p=[0.15, 0.2, 0.25, 0.25, 0.15])
    return random.poisson(level).astype(float)


def plain_list(random: np.random.Generator) -> Case:
    """Activities with their total and their shares."""
    names = labels("A", int(random.integers(2, 10)))
    truth = draw(random, len(names))
    list_ = pd.DataFrame({"count": truth}, index=pd.Index(names, name="activity"))
    reader = Reader([{"activity": name} for name in names])
    (published,) = suppress_together([list_])
    reader.read(published)
    alone = suppress(list_)
    reader.read_shares(percentages(published.drop(index=TOTAL), of="count"))
    if truth.sum() >= 10:  # the total is written beside the list
        reader.read(alone)
        reader.learn(reader.of({}), truth.sum(), truth.sum())
    return reader, truth


def two_way(random: np.random.Generator) -> Case:
    """Districts by activity, with margins."""
    size = int(random.integers(2, 7)), int(random.integers(2, 8))
    kinds = kinds_of(district=labels("D", size[0]), activity=labels("A", size[1]))
    truth = draw(random, len(kinds))
    (published,) = suppress_together([tabulate(kinds, truth, ["district"], "activity")])
    reader = Reader(kinds)
    reader.read(published)
    return reader, truth


def two_tables(random: np.random.Generator) -> Case:
    """Districts by activity, and activities by month: the same records."""
    kinds = kinds_of(
        district=labels("D", int(random.integers(2, 5))),
        activity=labels("A", int(random.integers(2, 6))),
        month=labels("M", int(random.integers(2, 6))),
    )
    truth = draw(random, len(kinds)) * (random.random(len(kinds)) < 0.5)
    reader = Reader(kinds)
    for published in suppress_together(
        [
            tabulate(kinds, truth, ["district"], "activity"),
            tabulate(kinds, truth, ["activity"], "month"),
        ]
    ):
        reader.read(published)
    return reader, truth


def wards(random: np.random.Generator) -> Case:
    """Wards and their districts by activity, a list of districts beside it."""
    number = int(random.integers(3, 8))
    ward = {one: f"W{random.integers(3) + 1}" for one in labels("D", number)}
    kinds = [
        {"ward": ward[one["district"]]} | one
        for one in kinds_of(
            district=labels("D", number), activity=labels("A", int(random.integers(2, 6)))
        )
    ]
    truth = draw(random, len(kinds))
    both = tabulate(kinds, truth, ["ward", "district"], "activity")
    alone = both.sum(axis=1).droplevel(0).to_frame("count")
    alone.columns.name = None
    reader = Reader(kinds)
    for published in suppress_together([both, alone]):
        reader.read(published)
    return reader, truth


def page_and_map(random: np.random.Generator) -> Case:
    """The public page's table of districts beside the map's cells and the counts by cell.

    Unknown are the households of each district in each cell, by how far help is: near,
    beyond five minutes, beyond ten.
    """
    atlas = small_town(random)
    households = atlas.layer("households")
    codes = mesh_code(
        *shapely.get_coordinates(households.geometry.to_numpy()).T, published_level(atlas)
    )
    within = {
        str(one): meshes_of(atlas.layer("districts").iloc[[row]], published_level(atlas))
        for row, one in enumerate(atlas.layer("districts")["id"])
    }
    far = {limit: set(uncovered(atlas, None, limit)["id"]) for limit in (5.0, 10.0)}
    kinds = [
        {"district": district, "cell": cell} | {"five": five, "ten": ten}
        for district, cells in within.items()
        for cell in cells
        for five, ten in (("in", "in"), ("out", "in"), ("out", "out"))
    ]
    records = [
        {
            "district": str(row.district_id), "cell": str(code),
            "five": "out" if row.id in far[5.0] else "in",
            "ten": "out" if row.id in far[10.0] else "in",
        }
        for row, code in zip(households.itertuples(), codes, strict=True)
    ]  # fmt: skip
    truth = np.array([records.count(kind) for kind in kinds], float)
    reader = Reader(kinds)
    _read_map(reader, atlas)
    for limit, name in ((5.0, "five"), (10.0, "ten")):
        cells = public_coverage(atlas, None, limit, None, atlas.threshold)["features"]
        for cell in (one["properties"] for one in cells):
            here = {"cell": cell["mesh"]}
            _read_rounded(reader, here, cell["households"], atlas.threshold)
            _read_rounded(reader, here | {name: "out"}, cell["uncovered"], None)
    for district, row in zip(within, tally_districts(atlas, atlas.threshold), strict=True):
        _read_rounded(reader, {"district": district}, row.counts[0], None)
        _read_rounded(reader, {"district": district, "ten": "out"}, row.counts[2], None)
    return reader, truth


def _read_map(reader: Reader, atlas: Atlas) -> None:
    layers = Layers(atlas.layer("districts"), atlas.layer("households"), threshold=atlas.threshold)
    cells = drawn_layers(layers, "public")["mesh"]
    for code, count in zip(cells["mesh"], cells["count"], strict=True):
        if count is not SUPPRESSED:
            reader.learn(reader.of({"cell": code}), count, count)


def _read_rounded(reader: Reader, kind: Kind, value: object, below: int | None) -> None:
    """A number rounded down to tens, or ``*``, which may mean that it is below ``below``."""
    part = reader.of(kind)
    if isinstance(value, int):
        reader.learn(part, value, value + 9)
    elif value is not None:
        reader.hidden.append(part)
        if below is not None:
            reader.learn(part, 0, below - 1)


def small_town(random: np.random.Generator) -> Atlas:
    """Districts in a row, on the mesh or across it, with a helper or two."""
    wide, high = 1 / 320, 1 / 480
    west, south = 130.875, 33.875
    lengths = random.integers(1, 7, int(random.integers(1, 4)))
    shift = random.choice([0.0, 0.4]) * wide
    ends = west + shift + np.concatenate([[0], np.cumsum(lengths)]) * wide
    boxes = [
        shapely.box(left + 1e-6, south + 1e-6, right - 1e-6, south + high - 1e-6)
        for left, right in pairwise(ends)
    ]
    crowd = random.choice([0, 1, 9, 9, 12, 22, 31], int(lengths.sum()))  # few, or just enough
    lon = [
        west + shift + (column + random.uniform(0.05, 0.95)) * wide
        for column, count in enumerate(crowd)
        for _ in range(int(count))
    ] or [west + shift + wide / 2]
    homes = [shapely.Point(one, south + high / 2) for one in lon]
    district = [f"D{int(np.searchsorted(ends, one))}" for one in lon]
    helpers = [shapely.Point(ends[0] + wide / 2, south + high / 2)] * 12
    layers = {
        "districts": {"id": (ids := [f"D{one + 1}" for one in range(len(boxes))]), "name": ids},
        "households": {"id": [f"H{one}" for one in range(len(homes))], "district_id": district},
        "supporters": {
            "id": [f"S{one}" for one in range(12)], "activities": [["garbage"]] * 12,
            "status": ["active"] * 12, "district_id": ["D1"] * 12,
        },
    }  # fmt: skip
    shapes = {"districts": boxes, "households": homes, "supporters": helpers}
    drawn = {
        name: gpd.GeoDataFrame(columns, geometry=shapes[name], crs=4326)
        for name, columns in layers.items()
    }
    return Atlas(Contents(version=1, demo=True, layers=drawn))


def kinds_of(**axes: list[str]) -> list[Kind]:
    """Every combination."""
    return [dict(zip(axes, labels, strict=True)) for labels in product(*axes.values())]


def tabulate(kinds: list[Kind], truth: np.ndarray, rows: list[str], column: str) -> pd.DataFrame:
    """A table of the records, without totals."""
    records = pd.DataFrame(kinds).assign(count=truth)
    return records.pivot_table(
        index=rows if len(rows) > 1 else rows[0], columns=column, values="count",
        aggfunc="sum", fill_value=0,
    )  # fmt: skip


SHAPES: dict[str, Callable[[np.random.Generator], Case]] = {
    "a list with total and percentages": plain_list,
    "two ways with margins": two_way,
    "two tables of the same records": two_tables,
    "wards, districts and total": wards,
    "the public page and its map": page_and_map,
}


def case(shape: str, number: int) -> Case:
    """One set of published tables, the same for the same number."""
    return SHAPES[shape](np.random.default_rng([0, number]))
