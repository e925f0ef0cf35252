"""Who is there on which day: the cover and the helpers of a district, activity by weekday."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from geo import terms
from geo.coverage import MAYBE, NOWHERE, REACHED, Cover
from webapp.answers.atlas import Atlas
from webapp.studies.ground import Ground, cover_of, ground_of
from webapp.studies.question import Question

DAYS: Final[tuple[str | None, ...]] = (None, *terms.WEEKDAYS)
"""Any day, then each."""

STEPS: Final = (0.0, 20.0, 40.0, 60.0, 80.0)
"""Least percent of each class: the same for every district, so that they can be compared."""


@dataclass(frozen=True)
class Slot:
    """One activity on one day.

    ``reached``, ``maybe``: percent of the households with a position; null where there is
    none. ``helpers``: active supporters of the district who are known to do it then,
    ``unasked``: of whom it is not known.
    """

    reached: float | None
    maybe: float | None
    helpers: int
    unasked: int

    @property
    def step(self) -> int | None:
        """The place of its class in `STEPS`."""
        if self.reached is None:
            return None
        return sum(self.reached >= least for least in STEPS) - 1


Week = Mapping[str, Mapping[str | None, Slot]]
"""By activity and day; the day None is any."""


def week_of(atlas: Atlas, question: Question) -> Week:
    """The week of the district asked for, whatever activity and day the question names."""
    free = replace(question, activity=None, weekday=None)
    return atlas.once(("week", free), lambda: _measure(atlas, free))


def _measure(atlas: Atlas, question: Question) -> Week:
    ground, cover = ground_of(atlas, question.way), cover_of(atlas, question)
    home = cover.demand["district_id"].to_numpy(object)
    here = np.ones(len(home), bool) if question.district is None else home == question.district
    own = _own_helpers(ground, cover, question.district)
    return {
        activity: {
            day: _slot(cover, replace(question, activity=activity, weekday=day), here, own)
            for day in DAYS
        }
        for activity in terms.ACTIVITIES
    }


def _own_helpers(ground: Ground, cover: Cover, district: str | None) -> npt.NDArray[np.bool_]:
    """Which of the cover's supporters live in the district."""
    layer = ground.pool.layer.set_index("id")
    home = layer["district_id"].reindex(cover.supporter_ids).to_numpy(object)
    return np.ones(len(home), bool) if district is None else home == district


def _slot(
    cover: Cover, question: Question, here: npt.NDArray[np.bool_], own: npt.NDArray[np.bool_]
) -> Slot:
    state, value = cover.state(question.ask), cover.weight("households")
    marks = cover.marks(question.ask)[own]
    total = float(value[here & (state != NOWHERE)].sum())
    parts = [float(value[here & (state == code)].sum()) for code in (REACHED, MAYBE)]
    shares = [100.0 * part / total if total else None for part in parts]
    return Slot(shares[0], shares[1], int((marks == 1).sum()), int((marks == -1).sum()))
