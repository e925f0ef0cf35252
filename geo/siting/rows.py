"""Compressed rows: told apart when alike, cut to their least charges, turned by site."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from geo.siting.swaps import Charges, Flags, Floats, Ints, Longs, take_least

Bits = npt.NDArray[np.uint64]


@njit(cache=True, nogil=True)
def _stir(bits: np.uint64) -> np.uint64:
    """Every bit of a number spread over all of it (S. Vigna's splitmix64)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


@njit(cache=True, nogil=True)
def sign_rows(first: Longs, site: Ints, cost: Bits, names: Bits) -> Bits:
    """Two numbers for each row, the same for rows with the same sites and costs.

    Parameters
    ----------
    cost
        The bits of each cost.
    names
        A number by lot for each site, shape (2, sites).
    """
    signs = np.zeros((first.size - 1, 2), np.uint64)
    for row in range(first.size - 1):
        for at in range(first[row], first[row + 1]):
            mixed = _stir(cost[at])
            signs[row, 0] += _stir(names[0, site[at]] ^ mixed)
            signs[row, 1] += _stir(names[1, site[at]] ^ mixed)
    return signs


@njit(cache=True, nogil=True)
def find_pairs(first: Longs, site: Ints, opened: Flags) -> tuple[Longs, Longs]:
    """The pairs of sites that are open, by row; of each its row and its number."""
    count = 0
    for one in site:
        count += int(opened[one])
    rows, pairs = np.empty(count, np.int64), np.empty(count, np.int64)
    count = 0
    for row in range(first.size - 1):
        for at in range(first[row], first[row + 1]):
            if opened[site[at]]:
                rows[count], pairs[count] = row, at
                count += 1
    return rows, pairs


@njit(cache=True, nogil=True)
def find_nearest(first: Longs, site: Ints, cost: Floats, opened: Flags) -> tuple[Ints, Floats]:
    """The cheapest open site of each row, of equals the first, -1 = none; and its cost."""
    best, least = np.full(first.size - 1, np.int32(-1)), np.full(first.size - 1, np.inf)
    for row in range(first.size - 1):
        for at in range(first[row], first[row + 1]):
            if opened[site[at]] and cost[at] < least[row]:
                best[row], least[row] = site[at], cost[at]
    return best, least


@njit(cache=True, nogil=True)
def _cut(
    first: Longs, site: Ints, charge: Floats, far: Floats, most: int
) -> tuple[Longs, Ints, Floats, Floats]:
    """The ``most`` least charges of each row in order; the next one is then its far charge."""
    new_first = np.zeros(first.size, np.int64)
    for row in range(far.size):
        new_first[row + 1] = new_first[row] + min(most, first[row + 1] - first[row])
    new_site = np.empty(new_first[-1], np.int32)
    new_charge = np.empty(new_first[-1])
    new_far = far.copy()
    heap = np.empty(most + 1, np.int64)
    for row in range(far.size):
        found = take_least(charge, first[row], first[row + 1], heap)
        if found > most:
            new_far[row] = charge[heap[most]]
        for place in range(min(found, most)):
            new_site[new_first[row] + place] = site[heap[place]]
            new_charge[new_first[row] + place] = charge[heap[place]]
    return new_first, new_site, new_charge, new_far


@njit(cache=True, nogil=True)
def make_charges(
    first: Longs, site: Ints, charge: Floats, far: Floats, sites: int, most: int
) -> Charges:
    """For the kernels: of each row no more than ``most`` charges."""
    first, site, charge, far = _cut(first, site, charge, far, most)
    column_first = np.zeros(sites + 1, np.int64)
    for one in site:
        column_first[one + 1] += 1
    for one in range(sites):
        column_first[one + 1] += column_first[one]
    at_site = column_first.copy()
    demand, column_charge = np.empty(site.size, np.int32), np.empty(site.size)
    for row in range(far.size):
        for at in range(first[row], first[row + 1]):
            place = at_site[site[at]]
            demand[place], column_charge[place] = row, charge[at]
            at_site[site[at]] += 1
    return Charges(first, site, charge, column_first, demand, column_charge, far)
