"""Readings in Roman letters: ways of writing one sound in kana or Latin become one key.

A key is for finding only, as in `webapp.register.spelling`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

import jaconv

_KANA: Final = re.compile(r"[ァ-ヺー]+")

_LATIN: Final = re.compile(r"[a-z]+")

_MARKS: Final = re.compile(r"[\s'’\-.\u0300-\u036f]+")
"""What may stand between or above the letters: blanks, hyphens, macrons."""

_WAYS: Final = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"tch", "tty"),
        (r"shi", "si"),
        (r"chi", "ti"),
        (r"tsu", "tu"),
        (r"fu", "hu"),
        (r"ji|di", "zi"),
        (r"dzu|du", "zu"),
        (r"sh", "sy"),
        (r"ch", "ty"),
        (r"jy|j", "zy"),
        (r"wo", "o"),
        (r"m(?=[bmp])", "n"),
        (r"oh(?![aiueoy])", "o"),
        (r"ou|oo", "o"),
        (r"uu", "u"),
        (r"aa", "a"),
        (r"ee", "e"),
    )
)
"""Hepburn, 訓令式 and what passports write, folded to one; long vowels to short ones."""


@lru_cache(maxsize=131_072)
def roman_key(text: str) -> str:
    """A reading as it is compared; empty where there is none in the text.

    Parameters
    ----------
    text
        Katakana as `webapp.register.spelling.search_key` gives it, or Latin letters.

    >>> roman_key("タカサキ"), roman_key("takasaki"), roman_key("ｵｵﾉ"), roman_key("Ohno")
    ('takasaki', 'takasaki', 'ono', 'ono')
    >>> roman_key("シンイチ") == roman_key("Shin'ichi"), roman_key("高崎")
    (True, '')
    """
    plain = unicodedata.normalize("NFKC", text)
    if _KANA.fullmatch(plain):
        plain = jaconv.kata2alphabet(plain)
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", plain).casefold())
    return _fold(bare) if _LATIN.fullmatch(bare) else ""


def _fold(letters: str) -> str:
    for pattern, to in _WAYS:
        letters = pattern.sub(to, letters)
    return letters
