"""Good answers at once: sites exchanged one for one as long as that saves something.

Every question is posed as the same one: each demand has a charge at each site that can
serve it and another, ``far``, where none of them is open; the sum of the least charges is
to be small. Covering is the case of charges 0 and ``far`` the weight.

Source: E. Schubert, P. Rousseeuw (2021), Fast and eager k-medoids clustering, Information
Systems 101 (exchange as soon as it pays, the loss of every open site in one pass); kicks
between descents after H. Lourenço, O. Martin, T. Stützle (2003), Iterated local search.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]

NOBODY: Final = np.int32(-1)

_ROUNDING: Final = 1e-11
"""Of the whole: a saving below it is none."""

_FACTOR: Final = np.uint64(6364136223846793005)
_SHIFT: Final = np.uint64(1442695040888963407)
"""Lots are drawn by multiplying and adding: D. Knuth (1997), The Art of Computer Programming 2."""


class Charges(NamedTuple):
    """What each demand costs at each site, by demand and by site.

    Attributes
    ----------
    first, site, charge
        Compressed rows of the demand, the least charge first.
    column_first, demand, column_charge
        The same by site.
    far
        Charge of each demand where none of its sites is open; no less than any of its row.
    """

    first: Longs
    site: Ints
    charge: Floats
    column_first: Longs
    demand: Ints
    column_charge: Floats
    far: Floats


class State(NamedTuple):
    """Which sites are open, the two that are cheapest for each demand, and what follows."""

    opened: Flags
    """Of each site."""
    sites: Ints
    """Those open; -1 = a place that is free."""
    best: Ints
    second: Ints
    """Of each demand; -1 = none."""
    charge: Floats
    second_charge: Floats
    loss: Floats
    """Of each site what closing it would cost."""


@njit(cache=True, nogil=True)
def _sink(values: Floats, heap: Longs, size: int, at: int) -> None:
    """Move a place of the heap down to where all below it are no larger."""
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        other = heap[below]
        if below + 1 < size:
            next_one = heap[below + 1]
            if values[next_one] > values[other] or (
                values[next_one] == values[other] and next_one > other
            ):
                below, other = below + 1, next_one
        here = heap[at]
        if values[here] > values[other] or (values[here] == values[other] and here > other):
            break
        heap[at], heap[below] = other, here
        at = below


@njit(cache=True, nogil=True)
def take_least(values: Floats, low: int, high: int, heap: Longs) -> int:
    """Where the least values from ``low`` to ``high`` are: into ``heap``, in order; how many.

    As many as the heap holds are taken; of equals those that come first.
    """
    size = min(heap.size, high - low)
    for at in range(size):
        heap[at] = low + at
    for at in range(size // 2 - 1, -1, -1):
        _sink(values, heap, size, at)
    for at in range(low + size, high):
        if size and values[at] < values[heap[0]]:
            heap[0] = at
            _sink(values, heap, size, 0)
    for last in range(size - 1, 0, -1):
        heap[0], heap[last] = heap[last], heap[0]
        _sink(values, heap, last, 0)
    return size


@njit(cache=True, nogil=True)
def _look(charges: Charges, state: State, one: int) -> None:
    """The two cheapest open sites of a demand."""
    far = charges.far[one]
    best, second = NOBODY, NOBODY
    charge, second_charge = far, far
    for at in range(charges.first[one], charges.first[one + 1]):
        site = charges.site[at]
        if state.opened[site]:
            if best == NOBODY:
                best, charge = site, charges.charge[at]
            else:
                second, second_charge = site, charges.charge[at]
                break
    state.best[one], state.second[one] = best, second
    state.charge[one], state.second_charge[one] = charge, second_charge


@njit(cache=True, nogil=True)
def _settle(charges: Charges, state: State) -> float:
    """Everything anew from which sites are open; the sum of the charges."""
    state.loss[:] = 0.0
    total = 0.0
    for one in range(charges.far.size):
        _look(charges, state, one)
        total += state.charge[one]
        if state.best[one] != NOBODY:
            state.loss[state.best[one]] += state.second_charge[one] - state.charge[one]
    return total


@njit(cache=True, nogil=True)
def _open(charges: Charges, state: State, site: int) -> None:
    """Open a site."""
    state.opened[site] = True
    for at in range(charges.column_first[site], charges.column_first[site + 1]):
        one, charge = charges.demand[at], charges.column_charge[at]
        best = state.best[one]
        if best == NOBODY:
            state.best[one], state.charge[one] = site, charge
            state.loss[site] += state.second_charge[one] - charge
        elif charge < state.charge[one]:
            state.loss[best] -= state.second_charge[one] - state.charge[one]
            state.second[one], state.second_charge[one] = best, state.charge[one]
            state.best[one], state.charge[one] = site, charge
            state.loss[site] += state.second_charge[one] - charge
        elif state.second[one] == NOBODY or charge < state.second_charge[one]:
            state.loss[best] -= state.second_charge[one] - charge
            state.second[one], state.second_charge[one] = site, charge


@njit(cache=True, nogil=True)
def _close(charges: Charges, state: State, site: int) -> None:
    """Close a site."""
    state.opened[site] = False
    state.loss[site] = 0.0
    for at in range(charges.column_first[site], charges.column_first[site + 1]):
        one = charges.demand[at]
        if state.best[one] != site and state.second[one] != site:
            continue
        if state.best[one] != site:
            state.loss[state.best[one]] -= state.second_charge[one] - state.charge[one]
        _look(charges, state, one)
        if state.best[one] != NOBODY:
            state.loss[state.best[one]] += state.second_charge[one] - state.charge[one]


@njit(cache=True, nogil=True)
def _gain(charges: Charges, state: State, site: int) -> float:
    """What opening a site would save."""
    saved = 0.0
    for at in range(charges.column_first[site], charges.column_first[site + 1]):
        saved += max(0.0, state.charge[charges.demand[at]] - charges.column_charge[at])
    return saved


@njit(cache=True, nogil=True)
def _fill(charges: Charges, state: State) -> None:
    """Open the site that saves most until no place is free or none saves anything."""
    gains = np.empty(state.opened.size)
    for site in range(gains.size):
        gains[site] = _gain(charges, state, site)
    for place in range(state.sites.size):
        if state.sites[place] != NOBODY:
            continue
        # What a site saves never grows as others open: only those that may be best are asked.
        chosen, asked = -1, -1
        while True:
            chosen = -1
            for site in range(gains.size):
                if not state.opened[site] and (chosen < 0 or gains[site] > gains[chosen]):
                    chosen = site
            if chosen < 0 or gains[chosen] <= 0.0 or chosen == asked:
                break
            gains[chosen] = _gain(charges, state, chosen)
            asked = chosen
        if chosen < 0 or gains[chosen] <= 0.0:
            break
        state.sites[place] = chosen
        _open(charges, state, chosen)


@njit(cache=True, nogil=True)
def _descend(charges: Charges, state: State, least: float) -> float:
    """Exchange sites one for one until no exchange saves more than ``least``; what it saved."""
    sites, many = state.opened.size, state.sites.size
    extra = np.zeros(sites)
    saved = 0.0
    unchanged, site = 0, 0
    while unchanged < sites and many:
        if not state.opened[site]:
            shared = 0.0
            low, high = charges.column_first[site], charges.column_first[site + 1]
            for at in range(low, high):
                one, charge = charges.demand[at], charges.column_charge[at]
                if charge < state.charge[one]:
                    shared += charge - state.charge[one]
                    if state.best[one] != NOBODY:
                        extra[state.best[one]] += state.charge[one] - state.second_charge[one]
                elif charge < state.second_charge[one] and state.best[one] != NOBODY:
                    extra[state.best[one]] += charge - state.second_charge[one]
            chosen, change = 0, np.inf
            for place in range(many):
                other = state.sites[place]
                if state.loss[other] + extra[other] < change:
                    chosen, change = place, state.loss[other] + extra[other]
            for at in range(low, high):
                if state.best[charges.demand[at]] != NOBODY:
                    extra[state.best[charges.demand[at]]] = 0.0
            if change + shared < -least:
                _swap(charges, state, chosen, site)
                saved -= change + shared
                unchanged = 0
        site = site + 1 if site + 1 < sites else 0
        unchanged += 1
    return float(saved)


@njit(cache=True, nogil=True)
def _swap(charges: Charges, state: State, place: int, site: int) -> None:
    """Close the site at a place and open another there."""
    _open(charges, state, site)
    _close(charges, state, state.sites[place])
    state.sites[place] = site


@njit(cache=True, nogil=True)
def _start(charges: Charges, chosen: Ints) -> State:
    """A state with the sites chosen open."""
    sites, demand = charges.column_first.size - 1, charges.far.size
    state = State(
        np.zeros(sites, np.bool_),
        chosen.copy(),
        np.empty(demand, np.int32),
        np.empty(demand, np.int32),
        np.empty(demand),
        np.empty(demand),
        np.zeros(sites),
    )
    for site in chosen:
        if site != NOBODY:
            state.opened[site] = True
    return state


@njit(cache=True, nogil=True)
def _take_back(charges: Charges, state: State, kept: Ints) -> None:
    """Open those kept instead of those that are open."""
    for place in range(kept.size):
        state.opened[state.sites[place]] = False
    for place in range(kept.size):
        state.sites[place] = kept[place]
        state.opened[kept[place]] = True
    _settle(charges, state)


@njit(cache=True, nogil=True)
def add_greedily(charges: Charges, chosen: Ints) -> tuple[Ints, float]:
    """Places that are free (-1) filled by the site that saves most; and the sum then.

    Where no site saves anything a place stays free.
    """
    state = _start(charges, chosen)
    _settle(charges, state)
    _fill(charges, state)
    return state.sites, _settle(charges, state)


@njit(cache=True, nogil=True)
def exchange(charges: Charges, chosen: Ints, kicks: int, seed: int) -> tuple[Ints, float]:
    """The sites after exchanges, and the sum of the charges.

    Parameters
    ----------
    charges
        The problem.
    chosen
        Where to start; none is -1.
    kicks
        How often some sites are thrown out by lot and exchanged anew, the better one kept.
    seed
        Of the lot.
    """
    many = chosen.size
    state = _start(charges, chosen)
    total = _settle(charges, state)
    least = _ROUNDING * charges.far.sum()
    total -= _descend(charges, state, least)
    kept, value = state.sites.copy(), total
    lot = np.uint64(seed * 2 + 1)
    if state.opened.size <= many or not many:
        return kept, value
    for _ in range(kicks):
        for _ in range(min(many, 2 + int(lot >> np.uint64(33)) % 3)):
            lot = lot * _FACTOR + _SHIFT
            place = int(lot >> np.uint64(33)) % many
            lot = lot * _FACTOR + _SHIFT
            site = int(lot >> np.uint64(33)) % state.opened.size
            while state.opened[site]:
                site = site + 1 if site + 1 < state.opened.size else 0
            _swap(charges, state, place, site)
        total = _settle(charges, state)
        total -= _descend(charges, state, least)
        if total <= value:
            kept, value = state.sites.copy(), total
        else:
            _take_back(charges, state, kept)
    return kept, value
