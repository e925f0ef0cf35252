"""One household's suggestions as a document: for the API, the desk and the terminal."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from geo import terms
from geo.suggesting import conditions_of, recast, tell, weigh, without
from geo.suitability import Case
from webapp.answers.atlas import Atlas
from webapp.answers.sentences import join_names, say_note, say_reason, say_refusal
from webapp.answers.wish import NOTHING, Known, Wish, request_of, ties_of
from webapp.wording import Language, say

REFUSED_SHOWN: Final = 100
"""The nearest of those left out; a city has thousands."""


def suggest_for(
    atlas: Atlas, identity: str, wish: Wish, lang: Language, known: Known = NOTHING
) -> dict[str, Any]:
    """The suggestions for one household, with sentences.

    Raises
    ------
    NotFound, LayerAbsent
    """
    household = atlas.household(identity)
    request = request_of(atlas, identity, wish, known)
    whole = weigh(household, atlas.pool, request=request, within=wish.within)
    dropped = tuple(one for one in conditions_of(request, wish.within) if one in wish.dropped)
    case = recast(whole, household, *without(whole, *dropped)) if dropped else whole
    found = tell(case, wish.k, refused=REFUSED_SHOWN)
    told = _Told(atlas, identity, lang, found.basis, known, whole)
    return {
        "household_id": identity,
        "activity": wish.activity,
        "place": None if request.stop is None else request.stop.id,
        "within": case.within,
        "basis": found.basis,
        "placed": bool(household.geometry.notna().iloc[0]),
        "notes": [_clean(one) | {"sentence": say_note(one, lang)} for one in found.notes],
        "suggestions": [told.suggestion(row) for row in _rows(found)],
        "refused": [told.refusal(row) for row in _rows(found.refused)],
        "refused_in_all": len(case.pool) - len(found),
        "suitable_in_all": len(case.ranked),
        "conditions": _conditions(whole, case, household, dropped, lang) if wish.what_if else [],
        "data_version": atlas.version,
    }


@dataclass(frozen=True)
class _Told:
    """How each row of an answer is said."""

    atlas: Atlas
    household: str
    lang: Language
    basis: str
    known: Known
    whole: Case
    """With every condition: who is suitable only without some is new."""

    def suggestion(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """One who is suggested."""
        identity, exact = row["supporter_id"], {"minutes": row["minutes"]}
        said = [
            _clean(one) | {"sentence": say_reason(one | exact, self.lang, basis=self.basis)}
            for one in row["reasons"]
        ]
        return {
            "supporter_id": identity,
            "name": self._name(identity),
            "rank": int(row["rank"]),
            "minutes": _number(row["minutes"]),
            "score": _number(row["score"]),
            "reasons": said,
            "ties": list(ties_of(self.atlas, self.household).get(identity, ())),
            "new": not bool(self.whole.suitable[self.whole.pool.rows[identity]]),
            "asked": dict(self.known.told.get(identity, {})) or None,
        }

    def refusal(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """One who is left out."""
        said = [
            _clean(one) | {"sentence": _say_once(_frozen(one), self.lang)}
            for one in row["refusals"]
        ]
        return {
            "supporter_id": row["supporter_id"],
            "name": self._name(row["supporter_id"]),
            "minutes": _number(row["minutes"]),
            "refusals": said,
        }

    def _name(self, identity: str) -> str | None:
        return _names(self.atlas).get(identity)


def _conditions(
    whole: Case, case: Case, household: gpd.GeoDataFrame, dropped: tuple[str, ...], lang: Language
) -> list[dict[str, Any]]:
    """Every condition with what would change: who appears without it, or goes with it again."""
    told: list[dict[str, Any]] = []
    for one in conditions_of(whole.request, whole.within):
        back = one in dropped
        if back:
            request, _ = without(whole, *(other for other in dropped if other != one))
            limit = whole.within if one == "within" else case.within
            other = recast(case, household, request, limit)
        else:
            other = recast(case, household, *without(case, one))
        changed = case.suitable & ~other.suitable if back else other.suitable & ~case.suitable
        words = _say_condition(whole, one, lang)
        told.append(
            {"condition": one, "sentence": words, "dropped": back, "adds": int(changed.sum())}
        )
    return told


def _say_condition(case: Case, condition: str, lang: Language) -> str:
    request = case.request
    if condition == "weekday":
        days = [terms.label("weekday", day, lang) for day in request.days]
        return say("condition.weekday", lang, days=join_names(days, lang))
    if condition == "modes":
        modes = [terms.label("mode", mode, lang) for mode in sorted(request.modes)]
        return say("condition.modes", lang, modes=join_names(modes, lang))
    facts = {
        "hours": {"hours": request.hours},
        "gender": {"gender": terms.label("gender", request.gender or "", lang)},
        "no_neighbours": {"metres": f"{request.no_neighbours or 0:g}"},
        "within": {"minutes": f"{case.within:g}"},
    }
    return say(f"condition.{condition}", lang, **facts.get(condition, {}))


def _names(atlas: Atlas) -> dict[str, str | None]:
    def gather() -> dict[str, str | None]:
        layer = atlas.layer("supporters")
        names = layer["name"] if "name" in layer.columns else [None] * len(layer)
        return {
            str(one): name if isinstance(name, str) else None
            for one, name in zip(layer["id"], names, strict=True)
        }

    return atlas.once("supporter names", gather)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    columns = [frame[name].tolist() for name in frame.columns]
    return [
        dict(zip(map(str, frame.columns), row, strict=True)) for row in zip(*columns, strict=True)
    ]


@lru_cache(4096)
def _say_once(refusal: tuple[tuple[str, Hashable], ...], lang: Language) -> str:
    """A refusal as a sentence; thousands are refused for the same few reasons."""
    return say_refusal(dict(refusal), lang)


def _frozen(facts: dict[str, Any]) -> tuple[tuple[str, Hashable], ...]:
    return tuple(
        (name, tuple(value) if isinstance(value, list) else value) for name, value in facts.items()
    )


def _clean(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _number(value) if isinstance(value, float) else value for name, value in facts.items()
    }


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(float(value), 3)
