"""Search keys: what is typed and what is written are folded alike before they are compared.

A key is for finding only. Names and addresses stay as they were written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from geo.exchange.spellings import read_kanji_number

_TO_KATAKANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}

_DROPPED: Final = re.compile(
    r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\U000e0100-\U000e01ef・.,、。]+"
)
"""Blanks, invisible marks, selectors of variants, and what stands between parts of a name."""

_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−－﹣"), "-")

_FORMS: Final = (
    "高髙", "崎﨑嵜", "斎齋斉齊", "辺邊邉", "浜濱濵", "沢澤", "広廣", "国國", "島嶋嶌", "吉𠮷",
    "桜櫻", "竜龍", "滝瀧", "関關", "恵惠", "栄榮", "円圓", "塩鹽", "柳栁", "徳德", "真眞",
    "黒黑", "条條", "寿壽", "静靜", "豊豐", "富冨", "宝寶", "峰峯", "館舘", "会會", "学學",
    "県縣", "郷鄕", "縄繩", "万萬", "与與", "梅楳", "蔵藏", "総總", "増增", "瀬瀨", "清淸",
    "青靑", "曽曾", "為爲", "弥彌", "来來", "礼禮", "鉄鐵", "当當", "戸戶", "録錄", "緑綠",
    "亀龜", "涼凉", "杉杦", "薮藪", "遥遙", "実實", "寛寬", "巌巖", "壮壯", "芦蘆",
    "桧檜", "稲稻", "穂穗", "鶴靏", "亜亞", "応應", "温溫", "楽樂", "気氣", "暁曉", "尭堯",
    "勲勳", "渓溪", "芸藝", "剣劍", "顕顯", "厳嚴", "槙槇", "乗乘", "慎愼", "瑶瑤", "聡聰",
    "伝傳", "満滿", "頼賴", "覧覽", "凛凜", "塁壘", "励勵", "歴歷", "錬鍊", "巻卷",
    "奥奧", "経經", "継繼", "鶏鷄", "船舩", "土圡", "丘坵", "角⻆", "野埜", "橋𣘺",
    "藤籘", "桑桒", "倉仺", "昇曻", "秋穐", "松枩", "柏栢", "枡桝", "双雙", "処處", "医醫",
    "売賣", "圧壓", "声聲", "尽盡", "帰歸", "弐貳", "恋戀", "拡擴", "拝拜", "挙擧", "数數",
    "旧舊", "昼晝", "栃杤", "検檢", "欧歐", "殻殼", "沖冲", "浄淨", "浅淺", "済濟", "湾灣",
    "画畫", "発發", "祢禰", "稚穉", "糸絲", "缶罐", "翠翆", "脇脅", "荘莊", "薫薰",
    "蛍螢", "誉譽", "読讀", "転轉", "輝煇", "迩邇", "道衜", "鎮鎭", "陥陷",
    "陰隂", "随隨", "雑雜", "霊靈", "駅驛", "駆驅", "鴎鷗", "麦麥", "麺麵", "黄黃", "齢齡",
)  # fmt: skip
"""Characters of names that are one and the same, the usual form first."""


def _usual_forms() -> dict[int, str]:
    return {ord(form): forms[0] for forms in _FORMS for form in forms[1:]}


_USUAL: Final = _usual_forms()

_KANJI_NUMBER: Final = re.compile(r"([〇一二三四五六七八九十百]+)(?=丁目|番地|番(?!町|丁)|号)")

_BETWEEN: Final = re.compile(r"(?<=\d)(?:丁目|番地[のノ]?|番(?!町|丁)|号室?|[のノー](?=\d))")

_LAND: Final = re.compile(r"大字|(?<=[^\d])字(?=.)")


@lru_cache(maxsize=131_072)
def search_key(text: str) -> str:
    """A word as it is searched: NFKC, katakana, small letters, usual characters, no blanks.

    >>> search_key("髙﨑　ふく子"), search_key("ﾀｶｻｷ ﾌｸｺ")
    ('高崎フク子', 'タカサキフクコ')
    """
    plain = unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES)
    whole = unicodedata.normalize("NFKC", _DROPPED.sub("", plain).casefold())
    return _DROPPED.sub("", whole).translate(_TO_KATAKANA).translate(_USUAL)


def person_key(name: str | None, kana: str | None) -> str | None:
    """Name and kana in one key, a blank between; None where neither is known."""
    words = [search_key(word) for word in (name, kana) if word]
    return " ".join(word for word in words if word) or None


@lru_cache(maxsize=131_072)
def address_key(address: str) -> str:
    """An address as it is searched: numerals for 丁目, 番地 and 号, joined by hyphens.

    >>> address_key("守恒本町一丁目２番３号") == address_key("守恒本町1-2-3")
    True
    >>> address_key("三番町5")
    '三番町5'
    """
    plain = _KANJI_NUMBER.sub(_as_digits, search_key(address))
    return re.sub(r"-+", "-", _LAND.sub("", _BETWEEN.sub("-", plain))).strip("-")


def _as_digits(found: re.Match[str]) -> str:
    number = read_kanji_number(found[1])
    return found[1] if number is None else str(number)


def phone_key(phone: str) -> str:
    """The digits of a telephone number, +81 as 0; empty where there are none.

    >>> phone_key("０９３（９６１）０００１"), phone_key("+81 93-961-0001")
    ('0939610001', '0939610001')
    """
    plain = unicodedata.normalize("NFKC", phone)
    digits = re.sub(r"[^0-9]", "", plain)
    return "0" + digits[2:] if plain.lstrip().startswith("+81") else digits
