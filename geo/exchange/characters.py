"""Addresses as they are compared: one shape for old and new characters, kana and dashes.

Only for comparing; the address as written is what is stored.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_PAIRS: Final = (
    "澤沢 髙高 濱浜 濵浜 﨑崎 嵜崎 碕崎 邊辺 邉辺 齋斎 齊斉 廣広 國国 囯国 "
    "櫻桜 龍竜 瀧滝 嶋島 嶌島 槇槙 淵渕 渊渕 藪薮 檜桧 會会 鹽塩 驛駅 舊旧 "
    "榮栄 學学 寶宝 寳宝 實実 壽寿 圓円 豐豊 惠恵 德徳 緖緒 靜静 戶戸 條条 "
    "藏蔵 鷗鴎 鷄鶏 雞鶏 祿禄 禮礼 萬万 與与 彌弥 冨富 峯峰 舘館 穐秋 埜野 "
    "曾曽 龜亀 來来 應応 樂楽 澁渋 澀渋 狹狭 眞真 縣県 聲声 莊荘 輕軽 醫医 "
    "鐵鉄 關関 雙双 靈霊 顯顕 驒騨 黑黒 點点 瀨瀬 賴頼 麴麹 籠篭 竈竃 鰺鯵 "
    "頸頚 鶯鴬 螢蛍 籔薮 淸清 壹壱 貳弐 增増 曉暁 橫横 步歩 每毎 溪渓 濕湿 "
    "燒焼 獨独 畫画 當当 盡尽 祗祇 稻稲 穗穂 竝並 繩縄 聽聴 肅粛 臺台 莖茎 "
    "藥薬 蘆芦 處処 號号 蠶蚕 蟲虫 襃褒 覺覚 觀観 讚讃 豫予 釋釈 錢銭 鑛鉱 "
    "陷陥 隱隠 雜雑 飜翻 驗験 體体 鬪闘 鹼鹸 黃黄 齡齢 蠣蛎 礪砺 檮梼 禱祷 "
    "簞箪 攝摂 櫟檪 堯尭 遙遥 瑤瑶 彎湾 灣湾 拔抜 搜捜 擧挙 收収 數数 晝昼 "
    "棧桟 樓楼 權権 歐欧 殘残 氣気 瀆涜 爐炉 狀状 瓣弁 發発 眾衆 祕秘"
)

_NEW: Final = {ord(pair[0]): pair[1] for pair in _PAIRS.split()}

_KANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}

_SAME_SOUND: Final = {
    ord(old): new
    for olds, new in (("ゖヶが", "け"), ("ゕ", "か"), ("っ", "つ"), ("之乃", "の"), ("ゃ", "や"),
                      ("ゅ", "ゆ"), ("ょ", "よ"))
    for old in olds
}  # fmt: skip

_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−－─━~〜～"), "-")

_SELECTORS: Final = re.compile(r"[\u200b-\u200f\ufe00-\ufe0f\U000e0100-\U000e01ef]")

_BLANK: Final = re.compile(r"\s+")

_LOOSE_BLANK: Final = re.compile(r"(?<![0-9a-z-]) | (?![0-9a-z])")

_LONG_SIGN: Final = re.compile(r"(?<=[0-9])[ー](?=[0-9])")

_BETWEEN: Final = re.compile(r"(?<=[0-9])の(?=[0-9])")


def fold_address(text: str) -> str:
    """An address as it is compared.

    NFKC, new characters for old, hiragana for katakana, ケ = ヶ = が and の = ノ = 之, plain
    dashes; blanks stay only where they part two numbers.

    >>> fold_address("泉ヶ丘２ー３") == fold_address("泉が丘 2-3")
    True
    >>> fold_address("髙﨑町1の2 101")
    '高崎町1-2 101'
    """
    plain = unicodedata.normalize("NFKC", _SELECTORS.sub("", text).translate(_DASHES))
    plain = plain.translate(_DASHES).casefold().translate(_NEW).translate(_KANA)
    plain = _LOOSE_BLANK.sub("", _BLANK.sub(" ", plain.strip()))
    plain = _LONG_SIGN.sub("-", plain.translate(_SAME_SOUND))
    return _BETWEEN.sub("-", plain)
