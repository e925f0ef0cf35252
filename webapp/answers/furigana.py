"""Words with their furigana: 漢字《かんじ》 in our own texts."""

from __future__ import annotations

import re
from typing import Final

Ruby = tuple[str, str]
"""Words, and how they are read; "" = no furigana."""

_RUBY: Final = re.compile(r"([一-鿿々]+)《([ぁ-ん]+)》")


def split_ruby(text: str) -> list[Ruby]:
    """Words with their furigana.

    >>> split_ruby("見《み》ました")
    [('見', 'み'), ('ました', '')]
    """
    parts: list[Ruby] = []
    place = 0
    for found in _RUBY.finditer(text):
        if found.start() > place:
            parts.append((text[place : found.start()], ""))
        parts.append((found[1], found[2]))
        place = found.end()
    return parts + ([(text[place:], "")] if place < len(text) else [])


def plain_words(text: str) -> str:
    """The words without their furigana.

    >>> plain_words("見《み》ました")
    '見ました'
    """
    return _RUBY.sub(r"\1", text)
