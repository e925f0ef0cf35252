"""Which supporters carry the cover, and how much of it hangs on one of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from geo.coverage import Ask, Cover
from geo.coverage.tables import groups_of, stack_tables, sum_states


def find_carriers(
    cover: Cover,
    asks: Mapping[str, Ask],
    *,
    weight: str = "households",
    by: str | None = None,
) -> pd.DataFrame:
    """Whom each supporter reaches, and whom nobody would reach without them.

    Parameters
    ----------
    cover
        Searched before.
    asks
        Questions by name.
    weight
        Number column of the demand; ``households`` of a demand without that column counts
        its rows. Rows of unknown weight are in no sum.
    by
        Column of the demand to tell apart; None = all in one.

    Returns
    -------
    ask, supporter_id, ``by``, alone (the weight that nobody else reaches for sure), reached,
    share (alone as a share of all that is reached in that area; 0..1), one row per supporter
    who counts for sure, ask and area where they reach somebody; in the order of the asks,
    then who carries most first, then by supporter_id.

    Raises
    ------
    ParameterWrong
    """
    group, names = groups_of(cover, by)
    value = np.nan_to_num(cover.weight(weight))
    pairs = cover.pairs()
    tables = [
        _carried(cover, ask, pairs, (group, names), value).assign(ask=name)
        for name, ask in asks.items()
    ]
    columns = ["ask", "supporter_id", *([] if by is None else [by]), "alone", "reached", "share"]
    if not tables:
        return pd.DataFrame(columns=pd.Index(columns))
    whole = pd.concat(tables, ignore_index=True).rename(columns={"group": by or "group"})
    return whole[columns]


def _carried(
    cover: Cover,
    ask: Ask,
    pairs: csr_array,
    groups: tuple[np.ndarray[tuple[int], np.dtype[np.int64]], list[object]],
    value: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> pd.DataFrame:
    group, names = groups
    many = cover.helpers(ask)
    member = np.flatnonzero(cover.marks(ask) == 1)
    row = np.repeat(np.arange(pairs.shape[0]), np.diff(pairs.indptr))
    counts = np.isin(row, member)
    row, target = row[counts], pairs.indices[counts]
    place = row * len(names) + group[target]
    size = pairs.shape[0] * len(names)
    reached = np.bincount(place, value[target], size)
    alone = np.bincount(place, np.where(many[target] == 1, value[target], 0.0), size)
    there = np.flatnonzero(np.bincount(place, minlength=size))
    total = np.bincount(group, np.where(many > 0, value, 0.0), len(names))
    helper, area = np.divmod(there, len(names))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(total[area] > 0, alone[there] / total[area], np.nan)
    table = pd.DataFrame(
        {
            "supporter_id": cover.supporter_ids[helper],
            "group": pd.Series([names[one] for one in area], dtype=object),
            "alone": alone[there],
            "reached": reached[there],
            "share": share,
        }
    )
    order = ["alone", "supporter_id"]
    return table.sort_values(order, ascending=[False, True], kind="stable", ignore_index=True)


def find_single(
    cover: Cover,
    asks: Mapping[str, Ask],
    *,
    weight: str = "households",
    by: str | None = "district_id",
) -> pd.DataFrame:
    """How much of what is reached hangs on one supporter.

    Parameters
    ----------
    cover, asks, weight, by
        As for `find_carriers`; rows where ``by`` is null make up a row of their own.

    Returns
    -------
    ``by``, ask, reached (for sure), single (of these, by exactly one), perhaps (of single,
    those whom somebody may reach as well of whom it is not known whether they do that, or
    then), share (single of reached, 0..1; NaN where nobody is reached); by ``by``, then in
    the order of the asks.

    Raises
    ------
    ParameterWrong
    """
    group, names = groups_of(cover, by)
    value = cover.weight(weight)
    tables: list[pd.DataFrame] = []
    for ask in asks.values():
        counts = cover.counts(ask)
        parts = {
            "reached": cover.placed & (counts.sure > 0),
            "single": cover.placed & (counts.sure == 1),
            "perhaps": cover.placed & (counts.sure == 1) & (counts.maybe > 0),
        }
        tables.append(sum_states(group, len(names), value, parts))
    table = stack_tables(tables, names, list(asks), by)
    kept = [*([] if by is None else [by]), "ask", "reached", "single", "perhaps"]
    told = table.reindex(columns=pd.Index(kept))
    reached = told["reached"].to_numpy(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(reached > 0, told["single"].to_numpy(np.float64) / reached, np.nan)
    return told.assign(share=share)
