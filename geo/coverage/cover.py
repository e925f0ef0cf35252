"""Who reaches what: searched once, then asked for every activity, day and change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple, Self

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array

from geo.abilities import Marks
from geo.coverage.asking import Ask, Helper
from geo.coverage.counting import add_weights, count_reached, keep_nearest
from geo.coverage.crew import NEW, Changes, Crew, crew_of, helper_starts
from geo.coverage.ground import Ground, place, starts_of
from geo.crs import require_geographic
from geo.errors import LayerFaulty, ParameterWrong
from geo.proximity import Basis, SupporterPool, require_positive
from geo.units import FLAT_PACE, MetresPerMinute, Minutes
from geo.walk.covered import Reach

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
States = npt.NDArray[np.int8]

REACHED: Final = 2
"""Somebody who is known to help then is within reach."""

MAYBE: Final = 1
"""Within reach only of helpers of whom it is not known whether they do that, or then."""

BEYOND: Final = 0
"""Within reach of nobody."""

NOWHERE: Final = -1
"""Without a position, so that nothing can be said."""

_KEPT: Final = 32
"""Counts of so many asks are kept."""


class Block(NamedTuple):
    """What some helpers reach. ``owner``: row of each in the crew; -1 = no longer there."""

    owner: Longs
    reach: Reach

    def marks(self, marks: Marks) -> Marks:
        """Those of the owners; 0 where there is none."""
        return np.where(self.owner < 0, 0, marks[self.owner]) if len(marks) else _none(self.owner)


class Counts(NamedTuple):
    """How many helpers reach each row of the demand, for sure and perhaps."""

    sure: Ints
    maybe: Ints


class Cover:
    """What the supporters of a pool reach of a demand, there and back on foot.

    Parameters
    ----------
    demand
        Points in longitude/latitude, one row per household, stretch of street or cell; id
        (absent: the row's number). Further number columns are weights (households,
        people_65 …), null = unknown. A row without a position is `NOWHERE`.
    pool
        The supporters, on streets or in a straight line; those active and with a position
        count, each at their own pace and no farther than their own limit.
    within
        Minutes at most, half of there and back.

    Raises
    ------
    CrsMissing, CrsWrong, LayerFaulty, ParameterWrong
    """

    def __init__(self, demand: gpd.GeoDataFrame, pool: SupporterPool, *, within: Minutes) -> None:
        require_positive("within", within)
        self.demand = _check(demand)
        self.within = within
        self._ground: Ground = place(self.demand, pool.streets)
        self._root_pool = pool
        self._root_crew = crew = crew_of(pool, within)
        self._changes = Changes({}, {}, frozenset())
        self._crew: Crew = crew
        self._blocks = (Block(np.arange(len(crew)), self._ground.reach(crew.starts)),)
        self._root: Cover | None = None
        self._counts: OrderedDict[Ask, Counts] = OrderedDict()

    def __len__(self) -> int:
        return len(self.demand)

    @property
    def basis(self) -> Basis:
        """How minutes are found."""
        return self._ground.basis

    @cached_property
    def pool(self) -> SupporterPool:
        """The supporters, changes included."""
        return self._root_pool if self._root is None else self._changes.pool(self._root_pool)

    @property
    def placed(self) -> npt.NDArray[np.bool_]:
        """Which rows of the demand have a position."""
        return self._ground.placed

    @property
    def supporter_ids(self) -> npt.NDArray[np.object_]:
        """The active supporters, ascending."""
        return self._crew.ids

    @property
    def visits(self) -> Floats:
        """Visits a week each active supporter could take on; NaN where it is not known."""
        return self._crew.visits

    def marks(self, ask: Ask) -> Marks:
        """Of each active supporter: 1 counts for sure, -1 may count, 0 does not."""
        return self._crew.tell(ask)

    def pairs(self) -> csr_array:
        """Minutes of every pair within reach: (active supporters, demand), any activity."""
        parts = [part for block in self._blocks for part in _live(block)]
        order = np.argsort([row for row, *_ in parts], kind="stable")
        targets = [parts[at][1] for at in order]
        minutes = [parts[at][2] for at in order]
        first = np.zeros(len(self._crew) + 1, np.int64)
        for row, target, _ in parts:
            first[row + 1] = len(target)
        return csr_array(
            (
                np.concatenate([np.empty(0), *minutes]),
                np.concatenate([np.empty(0, np.int32), *targets]),
                np.cumsum(first),
            ),
            shape=(len(self._crew), len(self)),
        )

    def state(self, ask: Ask) -> States:
        """Of each row of the demand `REACHED`, `MAYBE`, `BEYOND` or `NOWHERE`; int8."""
        counts = self.counts(ask)
        state = np.where(counts.sure > 0, REACHED, np.where(counts.maybe > 0, MAYBE, BEYOND))
        return np.where(self.placed, state, NOWHERE).astype(np.int8)

    def helpers(self, ask: Ask) -> Ints:
        """How many supporters reach each row of the demand for sure."""
        return self.counts(ask).sure

    def counts(self, ask: Ask) -> Counts:
        """How many reach each row for sure, and how many perhaps; not to be written to."""
        known = self._counts.get(ask)
        if known is None:
            known = self._counts[ask] = self._count(ask)
            while len(self._counts) > _KEPT:
                self._counts.popitem(last=False)
        return known

    def _count(self, ask: Ask) -> Counts:
        marks = self.marks(ask)
        if self._root is None:
            counts = Counts(np.zeros(len(self), np.int32), np.zeros(len(self), np.int32))
            _add(self._blocks[0], self._blocks[0].marks(marks), 1, counts)
            return counts
        # Only what differs from the cover that this one was made from is counted anew.
        counts = Counts(*(one.copy() for one in self._root.counts(ask)))
        gone = self._blocks[0]
        left = np.where(gone.owner < 0, self._root.marks(ask), 0).astype(np.int8)
        _add(gone, left, -1, counts)
        for block in self._blocks[1:]:
            _add(block, block.marks(marks), 1, counts)
        return counts

    def nearest(self, ask: Ask) -> Floats:
        """Minutes to the nearest who counts for sure; NaN where nobody does."""
        best = np.full(len(self), np.inf)
        for block in self._blocks:
            keep_nearest(*block.reach, block.marks(self.marks(ask)), best)
        return np.where(np.isinf(best), np.nan, best)

    def carried(self, ask: Ask, weight: str) -> pd.DataFrame:
        """What each supporter carries: whom only they reach, and whom they reach at all.

        Returns
        -------
        supporter_id (those who count for sure, ascending), alone (the weight that nobody
        else reaches for sure), reached. Rows of unknown weight are in neither.
        """
        many, marks = self.counts(ask).sure, self.marks(ask)
        value = np.nan_to_num(self.weight(weight))
        alone, reached = np.zeros(len(self._crew)), np.zeros(len(self._crew))
        for block in self._blocks:
            own = np.zeros((2, len(block.owner)))
            add_weights(
                block.reach.first, block.reach.target, block.marks(marks), many, value, own[0],
                own[1],
            )  # fmt: skip
            here = block.owner >= 0
            alone[block.owner[here]], reached[block.owner[here]] = own[:, here]
        sure = marks == 1
        return pd.DataFrame(
            {"supporter_id": self._crew.ids[sure], "alone": alone[sure], "reached": reached[sure]}
        )

    def weight(self, name: str) -> Floats:
        """A weight of the demand by column; NaN where unknown.

        ``households`` of a demand that has no such column is 1 a row.

        Raises
        ------
        ParameterWrong
            No such column.
        """
        if name in self.demand.columns:
            return pd.to_numeric(self.demand[name]).to_numpy(np.float64, na_value=np.nan)
        if name == "households":
            return np.ones(len(self))
        raise ParameterWrong(name="weight", value=name, wanted="a number column of the demand")

    def reach_of(self, helper: Helper) -> tuple[Longs, Floats]:
        """Rows of the demand that a helper would reach, ascending, and the minutes."""
        reach = self._ground.reach(helper_starts([helper], self.within))
        return reach.target.astype(np.int64), reach.minutes

    def changed(
        self,
        *,
        add: Sequence[Helper] = (),
        move: Mapping[str, tuple[float, float]] | None = None,
        remove: Collection[str] = (),
    ) -> Self:
        """The cover with helpers taken away, moved and added, in this order.

        What does not change is shared with this cover, so that it is quick.

        Parameters
        ----------
        add
            New helpers; active.
        move
            Longitude and latitude by supporter id.
        remove
            Supporter ids.

        Raises
        ------
        NotFound, ParameterWrong
        """
        root = self if self._root is None else self._root
        other = object.__new__(type(self))
        other.demand, other.within = self.demand, self.within
        other._ground, other._root_pool = self._ground, self._root_pool
        other._root, other._root_crew = root, self._root_crew
        other._changes = self._changes.then(self._root_pool, add, move or {}, remove)
        other._crew = crew = other._changes.crew(self._root_crew, self.within)
        other._counts = OrderedDict()
        owner = np.full(len(self._root_crew), NEW)
        kept = np.flatnonzero(crew.origin != NEW)
        owner[crew.origin[kept]] = kept
        new = np.flatnonzero(crew.origin == NEW)
        further = Block(new, self._ground.reach(crew.starts.only(new)))
        other._blocks = (Block(owner, self._blocks[0].reach), further)
        return other

    def candidate_rows(
        self, candidates: gpd.GeoDataFrame, *, pace: MetresPerMinute = FLAT_PACE
    ) -> csr_array:
        """Minutes there and back (half) from candidates, shape (demand, candidates).

        What is not stored is beyond ``within`` or unreachable; a stored 0 is a walk of no
        length.
        """
        require_geographic(candidates, "The candidates")
        many = len(candidates)
        starts = starts_of(candidates, np.full(many, float(pace)), np.full(many, self.within))
        reach = self._ground.reach(starts)
        rows = csr_array((reach.minutes, reach.target, reach.first), shape=(many, len(self)))
        return csr_array(rows.T)


def _check(demand: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    require_geographic(demand, "The demand")
    kinds = np.unique(shapely.get_type_id(demand.geometry.to_numpy()))
    if not set(kinds.tolist()) <= {-1, int(shapely.GeometryType.POINT)}:
        fault = "geometry holds other shapes than points"
        raise LayerFaulty(layer="demand", summary=fault, faults=[fault])
    return demand.reset_index(drop=True)


def _none(owner: Longs) -> Marks:
    return np.zeros(len(owner), np.int8)


def _add(block: Block, marks: Marks, step: int, counts: Counts) -> None:
    count_reached(block.reach.first, block.reach.target, marks, step, counts.sure, counts.maybe)


def _live(block: Block) -> list[tuple[int, Ints, Floats]]:
    """Rows of those who are still there: number in the crew, targets, minutes."""
    first, target, minutes = block.reach
    return [
        (int(block.owner[row]), target[first[row] : first[row + 1]],
         minutes[first[row] : first[row + 1]])
        for row in np.flatnonzero(block.owner >= 0)
    ]  # fmt: skip
