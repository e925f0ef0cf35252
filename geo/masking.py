"""What may be shown of people: counts by mesh cell, and tables nobody can solve back.

A count below the threshold is suppressed, and enough other counts with it that no sum
gives it away. Suppressed is a value of its own, shown as ``*``; it is neither zero nor
unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse as sp
import shapely

from geo.crs import GEOGRAPHIC, MeshLevel, mesh_bounds, mesh_code, require_geographic
from geo.errors import ParameterWrong
from geo.sums import Flags, hide_counts

THRESHOLD: Final = 10
"""Published counts are at least this large."""


class Suppressed:
    """The value of a count that may not be shown."""

    _only: ClassVar[Any] = None

    def __new__(cls) -> Self:
        """There is one such value, so that ``is`` compares it."""
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "*"

    def __copy__(self) -> Suppressed:
        return self

    def __deepcopy__(self, memo: object) -> Suppressed:
        return self

    def __reduce__(self) -> tuple[type[Suppressed], tuple[()]]:
        return Suppressed, ()


SUPPRESSED: Final = Suppressed()

TOTAL: Final = "total"
"""The label of rows and columns of totals."""

_LEVELS: Final[tuple[MeshLevel, ...]] = ("250m", "500m")


def suppress(table: pd.DataFrame, *, threshold: int = THRESHOLD) -> pd.DataFrame:
    """A table of counts as it may be published.

    The reader is assumed to know the total of every row and of every column that has more
    than one count, so at least two counts of such a line are suppressed together, and as
    many more until an integer solver cannot tell that a suppressed small count is small.

    Parameters
    ----------
    table
        Counts, whole numbers at or above 0, without totals; null counts stay null and are
        taken for unknown to the reader too. Columns that hold no numbers are left as they
        are.
    threshold
        A count below this is suppressed; so is 0, for "nobody" is a statement about people.

    Returns
    -------
    The same table; suppressed counts are `SUPPRESSED`. A percentage is a count: make it
    from the result with `percentages`, never from the counts.

    Raises
    ------
    ParameterWrong
        Negative or broken numbers, or a threshold below 1.

    >>> print(suppress(pd.DataFrame({"a": [30, 4], "b": [25, 40], "c": [16, 12]})))
       a   b  c
    0  *  25  *
    1  *  40  *
    """
    if threshold < 1:
        raise ParameterWrong(name="threshold", value=threshold, wanted="1 or more")
    columns = [name for name in table.columns if pd.api.types.is_numeric_dtype(table[name])]
    values = table[columns].to_numpy(np.float64, na_value=np.nan)
    known = ~np.isnan(values)
    if (values[known] < 0).any() or (values[known] % 1 != 0).any():
        raise ParameterWrong(name="table", value="other numbers", wanted="counts, 0 or more")
    counts = np.where(known, values, 0).astype(np.int64)
    lines = _lines(known)
    hidden = hide_counts(counts.ravel(), lines, known.ravel(), threshold).reshape(known.shape)
    published = table.copy()
    for place, name in enumerate(columns):
        column: list[object] = [
            SUPPRESSED if hide else (int(count) if there else pd.NA)
            for count, hide, there in zip(
                counts[:, place], hidden[:, place], known[:, place], strict=True
            )
        ]
        published[name] = pd.Series(column, index=published.index, dtype=object)
    return published


def suppress_together(
    tables: Sequence[pd.DataFrame], *, threshold: int = THRESHOLD
) -> list[pd.DataFrame]:
    """Tables of the same records, with their totals, as they may be published side by side.

    Two tables that are safe alone may give a count away together: they share totals. Here
    a count is one thing wherever it is shown, and the solver knows every sum of every
    table, totals too small to be published among what is hidden.

    Parameters
    ----------
    tables
        Counts, whole numbers at or above 0, without totals. ``index.name`` and
        ``columns.name`` say what rows and columns stand for ("district", "activity"), and
        the same word means the same in every table. Rows may have two levels, the larger
        unit first ("ward", "district"), each smaller one in one larger only: then each
        larger unit gets its total too. A table whose ``columns.name`` is None has one
        column and is a plain list.
    threshold
        A count or total below this is suppressed.

    Returns
    -------
    The same tables with totals under the label `TOTAL`, in rows and (but for lists)
    columns; suppressed values are `SUPPRESSED`.

    Raises
    ------
    ParameterWrong
        Negative or broken numbers, or tables whose common totals differ.

    >>> months = pd.DataFrame({"count": [30, 12]}, index=pd.Index(["4", "5"], name="month"))
    >>> kinds = pd.DataFrame({"count": [36, 6]}, index=pd.Index(["paid", "unpaid"], name="kind"))
    >>> months, kinds = suppress_together([months, kinds])
    >>> kinds["count"].to_dict()
    {'paid': *, 'unpaid': *, 'total': 42}
    >>> months["count"].to_dict()
    {'4': 30, '5': 12, 'total': 42}
    """
    if threshold < 1:
        raise ParameterWrong(name="threshold", value=threshold, wanted="1 or more")
    whole = [_with_totals(table) for table in tables]
    book = _Book()
    names = [book.enter(table) for table in whole]
    counts = np.array(list(book.counts.values()), np.int64)
    hidden = hide_counts(counts, book.lines(), np.ones(len(counts), bool), threshold)
    return [
        pd.DataFrame(
            [
                [SUPPRESSED if hidden[place] else int(counts[place]) for place in row]
                for row in places
            ],
            index=table.index,
            columns=table.columns,
            dtype=object,
        )
        for table, places in zip(whole, names, strict=True)
    ]


def _with_totals(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a row and, but for lists, a column of totals; larger units too."""
    values = table.to_numpy(np.float64, na_value=np.nan)
    if not (np.isfinite(values).all() and (values >= 0).all() and (values % 1 == 0).all()):
        raise ParameterWrong(name="table", value="other numbers", wanted="counts, 0 or more")
    whole = table.astype(np.int64)
    if not table.index.get_level_values(-1).is_unique:
        raise ParameterWrong(name="table", value="a row twice", wanted="each row once")
    if table.columns.name is not None:
        whole = whole.assign(**{TOTAL: whole.sum(axis=1)})
        whole.columns.name = table.columns.name
    everything = whole.sum().to_frame().T
    if table.index.nlevels == 1:
        everything.index = pd.Index([TOTAL], name=table.index.name)
        return pd.concat([whole, everything])
    larger = whole.groupby(level=0, sort=False).sum()
    larger.index = pd.MultiIndex.from_product([larger.index, [TOTAL]], names=table.index.names)
    everything.index = pd.MultiIndex.from_tuples([(TOTAL, TOTAL)], names=table.index.names)
    return pd.concat([whole, larger, everything])


Name = frozenset[tuple[str, object]]
"""What a count is of: ("district", "D1") and ("activity", "garbage"); empty = of all."""


class _Book:
    """Every count of several tables once, and the sums between them."""

    def __init__(self) -> None:
        self.counts: dict[Name, int] = {}
        self._sums: set[tuple[Name, frozenset[Name]]] = set()

    def enter(self, table: pd.DataFrame) -> list[list[int]]:
        """The places of a table's counts; the table has its totals."""
        rows = [_named(table.index.names, label) for label in table.index]
        columns = [_named([table.columns.name], label) for label in table.columns]
        if table.columns.name is None:
            columns = [frozenset()]
        for row, values in zip(rows, table.to_numpy(np.int64), strict=True):
            for column, count in zip(columns, values, strict=True):
                if self.counts.setdefault(row | column, int(count)) != count:
                    raise ParameterWrong(
                        name="tables", value="differing totals", wanted="tables of the same records"
                    )
        for column in columns:
            for whole, parts in _sums(rows, table.index):
                self._sums.add((whole | column, frozenset(part | column for part in parts)))
        for row in rows:
            for whole, parts in _sums(columns, table.columns):
                self._sums.add((whole | row, frozenset(part | row for part in parts)))
        order = {name: place for place, name in enumerate(self.counts)}
        return [[order[row | column] for column in columns] for row in rows]

    def lines(self) -> sp.csr_array:
        """One row per sum: the parts less the whole."""
        order = {name: place for place, name in enumerate(self.counts)}
        table = sp.lil_array((len(self._sums), len(order)), dtype=np.int64)
        for line, (whole, parts) in enumerate(sorted(self._sums, key=str)):
            table[line, order[whole]] = -1
            for part in parts:
                table[line, order[part]] = 1
        return sp.csr_array(table)


def _named(axes: Sequence[object], label: object) -> Name:
    """What a row or column is of: the smaller unit, which lies in one larger only."""
    labels = label if isinstance(label, tuple) else (label,)
    named = [(str(axis), one) for axis, one in zip(axes, labels, strict=True) if one != TOTAL]
    return frozenset(named[-1:])


def _sums(names: Sequence[Name], labels: pd.Index) -> list[tuple[Name, list[Name]]]:
    """Which of ``names`` are sums of which."""
    if len(names) == 1:
        return []
    if labels.nlevels == 1:
        return [(names[-1], list(names[:-1]))]
    parts: dict[object, list[Name]] = {}
    wholes: dict[object, Name] = {}
    outer, inner = (labels.get_level_values(level) for level in (0, 1))
    for name, larger, smaller in zip(names, outer, inner, strict=True):
        if smaller == TOTAL:
            wholes[larger] = name
        else:
            parts.setdefault(larger, []).append(name)
    everything = wholes.pop(TOTAL)
    return [
        (everything, list(wholes.values())),
        *((wholes[larger], within) for larger, within in parts.items()),
    ]


def percentages(published: pd.DataFrame, *, of: str) -> pd.Series:
    """Shares of a published column in per cent, suppressed where the count is.

    One suppressed count makes the total unknown to the reader, and a percentage would give
    it away: then every share is suppressed.
    """
    column = published[of]
    if any(value is SUPPRESSED for value in column):
        return pd.Series([SUPPRESSED] * len(column), index=published.index, name=of)
    return (column.astype(float) / float(column.sum()) * 100.0).round(1)


def _lines(known: Flags) -> sp.csr_array:
    """The sums of rows and columns that have more than one count."""
    places = np.arange(known.size).reshape(known.shape)
    sums = [line for cells in (places, places.T) if len(cells.T) > 1 for line in cells]
    table = np.zeros((len(sums), known.size), np.int64)
    for row, line in zip(table, sums, strict=True):
        row[line] = 1
    table[:, ~known.ravel()] = 0
    return sp.csr_array(table)


def mesh_cells(
    layer: gpd.GeoDataFrame,
    *,
    level: MeshLevel = "250m",
    districts: gpd.GeoDataFrame | None = None,
    threshold: int = THRESHOLD,
) -> gpd.GeoDataFrame:
    """How many points lie in each mesh cell, as it may be published.

    Parameters
    ----------
    layer
        Points, longitude/latitude; rows without a position are in no cell.
    level
        Side of the cells.
    districts
        Every cell that meets one is given, so that an empty cell cannot be told from one
        with few. None gives the cells that hold a point.
    threshold
        Counts below are `SUPPRESSED` ("fewer than ten, or none").

    Returns
    -------
    mesh (code), count (whole number or `SUPPRESSED`), geometry (the cell, EPSG:4326), in
    order of the code. The same points always give the same cells.
    """
    require_geographic(layer, "The layer")
    lon, lat = shapely.get_coordinates(layer.geometry.to_numpy()).T
    counts = pd.Series(mesh_code(lon, lat, level), dtype=object).value_counts()
    if districts is not None:
        counts = counts.reindex(counts.index.union(meshes_of(districts, level)), fill_value=0)
    counts = counts.sort_index()
    table = suppress(pd.DataFrame({"count": counts.to_numpy(np.int64)}), threshold=threshold)
    boxes = np.array([mesh_bounds(code) for code in counts.index]).reshape(-1, 4)
    return gpd.GeoDataFrame(
        {"mesh": counts.index.astype(str), "count": table["count"].to_numpy()},
        geometry=shapely.box(boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3]),
        crs=GEOGRAPHIC,
    )


def mesh_level(layer: gpd.GeoDataFrame, *, threshold: int = THRESHOLD) -> MeshLevel:
    """The finest cells in which at least half of the points lie where a count may be shown.

    A town of few points would be all ``*`` in small cells. One layer is published at one
    level only: two levels side by side could be subtracted.

    Returns
    -------
    "250m" or "500m", else "1km".
    """
    for level in _LEVELS:
        counts = mesh_cells(layer, level=level, threshold=threshold)["count"]
        shown = sum(int(count) for count in counts if count is not SUPPRESSED)
        if 2 * shown >= int(layer.geometry.notna().sum()):
            return level
    return "1km"


def meshes_of(districts: gpd.GeoDataFrame, level: MeshLevel = "250m") -> list[str]:
    """Codes of the mesh cells that meet a district, in order."""
    require_geographic(districts, "The districts layer")
    area = shapely.union_all(districts.geometry.to_numpy())
    west, south, east, north = shapely.bounds(area)
    if not np.isfinite(west):
        return []
    _, _, right, top = mesh_bounds(str(mesh_code(west, south, level)))
    wide, high = _sides(level)
    x = np.arange(right - wide / 2, east + wide, wide)
    y = np.arange(top - high / 2, north + high, high)
    lon, lat = (grid.ravel() for grid in np.meshgrid(x, y))
    cells = shapely.box(lon - wide / 2, lat - high / 2, lon + wide / 2, lat + high / 2)
    shapely.prepare(area)
    meets = shapely.intersects(area, cells)
    return sorted(np.atleast_1d(mesh_code(lon[meets], lat[meets], level)).tolist())


def _sides(level: MeshLevel) -> tuple[float, float]:
    west, south, east, north = mesh_bounds(str(mesh_code(131.0, 33.0, level)))
    return east - west, north - south
