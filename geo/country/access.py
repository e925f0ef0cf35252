"""Access scores of many municipalities, by district."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import pandas as pd

from geo.accessibility import accessibility
from geo.country.municipality import Municipality
from geo.country.studies import ANY, COUNT, NUMBER, TEXT, Columns, OfActivities
from geo.proximity import SupporterPool
from geo.units import Minutes

Decay = Literal["gaussian", "step", "none"]


@dataclass(frozen=True)
class AccessStudy(OfActivities):
    """How much help is within reach of a household, shared with all others in reach.

    Attributes
    ----------
    decay
        As of `geo.accessibility`; "none" counts all within reach alike.

    Raises
    ------
    ParameterWrong
    """

    within: Minutes = 15.0
    decay: Decay = "gaussian"

    name: ClassVar[str] = "access"
    edition: ClassVar[int] = 1
    columns: ClassVar[Columns] = {
        "district_id": TEXT,
        "activity": TEXT,
        "households": COUNT,
        "mean": NUMBER,
        "median": NUMBER,
        "nothing": COUNT,
        "unknown": COUNT,
        "capacity": TEXT,
        "basis": TEXT,
    }

    def measure(self, place: Municipality) -> pd.DataFrame:
        """One row per district and activity that has households.

        Returns
        -------
        district_id (null = none), activity ("any" = whoever helps), households, mean and
        median of the scores that are known (null where none is), nothing (a score of 0),
        unknown, capacity (visits a week: "most_per_week", null = one for each supporter),
        basis.
        """
        tables = [self._score(place, activity) for activity in self.asked]
        whole = pd.concat(tables, ignore_index=True)
        order = {one or ANY: at for at, one in enumerate(self.asked)}
        return whole.sort_values(
            ["district_id", "activity"],
            key=lambda column: column.map(order) if column.name == "activity" else column,
            kind="stable",
            ignore_index=True,
        )

    def _score(self, place: Municipality, activity: str | None) -> pd.DataFrame:
        pool = SupporterPool(place.supporters, place.streets)
        decay = None if self.decay == "none" else self.decay
        scored = accessibility(
            place.households, pool, within=self.within, decay=decay, activity=activity
        )
        groups = scored.groupby("district_id", dropna=False, sort=True)["score"]
        table = groups.agg(
            households="size",
            mean="mean",
            median="median",
            nothing=lambda scores: int((scores == 0.0).sum()),
            unknown=lambda scores: int(scores.isna().sum()),
        ).reset_index()
        return table.assign(
            activity=activity or ANY,
            capacity=scored.attrs["capacity"],
            basis=scored.attrs["basis"],
        )
