"""Why a request got whom it got, or nobody: one code with its facts for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo.matching.arcs import Arcs, Possible, Wanted
from geo.matching.plan import Rooms
from geo.proximity import SupporterPool

Fact = dict[str, object]
Longs = npt.NDArray[np.int64]

_ROUNDING: Final = 1e-9


def tell_reasons(
    wanted: Wanted,
    houses: gpd.GeoDataFrame,
    possible: Possible,
    pool: SupporterPool,
    rooms: Rooms,
    arc: Longs,
) -> Iterator[Fact]:
    """One reason for each request, in the order of ``wanted``.

    Of those met: ``nearest`` (of all who fit), ``nearer_busy`` (the nearest is given to
    others or full; supporter_id, minutes), ``by_phone``. Of the others: ``no_position``,
    ``nobody_offers``, ``nobody_near``, ``wishes_unmet`` (near: how many), ``all_full``
    (fitting: how many), ``all_taken`` (fitting).
    """
    arcs = possible.arcs
    free = rooms.load + wanted.visits.min(initial=np.inf) <= rooms.most + _ROUNDING
    roomy = np.bincount(arcs.request, free[arcs.supporter], len(wanted)) > 0
    placed = houses.geometry.notna().to_numpy(bool)[wanted.house]
    nearest = _nearest(arcs, len(wanted))
    for request, pair in enumerate(arc.tolist()):
        best = nearest[request]
        if pair < 0:
            flags = bool(placed[request]), bool(roomy[request])
            yield _unmet(wanted, possible, request, *flags)
        elif wanted.by_phone[request]:
            yield {"code": "by_phone"}
        elif arcs.minutes[pair] <= arcs.minutes[best]:
            yield {"code": "nearest"}
        else:
            yield {
                "code": "nearer_busy",
                "supporter_id": str(pool.ids[arcs.supporter[best]]),
                "minutes": round(float(arcs.minutes[best]), 1),
            }


def _nearest(arcs: Arcs, requests: int) -> Longs:
    """The pair with the shortest walk of each request, of equals the lower supporter; -1 = none."""
    minutes = np.nan_to_num(arcs.minutes)
    least = np.full(requests, np.inf)
    np.minimum.at(least, arcs.request, minutes)
    at = np.flatnonzero(minutes == least[arcs.request])
    at = at[np.argsort(arcs.supporter[at], kind="stable")[::-1]]
    found = np.full(requests, -1, np.int64)
    found[arcs.request[at]] = at
    return found


def _unmet(wanted: Wanted, possible: Possible, request: int, placed: bool, roomy: bool) -> Fact:
    if not possible.offered[request]:
        return {"code": "nobody_offers", "activity": wanted.wishes[request].activity}
    if not placed and not wanted.by_phone[request]:
        return {"code": "no_position"}
    if not possible.near[request]:
        return {"code": "nobody_near"}
    if not possible.fitting[request]:
        return {"code": "wishes_unmet", "near": int(possible.near[request])}
    code = "all_taken" if roomy else "all_full"
    return {"code": code, "fitting": int(possible.fitting[request])}
