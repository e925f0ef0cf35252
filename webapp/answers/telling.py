"""Whether a district's published number would give a cell of the public map away.

Both are counts of the same households: who subtracts the cells that are shown from the
district's number learns what is left for the hidden ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.crs import MeshLevel
from geo.masking import SUPPRESSED, mesh_cells, meshes_of
from webapp.answers.atlas import Atlas
from webapp.answers.covering import (
    HIDDEN,
    MINUTES,
    count_cells,
    hide,
    published_level,
    uncovered,
)

Bounds = npt.NDArray[np.int64]
"""Least and most that a reader may take each cell for: one row per cell, two columns."""


Column = list[int | str | None]
"""A number for each district: rounded down, ``*`` where hidden, None where not known."""


@dataclass(frozen=True)
class Ground:
    """The cells of the published map, and which districts they lie in."""

    level: MeshLevel
    drawn: Mapping[str, object]
    """What the map shows of each: a count, or `SUPPRESSED`."""
    within: Mapping[str, Sequence[str]]
    """The cells that meet each district, by its id."""
    shared: frozenset[str]
    """Cells that meet more than one district."""


def lay_ground(atlas: Atlas, threshold: int) -> Ground:
    """The cells as they are published; made once for each version."""
    return atlas.once(("ground", threshold), lambda: _ground(atlas, threshold))


def _ground(atlas: Atlas, threshold: int) -> Ground:
    level, districts = published_level(atlas), atlas.layer("districts")
    cells = mesh_cells(
        atlas.wanted("households"), level=level, districts=districts, threshold=threshold
    )
    within = {
        str(identity): meshes_of(districts.iloc[[row]], level)
        for row, identity in enumerate(districts["id"])
    }
    met = [code for codes in within.values() for code in codes]
    codes, times = np.unique(np.array(met, dtype=str), return_counts=True)
    drawn = dict(zip(cells["mesh"], cells["count"], strict=True))
    return Ground(level, drawn, within, frozenset(codes[times > 1].tolist()))


def withhold_telling(
    atlas: Atlas,
    shown: Column,
    apart: Column,
    threshold: int,
    *,
    activity: str | None = None,
    within: float = MINUTES,
) -> tuple[Column, Column]:
    """The districts' numbers less those that the map makes too telling.

    Parameters
    ----------
    shown
        Households of each district, in the order of the districts.
    apart
        Of them, those that nobody reaches; None where that is not known.
    activity, within
        What ``apart`` asked.
    """
    ground = lay_ground(atlas, threshold)
    everyone = count_cells(atlas.wanted("households"), ground.level)
    known = any(number is not None for number in apart)
    lonely = count_cells(uncovered(atlas, activity, within), ground.level) if known else {}
    numbers, rest = list(shown), list(apart)
    for place, identity in enumerate(atlas.layer("districts")["id"]):
        codes = ground.within[str(identity)]
        cells = _households(ground, codes, everyone, threshold)
        if _tells(numbers[place], cells, threshold):
            numbers[place] = HIDDEN
        if _tells(rest[place], _apart(codes, cells, everyone, lonely, threshold), threshold):
            rest[place] = HIDDEN
    return numbers, rest


def _households(
    ground: Ground, codes: Sequence[str], everyone: Mapping[str, int], threshold: int
) -> Bounds:
    """What the map and the counts by cell together say of each cell."""
    bounds = np.zeros((len(codes), 2), np.int64)
    for row, code in zip(bounds, codes, strict=True):
        exact, count = ground.drawn.get(code, SUPPRESSED), everyone.get(code, 0)
        rounded = hide(count, count, threshold)
        least = 0 if isinstance(rounded, str) else rounded
        row[:] = (exact, exact) if isinstance(exact, int) else (least, least + threshold - 1)
        if code in ground.shared:
            row[0] = 0
    return bounds


def _apart(
    codes: Sequence[str],
    cells: Bounds,
    everyone: Mapping[str, int],
    lonely: Mapping[str, int],
    threshold: int,
) -> Bounds:
    """Those nobody reaches: none or all of a cell where it is not shown."""
    bounds = cells.copy()
    for row, code in zip(bounds, codes, strict=True):
        number = hide(lonely.get(code, 0), everyone.get(code, 0), threshold)
        row[0] = 0
        if not isinstance(number, str):
            row[:] = number, min(number + threshold - 1, row[1])
    return bounds


def _tells(number: int | str | None, cells: Bounds, threshold: int) -> bool:
    """Whether the district's number narrows an open cell to less than half of the threshold."""
    if not isinstance(number, int):
        return False
    least = number - (cells[:, 1].sum() - cells[:, 1])
    most = number + threshold - 1 - (cells[:, 0].sum() - cells[:, 0])
    low, high = np.maximum(cells[:, 0], least), np.minimum(cells[:, 1], most)
    narrowed = (high - low) < (cells[:, 1] - cells[:, 0])
    return bool((narrowed & (high - low < (threshold + 1) // 2)).any())
