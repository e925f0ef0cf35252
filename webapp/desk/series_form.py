"""The form that plans visits: read, filled in for the first time, and shown ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from geo import terms
from geo.errors import GeoError, ParameterWrong
from webapp.casework.bookings import Slot, require_free
from webapp.casework.cases import Case
from webapp.casework.courses import usual_holidays
from webapp.casework.recurrence import (
    NTHS,
    Course,
    Pattern,
    check_rule,
    ending_on,
    in_japan,
    today_in_japan,
)
from webapp.casework.rounds import LONGEST_VISIT, Plan
from webapp.desk.rule_words import say_day, say_holiday, say_rule, say_time
from webapp.errors import say_problem
from webapp.faults import SupporterBooked
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.look import View
from webapp.serving.filled import Filled
from webapp.wording import Language, say

KINDS: Final = ("once", "weekly", "biweekly", "monthly", "rule")
SHOWN: Final = 5
"""Dates that are shown ahead."""

_USUAL_MINUTES: Final = {"garbage": 15, "garden": 120, "accompaniment": 120}
_WEEKDAYS: Final = tuple(terms.WEEKDAYS)


@dataclass(frozen=True)
class Ahead:
    """What a form means: one sentence, the next days, and what speaks against them."""

    sentence: str = ""
    days: Sequence[tuple[str, str | None]] = ()
    """Each day in words, with the name of a public holiday."""
    warnings: Sequence[str] = ()
    problem: str = ""


@dataclass(frozen=True)
class Wanted:
    """What was chosen: one visit, or a series; either names its supporter."""

    supporter_id: str
    slot: Slot
    plan: Plan | None = None
    notes: Mapping[str, Any] = field(default_factory=dict[str, Any])


def read_wanted(filled: Filled, station_id: str | None = None) -> Wanted:
    """The visit or the series of a form.

    Raises
    ------
    ParameterWrong
        It names the field.
    """
    supporter = filled.text("supporter_id")
    if supporter is None:
        raise ParameterWrong(name="supporter_id", value="–", wanted="a supporter")
    kind = filled.one("kind")
    if kind not in KINDS:
        raise ParameterWrong(name="kind", value=kind[:20], wanted=", ".join(KINDS))
    slot, finish_by = _read_slot(filled)
    if kind == "once":
        return Wanted(supporter, slot)
    plan = Plan(
        rule=_read_rule(filled, kind),
        starts_at=slot.start,
        minutes=slot.minutes,
        finish_by=finish_by,
        on_holiday=_read_holiday(filled),
        station_id=station_id,
    )
    return Wanted(supporter, slot, plan)


def _read_slot(filled: Filled) -> tuple[Slot, str | None]:
    day = filled.day("day")
    if day is None:
        raise ParameterWrong(name="day", value="–", wanted="2026-12-01")
    minutes = read_minutes(filled)
    at = in_japan(day, filled.one("time"))
    if filled.one("timing") != "finish":
        return Slot(at, minutes), None
    if minutes is None:
        raise ParameterWrong(name="minutes", value="–", wanted="15")
    return Slot(at - timedelta(minutes=minutes), minutes), f"{at.astimezone(JAPAN):%H:%M}"


def read_minutes(filled: Filled, name: str = "minutes") -> float | None:
    """Minutes of a form, None where blank. Raises `ParameterWrong`."""
    text = filled.one(name)
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text) <= LONGEST_VISIT:
        raise ParameterWrong(name="minutes", value=text[:20], wanted=f"1–{LONGEST_VISIT:.0f}")
    return float(int(text))


def _read_rule(filled: Filled, kind: str) -> str:
    if kind == "rule":
        rule = check_rule(filled.one("rule"))
        until = filled.day("until")
        return rule if until is None else ending_on(rule, until)
    weekdays = [one for one in _WEEKDAYS if one in filled.many("weekday")]
    if not weekdays:
        raise ParameterWrong(name="weekday", value="–", wanted=", ".join(_WEEKDAYS))
    nths: list[int] = []
    if kind == "monthly":
        nths = [one for one in NTHS if str(one) in filled.many("nth")]
        if not nths:
            raise ParameterWrong(name="nth", value="–", wanted="1–5")
    every = 2 if kind == "biweekly" else 1
    return Pattern(tuple(weekdays), every, tuple(nths), filled.day("until")).rule


def _read_holiday(filled: Filled) -> str | None:
    said = filled.text("on_holiday")
    return said if said in {"keep", "skip"} else None


def first_filled(case: Case, supporter_id: str | None, now: datetime) -> Filled:
    """The form as it is first shown: by the request's wishes and the station's days."""
    request = case.request
    activity = str(request.get("activity"))
    wishes: Mapping[str, Any] = request.get("constraints") or {}
    days = list(wishes.get("weekdays") or ())
    start = str(wishes.get("hours") or "").partition("-")[0] or "10:00"
    timing, kind = "start", "once"
    if activity == "garbage":
        timing, kind, start = "finish", "weekly", collected_by(case.place) or "08:30"
        days = list((case.place.get("weekdays") if case.place else None) or days)
    first = max(today_in_japan(now) + timedelta(days=1), request.get("wanted_from") or date.min)
    first = next_weekday(first, days)
    return Filled(
        {
            "kind": [kind],
            "weekday": days or [_WEEKDAYS[first.weekday()]],
            "nth": [],
            "day": [first.isoformat()],
            "time": [start],
            "timing": [timing],
            "minutes": [str(_USUAL_MINUTES.get(activity, 60))],
            "supporter_id": [supporter_id or ""],
        }
    )


def next_weekday(first: date, days: Sequence[str]) -> date:
    """The first day from ``first`` on that is one of these weekdays."""
    week = (first + timedelta(days=n) for n in range(7))
    return next((day for day in week if _WEEKDAYS[day.weekday()] in days), first)


def filled_series(series: View, first: date) -> Filled:
    """A series that is there, as the form shows it."""
    rule, starts = str(series["rule"]), series["starts_at"]
    pattern = Pattern.of(rule)
    kind = "rule" if pattern is None or pattern.every > 2 else _kind_of(pattern)
    finish = series.get("finish_by")
    minutes = series.get("minutes")
    until = pattern.until if pattern else None
    return Filled(
        {
            "kind": [kind],
            "weekday": list(pattern.weekdays) if pattern else [],
            "nth": [str(one) for one in pattern.nths] if pattern else [],
            "rule": [rule] if kind == "rule" else [],
            "day": [first.isoformat()],
            "time": [finish or f"{starts.astimezone(JAPAN):%H:%M}"],
            "timing": ["finish" if finish else "start"],
            "minutes": ["" if minutes is None else f"{minutes:.0f}"],
            "until": ["" if until is None else until.isoformat()],
            "on_holiday": [series.get("on_holiday") or ""],
            "supporter_id": [series.get("supporter_id") or ""],
        }
    )


def _kind_of(pattern: Pattern) -> str:
    if pattern.nths:
        return "monthly" if pattern.every == 1 else "rule"
    return "biweekly" if pattern.every == 2 else "weekly"


def look_ahead(
    register: Register,
    filled: Filled,
    request: View,
    station: View | None,
    now: datetime,
    lang: Language,
    helpers: Mapping[str, View],
) -> Ahead:
    """The next dates of a form, and what speaks against them; or what is wrong with it.

    Parameters
    ----------
    helpers
        Supporters who may be chosen, by their ids.
    """
    try:
        wanted = read_wanted(filled, station.id if station else None)
    except GeoError as fault:
        return Ahead(problem=say_problem(fault))
    plan, helper = wanted.plan, helpers.get(wanted.supporter_id)
    with Session(register.engine) as session:
        if plan is None:
            starts, sentence = [wanted.slot.start], _say_once(wanted.slot, lang)
        else:
            usual = usual_holidays(session, request["district_id"])
            skip = (plan.on_holiday or usual) == "skip"
            course = Course(plan.rule, plan.starts_at, skip_holidays=skip)
            after = max(now, plan.starts_at - timedelta(seconds=1))
            starts = course.next_visits(after, SHOWN)
            time = say_time(plan.starts_at, plan.minutes, plan.finish_by, lang)
            sentence = say("series.comma", lang).join([say_rule(plan.rule, lang), time])
        slots = [Slot(at, wanted.slot.minutes) for at in starts]
        warnings = [
            *_warn_station(station, request, slots, lang),
            *_warn_weekday(helper, slots, lang),
            *_warn_booked(session, wanted.supporter_id, slots, lang),
        ]
    days = [at.astimezone(JAPAN).date() for at in starts]
    shown = [(say_day(day, lang), say_holiday(day, lang)) for day in days]
    problem = "" if shown else say("series.preview_none", lang)
    return Ahead(sentence, shown, warnings, problem)


def _say_once(slot: Slot, lang: Language) -> str:
    time = say_time(slot.start, slot.minutes, None, lang)
    return say("series.comma", lang).join([say_day(slot.start, lang), time])


def collected_by(station: View | None) -> str | None:
    """By when a garbage station takes bags, HH:MM; None = not known."""
    hours: Sequence[str] = (station.get("hours") if station else None) or ()
    ends = sorted(one.partition("-")[2] for one in hours)
    return ends[0] if ends and ends[0] else None


def _warn_station(
    station: View | None, request: View, slots: Sequence[Slot], lang: Language
) -> list[str]:
    if station is None or request.get("activity") != "garbage":
        return []
    said: list[str] = []
    days = station.get("weekdays")
    starts = [slot.start.astimezone(JAPAN) for slot in slots]
    odd = [at for at in starts if days and _WEEKDAYS[at.weekday()] not in days]
    said += [say("series.warn_garbage", lang, day=say_day(odd[0], lang))] if odd else []
    by = collected_by(station)
    late = [slot for slot in slots if by and f"{slot.end.astimezone(JAPAN):%H:%M}" > by]
    return said + ([say("series.warn_late", lang, by=by)] if late else [])


def _warn_weekday(helper: View | None, slots: Sequence[Slot], lang: Language) -> list[str]:
    days = helper.get("weekdays") if helper else None
    if not days:
        return []
    starts = (slot.start.astimezone(JAPAN) for slot in slots)
    odd = next((at for at in starts if _WEEKDAYS[at.weekday()] not in days), None)
    return [] if odd is None else [say("series.warn_weekday", lang, day=say_day(odd, lang))]


def _warn_booked(
    session: Session,
    supporter_id: str,
    slots: Sequence[Slot],
    lang: Language,
) -> list[str]:
    try:
        require_free(session, supporter_id, slots)
    except SupporterBooked as fault:
        return [say("series.warn_booked", lang, **fault.facts)]
    return []
