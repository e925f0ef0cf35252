"""The watch links: houses nobody looks in on, watchers who have too many, who is missed.

The kernels take `Watch`, the pairs as arrays, and are quick enough for every stroke that a
workshop draws; the functions of layers are shells around them.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.layers import check

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Watch:
    """Who looks in on which house: one element for each pair, none twice.

    ``watcher`` counts from 0 below ``watchers``, ``house`` from 0 below ``houses``; both are
    sorted by watcher, then by house.
    """

    watcher: Codes
    house: Codes
    watchers: int
    houses: int


def pair_up(watcher: Codes, house: Codes, watchers: int, houses: int) -> Watch:
    """The pairs of lines as they were drawn: several of one pair are one.

    Parameters
    ----------
    watcher, house
        One element for each line; −1 = not one of those who are counted, its line is left out.
    watchers, houses
        How many there are.

    >>> pair_up(np.array([0, 0, 1, -1]), np.array([1, 1, -1, 0]), 2, 2).house.tolist()
    [1]
    """
    known = (watcher >= 0) & (house >= 0)
    pairs = np.unique(watcher[known].astype(np.int64) * max(houses, 1) + house[known])
    return Watch(*np.divmod(pairs, max(houses, 1)), watchers, houses)


def count_watchers(watch: Watch) -> Codes:
    """How many look in on each house."""
    return np.bincount(watch.house, minlength=watch.houses)


def count_houses(watch: Watch) -> tuple[Codes, Codes]:
    """How many houses each watcher looks in on, and how many of them nobody else does."""
    sole = count_watchers(watch)[watch.house] == 1
    return (
        np.bincount(watch.watcher, minlength=watch.watchers),
        np.bincount(watch.watcher[sole], minlength=watch.watchers),
    )


def count_left(watch: Watch, gone: npt.NDArray[np.bool_]) -> tuple[Codes, npt.NDArray[np.bool_]]:
    """How many look in on each house once some watchers no longer can.

    Parameters
    ----------
    gone
        One element for each watcher.

    Returns
    -------
    The number for each house, and whether the house has lost somebody.
    """
    lost = gone[watch.watcher]
    missed = np.bincount(watch.house[lost], minlength=watch.houses)
    return count_watchers(watch) - missed, missed > 0


def houses_without_line(households: gpd.GeoDataFrame, links: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Households that no watch link reaches.

    Parameters
    ----------
    households
        Households layer.
    links
        Links layer. A mutual link reaches both its ends; a one-way link, and one whose
        direction is null, reaches the watched end only.

    Returns
    -------
    The rows of ``households`` without a line, in their order.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong
    """
    houses, _, watch = _read(households, links)
    return houses[count_watchers(watch) == 0]


def houses_with_one_line(households: gpd.GeoDataFrame, links: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Households that one watcher looks in on and nobody else.

    Several links of the same watcher count as one; links as in `houses_without_line`.

    Returns
    -------
    The rows of ``households`` with one watcher, in their order.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong
    """
    houses, _, watch = _read(households, links)
    return houses[count_watchers(watch) == 1]


def watcher_load(households: gpd.GeoDataFrame, links: gpd.GeoDataFrame) -> pd.DataFrame:
    """How many households each watcher looks in on.

    Returns
    -------
    watcher_id, households (number of different ones), alone (of these, those whom nobody
    else watches), most watched first, then by watcher_id. Watched ids that are not in
    ``households`` are left out.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong
    """
    _, watchers, watch = _read(households, links)
    many, alone = count_houses(watch)
    load = pd.DataFrame({"watcher_id": watchers, "households": many, "alone": alone})
    load = load[load["households"] > 0]
    order = load.sort_values(["households", "watcher_id"], ascending=[False, True])
    return order.reset_index(drop=True)


def left_alone(households: gpd.GeoDataFrame, links: gpd.GeoDataFrame, watcher: str) -> pd.DataFrame:
    """Whom it leaves with nobody, or with one watcher only, when this watcher falls ill.

    Parameters
    ----------
    watcher
        Id of a household or supporter; of one who watches nobody the answer is empty.

    Returns
    -------
    household_id, watchers (those who still look in: 0 or 1), of the households that this
    watcher looks in on; those with nobody first, then in the order of ``households``.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong
    """
    houses, watchers, watch = _read(households, links)
    left, lost = count_left(watch, (watchers == watcher).to_numpy(bool))
    few = lost & (left <= 1)
    told = pd.DataFrame({"household_id": houses["id"].to_numpy()[few], "watchers": left[few]})
    return told.sort_values("watchers", kind="stable").reset_index(drop=True)


def watch_pairs(households: gpd.GeoDataFrame, links: gpd.GeoDataFrame) -> pd.DataFrame:
    """Who looks in on whom, each pair once.

    Returns
    -------
    household_id, watcher_id, in the order of ``households``, then by watcher_id. Watched ids
    that are not in ``households`` are left out.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong
    """
    houses, watchers, watch = _read(households, links)
    pairs = pd.DataFrame(
        {
            "household_id": houses["id"].to_numpy(object)[watch.house],
            "watcher_id": watchers.to_numpy(object)[watch.watcher],
            "house": watch.house,
        }
    ).sort_values(["house", "watcher_id"], kind="stable")
    return pairs[["household_id", "watcher_id"]].reset_index(drop=True)


def _read(
    households: gpd.GeoDataFrame, links: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, pd.Series[str], Watch]:
    """The checked households, the ids of all watchers, and who looks in on whom."""
    houses = check(households, "households", only=("id",))
    ends = _ends(links)
    codes, watchers = pd.factorize(ends["watcher_id"])
    house = pd.Index(houses["id"]).get_indexer(pd.Index(ends["watched_id"])).astype(np.int64)
    watch = pair_up(codes.astype(np.int64), house, len(watchers), len(houses))
    return houses, pd.Series(watchers, dtype=object), watch


def _ends(links: gpd.GeoDataFrame) -> pd.DataFrame:
    """Watcher and watched of every line, a mutual one in both directions."""
    lines = check(links, "links", only=("watcher_id", "watched_id", "direction"))
    one = lines[["watcher_id", "watched_id"]]
    mutual = one[(lines["direction"] == "mutual").to_numpy(bool)]
    turned = mutual.rename(columns={"watcher_id": "watched_id", "watched_id": "watcher_id"})
    return pd.DataFrame(pd.concat([one, turned], ignore_index=True))
