"""The field's words: one code each, its Japanese and English names, how files spell it.

Code uses the code, screens show ``ja`` or ``en``, readers accept the ``spellings``
(compared after NFKC, without spaces). A new word of the field is added here first.
"""

from __future__ import annotations

from typing import Final

from geo.terms.hall import (
    AGES,
    AREAS,
    ENDINGS,
    OFTEN,
    PARTS,
    SAID,
    WORKSHOP_BASES,
    WORKSHOP_KINDS,
    WORKSHOP_STATUSES,
)
from geo.terms.hazard import AGED, FLEEING_PACES, FLIGHTS, HAZARD_KINDS, RESCUES
from geo.terms.studies import (
    CAVEATS,
    CLASS_REASONS,
    COVERED,
    DECAYS,
    JOB_KINDS,
    JOB_STATES,
    PROJECTED,
    SCHEMES,
    SERVED,
    SPOTS,
    WAYS,
)
from geo.terms.term import Term, table_of

ACTIVITIES: Final = table_of(
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

COMPOSITIONS: Final = table_of(
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

SUPPORTER_STATUSES: Final = table_of(
    Term("willing", "希望", "Willing", ("意向あり", "希望あり")),
    Term("interviewed", "面談済", "Interviewed", ("面談済み", "面接済")),
    Term("registered", "登録", "Registered", ("登録済", "登録済み")),
    Term("active", "活動中", "Active", ("活動", "稼働", "在籍")),
    Term("resting", "休止中", "Resting", ("休止", "休み", "休会")),
    Term("left", "退会", "Left", ("辞退", "脱会", "退任")),
)

MODES: Final = table_of(
    Term("foot", "徒歩", "On foot", ("歩き",)),
    Term("bicycle", "自転車", "Bicycle", ("ちゃりんこ",)),
    Term("car", "車", "Car", ("自動車", "自家用車", "クルマ")),
)

WEEKDAYS: Final = table_of(
    Term("MO", "月", "Monday", ("月曜", "月曜日", "Mon")),
    Term("TU", "火", "Tuesday", ("火曜", "火曜日", "Tue")),
    Term("WE", "水", "Wednesday", ("水曜", "水曜日", "Wed")),
    Term("TH", "木", "Thursday", ("木曜", "木曜日", "Thu")),
    Term("FR", "金", "Friday", ("金曜", "金曜日", "Fri")),
    Term("SA", "土", "Saturday", ("土曜", "土曜日", "Sat")),
    Term("SU", "日", "Sunday", ("日曜", "日曜日", "Sun")),
)
"""Codes as in RFC 5545 (BYDAY)."""

LINK_KINDS: Final = table_of(
    Term("watching", "見守り", "Watching over", ("声かけ", "見守")),
    Term("shopping", "買物", "Shopping", ("買い物", "買物支援")),
    Term("key", "鍵預かり", "Keeps the key", ("鍵", "合鍵", "鍵を預かる")),
    Term("relative", "親族", "Relative", ("家族", "親戚", "娘", "息子", "兄弟")),
    Term("friend", "友人", "Friend", ("友達", "知人", "仲良し")),
    Term("lesson", "習い事", "Lesson, club", ("趣味", "サークル", "教室")),
    Term("other", "その他", "Other", ("他",)),
)

LINK_DIRECTIONS: Final = table_of(
    Term("one_way", "一方向", "One way", ("片方向", "→")),
    Term("mutual", "互いに", "Mutual", ("相互", "双方向", "お互い", "⇔", "↔")),
)

PLACE_KINDS: Final = table_of(
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

GENDERS: Final = table_of(
    Term("f", "女性", "Woman", ("女", "F")),
    Term("m", "男性", "Man", ("男", "M")),
    Term("other", "その他", "Other", ("他", "無回答")),
)

SOURCES: Final = table_of(
    Term("self", "本人", "The person", ("ご本人",)),
    Term("family", "家族", "Family", ("ご家族", "親族")),
    Term("welfare_helper", "福祉協力員", "Welfare helper", ("協力員",)),
    Term("commissioner", "民生委員", "Welfare commissioner", ("民生児童委員",)),
    Term("needs_helper", "ニーズ対応員", "Needs helper", ()),
    Term("care_manager", "ケアマネ", "Care manager", ("ケアマネジャー", "介護支援専門員")),
)
"""From whom a consultation comes."""

CHANNELS: Final = table_of(
    Term("phone", "電話", "Telephone", ("TEL",)),
    Term("visit", "訪問", "Visit", ()),
    Term("office", "来所", "At the office", ("窓口",)),
    Term("letter", "手紙・ファクス", "Letter, fax", ("FAX", "ファックス")),
    Term("survey", "アンケート", "Survey", ("調査",)),
)

CONSULTATION_STATUSES: Final = table_of(
    Term("received", "受付", "Received"),
    Term("in_hand", "対応中", "In hand"),
    Term("referred", "つないだ", "Referred"),
    Term("closed", "終了", "Closed"),
)

REQUEST_STATUSES: Final = table_of(
    Term("received", "受付", "Received"),
    Term("coordinating", "調整中", "Coordinating"),
    Term("asking", "打診中", "Asking"),
    Term("settled", "決定", "Settled"),
    Term("running", "活動中", "Running"),
    Term("done", "終了", "Done"),
    Term("unmet", "対応できず", "Unmet"),
    Term("cancelled", "取消し", "Cancelled"),
)

OFFER_STATUSES: Final = table_of(
    Term("waiting", "返事待ち", "Waiting"),
    Term("absent", "不在", "Not reached"),
    Term("accepted", "承諾", "Accepted"),
    Term("declined", "辞退", "Declined"),
    Term("withdrawn", "取下げ", "Withdrawn"),
)

SERIES_STATUSES: Final = table_of(
    Term("active", "続いている", "Active"),
    Term("paused", "休止中", "Paused"),
    Term("ended", "終了", "Ended"),
)

VISIT_STATUSES: Final = table_of(
    Term("planned", "予定", "Planned"),
    Term("done", "済み", "Done"),
    Term("nobody_home", "不在だった", "Nobody home"),
    Term("missed", "できなかった", "Missed"),
    Term("cancelled", "取消し", "Cancelled"),
)

PERSON_STATUSES: Final = table_of(
    Term("active", "支援中", "Active"),
    Term("paused", "休止（入院・入所）", "Paused (hospital, home)"),
    Term("moved", "転居", "Moved"),
    Term("deceased", "死亡", "Deceased"),
    Term("closed", "終了", "Closed"),
)

UNITS: Final = table_of(
    Term("yen", "円", "Yen"),
    Term("ticket", "券", "Tickets"),
    Term("minute", "分", "Minutes"),
)
"""What help is settled in."""

STAGES: Final = table_of(
    Term("1", "調べる", "Finding out"),
    Term("2", "しくみを考える", "Thinking the scheme through"),
    Term("3", "しくみをつくる", "Setting the scheme up"),
)
"""The three steps of a district."""

PAYMENTS: Final = table_of(
    Term("paid", "有償", "Paid", ("有料",)),
    Term("unpaid", "無償", "Unpaid", ("無料", "ボランティア")),
    Term("both", "有償・無償", "Paid and unpaid", ("両方",)),
    Term("either", "どちらでも", "Either", ()),
)

MEETING_KINDS: Final = table_of(
    Term("liaison", "連絡調整会議", "Liaison meeting"),
    Term("residents", "住民の会合", "Residents' meeting"),
    Term("training", "研修", "Training"),
    Term("other", "その他の会議", "Other meeting"),
)

DECLINES: Final = table_of(
    Term("busy", "忙しい・都合が合わない", "Busy, does not suit"),
    Term("ill", "体調がすぐれない", "Not well"),
    Term("too_far", "遠い", "Too far"),
    Term("dislikes", "この活動は苦手", "Does not like this activity"),
    Term("other", "その他", "Other"),
)
"""Why a supporter says no."""

WITHDRAWALS: Final = table_of(
    Term("settled", "ほかの方に決まった", "Somebody else was found"),
    Term("timeout", "返事がないまま期限が過ぎた", "No answer in time"),
    Term("cancelled", "依頼が取り消された", "The request was cancelled"),
    Term("given_up", "対応できないことになった", "The request could not be met"),
    Term("mistaken", "まちがえて打診した", "Asked by mistake"),
    Term("dropped_out", "引き受けたあとで都合が悪くなった", "Had to drop out"),
    Term("other", "その他", "Other"),
)
"""Why an offer is taken back."""

UNMETS: Final = table_of(
    Term("nobody_near", "近くに担い手がいない", "No supporter near"),
    Term("nobody_willing", "引き受ける人がいない", "Nobody agreed"),
    Term("too_late", "日時に間に合わない", "Not in time"),
    Term("beyond", "活動の範囲を超える", "Beyond what is offered"),
    Term("other", "その他", "Other"),
)
"""Why a request stays unmet."""

CANCELS: Final = table_of(
    Term("not_needed", "必要がなくなった", "No longer needed"),
    Term("elsewhere", "ほかで解決した", "Solved elsewhere"),
    Term("hospital", "入院・入所", "In hospital or a home"),
    Term("moved", "転居", "Moved away"),
    Term("deceased", "死亡", "Deceased"),
    Term("mistaken", "まちがえて登録した", "Entered by mistake"),
    Term("other", "その他", "Other"),
)
"""Why a request is cancelled."""

WARDS: Final = table_of(
    Term("40101", "門司区", "Moji", ("門司",)),
    Term("40103", "若松区", "Wakamatsu", ("若松",)),
    Term("40105", "戸畑区", "Tobata", ("戸畑",)),
    Term("40106", "小倉北区", "Kokura-kita", ("小倉北",)),
    Term("40107", "小倉南区", "Kokura-minami", ("小倉南",)),
    Term("40108", "八幡東区", "Yahata-higashi", ("八幡東",)),
    Term("40109", "八幡西区", "Yahata-nishi", ("八幡西",)),
)
"""The wards of the programme's city by their municipality codes; others are shown as written."""

LEAVING: Final = table_of(
    Term("health", "体調・けが", "Health", ("体調", "体調をくずした", "体調不良", "けが", "病気")),
    Term("busy", "仕事・用事が増えた", "Work, other duties"),
    Term("caring", "家族の介護・子育て", "Care for the family"),
    Term("moved", "転居", "Moved away", ("引っ越し", "引越し")),
    Term("age", "高齢のため", "Age", ("高齢",)),
    Term("no_match", "頼まれることがなかった", "Was never asked"),
    Term("not_suited", "思っていたのと違った", "Not what was expected"),
    Term("not_reached", "連絡がとれない", "Cannot be reached"),
    Term("deceased", "死亡", "Died"),
    Term("other", "その他", "Other", ("他",)),
)
"""Why a supporter rests or leaves."""

LABELS: Final = {
    "activity": ACTIVITIES,
    "composition": COMPOSITIONS,
    "status": SUPPORTER_STATUSES,
    "mode": MODES,
    "weekday": WEEKDAYS,
    "link": LINK_KINDS,
    "direction": LINK_DIRECTIONS,
    "place": PLACE_KINDS,
    "hazard": HAZARD_KINDS,
    "aged": AGED,
    "pace": FLEEING_PACES,
    "flight": FLIGHTS,
    "rescue": RESCUES,
    "gender": GENDERS,
    "source": SOURCES,
    "channel": CHANNELS,
    "consultation_status": CONSULTATION_STATUSES,
    "request_status": REQUEST_STATUSES,
    "offer_status": OFFER_STATUSES,
    "series_status": SERIES_STATUSES,
    "visit_status": VISIT_STATUSES,
    "person_status": PERSON_STATUSES,
    "unit": UNITS,
    "stage": STAGES,
    "payment": PAYMENTS,
    "meeting": MEETING_KINDS,
    "leaving": LEAVING,
    "ward": WARDS,
    "decline": DECLINES,
    "withdrawal": WITHDRAWALS,
    "unmet": UNMETS,
    "cancel": CANCELS,
    "said": SAID,
    "part": PARTS,
    "age": AGES,
    "often": OFTEN,
    "area": AREAS,
    "ending": ENDINGS,
    "workshop_status": WORKSHOP_STATUSES,
    "workshop_kind": WORKSHOP_KINDS,
    "workshop_basis": WORKSHOP_BASES,
    "spot": SPOTS,
    "caveat": CAVEATS,
    "scheme": SCHEMES,
    "class_reason": CLASS_REASONS,
    "way": WAYS,
    "covered": COVERED,
    "decay": DECAYS,
    "projected": PROJECTED,
    "served": SERVED,
    "job_state": JOB_STATES,
    "job_kind": JOB_KINDS,
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


def status_label(record: str, code: str, lang: str) -> str:
    """The name of a status of a kind of record; the code itself where there is no word.

    >>> status_label("request", "asking", "ja"), status_label("supporter", "active", "en")
    ('打診中', 'Active')
    """
    table = "status" if record == "supporter" else f"{record}_status"
    return label(table, code, lang) if table in LABELS else code
