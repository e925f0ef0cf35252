"""How deep the water gets: ranks of the published editions, and depths in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from geo.exchange.spellings import narrow

_DEPTH: Final = re.compile(
    r"(\d+(?:\.\d+)?)(cm|㎝|センチ(?:メートル)?)?(?:m|メートル)?(以上|超|以下|未満)?"
)
_MARKS: Final = re.compile(r"[\s~、,()（）をえるの]+")


class Depth(NamedTuple):
    """Metres of water at least and at most; None where it is not said, or has no end."""

    least: float | None = None
    most: float | None = None


UNTOLD: Final = Depth()

Ranks = Mapping[str, Depth]

RANKS_2012: Final[Ranks] = {
    "11": Depth(0.0, 0.5), "12": Depth(0.5, 1.0), "13": Depth(1.0, 2.0), "14": Depth(2.0, 5.0),
    "15": Depth(5.0, None),
    "21": Depth(0.0, 0.5), "22": Depth(0.5, 1.0), "23": Depth(1.0, 2.0), "24": Depth(2.0, 3.0),
    "25": Depth(3.0, 4.0), "26": Depth(4.0, 5.0), "27": Depth(5.0, None),
}  # fmt: skip
"""Source: 国土数値情報 浸水想定区域 (A31) 1.1, code list of depths: five steps or seven."""

RANKS: Final[Ranks] = {
    "1": Depth(0.0, 0.5), "2": Depth(0.5, 3.0), "3": Depth(3.0, 5.0), "4": Depth(5.0, 10.0),
    "5": Depth(10.0, 20.0), "6": Depth(20.0, None),
}  # fmt: skip
"""Source: 国土数値情報 洪水浸水想定区域 (A31a, A31b) 2.1 to 4.0, code list of depths."""


def read_depth(text: str) -> Depth | None:
    """A depth as people and offices write it; None where it is none.

    >>> read_depth("0.5m以上3.0m未満"), read_depth("20m以上"), read_depth("５０ｃｍ未満")
    (Depth(least=0.5, most=3.0), Depth(least=20.0, most=None), Depth(least=0.0, most=0.5))
    >>> read_depth("1.2"), read_depth("0.3m以上 ～ 1m未満"), read_depth("深い")
    (Depth(least=1.2, most=1.2), Depth(least=0.3, most=1.0), None)
    """
    plain = _MARKS.sub("~", narrow(text).lower()).strip("~")
    said = [
        (float(number) / (100.0 if centimetres else 1.0), bound)
        for number, centimetres, bound in _DEPTH.findall(plain)
    ]
    if not said or _DEPTH.sub("", plain).strip("~-") or len(said) > 2:
        return None
    if len(said) == 2:
        return Depth(said[0][0], said[1][0]) if said[0][0] <= said[1][0] else None
    metres, bound = said[0]
    if bound in {"以下", "未満"}:
        return Depth(0.0, metres)
    return Depth(metres, None if bound else metres)
