"""One supporter: card, answer to the survey, offers and visits so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar, cast

from sqlalchemy import ColumnElement, func, select

from webapp.casework.cards import PURPOSE, Card, person_cards
from webapp.casework.supporters import ENDING
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Offer, Record, Request, Supporter, SurveyAnswer, Visit
from webapp.register.release import release_record
from webapp.register.released import release_records, released_ids
from webapp.register.viewer import Viewer

_R = TypeVar("_R", bound=Record)

_RECENT: Final = 12

_FORWARD: Final = ("interviewed", "registered", "active", "willing")
"""Steps in the order in which they are offered."""


@dataclass(frozen=True)
class SupporterFile:
    """What the viewer may see of one supporter."""

    supporter: View
    answer_id: str | None
    offers: Sequence[View]
    """The last ones, the latest first."""
    visits: Sequence[View]
    requests: dict[str, View]
    people: dict[str, Card]
    visits_done: int
    first_done: date | None

    @property
    def forward(self) -> list[str]:
        """The next steps on the way to being active, or back."""
        legal = self._legal()
        return [one for one in _FORWARD if one in legal]

    @property
    def ending(self) -> list[str]:
        """Resting and leaving, as far as they can follow."""
        legal = self._legal()
        return [one for one in ENDING if one in legal]

    def _legal(self) -> list[str]:
        return Supporter.STEPS.legal(str(self.supporter.get("status") or ""))


def read_supporter(register: Register, viewer: Viewer, identity: str) -> SupporterFile:
    """One supporter with all that is known. Raises `NotFound`."""
    supporter = release_record(register, viewer, PURPOSE, Supporter, identity)
    offers = _last(register, viewer, Offer, Offer.supporter_id == identity, Offer.asked_at)
    visits = _last(register, viewer, Visit, Visit.supporter_id == identity, Visit.planned_at)
    wanted = sorted({str(one["request_id"]) for one in [*offers, *visits]})
    requests = release_records(register, viewer, PURPOSE, Request, Request.id.in_(wanted)).by_id()
    answers = released_ids(
        register, viewer, PURPOSE, SurveyAnswer, SurveyAnswer.supporter_id == identity
    )
    done, first = _done(register, identity)
    return SupporterFile(
        supporter=supporter,
        answer_id=answers[0] if answers else None,
        offers=offers,
        visits=visits,
        requests=requests,
        people=person_cards(register, viewer, [one.get("person_id") for one in requests.values()]),
        visits_done=done,
        first_done=first,
    )


def _last(
    register: Register,
    viewer: Viewer,
    record: type[_R],
    where: ColumnElement[bool],
    newest: Any,  # noqa: ANN401
) -> Sequence[View]:
    return release_records(
        register, viewer, PURPOSE, record, where, order=(newest.desc(), record.id), limit=_RECENT
    )


def _done(register: Register, identity: str) -> tuple[int, date | None]:
    """How many visits were done, and when the first was planned."""
    asked = select(func.count(), func.min(Visit.planned_at)).where(
        Visit.supporter_id == identity, Visit.status == "done"
    )
    with register.engine.connect() as connection:
        count, first = cast("tuple[int, datetime | None]", tuple(connection.execute(asked).one()))
    return count, None if first is None else first.astimezone(JAPAN).date()
