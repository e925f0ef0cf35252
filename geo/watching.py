"""The watch links: houses nobody looks in on, and watchers who have too many."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.layers import check


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
    houses = check(households, "households", only=("id",))
    reached = _ends(links)["watched_id"]
    return houses[~houses["id"].isin(reached)]


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
    houses = check(households, "households", only=("id",))
    lines = _ends(links).drop_duplicates()
    lines = lines[lines["watched_id"].isin(houses["id"])]
    watchers = lines.groupby("watched_id")["watcher_id"].transform("size")
    lines = lines.assign(alone=(watchers == 1).astype(np.int64))
    load = lines.groupby("watcher_id", as_index=False).agg(
        households=("watched_id", "size"), alone=("alone", "sum")
    )
    order = load.sort_values(["households", "watcher_id"], ascending=[False, True])
    return order.reset_index(drop=True)


def _ends(links: gpd.GeoDataFrame) -> pd.DataFrame:
    """Watcher and watched of every line, a mutual one in both directions."""
    lines = check(links, "links", only=("watcher_id", "watched_id", "direction"))
    one = lines[["watcher_id", "watched_id"]]
    mutual = one[(lines["direction"] == "mutual").to_numpy(bool)]
    turned = mutual.rename(columns={"watcher_id": "watched_id", "watched_id": "watcher_id"})
    return pd.DataFrame(pd.concat([one, turned], ignore_index=True))
