"""The ninety-minute guide: steps with their minutes, questions asked aloud, hints, as data.

The words are in ``guide.toml`` beside this file; Japanese ones carry their furigana.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from webapp.answers.furigana import Ruby, split_ruby
from webapp.wording import Language

_FILE: Final = Path(__file__).parent / "guide.toml"

Said = list[Ruby]
"""A sentence as words with their furigana."""


@dataclass(frozen=True)
class GuideStep:
    """One step. ``number`` from 1; ``begins``: minutes after the beginning, by plan.

    ``shows``: kinds of items that are looked at, ``tools``: what the recorder draws with,
    ``marks``: lists of what the map says that are marked on it.
    """

    number: int
    key: str
    minutes: int
    begins: int
    shows: tuple[str, ...]
    tools: tuple[str, ...]
    marks: tuple[str, ...]
    title: Said
    aim: Said
    questions: tuple[Said, ...]
    hints: tuple[Said, ...]


@dataclass(frozen=True)
class ScriptPart:
    """A part of the facilitator's script beside the steps.

    ``ticked``: things to tick off; ``aloud``: sentences to read aloud.
    """

    key: str
    title: Said
    lines: tuple[Said, ...]
    ticked: bool
    aloud: bool


@cache
def told_guide() -> Mapping[str, Any]:
    """The guide as its file has it."""
    with _FILE.open("rb") as file:
        return tomllib.load(file)


@cache
def guide_steps(lang: Language) -> tuple[GuideStep, ...]:
    """The steps in the order of the evening."""
    steps, begins = list[GuideStep](), 0
    for number, told in enumerate(told_guide()["step"], 1):
        steps.append(_step(number, begins, told, lang))
        begins += told["minutes"]
    return tuple(steps)


@cache
def script_parts(lang: Language) -> Mapping[str, ScriptPart]:
    """What the script says beside the steps, by key."""
    return {
        told["key"]: ScriptPart(
            told["key"], split_ruby(told["title"][lang]), _all(told["lines"], lang),
            told.get("ticked", False), told.get("aloud", False),
        )
        for told in told_guide()["script"]["part"]
    }  # fmt: skip


def script_title(lang: Language) -> str:
    """What the script is called, with furigana in its text."""
    return str(told_guide()["script"]["title"][lang])


def _step(number: int, begins: int, told: Mapping[str, Any], lang: Language) -> GuideStep:
    return GuideStep(
        number,
        told["key"],
        told["minutes"],
        begins,
        tuple(told["shows"]),
        tuple(told["tools"]),
        tuple(told.get("marks", ())),
        split_ruby(told["title"][lang]),
        split_ruby(told["aim"][lang]),
        _all(told["questions"], lang),
        _all(told["hints"], lang),
    )


def _all(told: list[Mapping[str, str]], lang: Language) -> tuple[Said, ...]:
    return tuple(split_ruby(one[lang]) for one in told)
