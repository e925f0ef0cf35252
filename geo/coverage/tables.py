"""The cover as a table: by district and question, what is reached and what is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.coverage.asking import Ask
from geo.coverage.cover import BEYOND, MAYBE, NOWHERE, REACHED, Cover
from geo.errors import ParameterWrong

Floats = npt.NDArray[np.float64]

STATES: Final = {"reached": REACHED, "maybe": MAYBE, "beyond": BEYOND, "unknown": NOWHERE}
"""Columns of a coverage table, and the state each sums up."""


def coverage_table(
    cover: Cover,
    asks: Mapping[str, Ask],
    *,
    weight: str = "households",
    by: str | None = "district_id",
) -> pd.DataFrame:
    """What is reached for each question, by district.

    Parameters
    ----------
    cover
        Searched before.
    asks
        Questions by name.
    weight
        Number column of the demand to sum up; ``households`` of a demand without that column
        counts its rows.
    by
        Column of the demand to tell apart; None = all in one. Rows where it is null make up
        a row of their own at the end.

    Returns
    -------
    ``by``, ask, total, reached, maybe (only by helpers of whom it is not known whether they
    do that, or then), beyond, unknown (without a position), without_weight (rows of the
    demand whose weight is not known: they are in no sum, which is then a least one), by
    ``by`` ascending, then in the order of ``asks``. reached + maybe + beyond + unknown =
    total. A sum of nothing but unknown weights is NaN.

    Raises
    ------
    ParameterWrong
    """
    group, names = groups_of(cover, by)
    value = cover.weight(weight)
    tables = [
        sum_states(group, len(names), value, {n: state == code for n, code in STATES.items()})
        for state in (cover.state(ask) for ask in asks.values())
    ]
    return stack_tables(tables, names, list(asks), by)


def groups_of(cover: Cover, by: str | None) -> tuple[npt.NDArray[np.int64], list[object]]:
    """Number of the group of each row, and the groups' names; null last.

    Raises
    ------
    ParameterWrong
        No such column.
    """
    if by is None:
        return np.zeros(len(cover), np.int64), [None]
    if by not in cover.demand.columns:
        raise ParameterWrong(name="by", value=by, wanted="a column of the demand")
    group, names = pd.factorize(cover.demand[by], sort=True)
    known = [*names.tolist()]
    if (group < 0).any():
        return np.where(group < 0, len(known), group), [*known, None]
    return group.astype(np.int64), known


def sum_states(
    group: npt.NDArray[np.int64],
    groups: int,
    value: Floats,
    parts: Mapping[str, npt.NDArray[np.bool_]] | Mapping[str, Floats],
) -> pd.DataFrame:
    """Sums of a weight by group: total, each part (rows, or shares of each row), the rest.

    A sum that has only rows of unknown weight is NaN, one of no rows 0.
    """
    unknown = np.isnan(value)
    known = np.where(unknown, 0.0, value)

    def total(share: npt.NDArray[np.bool_] | Floats) -> Floats:
        sums = np.bincount(group, known * share, groups)
        some = np.bincount(group, (share > 0) & ~unknown, groups)
        lost = np.bincount(group, (share > 0) & unknown, groups)
        return np.where((some == 0) & (lost > 0), np.nan, sums)

    columns = {name: total(share) for name, share in parts.items()}
    whole = total(np.ones(len(value)))
    missing = np.bincount(group, unknown, groups).astype(np.int64)
    return pd.DataFrame({"total": whole, **columns, "without_weight": missing})


def stack_tables(
    tables: list[pd.DataFrame], names: list[object], asks: list[str], by: str | None
) -> pd.DataFrame:
    """Tables of several questions as one: by group, then by question."""
    many, groups = len(tables), len(names)
    if not many:
        return pd.DataFrame(columns=pd.Index([*([by] if by else []), "ask", "total", *STATES]))
    stacked = pd.concat(tables, ignore_index=True)
    order = np.arange(many * groups).reshape(many, groups).T.ravel()
    table = stacked.iloc[order].reset_index(drop=True)
    table.insert(0, "ask", pd.Series(asks * groups, dtype="str"))
    if by is not None:
        table.insert(0, by, pd.Series([name for name in names for _ in asks]))
    return table
