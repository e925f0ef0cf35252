"""What a study of municipalities is.

A study's rows are counts and places, never households or supporters: what is added up
over a country leaves the house that knows the people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final, Protocol

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from geo.country.municipality import Municipality
from geo.coverage import Cover
from geo.errors import ParameterWrong
from geo.proximity import SupporterPool, require_positive
from geo.terms import ACTIVITIES
from geo.units import Minutes

Columns = Mapping[str, pa.DataType]

TEXT: Final = pa.string()
NUMBER: Final = pa.float64()
COUNT: Final = pa.int64()

ANY: Final = "any"
"""What stands for an activity where none is asked for."""


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
class OfActivities:
    """What studies of the cover ask.

    Attributes
    ----------
    activities
        Codes; empty asks for anybody, whatever they offer.
    within
        Minutes at most.

    Raises
    ------
    ParameterWrong
    """

    activities: tuple[str, ...] = ()
    within: Minutes = 10.0

    def __post_init__(self) -> None:
        """Refuse what cannot be asked, before thousands are asked it."""
        require_positive("within", self.within)
        for activity in self.activities:
            if activity not in ACTIVITIES:
                wanted = "one of " + ", ".join(ACTIVITIES)
                raise ParameterWrong(name="activity", value=activity, wanted=wanted)

    @property
    def asked(self) -> tuple[str | None, ...]:
        """Each activity, or anybody where none is named."""
        return self.activities or (None,)

    def parameters(self) -> dict[str, Any]:
        """All that is asked, in plain values."""
        return asdict(self)


def cover_of(place: Municipality, within: Minutes) -> Cover:
    """What the supporters of a municipality reach of its households."""
    houses = place.households
    demand = gpd.GeoDataFrame(
        {"id": houses["id"], "district_id": houses.get("district_id")},
        geometry=houses.geometry.to_numpy(),
        crs=houses.crs,
    )
    return Cover(demand, SupporterPool(place.supporters, place.streets), within=within)
