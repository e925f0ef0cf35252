"""What a question of a survey asks for, told from its heading and from what was answered.

A question is about the person (name, kana, address, phone, when it was answered, whether
one may come back), about help offered (``willing``) or about help needed (``needs``). A
column for one activity is ``willing:garbage``; one that only says yes or no to helping is
``willing:any``. ``keep`` is any other question: its answers are kept as written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from geo import terms
from geo.errors import ParameterWrong
from geo.exchange.entries import read_mark, read_phone
from geo.exchange.findings import Finding
from geo.exchange.spellings import find_code, fold

PERSON: Final = ("name", "kana", "address", "phone", "answered_on", "contact")
"""Questions about the person; each is asked once in a file."""

GROUPS: Final = ("willing", "needs")

KEEP: Final = "keep"
"""The answers are kept as written."""

LEFT_OUT: Final = ""
"""The column is not taken at all."""

QUESTIONS: Final = (
    *PERSON,
    *(f"{group}{part}" for group in GROUPS for part in ("", ":any")),
    *(f"{group}:{code}" for group in GROUPS for code in terms.ACTIVITIES),
    KEEP,
    LEFT_OUT,
)
"""All that a column may be."""

_ENTRIES: Final[tuple[tuple[str, str], ...]] = (
    ("kana", r"ふりがな|よみがな|読みがな|読み仮名|氏名.?かな|かな氏名|^かな$|^よみ$|^kana$"),
    ("contact", r"連絡(し|を(取|と)|(の)?可否|可|して)|(再度|あとで|後日).*(連絡|伺)|^contact$"),
    ("phone", r"電話|^tel|連絡先|携帯|^phone"),
    ("address", r"住所|居住地|お?住まい(?!方)|^address$"),
    ("name", r"氏名|^お?名前|姓名|^name$"),
    ("answered_on", r"回答日|記入日|調査日|回収日|たいむすたんぷ|^timestamp|^日付$"),
)
"""What a heading about the person holds, compared after folding; the first that fits."""

_NEED: Final = re.compile(
    r"困っ|困り|困る|困難|ほしい|欲しい|もらいたい|たすけて|助けて|頼みたい|お願いしたい|必要な|"
    r"必要と|不便|不自由|支援を希望|^needs?$"
)

_WILLING: Final = re.compile(
    r"手伝え|手伝い(が|は)?でき|手伝って(も)?(いい|よい|良い)|手伝いたい|お?手伝い(して|いただけ|可能)|"
    r"協力(でき|して(も|い)|可|いただけ|したい|内容)|できること|できる(活動|支援|お?手伝い|もの|内容)|"
    r"担(え|い手)|支援(でき|して(も|い))|参加(でき|して(も|い)|した|可)|さぽーた|ぼらんてぃあ|"
    r"活動し(て|た)|^willing$"
)

_BETWEEN: Final = re.compile(r"^[\s0-9問qQ①-⑳.．、:：)）-]+")

_MOSTLY: Final = 0.6


def guess_questions(names: Sequence[str], cells: Sequence[Sequence[str]]) -> dict[str, str]:
    """What each heading asks, from the heading and its answers; `KEEP` where neither says.

    Parameters
    ----------
    names
        Headings; ``""`` where a column has none.
    cells
        Of each column what stands below.

    >>> guess_questions(["氏名", "手伝えること ゴミ出し", "犬は好きですか"], [[], ["○"], []])
    {'氏名': 'name', '手伝えること ゴミ出し': 'willing:garbage', '犬は好きですか': 'keep'}
    """
    asked: dict[str, str] = {}
    carried = ""
    for name, column in zip(names, cells, strict=True):
        if not name:
            continue
        question = _about_person(name)
        group = "" if question else _group(name)
        carried = group or ("" if question else carried)
        if not question:
            question = _about_help(name, group or carried, bool(group), column)
        if question == KEEP:
            question = _told_by_answers(column)
        if question in asked.values() and question in PERSON:
            question = KEEP
        asked[name] = question
    return asked


def overrule_questions(guessed: Mapping[str, str], chosen: Mapping[str, str]) -> dict[str, str]:
    """The guess with what was chosen instead; headings that the file lacks are passed over.

    Raises
    ------
    ParameterWrong
        What is chosen is no question, or one about the person is chosen twice.
    """
    by_key = {fold(name): name for name in guessed}
    asked = dict(guessed)
    ruled: set[str] = set()
    for heading, question in chosen.items():
        if question not in QUESTIONS:
            wanted = ", ".join(one for one in QUESTIONS if one)
            raise ParameterWrong(name="mapping", value=question[:40], wanted=wanted)
        name = by_key.get(fold(heading))
        if name is not None:
            asked[name] = question
            ruled.add(name)
    for question in PERSON:
        holders = [name for name, one in asked.items() if one == question]
        if len([name for name in holders if name in ruled]) > 1:
            raise ParameterWrong(name="mapping", value=f"{question} twice", wanted="a field once")
        chosen_one = next((name for name in holders if name in ruled), None)
        for name in holders:
            if chosen_one is not None and name != chosen_one:
                asked[name] = KEEP
    return asked


def is_question(heading: str) -> bool:
    """Whether a cell reads like the heading of a survey."""
    return bool(_about_person(heading) or _group(heading) or activity_in(heading))


@lru_cache(maxsize=8192)
def activity_in(text: str) -> str | None:
    """The activity that words are about, by the longest of its spellings within them.

    >>> activity_in("買い物の付き添い"), activity_in("庭の草むしりなど"), activity_in("犬の散歩")
    ('accompaniment', 'garden', None)
    """
    whole = find_code("activity", text)
    if whole is not None:
        return whole
    key = fold(text)
    found = [(len(word), code) for word, code in _activity_words() if word in key]
    codes = {code for _, code in found}
    if {"errand", "accompaniment"} <= codes:
        return "accompaniment"
    return max(found)[1] if found else None


@lru_cache(maxsize=1)
def _activity_words() -> tuple[tuple[str, str], ...]:
    return tuple(
        (fold(word), term.code)
        for term in terms.ACTIVITIES.values()
        if term.code != "other"
        for word in (term.ja, term.en, *term.spellings, *_FURTHER.get(term.code, ()))
        if len(fold(word)) > 1
    )


_FURTHER: Final = {
    "accompaniment": ("付きそい", "つきそい", "送迎"),
    "errand": ("お使い", "おつかい"),
    "garden": ("庭木", "庭の", "草取", "草むし"),
    "talk": ("話相手", "おしゃべり", "安否"),
}
"""What is said in surveys besides the spellings of rosters."""


def _about_person(heading: str) -> str:
    key = fold(_BETWEEN.sub("", heading))
    if len(key) > 40:
        key = key[:40]
    for question, pattern in _ENTRIES:
        if re.search(pattern, key):
            return question
    return ""


def _group(heading: str) -> str:
    key = fold(heading)
    if _NEED.search(key):
        return "needs"
    return "willing" if _WILLING.search(key) else ""


def _about_help(heading: str, group: str, says_group: bool, column: Sequence[str]) -> str:
    activity = activity_in(heading) or _other(heading, group, says_group=says_group)
    if not group:
        return KEEP
    if activity is not None:
        is_list = says_group and activity != "other" and _names_others(column, activity)
        return group if is_list else f"{group}:{activity}"
    if not says_group:
        return KEEP
    return f"{group}:any" if _is_marks(column, heading) else group


def _other(heading: str, group: str, *, says_group: bool) -> str | None:
    """その他 counts only as one of the activities of a question."""
    part = fold(heading.rsplit(" ", 1)[-1])
    is_part = " " in heading or not says_group
    return "other" if group and is_part and part.startswith("その他") else None


def _is_marks(column: Sequence[str], heading: str) -> bool:
    """Whether the answers are yes, no or nothing; so is a column that nobody filled in."""
    filled = [cell for cell in column if cell.strip()]
    marks = [cell for cell in filled if not isinstance(read_mark(cell, heading), Finding)]
    return len(marks) >= _MOSTLY * len(filled) if filled else bool(activity_in(heading))


def _names_others(column: Sequence[str], activity: str) -> bool:
    """Whether the answers name other activities than the heading: then they are a list."""
    filled = [cell for cell in column if cell.strip()]
    others = [cell for cell in filled if activity_in(cell) not in {None, activity}]
    return len(others) * 4 >= len(filled) > 0


def _told_by_answers(column: Sequence[str]) -> str:
    filled = [cell.strip() for cell in column if cell.strip()][:200]
    if len(filled) >= 2 and _share(filled, _is_phone) >= _MOSTLY:
        return "phone"
    if len(filled) >= 2 and _share(filled, _is_address) >= _MOSTLY:
        return "address"
    return KEEP


def _share(cells: Sequence[str], fits: object) -> float:
    return sum(1 for cell in cells if callable(fits) and fits(cell)) / len(cells)


def _is_phone(cell: str) -> bool:
    digits = re.sub(r"[^0-9]", "", fold(cell))
    return len(digits) >= 9 and not isinstance(read_phone(cell), Finding)


def _is_address(cell: str) -> bool:
    return re.search(r"[町村区市丁].*[0-9]|[0-9]丁目|番地", fold(cell)) is not None
