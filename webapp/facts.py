"""What geo names in English within a fault, in the reader's language.

A fact is found by its English text in ``wording/fact.toml``; the texts with places for
names and numbers are tried from the most said to the least. What is not there is a name,
a number or a code, and stays.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from webapp.wording import Language, catalogue

_PLACE: Final = re.compile(r"\\\{(\w+)\\\}")
_ARTICLE: Final = re.compile(r"^(?:an?) (?=\S)")


def say_fact(text: str, lang: Language) -> str:
    """``text`` in the language of the reader.

    >>> say_fact("it is a PDF", "ja"), say_fact("12 columns", "ja"), say_fact("氏名", "ja")
    ('中身はPDFです', '12列', '氏名')
    """
    return text if lang == "en" else _in_japanese(text)


def _in_japanese(text: str) -> str:
    plain, patterns = _known()
    for said in (text, _ARTICLE.sub("", text)):
        if said in plain:
            return plain[said]
    for pattern, template in patterns:
        found = pattern.fullmatch(text)
        if found:
            parts = {name: _in_japanese(part) for name, part in found.groupdict().items()}
            return template.format_map(parts)
    return text


@cache
def _known() -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    entries = [entry for key, entry in catalogue().items() if key.startswith("fact.")]
    plain = {entry["en"]: entry["ja"] for entry in entries if "{" not in entry["en"]}
    open_ = [entry for entry in entries if "{" in entry["en"]]
    open_.sort(key=lambda entry: -len(_PLACE.sub("", re.escape(entry["en"]))))
    return plain, [(_pattern(entry["en"]), entry["ja"]) for entry in open_]


def _pattern(english: str) -> re.Pattern[str]:
    """Places named …word take one word, all others any text."""
    return re.compile(_PLACE.sub(_group, re.escape(english)), re.DOTALL)


def _group(place: re.Match[str]) -> str:
    name = place[1]
    return rf"(?P<{name}>\S+)" if name.endswith("word") else f"(?P<{name}>.+)"
