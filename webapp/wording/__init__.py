"""What screens and the terminal say, in Japanese and English, side by side.

Each TOML file of this folder is a topic; each entry has ``ja`` and ``en`` with the
same placeholders. A key is ``topic.entry``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

Language = Literal["ja", "en"]

LANGUAGES: Final[tuple[Language, ...]] = ("ja", "en")

_FOLDER: Final = Path(__file__).parent


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every entry by its key."""
    entries: dict[str, Mapping[str, str]] = {}
    for topic in sorted(_FOLDER.glob("*.toml")):
        with topic.open("rb") as file:
            entries |= {f"{topic.stem}.{key}": entry for key, entry in tomllib.load(file).items()}
    return entries


def say(key: str, lang: Language, **facts: object) -> str:
    """The sentence ``key`` in ``lang`` with its facts filled in.

    >>> say("screen.language", "en")
    'Language'
    """
    return catalogue()[key][lang].format_map(facts)


def say_code(topic: str, code: str, lang: Language) -> str:
    """The word for a code of a topic; the code itself where there is no word.

    >>> say_code("field", "phone", "en"), say_code("field", "zzz", "en")
    ('telephone', 'zzz')
    """
    entry = catalogue().get(f"{topic}.{code}")
    return code if entry is None else entry[lang]


def as_language(text: str | None, otherwise: Language = "ja") -> Language:
    """The language a word names ("ja", "ja_JP.UTF-8", "en"), or ``otherwise``.

    >>> as_language("en_GB.UTF-8"), as_language("C")
    ('en', 'ja')
    """
    for lang in LANGUAGES:
        if text and text.lower().replace("-", "_").split("_")[0] == lang:
            return lang
    return otherwise
