"""On whom the cover rests, as a planner reads it: cells and counts, nobody by name."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import shapely

from geo import terms
from geo.coverage import Ask, Cover
from geo.crs import mesh_code
from geo.masking import THRESHOLD
from geo.resilience import age_cover, age_helpers, find_carriers, find_losses, find_single
from webapp.answers.atlas import Atlas
from webapp.studies.covering import round_together
from webapp.studies.ground import Ground, cover_of
from webapp.studies.question import Question

SHOWN: Final = 10
"""Helpers listed, those who carry most first."""

AHEAD: Final = (0, 5, 10)
"""Years from now."""

LATEST: Final = (70, 75, 80, 85)
"""Ages offered at which helpers stop."""

TOGETHER: Final = 5
"""How many leave together at most."""

_SECONDS: Final = 2.0
"""For the proof; the quick answer and its bound come without it."""


@dataclass(frozen=True)
class Single:
    """How much of what is reached hangs on one helper: of an activity, of a district."""

    name: str
    reached: int
    single: int
    share: float | None
    """Percent; None where nobody is reached."""


@dataclass(frozen=True)
class Carrier:
    """A helper, told by the mesh cell they live in."""

    rank: int
    cell: str
    district: str
    alone: float
    reached: float
    spot: tuple[float, float]
    """Longitude and latitude of the middle of the cell."""


@dataclass(frozen=True)
class Loss:
    """So many who leave together, by their cells."""

    number: int
    cells: list[str]
    lost: float
    share: float | None
    proven: bool
    bound: float


@dataclass(frozen=True)
class Year:
    """Households of a year if nobody is recruited, whole numbers that add up to total."""

    year: int
    total: int
    reached: int
    age_unknown: int
    maybe: int
    beyond: int
    unknown: int
    helpers: Mapping[str, int] | None
    """helping, stopped, age_unknown; None where they are too few to be told."""


@dataclass(frozen=True)
class Resilience:
    """Everything the page tells."""

    whole: Single
    activities: list[Single]
    districts: list[Single]
    carriers: list[Carrier]
    losses: list[Loss]
    years: list[Year]


def resilience_of(
    atlas: Atlas, ground: Ground, question: Question, *, now: int, until: int
) -> Resilience:
    """What is asked of one district or all; made once a data version."""
    key = ("resilience", *sorted(question.facts().items()), now, until)
    return atlas.once(key, lambda: _study(atlas, ground, question, now, until))


def _study(atlas: Atlas, ground: Ground, question: Question, now: int, until: int) -> Resilience:
    cover = own_cover(atlas, question)
    ask = question.ask
    carriers = find_carriers(cover, {"": ask}).head(SHOWN)
    homes = _homes(cover, ground)
    return Resilience(
        whole=_singles(cover, {"": ask}, by=None)[0],
        activities=_singles(cover, _activities(question), by=None),
        districts=_by_district(cover, ground, ask) if question.district is None else [],
        carriers=[
            _carrier(rank, one, homes) for rank, one in enumerate(carriers.to_dict("records"), 1)
        ],
        losses=_losses(cover, ask, homes),
        years=_years(cover, ask, now, until),
    )


def own_cover(atlas: Atlas, question: Question) -> Cover:
    """The cover of the district asked for; of all where none is."""
    whole = cover_of(atlas, question)
    if question.district is None:
        return whole
    key = ("own cover", question.district, question.way, question.within)
    rows = (whole.demand["district_id"] == question.district).to_numpy(bool)
    return atlas.once(key, lambda: Cover(whole.demand[rows], whole.pool, within=whole.within))


def _activities(question: Question) -> dict[str, Ask]:
    return {one: Ask(one, question.weekday, question.hour) for one in terms.ACTIVITIES}


def _singles(cover: Cover, asks: Mapping[str, Ask], by: str | None) -> list[Single]:
    table = find_single(cover, asks, by=by)
    names = table["ask"] if by is None else table[by]
    return [
        Single(
            str(name),
            round(float(np.nan_to_num(one["reached"]))),
            round(float(np.nan_to_num(one["single"]))),
            100.0 * float(one["share"]) if one["reached"] >= 0.5 else None,
        )
        for name, one in zip(names, table.to_dict("records"), strict=True)
    ]


def _by_district(cover: Cover, ground: Ground, ask: Ask) -> list[Single]:
    found = {one.name: one for one in _singles(cover, {"": ask}, by="district_id")}
    return [
        Single(name, found[one].reached, found[one].single, found[one].share)
        for one, name in ground.names.items()
        if one in found
    ]


class _Home(NamedTuple):
    """Where a helper lives: mesh cell, its middle, name of the district."""

    cell: str
    spot: tuple[float, float]
    district: str


def _homes(cover: Cover, ground: Ground) -> dict[str, _Home]:
    """Of each placed helper by id."""
    layer = cover.pool.layer
    placed = layer[layer.geometry.notna().to_numpy()]
    lon, lat = shapely.get_coordinates(placed.geometry.to_numpy()).T
    told = zip(
        placed["id"], np.atleast_1d(mesh_code(lon, lat)).tolist(), lon.tolist(), lat.tolist(),
        placed["district_id"], strict=True,
    )  # fmt: skip
    return {
        str(one): _Home(cell, (x, y), ground.names.get(home, "")) for one, cell, x, y, home in told
    }


def _carrier(rank: int, one: Mapping[Hashable, Any], homes: Mapping[str, _Home]) -> Carrier:
    home = homes[one["supporter_id"]]
    return Carrier(rank, home.cell, home.district, one["alone"], one["reached"], home.spot)


def _losses(cover: Cover, ask: Ask, homes: Mapping[str, _Home]) -> list[Loss]:
    table = find_losses(cover, ask, most=TOGETHER, seconds=_SECONDS)
    return [
        Loss(
            int(one["number"]),
            sorted(homes[helper].cell for helper in one["supporter_ids"]),
            float(one["lost"]),
            None if np.isnan(one["share"]) else 100.0 * float(one["share"]),
            bool(one["proven"]),
            float(one["bound"]),
        )
        for one in table.to_dict("records")
    ]


def _years(cover: Cover, ask: Ask, now: int, until: int) -> list[Year]:
    table = age_cover(cover, {"": ask}, now=now, years=AHEAD, until=until, by=None)
    staff = age_helpers(cover, {"": ask}, now=now, years=AHEAD, until=until)
    years: list[Year] = []
    for one, helpers in zip(table.to_dict("records"), staff.to_dict("records"), strict=True):
        names = ("reached", "age_unknown", "maybe", "beyond", "unknown")
        reached, age_unknown, maybe, beyond, unknown = parts = round_together(
            [float(np.nan_to_num(one[name])) for name in names]
        )
        counts = {name: int(helpers[name]) for name in ("helping", "stopped", "age_unknown")}
        told = counts if sum(counts.values()) >= THRESHOLD else None
        whole = int(one["year"]), sum(parts)
        years.append(Year(*whole, reached, age_unknown, maybe, beyond, unknown, told))
    return years
