"""The tables of a year as anybody may have them: no count below ten, none to be solved back.

All tables of a year are hidden together, since each tells something of the others; a
year is published whole and once it has ended, since two periods could be subtracted.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from geo.masking import THRESHOLD, TOTAL, percentages, suppress_together
from webapp.register.work import ACTIVITIES, NONE, NOWHERE, STATUSES, Work

__all__ = ["ACTIVITIES", "Published", "publish_year"]

_MONTHS: Final = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
_YEARS_KEPT: Final = 8


@dataclass(frozen=True)
class Published:
    """Counts with their totals (`geo.masking.TOTAL`), hidden ones `geo.masking.SUPPRESSED`.

    ``by_district``, ``by_month`` and ``by_status`` count coordinations by activity, as does
    ``by_quarter``; ``consultations`` counts consultations by district and activity. A table
    is null where it could only be had by hiding more of the programme's own table.
    """

    year: int
    by_district: pd.DataFrame
    by_month: pd.DataFrame | None
    by_quarter: pd.DataFrame | None
    by_status: pd.DataFrame | None
    consultations: pd.DataFrame
    districts: tuple[str, ...] = ()

    def shares(self, district: str | None = None) -> pd.Series:
        """Percentages of the activities; where one count is hidden, every share is."""
        kinds = [kind for kind in self.by_district.columns if kind != TOTAL]
        line = self.by_district.loc[TOTAL if district is None else district, kinds]
        shares = percentages(pd.DataFrame({"count": line}), of="count")
        return shares[shares.index.isin(ACTIVITIES)]


def publish_year(work: Work, year: int, *, threshold: int = THRESHOLD) -> Published:
    """The tables of one year of work, hidden together."""
    taken, asked = work.coordinations, work.consultations
    places = [*work.districts, *([NOWHERE] if _lost(taken, asked) else [])]
    quarters = taken.assign(quarter=[_quarter(month) for month in taken["month"]])
    kinds = (*ACTIVITIES, NONE) if (taken["activity"] == NONE).any() else ACTIVITIES
    others = {
        "by_month": _count(taken, "month", _MONTHS, kinds),
        "by_status": _count(taken, "status", STATUSES, kinds),
        "by_quarter": _count(quarters, "quarter", (1, 2, 3, 4), kinds),
    }
    together = _together(_count(taken, "district", places, kinds), others, threshold)
    alone = _hidden([_count(asked, "district", places, (*ACTIVITIES, NONE))], threshold)
    return Published(
        year,
        by_district=together[""],
        by_month=together.get("by_month"),
        by_quarter=together.get("by_quarter"),
        by_status=together.get("by_status"),
        consultations=alone[0],
        districts=work.districts,
    )


def _quarter(month: int) -> int:
    """Of the programme's year: April to June is the first.

    >>> [_quarter(month) for month in (4, 6, 7, 3)]
    [1, 1, 2, 4]
    """
    return (month - 4) % 12 // 3 + 1


def _together(
    first: pd.DataFrame, others: dict[str, pd.DataFrame], threshold: int
) -> dict[str, pd.DataFrame]:
    """The first table and those others that leave its totals as they are alone."""
    kept = {"": first}
    best = _hidden([first], threshold)
    for name, table in others.items():
        if name == "by_quarter" and "by_month" in kept:
            continue  # months would have to nest in quarters
        tried = _hidden([*kept.values(), table], threshold)
        if _totals(tried[0]) == _totals(best[0]):
            kept[name] = table
            best = tried
    return dict(zip(kept, best, strict=True))


def _totals(table: pd.DataFrame) -> list[object]:
    return [*table.loc[TOTAL], *table[TOTAL]]


def _lost(*tables: pd.DataFrame) -> bool:
    return any((table["district"] == NOWHERE).any() for table in tables)


def _count(
    work: pd.DataFrame, by: str, lines: Sequence[object], activities: Sequence[str]
) -> pd.DataFrame:
    counted = work.groupby([by, "activity"]).size().unstack(fill_value=0)  # noqa: PD010 - counts
    counted = counted.reindex(index=pd.Index(lines), columns=pd.Index(activities), fill_value=0)
    counted.index.name, counted.columns.name = by, "activity"
    return counted.astype("int64")


_LOCK: Final = threading.Lock()
_KEPT: Final[dict[object, list[pd.DataFrame]]] = {}
"""What was hidden last: the solver takes seconds, and a year that has ended seldom changes."""


def _hidden(tables: list[pd.DataFrame], threshold: int) -> list[pd.DataFrame]:
    key = (threshold, *((t.to_numpy().tobytes(), tuple(t.index), tuple(t.columns)) for t in tables))
    with _LOCK:
        if key not in _KEPT:
            while len(_KEPT) >= 2 * _YEARS_KEPT:
                del _KEPT[next(iter(_KEPT))]
            _KEPT[key] = suppress_together(tables, threshold=threshold)
        return [table.copy() for table in _KEPT[key]]
