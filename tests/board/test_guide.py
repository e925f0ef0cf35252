"""The ninety-minute guide: its minutes, its layers, and a reading over every 漢字."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from webapp.answers.furigana import plain_words, split_ruby
from webapp.board.guide import guide_steps, script_parts, told_guide
from webapp.board.kinds import KINDS
from webapp.board.saying import Saying
from webapp.board.state import Board
from webapp.board.stroke import STEPS

KANJI = re.compile(r"[㐀-鿿々]")


def sentences(told: object) -> Iterator[Mapping[str, str]]:
    """Every sentence of the guide, however deep."""
    if isinstance(told, dict):
        if told.keys() == {"ja", "en"}:
            yield told
        else:
            for one in told.values():
                yield from sentences(one)
    elif isinstance(told, list):
        for one in told:
            yield from sentences(one)


def test_every_kanji_has_its_reading() -> None:
    said = [one["ja"] for one in sentences(told_guide())]
    assert len(said) > 70
    for sentence in said:
        bare = [base for base, reading in split_ruby(sentence) if not reading]
        assert not any(KANJI.search(one) or "《" in one for one in bare), sentence


def test_readings_are_as_long_as_readings_are() -> None:
    for sentence in sentences(told_guide()):
        for base, reading in split_ruby(sentence["ja"]):
            if reading:
                assert len(base) * 0.5 <= len(reading) <= len(base) * 4, (base, reading)


def test_one_word_is_read_in_one_way_unless_what_follows_says_otherwise() -> None:
    """A slip of the pen shows where the same letters are read in two ways."""
    read: dict[str, set[str]] = {}
    for sentence in sentences(told_guide()):
        for base, reading in split_ruby(sentence["ja"]):
            if reading:
                read.setdefault(base, set()).add(reading)
    several = {base: ways for base, ways in read.items() if len(ways) > 1}
    assert several == {
        "何": {"なに", "なん"}, "来": {"き", "く"}, "会": {"あ", "かい"}, "家": {"いえ", "や"},
        "話": {"はなし", "はな"},
    }  # fmt: skip


def test_english_has_no_japanese_and_both_say_something() -> None:
    for sentence in sentences(told_guide()):
        assert plain_words(sentence["ja"])
        assert sentence["en"]
        assert not re.search(r"[ぁ-んァ-ヶ一-鿿]", sentence["en"])


def test_the_steps_take_ninety_minutes_and_begin_one_after_the_other() -> None:
    steps = guide_steps("ja")
    assert len(steps) == STEPS
    assert sum(one.minutes for one in steps) == 90
    assert [one.begins for one in steps] == [0, 10, 30, 45, 65, 75]


def test_every_step_shows_what_can_be_drawn_and_marks_what_the_map_says() -> None:
    says: dict[str, Any] = Saying(Board()).written(5)
    shown: set[str] = set()
    for one in guide_steps("ja"):
        assert set(one.shows) <= KINDS.keys()
        assert set(one.marks) <= says.keys()
        assert shown <= set(one.shows), "nothing goes away again"
        assert len(one.questions) >= 3
        shown |= set(one.shows)
    assert shown == KINDS.keys()


def test_the_script_has_the_parts_that_a_facilitator_needs() -> None:
    assert set(script_parts("ja")) == {"prepare", "opening", "too_much", "nobody_knows", "ending"}
    assert script_parts("en").keys() == script_parts("ja").keys()
