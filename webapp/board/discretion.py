"""Illness has no place in minutes: what names one is taken out of what was written freely.

A list of words cannot know them all. Whoever prints reads the sheet before it goes round.
"""

from __future__ import annotations

import re
from typing import Final

from webapp.casework.unnamed import BLOT

_WORDS: Final = (
    "認知症", "アルツハイマー", "ボケ", "ぼけて", "痴呆", "もの忘れ", "物忘れ", "うつ病", "うつ",
    "鬱", "統合失調症", "精神障害", "精神疾患", "発達障害", "知的障害", "身体障害", "障害者",
    "障がい者", "障害", "障がい", "がん", "ガン", "癌", "腫瘍", "透析", "糖尿", "脳梗塞",
    "脳卒中", "脳出血", "心臓病", "心筋梗塞", "狭心症", "心不全", "高血圧", "肺炎", "結核",
    "喘息", "ぜんそく", "肝炎", "リウマチ", "パーキンソン", "てんかん", "依存症", "アル中",
    "アルコール中毒", "難病", "持病", "病気", "余命", "末期", "麻痺", "まひ", "骨折", "寝たきり",
    "失禁", "おむつ", "手術", "抗がん剤", "精神科", "通院", "入院", "要介護", "要支援",
)  # fmt: skip
"""Illness, disability and what tells of them, as people write them."""

_OTHERS: Final = r"[一-鿿ァ-ヶー]{1,8}(?:病(?![院棟室床気])|症(?!状)|障害|疾患)"
"""An illness that no list has: some letters, then 病 or 症."""

_LEVEL: Final = r"(?:要介護|要支援)\s*[1-5１-５一二三四五]"
_ENGLISH: Final = (
    r"\b(?:dementia|alzheimer\w*|depress\w+|schizophren\w+|cancer|tumou?r|dialysis|diabet\w+|"
    r"stroke|heart attack|pneumonia|tuberculosis|asthma|hepatitis|parkinson\w*|epilep\w+|"
    r"addict\w+|alcoholi\w+|disab\w+|paraly\w+|bedridden|incontinen\w+|ill(?:ness)?|disease|"
    r"surgery|hospitali[sz]ed)\b"
)
_KANA: Final = {"がん": r"(?<![ぁ-ん])がん(?!ば)", "うつ": r"(?<![ぁ-ん])うつ(?![ぁ-ん])"}
"""Short words in kana, where they are a word: not がんばる, not うつる."""

_LISTED: Final = "|".join(
    _KANA.get(one, re.escape(one)) for one in sorted(_WORDS, key=len, reverse=True)
)
_FOUND: Final = re.compile(rf"{_LEVEL}|(?:{_LISTED})[病症]?|{_OTHERS}|{_ENGLISH}", re.IGNORECASE)


def hide_illness(text: str) -> str:
    """The text without illnesses.

    >>> hide_illness("糖尿病で通院中。がんばっている")
    '〇〇で〇〇中。がんばっている'
    >>> hide_illness("認知症かもしれない。病院の前の坂")
    '〇〇かもしれない。病院の前の坂'
    """
    return re.sub(f"(?:{BLOT})+", BLOT, _FOUND.sub(BLOT, text))
