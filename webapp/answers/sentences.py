"""Reasons and refusals of a suggestion as sentences a person can read aloud."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, cast

from geo import terms
from webapp.wording import Language, catalogue, say

Facts = Mapping[str, object]

_HILLY: Final = 0.1
"""Share of the walk by which there and back differ from which a slope is worth a word."""

_WALKS: Final = {
    (False, False): "reason.walk_even",
    (False, True): "reason.walk_sloping",
    (True, False): "reason.walk_apart",
    (True, True): "reason.walk_hilly",
}
"""By whether there and back are said apart, and whether there is a slope."""

_TABLE_OF: Final = {
    "activity": "activity",
    "weekday": "weekday",
    "status": "status",
    "mode": "mode",
    "gender": "gender",
}

_TABLE_IN: Final = {
    ("activity_not_offered", "offered"): "activity",
    ("weekday_unavailable", "offered"): "weekday",
    ("no_collection", "offered"): "weekday",
    ("closed", "offered"): "weekday",
    ("mode_unsuited", "wanted"): "mode",
    ("gender_unsuited", "wanted"): "gender",
}
"""Tables of facts whose name alone does not tell."""

_LATELY: Final[dict[object, str]] = {0: "reason.asked_today", 1: "reason.asked_yesterday"}

_ORDER: Final = ("first", "second", "third", "fourth")
"""The legs of a tour in its sentence."""


def say_reason(reason: Facts, lang: Language, *, basis: str = "streets") -> str:
    """One reason of `geo.suggest` as a sentence."""
    code = str(reason["code"])
    if code == "near":
        return say("reason.near", lang, walk=say_walk(reason, lang, basis=basis))
    if code == "light_load" and _is_unknown(reason.get("most")):
        return say("reason.light_load_open", lang, load=_number(reason.get("load")))
    if code == "asked_lately" and reason.get("days") in _LATELY:
        return say(_LATELY[reason["days"]], lang)
    return _say_code("reason", code, reason, lang)


def say_refusal(refusal: Facts, lang: Language) -> str:
    """One refusal of `geo.suggest` as a sentence."""
    code = str(refusal["code"])
    if code == "not_active" and _is_unknown(refusal.get("status")):
        return say("refusal.status_unknown", lang)
    if code == "booked" and not refusal.get("at"):
        return say("refusal.booked_then", lang)
    return _say_code("refusal", code, refusal, lang)


def say_note(note: Facts, lang: Language) -> str:
    """What is odd about a request of `geo.suggest` as a sentence."""
    return _say_code("note", str(note["code"]), note, lang)


def say_walk(walk: Facts, lang: Language, *, basis: str = "streets") -> str:
    """Minutes of a walk, there and back apart where they differ, and which way goes uphill."""
    if walk.get("legs"):
        return _say_tour(walk, lang, basis=basis)
    minutes, there, back = (_float(walk.get(name)) for name in ("minutes", "there", "back"))
    if basis == "straight_line":
        return say("reason.walk_straight", lang, minutes=count_minutes(minutes))
    facts = {"minutes": count_minutes(minutes)}
    apart = not math.isnan(there - back) and count_minutes(there) != count_minutes(back)
    hilly = abs(there - back) > _HILLY * minutes
    if apart:
        facts |= {"there": count_minutes(there), "back": count_minutes(back)}
    slope = say("reason.slope_there" if there > back else "reason.slope_back", lang)
    return say(_WALKS[apart, hilly], lang, **facts, **({"slope": slope} if hilly else {}))


def _say_tour(walk: Facts, lang: Language, *, basis: str) -> str:
    """Every leg of a walk past the shop or the station, or of one gone together."""
    legs = cast("list[Facts]", walk["legs"])
    minutes = [count_minutes(_float(leg.get("minutes"))) for leg in legs]
    said = say(
        f"reason.tour_{walk['tour']}", lang, **dict(zip(_ORDER, minutes, strict=False)),
        whole=count_minutes(_float(walk.get("whole"))),
    )  # fmt: skip
    return say("reason.tour_straight", lang, tour=said) if basis == "straight_line" else said


def count_minutes(minutes: float) -> int:
    """Whole minutes as 徒歩何分 counts them: a begun minute is a minute.

    >>> count_minutes(0.2), count_minutes(4.0), count_minutes(4.01)
    (1, 4, 5)
    """
    return max(1, math.ceil(round(minutes, 6)))


def _say_code(topic: str, code: str, facts: Facts, lang: Language) -> str:
    key = f"{topic}.{code}"
    if key not in catalogue():
        return code
    named = {name: _name_fact(code, name, value, lang) for name, value in facts.items()}
    return say(key, lang, **named)


def _name_fact(code: str, name: str, value: object, lang: Language) -> str:
    table = _TABLE_IN.get((code, name)) or _TABLE_OF.get(name)
    if name in {"minutes", "farthest", "within"} and not _is_unknown(value):
        return str(count_minutes(_float(value)))
    if isinstance(value, (list, tuple, set, frozenset)):
        return join_names([_one(table, item, lang) for item in value], lang)
    return _one(table, value, lang)


def _one(table: str | None, value: object, lang: Language) -> str:
    if _is_unknown(value):
        return say("refusal.not_asked", lang)
    if table is not None:
        return terms.label(table, str(value), lang)
    return _number(value)


def join_names(names: Sequence[str] | Iterable[str], lang: Language) -> str:
    """Names in a row, or the word for none."""
    return ("、" if lang == "ja" else ", ").join(names) or say("refusal.none", lang)


def _number(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _float(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan


def _is_unknown(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
