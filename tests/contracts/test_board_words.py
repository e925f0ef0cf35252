"""The scripts of the map in the hall say what the catalogue has, and all of it."""

from __future__ import annotations

import re
from pathlib import Path

from webapp.wording import catalogue

ROOT = Path(__file__).parents[2]
SCRIPTS = "\n".join(
    path.read_text("utf-8") for path in sorted((ROOT / "webapp" / "static").glob("board*.js"))
)
PAGES = "\n".join(
    path.read_text("utf-8") for path in (ROOT / "templates" / "workshop").glob("*.html")
)
MADE = ("tool_", "prompt_", "gone_", "says_")
"""Beginnings of words that the scripts put together: tell(`tool_${name}`)."""

WORDS = {key.removeprefix("board.") for key in catalogue() if key.startswith("board.")}


def test_whatever_the_scripts_say_is_in_the_catalogue() -> None:
    said = set(re.findall(r'\btell\("([a-z_]+)"', SCRIPTS))
    assert len(said) > 60
    assert said - WORDS == set()
    made = set(re.findall(r"\btell\(`([a-z_]+_)\$\{", SCRIPTS))
    assert made == set(MADE)


def test_every_word_of_the_board_is_said_somewhere() -> None:
    unsaid = {
        word
        for word in WORDS
        if f'"{word}"' not in SCRIPTS
        and not re.search(rf"[\"']board\.{word}[\"']", PAGES)
        and not word.startswith(MADE)
    }
    assert unsaid == set()
