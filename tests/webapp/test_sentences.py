from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.answers.sentences import count_minutes, say_note, say_reason, say_refusal

NEAR = {"code": "near", "minutes": 4.5, "metres": 300.0, "there": 3.4, "back": 5.6}


def test_a_walk_on_a_slope_names_both_ways() -> None:
    assert say_reason(NEAR, "ja") == "徒歩5分（行き4分・帰り6分）。帰りが上り坂です。"
    assert (
        say_reason(NEAR, "en") == "5 min on foot (4 there, 6 back). It is uphill on the way back."
    )


def test_a_level_walk_names_one_number() -> None:
    assert say_reason(NEAR | {"there": 4.4, "back": 4.6}, "ja") == "徒歩5分。"


@pytest.mark.parametrize(
    ("there", "back", "sentence"),
    [
        (3.9, 4.1, "徒歩4分（行き4分・帰り5分）。"),
        (3.7, 4.3, "徒歩4分（行き4分・帰り5分）。帰りが上り坂です。"),
        (3.3, 3.7, "徒歩4分。帰りが上り坂です。"),
        (3.7, 3.3, "徒歩4分。行きが上り坂です。"),
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
        (
            {"code": "gender_unsuited", "gender": "m", "wanted": "f"},
            "男性です。ご希望は女性です。",
        ),
        (
            {"code": "weekday_unavailable", "weekday": ["MO", "TH"], "offered": ["WE"]},
            "月、木曜日は都合がつきません。都合のよい曜日：水。",
        ),
        (
            {"code": "neighbour_unwanted", "metres": 40, "nearer_than": 100.0},
            "お宅から40mのご近所です。100mより近い人は避けるご希望です。",
        ),
        (
            {"code": "booked", "at": "12月2日 08:00-09:00"},
            "その時間は別の訪問があります（12月2日 08:00-09:00）。",
        ),
        ({"code": "booked", "at": ""}, "その時間は別の訪問があります。"),
    ],
)
def test_refusals_are_sentences_with_their_facts(refusal: dict[str, object], sentence: str) -> None:
    assert say_refusal(refusal, "ja") == sentence


@given(st.floats(0.001, 1e4))
def test_a_begun_minute_is_a_minute(minutes: float) -> None:
    assert minutes - 1e-5 <= count_minutes(minutes) < minutes + 1 + 1e-5
    assert count_minutes(minutes) >= 1


TOURS = [
    ("errand", "徒歩で店まで3分、店からお宅まで2分、帰り5分（合わせて9分）。"),
    ("garbage", "徒歩でお宅まで3分、集積所まで2分、帰り5分（合わせて9分）。"),
]


@pytest.mark.parametrize(("activity", "sentence"), TOURS)
def test_every_leg_of_a_tour_is_said(activity: str, sentence: str) -> None:
    legs = [{"minutes": minutes} for minutes in (2.6, 1.9, 4.4)]
    walk = NEAR | {"tour": activity, "legs": legs, "whole": 8.9}
    assert say_reason(walk, "ja") == sentence
    assert "直線距離" in say_reason(walk, "ja", basis="straight_line")


def test_what_is_walked_together_is_said_so() -> None:
    legs = [{"minutes": minutes} for minutes in (2.0, 7.0, 8.0, 3.0)]
    walk = NEAR | {"tour": "accompaniment", "legs": legs, "whole": 20.0}
    assert say_reason(walk, "ja") == (
        "徒歩でお宅まで2分、いっしょに行き先まで7分、いっしょにお宅まで8分、帰り3分"
        "（合わせて20分）。"
    )


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ({"code": "asked_lately", "days": 0}, "今日頼んだばかりです。"),
        ({"code": "asked_lately", "days": 1}, "きのう頼んだばかりです。"),
        ({"code": "asked_lately", "days": 3}, "3日前に頼んだばかりです。"),
        ({"code": "not_asked_lately", "days": 45}, "前に頼んだのは45日前です。"),
        ({"code": "gender", "gender": "f"}, "ご希望どおり女性です。"),
        ({"code": "light_load", "load": 1.5, "most": 3}, "受け持ちは今、週1.5回（週3回まで）。"),
    ],
)
def test_a_turn_and_a_wish_are_sentences(reason: dict[str, object], sentence: str) -> None:
    assert say_reason(reason, "ja") == sentence


def test_a_day_without_collection_is_a_sentence() -> None:
    note = {"code": "no_collection", "weekday": ["TU"], "offered": ["MO", "TH"]}
    assert say_note(note, "ja") == "火曜日は、この集積所の収集がありません。収集日：月、木。"
