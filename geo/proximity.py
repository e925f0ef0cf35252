"""Who is near: the nearest supporters of a household, on streets or in a straight line.

Minutes are half the round trip of the supporter, who walks there and back; on a slope
the two differ. Every supporter walks at their own ``pace`` and no farther than their
own ``farthest_minutes``.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Final, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray
from scipy.sparse import csr_array

from geo.abilities import Told
from geo.errors import ParameterWrong
from geo.layers import check
from geo.terms import ACTIVITIES
from geo.units import FLAT_PACE, Minutes
from geo.walk.attach import Attached, attach
from geo.walk.labels import Stops, millimetres, milliseconds
from geo.walk.network import StreetNetwork
from geo.walk.reach import Nearest, Walks, nearest_sources, walk_rows
from geo.walk.straight import nearest_straight, straight_walks

Floats = npt.NDArray[np.float64]
Basis = Literal["streets", "straight_line", "phone"]

_MINUTE: Final = 60_000.0
_ROUNDING: Final = 1e-9
"""Minutes; a limit of exactly so many minutes is kept by a walk of exactly so many."""

_TOLD: Final = ("activities", "weekdays", "hours", "mode", "gender", "status")

_FEW: Final = 32
"""Supporters per household above which it is quicker to search from the households."""


def walking_minutes(
    streets: StreetNetwork,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    *,
    within: Minutes = 30.0,
) -> csr_array:
    """Minutes on foot from every origin to every destination, one way.

    Parameters
    ----------
    streets
        The network; minutes are at its pace.
    origins, destinations
        Points, longitude/latitude. A row without a position reaches nothing.
    within
        Minutes; longer walks are left out.

    Returns
    -------
    Sparse matrix (origins, destinations), float64. What is not stored is beyond ``within``
    or unreachable; a stored 0 is a walk of no length.

    Raises
    ------
    CrsMissing, CrsWrong, ParameterWrong
    """
    require_positive("within", within)
    targets = attach(destinations, streets)
    rows = walk_rows(attach(origins, streets), targets, targets.stops(), within)
    return csr_array(
        (milliseconds(rows.label) / _MINUTE, rows.target, rows.first),
        shape=(len(origins), len(destinations)),
    )


def nearest_supporters(
    households: gpd.GeoDataFrame,
    supporters: gpd.GeoDataFrame,
    streets: StreetNetwork | None = None,
    *,
    activity: str | None = None,
    k: int = 10,
    within: Minutes = 30.0,
) -> pd.DataFrame:
    """The nearest supporters of every household.

    Parameters
    ----------
    households
        Households layer.
    supporters
        Supporters layer; those not active, and those without a position, are left out. A
        layer without a status column counts as all active.
    streets
        None estimates by the straight line × 1.3 and says so in ``basis``.
    activity
        Only supporters who offer it; null activities (not asked) do not.
    k
        How many for each household at most.
    within
        Minutes at most, and no more than the supporter's own farthest_minutes.

    Returns
    -------
    household_id, supporter_id, rank (1 = nearest), minutes, metres (along the streets, or
    the straight line), basis ("streets" or "straight_line"), by household in the order of
    the layer, then by rank. A household without a supporter within reach has no row. Ties
    break by supporter_id.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong, ParameterWrong
    """
    pool = SupporterPool(supporters, streets)
    return pool.nearest(households, activity=activity, k=k, within=within)


class SupporterPool:
    """The supporters of an area on its streets, prepared once and asked many times.

    Parameters
    ----------
    supporters
        Supporters layer, see `nearest_supporters`.
    streets
        None estimates by the straight line.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong
    """

    def __init__(self, supporters: gpd.GeoDataFrame, streets: StreetNetwork | None = None) -> None:
        checked = check(supporters, "supporters")
        self.layer = checked.sort_values("id", kind="stable").reset_index(drop=True)
        self.streets = streets

    def __len__(self) -> int:
        return len(self.layer)

    @property
    def basis(self) -> Basis:
        """How minutes are found."""
        return "straight_line" if self.streets is None else "streets"

    @cached_property
    def ids(self) -> npt.NDArray[np.object_]:
        """Supporter ids in ascending order, as all arrays here."""
        return self.layer["id"].to_numpy(object)

    @cached_property
    def _basis(self) -> pd.Categorical[str]:
        return pd.Categorical([self.basis])

    @cached_property
    def _names(self) -> ExtensionArray:
        return self.layer["id"].astype("str").array

    @cached_property
    def told(self) -> dict[str, Told]:
        """What each said of days, hours, means and gender, to hold wishes against."""
        return {name: Told.of(self.layer[name]) for name in _TOLD}

    @cached_property
    def load(self) -> Floats:
        """Visits a week now assigned as the layer has it; NaN where unknown."""
        return _numbers(self.layer, "load", np.nan)

    @cached_property
    def most(self) -> Floats:
        """Visits a week at most; NaN where unknown."""
        return _numbers(self.layer, "most_per_week", np.nan)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each supporter by id."""
        return {str(one): row for row, one in enumerate(self.ids)}

    @cached_property
    def pace(self) -> Floats:
        """Metres a minute on flat ground."""
        return _numbers(self.layer, "pace", FLAT_PACE)

    @cached_property
    def farthest(self) -> Floats:
        """Own limit in minutes; infinite where none is known."""
        return _numbers(self.layer, "farthest_minutes", np.inf)

    @cached_property
    def active(self) -> npt.NDArray[np.bool_]:
        """Who may be suggested at all."""
        status = self.layer["status"]
        if status.isna().all():
            return np.ones(len(self.layer), bool)
        return (status == "active").to_numpy(bool)

    @cached_property
    def attached(self) -> Attached:
        """On the streets; only where there are some."""
        if self.streets is None:
            raise ParameterWrong(name="streets", value="None", wanted="a street network")
        return attach(self.layer, self.streets)

    @cached_property
    def stops(self) -> Stops:
        """The same, to be met by a search."""
        return self.attached.stops()

    @cached_property
    def attached_without_steps(self) -> Attached:
        """On the same streets, flights of steps closed."""
        return attach(self.layer, self.attached.network.without_steps)

    @cached_property
    def stops_without_steps(self) -> Stops:
        """The same, to be met by a search."""
        return self.attached_without_steps.stops()

    def offers(self, activity: str | None) -> npt.NDArray[np.bool_]:
        """Who offers an activity; None asks for nothing in particular.

        Raises
        ------
        ParameterWrong
            No such activity.
        """
        if activity is None:
            return np.ones(len(self.layer), bool)
        if activity not in ACTIVITIES:
            raise ParameterWrong(
                name="activity", value=activity, wanted="one of " + ", ".join(ACTIVITIES)
            )
        return self._offering[activity]

    @cached_property
    def _offering(self) -> dict[str, npt.NDArray[np.bool_]]:
        table = {code: np.zeros(len(self.layer), bool) for code in ACTIVITIES}
        for row, offered in enumerate(self.layer["activities"]):
            for code in offered if isinstance(offered, (list, tuple, np.ndarray)) else ():
                table[code][row] = True
        return table

    def nearest(
        self,
        households: gpd.GeoDataFrame,
        *,
        activity: str | None = None,
        k: int = 10,
        within: Minutes = 30.0,
    ) -> pd.DataFrame:
        """As `nearest_supporters`."""
        require_positive("within", within)
        if k < 1:
            raise ParameterWrong(name="k", value=k, wanted="1 or more")
        member = np.flatnonzero(self.active & self.offers(activity))
        limit = np.minimum(self.farthest, within)[member]
        if not len(member) or not len(households):
            houses = check(households, "households", only=("id",))
            near = Nearest(np.empty((0, k)), np.empty((0, k)), np.empty((0, k), np.int32))
        elif self.streets is None:
            houses = check(households, "households", only=("id",))
            near = nearest_straight(houses, self.layer.iloc[member], self.pace[member], limit, k)
        elif len(households) * _FEW < len(member):
            houses = check(households, "households", only=("id",))
            near = self._nearest_of_few(houses, member, limit, k)
        else:
            houses, near = self._nearest_of_many(households, member, limit, k, self.streets)
        return self._table(houses, member, near)

    def _nearest_of_many(
        self,
        households: gpd.GeoDataFrame,
        member: npt.NDArray[np.int64],
        limit: Floats,
        k: int,
        streets: StreetNetwork,
    ) -> tuple[gpd.GeoDataFrame, Nearest]:
        """Searched from the supporters, while the households are put on the streets."""

        def prepare() -> tuple[gpd.GeoDataFrame, Attached]:
            houses = check(households, "households", only=("id",))
            return houses, attach(houses, streets)

        with ThreadPoolExecutor(1) as beside:
            prepared = beside.submit(prepare)
            near = nearest_sources(
                self.attached.only(member),
                lambda: prepared.result()[1],
                self.pace[member],
                limit,
                k,
            )
            return prepared.result()[0], near

    def _nearest_of_few(
        self, houses: gpd.GeoDataFrame, member: npt.NDArray[np.int64], limit: Floats, k: int
    ) -> Nearest:
        """Searched from the households: for a few that is quicker, and the same."""
        near = Nearest(
            np.full((len(houses), k), np.inf),
            np.zeros((len(houses), k)),
            np.full((len(houses), k), -1, np.int32),
        )
        for row in range(len(houses)):
            house = houses if len(houses) == 1 else houses.iloc[[row]]
            walks = self.walks(house, within=float(limit.max()))
            minutes = walks.minutes[member]
            reached = np.flatnonzero(minutes <= limit + _ROUNDING)
            first = reached[np.lexsort((reached, minutes[reached]))[:k]]
            near.minutes[row, : len(first)] = minutes[first]
            near.metres[row, : len(first)] = walks.metres[member[first]]
            near.source[row, : len(first)] = first
        return near

    def _table(
        self,
        houses: gpd.GeoDataFrame,
        member: npt.NDArray[np.int64],
        near: Nearest,
    ) -> pd.DataFrame:
        minutes = near.minutes.ravel()
        found = np.flatnonzero(np.isfinite(minutes))
        house, place = np.divmod(found, near.minutes.shape[1])
        return pd.DataFrame(
            {
                "household_id": houses["id"].array.take(house),
                "supporter_id": self._names.take(member[near.source.ravel()[found]]),
                "rank": place + 1,
                "minutes": minutes[found],
                "metres": near.metres.ravel()[found],
                "basis": self._basis.take(np.zeros(len(house), np.int64)),
            }
        )

    def walks(
        self, household: gpd.GeoDataFrame, *, within: Minutes, steps_free: bool = False
    ) -> Walks:
        """Every supporter's walk to one household and back.

        Parameters
        ----------
        household
            A layer of one row.
        within
            Minutes; a walk one way of more than twice this is not searched for.
        steps_free
            Without flights of steps. A straight line cannot tell and ignores it.

        Returns
        -------
        In the order of ``ids``; NaN where beyond the search, unreachable or without position.
        """
        if self.streets is None:
            return straight_walks(household, self.layer, self.pace)
        network = self.streets.without_steps if steps_free else self.streets
        pool = self.attached_without_steps if steps_free else self.attached
        stops = self.stops_without_steps if steps_free else self.stops
        house = attach(household, network)
        quickest = float(self.pace.max(initial=network.pace)) / network.pace
        round_trip = np.array([2.0 * within * quickest * _MINUTE])
        most = float(network.asymmetry.one_way(round_trip)[0]) / _MINUTE
        time = np.full((2, len(self)), np.nan)
        length = np.zeros(len(self))
        for row, backward in ((0, True), (1, False)):
            walk = walk_rows(house, pool, stops, most, backward=backward)
            time[row, walk.target] = milliseconds(walk.label)
            length[walk.target] += millimetres(walk.label)
        # Half of a whole number of milliseconds: the same to the last bit as the kernels.
        minutes = (time[0] + time[1]) * (network.pace / (2.0 * _MINUTE * self.pace))
        there, back = time * (network.pace / (_MINUTE * self.pace))
        metres = np.where(np.isnan(minutes), np.nan, length * 0.0005)
        return Walks(there, back, minutes, metres)


def require_positive(name: str, value: float) -> None:
    """Refuse a limit that is not a number above 0.

    Raises
    ------
    ParameterWrong
    """
    if not 0 < value < np.inf:
        raise ParameterWrong(name=name, value=value, wanted="a number of minutes above 0")


def _numbers(layer: gpd.GeoDataFrame, column: str, missing: float) -> Floats:
    values = pd.to_numeric(layer[column]).to_numpy(np.float64, na_value=np.nan)
    return np.where(np.isnan(values), missing, values)
