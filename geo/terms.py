"""The field's words: one code each, its Japanese and English names, how files spell it.

Code uses the code, screens show ``ja`` or ``en``, readers accept the ``spellings``
(compared after NFKC, without spaces). A new word of the field is added here first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Term:
    """One word of the field."""

    code: str
    ja: str
    en: str
    spellings: tuple[str, ...] = ()


def _table(*terms: Term) -> dict[str, Term]:
    return {term.code: term for term in terms}


ACTIVITIES: Final = _table(
    Term("garbage", "ゴミ出し", "Putting out garbage", ("ゴミ", "ごみ出し", "ごみ", "ゴミだし")),
    Term("cleaning", "掃除", "Cleaning", ("そうじ", "清掃", "室内清掃")),
    Term("laundry", "洗濯", "Laundry", ("せんたく",)),
    Term(
        "accompaniment",
        "同行（買物・通院等）",
        "Going along (shopping, clinic)",
        ("同行", "付き添い", "付添", "通院同行", "買物同行", "買い物同行"),
    ),
    Term(
        "errand", "代行（買物等）", "Errands", ("代行", "買物", "買い物", "買物代行", "買い物代行")
    ),
    Term(
        "garden",
        "庭木剪定・草取り",
        "Garden work",
        ("庭", "草取り", "剪定", "庭木剪定", "草むしり"),
    ),
    Term("furniture", "家具等の修理", "Furniture repair", ("家具", "修理", "家具修理", "家具移動")),
    Term(
        "talk",
        "話し相手・見守り",
        "Company, watching over",
        ("話し相手", "見守り", "傾聴", "声かけ"),
    ),
    Term("other", "その他", "Other", ("他",)),
)

COMPOSITIONS: Final = _table(
    Term(
        "single_elderly",
        "高齢者独居",
        "Elderly, living alone",
        ("独居", "一人暮らし", "ひとり暮らし", "独居高齢者", "高齢単身", "単身"),
    ),
    Term(
        "elderly_couple",
        "高齢者夫婦",
        "Elderly couple",
        ("高齢夫婦", "老夫婦", "高齢者のみ", "夫婦のみ", "高齢者世帯"),
    ),
    Term("daytime_alone", "日中独居", "Alone in the daytime", ("昼間独居", "昼間一人")),
    Term(
        "with_disability",
        "障害のある人",
        "With a disability",
        ("障害", "障がい", "障害者", "障がい者", "障害者世帯"),
    ),
    Term("child_rearing", "子育て世帯", "Raising children", ("子育て", "ひとり親", "母子", "父子")),
    Term("other", "その他", "Other", ("一般", "他")),
)

SUPPORTER_STATUSES: Final = _table(
    Term("willing", "希望", "Willing", ("意向あり", "希望あり")),
    Term("interviewed", "面談済", "Interviewed", ("面談済み", "面接済")),
    Term("registered", "登録", "Registered", ("登録済", "登録済み")),
    Term("active", "活動中", "Active", ("活動", "稼働", "在籍")),
    Term("resting", "休止中", "Resting", ("休止", "休み", "休会")),
    Term("left", "退会", "Left", ("辞退", "脱会", "退任")),
)

MODES: Final = _table(
    Term("foot", "徒歩", "On foot", ("歩き",)),
    Term("bicycle", "自転車", "Bicycle", ("ちゃりんこ",)),
    Term("car", "車", "Car", ("自動車", "自家用車", "クルマ")),
)

WEEKDAYS: Final = _table(
    Term("MO", "月", "Monday", ("月曜", "月曜日", "Mon")),
    Term("TU", "火", "Tuesday", ("火曜", "火曜日", "Tue")),
    Term("WE", "水", "Wednesday", ("水曜", "水曜日", "Wed")),
    Term("TH", "木", "Thursday", ("木曜", "木曜日", "Thu")),
    Term("FR", "金", "Friday", ("金曜", "金曜日", "Fri")),
    Term("SA", "土", "Saturday", ("土曜", "土曜日", "Sat")),
    Term("SU", "日", "Sunday", ("日曜", "日曜日", "Sun")),
)
"""Codes as in RFC 5545 (BYDAY)."""

LINK_KINDS: Final = _table(
    Term("watching", "見守り", "Watching over", ("声かけ", "見守")),
    Term("shopping", "買物", "Shopping", ("買い物", "買物支援")),
    Term("key", "鍵預かり", "Keeps the key", ("鍵", "合鍵", "鍵を預かる")),
    Term("relative", "親族", "Relative", ("家族", "親戚", "娘", "息子", "兄弟")),
    Term("friend", "友人", "Friend", ("友達", "知人", "仲良し")),
    Term("lesson", "習い事", "Lesson, club", ("趣味", "サークル", "教室")),
    Term("other", "その他", "Other", ("他",)),
)

LINK_DIRECTIONS: Final = _table(
    Term("one_way", "一方向", "One way", ("片方向", "→")),
    Term("mutual", "互いに", "Mutual", ("相互", "双方向", "お互い", "⇔", "↔")),
)

PLACE_KINDS: Final = _table(
    Term("shop", "商店", "Shop", ("店", "スーパー", "コンビニ")),
    Term("clinic", "医療機関", "Clinic", ("病院", "医院", "診療所", "クリニック")),
    Term("bus_stop", "バス停", "Bus stop", ("停留所",)),
    Term(
        "garbage_station",
        "ゴミステーション",
        "Garbage station",
        ("ごみ集積所", "ゴミ集積所", "ごみステーション"),
    ),
    Term("hall", "集会所・市民センター", "Hall", ("公民館", "集会所", "市民センター", "自治会館")),
    Term("aed", "AED", "AED", ()),
    Term(
        "shelter",
        "避難場所・避難所",
        "Shelter",
        ("避難所", "避難場所", "指定避難所", "指定緊急避難場所"),
    ),
    Term("mobile_sales", "移動販売", "Mobile-sales stop", ("移動販売車",)),
    Term("welfare", "福祉施設", "Welfare facility", ("介護施設", "デイサービス")),
    Term("other", "その他", "Other", ("他",)),
)

LABELS: Final = {
    "activity": ACTIVITIES,
    "composition": COMPOSITIONS,
    "status": SUPPORTER_STATUSES,
    "mode": MODES,
    "weekday": WEEKDAYS,
    "link": LINK_KINDS,
    "direction": LINK_DIRECTIONS,
    "place": PLACE_KINDS,
}
"""Every table by the name screens use for it."""


def label(table: str, code: str, lang: str) -> str:
    """The name of ``code`` in ``lang`` ("ja" or "en"); an unknown code is shown as it is.

    >>> label("activity", "garbage", "ja")
    'ゴミ出し'
    """
    term = LABELS[table].get(code)
    if term is None:
        return code
    return term.ja if lang == "ja" else term.en
