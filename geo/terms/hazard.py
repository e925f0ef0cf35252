"""Words of what threatens a place, and the cover of it."""

from __future__ import annotations

from typing import Final

from geo.terms.term import Term, table_of

HAZARD_KINDS: Final = table_of(
    Term("flood", "洪水", "River flood", ("洪水浸水", "河川氾濫", "外水氾濫", "浸水")),
    Term("inland_flood", "内水（雨水）", "Rainwater flood", ("内水", "内水氾濫", "雨水出水")),
    Term("storm_surge", "高潮", "Storm surge", ("高潮浸水",)),
    Term("tsunami", "津波", "Tsunami", ("津波浸水",)),
    Term("tearing_flood", "家屋倒壊のおそれ", "Flood that tears houses down", ("家屋倒壊", "氾濫流", "河岸侵食", "家屋倒壊等氾濫")),
    Term("steep_slope", "がけ崩れ", "Slope failure", ("急傾斜地の崩壊", "急傾斜地崩壊", "急傾斜", "崖崩れ", "土砂災害")),
    Term("debris_flow", "土石流", "Debris flow", ("土石流危険渓流",)),
    Term("landslide", "地すべり", "Landslide", ("地滑り",)),
    Term("other", "その他の危険", "Other danger", ("その他", "他")),
)
"""土砂災害 without a word of which kind counts as a slope failure, by far the most frequent."""

FLEEING_PACES: Final = table_of(
    Term("80", "1分に80m（ふつう）", "80 m a minute, as usual"),
    Term("60", "1分に60m（避難のめやす）", "60 m a minute, fleeing"),
    Term("30", "1分に30m（歩くのがむずかしい）", "30 m a minute, with difficulty"),
)
"""Metres a minute that a study of fleeing offers."""

AGED: Final = table_of(
    Term("reached", "届く", "Reached"),
    Term("age_unknown", "年齢のわからない人だけが届く", "Only by helpers of unknown age"),
    Term("maybe", "行けるかわからない人だけ", "Only by helpers who may not do it"),
    Term("beyond", "だれも届かない", "Nobody"),
    Term("unknown", "位置がわからない", "Position unknown"),
)
"""How a household stands when helpers have grown older."""

FLIGHTS: Final = table_of(
    Term("reached", "時間内に避難できる", "Reaches a shelter in time"),
    Term("cut_off", "道が危険区域で断たれる", "Cut off by the hazard"),
    Term("inside", "危険区域の中", "Inside the hazard"),
    Term("beyond", "遠くて時間内に着かない", "Too far in the time"),
    Term("unknown", "位置がわからない", "Position unknown"),
)
"""How somebody stands who has to flee."""

RESCUES: Final = table_of(
    Term("helped", "見守る人が行ける", "A watcher can come"),
    Term("cut_off", "見守る人の道が断たれる", "Watchers are cut off or too far"),
    Term("watchers_inside", "見守る人も危険区域の中", "Watchers are inside the hazard too"),
    Term("no_line", "線がない", "No line"),
    Term("unknown", "位置がわからない", "Position unknown"),
)
"""Whether one of those who look in on somebody can come when it counts."""
