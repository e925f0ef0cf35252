"""The years to come: how the list grows where people age, and whom today's helpers reach then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.coverage import Cover
from geo.forecast import forecast
from webapp.studies.covering import Share, round_together
from webapp.studies.question import Question

_STATES: Final = ("reached", "maybe", "beyond", "unknown")

MOST: Final = 6
"""Years on one page."""


@dataclass(frozen=True)
class Coming:
    """What is expected of one district, or of all (id None).

    ``today`` counts only households where something is projected, so that the years are
    compared with like; ``left_out`` are the others.
    """

    id: str | None
    name: str
    today: int
    today_beyond: int
    years: Mapping[int, Share]
    left_out: int


def years_of(projections: gpd.GeoDataFrame) -> list[int]:
    """The projected years, at most `MOST` of them, the first and the last among them.

    >>> years_of(gpd.GeoDataFrame({"year": [2020.0, 2025.0, 2030.0]}))
    [2020, 2025, 2030]
    """
    known = sorted({int(one) for one in pd.to_numeric(projections["year"])})
    step = max(1, -(-(len(known) - 1) // (MOST - 1)))
    return sorted({*known[::step], known[-1]}) if known else []


def look_ahead(
    cover: Cover,
    projections: gpd.GeoDataFrame,
    question: Question,
    names: Mapping[str, str],
    today: int,
) -> tuple[list[Coming], Mapping[str, Any]]:
    """Every district asked for, then all of them; and what the growth was taken from.

    The list is of ``today``, so it grows from there, between two projected years evenly; or
    from the first or last of them where today lies outside. Years gone by are not foretold.

    The facts: ``base`` year and ``grows_with`` of `geo.forecast.grow_demand`.

    Raises
    ------
    ParameterWrong
    """
    known_years = pd.to_numeric(projections["year"])
    base = float(np.clip(today, known_years.min(), known_years.max()))
    years = years_of(gpd.GeoDataFrame(projections[known_years >= base]))
    table = forecast(cover, projections, {"asked": question.ask}, years=years, base=base)
    known = table[table["district_id"].notna()]
    asked = [question.district] if question.district else [*names, None]
    now = _today(cover)
    found = [
        _coming(one, names.get(one or "", ""), _rows(known, table, one), now, years)
        for one in asked
    ]
    return found, {str(name): fact for name, fact in table.attrs.items()}


def _rows(known: pd.DataFrame, table: pd.DataFrame, district: str | None) -> pd.DataFrame:
    rows = table if district is None else known[known["district_id"] == district]
    return rows.groupby("year")[[*_STATES, "total_before", "beyond_before"]].sum()


def _today(cover: Cover) -> pd.Series:
    """Households of each district now; null districts under None."""
    told = pd.DataFrame(
        {"district": cover.demand["district_id"], "many": cover.weight("households")}
    )
    return told.groupby("district", dropna=False)["many"].sum()


def _coming(
    identity: str | None, name: str, rows: pd.DataFrame, now: pd.Series, years: Sequence[int]
) -> Coming:
    first = rows.iloc[0]
    everyone = float(now.sum() if identity is None else now.get(identity, 0.0))
    shares: dict[int, Share] = {}
    for year in years:
        parts = [float(rows.loc[year, state]) for state in _STATES]  # type: ignore[arg-type]
        shares[year] = Share(round(sum(parts)), *round_together(parts))
    return Coming(
        identity, name, round(float(first["total_before"])), round(float(first["beyond_before"])),
        shares, round(everyone - float(first["total_before"])),
    )  # fmt: skip
