"""The calendar: a month, a week or a day of visits."""

from __future__ import annotations

import calendar as almanac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal

from flask import Blueprint, render_template, request
from sqlalchemy import ColumnElement, select

from geo import terms
from geo.errors import ParameterWrong
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework.cards import Card, person_cards, supporter_cards
from webapp.casework.making import PURPOSE
from webapp.casework.recurrence import today_in_japan, week_of
from webapp.desk.case_lists import district_choices
from webapp.desk.rule_words import say_holiday
from webapp.desk.series_view import clashing
from webapp.desk.visits_due import make_due
from webapp.register.consents import JAPAN
from webapp.register.look import View
from webapp.register.records import Request, Visit
from webapp.register.released import release_records, released_ids
from webapp.serving.language import reader_language
from webapp.wording import say

calendar = Blueprint("calendar", __name__, url_prefix="/desk")

Span = Literal["month", "week", "day"]

SPANS: Final[tuple[Span, ...]] = ("month", "week", "day")
_SHOWN: Final[dict[Span, int]] = {"month": 4, "week": 40, "day": 400}
"""Visits of one day that are named; the others are counted."""


@dataclass(frozen=True)
class Page:
    """Which part of the calendar is wanted. Empty = of everybody."""

    span: Span
    day: date
    district: str = ""
    supporter: str = ""

    @property
    def first(self) -> date:
        """The first day shown."""
        if self.span == "day":
            return self.day
        return week_of(self.day.replace(day=1) if self.span == "month" else self.day)[0]

    @property
    def last(self) -> date:
        """The last day shown."""
        if self.span == "month":
            days = almanac.monthrange(self.day.year, self.day.month)[1]
            return week_of(self.day.replace(day=days))[1]
        return self.first + timedelta(days=6 if self.span == "week" else 0)

    def moved(self, way: int) -> Page:
        """The page before or after."""
        if self.span == "month":
            month = self.day.year * 12 + self.day.month - 1 + way
            return replace(self, day=date(month // 12, month % 12 + 1, 1))
        return replace(self, day=self.day + timedelta(days=way * (7 if self.span == "week" else 1)))

    def address(self, **other: object) -> dict[str, Any]:
        """Query parameters of it, with something else about it."""
        told: dict[str, Any] = {"span": self.span, "day": self.day.isoformat()}
        told |= {"district": self.district} if self.district else {}
        told |= {"supporter": self.supporter} if self.supporter else {}
        return told | other


@dataclass(frozen=True)
class Entry:
    """One visit as the calendar names it."""

    visit: View
    activity: str
    person: Card | None
    supporter: Card | None
    mark: str
    """done, late, cancelled, or empty."""


@dataclass(frozen=True)
class Day:
    """One day. ``more``: visits besides those named."""

    day: date
    within: bool
    is_today: bool
    holiday: str | None
    entries: Sequence[Entry]
    more: int


@calendar.get("/calendar")
def show() -> str:
    """The visits of a span of days, by district and supporter."""
    make_due()
    page = _read_page(request.args)
    by_day, entries = _read(page)
    days = [page.first + timedelta(days=n) for n in range((page.last - page.first).days + 1)]
    return render_template(
        "desk/calendar.html",
        page=page,
        spans=SPANS,
        title=_title(page),
        days=[_day(one, page, by_day, entries) for one in days],
        weekdays=list(terms.WEEKDAYS),
        districts=district_choices(),
        supporters=_helpers(page, entries),
        today=today_in_japan(now()),
        clashes=clashing(register_now(), [one.visit for one in entries.values()]),
    )


def _read_page(given: Mapping[str, str]) -> Page:
    for name in given:
        if name not in {"span", "day", "district", "supporter"}:
            raise ParameterWrong(name="parameter", value=name[:40], wanted="span, day")
    span = given.get("span", "month")
    if span not in SPANS:
        raise ParameterWrong(name="span", value=span[:20], wanted=", ".join(SPANS))
    district = given.get("district", "")
    if district and district not in dict(district_choices()):
        raise ParameterWrong(name="district", value=district[:40], wanted="a district")
    return Page(span, _read_day(given.get("day")), district, given.get("supporter", "")[:64])


def _read_day(text: str | None) -> date:
    if not text:
        return today_in_japan(now())
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ParameterWrong(name="day", value=text[:20], wanted="2026-12-01") from None
    if not 2000 <= day.year <= 2100:
        raise ParameterWrong(name="day", value=text[:20], wanted="2000–2100")
    return day


def _read(page: Page) -> tuple[dict[date, list[str]], dict[str, Entry]]:
    """Ids of the visits of each day, cancelled ones last, and what is named of them."""
    begin = datetime.combine(page.first, time.min, JAPAN)
    end = datetime.combine(page.last + timedelta(days=1), time.min, JAPAN)
    where: list[ColumnElement[bool]] = [Visit.planned_at >= begin, Visit.planned_at < end]
    where += [Visit.district_id == page.district] if page.district else []
    where += [Visit.supporter_id == page.supporter] if page.supporter else []
    order = (Visit.status == "cancelled", Visit.planned_at, Visit.id)
    ids = released_ids(register_now(), viewer_now(), PURPOSE, Visit, *where, order=order)
    by_day: dict[date, list[str]] = {}
    for one, at in _moments(begin, end, ids):
        by_day.setdefault(at.astimezone(JAPAN).date(), []).append(one)
    named = [one for several in by_day.values() for one in several[: _SHOWN[page.span]]]
    return by_day, _entries(named)


def _moments(begin: datetime, end: datetime, ids: Sequence[str]) -> list[tuple[str, datetime]]:
    asked = select(Visit.id, Visit.planned_at).where(
        Visit.planned_at >= begin, Visit.planned_at < end
    )
    with register_now().engine.connect() as connection:
        moments = {str(one): at for one, at in connection.execute(asked)}
    return [(one, moments[one]) for one in ids if one in moments]


def _entries(ids: Sequence[str]) -> dict[str, Entry]:
    register, viewer = register_now(), viewer_now()
    visits = release_records(
        register, viewer, PURPOSE, Visit, Visit.id.in_(ids), order=(Visit.planned_at, Visit.id)
    )
    asked = sorted({str(one["request_id"]) for one in visits})
    cases = release_records(register, viewer, PURPOSE, Request, Request.id.in_(asked)).by_id()
    people = person_cards(
        register, viewer, [one.get("person_id") for one in cases.values()], PURPOSE
    )
    helpers = supporter_cards(
        register, viewer, [one.get("supporter_id") for one in visits], PURPOSE
    )
    return {one.id: _entry(one, cases, people, helpers) for one in visits}


def _entry(
    visit: View,
    cases: Mapping[str, View],
    people: Mapping[str, Card],
    helpers: Mapping[str, Card],
) -> Entry:
    found = cases.get(str(visit["request_id"]))
    activity = None if found is None else found.get("activity")
    person = None if found is None else people.get(str(found.get("person_id")))
    word = terms.label("activity", activity, reader_language()) if activity else ""
    return Entry(visit, word, person, helpers.get(str(visit.get("supporter_id"))), _mark(visit))


def _mark(visit: View) -> str:
    status = visit["status"]
    if status in {"missed", "nobody_home"}:
        return "late"
    return status if status in {"done", "cancelled"} else ""


def _day(day: date, page: Page, by_day: Mapping[date, list[str]], entries: Any) -> Day:  # noqa: ANN401
    ids = by_day.get(day, [])
    named = [entries[one] for one in ids if one in entries]
    return Day(
        day,
        within=page.span != "month" or day.month == page.day.month,
        is_today=day == today_in_japan(now()),
        holiday=say_holiday(day, reader_language()),
        entries=named,
        more=len(ids) - len(named),
    )


def _helpers(page: Page, entries: Mapping[str, Entry]) -> list[tuple[str, str]]:
    """Supporters one can narrow to: those who are named, and the one that is chosen."""
    cards = {one.supporter.id: one.supporter for one in entries.values() if one.supporter}
    if page.supporter and page.supporter not in cards:
        cards |= supporter_cards(register_now(), viewer_now(), [page.supporter], PURPOSE)
    return sorted(((one.id, one.shown) for one in cards.values()), key=lambda pair: pair[1])


def _title(page: Page) -> str:
    lang = reader_language()
    day = page.day
    if page.span == "month":
        return say("calendar.month", lang, year=day.year, month=day.month)
    first, last = page.first, page.last
    facts = {"first": f"{first.month}/{first.day}", "last": f"{last.month}/{last.day}"}
    if page.span == "week":
        return say("calendar.week", lang, year=first.year, **facts)
    return say("calendar.one_day", lang, year=day.year, month=day.month, day=day.day)
