"""The studies that are done municipality by municipality.

A study's rows are counts and places, never households or supporters: what is added up
over a country leaves the house that knows the people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from geo.country.municipality import Municipality
from geo.coverage import uncovered_households
from geo.errors import ParameterWrong
from geo.proximity import SupporterPool, require_positive
from geo.terms import ACTIVITIES
from geo.units import Minutes

Columns = Mapping[str, pa.DataType]

_TEXT: Final = pa.string()
_NUMBER: Final = pa.float64()
_COUNT: Final = pa.int64()


class Study(Protocol):
    """A question put to every municipality; sent to workers, so small and unchanging."""

    name: ClassVar[str]
    edition: ClassVar[int]
    """Raised when the same data and parameters give another answer than before."""
    columns: ClassVar[Columns]
    """Of its rows, beside the municipality and the geometry."""

    def parameters(self) -> dict[str, Any]:
        """What was asked, in plain values."""
        ...

    def measure(self, place: Municipality) -> pd.DataFrame:
        """The rows of one municipality. Raises the faults of its layers."""
        ...


@dataclass(frozen=True)
class CoverageStudy:
    """How many households somebody reaches, by district and activity.

    Attributes
    ----------
    activities
        Codes; empty asks for anybody, whatever they offer.
    within
        Minutes at most.
    """

    activities: tuple[str, ...] = ()
    within: Minutes = 10.0

    name: ClassVar[str] = "coverage"
    edition: ClassVar[int] = 1
    columns: ClassVar[Columns] = {
        "district_id": _TEXT,
        "activity": _TEXT,
        "households": _COUNT,
        "reached": _COUNT,
        "beyond": _COUNT,
        "unknown": _COUNT,
        "supporters": _COUNT,
        "basis": _TEXT,
    }

    def __post_init__(self) -> None:
        """Refuse what cannot be asked, before thousands are asked it."""
        require_asked(self.activities, self.within)

    def parameters(self) -> dict[str, Any]:
        """Activities and minutes."""
        return asdict(self)

    def measure(self, place: Municipality) -> pd.DataFrame:
        """One row per district and activity; households without a district have one of their own.

        Returns
        -------
        district_id (null = none), activity (null = anybody), households, reached, beyond,
        unknown (no position), supporters (active in the municipality), basis.
        """
        pool = SupporterPool(place.supporters, place.streets)
        asked = self.activities or (None,)
        return pd.concat(
            [_cover(place, pool, activity, self.within) for activity in asked], ignore_index=True
        )


def require_asked(activities: tuple[str, ...], within: Minutes) -> None:
    """Refuse unknown activities and limits that are no minutes.

    Raises
    ------
    ParameterWrong
    """
    require_positive("within", within)
    for activity in activities:
        if activity not in ACTIVITIES:
            wanted = "one of " + ", ".join(ACTIVITIES)
            raise ParameterWrong(name="activity", value=activity, wanted=wanted)


def _cover(
    place: Municipality, pool: SupporterPool, activity: str | None, within: Minutes
) -> pd.DataFrame:
    missing = uncovered_households(place.households, pool, activity=activity, within=within)
    districts = sorted({*place.districts["id"], *place.households["district_id"].dropna()})
    everyone = pd.Index([*districts, None], dtype=object)
    total = _count(place.households["district_id"], everyone)
    beyond, unknown = (
        _count(missing.loc[missing["reason"] == reason, "district_id"], everyone)
        for reason in ("beyond", "no_position")
    )
    table = pd.DataFrame(
        {
            "district_id": everyone,
            "activity": activity,
            "households": total,
            "reached": total - beyond - unknown,
            "beyond": beyond,
            "unknown": unknown,
            "supporters": int(pool.active.sum()),
            "basis": pool.basis,
        }
    )
    return table[table["district_id"].notna() | (table["households"] > 0)]


def _count(districts: pd.Series, everyone: pd.Index) -> Any:  # noqa: ANN401 - an array of counts
    known = districts.astype(object).where(districts.notna(), None)
    at = {district: row for row, district in enumerate(everyone)}
    return np.bincount([at[one] for one in known], minlength=len(everyone))
