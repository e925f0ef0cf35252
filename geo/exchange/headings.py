"""Which heading of a roster means which field: a table of spellings, and a proposal from it.

A field is a column of the layer's contract, or one of the further ones a register
keeps (kana, phone, birth_date), or one choice of a list, as ``activities:garbage`` for
a column of ○ under ゴミ出し.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

from geo.errors import ParameterWrong
from geo.exchange.hours import HOURS_BY_WORD
from geo.exchange.spellings import find_code, fold
from geo.layers import CONTRACTS

RosterKind = Literal["households", "supporters", "links"]

_PERSON: Final[dict[str, tuple[str, ...]]] = {
    "name": ("氏名", "名前", "お名前", "姓名", "世帯主氏名", "世帯主名", "世帯主", "代表者"),
    "kana": (
        "フリガナ", "氏名カナ", "カナ氏名", "氏名フリガナ", "名前カナ", "カナ", "読み", "よみがな",
        "世帯主カナ",
    ),
    "address": ("住所", "現住所", "自宅住所", "居住地", "所在地", "住所地"),
    "phone": (
        "電話番号", "電話", "TEL", "自宅電話", "固定電話", "携帯電話", "携帯番号", "携帯", "連絡先",
        "電話番号1", "phone number",
    ),
    "birth_date": ("生年月日", "誕生日", "date of birth"),
    "lat": ("緯度", "latitude", "北緯"),
    "lon": ("経度", "longitude", "lng", "long", "東経"),
    "district_id": (
        "校区ID", "地区ID", "校区", "小学校区", "地区", "学区", "校区名", "地区名", "district",
    ),
}  # fmt: skip

HEADINGS: Final[dict[RosterKind, dict[str, tuple[str, ...]]]] = {
    "households": _PERSON
    | {
        "name": (*_PERSON["name"], "利用者氏名", "利用者", "要支援者", "対象者氏名"),
        "id": (
            "世帯ID", "世帯番号", "household_id", "利用者番号", "整理番号", "管理番号", "台帳番号",
            "番号", "No",
        ),
        "composition": ("世帯構成", "世帯類型", "世帯区分", "家族構成", "世帯状況", "世帯の状況"),
        "needs": (
            "困りごと", "必要な支援", "希望する支援", "支援内容", "ニーズ", "手伝ってほしいこと",
            "依頼内容", "支援の希望",
        ),
    },
    "supporters": _PERSON
    | {
        "name": (*_PERSON["name"], "支援者氏名", "支援者名", "支援者", "担い手", "サポーター氏名"),
        "id": (
            "支援者ID", "支援者番号", "supporter_id", "登録番号", "会員番号", "担い手番号",
            "整理番号", "管理番号", "番号", "No",
        ),
        "activities": (
            "支援内容", "活動内容", "できる活動", "できること", "支援できること", "可能な活動",
            "提供できる支援", "協力できること", "活動", "activity",
        ),
        "status": ("状態", "活動状況", "登録状況", "登録状態", "状況", "ステータス"),
        "weekdays": (
            "曜日", "活動曜日", "活動可能曜日", "可能曜日", "可能な曜日", "希望曜日",
            "都合のよい曜日", "活動できる曜日", "できる曜日", "weekday",
        ),
        "hours": (
            "時間帯", "時間", "活動時間", "活動可能時間", "活動時間帯", "可能時間", "可能な時間帯",
            "希望時間", "都合のよい時間",
        ),
        "most_per_week": (
            "週の回数", "週回数", "週あたり回数", "最大回数", "上限回数", "週上限", "活動回数",
            "回数",
        ),
        "load": ("担当件数", "担当数", "現在の件数", "現在の回数", "受け持ち件数"),
        "pace": ("歩く速さ", "歩行速度", "速さ"),
        "farthest_minutes": (
            "移動時間", "徒歩時間", "行ける時間", "最大移動時間", "徒歩何分まで", "移動可能時間",
            "片道時間",
        ),
        "mode": ("移動手段", "交通手段", "移動方法", "手段"),
        "gender": ("性別", "男女別", "男女", "sex"),
        "birth_year": ("生年", "生まれ年", "誕生年", "生年（西暦）", "year of birth"),
    },
    "links": {
        "watcher_id": (
            "見守る人ID", "見守る人", "見守り手", "見守る側", "見守り手ID", "見守る方", "支援者ID",
            "watcher", "from",
        ),
        "watched_id": (
            "見守られる人ID", "見守られる人", "見守られる側", "見守り対象", "見守り対象者",
            "対象者", "見守られる方", "対象者ID", "世帯ID", "watched", "to",
        ),
        "kind": ("種類", "種別", "見守りの種類", "関係", "つながり"),
        "direction": ("方向", "向き"),
        "strength": ("強さ", "強弱", "つながりの強さ", "太さ"),
        "how_often": ("頻度", "回数", "訪問頻度"),
    },
}  # fmt: skip
"""Spellings of every field, the surest first; the field's own name is always one."""

_OPTIONS: Final[dict[RosterKind, dict[str, str]]] = {
    "households": {"activity": "needs"},
    "supporters": {"activity": "activities", "weekday": "weekdays"},
    "links": {},
}
"""List field for a column of marks under a word of a vocabulary."""

_OPTION_WORDS: Final = {
    "activity": (
        "ゴミ出し", "掃除", "洗濯", "同行", "代行", "買物", "草取り", "修理", "話し相手", "見守り",
    ),
    "weekday": tuple("月火水木金土日"),
}  # fmt: skip

_REMARK: Final = re.compile(r"[(\[【〔].*?[)\]】〕]")

_SIGNS: Final = re.compile(r"[()\[\]【】〔〕※*:・.]")


def known_headings(kind: RosterKind) -> list[str]:
    """Every spelling that a header row may hold."""
    spellings = [spelling for all_ in HEADINGS[kind].values() for spelling in all_]
    options = [word for table in _OPTIONS[kind] for word in _OPTION_WORDS[table]]
    return [*spellings, *HEADINGS[kind], *options]


def fields(kind: RosterKind) -> list[str]:
    """The fields a column of such a roster may be."""
    contract = [column.name for column in CONTRACTS[kind] if column.name != "geocode_level"]
    return [*contract, *(name for name in HEADINGS[kind] if name not in contract)]


def propose_mapping(
    names: list[str], kind: RosterKind, overrule: Mapping[str, str | None] | None = None
) -> dict[str, str]:
    """Field of every heading that is recognised.

    Parameters
    ----------
    names
        Headings as in `geo.exchange.sheets.Headings`.
    kind
        Which roster.
    overrule
        Heading → field, going before the proposal; None or ``""`` keeps the column out.
        Headings the file lacks are passed over, so that a mapping kept from another file
        of the same office can be given.

    Raises
    ------
    ParameterWrong
        ``overrule`` names a field there is not, or one field for two columns.

    >>> propose_mapping(["氏名", "ゴミ出し", "備考"], "supporters")
    {'氏名': 'name', 'ゴミ出し': 'activities:garbage'}
    """
    chosen = _check_overrule(names, kind, overrule or {})
    ruled = set(chosen)
    taken = set(chosen.values())
    recognised = [
        (rank, index, name, field)
        for index, name in enumerate(names)
        if name and name not in ruled
        for field, rank in [_recognise(name, kind)]
        if field
    ]
    for _, _, name, field in sorted(recognised):
        if field not in taken:
            chosen[name] = field
            taken.add(field)
    proposed = {name: chosen[name] for name in names if name in chosen}
    return _drop_lone_options(proposed, ruled)


def _check_overrule(
    names: list[str], kind: RosterKind, overrule: Mapping[str, str | None]
) -> dict[str, str]:
    by_key = {fold(name): name for name in names if name}
    chosen: dict[str, str] = {}
    for heading, field in overrule.items():
        name = by_key.get(fold(heading))
        if field and not _is_field(field, kind):
            wanted = "one of " + ", ".join(fields(kind))
            raise ParameterWrong(name=f"mapping of {heading}", value=field, wanted=wanted)
        if name is not None and field and field in chosen.values():
            raise ParameterWrong(name="mapping", value=f"{field} twice", wanted="a field once")
        if name is not None:
            chosen[name] = field or ""
    return chosen


def _is_field(field: str, kind: RosterKind) -> bool:
    base, _, option = field.partition(":")
    if not option:
        return field in fields(kind)
    if base == "hours" and kind == "supporters":
        return any(option in spans for spans in HOURS_BY_WORD.values())
    tables = [table for table, name in _OPTIONS[kind].items() if name == base]
    return any(find_code(table, option) == option for table in tables)


def _recognise(name: str, kind: RosterKind) -> tuple[str, int]:
    """The field of a heading and how unsure that is; ``""`` where none."""
    spellings = _ranked_spellings(kind)
    whole = fold(name)
    parts = [fold(part) for part in name.split(" ")]
    keys = [whole, _SIGNS.sub("", whole), _REMARK.sub("", whole), parts[-1], parts[0]]
    for unsure, key in enumerate(keys):
        if key in spellings:
            field, rank = spellings[key]
            return field, rank + 100 * unsure
        option = _option(key, kind) if unsure < 4 else ""
        if option:
            return option, 50 + 100 * unsure
    return "", 0


@lru_cache(maxsize=3)
def _ranked_spellings(kind: RosterKind) -> dict[str, tuple[str, int]]:
    ranked: dict[str, tuple[str, int]] = {}
    for field, spellings in HEADINGS[kind].items():
        for rank, spelling in enumerate((field, *spellings)):
            ranked.setdefault(fold(spelling), (field, rank))
    return ranked


def _option(key: str, kind: RosterKind) -> str:
    for table, field in _OPTIONS[kind].items():
        code = find_code(table, key)
        if code is not None:
            return f"{field}:{code}"
    spans = HOURS_BY_WORD.get(key, ())
    return f"hours:{spans[0]}" if kind == "supporters" and len(spans) == 1 else ""


def _drop_lone_options(mapping: dict[str, str], ruled: set[str]) -> dict[str, str]:
    """Without その他 or a single 日 that stand alone: those are remarks and dates."""
    bases = [field.partition(":")[0] for field in mapping.values() if ":" in field]
    return {
        name: field
        for name, field in mapping.items()
        if name in ruled
        or not (field.endswith(":other") or field.startswith("weekdays:"))
        or bases.count(field.partition(":")[0]) > 1
    }
