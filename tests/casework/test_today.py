from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.errors import NotFound, ParameterWrong
from tests.casework.conftest import NOON
from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.casework.attendance import STAY, come, last_stay
from webapp.casework.calls import Call, Wanted, take_call
from webapp.casework.cases import read_case, take_step
from webapp.casework.happenings import by_colleagues, happened, of_records
from webapp.casework.people import keep_word
from webapp.casework.reminders import add_reminder, due_reminders, finish_reminder
from webapp.casework.today import Room, quiet_ids, read_day
from webapp.faults import RecordStale
from webapp.register.house import Register
from webapp.register.records import (
    Consent,
    Consultation,
    District,
    Offer,
    Record,
    Request,
    StaffAccount,
    Visit,
)
from webapp.register.records.attendance import Attendance
from webapp.register.trail.access_event import AccessEvent
from webapp.register.viewer import Viewer

OTHER = viewer_of("consultant", "a-colleague", frozenset({"D1"}))
TODAY = date(2026, 6, 1)


def put(register: Register, record: type[Record], **values: object) -> str:
    """A record with its status, whatever steps lead there."""
    status = values.pop("status", None)
    with register.change(at_the_terminal(), "visit", "test") as change:
        made = change.add(record, **values)
        change.session.flush()
        if status is not None:
            made.status = status  # type: ignore[attr-defined]
        return made.id


def visit(register: Register, at: datetime, status: str | None = None, **more: object) -> str:
    number = more.pop("number", "1")
    values = {
        "request_id": f"R{number}", "supporter_id": f"S{number}a", "district_id": f"D{number}",
        "planned_at": at,
    }  # fmt: skip
    return put(register, Visit, **(values | more), **({} if status is None else {"status": status}))


def test_the_visits_of_the_day_in_japan(case: Register, consultant: Viewer) -> None:
    midnight = datetime(2026, 5, 31, 15, tzinfo=NOON.tzinfo)
    first = visit(case, midnight)
    last = visit(case, midnight + timedelta(hours=23, minutes=59), "done")
    visit(case, midnight - timedelta(minutes=1), "done")
    visit(case, midnight + timedelta(hours=24))
    visit(case, NOON, "cancelled")
    visit(case, NOON, number="2")
    day = read_day(case, consultant, NOON, Room())
    assert [one.record.id for one in day.visits.lines] == [first, last]
    line = day.visits.lines[0]
    assert line.person is not None
    assert line.person.name == "神宮福子1"
    assert line.supporter is not None
    assert line.supporter.name == "支手a1"
    assert day.visits.total == 2


def test_with_little_room_those_to_come_are_shown(
    sqlite_case: Register, consultant: Viewer
) -> None:
    visit(sqlite_case, NOON - timedelta(hours=2), "done")
    planned = visit(sqlite_case, NOON + timedelta(hours=2))
    day = read_day(sqlite_case, consultant, NOON, Room(visits=1))
    assert [one.record.id for one in day.visits.lines] == [planned]
    assert day.visits.total == 2


def test_who_did_not_open_stays_until_somebody_knows(
    sqlite_case: Register, consultant: Viewer
) -> None:
    unopened = visit(sqlite_case, NOON - timedelta(days=1), "nobody_home")
    missed = visit(sqlite_case, NOON - timedelta(days=2), "missed")
    forgotten = visit(sqlite_case, NOON - timedelta(days=3))
    visit(sqlite_case, NOON - timedelta(days=1), "done")
    visit(sqlite_case, NOON - timedelta(days=9), "missed")
    found = read_day(sqlite_case, consultant, NOON, Room()).astray
    assert [one.record.id for one in found.lines] == [unopened, missed, forgotten]
    assert [one.step for one in found.lines] == ["knock_again", None, None]
    steps = [{"step": "knock_again", "outcome": "no_answer"}]
    revise(sqlite_case, Visit, unopened, checks=steps)
    found = read_day(sqlite_case, consultant, NOON, Room()).astray
    assert found.lines[0].step == "phone_home"
    revise(sqlite_case, Visit, unopened, checks=[*steps, {"step": "phone_home", "outcome": "safe"}])
    found = read_day(sqlite_case, consultant, NOON, Room()).astray
    assert unopened not in [one.record.id for one in found.lines]


def revise(register: Register, record: type[Record], identity: str, **values: object) -> None:
    with register.change(at_the_terminal(), "visit", "test") as change:
        change.revise(record, identity, change.get(record, identity).version, **values)


def test_the_longest_waiting_comes_first(sqlite_register: Register, consultant: Viewer) -> None:
    late = Call("P1", received_at=NOON - timedelta(days=2), requests=[Wanted("errand")])
    early = Call("P1", received_at=NOON - timedelta(days=9), requests=[Wanted("garbage")])
    for call in (late, early):
        take_call(sqlite_register, consultant, call, NOON)
    found = read_day(sqlite_register, consultant, NOON, Room()).waiting
    assert [one.record["activity"] for one in found.lines] == ["garbage", "errand"]
    assert found.lines[0].at == NOON - timedelta(days=9)
    case = read_case(sqlite_register, consultant, found.lines[0].record.id)
    take_step(
        sqlite_register, consultant, case.request.id, case.request.version, "cancelled", "moved"
    )
    assert read_day(sqlite_register, consultant, NOON, Room()).waiting.total == 1


def test_offers_that_ran_out_or_are_due(sqlite_case: Register, consultant: Viewer) -> None:
    def offer(supporter: str, due: timedelta, status: str | None = None, **more: object) -> str:
        return put(
            sqlite_case, Offer, request_id="R1", district_id="D1", supporter_id=supporter,
            asked_at=NOON - timedelta(days=3), due_at=NOON + due, status=status, **more,
        )  # fmt: skip

    ran_out = offer("S1a", -timedelta(hours=1), "withdrawn", reason="timeout")
    due = offer("S1b", timedelta(hours=3))
    offer("S1b", timedelta(days=3))
    offer("S1a", -timedelta(hours=1), "withdrawn", reason="settled")
    assert [one.record.id for one in offers(sqlite_case, consultant)] == [due]
    revise(sqlite_case, Request, "R1", status="coordinating")
    assert [one.record.id for one in offers(sqlite_case, consultant)] == [ran_out, due]


def offers(register: Register, viewer: Viewer) -> list[Any]:
    return list(read_day(register, viewer, NOON, Room()).offers.lines)


def test_people_not_heard_of_for_the_districts_days(
    sqlite_case: Register, consultant: Viewer
) -> None:
    def quiet() -> list[str]:
        found = read_day(sqlite_case, consultant, NOON, Room()).quiet
        return [one.person.id for one in found.people]

    assert quiet() == ["P1"], "never heard of"
    long_ago = visit(sqlite_case, NOON - timedelta(days=61), "done")
    assert quiet() == ["P1"]
    revise(sqlite_case, Visit, long_ago, planned_at=NOON - timedelta(days=59))
    assert quiet() == []
    with sqlite_case.change(at_the_terminal(), "administration", "test") as change:
        one = change.get(District, "D1")
        change.revise(District, "D1", one.version, arrangements={"quiet_days": 30})
    assert quiet() == ["P1"]
    keep_word(sqlite_case, consultant, "P1", "元気", datetime.now(NOON.tzinfo))
    assert quiet_ids(sqlite_case, consultant, datetime.now(NOON.tzinfo)) == {}


def test_a_consultation_is_word_too(sqlite_case: Register, consultant: Viewer) -> None:
    put(
        sqlite_case, Consultation, person_id="P1", district_id="D1",
        received_at=NOON - timedelta(days=5),
    )  # fmt: skip
    assert read_day(sqlite_case, consultant, NOON, Room()).quiet.total == 0


def test_who_refused_is_nowhere_on_the_page(sqlite_case: Register, consultant: Viewer) -> None:
    visit(sqlite_case, NOON)
    visit(sqlite_case, NOON - timedelta(days=1), "nobody_home")
    with sqlite_case.change(at_the_terminal(), "matching", "no") as change:
        change.add(
            Consent, person_id="P1", district_id="D1", basis="self", purpose="matching",
            status="refused", given_on=NOON,
        )  # fmt: skip
    day = read_day(sqlite_case, consultant, NOON, Room())
    tiles = (day.visits, day.astray, day.waiting, day.offers)
    assert [one.total for one in tiles] == [0, 0, 0, 0]
    assert day.quiet.total == 0
    assert day.names.people == {}


def employ(register: Register, *accounts: str) -> None:
    with register.change(at_the_terminal(), "administration", "test") as change:
        for account in accounts:
            change.add(
                StaffAccount, id=account, login=account, name=f"相談 {account}", role="consultant"
            )


def test_a_stay_ends_after_half_an_hour_without_a_page(
    register: Register, consultant: Viewer
) -> None:
    employ(register, consultant.account)
    assert come(register, consultant, NOON) is None
    assert last_stay(register, consultant) is None
    later = NOON + timedelta(minutes=20)
    assert come(register, consultant, later) is None
    assert come(register, consultant, later + STAY) is None, "still the same stay"
    evening = later + STAY + STAY + timedelta(minutes=1)
    assert come(register, consultant, evening) == later + STAY
    assert come(register, consultant, evening + timedelta(minutes=5)) == later + STAY
    assert last_stay(register, consultant) == later + STAY


def test_a_page_within_a_minute_writes_nothing(
    sqlite_register: Register, consultant: Viewer
) -> None:
    employ(sqlite_register, consultant.account)
    come(sqlite_register, consultant, NOON)
    come(sqlite_register, consultant, NOON + timedelta(seconds=59))
    with Session(sqlite_register.engine) as session:
        assert session.scalar(select(Attendance.seen_at)) == NOON


def test_what_colleagues_did_is_told_and_not_what_one_did_oneself(
    sqlite_case: Register, consultant: Viewer
) -> None:
    since = datetime.now(NOON.tzinfo)
    case = read_case(sqlite_case, consultant, "R1")
    take_step(sqlite_case, OTHER, "R1", case.request.version, "coordinating")
    take_call(sqlite_case, consultant, Call("P1", summary="自分で"), NOON)
    elsewhere = viewer_of("consultant", "a-far", frozenset({"D2"}))
    take_call(sqlite_case, elsewhere, Call("P2", summary="よそ"), NOON)
    where = by_colleagues(sqlite_case, consultant.account, since)
    (told,) = happened(sqlite_case, consultant, where, 100)
    assert (told.code, told.by, told.request_id) == ("request_coordinating", OTHER.account, "R1")
    assert told.facts == {"activity": "garbage"}
    later = by_colleagues(sqlite_case, consultant.account, datetime.now(NOON.tzinfo))
    assert happened(sqlite_case, consultant, later, 100) == []


def test_what_happened_tells_codes_and_no_ones_words(
    sqlite_register: Register, consultant: Viewer
) -> None:
    call = Call("P1", summary="カナリア", requests=[Wanted("other", sub_reason="カナリア")])
    taken = take_call(sqlite_register, consultant, call, NOON)
    ids = {"consultation": [taken.consultation_id], "request": taken.request_ids}
    told = happened(sqlite_register, consultant, of_records(ids), 100)
    assert [one.code for one in told] == ["request_added", "call_taken"]
    assert "カナリア" not in str(told)


def test_reminders_for_me_for_whoever_is_on_duty_and_for_others(
    sqlite_case: Register, consultant: Viewer
) -> None:
    employ(sqlite_case, consultant.account, OTHER.account)
    mine = add_reminder(sqlite_case, consultant, TODAY, "薬", mine=True, person_id="P1")
    duty = add_reminder(sqlite_case, OTHER, TODAY - timedelta(days=2), "鍵", request_id="R1")
    theirs = add_reminder(sqlite_case, OTHER, TODAY, "私用", mine=True)
    add_reminder(sqlite_case, OTHER, TODAY + timedelta(days=1), "明日")
    found, total = due_reminders(sqlite_case, consultant, TODAY, 10)
    assert [one.id for one in found] == [duty, mine]
    assert total == 2
    with pytest.raises(NotFound):
        finish_reminder(sqlite_case, consultant, theirs, 1)
    done = finish_reminder(sqlite_case, consultant, duty, 1)
    assert done["person_id"] == "P1"
    with pytest.raises(RecordStale):
        finish_reminder(sqlite_case, OTHER, duty, 1)
    assert [one.id for one in due_reminders(sqlite_case, consultant, TODAY, 10)[0]] == [mine]
    with pytest.raises(ParameterWrong):
        add_reminder(sqlite_case, consultant, TODAY, "　")
    with pytest.raises(NotFound):
        add_reminder(sqlite_case, consultant, TODAY, "x", person_id="P2")


def test_reads_of_one_page_go_into_the_trail_at_its_end(
    sqlite_case: Register, consultant: Viewer
) -> None:
    def kept() -> int:
        with Session(sqlite_case.engine) as session:
            mine = AccessEvent.account == consultant.account
            return len(session.scalars(select(AccessEvent.sequence).where(mine)).all())

    with sqlite_case.together():
        read_case(sqlite_case, consultant, "R1")
        with sqlite_case.together():
            read_case(sqlite_case, consultant, "R1")
        assert kept() == 0
    once = kept()
    assert once > 0
    with pytest.raises(NotFound), sqlite_case.together():
        read_case(sqlite_case, consultant, "R2")
    assert kept() > once, "what was refused is kept too"
