"""Series and visits of the requests that somebody said yes to."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from webapp.invented.cases import Case
from webapp.invented.ground import Ground, read_plan
from webapp.register.consents import JAPAN
from webapp.register.intake.drafts import Values
from webapp.register.records import Series, Visit

_DAYS: Final = ("MO", "TU", "WE", "TH", "FR")
_LASTING: Final = {"garbage": 0.16, "errand": 0.1, "talk": 0.12, "laundry": 0.2}
"""Share of the requests of an activity that recur."""

_LONG_RUNNING: Final = 0.45
"""Share of the series of the last half year that go on until today."""

_HALF_YEAR: Final = timedelta(days=182)
_MINUTES: Final = {"garbage": 20.0, "garden": 120.0, "accompaniment": 120.0}


def hold_visits(ground: Ground, cases: list[Case]) -> list[Values]:
    """What was done of these cases until now; the visits that were done."""
    done: list[Values] = []
    for case in cases:
        if case.supporter is None:
            continue
        share = _LASTING.get(case.request["activity"], 0.0)
        if ground.lot.random() < share:
            done += _hold_series(ground, case)
        else:
            done += _hold_once(ground, case)
    return done


def _hold_once(ground: Ground, case: Case) -> list[Values]:
    day = case.received_at.astimezone(JAPAN).date() + timedelta(days=ground.lot.randrange(1, 8))
    at = _at(day, ground.lot.randrange(9, 16))
    if at > ground.now:
        case.request["status"] = "running"
        _visit(ground, case, at, None, "planned")
        return []
    outcome = "missed" if ground.lot.random() < 0.02 else "done"
    return [_visit(ground, case, at, None, outcome)] if outcome == "done" else []


def _hold_series(ground: Ground, case: Case) -> list[Values]:
    first = case.received_at.astimezone(JAPAN).date() + timedelta(days=3)
    day = _weekday(case)
    first += timedelta(days=(_DAYS.index(day) - first.weekday()) % 7)
    every = ground.one((1, 1, 2))
    recent = ground.now - case.received_at < _HALF_YEAR
    goes_on = recent and ground.lot.random() < _LONG_RUNNING
    last = ground.today if goes_on else first + timedelta(weeks=ground.lot.randrange(6, 30))
    last = min(last, ground.today)
    hour = 7 if case.request["activity"] == "garbage" else ground.lot.randrange(9, 16)
    series = ground.add(
        Series,
        district_id=case.request["district_id"],
        request_id=case.request["id"],
        supporter_id=(case.supporter or {})["id"],
        rule=f"FREQ=WEEKLY;BYDAY={day}" if every == 1 else f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}",
        starts_at=_at(first, hour),
        minutes=_MINUTES.get(case.request["activity"], 45.0),
        station_id=case.request["place_id"] if case.request["activity"] == "garbage" else None,
        made_until=ground.today - timedelta(days=1) if goes_on else last,
        status="active" if goes_on else "ended",
        reason=None if goes_on else "ご本人の希望",
    )
    case.request["status"] = "running" if goes_on else "done"
    return _hold_all(ground, case, series, first, last, every)


def _hold_all(
    ground: Ground, case: Case, series: Values, first: date, last: date, every: int
) -> list[Values]:
    """Every visit of a series before today."""
    done, day = list[Values](), first
    while day <= last and day < ground.today:
        chance = ground.lot.random()
        outcome = "cancelled" if chance < 0.03 else "nobody_home" if chance < 0.04 else "done"
        at = _at(day, series["starts_at"].astimezone(JAPAN).hour)
        visit = _visit(ground, case, at, series, outcome)
        done += [visit] if outcome == "done" else []
        day += timedelta(weeks=every)
    return done


def _visit(ground: Ground, case: Case, at: datetime, series: Values | None, outcome: str) -> Values:
    planned = _MINUTES.get(case.request["activity"], 45.0)
    held = outcome == "done"
    closed = outcome == "nobody_home" and ground.now - at > timedelta(days=6)
    checks = {"step": "phone_home", "at": at.isoformat(), "by": "terminal", "outcome": "safe"}
    says = held and ground.lot.random() < 0.3
    return ground.add(
        Visit,
        district_id=case.request["district_id"],
        request_id=case.request["id"],
        series_id=None if series is None else series["id"],
        supporter_id=(case.supporter or {})["id"],
        planned_at=at,
        planned_minutes=planned,
        actual_at=at if held else None,
        minutes=planned + ground.lot.randrange(-5, 16) if held else None,
        observation=ground.one(read_plan()["observations"]) if says else None,
        cancelled_at=at - timedelta(days=2) if outcome == "cancelled" else None,
        reason="person: 都合が悪くなった" if outcome == "cancelled" else None,
        checks=[checks] if closed else None,
        status="done" if closed else outcome,
    )


def _weekday(case: Case) -> str:
    wishes = (case.request["constraints"] or {}).get("weekdays")
    return wishes[0] if wishes else "WE"


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 30), JAPAN).astimezone(UTC)
