"""Words of the workshop in the hall."""

from __future__ import annotations

from typing import Final

from geo.terms.term import Term, table_of

SAID: Final = table_of(
    Term("self", "本人が同意", "Agreed in person"),
    Term("family", "家族が同意", "Family agreed"),
    Term("unconfirmed", "未確認", "Not asked yet"),
    Term("refused", "拒否", "Refused"),
    Term("disaster_only", "災害時のみ", "In a disaster only"),
)
"""What was said at the table about a person or a line."""

PARTS: Final = table_of(
    Term("cared", "気にかける人", "To be looked in on"),
    Term("helper", "世話焼きさん", "Looks after others"),
    Term("neighbour", "ご近所", "Neighbour"),
)

AGES: Final = table_of(
    Term("elderly", "高齢者", "Elderly"),
    Term("adult", "大人", "Adult"),
    Term("child", "子ども", "Child"),
)

OFTEN: Final = table_of(
    Term("daily", "毎日", "Daily"),
    Term("weekly", "週に1回以上", "Weekly"),
    Term("monthly", "月に1回以上", "Monthly"),
    Term("sometimes", "ときどき", "Now and then"),
)

AREAS: Final = table_of(
    Term("flee", "いっしょに逃げる組", "Flee together"),
    Term("block", "班", "Block of neighbours"),
)

ENDINGS: Final = table_of(
    Term("moved", "転居", "Moved away"),
    Term("deceased", "死亡", "Died"),
    Term("past", "空き家", "Empty house"),
)

WORKSHOP_STATUSES: Final = table_of(
    Term("planned", "準備中", "Planned"),
    Term("open", "開催中", "Open"),
    Term("review", "見直し中", "In review"),
    Term("done", "終了", "Done"),
    Term("erased", "消去済み", "Erased"),
)

WORKSHOP_KINDS: Final = table_of(
    Term("drawing", "地図づくり", "Drawing the map"),
    Term("update", "地図の見直し", "Update round"),
)

WORKSHOP_BASES: Final = table_of(
    Term("register", "同意のある方を載せて始める", "Begin with those who agreed"),
    Term("empty", "白紙から始める", "Begin with an empty map"),
)
