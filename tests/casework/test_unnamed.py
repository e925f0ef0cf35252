"""Own words lose those who are helped, and nothing else."""

from __future__ import annotations

import pytest

from webapp.casework.unnamed import BLOT, Blotter
from webapp.register.house import Register

BLOTTER = Blotter(
    frozenset({"髙橋ハル", "タカハシハル", "093-111-2222", "守恒町1丁目2番"}),
    frozenset({"髙橋", "ハル", "佐", "佐藤"}),
)


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("髙橋　ハルさんに聞く", "〇〇さんに聞く"),
        ("髙橋ハル に聞く", "〇〇 に聞く"),
        ("髙橋さん宅のごみ", "〇〇さん宅のごみ"),
        ("ハルさんと髙橋様", "〇〇さんと〇〇様"),
        ("佐藤さんに頼む", "〇〇さんに頼む"),
        ("ﾀｶﾊｼ ﾊﾙに電話", "〇〇に電話"),
        ("守恒町 1丁目 2番へ行く", "〇〇へ行く"),
        ("電話は093-111-2222", "電話は〇〇"),
        ("携帯 ０９０（１２３４）５６７８", "携帯 〇〇"),
    ],
)
def test_somebody_of_the_register_is_blotted_out(written: str, left: str) -> None:
    assert BLOTTER.blot(written) == left


@pytest.mark.parametrize(
    "written",
    [
        "ごみ出しの担い手を、もう二人さがす。",
        "髙橋商店の前に集まる",
        "佐賀県の例を聞く　2026年11月6日 14:00",
        "神社（神）の掃除",
        "",
    ],
)
def test_what_names_nobody_stands_as_it_was_written(written: str) -> None:
    assert BLOTTER.blot(written) == written


def test_it_knows_everybody_of_the_register(sqlite_case: Register) -> None:
    with sqlite_case.engine.connect() as connection:
        one, every = Blotter.of(connection, "D1"), Blotter.of(connection, None)
    assert one.blot("神宮福子1と神宮福子2") == f"{BLOT}と神宮福子2"
    assert every.blot("神宮福子1と神宮福子2") == f"{BLOT}と{BLOT}"
    assert every.blot("神宮さんと守恒町1丁目") == f"{BLOT}さんと{BLOT}"
