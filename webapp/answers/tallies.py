"""The published numbers of each district; small ones and what would tell them hidden."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geo.masking import SUPPRESSED, suppress
from webapp.answers.atlas import Atlas
from webapp.answers.covering import HIDDEN, MINUTES, hide, uncovered
from webapp.answers.telling import Column, withhold_telling


@dataclass(frozen=True)
class DistrictTally:
    """One district: households, active supporters, households that nobody reaches.

    A count is a number rounded down, ``*`` where hidden, None where not known.
    """

    name: str
    counts: tuple[int | str | None, ...]


def tally_districts(atlas: Atlas, threshold: int) -> list[DistrictTally]:
    """The table of the public page, in the order of the districts.

    Households within and without reach are suppressed as one table with their sums,
    then rounded down; a number that the counts by mesh cell would make too telling is hidden.
    """
    return atlas.once(("tallies", threshold), lambda: _tally(atlas, threshold))


def _tally(atlas: Atlas, threshold: int) -> list[DistrictTally]:
    everyone = _by_district(atlas, atlas.layer("households"))
    pool = None if atlas.layer("supporters").empty else atlas.pool
    active = atlas.layer("supporters") if pool is None else pool.layer[pool.active]
    helpers = _by_district(atlas, active)
    counts = pd.DataFrame({"households": everyone, "supporters": helpers}).astype("Int64")
    if everyone.sum() and helpers.sum():
        apart = _by_district(atlas, uncovered(atlas, None, MINUTES))
        reach = suppress(pd.DataFrame({"out": apart, "in": everyone - apart}), threshold=threshold)
        counts["out"] = reach["out"]
    shown = [_shown(counts[name], threshold) for name in ("households", "supporters")]
    shown.append(_shown(counts["out"], threshold) if "out" in counts else [None] * len(counts))
    if everyone.sum():
        shown[0], shown[2] = withhold_telling(atlas, shown[0], shown[2], threshold)
    names = atlas.layer("districts")[["id", "name"]].itertuples(index=False)
    return [
        DistrictTally(name=str(district.name or district.id), counts=row)
        for district, row in zip(names, zip(*shown, strict=True), strict=True)
    ]


def _shown(counts: pd.Series, threshold: int) -> Column:
    return [
        HIDDEN if count is SUPPRESSED else hide(int(count), int(count), threshold)
        for count in counts
    ]


def _by_district(atlas: Atlas, layer: gpd.GeoDataFrame) -> pd.Series:
    districts = atlas.layer("districts")["id"]
    return layer["district_id"].value_counts().reindex(districts, fill_value=0).astype(int)
