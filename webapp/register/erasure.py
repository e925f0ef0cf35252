"""Forgetting: what is erased goes with its versions, its notes and what others wrote of it.

What is counted stays without its link: a request keeps its activity and its district.
The trail keeps ids. Each erasure is remembered by id, so that no copy brings it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Text, delete, inspect, or_, select, type_coerce
from sqlalchemy.orm import Session

from geo.errors import NotFound
from webapp.register.change import Change
from webapp.register.erased import ErasedList
from webapp.register.hall_edition import blot_items, erase_hall_edition
from webapp.register.house import Register
from webapp.register.records import (
    RECORDS,
    Consent,
    Consultation,
    Household,
    LedgerEntry,
    Offer,
    Person,
    Record,
    Referral,
    Reminder,
    Request,
    SensitiveNote,
    Series,
    StaffAccount,
    Supporter,
    SurveyAnswer,
    Visit,
    WatchLink,
    Workshop,
)
from webapp.register.records.calendar_feed import CalendarFeed
from webapp.register.records.forgotten import Forgotten
from webapp.register.scrubbing import BLOT, list_terms, scrub_register, scrub_value
from webapp.register.trail.history import History
from webapp.register.viewer import Viewer

_R = TypeVar("_R", bound=Record)

REQUEST: Final = "request"
"""The rule of an erasure that somebody asked for."""

_BARE: Final[dict[type[Record], tuple[str, ...]]] = {
    Request: (
        "person_id", "household_id", "sub_reason", "constraints", "reason", "place_id",
    ),
    Consultation: ("person_id", "source", "summary", "result"),
    Offer: ("reason",),
    Visit: ("observation", "reason", "checks"),
    Series: ("exceptions", "station_id", "reason"),
    Supporter: (
        "name", "kana", "search_key", "phone", "address", "lon", "lat", "survey_id", "reason",
    ),
}  # fmt: skip
"""Fields that a record loses when only its count may stay."""


def bare_fields(noun: str) -> tuple[str, ...]:
    """The fields a record loses where its count stays; empty = it goes whole."""
    record = RECORDS.get(noun)
    return _BARE.get(record, ()) if record is not None else ()


def erase_person(
    register: Register, viewer: Viewer, identity: str, reason: str, rule: str = REQUEST
) -> None:
    """Forget one person, everywhere, in one change.

    Raises
    ------
    NotFound, RecordWithheld
    """
    erase_records(register, viewer, [("person", identity)], reason, rule)


def erase_records(
    register: Register,
    viewer: Viewer,
    records: Iterable[tuple[str, str]],
    reason: str,
    rule: str = REQUEST,
    *,
    at: datetime | None = None,
) -> int:
    """Forget the records named, pairs of record and id, in one change; how many.

    Raises
    ------
    NotFound, RecordWithheld
    """
    listed = list(records)
    nameless = _without_names(register, listed, reason)
    with register.change(viewer, "administration", nameless) as change:
        for record, identity in listed:
            _forget(change, record, identity)
            _remember(change, record, identity, rule, at)
    return len(listed)


def erase_listed(register: Register, viewer: Viewer, lists: Sequence[ErasedList]) -> int:
    """Forget again what the lists beside the copies name; how many there were."""
    count = 0
    for record, identity, at in _find_listed(register, lists):
        with suppress(NotFound):  # gone with one that was listed before it
            count += erase_records(
                register, viewer, [(record, identity)], "restore", "restore", at=at
            )
    return count


def _without_names(register: Register, records: list[tuple[str, str]], reason: str) -> str:
    """The reason as the trail may keep it."""
    with Session(register.engine) as session:
        for noun, identity in records:
            found = session.get(RECORDS[noun], identity)
            reason = scrub_value(reason, list_terms(getattr(found, "name", None)))
    return reason


def _find_listed(
    register: Register, lists: Sequence[ErasedList]
) -> Iterable[tuple[str, str, datetime]]:
    with Session(register.engine) as session:
        return [
            (noun, row.id, max(moments))
            for noun, record in RECORDS.items()
            for row in session.execute(select(record.id, record.made_at))
            if (moments := _moments(lists, noun, row.id, row.made_at))
        ]


def _moments(
    lists: Sequence[ErasedList], noun: str, identity: str, made_at: datetime
) -> list[datetime]:
    asked = (one.moment(noun, identity, made_at) for one in lists)
    return [at for at in asked if at is not None]


def _remember(change: Change, record: str, identity: str, rule: str, at: datetime | None) -> None:
    if not inspect(change.session.connection()).has_table(Forgotten.__tablename__):
        return
    change.session.add(
        Forgotten(at=at or datetime.now(UTC), record=record, record_id=identity, rule=rule)
    )


def _forget(change: Change, noun: str, identity: str) -> None:
    found = change.get(RECORDS[noun], identity)
    _FORGET.get(noun, _forget_record)(change, found)
    change.session.flush()


def _forget_record(change: Change, found: Any) -> None:  # noqa: ANN401
    if type(found) in _BARE:
        _strip(change, found)
    else:
        change.erase(found)


def _forget_supporter(change: Change, found: Supporter) -> None:
    """Keep the id, what was offered and the district; the name and the house go."""
    terms = list_terms(found.name, found.kana, found.phone)
    for account in _all(change, StaffAccount, StaffAccount.supporter_id == found.id):
        account.supporter_id = None
    for answer in _all(change, SurveyAnswer, SurveyAnswer.supporter_id == found.id):
        change.erase(answer)
    for person in _all(change, Person, type_coerce(Person.unwanted, Text).contains(found.id)):
        person.unwanted = [one for one in person.unwanted or [] if one != found.id] or None
    change.session.execute(delete(CalendarFeed).where(CalendarFeed.supporter_id == found.id))
    blot_items(change.session, found.id)
    _strip(change, found)
    scrub_register(change.session, terms, found.district_id)


def _forget_request(change: Change, found: Request) -> None:
    """A case is counted on, without whom and without words."""
    _strip_cases(change, Request.id == found.id)


def _forget_workshop(change: Change, found: Workshop) -> None:
    """What the hall knew goes; that there was an evening stays, and what was entered."""
    erase_hall_edition(change.session, found.id)
    found.status = "erased"


def _forget_household(change: Change, found: Household) -> None:
    """A household goes with everybody in it."""
    people = _all(change, Person, Person.household_id == found.id)
    for person in people:
        _forget_person(change, person)
    if not people:
        _erase_home(change, found)


def _forget_person(change: Change, found: Person) -> None:
    """The person's own records go; what is counted loses its link; names go from texts."""
    terms = list_terms(found.name, found.kana, found.search_key, found.phone)
    _strip_cases(change, Request.person_id == found.id, Consultation.person_id == found.id)
    for record in (Referral, SensitiveNote, Consent, Reminder):
        for one in _all(change, record, record.person_id == found.id):
            change.erase(one)
        change.session.flush()
    _blot_answers(change, found)
    _blot_entries(change, found.id)
    blot_items(change.session, found.id)
    district, home = found.district_id, change.session.get(Household, found.household_id)
    change.erase(found)
    change.session.flush()
    if home is not None and not _all(change, Person, Person.household_id == home.id):
        terms += list_terms(home.address, home.address_key)
        _erase_home(change, home)
    scrub_register(change.session, sorted(terms, key=len, reverse=True), district)


def _erase_home(change: Change, home: Household) -> None:
    """The house that nobody of the register lives in any more, with its lines."""
    _strip_cases(change, Request.household_id == home.id)
    ends = or_(WatchLink.watched_id == home.id, WatchLink.watcher_id == home.id)
    for line in _all(change, WatchLink, ends):
        change.erase(line)
    _blot_entries(change, home.id)
    blot_items(change.session, home.id)
    change.session.flush()
    change.erase(home)
    change.session.flush()


def _strip_cases(
    change: Change,
    requests: ColumnElement[bool],
    consultations: ColumnElement[bool] | None = None,
) -> None:
    """What hangs on a case is counted on, without whom and without words."""
    for request in _all(change, Request, requests):
        for record in (Offer, Visit, Series):
            for one in _all(change, record, record.request_id == request.id):
                _strip(change, one)
        _strip(change, request)
    if consultations is not None:
        for one in _all(change, Consultation, consultations):
            _strip(change, one)
    change.session.flush()


def _strip(change: Change, found: Record) -> None:
    """Empty the fields that say who, in the record and in every version kept of it."""
    names = _BARE[type(found)]
    for name in names:
        setattr(found, name, None)
    change.session.flush()
    _overwrite(change, found, dict.fromkeys(names))


def _overwrite(change: Change, found: Record, values: dict[str, Any]) -> None:
    """Put ``values`` into every version kept of a record."""
    kept = (History.record == found.noun()) & (History.record_id == found.id)
    for version in change.session.scalars(select(History).where(kept)):
        version.reason = ""
        version.values = version.values | values
    change.session.flush()


def _blot_answers(change: Change, person: Person) -> None:
    """Questionnaires of that name in the same district are nobody's from now on."""
    terms = set(list_terms(person.name))
    answers = _all(change, SurveyAnswer, SurveyAnswer.district_id == person.district_id)
    for answer in answers:
        if terms & set(list_terms(answer.name)):
            change.erase(answer)


def _blot_entries(change: Change, identity: str) -> None:
    """The books stay closed; who owed is no longer said."""
    sides = (LedgerEntry.debit, LedgerEntry.credit)
    named = [or_(side == identity, side.endswith(f":{identity}")) for side in sides]
    for entry in _all(change, LedgerEntry, or_(*named)):
        for side in ("debit", "credit"):
            if str(getattr(entry, side)).rpartition(":")[2] == identity:
                setattr(entry, side, BLOT)
        change.session.flush()
        _overwrite(change, entry, {"debit": entry.debit, "credit": entry.credit})


def _all(change: Change, record: type[_R], where: ColumnElement[bool]) -> list[_R]:
    return list(change.session.scalars(select(record).where(where)))


_FORGET: Final[dict[str, Callable[[Change, Any], None]]] = {
    "person": _forget_person,
    "household": _forget_household,
    "supporter": _forget_supporter,
    "request": _forget_request,
    "workshop": _forget_workshop,
}
"""Records that others hang on; the others go as they are."""
