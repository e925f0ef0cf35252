from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.answers.sentences import count_minutes, say_reason, say_refusal

NEAR = {"code": "near", "minutes": 4.5, "metres": 300.0, "there": 3.4, "back": 5.6}


def test_a_walk_on_a_slope_names_both_ways() -> None:
    assert say_reason(NEAR, "ja") == "徒歩5分（行き4分・帰り6分）。坂があります。"
    assert say_reason(NEAR, "en") == "5 min on foot (4 there, 6 back). There is a slope."


def test_a_level_walk_names_one_number() -> None:
    assert say_reason(NEAR | {"there": 4.4, "back": 4.6}, "ja") == "徒歩5分。"


@pytest.mark.parametrize(
    ("there", "back", "sentence"),
    [
        (3.9, 4.1, "徒歩4分（行き4分・帰り5分）。"),
        (3.7, 4.3, "徒歩4分（行き4分・帰り5分）。坂があります。"),
        (3.3, 3.7, "徒歩4分。坂があります。"),
    ],
)
def test_a_slope_is_told_where_the_ways_differ_by_more_than_a_tenth(
    there: float, back: float, sentence: str
) -> None:
    walk = {"code": "near", "minutes": (there + back) / 2, "there": there, "back": back}
    assert say_reason(walk, "ja") == sentence


def test_an_estimate_says_that_it_is_one() -> None:
    assert "直線距離" in say_reason(NEAR, "ja", basis="straight_line")


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (
            {"code": "no_capacity", "load": 2.0, "most": 2.0},
            "受け持ちがいっぱいです。今は週2回、引き受けるのは週2回までです。",
        ),
        (
            {
                "code": "activity_not_offered",
                "activity": "garbage",
                "offered": ["cleaning", "garden"],
            },
            "「ゴミ出し」は引き受けていません。できること：掃除、庭木剪定・草取り。",
        ),
        (
            {"code": "activity_not_offered", "activity": "garbage", "offered": []},
            "「ゴミ出し」は引き受けていません。できること：なし。",
        ),
        ({"code": "not_active", "status": "resting"}, "今は活動していません（休止中）。"),
        (
            {"code": "not_active", "status": None},
            "活動しているかどうか分かりません。状態を確かめてください。",
        ),
        (
            {"code": "beyond_own_limit", "minutes": 17.2, "farthest": 10.0},
            "徒歩18分かかります。ご本人の希望は10分までです。",
        ),
        (
            {"code": "weekday_unavailable", "weekday": "FR", "offered": ["MO", "WE"]},
            "金曜日は都合がつきません。都合のよい曜日：月、水。",
        ),
        ({"code": "beyond_limit", "within": 30.0, "minutes": None}, "徒歩30分では着けません。"),
        (
            {"code": "mode_unsuited", "mode": "car", "wanted": ["foot"]},
            "来る手段は車です。希望は徒歩です。",
        ),
    ],
)
def test_refusals_are_sentences_with_their_facts(refusal: dict[str, object], sentence: str) -> None:
    assert say_refusal(refusal, "ja") == sentence


@given(st.floats(0.001, 1e4))
def test_a_begun_minute_is_a_minute(minutes: float) -> None:
    assert minutes - 1e-5 <= count_minutes(minutes) < minutes + 1 + 1e-5
    assert count_minutes(minutes) >= 1
