"""Where high or low values gather more than chance would have it: Getis–Ord Gi*.

Every cell is held, together with its neighbours, against the same values dealt out at
random. That is one test for each cell, so the chance of being wrong adds up; `p_adjusted`
allows for it, and ``caveat`` is a code of `geo.terms` that says so in words.
"""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.spatial import cKDTree
from scipy.stats import false_discovery_control

from geo.crs import plane_of, require_geographic, to_plane
from geo.errors import ParameterWrong
from geo.units import Degrees

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

_FEWEST: Final = 10
"""Known cells below which nothing is said."""

_NEAREST: Final = 8
"""Neighbours of a point."""

_TOUCH: Final[Degrees] = 1e-6
"""Areas no farther apart touch: borders are written with so many digits."""

_EXTREMES: Final = 10
"""A cell with fewer draws as extreme as itself may be drawn for more often."""

_ROUNDS: Final = (1, 10, 100)


def hot_spots(
    layer: gpd.GeoDataFrame,
    column: str,
    *,
    permutations: int = 999,
    seed: int = 0,
    alpha: float = 0.05,
) -> gpd.GeoDataFrame:
    """Where high or low values of a column gather.

    Parameters
    ----------
    layer
        Points or areas, longitude/latitude; areas that touch are neighbours, of points the
        eight nearest.
    column
        Numbers; a null cell takes no part, neither by itself nor as a neighbour.
    permutations
        Random draws for each cell; those that are striking by themselves, yet not among so
        many, get up to a hundred times as many, for with few draws no p can be very small.
    seed
        Of the draws: the same seed gives the same answer.
    alpha
        Share of the spots shown that may be chance.

    Returns
    -------
    The rows of ``layer`` with statistic (Gi* in standard deviations), p (two-sided, of this
    cell alone), p_adjusted (for all cells tested), kind ("hot", "cold", "none"; null where
    nothing can be said) and caveat (a code of `geo.terms.CAVEATS`).

    Raises
    ------
    CrsMissing, CrsWrong, ParameterWrong

    Notes
    -----
    Source: Getis & Ord (1992), Ord & Getis (1995), eq. 14, as esda calculates it, binary
    weights with the cell itself; conditional permutation after Anselin (1995), more draws
    for the striking after Besag & Clifford (1991); Benjamini & Hochberg (1995).
    """
    require_geographic(layer, "The layer")
    values = _values(layer, column)
    _check(permutations, alpha)
    there = ~(layer.geometry.isna() | layer.geometry.is_empty).to_numpy(bool)
    known = np.flatnonzero(~np.isnan(values) & there)
    caveat = np.full(len(layer), "unknown", object)
    found = {name: np.full(len(layer), np.nan) for name in ("statistic", "p", "p_adjusted")}
    if len(known) < _FEWEST:
        caveat[known] = "too_few"
        return _with(layer, found, alpha, caveat)
    beside = _neighbours(gpd.GeoDataFrame(geometry=layer.geometry.iloc[known]))
    met = np.diff(beside.indptr) > 0
    caveat[known] = np.where(met, "many_tested", "alone")
    rows = known[met]
    if len(rows):
        found["statistic"][rows] = _statistic(values[known], beside)[met]
        found["p"][rows] = _chance(values[known], beside, permutations, seed, alpha)[met]
        found["p_adjusted"][rows] = false_discovery_control(found["p"][rows])
    return _with(layer, found, alpha, caveat)


def _values(layer: gpd.GeoDataFrame, column: str) -> Floats:
    if column not in layer.columns:
        raise ParameterWrong(name="column", value=column, wanted="a column of the layer")
    numbers = pd.to_numeric(layer[column], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    if np.isinf(numbers).any():
        raise ParameterWrong(name="column", value=column, wanted="finite numbers")
    return numbers


def _check(permutations: int, alpha: float) -> None:
    if permutations < 99:
        raise ParameterWrong(name="permutations", value=permutations, wanted="99 or more")
    if not 0.0 < alpha < 1.0:
        raise ParameterWrong(name="alpha", value=alpha, wanted="a share between 0 and 1")


def _with(
    layer: gpd.GeoDataFrame, found: dict[str, Floats], alpha: float, caveat: npt.NDArray[np.object_]
) -> gpd.GeoDataFrame:
    striking = found["p_adjusted"] <= alpha
    high = np.where(found["statistic"] > 0.0, "hot", "cold")
    kind = np.where(striking, high, "none").astype(object)
    kind[np.isnan(found["p"])] = None
    return gpd.GeoDataFrame(layer.assign(**found, kind=kind, caveat=caveat))


def _neighbours(layer: gpd.GeoDataFrame) -> csr_array:
    """Which rows lie beside which, 1 where they do, without themselves."""
    shapes = layer.geometry.to_numpy()
    many: int = len(shapes)
    if (shapely.get_dimensions(shapes) > 0).all():
        one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_TOUCH)
    else:
        middle = shapely.centroid(shapes)
        plane = to_plane(plane_of(layer))
        places = np.column_stack(plane.transform(shapely.get_x(middle), shapely.get_y(middle)))
        near = cKDTree(places).query(places, k=min(_NEAREST + 1, many))[1]
        one, other = np.repeat(np.arange(many), near.size // many), near.ravel()
    apart = one != other
    ones = np.ones(int(apart.sum()))
    return coo_array((ones, (one[apart], other[apart])), shape=(many, many)).tocsr()


def _statistic(values: Floats, beside: csr_array) -> Floats:
    """Gi* in standard deviations; 0 where all values are equal."""
    if np.ptp(values) == 0.0:
        return np.zeros(len(values))
    from esda.getisord import G_Local
    from libpysal.graph import Graph

    graph = Graph.from_sparse(csr_array(beside)).assign_self_weight(1.0)
    # Moved so that the values add up to something: Gi* does not change with it.
    local = G_Local(values - values.min() + 1.0, graph, transform="B", star=True, permutations=0)
    return np.asarray(local.Zs, np.float64)


def _chance(
    values: Floats, beside: csr_array, permutations: int, seed: int, alpha: float
) -> Floats:
    """Two-sided p of every cell that has neighbours, NaN of others.

    A sum of neighbours is held against sums of as many values drawn from all other cells.
    """
    random = np.random.default_rng(seed)
    chance = np.full(len(values), np.nan)
    tested = np.flatnonzero(np.diff(beside.indptr) > 0)
    most = int(np.diff(beside.indptr).max(initial=0))
    sums = beside @ values
    tolerance = 1e-9 * float(np.abs(values).max(initial=0.0)) * most
    rows = tested
    for times in _ROUNDS:
        draws = permutations * times
        drawn = _draw(random, draws, len(values) - 1, most)
        extreme = np.zeros(len(values), np.int64)
        for row in rows.tolist():
            others = drawn[:, : beside.indptr[row + 1] - beside.indptr[row]]
            dealt = values[others + (others >= row)].sum(axis=1)
            above = np.count_nonzero(dealt >= sums[row] - tolerance)
            below = np.count_nonzero(dealt <= sums[row] + tolerance)
            extreme[row] = min(above, below)
        chance[rows] = np.minimum(2.0 * (extreme[rows] + 1) / (draws + 1), 1.0)
        undecided = np.zeros(len(values), bool)
        undecided[tested] = false_discovery_control(chance[tested]) > alpha
        rows = rows[(extreme[rows] < _EXTREMES) & undecided[rows]]
    return chance


def _draw(random: np.random.Generator, draws: int, many: int, each: int) -> Longs:
    """Numbers below ``many``, none twice in a row; shape (draws, each).

    The n-th is drawn from those still left and moved past the ones before it.
    """
    drawn = np.empty((draws, each), np.int64)
    before = np.empty((draws, 0), np.int64)
    for n in range(each):
        number = random.integers(0, many - n, draws)
        for earlier in before.T:
            number += number >= earlier
        drawn[:, n] = number
        before = np.sort(np.column_stack([before, number]), axis=1)
    return drawn
