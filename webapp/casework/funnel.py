"""From survey to first activity: how many came how far, how long it took, who fell away and why.

One query for all: the page, the districts' table and the tests read the same rows. A person
counts once, by the willing answer or, without one, as a supporter who came another way. Whoever
reached a step has reached those before it; somebody with a done visit has reached them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any, Final

from sqlalchemy import Connection, case, func, select

from geo.exchange.spellings import find_code
from webapp.casework.supporters import ORGANISED
from webapp.casework.surveys import says
from webapp.faults import RecordWithheld
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.records import Supporter, SurveyAnswer, Visit
from webapp.register.viewer import Viewer

STEPS: Final = ("willing", "interviewed", "registered", "active", "first_visit")

UNSAID: Final = "unsaid"
"""Reason of who rests or left without one."""

_AT_LEAST: Final = {
    "willing": "willing", "interviewed": "interviewed", "registered": "registered",
    "active": "active", "resting": "registered", "left": "willing",
}  # fmt: skip
"""What a status says where no day of a step is known."""


@dataclass(frozen=True)
class Step:
    """One step. ``surveyed``: those who answered the survey; ``otherwise``: all others.

    ``days``: median days since the step before, of those of whom both days are known; null
    where nobody is. ``timed``: how many these are.
    """

    code: str
    surveyed: int
    otherwise: int
    days: float | None
    timed: int

    @property
    def count(self) -> int:
        """All who came so far."""
        return self.surveyed + self.otherwise


@dataclass(frozen=True)
class Funnel:
    """What came of the surveys of one district, or of several.

    ``waiting``, ``unsaid``, ``refused``: willing answers that nobody followed up, by whether
    one may contact them.
    """

    answers: int
    willing: int
    waiting: int
    unsaid: int
    refused: int
    organised: int
    """Helpers who registered and have not left."""
    steps: tuple[Step, ...]
    resting: Mapping[str, int]
    left: Mapping[str, int]
    """Who fell away, by reason: codes of `geo.terms.LEAVING`, or `UNSAID`."""

    def step(self, code: str) -> Step:
        """One step by its code."""
        return next(one for one in self.steps if one.code == code)


@dataclass(frozen=True)
class _Answers:
    """Counts of one district's answers."""

    answers: int = 0
    willing: int = 0
    waiting: int = 0
    unsaid: int = 0
    refused: int = 0

    def __add__(self, other: _Answers) -> _Answers:
        return _Answers(*(a + b for a, b in zip(self.row(), other.row(), strict=True)))

    def row(self) -> tuple[int, ...]:
        """The counts in their order."""
        return (self.answers, self.willing, self.waiting, self.unsaid, self.refused)


@dataclass(frozen=True)
class _One:
    """One supporter as the funnel needs it."""

    district_id: str | None
    status: str
    surveyed: bool
    days: Mapping[str, date]
    reason: str

    @property
    def rank(self) -> int:
        """The place in `STEPS` of the last step reached."""
        reached = [STEPS.index(step) for step in self.days if step in STEPS]
        return max([*reached, STEPS.index(_AT_LEAST[self.status])])


def read_funnels(
    register: Register, viewer: Viewer, purpose: str
) -> tuple[Funnel, dict[str | None, Funnel]]:
    """The funnel of all the viewer's districts, and that of each.

    Raises
    ------
    RecordWithheld
        The role may not see how many there are.
    """
    if not viewer.sight.seen(SurveyAnswer.noun(), purpose):
        raise RecordWithheld(record=SurveyAnswer.noun(), role=viewer.role)
    with register.engine.connect() as connection:
        answers = _read_answers(connection, viewer)
        people = _read_people(connection, viewer)
    by_district: dict[str | None, list[_One]] = {}
    for one in people:
        by_district.setdefault(one.district_id, []).append(one)
    every = {
        district: _funnel(answers.get(district, _Answers()), by_district.get(district, []))
        for district in sorted({*answers, *by_district}, key=str)
    }
    return _funnel(sum(answers.values(), _Answers()), people), every


def _read_answers(connection: Connection, viewer: Viewer) -> dict[str | None, _Answers]:
    willing = says(SurveyAnswer.willing)
    open_ = willing & SurveyAnswer.supporter_id.is_(None)
    asked = select(
        SurveyAnswer.district_id,
        func.count(),
        *(
            func.coalesce(func.sum(case((fits, 1), else_=0)), 0)
            for fits in (
                willing,
                open_ & SurveyAnswer.contact.is_(True),
                open_ & SurveyAnswer.contact.is_(None),
                open_ & SurveyAnswer.contact.is_(False),
            )
        ),
    ).group_by(SurveyAnswer.district_id)
    if viewer.districts is not None:
        asked = asked.where(SurveyAnswer.district_id.in_(sorted(viewer.districts)))
    return {row[0]: _Answers(*map(int, row[1:])) for row in connection.execute(asked)}


def _read_people(connection: Connection, viewer: Viewer) -> list[_One]:
    answered = select(SurveyAnswer.supporter_id).where(SurveyAnswer.supporter_id.is_not(None))
    surveyed = set(connection.scalars(answered))
    first = select(Visit.supporter_id, func.min(Visit.planned_at)).where(Visit.status == "done")
    visits = {
        str(supporter): at
        for supporter, at in connection.execute(first.group_by(Visit.supporter_id))
    }
    asked = select(
        Supporter.id, Supporter.district_id, Supporter.status, Supporter.milestones,
        Supporter.reason,
    )  # fmt: skip
    if viewer.districts is not None:
        asked = asked.where(Supporter.district_id.in_(sorted(viewer.districts)))
    return [
        _One(
            district, status, identity in surveyed,
            _days(milestones, visits.get(identity)), _reason(reason),
        )
        for identity, district, status, milestones, reason in connection.execute(asked)
    ]  # fmt: skip


def _days(milestones: Mapping[str, Any] | None, first: datetime | None) -> dict[str, date]:
    days = {step: date.fromisoformat(str(day)) for step, day in (milestones or {}).items()}
    if first is not None:
        days["first_visit"] = first.astimezone(JAPAN).date()
    return days


def _reason(told: str | None) -> str:
    """A code: own words may say more of a person than a table of counts should."""
    return (find_code("leaving", told) or "other") if told else UNSAID


def _funnel(answers: _Answers, people: Sequence[_One]) -> Funnel:
    steps = [_step(place, people) for place in range(len(STEPS))]
    unfollowed = answers.waiting + answers.unsaid + answers.refused
    first = steps[0]
    steps[0] = Step(first.code, first.surveyed + unfollowed, first.otherwise, None, 0)
    return Funnel(
        *answers.row(),
        organised=sum(1 for one in people if one.status in ORGANISED),
        steps=tuple(steps),
        resting=_reasons(people, "resting"),
        left=_reasons(people, "left"),
    )


def _step(place: int, people: Sequence[_One]) -> Step:
    code = STEPS[place]
    there = [one for one in people if one.rank >= place]
    surveyed = sum(1 for one in there if one.surveyed)
    spans = list(_spans(there, STEPS[place - 1], code)) if place else []
    days = float(median(spans)) if spans else None
    return Step(code, surveyed, len(there) - surveyed, days, len(spans))


def _spans(people: Iterable[_One], before: str, after: str) -> Iterable[int]:
    for one in people:
        if before in one.days and after in one.days and one.days[before] <= one.days[after]:
            yield (one.days[after] - one.days[before]).days


def _reasons(people: Sequence[_One], status: str) -> dict[str, int]:
    return dict(Counter(one.reason for one in people if one.status == status).most_common())
