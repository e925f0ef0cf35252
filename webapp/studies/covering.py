"""Whom nobody reaches, as a planner reads it: figures that close, by district and by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from geo.coverage import BEYOND, MAYBE, NOWHERE, REACHED, Cover
from webapp.studies.ground import Ground
from webapp.studies.question import Question

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.bool_] | slice

STATES: Final = {"reached": REACHED, "maybe": MAYBE, "beyond": BEYOND, "unknown": NOWHERE}
"""What can be said of a household, and the state of `geo.coverage.Cover` it is."""


@dataclass(frozen=True)
class Share:
    """Whole households of one area; the parts add up to ``total``."""

    total: int
    reached: int
    maybe: int
    beyond: int
    unknown: int

    @property
    def covered(self) -> float | None:
        """Percent reached of those of whom something can be said; None where there is none."""
        known = self.total - self.unknown
        return 100.0 * self.reached / known if known else None


@dataclass(frozen=True)
class Line:
    """One district, or all of them (id None)."""

    id: str | None
    name: str
    everyone: Share
    wanting: Share | None
    """Those who want the activity; None where none is asked for."""


def share_of(cover: Cover, question: Question, weight: str, rows: Rows) -> Share:
    """The households of some rows of the demand, by state."""
    value, state = cover.weight(weight)[rows], cover.state(question.ask)[rows]
    sums = np.bincount(state - NOWHERE, value, minlength=len(STATES))
    parts = [float(sums[code - NOWHERE]) for code in STATES.values()]
    return Share(round(sum(parts)), *round_together(parts))


def rows_of(cover: Cover, question: Question) -> Rows:
    """Rows of the demand that are asked for."""
    if question.district is None:
        return slice(None)
    return (cover.demand["district_id"] == question.district).to_numpy(bool)


def lines_of(ground: Ground, cover: Cover, question: Question) -> list[Line]:
    """Every district asked for, then all of them."""
    home = cover.demand["district_id"].to_numpy(object)
    asked = [question.district] if question.district else list(ground.names)
    lines = [_line(one, ground.names[one], cover, question, home == one) for one in asked]
    if question.district is None:
        lines.append(_line(None, "", cover, question, slice(None)))
    return lines


def _line(
    identity: str | None,
    name: str,
    cover: Cover,
    question: Question,
    rows: Rows,
) -> Line:
    wanting = question.activity and share_of(cover, question, question.activity, rows)
    return Line(identity, name, share_of(cover, question, "households", rows), wanting or None)


def cell_shares(ground: Ground, cover: Cover, question: Question) -> Floats:
    """Households of each cell that nobody reaches for sure; NaN where the cell is not asked for.

    In the order of ``ground.cells``.
    """
    many, cell = len(ground.cells), cover.demand["cell"].to_numpy(np.int64)
    state, value = cover.state(question.ask), cover.weight("households")
    left = np.where((state == BEYOND) | (state == MAYBE), value, 0.0)
    inside = cell >= 0
    beyond = np.bincount(cell[inside], left[inside], minlength=many)
    beyond = beyond.astype(np.float64)
    if question.district is None:
        return beyond
    asked_for = (ground.cells["district_id"] == question.district).to_numpy(bool)
    return np.where(asked_for, beyond, np.nan)


def round_together(parts: Sequence[float]) -> list[int]:
    """Whole numbers near the parts that add up to their rounded sum (largest remainder).

    >>> round_together([1.4, 1.4, 1.2]), round_together([0.2, 0.8, 1.0])
    ([2, 1, 1], [0, 1, 1])
    """
    low = [int(np.floor(one + 1e-9)) for one in parts]
    left = round(sum(parts)) - sum(low)
    order = sorted(range(len(parts)), key=lambda at: (low[at] - parts[at], at))
    for at in order[:left]:
        low[at] += 1
    return low
