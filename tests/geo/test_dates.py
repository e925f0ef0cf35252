"""Days in eras, western years and serial numbers; days that never were."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.exchange.dates import ERAS, read_date, write_era
from geo.exchange.findings import Finding


@pytest.mark.parametrize(
    "text",
    [
        "昭和23年5月1日",
        "昭和２３年５月１日",
        " 昭和 23年 5月 1日 ",
        "昭和二十三年五月一日",
        "S23.5.1",
        "s23/5/1",
        "Ｓ２３．５．１",
        "昭23/5/1",
        "昭23-5-1",
        "㍼23年5月1日",
        "S230501",
        "3230501",
        "1948-05-01",
        "1948/5/1",
        "1948年5月1日(土)",
        "1948-05-01 00:00:00",
        "19480501",
        "17654",
        "17654.5",
        "昭和23年5月1日生まれ",
    ],
)
def test_one_day_in_all_its_spellings(text: str) -> None:
    assert read_date(text) == dt.date(1948, 5, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("明治45年7月30日", dt.date(1912, 7, 30)),
        ("大正元年7月30日", dt.date(1912, 7, 30)),
        ("T15.12.25", dt.date(1926, 12, 25)),
        ("昭和元年12月25日", dt.date(1926, 12, 25)),
        ("昭和64年1月7日", dt.date(1989, 1, 7)),
        ("平成元年1月8日", dt.date(1989, 1, 8)),
        ("平成31年4月30日", dt.date(2019, 4, 30)),
        ("R元年5月1日", dt.date(2019, 5, 1)),
        ("昭和63年2月29日", dt.date(1988, 2, 29)),
        ("73050", dt.date(2099, 12, 31)),
    ],
)
def test_the_first_and_last_day_of_every_era(text: str, day: dt.date) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("昭和70年5月1日", "date_outside_era", "平成7年5月1日"),
        ("昭和64年1月8日", "date_outside_era", "平成元年1月8日"),
        ("平成元年1月7日", "date_outside_era", "昭和64年1月7日"),
        ("平成31年5月1日", "date_outside_era", "令和元年5月1日"),
        ("昭和元年12月24日", "date_outside_era", "大正15年12月24日"),
        ("昭和23年2月30日", "date_impossible", "correct"),
        ("昭和0年1月1日", "date_impossible", "correct"),
        ("1949-02-29", "date_impossible", "correct"),
        ("48/5/1", "date_two_digit_year", "era"),
        ("昭和23年", "date_incomplete", "1948-05-01"),
        ("1948年5月", "date_incomplete", "1948-05-01"),
        ("不明", "date_unclear", "昭和23年5月1日"),
    ],
)
def test_a_day_that_is_none_says_what_would_be_right(text: str, code: str, suggestion: str) -> None:
    found = read_date(text)
    assert isinstance(found, Finding)
    assert found.code == code
    assert suggestion in found.suggestion
    assert found.problem


@pytest.mark.parametrize("blank", ["", " ", "　"])
def test_blank_is_unknown(blank: str) -> None:
    assert read_date(blank) is None


@given(st.dates(ERAS[0].begins, dt.date(2150, 1, 1)))
def test_what_is_written_in_an_era_is_read_again(day: dt.date) -> None:
    assert read_date(write_era(day)) == day


@given(st.dates(dt.date(1906, 1, 9), dt.date(2099, 12, 31)))
def test_serial_numbers_are_days_of_a_spreadsheet(day: dt.date) -> None:
    assert read_date(str((day - dt.date(1899, 12, 30)).days)) == day


@given(st.text(alphabet="昭和平成年月日元S0123456789./- 十二", max_size=14))
def test_any_text_is_a_day_a_finding_or_nothing(text: str) -> None:
    assert read_date(text) is None or isinstance(read_date(text), (dt.date, Finding))
