"""What no answer can be better than, and which sites no better answer has.

The wish that every demand be served once is priced instead of asked for; what is then left
is to take the sites that earn most. Prices are moved towards the best bound.

Source: M. Fisher (1981), The Lagrangian relaxation method for solving integer programming
problems, Management Science 27; for medians J. Beasley (1985), A note on solving large
p-median problems, European Journal of Operational Research 21.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from geo.siting.swaps import Charges, Flags, Floats, Longs, take_least


class Bound(NamedTuple):
    """What the prices prove.

    Attributes
    ----------
    value
        No sum of charges is below it.
    price
        Of each demand.
    earned
        Of each site what it takes off at those prices, 0 or below.
    chosen
        Sites that the best prices would open.
    """

    value: float
    price: Floats
    earned: Floats
    chosen: Longs


@njit(cache=True, nogil=True)
def _earn(charges: Charges, price: Floats, earned: Floats) -> None:
    """What each site takes off at those prices."""
    earned[:] = 0.0
    for one in range(price.size):
        for at in range(charges.first[one], charges.first[one + 1]):
            if charges.charge[at] >= price[one]:
                break
            earned[charges.site[at]] += charges.charge[at] - price[one]


@njit(cache=True, nogil=True)
def _served(charges: Charges, price: Floats, taken: Flags, slope: Floats) -> None:
    """One less the sites that would serve each demand."""
    slope[:] = 1.0
    for one in range(price.size):
        for at in range(charges.first[one], charges.first[one + 1]):
            if charges.charge[at] >= price[one]:
                break
            if taken[charges.site[at]]:
                slope[one] -= 1.0


@njit(cache=True, nogil=True)
def raise_bound(charges: Charges, many: int, price: Floats, known: float, rounds: int) -> Bound:
    """The best bound in so many rounds.

    Parameters
    ----------
    charges, many
        The problem, and how many sites.
    price
        Of each demand, to start from.
    known
        The sum of an answer that is known.
    rounds
        How often the prices are moved.
    """
    sites, demand = charges.column_first.size - 1, price.size
    price = price.copy()
    for one in range(demand):
        price[one] = min(price[one], charges.far[one])
    earned, taken = np.empty(sites), np.zeros(sites, np.bool_)
    slope, trend = np.empty(demand), np.zeros(demand)
    best_price, best_earned = price.copy(), np.zeros(sites)
    best, ranked, chosen = -np.inf, np.empty(many, np.int64), np.empty(many, np.int64)
    step, waited = 1.0, 0
    for _ in range(rounds):
        _earn(charges, price, earned)
        take_least(earned, 0, sites, ranked)
        taken[:] = False
        total = price.sum()
        for site in ranked:
            taken[site] = True
            total += earned[site]
        waited += 1
        if total > best:
            if total > best + 1e-5 * abs(known - best):
                waited = 0
            best, chosen, best_price, best_earned = (
                total, ranked.copy(), price.copy(), earned.copy(),
            )  # fmt: skip
        if waited > 12:
            step, waited = step * 0.6, 0
            price = best_price.copy()
            trend = np.zeros(demand)
            if step < 1e-4:
                break
            continue
        if known - best <= 1e-12 * abs(known):
            break
        _served(charges, price, taken, slope)
        length = 0.0
        for one in range(demand):
            trend[one] = 0.6 * slope[one] + 0.4 * trend[one]
            length += trend[one] * trend[one]
        if length == 0.0:
            break
        move = step * (known - total) / length
        for one in range(demand):
            price[one] = min(max(price[one] + move * trend[one], 0.0), charges.far[one])
    return Bound(best, best_price, best_earned, chosen)
