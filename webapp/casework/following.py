"""From an answer to what follows: who is willing becomes a supporter, a need a consultation.

An answer is followed up once: it keeps what came of it, and is locked while that is made.
Nothing is made of an answer whose writer does not want to be contacted, nor of one that
names nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import select

from geo import terms
from geo.errors import ParameterWrong
from webapp.casework.alike import read_known
from webapp.casework.locating import Locator, locate, spot_of_supporter
from webapp.casework.supporting import told_besides
from webapp.casework.surveys import PURPOSE, Survey, is_open, of_survey
from webapp.faults import AnswerFollowed, AnswerNameless, ContactRefused
from webapp.register.change import Change
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.records import (
    Consultation,
    Household,
    Person,
    Request,
    Supporter,
    SurveyAnswer,
)
from webapp.register.spelling import address_key, person_key
from webapp.register.viewer import Viewer

What = Literal["willing", "needs"]

_LONGEST: Final = 2000
"""Letters of what was said besides, in a consultation's summary."""

_SHORT: Final = 200


@dataclass(frozen=True)
class Followed:
    """What became of a survey's open answers. ``alike``: left, for somebody like them is there."""

    made: int
    alike: int
    nameless: int


def make_supporter(
    register: Register,
    viewer: Viewer,
    answer_id: str,
    version: int,
    now: datetime,
    locator: Locator | None = None,
) -> str:
    """A supporter of a willing answer; the supporter's id.

    Raises
    ------
    NotFound, RecordStale, AnswerFollowed, ContactRefused, AnswerNameless
    ParameterWrong
        The answer offers no help.
    """
    with register.change(viewer, PURPOSE, "survey") as change:
        answer = change.revise(SurveyAnswer, answer_id, version)
        return _add_supporter(change, answer, now, locator)


def link_supporter(
    register: Register, viewer: Viewer, answer_id: str, version: int, supporter_id: str
) -> None:
    """The answer is that of a supporter who is there already.

    Raises
    ------
    NotFound, RecordStale, AnswerFollowed
    """
    with register.change(viewer, PURPOSE, "survey") as change:
        answer = change.revise(SurveyAnswer, answer_id, version)
        if answer.supporter_id is not None:
            raise AnswerFollowed(id=answer_id)
        change.get(Supporter, supporter_id)
        answer.supporter_id = supporter_id


def make_consultation(
    register: Register,
    viewer: Viewer,
    answer_id: str,
    version: int,
    activities: Sequence[str],
    now: datetime,
    *,
    person_id: str | None = None,
    locator: Locator | None = None,
) -> str:
    """A consultation with a request for each need; the consultation's id.

    Parameters
    ----------
    activities
        The needs as the consultant reads them from the answer.
    person_id
        Who answered, where the register knows them; None makes a new person and home.

    Raises
    ------
    NotFound, RecordStale, AnswerFollowed, ContactRefused, AnswerNameless
    ParameterWrong
        No activity, or one that nobody knows.
    """
    unknown = [one for one in activities if one not in terms.ACTIVITIES]
    if unknown or not activities:
        wanted = ", ".join(terms.ACTIVITIES)
        raise ParameterWrong(name="activity", value=", ".join(unknown)[:40] or "–", wanted=wanted)
    with register.change(viewer, PURPOSE, "survey") as change:
        answer = change.revise(SurveyAnswer, answer_id, version)
        return _add_consultation(change, answer, list(activities), now, person_id, locator)


def follow_all(
    register: Register,
    viewer: Viewer,
    survey: Survey,
    what: What,
    now: datetime,
    locator: Locator | None = None,
) -> Followed:
    """Follow up every open answer of a survey, all or none.

    An answer that looks like somebody known stays for a look, also where that is the writer
    of another answer of the same survey.

    Raises
    ------
    RecordWithheld, FieldWithheld
    """
    made = alike = nameless = 0
    with register.change(viewer, PURPOSE, "survey") as change:
        known = read_known(
            change.session.connection(), viewer, Supporter if what == "willing" else Person
        )
        asked = select(SurveyAnswer.id).where(of_survey(survey), is_open(what))
        for identity in change.session.scalars(asked.order_by(SurveyAnswer.id)).all():
            answer = change.get(SurveyAnswer, identity)
            if is_nameless(answer):
                nameless += 1
            elif known.of(answer.name, answer.kana, answer.phone):
                alike += 1
            else:
                _follow(change, answer, what, now, locator)
                known.add(answer.id, answer.name, answer.kana, answer.phone)
                made += 1
    return Followed(made, alike, nameless)


def _follow(
    change: Change, answer: SurveyAnswer, what: What, now: datetime, locator: Locator | None
) -> None:
    if what == "willing":
        _add_supporter(change, answer, now, locator)
    else:
        _add_consultation(change, answer, list(answer.needs or ()), now, None, locator)


def is_nameless(answer: Any) -> bool:  # noqa: ANN401
    """Whether nobody can be found by the answer; a record or a view of one."""
    read = answer.get if hasattr(answer, "get") else lambda name: getattr(answer, name)
    return not any(read(name) for name in ("name", "kana", "phone", "address"))


def _require_open(answer: SurveyAnswer, came: str | None) -> None:
    if came is not None:
        raise AnswerFollowed(id=answer.id)
    if answer.contact is False:
        raise ContactRefused(id=answer.id)
    if is_nameless(answer):
        raise AnswerNameless(id=answer.id)


def _add_supporter(
    change: Change, answer: SurveyAnswer, now: datetime, locator: Locator | None
) -> str:
    _require_open(answer, answer.supporter_id)
    if not answer.willing:
        raise ParameterWrong(name="willing", value="–", wanted="an answer that offers help")
    day = answer.answered_on or now.astimezone(JAPAN).date()
    spot = locate(change.session.connection(), change.viewer, answer.address, locator)
    made = change.add(
        Supporter,
        district_id=answer.district_id,
        name=answer.name,
        kana=answer.kana,
        search_key=person_key(answer.name, answer.kana),
        phone=answer.phone,
        address=answer.address,
        activities=list(answer.willing),
        survey_id=answer.id,
        milestones={"willing": day.isoformat()},
        **spot_of_supporter(spot),
        **told_besides(answer.answers or {}),
    )
    change.session.flush()
    answer.supporter_id = made.id
    change.session.flush()
    return made.id


def _add_consultation(
    change: Change,
    answer: SurveyAnswer,
    activities: list[str],
    now: datetime,
    person_id: str | None,
    locator: Locator | None,
) -> str:
    _require_open(answer, answer.consultation_id)
    person = (
        _add_person(change, answer, locator) if person_id is None else change.get(Person, person_id)
    )
    words = words_of(answer.answers)
    made = change.add(
        Consultation,
        person_id=person.id,
        district_id=answer.district_id,
        received_at=now,
        channel="survey",
        source="self",
        summary=words[:_LONGEST] or None,
    )
    change.session.flush()
    for activity in activities:
        change.add(
            Request,
            consultation_id=made.id,
            person_id=person.id,
            household_id=person.household_id,
            district_id=answer.district_id,
            activity=activity,
            sub_reason=(words[:_SHORT] or answer.survey) if activity == "other" else None,
        )
    answer.consultation_id = made.id
    change.session.flush()
    return made.id


def words_of(answers: dict[str, Any] | None) -> str:
    """What was answered besides, a line for each question."""
    return "\n".join(f"{question}：{said}" for question, said in (answers or {}).items())


def _add_person(change: Change, answer: SurveyAnswer, locator: Locator | None) -> Person:
    spot = locate(change.session.connection(), change.viewer, answer.address, locator)
    home = change.add(
        Household,
        district_id=answer.district_id,
        address=answer.address,
        address_key=address_key(answer.address) if answer.address else None,
        needs=list(answer.needs or ()) or None,
        **({} if spot is None else spot.columns()),
    )
    change.session.flush()
    person = change.add(
        Person,
        household_id=home.id,
        district_id=answer.district_id,
        name=answer.name,
        kana=answer.kana,
        search_key=person_key(answer.name, answer.kana),
        phone=answer.phone,
        source="self",
    )
    change.session.flush()
    return person
