"""20,000 requests and 10,000 supporters in one plan, beside peers on the same pairs.

The sample town grown to 20,000 households, a request of each; half as many places as
requests, so that somebody is left without anybody whatever the plan. All pairs within
30 minutes count. The peers get the pairs that are found; HiGHS solves a smaller town, for
the whole one takes it minutes. Nearest first goes through the requests in their order.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack

from geo.matching import match
from geo.matching.arcs import Possible, Wanted, find_arcs
from geo.matching.plan import Rooms, best_plan
from geo.proximity import SupporterPool
from geo.sample import Town, sample_town

REQUESTS, SUPPORTERS = 20_000, 10_000
_SHARES = {"garbage": 37.4, "cleaning": 1.8, "accompaniment": 1.1, "errand": 25.1, "garden": 3.4}
"""Per cent of the programme's year; the rest is other."""


def ask_of_everybody(town: Town, seed: int = 1) -> pd.DataFrame:
    """A request of every household, its activity by lot."""
    share = {**_SHARES, "other": 100.0 - sum(_SHARES.values())}
    rng = np.random.default_rng(seed)
    many = len(town.households)
    drawn = rng.choice(list(share), many, p=np.array(list(share.values())) / 100.0)
    ids = [f"R{number:05d}" for number in range(many)]
    homes = town.households["id"].to_numpy()
    return pd.DataFrame({"id": ids, "household_id": homes, "activity": drawn})


def nearest_first(found: Possible, rooms: Rooms, requests: int) -> tuple[int, float]:
    """Requests met and minutes where each in turn takes the nearest with room."""
    free, arcs = rooms.slots(1.0), found.arcs
    order = np.lexsort((arcs.minutes, arcs.request))
    met, minutes, last = 0, 0.0, -1
    for pair in order:
        request, supporter = int(arcs.request[pair]), int(arcs.supporter[pair])
        if request != last and free[supporter] > 0:
            free[supporter] -= 1
            met, minutes, last = met + 1, minutes + float(arcs.minutes[pair]), request
    return min(met, requests), minutes


def by_highs(found: Possible, rooms: Rooms, requests: int) -> tuple[int, float]:
    """The same by linear programming."""
    arcs = found.arcs
    one = np.ones(len(arcs.request))
    rows: npt.NDArray[np.int64] = np.arange(len(one))
    limits: Any = vstack([
        coo_array((one, (arcs.request, rows)), shape=(requests, len(one))),
        coo_array((one, (arcs.supporter, rows)), shape=(len(rooms.most), len(one))),
    ])  # fmt: skip
    room = np.concatenate([np.ones(requests), rooms.slots(1.0)])
    solved: Any = linprog(arcs.minutes - 1e5, A_ub=limits.tocsr(), b_ub=room, bounds=(0, 1))
    met = round(float(solved.x.sum()))
    return met, float(solved.fun) + 1e5 * met


def measure(requests: int, supporters: int, *, highs: bool) -> None:
    """One town: the whole of `geo.match`, and the search alone beside its peers."""
    town = sample_town(0, requests, supporters)
    asked = ask_of_everybody(town)
    pool = SupporterPool(town.supporters, town.streets)
    match(asked.iloc[:1], town.households, pool)
    start, worked = time.perf_counter(), time.process_time()
    plan = match(asked, town.households, SupporterPool(town.supporters, town.streets))
    taken, worked = time.perf_counter() - start, time.process_time() - worked
    print(f"{requests:,} requests, {supporters:,} supporters in all, within 30 minutes")
    print(f"  geo.match, walks included: {taken:.2f} s ({worked:.2f} s of processor)")
    found = find_arcs(Wanted.of(asked, town.households, 1.0), town.households, pool, 30.0)
    most = np.where(np.isnan(pool.most), 2.0, pool.most)
    rooms = Rooms(most, np.nan_to_num(pool.load))
    print(f"  pairs: {len(found.arcs.request):,}, places: {int(rooms.slots(1.0).sum()):,}")
    many = np.ones(requests)
    peers = {
        "the search alone": lambda: best_plan(many, found.arcs, rooms, 0.0).value,
        "nearest first": lambda: nearest_first(found, rooms, requests),
    }
    if highs:
        peers["scipy, HiGHS"] = lambda: by_highs(found, rooms, requests)
    for name, solve in peers.items():
        start = time.perf_counter()
        met, minutes = solve()
        taken = time.perf_counter() - start
        print(f"  {name:<20}{taken:>9.2f} s   {met:>6} met   {minutes:>9.0f} min")
    print(f"  proven best: {plan.proven}")


def main() -> None:
    """Print the tables."""
    measure(1_000, 500, highs=True)
    measure(REQUESTS, SUPPORTERS, highs=False)


if __name__ == "__main__":
    main()
