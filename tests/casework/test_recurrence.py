from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import GeoError, ParameterWrong
from geo.terms import WEEKDAYS
from webapp.casework.recurrence import (
    Course,
    Pattern,
    check_rule,
    ending_on,
    holiday_name,
    in_japan,
    last_day,
)
from webapp.register.consents import JAPAN


def days(course: Course, first: date, last: date) -> list[str]:
    return [f"{at.astimezone(JAPAN):%m-%d %H:%M}" for at in course.visits(first, last)]


def test_second_and_fourth_wednesday_across_the_year() -> None:
    course = Course(Pattern(("WE",), nths=(2, 4)).rule, in_japan(date(2026, 11, 1), "08:15"))
    assert days(course, date(2026, 11, 1), date(2027, 1, 31)) == [
        "11-11 08:15", "11-25 08:15", "12-09 08:15", "12-23 08:15", "01-13 08:15", "01-27 08:15",
    ]  # fmt: skip


def test_an_hour_before_nine_is_the_day_before_in_utc_and_stays_the_day_in_japan() -> None:
    course = Course("FREQ=WEEKLY;BYDAY=MO", in_japan(date(2026, 11, 30), "08:15"))
    found = course.visits(date(2026, 11, 30), date(2026, 11, 30))
    assert found == [datetime(2026, 11, 29, 23, 15, tzinfo=UTC)]


def test_every_other_week_goes_on_over_the_new_year() -> None:
    course = Course("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", in_japan(date(2026, 12, 14), "10:00"))
    assert days(course, date(2026, 12, 1), date(2027, 1, 31)) == [
        "12-14 10:00", "12-18 10:00", "12-28 10:00", "01-01 10:00", "01-11 10:00", "01-15 10:00",
        "01-25 10:00", "01-29 10:00",
    ]  # fmt: skip


def test_holidays_by_hand() -> None:
    """The calendar of the Cabinet Office: substitutes and days between holidays too."""
    known = {
        date(2026, 1, 1): "元日", date(2026, 5, 6): "振替休日", date(2026, 9, 22): "国民の休日",
        date(2027, 1, 11): "成人の日", date(2027, 3, 21): "春分の日", date(2027, 3, 22): "振替休日",
    }  # fmt: skip
    named = {day: holiday_name(day) for day in known}
    assert all(name in (named[day] or "") for day, name in known.items()), named
    assert holiday_name(date(2026, 11, 24)) is None


def test_holidays_are_skipped_or_kept() -> None:
    start = in_japan(date(2026, 12, 28), "10:00")
    kept = Course("FREQ=WEEKLY;BYDAY=MO", start)
    skipped = Course("FREQ=WEEKLY;BYDAY=MO", start, skip_holidays=True)
    span = date(2027, 1, 1), date(2027, 1, 31)
    assert days(kept, *span) == ["01-04 10:00", "01-11 10:00", "01-18 10:00", "01-25 10:00"]
    assert days(skipped, *span) == ["01-04 10:00", "01-18 10:00", "01-25 10:00"]


def test_last_friday_fifth_week_and_month_end() -> None:
    last = Course(Pattern(("FR",), nths=(-1,)).rule, in_japan(date(2027, 1, 1), "9:00"))
    assert days(last, date(2027, 1, 1), date(2027, 3, 31)) == [
        "01-29 09:00", "02-26 09:00", "03-26 09:00",
    ]  # fmt: skip
    fifth = Course(Pattern(("MO",), nths=(5,)).rule, in_japan(date(2027, 1, 1), "9:00"))
    assert days(fifth, date(2027, 1, 1), date(2027, 6, 30)) == ["03-29 09:00", "05-31 09:00"]


def test_exceptions_pauses_and_the_last_day() -> None:
    rule = ending_on("FREQ=WEEKLY;BYDAY=TU", date(2027, 1, 26))
    start = in_japan(date(2026, 12, 1), "10:00")
    course = Course(
        rule, start, exceptions={"2026-12-29"}, pause=(date(2027, 1, 1), date(2027, 1, 12))
    )
    assert days(course, date(2026, 12, 20), date(2027, 3, 1)) == [
        "12-22 10:00", "01-19 10:00", "01-26 10:00",
    ]  # fmt: skip
    assert last_day(rule) == date(2027, 1, 26)
    open_end = Course(rule, start, pause=(date(2026, 12, 10), None))
    assert days(open_end, date(2026, 12, 1), date(2027, 3, 1)) == ["12-01 10:00", "12-08 10:00"]


@pytest.mark.parametrize(
    "rule",
    [
        "", "FREQ=SECONDLY", "FREQ=HOURLY;BYDAY=MO", "FREQ=WEEKLY;BYHOUR=3", "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=99", "FREQ=WEEKLY\nEXRULE:FREQ=DAILY",
        "FREQ=WEEKLY;FREQ=DAILY", "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2", "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;UNTIL=morgen", "月曜", "X" * 300, "FREQ=MONTHLY;BYDAY=9MO;UNTIL=2",
    ],
)  # fmt: skip
def test_what_is_no_rule_of_days_is_refused(rule: str) -> None:
    with pytest.raises(ParameterWrong):
        check_rule(rule)


@given(st.text("FREQ=WEKLYMONTHDBASPU;,0123456789-+TZ", max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_is_a_rule_or_a_fault_of_ours(text: str) -> None:
    try:
        kept = check_rule(text)
    except GeoError:
        return
    assert check_rule(kept) == kept


PATTERNS = st.builds(
    Pattern,
    st.lists(st.sampled_from(list(WEEKDAYS)), min_size=1, unique=True).map(
        lambda chosen: tuple(sorted(chosen, key=list(WEEKDAYS).index))
    ),
    st.integers(1, 4),
    st.lists(st.sampled_from((1, 2, 3, 4, 5, -1)), unique=True).map(
        lambda chosen: tuple(sorted(chosen, key=(1, 2, 3, 4, 5, -1).index))
    ),
    st.none() | st.dates(date(2027, 1, 1), date(2029, 1, 1)),
)


@given(PATTERNS)
@settings(max_examples=40, deadline=None)
def test_a_pattern_is_a_rule_and_back(pattern: Pattern) -> None:
    assert Pattern.of(pattern.rule) == pattern
    assert check_rule(pattern.rule) == pattern.rule


@given(PATTERNS, st.dates(date(2026, 1, 1), date(2026, 12, 31)))
@settings(max_examples=40, deadline=None)
def test_a_span_cut_in_two_gives_the_same_days_once_each(pattern: Pattern, cut: date) -> None:
    """What generation by pieces relies on."""
    course = Course(pattern.rule, in_japan(date(2025, 12, 1), "23:30"), skip_holidays=True)
    first, last = date(2026, 1, 1), date(2027, 1, 31)
    whole = course.visits(first, last)
    parts = course.visits(first, cut) + course.visits(date.fromordinal(cut.toordinal() + 1), last)
    assert whole == parts
    assert all(one < two for one, two in pairwise(whole))
    codes = list(WEEKDAYS)
    found = {codes[at.astimezone(JAPAN).weekday()] for at in whole}
    assert found <= set(pattern.weekdays)
    assert not any(holiday_name(at.astimezone(JAPAN).date()) for at in whole)


def test_rules_that_no_form_says_are_kept_as_they_are() -> None:
    for rule in ("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO;COUNT=5", "FREQ=MONTHLY;BYMONTHDAY=15"):
        assert check_rule(rule) == rule
        assert Pattern.of(rule) is None
