"""What a municipality allows: which answer suffices, to whom, for what; as data.

A rule set is a TOML file of rows. A row says: for these purposes, to these recipients,
these fields may go where a consent of one of these bases stands; and what holds for
those whom nobody asked. What no row names does not leave.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, get_args

from geo.errors import ParameterWrong

Kind = Literal["consent", "presumed", "ordinance"]
About = Literal["person", "supporter"]
Unanswered = Literal["withheld", "collected", "presumed", "ordinance", "disaster"]

BASES: Final = ("self", "proxy", "ordinance", "disaster", "council")
"""本人, 代理人, 条例, 災害時, 支援会議."""

IN_HOUSE: Final = ("consultant", "facilitator", "supporter", "council", "planner")
RECIPIENTS: Final = (
    *IN_HOUSE, "district_group", "commissioner", "welfare_helper", "care_manager",
    "support_centre", "ward_office", "fire_service", "police",
)  # fmt: skip
"""Who may get something: the programme's own people, and others."""

PURPOSES: Final = (
    "matching", "visit", "watching", "workshop", "planning", "administration", "statistics",
    "disaster",
)  # fmt: skip

FIELDS: Final = (
    "name", "birth", "phone", "address", "position", "household", "needs", "case", "lines",
    "notes", "work",
)  # fmt: skip
"""What one answers about: kinds of facts, each of which stands in one or more columns."""

_FOLDER: Final = Path(__file__).parent
_SWITCHES: Final = ("in_disaster", "despite_refusal")
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "purposes": PURPOSES,
    "recipients": RECIPIENTS,
    "fields": FIELDS,
    "bases": BASES,
}


@dataclass(frozen=True)
class Rule:
    """One row."""

    purposes: frozenset[str]
    recipients: frozenset[str]
    fields: frozenset[str]
    bases: frozenset[str] = frozenset({"self", "proxy"})
    unanswered: Unanswered = "withheld"
    about: About = "person"
    in_disaster: bool = False
    """Counts only while a disaster mode is on."""
    despite_refusal: bool = False
    """Even a refusal does not hold it back; in a disaster only."""

    def covers(self, about: About, purpose: str, recipient: str) -> bool:
        """Whether the row speaks of such an output."""
        wanted = about == self.about and purpose in self.purposes
        return wanted and recipient in self.recipients


@dataclass(frozen=True)
class RuleSet:
    """The rows of one municipality, or of one way of asking."""

    name: str
    kind: Kind
    title: Mapping[str, str]
    rules: tuple[Rule, ...]
    ordinance: str = ""
    """Name of the ordinance that a set of that kind rests on."""

    def rows(
        self, purpose: str, recipient: str, *, about: About = "person", disaster: bool = False
    ) -> tuple[Rule, ...]:
        """The rows that speak of such an output; those of a disaster only while one is on."""
        return tuple(
            rule
            for rule in self.rules
            if rule.covers(about, purpose, recipient) and (disaster or not rule.in_disaster)
        )


@cache
def rule_set(name: str) -> RuleSet:
    """The rule set of that name.

    Raises
    ------
    ParameterWrong
        There is none.
    """
    path = _FOLDER / f"{name}.toml"
    if not name.isidentifier() or not path.is_file():
        raise ParameterWrong(name="rules", value=name, wanted=", ".join(rule_sets()))
    return parse_rules(name, path.read_text("utf-8"))


def rule_sets() -> list[str]:
    """Names of the rule sets there are."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


def parse_rules(name: str, text: str) -> RuleSet:
    """Read and check a rule set.

    Raises
    ------
    ParameterWrong
        Not TOML, a word that is not known, or a row that its kind does not allow.
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise _wrong(name, "the file", "TOML") from None
    kind: Any = said.get("kind")
    title = said.get("title", {})
    if kind not in get_args(Kind):
        raise _wrong(name, kind, ", ".join(get_args(Kind)))
    if set(title) != {"ja", "en"}:
        raise _wrong(name, "title", "ja, en")
    ordinance = str(said.get("ordinance", ""))
    if (kind == "ordinance") != bool(ordinance):
        raise _wrong(name, "ordinance", "the name of the ordinance, in a set of that kind")
    rules = tuple(_parse_row(name, kind, row) for row in said.get("allow", []))
    return RuleSet(name, kind, title, rules, ordinance)


def _parse_row(name: str, kind: Kind, row: Mapping[str, Any]) -> Rule:
    known = {*_WORDS, *_SWITCHES, "unanswered", "about"}
    for word in set(row) - known:
        raise _wrong(name, word, ", ".join(sorted(known)))
    lists = {key: _words(name, key, row.get(key)) for key in _WORDS if key in row or key != "bases"}
    more = {key: row[key] for key in row if key not in _WORDS}
    if not all(isinstance(more.get(key, False), bool) for key in _SWITCHES):
        raise _wrong(name, ", ".join(_SWITCHES), "true, false")
    rule = Rule(**lists, **more)
    _check_row(name, kind, rule)
    return rule


def _words(name: str, key: str, value: object) -> frozenset[str]:
    if not isinstance(value, list) or not value or not set(value) <= set(_WORDS[key]):
        raise _wrong(name, f"{key} = {value}", ", ".join(_WORDS[key]))
    return frozenset(value)


def _check_row(name: str, kind: Kind, rule: Rule) -> None:
    """Refuse a row that gives more away than its kind can justify."""
    if rule.unanswered not in get_args(Unanswered) or rule.about not in get_args(About):
        raise _wrong(name, rule.unanswered, ", ".join(get_args(Unanswered)))
    if "self" not in rule.bases:
        raise _wrong(name, "bases", "self among them: a person's own word always counts")
    if rule.unanswered in {"presumed", "ordinance"} and rule.unanswered != kind:
        raise _wrong(name, rule.unanswered, f"a rule set of the kind {rule.unanswered}")
    if (
        rule.unanswered == "collected"
        and not rule.recipients <= set(IN_HOUSE) | _NEIGHBOURS[rule.about]
    ):
        raise _wrong(name, "collected", f"recipients among {', '.join(IN_HOUSE)}")
    if (rule.unanswered == "disaster" or rule.despite_refusal) and not rule.in_disaster:
        raise _wrong(name, "disaster", "in_disaster = true")
    if rule.in_disaster and rule.purposes != frozenset({"disaster"}):
        raise _wrong(name, "in_disaster", 'purposes = ["disaster"]')
    if "notes" in rule.fields and rule.unanswered not in {"withheld", "disaster"}:
        raise _wrong(name, "notes", "an answer: illness never leaves unasked")


_NEIGHBOURS: Final[Mapping[About, frozenset[str]]] = {
    "person": frozenset(),
    "supporter": frozenset({"district_group"}),
}
"""Whom supporters are told to besides, since they offered themselves to their district."""


def _wrong(name: str, value: object, wanted: str) -> ParameterWrong:
    return ParameterWrong(name=f"rules {name}", value=str(value), wanted=wanted)
