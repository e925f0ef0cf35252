"""What of a study may be published: no small group, none to be solved back, rounded down.

Small counts are hidden, with others so that no sum gives them away (`geo.masking`). What is
shown is rounded down to the threshold, so that two studies of other minutes or activities,
set side by side, do not give the few away that lie between them. A district whose numbers
would tell a cell of the public map is hidden whole.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.coverage import BEYOND, MAYBE, NOWHERE, REACHED, Cover
from geo.crs import GEOGRAPHIC, mesh_bounds
from geo.masking import SUPPRESSED, TOTAL, meshes_of, suppress_together
from webapp.answers.atlas import Atlas
from webapp.answers.covering import HIDDEN, PUBLIC_MINUTES, hide, published_level
from webapp.answers.telling import Column, withhold_telling
from webapp.studies.covering import cell_shares, round_together
from webapp.studies.ground import Ground, cover_of, ground_of
from webapp.studies.question import Question

PARTS: Final[Mapping[str, tuple[int, ...]]] = {
    "reached": (REACHED,),
    "rest": (BEYOND, MAYBE, NOWHERE),
}
"""Columns of a published table, and the states of the cover they sum up.

What is not known is told with what is not reached: by itself it is mostly a small group,
which would take others with it.
"""

_DIGITS: Final = {"1km": 8, "500m": 9, "250m": 10}


@dataclass(frozen=True)
class Edition:
    """A study as anybody may have it.

    Attributes
    ----------
    table
        By district (last `TOTAL`): the `PARTS` and `TOTAL`; a whole number rounded down, or
        `SUPPRESSED`.
    few
        Counts hidden because they are below the threshold.
    others
        Counts hidden with them.
    telling
        Districts hidden because the public map's cells beside them would tell too much.
    threshold
        Least count that is shown, and what counts are rounded down to.
    """

    table: pd.DataFrame
    few: int
    others: int
    telling: int
    threshold: int

    @property
    def says_anything(self) -> bool:
        """Whether any of its parts is shown."""
        return any(value is not SUPPRESSED for value in self.table[list(PARTS)].to_numpy().ravel())


def why_not(question: Question) -> list[str]:
    """Codes of what keeps a question from being published; empty = nothing.

    >>> why_not(Question(within=7.0, district="D1"))
    ['district', 'minutes']
    """
    faults = {
        "district": question.district is not None,
        "minutes": question.within not in PUBLIC_MINUTES,
        "when": bool(question.weekday or question.hour),
        "way": question.way != "usual",
    }
    return [code for code, wrong in faults.items() if wrong]


def publishable(question: Question) -> Question:
    """The nearest question that may be published."""
    minutes = min(PUBLIC_MINUTES, key=lambda one: (abs(one - question.within), one))
    return Question(activity=question.activity, within=minutes)


def edition_of(atlas: Atlas, whole: Atlas, question: Question) -> Edition:
    """The study's table by district as it may be published; hidden once a data version.

    Parameters
    ----------
    atlas
        The reader's.
    whole
        The one that the public map is made of.
    question
        One that `why_not` finds nothing against.
    """
    key = ("edition", whole.version, question)
    return atlas.once(key, lambda: _hide(atlas, whole, question))


def _hide(atlas: Atlas, whole: Atlas, question: Question) -> Edition:
    counts = _counts(ground_of(atlas), cover_of(atlas, question), question)
    hidden = suppress_together([counts], threshold=atlas.threshold)[0]
    inner = hidden.loc[list(counts.index), list(counts.columns)].to_numpy()
    away = np.array([[value is SUPPRESSED for value in row] for row in inner], bool)
    small = counts.to_numpy() < atlas.threshold
    table = _round_down(hidden, atlas.threshold)
    telling = _telling(whole, table, question, atlas.threshold)
    if telling:
        table = _round_down(hidden, atlas.threshold, {*telling, TOTAL})
    few, others = int((away & small).sum()), int((away & ~small).sum())
    return Edition(table, few, others, len(telling), atlas.threshold)


def _round_down(table: pd.DataFrame, step: int, away: Collection[str] = ()) -> pd.DataFrame:
    """The counts in whole steps; rows that are ``away`` are hidden."""
    shown = [
        [
            SUPPRESSED if one is SUPPRESSED or name in away else int(one) // step * step
            for one in row
        ]
        for name, row in zip(table.index, table.to_numpy().tolist(), strict=True)
    ]
    return pd.DataFrame(shown, index=table.index, columns=table.columns, dtype=object)


def _telling(whole: Atlas, table: pd.DataFrame, question: Question, threshold: int) -> list[str]:
    """Districts whose numbers would give a cell of the public map away."""
    order = [str(one) for one in whole.layer("districts")["id"]]

    def column(name: str) -> Column:
        known = table[name].to_dict()
        return [_plain(known.get(one, SUPPRESSED)) for one in order]

    before = column(TOTAL), column("rest")
    after = withhold_telling(
        whole, *before, threshold, activity=question.activity, within=question.within
    )
    differ = [
        one for one, *cells in zip(order, *before, *after, strict=True) if cells[:2] != cells[2:]
    ]
    return [one for one in differ if one in table.index]


def _plain(value: object) -> int | str:
    return HIDDEN if value is SUPPRESSED else int(str(value))


def _counts(ground: Ground, cover: Cover, question: Question) -> pd.DataFrame:
    """Whole households by district and part."""
    home, value = cover.demand["district_id"].to_numpy(object), cover.weight("households")
    state = cover.state(question.ask)

    def parts(district: str) -> Sequence[int]:
        here = home == district
        return round_together(
            [float(value[here & np.isin(state, codes)].sum()) for codes in PARTS.values()]
        )

    rows = {one: parts(one) for one in ground.names}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(PARTS)).astype(np.int64)
    table.index.name, table.columns.name = "district", "covered"
    return table


def published_cells(atlas: Atlas, whole: Atlas, question: Question) -> gpd.GeoDataFrame:
    """Households and those nobody reaches by mesh cell, at the size the town is published at.

    Parameters
    ----------
    whole
        The atlas that the public map is made of: it decides the size of the cells.

    Returns
    -------
    mesh, households, uncovered (a number rounded down; null = hidden), hidden (whether a
    count of the row is), geometry; every cell that meets a district, so that an empty one
    cannot be told from one of few.
    """
    level = published_level(whole)
    ground, cover = ground_of(atlas), cover_of(atlas, question)
    code = ground.cells["mesh"].str[: _DIGITS[level]]
    everyone = ground.cells["households"].groupby(code).sum()
    beyond = pd.Series(cell_shares(ground, cover, question)).groupby(code.to_numpy()).sum()
    meshes = sorted(set(meshes_of(ground.districts, level)) | set(everyone.index))
    step = atlas.threshold
    totals = [round(float(everyone.get(one, 0.0))) for one in meshes]
    apart = [round(float(beyond.get(one, 0.0))) for one in meshes]
    shown = {
        "households": [_number(hide(count, count, step)) for count in totals],
        "uncovered": [
            _number(hide(count, of, step)) for count, of in zip(apart, totals, strict=True)
        ],
    }
    columns = {name: pd.array(values, dtype="Int64") for name, values in shown.items()}
    boxes = [shapely.box(*mesh_bounds(one)) for one in meshes]
    cells = gpd.GeoDataFrame({"mesh": meshes, **columns}, geometry=boxes, crs=GEOGRAPHIC)
    return cells.assign(hidden=cells["households"].isna() | cells["uncovered"].isna())


def _number(value: int | str) -> int | None:
    return None if value == HIDDEN else int(value)


def names_of(edition: Edition, ground: Ground, everywhere: str) -> list[tuple[str, list[object]]]:
    """The rows of a published table with the districts' names, the sum last."""
    order = [*PARTS, TOTAL]
    return [
        (everywhere if one == TOTAL else ground.names.get(str(one), str(one)), row)
        for one, row in zip(
            edition.table.index, edition.table[order].to_numpy().tolist(), strict=True
        )
    ]
