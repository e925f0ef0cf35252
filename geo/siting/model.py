"""A question of siting, checked and made small: what costs what, alike demand put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from geo.errors import FloorsTooHigh, ParameterWrong
from geo.siting.rows import find_nearest, find_pairs, make_charges, sign_rows
from geo.siting.swaps import Charges, Flags, Floats, Ints, Longs

Sites = npt.NDArray[np.integer[Any]]

ROUNDING: Final = 1e-9
"""A limit of exactly so much is kept by a cost of exactly so much."""


@dataclass(frozen=True)
class Fairness:
    """What share of its weight must be reached in each group.

    Attributes
    ----------
    groups
        Of each demand the name of its group, a district for instance; null = in none.
    least
        Share 0 to 1 by name; groups without one have no floor.
    """

    groups: npt.ArrayLike
    least: Mapping[str, float]


@dataclass(frozen=True)
class Costs:
    """What is known of each pair: compressed rows of the demand, every cost finite.

    Attributes
    ----------
    first, site, cost
        Pairs of demand ``i`` are ``first[i]`` to ``first[i + 1]``, the sites ascending.
    sites
        How many there are.
    """

    first: Longs
    site: Ints
    cost: Floats
    sites: int

    @classmethod
    def of(cls, cost: object, most: float = np.inf) -> Costs:
        """From a matrix (demand, sites); in a sparse one what is not stored is unreachable.

        Pairs above ``most`` are left out, and those that are NaN or infinite.

        Raises
        ------
        ParameterWrong
            No matrix, or a cost below 0.
        """
        if np.isfinite(most):
            most += ROUNDING * max(1.0, abs(most))
        found = _of_sparse(cost, most) if sparse.issparse(cost) else _of_table(cost, most)
        if len(found.cost) and float(found.cost.min()) < 0:
            raise ParameterWrong(name="cost", value="below 0", wanted="0 or more")
        return found

    def __len__(self) -> int:
        return len(self.first) - 1

    @property
    def demand(self) -> Longs:
        """Of each pair its demand."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    def only(self, pairs: Flags) -> Costs:
        """Some of the pairs."""
        if pairs.all():
            return self
        running = np.concatenate([[0], np.cumsum(pairs)])
        return Costs(running[self.first], self.site[pairs], self.cost[pairs], self.sites)

    def take(self, rows: Longs) -> Costs:
        """Some of the demand, in ascending order."""
        if len(rows) == len(self):
            return self
        size = np.diff(self.first)[rows]
        first = np.concatenate([[0], np.cumsum(size)])
        pair = np.arange(first[-1]) + np.repeat(self.first[rows] - first[:-1], size)
        return Costs(first, self.site[pair], self.cost[pair], self.sites)

    def nearest(self, opened: Sites) -> tuple[Ints, Floats]:
        """Of each demand the cheapest of the sites and its cost; -1 and infinite where none is."""
        return find_nearest(self.first, self.site, self.cost, flags(opened, self.sites))


def _of_table(cost: object, most: float) -> Costs:
    table = np.asarray(cost, np.float64)
    if table.ndim != 2:
        raise ParameterWrong(name="cost", value=f"{table.ndim} axes", wanted="demand × sites")
    known = np.isfinite(table) & (table <= most)
    first = np.concatenate([[0], np.cumsum(known.sum(axis=1))]).astype(np.int64)
    return Costs(first, np.nonzero(known)[1].astype(np.int32), table[known], table.shape[1])


def _of_sparse(cost: Any, most: float) -> Costs:  # noqa: ANN401 - one of scipy's many classes
    matrix = sparse.csr_array(cost, copy=True)
    matrix.sum_duplicates()
    first, site = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32)
    whole = Costs(first, site, matrix.data.astype(np.float64), int(matrix.shape[1]))
    return whole.only(np.isfinite(whole.cost) & (whole.cost <= most))


def flags(numbers: Sites, size: int) -> Flags:
    """Of each number below ``size`` whether it is among those."""
    found = np.zeros(size, bool)
    found[numbers] = True
    return found


@dataclass(frozen=True)
class Floor:
    """So much of the ``weight`` of the ``rows`` must be reached beside what is already."""

    rows: Longs
    least: float


@dataclass(frozen=True)
class Problem:
    """Alike demand put together, with charges: the sum of the least charges is to be small.

    Attributes
    ----------
    first, site, charge
        Compressed rows, the sites ascending; a charge is weight × cost.
    far
        Charge of each row where none of its sites is open.
    must
        Rows that some site must serve; their far charge is above every sum.
    weight
        Of each row what counts for a floor; 0 where it is reached already.
    floors
        One for each group that has one.
    sites
        How many there are.
    many
        How many may be opened.
    settled
        What the demand left out of the rows costs in any case.
    """

    first: Longs
    site: Ints
    charge: Floats
    far: Floats
    must: Flags
    weight: Floats
    floors: tuple[Floor, ...]
    sites: int
    many: int
    settled: float

    def __len__(self) -> int:
        return len(self.far)

    @cached_property
    def row(self) -> Longs:
        """Of each pair its row."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    def charges(self, most: int) -> Charges:
        """For the kernels; of each row no more than ``most`` charges, others as the next one."""
        return make_charges(self.first, self.site, self.charge, self.far, self.sites, most)

    def open_pairs(self, chosen: Sites) -> tuple[Longs, Longs]:
        """The pairs with those sites, by row; of each its row and its number."""
        return find_pairs(self.first, self.site, flags(chosen, self.sites))

    def total(self, chosen: Sites) -> float:
        """The sum of the least charges; infinite where a row that must be served is not."""
        row, pair = self.open_pairs(chosen)
        spent = np.where(self.must, np.inf, self.far)
        np.minimum.at(spent, row, self.charge[pair])
        return float(spent.sum()) + self.settled

    def lacks(self, chosen: Sites) -> Floats:
        """Of each floor the weight that is not reached but should be."""
        if not self.floors:
            return np.empty(0)
        reached = np.bincount(self.open_pairs(chosen)[0], minlength=len(self)) > 0
        weight = self.weight * reached
        lacks = np.array([floor.least - weight[floor.rows].sum() for floor in self.floors])
        least = np.array([max(1.0, floor.least) for floor in self.floors])
        return np.where(lacks > ROUNDING * least, lacks, 0.0)


def pose(
    costs: Costs,
    weight: Floats,
    *,
    many: int,
    kept: Longs,
    beyond: float | None = None,
    fairness: Fairness | None = None,
) -> Problem:
    """The problem of a question.

    Parameters
    ----------
    costs
        Of the pairs that count.
    weight
        Of each demand; NaN = not known, it is left out.
    many
        Sites that may be opened beside those kept.
    kept
        Sites that stay.
    beyond
        Cost of a demand that no site reaches; None: whatever a site can reach must be.
    fairness
        Floors by group; what is not reached by any site counts as not reached.

    Raises
    ------
    FloorsTooHigh
        A floor that all sites together do not reach.
    """
    known = np.nan_to_num(weight)
    already = costs.nearest(kept)[1]
    far = np.minimum(already, np.inf if beyond is None else beyond)
    served = np.isfinite(already)
    useful = costs.only(_useful(costs, far, served, counts=fairness is not None))
    group, names = _groups(fairness, len(costs))
    alive = np.flatnonzero((known > 0) & (np.diff(useful.first) > 0))
    rest = np.setdiff1d(np.flatnonzero((known > 0) & np.isfinite(far)), alive)
    settled = float((known[rest] * far[rest]).sum())
    rows, row = _make_small(useful.take(alive), far[alive], group[alive], served[alive])
    lead = np.zeros(len(rows), np.int64)
    lead[row[::-1]] = alive[::-1]
    weights = np.bincount(row, known[alive], minlength=len(rows))
    charge = rows.cost * np.repeat(weights, np.diff(rows.first))
    must = ~np.isfinite(far[lead])
    whole = np.where(must, 0.0, weights * np.where(must, 0.0, far[lead]))
    above = 1.0 + float(whole.sum()) + _dearest(rows.first, charge)
    reached = served | (np.diff(costs.first) > 0)
    return Problem(
        rows.first,
        rows.site,
        charge,
        np.where(must, above, whole),
        must,
        np.where(served[lead], 0.0, weights),
        _floors(fairness, names, group, known, (served, reached), group[lead]),
        costs.sites,
        many,
        settled,
    )


def _useful(costs: Costs, far: Floats, served: Flags, *, counts: bool) -> Flags:
    """Pairs that save something, or that count for a floor."""
    size = np.diff(costs.first)
    saves = costs.cost < np.repeat(far, size)
    return (
        saves | (np.repeat(~served, size) & (costs.cost <= np.repeat(far, size)))
        if counts
        else saves
    )


def _dearest(first: Longs, charge: Floats) -> float:
    return float(np.maximum.reduceat(charge, first[:-1]).sum()) if len(charge) else 0.0


def _groups(fairness: Fairness | None, demand: int) -> tuple[Ints, list[str]]:
    """Of each demand the place of its group among those with a floor, -1 = none."""
    if fairness is None:
        return np.full(demand, -1, np.int32), []
    groups = np.asarray(fairness.groups, object)
    if groups.shape != (demand,):
        raise ParameterWrong(name="groups", value=groups.shape, wanted=f"{demand} names")
    for share in fairness.least.values():
        if not 0.0 <= share <= 1.0:
            raise ParameterWrong(name="floor", value=share, wanted="0 to 1")
    names = sorted(fairness.least)
    place = {name: at for at, name in enumerate(names)}
    return np.array([place.get(one, -1) for one in groups], np.int32), names


def _floors(
    fairness: Fairness | None,
    names: list[str],
    group: Ints,
    weight: Floats,
    served: tuple[Flags, Flags],
    group_of_row: Ints,
) -> tuple[Floor, ...]:
    """Floors less what is served already; those that all sites together cannot keep are faults."""
    floors: list[Floor] = []
    for place, name in enumerate(names):
        own = group == place
        total, already, possible = (
            float(weight[own & flags].sum()) for flags in (own, served[0], served[1])
        )
        least = (fairness.least[name] if fairness else 0.0) * total
        if least > possible + ROUNDING * max(1.0, total):
            raise FloorsTooHigh(
                group=name,
                share=f"{least / total:.1%}",
                possible=f"{possible / total:.1%}",
            )
        floors.append(Floor(np.flatnonzero(group_of_row == place), least - already))
    return tuple(floor for floor in floors if floor.least > 0)


def _make_small(costs: Costs, far: Floats, group: Ints, served: Flags) -> tuple[Costs, Longs]:
    """One row for all demand with the same pairs, far cost and group; of each demand its row."""
    if not len(costs):
        return costs, np.empty(0, np.int64)
    lot = np.random.default_rng(20)
    names = lot.integers(1, 2**63, (2, costs.sites), dtype=np.uint64)
    signs = sign_rows(costs.first, costs.site, (costs.cost + 0.0).view(np.uint64), names)
    told = [group.astype(np.int64), served.astype(np.int64), (far + 0.0).view(np.int64)]
    table = np.column_stack([signs.view(np.int64), *told])
    order = np.lexsort(table.T)
    new = np.concatenate([[True], np.any(np.diff(table[order], axis=0) != 0, axis=1)])
    row = np.empty(len(order), np.int64)
    row[order] = np.cumsum(new) - 1
    lead = order[new]
    place = np.empty(len(lead), np.int64)
    place[np.argsort(lead)] = np.arange(len(lead))
    return costs.take(np.sort(lead)), place[row]
