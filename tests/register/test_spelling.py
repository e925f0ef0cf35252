"""Search keys: what is typed finds what is written, and what is written stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.register.spelling import _FORMS, address_key, person_key, phone_key, search_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋", "高橋"), ("斉藤", "齋藤"), ("斎藤", "齊藤"), ("渡邊", "渡辺"), ("渡邉", "渡辺"),
        ("濵田", "浜田"), ("山﨑", "山崎"), ("𠮷田", "吉田"), ("福田", "\ufa1b田"),
        ("ﾀﾅｶ ﾊﾅｺ", "たなか　はなこ"), ("Ｓｍｉｔｈ", "smith"), ("眞理子", "真理子"),
        ("葛\U000e0100城", "葛城"),
    ],
)  # fmt: skip
def test_two_ways_to_write_a_name_have_one_key(one: str, other: str) -> None:
    assert search_key(one) == search_key(other)


@pytest.mark.parametrize(("one", "other"), [("田中", "中田"), ("一郎", "二郎"), ("はな", "ばな")])
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert search_key(one) != search_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("守恒本町一丁目２番３号", "守恒本町1-2-3"), ("守恒本町１－２－３", "守恒本町1丁目2番3号"),
        ("若園2丁目3番地の4", "若園2-3-4"), ("若園二丁目3-4", "若園２ー３ー４"),
        ("大字貫123番地", "貫123"),
        ("高須南四丁目十二番五号", "高須南4-12-5"), ("守恒1の2の3", "守恒1-2-3"),
    ],
)  # fmt: skip
def test_two_ways_to_write_an_address_have_one_key(one: str, other: str) -> None:
    assert address_key(one) == address_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("三番町5", "3-町5"), ("1-23", "12-3"), ("一本松1", "1本松1")]
)
def test_different_addresses_have_different_keys(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)


def test_telephones_are_digits() -> None:
    assert phone_key("（093）961－0001") == phone_key("0939610001") == phone_key("+81-93-961-0001")
    assert not phone_key("なし")


def test_a_person_is_found_by_name_and_by_reading() -> None:
    assert person_key("髙﨑　ふく子", "ﾀｶｻｷ ﾌｸｺ") == "高崎フク子 タカサキフクコ"
    assert person_key(None, None) is None
    assert person_key("　", None) is None


@given(st.text(max_size=40))
def test_a_key_is_its_own_key(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)


def test_no_character_stands_for_two() -> None:
    """Each form belongs to one usual character, and none is that character after NFKC."""
    seen: set[str] = set()
    for forms in _FORMS:
        plain = [unicodedata.normalize("NFKC", form) for form in forms]
        assert len(set(plain)) == len(plain), forms
        assert not seen & set(forms), forms
        seen |= set(forms)
