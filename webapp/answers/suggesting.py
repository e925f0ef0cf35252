"""One household's suggestions as a document: for the API, the desk and the terminal."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import pandas as pd

from geo.request import Request
from geo.suggesting import suggest
from webapp.answers.atlas import Atlas
from webapp.answers.sentences import say_reason, say_refusal
from webapp.wording import Language

REFUSED_SHOWN: Final = 100
"""The nearest of those left out; a city has thousands."""


@dataclass(frozen=True)
class Wish:
    """What a household asks for."""

    activity: str
    weekday: str | None = None
    hours: str | None = None
    modes: tuple[str, ...] = ()
    steps_free: bool = False
    k: int = 10
    within: float = 30.0


def suggest_for(atlas: Atlas, identity: str, wish: Wish, lang: Language) -> dict[str, Any]:
    """The suggestions for one household, with sentences.

    Raises
    ------
    NotFound, LayerAbsent
    """
    household = atlas.household(identity)
    request = _request(atlas, identity, wish)
    found = suggest(household, atlas.pool, request=request, k=wish.k, within=wish.within)
    names = _names(atlas)
    return {
        "household_id": identity,
        "activity": wish.activity,
        "within": wish.within,
        "basis": found.basis,
        "placed": bool(household.geometry.notna().iloc[0]),
        "suggestions": [_suggestion(row, names, lang, found.basis) for row in _rows(found)],
        "refused": [_refusal(row, names, lang) for row in _rows(_nearest(found.refused))],
        "refused_in_all": len(found.refused),
        "data_version": atlas.version,
    }


def _request(atlas: Atlas, identity: str, wish: Wish) -> Request:
    return Request(
        activity=wish.activity,
        weekday=wish.weekday,
        hours=wish.hours,
        modes=frozenset(wish.modes),
        steps_free=wish.steps_free,
        tied=frozenset(_ties(atlas).get(identity, ())),
    )


def _ties(atlas: Atlas) -> dict[str, list[str]]:
    """Who is linked with each household, either way."""

    def gather() -> dict[str, list[str]]:
        ties: dict[str, list[str]] = {}
        links = atlas.layer("links")
        for watcher, watched in zip(links["watcher_id"], links["watched_id"], strict=True):
            ties.setdefault(watched, []).append(watcher)
            ties.setdefault(watcher, []).append(watched)
        return ties

    return atlas.once("ties", gather)


def _names(atlas: Atlas) -> dict[str, str | None]:
    def gather() -> dict[str, str | None]:
        layer = atlas.layer("supporters")
        names = layer["name"] if "name" in layer.columns else [None] * len(layer)
        return {
            str(one): name if isinstance(name, str) else None
            for one, name in zip(layer["id"], names, strict=True)
        }

    return atlas.once("supporter names", gather)


def _nearest(refused: pd.DataFrame) -> pd.DataFrame:
    return refused.sort_values("minutes", kind="stable", na_position="last").head(REFUSED_SHOWN)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    columns = [frame[name].tolist() for name in frame.columns]
    return [
        dict(zip(map(str, frame.columns), row, strict=True)) for row in zip(*columns, strict=True)
    ]


def _suggestion(
    row: dict[str, Any], names: dict[str, str | None], lang: Language, basis: str
) -> dict[str, Any]:
    exact = {"minutes": row["minutes"]}
    reasons = [
        _clean(one) | {"sentence": say_reason(one | exact, lang, basis=basis)}
        for one in row["reasons"]
    ]
    return {
        "supporter_id": row["supporter_id"],
        "name": names.get(row["supporter_id"]),
        "rank": int(row["rank"]),
        "minutes": _number(row["minutes"]),
        "score": _number(row["score"]),
        "reasons": reasons,
    }


def _refusal(row: dict[str, Any], names: dict[str, str | None], lang: Language) -> dict[str, Any]:
    refusals = [
        _clean(one) | {"sentence": _say_once(_frozen(one), lang)} for one in row["refusals"]
    ]
    return {
        "supporter_id": row["supporter_id"],
        "name": names.get(row["supporter_id"]),
        "minutes": _number(row["minutes"]),
        "refusals": refusals,
    }


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
