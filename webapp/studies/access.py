"""How much help there is for each household of a cell, shared with all who are near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo.accessibility import accessibility
from geo.hotspots import hot_spots
from webapp.studies.ground import Ground
from webapp.studies.question import Question

Floats = npt.NDArray[np.float64]

DECAYS: Final = ("gaussian", "step", "none")
"""How help fades with the way: smoothly, by thirds, not at all."""

_HUNDRED: Final = 100.0


@dataclass(frozen=True)
class Access:
    """Scores of one question.

    Attributes
    ----------
    cells
        Those asked for: id, district_id, households, score and at_least (visits a week for a
        hundred households, NaN where not known), kind ("hot", "cold", "none", null) and
        caveat of `geo.hotspots.hot_spots`, geometry (EPSG:4326).
    told
        Whether visits a week are what is shared; False = helpers, since nobody told any.
    """

    cells: gpd.GeoDataFrame
    told: bool

    def average(self, district: str | None) -> tuple[float | None, float, float]:
        """Score for a hundred households, at least so much, and percent of unknown score.

        The score is None where nothing is known; the parts are weighted by households.
        """
        rows = self.cells
        if district is not None:
            rows = rows[rows["district_id"] == district]
        people, score = rows["households"].to_numpy(float), rows["score"].to_numpy(float)
        known = ~np.isnan(score)
        least = np.nan_to_num(rows["at_least"].to_numpy(float))
        many = people.sum()
        mean = float(np.average(score[known], weights=people[known])) if known.any() else None
        sure = float(np.average(least, weights=people)) if many else 0.0
        return mean, sure, float(people[~known].sum() / many * _HUNDRED) if many else 0.0


def measure_access(ground: Ground, question: Question, decay: str) -> Access:
    """The scores of the cells, and where high and low ones gather.

    A cell has the average of its streets, by households; one of its streets unknown makes
    the cell unknown.
    """
    placed = ground.demand[ground.demand["cell"] >= 0]
    found = accessibility(
        placed,
        ground.pool,
        within=question.within,
        decay=None if decay == "none" else decay,  # type: ignore[arg-type] - one of DECAYS
        weight="households",
        activity=question.activity,
    )
    cells = ground.cells.assign(
        score=_average(found, "score", len(ground.cells)) * _HUNDRED,
        at_least=_average(found, "at_least", len(ground.cells)) * _HUNDRED,
    )
    if question.district is not None:
        cells = cells[cells["district_id"] == question.district].reset_index(drop=True)
    spots = hot_spots(gpd.GeoDataFrame(cells), "score", permutations=199)
    return Access(spots, told=found.attrs["capacity"] is not None)


def _average(found: gpd.GeoDataFrame, column: str, cells: int) -> Floats:
    cell, people = found["cell"].to_numpy(np.int64), found["households"].to_numpy(float)
    value = np.where(people > 0, found[column].to_numpy(float), 0.0)
    total = np.bincount(cell, value * people, minlength=cells)
    many = np.bincount(cell, people, minlength=cells)
    return np.divide(total, many, out=np.full(cells, np.nan), where=many > 0)
