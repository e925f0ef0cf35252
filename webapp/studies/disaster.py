"""When water or earth comes, as a planner reads it: cells and counts, nobody by name."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import terms
from geo.errors import ParameterWrong
from geo.layers import check
from geo.masking import suppress_together
from geo.refuge import Danger, find_shelters, find_watchers, flee, rescue
from webapp.answers.atlas import Atlas
from webapp.studies.covering import round_together
from webapp.studies.ground import Ground

PACES: Final = (80.0, 60.0, 30.0)
"""Metres a minute offered: as helpers walk, as people flee, with difficulty."""

DEPTHS: Final = (0.0, 0.3, 0.5)
"""Metres of water that one still walks through, offered."""


@dataclass(frozen=True)
class Setting:
    """What is assumed.

    Attributes
    ----------
    kinds
        Codes of `geo.terms.HAZARD_KINDS` that come, all at once.
    within
        Minutes on foot, 1 to 60.
    pace
        Metres a minute.
    deeper_than
        Metres of water that one still walks through.
    """

    kinds: tuple[str, ...]
    within: float = 15.0
    pace: float = 60.0
    deeper_than: float = 0.0

    def facts(self) -> dict[str, Any]:
        """As an address has it."""
        return {
            "kind": list(self.kinds),
            "within": f"{self.within:g}",
            "pace": f"{self.pace:g}",
            "deeper": f"{self.deeper_than:g}",
        }


@dataclass(frozen=True)
class Flights:
    """Whole households of an area by how they stand; the parts add up to ``total``."""

    name: str
    total: int
    reached: int
    cut_off: int
    inside: int
    beyond: int
    unknown: int


@dataclass(frozen=True)
class Shelter:
    """A shelter, and for how many households it is the nearest that they reach."""

    name: str
    inside: bool
    households: int
    spot: tuple[float, float]


@dataclass(frozen=True)
class Disaster:
    """Everything the page tells; ``cells``: households cut off or inside, by row of the cells."""

    lines: list[Flights]
    shelters: list[Shelter]
    cells: npt.NDArray[np.float64]
    basis: str


def read_setting(given: Mapping[str, str], kinds: Sequence[str], there: Sequence[str]) -> Setting:
    """What an address assumes.

    Parameters
    ----------
    kinds
        Those the address names; none = all that are there.
    there
        Kinds of the hazards that were taken in.

    Raises
    ------
    ParameterWrong
    """
    for kind in kinds:
        if kind not in terms.HAZARD_KINDS:
            wanted = ", ".join(terms.HAZARD_KINDS)
            raise ParameterWrong(name="kind", value=kind[:40], wanted=wanted)
    chosen = [one for one in there if one in kinds] or list(there)
    return Setting(
        tuple(chosen),
        _number(given, "within", 15.0, (1.0, 60.0)),
        _number(given, "pace", 60.0, (10.0, 200.0)),
        _number(given, "deeper", 0.0, (0.0, 20.0)),
    )


def _number(
    given: Mapping[str, str], name: str, usual: float, range_: tuple[float, float]
) -> float:
    text = given.get(name) or f"{usual:g}"
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not range_[0] <= value <= range_[1]:
        wanted = f"{range_[0]:g}–{range_[1]:g}"
        raise ParameterWrong(name=name, value=text[:40], wanted=wanted)
    return value


def kinds_of(atlas: Atlas) -> list[str]:
    """Kinds of the hazards that were taken in, in the order of the words."""
    found = set(atlas.layer("hazards")["kind"])
    return [kind for kind in terms.HAZARD_KINDS if kind in found]


def danger_of(atlas: Atlas, setting: Setting) -> Danger:
    """Streets with these hazards on them; made once a data version."""
    hazards = check(atlas.layer("hazards"), "hazards")
    chosen = hazards[hazards["kind"].isin(setting.kinds)].reset_index(drop=True)
    key = ("danger", setting.kinds, setting.deeper_than)
    return atlas.once(key, lambda: Danger(chosen, atlas.streets, deeper_than=setting.deeper_than))


def disaster_of(atlas: Atlas, ground: Ground, setting: Setting, district: str | None) -> Disaster:
    """Who reaches a shelter from where, in one district or in all."""
    danger = danger_of(atlas, setting)
    key = ("flights", *(str(one) for one in setting.facts().values()))
    told = atlas.once(
        key,
        lambda: flee(
            danger, ground.demand, atlas.layer("places"), within=setting.within, pace=setting.pace
        ),
    )
    demand = ground.demand
    asked = [district] if district else list(ground.names)
    home = demand["district_id"].to_numpy(object)
    weight = demand["households"].to_numpy(np.float64)
    lines = [_flights(ground.names[one], told, weight, home == one) for one in asked]
    if district is None:
        lines.append(_flights("", told, weight, np.ones(len(home), bool)))
    rows = np.ones(len(home), bool) if district is None else home == district
    lost = np.where(rows & told["state"].isin(["cut_off", "inside"]).to_numpy(bool), weight, 0.0)
    cell = demand["cell"].to_numpy(np.int64)
    return Disaster(
        lines,
        _shelters(danger, atlas.layer("places"), told[rows], weight[rows]),
        np.bincount(cell[cell >= 0], lost[cell >= 0], len(ground.cells)).astype(np.float64),
        danger.basis,
    )


def _flights(
    name: str,
    told: pd.DataFrame,
    weight: npt.NDArray[np.float64],
    rows: npt.NDArray[np.bool_],
) -> Flights:
    state = told["state"].to_numpy(object)
    parts = [float(weight[rows & (state == one)].sum()) for one in terms.FLIGHTS]
    reached, cut_off, inside, beyond, unknown = round_together(parts)
    return Flights(name, round(sum(parts)), reached, cut_off, inside, beyond, unknown)


def _shelters(
    danger: Danger,
    places: gpd.GeoDataFrame,
    told: pd.DataFrame,
    weight: npt.NDArray[np.float64],
) -> list[Shelter]:
    """Those that somebody reaches first, most households first; then those in the hazard."""
    reaching = told["state"].to_numpy(object) == "reached"
    counts = (
        pd.Series(weight[reaching]).groupby(told["shelter_id"].to_numpy(object)[reaching]).sum()
    )
    havens = find_shelters(danger, places)
    found = [
        Shelter(
            str(one["name"] or one["id"]),
            bool(one["inside"]),
            round(float(counts.get(one["id"], 0.0))),
            (one["geometry"].x, one["geometry"].y),
        )
        for one in havens.to_dict("records")
    ]
    return sorted(found, key=lambda one: (one.inside, -one.households, one.name))


def lines_by_district(whole: Atlas, setting: Setting, names: Mapping[str, str]) -> pd.DataFrame:
    """Households by whether somebody who looks in on them can come; small counts hidden.

    Parameters
    ----------
    whole
        Everybody, to be counted, never shown.
    names
        The reader's districts.

    Returns
    -------
    One row per district (its name) and the total, one column per code of
    `geo.terms.RESCUES` and the total; `geo.masking.SUPPRESSED` where a count is small.
    """
    homes = whole.layer("households")
    danger = danger_of(whole, setting)
    links, helpers = whole.layer("links"), whole.layer("supporters")
    pairs = find_watchers(
        danger, homes, links, (homes, helpers), within=setting.within, pace=setting.pace
    )
    told = rescue(danger, homes, pairs, within=setting.within, pace=setting.pace)
    area = homes["district_id"].map(names)
    table = pd.crosstab(area, told["state"].astype(str))
    wanted = table.reindex(index=list(names.values()), columns=list(terms.RESCUES), fill_value=0)
    wanted.index.name, wanted.columns.name = "district", "rescue"
    return suppress_together([wanted])[0]
