"""The helpers of a cover: those there are, and those somebody adds, moves or takes away."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.abilities import Marks
from geo.coverage.asking import Ask, Helper, require_position
from geo.coverage.ground import Starts, starts_of
from geo.errors import NotFound, ParameterWrong
from geo.proximity import SupporterPool
from geo.units import Minutes

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

NEW: Final = -1
"""Row of a helper who is not in the crew that this one was made from."""


@dataclass(frozen=True)
class Crew:
    """Active helpers in the order of their ids.

    Attributes
    ----------
    ids
        Text, ascending.
    starts
        Where each starts from, how fast and how far.
    visits
        Visits a week each could take on; NaN = not known.
    tell
        1 whom an `Ask` counts for sure, -1 who may count, 0 who does not.
    origin
        Row of each in the crew that this one was made from; `NEW` where it was not there,
        or stood elsewhere.
    """

    ids: npt.NDArray[np.object_]
    starts: Starts
    visits: Floats
    tell: Callable[[Ask], Marks]
    origin: Longs

    def __len__(self) -> int:
        return len(self.ids)


def crew_of(pool: SupporterPool, within: Minutes) -> Crew:
    """Everybody active of a pool. An unknown load counts as none, as in `geo.match`."""
    member = np.flatnonzero(pool.active)
    limit = np.minimum(pool.farthest, within)[member]
    return Crew(
        pool.ids[member],
        starts_of(pool.layer.iloc[member], pool.pace[member], limit),
        np.maximum(pool.most - np.nan_to_num(pool.load), 0.0)[member],
        lambda ask: ask.marks(pool)[member],
        np.arange(len(member)),
    )


@dataclass(frozen=True)
class Changes:
    """What differs from the supporters there are; see `geo.coverage.Cover.changed`."""

    added: Mapping[str, Helper]
    moved: Mapping[str, tuple[float, float]]
    removed: frozenset[str]

    def then(
        self,
        pool: SupporterPool,
        add: Sequence[Helper],
        move: Mapping[str, tuple[float, float]],
        remove: Collection[str],
    ) -> Changes:
        """These changes and further ones, held against the supporters of ``pool``.

        Raises
        ------
        NotFound
            Nobody of that id to move or to remove.
        ParameterWrong
            An id to add that is there already, or a place that is none.
        """
        added, moved, removed = dict(self.added), dict(self.moved), set(self.removed)
        for one in remove:
            self._require(one, pool, added, removed)
            if added.pop(one, None) is None:
                removed.add(one)
            moved.pop(one, None)
        for one, (lon, lat) in move.items():
            require_position(lon, lat)
            self._require(one, pool, added, removed)
            if one in added:
                added[one] = replace(added[one], lon=lon, lat=lat)
            else:
                moved[one] = (lon, lat)
        for helper in add:
            if helper.id in added or (helper.id in pool.rows and helper.id not in removed):
                raise ParameterWrong(name="id", value=helper.id, wanted="one that nobody has")
            added[helper.id] = helper
        return Changes(added, moved, frozenset(removed))

    @staticmethod
    def _require(
        one: str, pool: SupporterPool, added: Mapping[str, Helper], removed: Collection[str]
    ) -> None:
        if one not in added and (one not in pool.rows or one in removed):
            raise NotFound(kind="supporter", id=one)

    def crew(self, root: Crew, within: Minutes) -> Crew:
        """The crew after the changes; `Crew.origin` holds rows of ``root``."""
        row_of = {one: row for row, one in enumerate(root.ids.tolist())}
        keeps = np.ones(len(root), bool)
        keeps[[row_of[one] for one in self.removed if one in row_of]] = False
        kept, added = np.flatnonzero(keeps), list(self.added.values())
        ids = np.array([*root.ids[kept], *(one.id for one in added)], object)
        order = np.argsort(ids, kind="stable")
        starts = Starts(
            *(
                np.concatenate([old[kept], new])[order]
                for old, new in zip(root.starts, helper_starts(added, within), strict=True)
            )
        )
        origin = np.concatenate([kept, np.full(len(added), NEW)])[order]
        self._move(ids[order], starts, origin)
        visits = [np.nan if one.most_per_week is None else one.most_per_week for one in added]
        return Crew(
            ids[order],
            starts,
            np.concatenate([root.visits[kept], visits])[order],
            lambda ask: np.array(
                [*root.tell(ask)[kept], *(ask.mark(one) for one in added)], np.int8
            )[order],
            origin,
        )

    def _move(self, ids: npt.NDArray[np.object_], starts: Starts, origin: Longs) -> None:
        if self.moved:
            row_of = {one: row for row, one in enumerate(ids.tolist())}
            for one, (lon, lat) in self.moved.items():
                if one in row_of:
                    row = row_of[one]
                    starts.lon[row], starts.lat[row], origin[row] = lon, lat, NEW

    def pool(self, root: SupporterPool) -> SupporterPool:
        """The supporters after the changes, as a layer."""
        layer = root.layer[~root.layer["id"].isin(self.removed)].copy()
        points = layer.geometry.to_numpy().copy()
        row_of = {one: row for row, one in enumerate(layer["id"])}
        for one, at in self.moved.items():
            points[row_of[one]] = shapely.Point(at)
        layer = layer.set_geometry(gpd.GeoSeries(points, index=layer.index, crs=layer.crs))
        rows = [_row(helper) for helper in self.added.values()]
        if rows:
            table = pd.DataFrame(rows).astype(object)
            new = gpd.GeoDataFrame(table, geometry="geometry", crs=layer.crs)
            layer = gpd.GeoDataFrame(
                pd.concat([layer.astype({"id": object}), new], ignore_index=True), crs=layer.crs
            )
        return SupporterPool(layer, root.streets)


def helper_starts(helpers: Sequence[Helper], within: Minutes) -> Starts:
    """Where helpers would start from, how fast and how far."""
    own = [np.inf if one.farthest_minutes is None else one.farthest_minutes for one in helpers]
    return Starts(
        np.array([one.lon for one in helpers], np.float64),
        np.array([one.lat for one in helpers], np.float64),
        np.array([one.pace for one in helpers], np.float64),
        np.minimum(np.array(own, np.float64), within),
    )


def _row(helper: Helper) -> dict[str, object]:
    """As the supporters layer has it."""
    lists = {
        name: None if value is None else list(value)
        for name, value in (("weekdays", helper.weekdays), ("hours", helper.hours))
    }
    return {
        "id": helper.id,
        "activities": list(helper.activities),
        "status": "active",
        "most_per_week": helper.most_per_week,
        "load": 0.0,
        "pace": helper.pace,
        "farthest_minutes": helper.farthest_minutes,
        "geometry": shapely.Point(helper.lon, helper.lat),
        **lists,
    }
