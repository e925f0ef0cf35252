"""What was asked and taken up in a period, a row each; no row names a person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final, Self

import pandas as pd

from webapp.register.consents import JAPAN

ACTIVITIES: Final = (
    "garbage", "cleaning", "accompaniment", "errand", "garden", "furniture", "other",
)  # fmt: skip
"""The seven rows of the programme's table."""

NONE: Final = "none"
"""Activity of a consultation from which no request came, and of a request whose kind nobody
wrote down: it counts in the total only."""

_OTHERS: Final = ("laundry", "talk")
"""Activities that the programme's table counts under other."""

STATUSES: Final = ("coordinating", "asking", "settled", "running", "done", "unmet")
"""Statuses of a coordination."""

NOWHERE: Final = "–"
"""District of what has none."""


@dataclass(frozen=True)
class Work:
    """``coordinations``: district, activity, month, status; ``consultations``: the first three."""

    coordinations: pd.DataFrame
    consultations: pd.DataFrame
    districts: tuple[str, ...]

    @classmethod
    def of(cls, requests: pd.DataFrame, asked: pd.DataFrame, districts: list[str]) -> Self:
        """From the records' columns, laundry and talk counted under other."""
        kind = requests["activity"].mask(requests["activity"].isin(_OTHERS), "other")
        requests = requests.assign(
            activity=kind.where(kind.isin(ACTIVITIES), NONE),
            district=requests["district_id"].fillna(NOWHERE),
            month=_months(requests["received_at"].fillna(requests["made_at"])),
        )
        first = requests.sort_values(["made_at", "id"]).drop_duplicates("consultation_id")
        main = first.set_index("consultation_id")["activity"]
        kinds = asked["id"].map(main).fillna(NONE)
        return cls(
            requests[requests["status"].isin(STATUSES)].reset_index(drop=True),
            asked.assign(
                activity=kinds,
                district=asked["district_id"].fillna(NOWHERE),
                month=_months(asked["received_at"]),
            ),
            tuple(districts),
        )

    def within(self, districts: Collection[str]) -> Self:
        """What belongs to these districts."""
        return replace(
            self,
            coordinations=self.coordinations[self.coordinations["district"].isin(districts)],
            consultations=self.consultations[self.consultations["district"].isin(districts)],
            districts=tuple(one for one in self.districts if one in districts),
        )

    def in_month(self, month: int) -> Self:
        """What belongs to that month, 1 to 12."""
        return replace(
            self,
            coordinations=self.coordinations[self.coordinations["month"] == month],
            consultations=self.consultations[self.consultations["month"] == month],
        )


def _months(moments: pd.Series) -> pd.Series:
    """The months in Japan, 1 to 12."""
    return pd.to_datetime(moments, utc=True).dt.tz_convert(JAPAN).dt.month.astype("int64")
