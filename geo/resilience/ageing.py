"""What is left of the cover when helpers grow old and nobody is recruited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from geo.coverage import Ask, Cover
from geo.coverage.tables import groups_of, stack_tables, sum_states
from geo.errors import ParameterWrong

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LATEST: Final = 80
"""Age at which helpers stop unless the study says otherwise; a setting, not a finding."""

STATES: Final = ("reached", "age_unknown", "maybe", "beyond", "unknown")
"""What can be said of a row of the demand in some year."""


class _Staff(NamedTuple):
    """Helpers of one ask in one year; shape (supporters,) each."""

    known: Flags
    """Count for sure and are young enough."""
    unasked: Flags
    """Count for sure, their age is not known."""
    maybe: Flags
    """May count, and are young enough or of unknown age."""


def age_cover(
    cover: Cover,
    asks: Mapping[str, Ask],
    *,
    now: int,
    years: Sequence[int] = (0, 5, 10),
    until: int = LATEST,
    weight: str = "households",
    by: str | None = "district_id",
) -> pd.DataFrame:
    """The cover in some years if helpers stop at an age and nobody is recruited.

    Parameters
    ----------
    cover
        Searched before; its supporters' ``birth_year`` counts (null = unknown).
    asks
        Questions by name.
    now
        This year.
    years
        How many years from now, each 0 or more.
    until
        Age in which a helper stops: who turns it in the course of a year no longer counts in
        that year.
    weight
        Number column of the demand; ``households`` of a demand without that column counts
        its rows.
    by
        Column of the demand to tell apart; None = all in one.

    Returns
    -------
    ``by``, ask, year, total, reached (by somebody known to be young enough), age_unknown
    (only by helpers whose age is not known), maybe (only by helpers of whom it is not known
    whether they do that, or then), beyond, unknown (without a position), without_weight (see
    `geo.coverage.coverage_table`); by ``by``, then ask, then year. The five add up to total.

    Raises
    ------
    ParameterWrong
    """
    _require_ages(now, years, until)
    group, names = groups_of(cover, by)
    value, reaches = cover.weight(weight), _reaches(cover)
    asked = [(name, ask, now + ahead) for name, ask in asks.items() for ahead in years]
    tables = [
        sum_states(
            group, len(names), value, _states(cover, reaches, _staff(cover, ask, year, until))
        )
        for _, ask, year in asked
    ]
    table = stack_tables(tables, names, [name for name, *_ in asked], by)
    told = [year for *_, year in asked] * len(names)
    table.insert(list(table.columns).index("ask") + 1, "year", pd.Series(told, dtype="int64"))
    return table


def age_helpers(
    cover: Cover,
    asks: Mapping[str, Ask],
    *,
    now: int,
    years: Sequence[int] = (0, 5, 10),
    until: int = LATEST,
) -> pd.DataFrame:
    """How many helpers are left in some years.

    Parameters
    ----------
    cover, asks, now, years, until
        As for `age_cover`.

    Returns
    -------
    ask, year, helping (known to be young enough), stopped (too old by then), age_unknown; the
    three add up to those who count for sure today and reach somebody of the demand.

    Raises
    ------
    ParameterWrong
    """
    _require_ages(now, years, until)
    born, reaching = _born(cover), np.diff(cover.pairs().indptr) > 0
    rows: list[dict[str, object]] = []
    for name, ask in asks.items():
        sure = (cover.marks(ask) == 1) & reaching
        for ahead in years:
            staff = _staff(cover, ask, now + ahead, until)
            told = {"helping": sure & staff.known, "stopped": sure & ~staff.known & ~np.isnan(born)}
            counts = {key: int(flags.sum()) for key, flags in told.items()}
            unasked = int((sure & staff.unasked).sum())
            rows.append({"ask": name, "year": now + ahead, **counts, "age_unknown": unasked})
    columns = ["ask", "year", "helping", "stopped", "age_unknown"]
    return pd.DataFrame(rows, columns=pd.Index(columns))


def _require_ages(now: int, years: Sequence[int], until: int) -> None:
    if not 1900 <= now <= 2200:
        raise ParameterWrong(name="now", value=now, wanted="a year from 1900 to 2200")
    if any(not 0 <= ahead <= 100 for ahead in years):
        raise ParameterWrong(name="years", value=list(years), wanted="0 to 100 years from now")
    if not 40 <= until <= 120:
        raise ParameterWrong(name="until", value=until, wanted="an age from 40 to 120")


def _born(cover: Cover) -> Floats:
    """Year of birth of each active supporter; NaN where unknown."""
    layer = cover.pool.layer
    if "birth_year" not in layer.columns:
        return np.full(len(cover.supporter_ids), np.nan)
    years = pd.to_numeric(layer.set_index("id")["birth_year"])
    return years.reindex(cover.supporter_ids).to_numpy(np.float64, na_value=np.nan)


def _staff(cover: Cover, ask: Ask, year: int, until: int) -> _Staff:
    marks, born = cover.marks(ask), _born(cover)
    unknown = np.isnan(born)
    young = ~unknown & (year - born < until)
    return _Staff((marks == 1) & young, (marks == 1) & unknown, (marks == -1) & (young | unknown))


def _reaches(cover: Cover) -> csr_array:
    """1 where a supporter reaches a row: (demand, supporters)."""
    pairs = cover.pairs()
    ones = np.ones(pairs.nnz, np.float32)
    return csr_array(csr_array((ones, pairs.indices, pairs.indptr), shape=pairs.shape).T)


def _states(cover: Cover, reaches: csr_array, staff: _Staff) -> dict[str, Flags]:
    known, unasked, maybe = (reaches @ flags.astype(np.float32) > 0 for flags in staff)
    here = cover.placed
    return {
        "reached": here & known,
        "age_unknown": here & ~known & unasked,
        "maybe": here & ~known & ~unasked & maybe,
        "beyond": here & ~known & ~unasked & ~maybe,
        "unknown": ~here,
    }
