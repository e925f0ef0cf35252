"""What may be shown of people: counts by mesh cell, and tables nobody can solve back.

A count below the threshold is suppressed, and enough other counts with it that no sum
gives it away. Suppressed is a value of its own, shown as ``*``; it is neither zero nor
unknown.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, Self

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.optimize import Bounds, LinearConstraint, milp

from geo.crs import GEOGRAPHIC, MeshLevel, mesh_bounds, mesh_code, require_geographic
from geo.errors import ParameterWrong

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

_LEVELS: Final[tuple[MeshLevel, ...]] = ("250m", "500m")

Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


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
    hidden = _protect(counts, known, threshold)
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


def percentages(published: pd.DataFrame, *, of: str) -> pd.Series:
    """Shares of a published column in per cent, suppressed where the count is.

    One suppressed count makes the total unknown to the reader, and a percentage would give
    it away: then every share is suppressed.
    """
    column = published[of]
    if any(value is SUPPRESSED for value in column):
        return pd.Series([SUPPRESSED] * len(column), index=published.index, name=of)
    return (column.astype(float) / float(column.sum()) * 100.0).round(1)


def _protect(counts: Counts, known: Flags, threshold: int) -> Flags:
    """Which counts to suppress: the small ones, and others until no small one can be told."""
    hidden = known & (counts < threshold)
    small = hidden.copy()
    _pair_up(counts, known, hidden)
    while small.any():
        told = _told(counts, hidden, small, threshold)
        if told is None or not _hide_another(counts, known, hidden, told):
            return hidden
        _pair_up(counts, known, hidden)
    return hidden


def _pair_up(counts: Counts, known: Flags, hidden: Flags) -> None:
    """Where a row or column hides one count only, hide its smallest other one too."""
    changed = True
    while changed:
        changed = False
        for values, open_, shut in ((counts, known, hidden), (counts.T, known.T, hidden.T)):
            for line in np.flatnonzero(shut.sum(axis=1) == 1):
                others = np.flatnonzero(open_[line] & ~shut[line])
                if len(others):
                    shut[line, others[np.argmin(values[line, others])]] = True
                    changed = True


def _hide_another(counts: Counts, known: Flags, hidden: Flags, told: tuple[int, int]) -> bool:
    """Hide the smallest count still shown in the row or column of one that can be told."""
    shown = known & ~hidden
    beside = np.zeros_like(shown)
    beside[told[0], :] = beside[:, told[1]] = True
    for choice in (shown & beside, shown):
        places = np.argwhere(choice)
        if len(places):
            row, column = min(places, key=lambda at: (counts[at[0], at[1]], at[0], at[1]))
            hidden[row, column] = True
            return True
    return False


def _told(counts: Counts, hidden: Flags, small: Flags, threshold: int) -> tuple[int, int] | None:
    """A small count that a solver knows to be below the threshold, or None."""
    cells = np.argwhere(hidden)
    if 1 in counts.shape:
        alone = counts[hidden].sum() < threshold
        return (int(cells[0, 0]), int(cells[0, 1])) if alone else None
    # What the reader knows: the totals, and that counts are whole and not negative.
    lines = [cells[:, axis] == line for axis in (0, 1) for line in range(counts.shape[axis])]
    sums = np.array(lines, float)
    totals = sums @ counts[hidden]
    limits = LinearConstraint(sums, totals, totals)
    for place, (row, column) in enumerate(cells):
        if not small[row, column]:
            continue
        goal = np.zeros(len(cells))
        goal[place] = -1.0
        best = milp(
            goal, constraints=limits, integrality=np.ones(len(cells), int), bounds=Bounds(0)
        )
        if best.fun is not None and -best.fun < threshold - 0.5:
            return int(row), int(column)
    return None


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
