"""The parameters of each question: one table reads them and describes them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from geo import terms
from geo.errors import ParameterWrong
from geo.layers import HOURS
from geo.suggesting import CONDITIONS

_LONGEST: Final = 100

Kind = Literal["code", "codes", "integer", "number", "flag", "hours", "day", "text", "words"]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a query string."""

    name: str
    kind: Kind
    meaning: str
    default: object = None
    required: bool = False
    table: str = ""
    words: tuple[str, ...] = ()
    """Of several words with commas between, those there are; none = any id."""
    least: float = 0
    most: float = 0

    def wanted(self) -> str:
        """What it takes, as a sentence part."""
        if self.kind in {"code", "codes"}:
            return "|".join(terms.LABELS[self.table])
        if self.kind in {"integer", "number"}:
            return f"{self.least:g}–{self.most:g}"
        if self.words:
            return "|".join(self.words)
        return {"flag": "true|false", "hours": "HH:MM-HH:MM", "day": "2026-04-01"}.get(
            self.kind, "text"
        )

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        if self.kind in {"code", "codes"}:
            one = {"type": "string", "enum": list(terms.LABELS[self.table])}
            return one if self.kind == "code" else {"type": "array", "items": one}
        if self.kind in {"integer", "number"}:
            return {
                "type": self.kind,
                "minimum": self.least,
                "maximum": self.most,
                "default": self.default,
            }
        if self.kind == "words":
            word = {"type": "string", **({"enum": list(self.words)} if self.words else {})}
            return {"type": "array", "items": word}
        if self.kind == "hours":
            return {"type": "string", "pattern": f"^{HOURS.pattern}$"}
        if self.kind == "day":
            return {"type": "string", "format": "date"}
        return {"type": "boolean"} if self.kind == "flag" else {"type": "string"}


ACTIVITY: Final = Parameter(
    "activity", "code", "What help is wanted.", required=True, table="activity"
)
WITHIN: Final = Parameter("within", "number", "Minutes on foot at most.", 30.0, least=1, most=60)
LANG: Final = Parameter("lang", "text", "Language of the sentences: ja or en.", "ja")

SUGGESTIONS: Final = (
    ACTIVITY,
    Parameter("k", "integer", "Supporters at most.", 10, least=1, most=50),
    WITHIN,
    Parameter("weekday", "code", "Day of the week it is wanted on.", table="weekday"),
    Parameter("weekdays", "codes", "Days of which one is enough.", (), table="weekday"),
    Parameter("hours", "hours", "Time of day it is wanted at."),
    Parameter("modes", "codes", "How the supporter may come; commas between.", (), table="mode"),
    Parameter("gender", "code", "Who the supporter shall be.", table="gender"),
    Parameter("steps_free", "flag", "Flights of steps cannot be used.", default=False),
    Parameter("in_person", "flag", "A talk at home, not by phone.", default=False),
    Parameter("place", "text", "Id of the shop, the garbage station, or where to go along to."),
    Parameter("excluded", "words", "Ids of supporters who are not wanted.", ()),
    Parameter("no_relatives", "flag", "Relatives are not to know of it.", default=False),
    Parameter("no_neighbours", "number", "Nobody who lives nearer than so many metres.",
              least=1, most=2000),
    Parameter("request", "text", "Id of the request; whom its person does not want is left out."),
    Parameter("on", "day", "The day; who has a visit at the hours then is left out."),
    Parameter("what_if", "flag", "Say of each condition who would come without it.", default=False),
    Parameter("dropped", "words", "Conditions that are set aside.", (), words=CONDITIONS),
    LANG,
)  # fmt: skip
COVERAGE: Final = (
    Parameter("activity", "code", "What help is wanted; without it, any.", table="activity"),
    Parameter("within", "number", "Minutes on foot at most.", 10.0, least=1, most=60),
    Parameter("district", "text", "Id of a district; without it, all."),
    LANG,
)

STATISTICS: Final = (
    Parameter("from", "day", "First day.", required=True),
    Parameter("to", "day", "Last day.", required=True),
    Parameter("district", "text", "Id of a district; without it, all."),
    LANG,
)


def read_parameters(given: Mapping[str, str], table: tuple[Parameter, ...]) -> dict[str, Any]:
    """Every parameter of ``table`` with its value or default.

    Raises
    ------
    ParameterWrong
        Absent though required, outside its range, or of no known name.
    """
    names = [one.name for one in table]
    for name in given:
        if name not in names:
            raise ParameterWrong(name="parameter", value=name[:40], wanted=", ".join(names))
    return {one.name: _read(one, given.get(one.name)) for one in table}


def _read(parameter: Parameter, text: str | None) -> object:
    if text is None or text == "":
        if parameter.required:
            raise ParameterWrong(name=parameter.name, value="–", wanted=parameter.wanted())
        return parameter.default
    try:
        return _value(parameter, text)
    except ValueError:
        wrong = ParameterWrong(name=parameter.name, value=text[:40], wanted=parameter.wanted())
        raise wrong from None


def _value(parameter: Parameter, text: str) -> object:
    return _READERS[parameter.kind](parameter, text)


def _code(parameter: Parameter, text: str) -> str:
    if text not in terms.LABELS[parameter.table]:
        raise ValueError
    return text


def _word(parameter: Parameter, text: str) -> str:
    if (parameter.words and text not in parameter.words) or not 0 < len(text) <= _LONGEST:
        raise ValueError
    return text


def _within(parameter: Parameter, number: float) -> float:
    if not (math.isfinite(number) and parameter.least <= number <= parameter.most):
        raise ValueError
    return number


def _flag(parameter: Parameter, text: str) -> bool:
    del parameter
    if text not in _FLAGS:
        raise ValueError
    return _FLAGS[text]


def _span(parameter: Parameter, text: str) -> str:
    del parameter
    if HOURS.fullmatch(text) is None:
        raise ValueError
    return text


def _day(parameter: Parameter, text: str) -> date:
    del parameter
    day = date.fromisoformat(text)
    if day.year not in _YEARS:
        raise ValueError
    return day


_YEARS: Final = range(1990, 2200)

_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}

_READERS: Final[dict[Kind, Callable[[Parameter, str], object]]] = {
    "code": _code,
    "codes": lambda one, text: tuple(_code(one, code) for code in text.split(",")),
    "integer": lambda one, text: _within(one, int(text)),
    "number": lambda one, text: _within(one, float(text)),
    "flag": _flag,
    "hours": _span,
    "day": _day,
    "text": lambda _, text: text[:_LONGEST],
    "words": lambda one, text: tuple(_word(one, word) for word in text.split(",")[:_LONGEST]),
}
