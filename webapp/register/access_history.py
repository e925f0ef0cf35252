"""閲覧記録の写し: who looked at one person, short enough for one page.

Recent days are told line by line, what is older by month. A list of a whole district
counts for everybody who was in it when it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from heapq import merge
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, and_, or_, select, type_coerce
from sqlalchemy.orm import Session

from geo.errors import NotFound
from webapp.faults import RecordWithheld
from webapp.register.house import Register
from webapp.register.records import RECORDS, District, ExportCopy, Household, Person, StaffAccount
from webapp.register.trail.access_event import AccessEvent, Event
from webapp.register.trail.history import History, versions_of
from webapp.register.viewer import Viewer

NOUN: Final = "access_event"

_ROOM: Final = 14
"""Lines of recent days on the page."""

_MONTHS: Final = 8
"""Months told one by one."""

_ABOUT: Final = ("household", "person")
"""Records whose lists of a district contain a person."""

_JAPAN: Final = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True)
class Line:
    """What one account did on one day for one purpose.

    ``name``: of the account; null = it is no account. ``extent``: in a list of a district.
    """

    day: date
    account: str
    name: str | None
    role: str
    deed: str
    purpose: str
    records: tuple[str, ...]
    fields: tuple[str, ...]
    extent: bool
    count: int


@dataclass(frozen=True)
class Month:
    """One month, counted; ``first`` is its first day. ``before``: and all that was before."""

    first: date
    count: int
    accounts: int
    before: bool = False


@dataclass(frozen=True)
class AccessHistory:
    """The page. ``name``: null where the viewer does not see it."""

    person_id: str
    name: str | None
    district: str | None
    since: date
    made_on: date
    lines: list[Line]
    older: list[tuple[date, str, int]]
    """First day of the month, account, count of what is not told line by line."""
    events: int

    @property
    def months(self) -> list[Month]:
        """What is older, month by month, the last first."""
        return list(_months(self.older))

    def shorter(self) -> AccessHistory | None:
        """The same with one day fewer told line by line; None = there is none."""
        if not self.lines:
            return None
        last = self.lines[-1].day
        moved = [
            (last.replace(day=1), one.account, one.count) for one in self.lines if one.day == last
        ]
        return replace(
            self, lines=[one for one in self.lines if one.day != last], older=moved + self.older
        )


@dataclass
class _Subject:
    """One person, and in which districts since when."""

    person: Person
    places: list[tuple[datetime, str | None]]
    homes: list[str]
    records: list[ColumnElement[bool]] = field(default_factory=list)

    def was_in(self, district: str | None, listed: list[str] | None, at: datetime) -> bool:
        """Whether a list of ``district``, or of those ``listed``, had the person in it."""
        here = [place for since, place in self.places if since <= at]
        if not here:
            return False
        return here[-1] == district if district is not None else not listed or here[-1] in listed


def tell_history(
    register: Register, viewer: Viewer, purpose: str, person_id: str, *, now: datetime | None = None
) -> AccessHistory:
    """Who looked at one person; that it was asked for is an event too.

    Raises
    ------
    RecordWithheld
        The role does not see the trail.
    NotFound
        There is no such person, or it is none of the viewer's business.
    """
    with Session(register.engine) as session:
        person = session.get(Person, person_id)
        sees = bool(viewer.sight.seen(NOUN, purpose))
        if not sees or person is None or not viewer.covers(person.district_id):
            register.keep([_asked(viewer, purpose, person_id, None, "refuse")])
            if not sees:
                raise RecordWithheld(record=NOUN, role=viewer.role)
            raise NotFound(kind="person", id=person_id)
        register.keep([_asked(viewer, purpose, person.id, person.district_id, "read")])
        named = "name" in viewer.sight.seen("person", purpose)
        return _tell(session, _subject(session, person), named=named, now=now or datetime.now(UTC))


def _asked(viewer: Viewer, purpose: str, person: str, district: str | None, deed: str) -> Event:
    return Event(
        at=datetime.now(UTC),
        account=viewer.account,
        role=viewer.role,
        deed=deed,
        purpose=purpose,
        record=NOUN,
        record_id=person[:64],
        district_id=district,
    )


def _subject(session: Session, person: Person) -> _Subject:
    kept = versions_of(session, "person", person.id)
    places = [(one.at, one.values.get("district_id")) for one in kept]
    homes = {one.values.get("household_id") for one in kept} | {person.household_id}
    found = _Subject(
        person,
        places or [(person.made_at, person.district_id)],
        sorted(home for home in homes if home),
    )
    found.records.append(_is(Person.noun(), [person.id]))
    found.records.append(_is(NOUN, [person.id]))
    found.records.append(_is(Household.noun(), found.homes))
    for noun, record in RECORDS.items():
        if "person_id" in record.__table__.columns:
            owner = record.__table__.columns["person_id"]
            own = select(record.id).where(owner == person.id)
            found.records.append(and_(AccessEvent.record == noun, AccessEvent.record_id.in_(own)))
    return found


def _is(noun: str, ids: Sequence[str]) -> ColumnElement[bool]:
    return and_(AccessEvent.record == noun, AccessEvent.record_id.in_(ids))


def _events(session: Session, subject: _Subject) -> Iterator[AccessEvent]:
    """Events about the person, the last first."""
    extents = and_(
        AccessEvent.record_id.is_(None),
        AccessEvent.deed.in_(("read", "export")),
        AccessEvent.record.in_(_ABOUT),
        or_(
            AccessEvent.district_id.is_(None),
            AccessEvent.district_id.in_({place for _, place in subject.places if place}),
        ),
        AccessEvent.at >= subject.places[0][0],
    )
    asked = select(AccessEvent).where(or_(*subject.records, extents))
    asked = asked.order_by(AccessEvent.at.desc(), AccessEvent.sequence.desc()).execution_options(
        yield_per=500
    )
    for event in session.scalars(asked):
        if event.record_id is not None or subject.was_in(
            event.district_id, (event.facts or {}).get("districts"), event.at
        ):
            yield event


def _all(session: Session, subject: _Subject) -> Iterator[AccessEvent]:
    """Events, imports and numbered copies about the person, the last first."""
    return merge(
        _events(session, subject),
        _imports(session, subject),
        _copies(session, subject),
        key=lambda one: one.at,
        reverse=True,
    )


def _imports(session: Session, subject: _Subject) -> list[AccessEvent]:
    """What imports wrote of the person and the home, each as the event that it was.

    The trail holds an import as one event for a district; which records it touched stands
    in their versions.
    """
    own = or_(
        and_(History.record == Person.noun(), History.record_id == subject.person.id),
        and_(History.record == Household.noun(), History.record_id.in_(subject.homes)),
    )
    asked = select(History, StaffAccount.role).outerjoin(
        StaffAccount, StaffAccount.id == History.by
    )
    found = session.execute(
        asked.where(own, History.intake_id.is_not(None)).order_by(History.at.desc())
    )
    return [
        AccessEvent(
            at=kept.at,
            account=kept.by,
            role=role or "terminal",
            deed="add" if kept.version == 1 else "change",
            purpose="administration",
            record=kept.record,
            record_id=kept.record_id,
        )
        for kept, role in found
    ]


def _copies(session: Session, subject: _Subject) -> list[AccessEvent]:
    """Copies that tell of the person's home, each as the event that it was."""
    homes = type_coerce(ExportCopy.households, Text)
    told = or_(*(homes.contains(f'"{home}"', autoescape=True) for home in subject.homes))
    asked = select(ExportCopy, StaffAccount.role).outerjoin(
        StaffAccount, StaffAccount.id == ExportCopy.issued_by
    )
    found = session.execute(
        asked.where(told, ExportCopy.status != "void").order_by(ExportCopy.issued_at.desc())
    )
    return [
        AccessEvent(
            at=copy.issued_at,
            account=copy.issued_by,
            role=role or "terminal",
            deed="export",
            purpose=copy.purpose,
            record=copy.noun(),
            record_id=copy.id,
            fields=copy.fields,
        )
        for copy, role in found
    ]


def _tell(session: Session, subject: _Subject, *, named: bool, now: datetime) -> AccessHistory:
    accounts = session.execute(select(StaffAccount.id, StaffAccount.name))
    names: dict[str, str | None] = {one.id: one.name for one in accounts}
    lines: list[Line] = []
    older: list[tuple[date, str, int]] = []
    events = 0
    for day, of_day in groupby(_all(session, subject), key=lambda event: _day(event.at)):
        told = _lines(day, list(of_day), names)
        events += sum(line.count for line in told)
        if older or len(lines) + len(told) > _ROOM:
            older += [(day.replace(day=1), line.account, line.count) for line in told]
        else:
            lines += told
    district = session.get(District, subject.person.district_id or "")
    return AccessHistory(
        person_id=subject.person.id,
        name=subject.person.name if named else None,
        district=None if district is None else district.name,
        since=_day(subject.places[0][0]),
        made_on=_day(now),
        lines=lines,
        older=older,
        events=events,
    )


def _day(at: datetime) -> date:
    return at.astimezone(_JAPAN).date()


def _lines(day: date, events: list[AccessEvent], names: dict[str, str | None]) -> list[Line]:
    """One line for each account, deed and purpose of a day."""
    groups: dict[tuple[Any, ...], list[AccessEvent]] = {}
    for event in events:
        extent = event.record_id is None
        groups.setdefault(
            (event.account, event.role, event.deed, event.purpose, extent), []
        ).append(event)
    return [
        Line(
            day=day,
            account=account,
            name=names.get(account),
            role=role,
            deed=deed,
            purpose=purpose,
            records=_union([one.record] for one in found),
            fields=_union(one.fields for one in found),
            extent=extent,
            count=len(found),
        )
        for (account, role, deed, purpose, extent), found in groups.items()
    ]


def _union(parts: Iterable[Sequence[str | None] | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in parts for name in part or () if name))


def _months(older: list[tuple[date, str, int]]) -> Iterator[Month]:
    """What is older, by month, and what is older still as one."""
    months = {first: list(found) for first, found in groupby(older, key=lambda one: one[0])}
    firsts = list(months)
    for first in firsts[:_MONTHS]:
        yield _counted(first, months[first])
    if rest := firsts[_MONTHS:]:
        yield _counted(
            firsts[_MONTHS], [one for first in rest for one in months[first]], before=True
        )


def _counted(first: date, found: list[tuple[date, str, int]], *, before: bool = False) -> Month:
    accounts = {account for _, account, _ in found}
    return Month(first, sum(count for *_, count in found), len(accounts), before)
