"""How words are compared: never as written, always folded the same way on both sides.

Folding is for comparing only. What a person's name or address looks like in the file
is what is stored.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import lru_cache
from typing import Final

from geo import terms

_KATAKANA_TO_HIRAGANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}

_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-") | dict.fromkeys(map(ord, "〜～∼∿"), "~")

_DROPPED: Final = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\ufe00-\ufe0f\U000e0100-\U000e01ef]+")

_KANJI_DIGITS: Final = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {
    "零": 0
}


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """A word as it is compared: NFKC, no spaces, small letters, hiragana, plain dashes.

    >>> fold("ｺﾞﾐ 出し") == fold("ごみ出し")
    True
    """
    plain = unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES)
    return _DROPPED.sub("", plain).casefold().translate(_KATAKANA_TO_HIRAGANA)


def narrow(text: str) -> str:
    """A cell that holds numbers or marks: NFKC, plain dashes, no outer blanks.

    >>> narrow("　９：００〜１２：００ ")
    '9:00~12:00'
    """
    return unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES).strip()


def find_code(table: str, word: str) -> str | None:
    """The code of ``word`` in a vocabulary of `geo.terms.LABELS`; None where it is unknown.

    >>> find_code("activity", "ゴミだし"), find_code("activity", "犬の散歩")
    ('garbage', None)
    """
    return _codes_by_spelling(table).get(fold(word))


def nearest_spelling(table: str, word: str) -> str | None:
    """The Japanese name whose spelling is most like ``word``; None where none is like it.

    >>> nearest_spelling("activity", "ゴミ出")
    'ゴミ出し'
    """
    known = _codes_by_spelling(table)
    close = difflib.get_close_matches(fold(word), known, n=1, cutoff=0.5)
    return terms.LABELS[table][known[close[0]]].ja if close else None


def read_kanji_number(text: str) -> int | None:
    """A whole number written in kanji, up to 999; None where it is none.

    >>> read_kanji_number("二十三"), read_kanji_number("一〇五"), read_kanji_number("町")
    (23, 105, None)
    """
    if not 0 < len(text) <= 9 or any(
        sign not in _KANJI_DIGITS and sign not in "十百" for sign in text
    ):
        return None
    if "十" not in text and "百" not in text:
        return int("".join(str(_KANJI_DIGITS[sign]) for sign in text))
    total = digit = 0
    for sign in text:
        if sign in _KANJI_DIGITS:
            digit = _KANJI_DIGITS[sign]
        else:
            total, digit = total + (digit or 1) * (10 if sign == "十" else 100), 0
    return total + digit


@lru_cache(maxsize=32)
def _codes_by_spelling(table: str) -> dict[str, str]:
    words: dict[str, str] = {}
    for term in terms.LABELS[table].values():
        for spelling in (term.ja, term.code, term.en, *term.spellings):
            words.setdefault(fold(spelling), term.code)
    return words
