from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.errors import NotFound, ParameterWrong
from tests.casework.conftest import NOON
from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.casework.asking import (
    Outcome,
    answer_offer,
    ask,
    cancel,
    expire_offers,
    give_up,
    take_up,
)
from webapp.faults import AlreadyAsked, NotAskable, NotWanted, RecordStale, StepIllegal
from webapp.register.house import Register
from webapp.register.records import (
    Consultation,
    District,
    Offer,
    Person,
    Request,
    Series,
    Supporter,
    Visit,
)
from webapp.register.records.base import Record
from webapp.register.viewer import Viewer

OTHER = viewer_of("consultant", "a-colleague", frozenset({"D1"}))


_R = TypeVar("_R", bound=Record)


def read(register: Register, record: type[_R], identity: str) -> _R:
    with Session(register.engine) as session:
        found = session.get(record, identity)
        assert found is not None
        session.expunge(found)
        return found


def request(register: Register, identity: str = "R1") -> Request:
    return read(register, Request, identity)


def offers(register: Register) -> dict[str, str]:
    with Session(register.engine) as session:
        rows = session.execute(select(Offer.supporter_id, Offer.status)).all()
    return {row.supporter_id: row.status for row in rows}


def revise(register: Register, record: type[Record], identity: str, **values: object) -> None:
    with register.change(at_the_terminal(), "matching") as change:
        change.revise(record, identity, change.get(record, identity).version, **values)


def ask_next(register: Register, viewer: Viewer, supporter: str) -> str:
    version = request(register).version
    return ask(register, viewer, "R1", version, supporter, 4.0, NOON)


def answer(register: Register, viewer: Viewer, offer: str, outcome: Outcome, why: str = "") -> None:
    version = read(register, Offer, offer).version
    answer_offer(register, viewer, offer, version, outcome, why or None, NOON)


def test_asking_takes_the_request_up_and_says_until_when(
    case: Register, consultant: Viewer
) -> None:
    offer = read(case, Offer, ask(case, consultant, "R1", 1, "S1a", 4.0, NOON))
    assert request(case).status == "asking"
    assert (offer.status, offer.minutes, offer.tries) == ("waiting", 4.0, 0)
    assert (offer.asked_at, offer.asked_by, offer.district_id) == (NOON, "a-consultant", "D1")
    assert offer.due_at == NOON + timedelta(hours=48)


def test_asking_takes_the_consultation_in_hand(sqlite_case: Register, consultant: Viewer) -> None:
    with sqlite_case.change(at_the_terminal(), "matching") as change:
        change.add(Consultation, id="K-in-hand", person_id="P1", district_id="D1", received_at=NOON)
        change.session.flush()
        change.get(Request, "R1").consultation_id = "K-in-hand"
    ask_next(sqlite_case, consultant, "S1a")
    assert read(sqlite_case, Consultation, "K-in-hand").status == "in_hand"


def test_the_district_says_how_long_one_has_to_answer(
    sqlite_case: Register, consultant: Viewer
) -> None:
    revise(sqlite_case, District, "D1", arrangements={"offer_hours": 5})
    offer = read(sqlite_case, Offer, ask_next(sqlite_case, consultant, "S1a"))
    assert offer.due_at == NOON + timedelta(hours=5)


def test_who_was_not_reached_can_be_phoned_again(sqlite_case: Register, consultant: Viewer) -> None:
    offer = ask_next(sqlite_case, consultant, "S1a")
    answer(sqlite_case, consultant, offer, "absent")
    answer(sqlite_case, consultant, offer, "absent")
    assert read(sqlite_case, Offer, offer).tries == 2
    answer(sqlite_case, consultant, offer, "accepted")
    assert request(sqlite_case).status == "settled"


def test_a_yes_settles_the_request_and_takes_the_other_offers_back(
    case: Register, consultant: Viewer
) -> None:
    first = ask_next(case, consultant, "S1a")
    second = ask_next(case, consultant, "S1b")
    answer(case, consultant, second, "accepted")
    assert request(case).status == "settled"
    assert offers(case) == {"S1a": "withdrawn", "S1b": "accepted"}
    taken = read(case, Offer, first)
    assert (taken.reason, taken.answered_at) == ("settled", None)
    assert read(case, Offer, second).answered_at == NOON


def test_after_the_last_no_the_request_is_coordinated_again(
    sqlite_case: Register, consultant: Viewer
) -> None:
    first = ask_next(sqlite_case, consultant, "S1a")
    second = ask_next(sqlite_case, consultant, "S1b")
    answer(sqlite_case, consultant, first, "declined", "too_far")
    assert request(sqlite_case).status == "asking"
    answer(sqlite_case, consultant, second, "declined", "孫の世話")
    assert request(sqlite_case).status == "coordinating"
    assert read(sqlite_case, Offer, first).reason == "too_far"
    assert read(sqlite_case, Offer, second).reason == "孫の世話"


def test_a_no_has_a_reason(sqlite_case: Register, consultant: Viewer) -> None:
    offer = ask_next(sqlite_case, consultant, "S1a")
    for reason in ("", "x" * 201):
        with pytest.raises(ParameterWrong):
            answer(sqlite_case, consultant, offer, "declined", reason)
    assert offers(sqlite_case) == {"S1a": "waiting"}


def test_who_drops_out_makes_the_search_begin_again(
    sqlite_case: Register, consultant: Viewer
) -> None:
    offer = ask_next(sqlite_case, consultant, "S1a")
    answer(sqlite_case, consultant, offer, "accepted")
    answer(sqlite_case, consultant, offer, "withdrawn", "dropped_out")
    assert request(sqlite_case).status == "coordinating"
    ask_next(sqlite_case, consultant, "S1b")
    assert request(sqlite_case).status == "asking"


def test_nobody_is_asked_twice_at_a_time(sqlite_case: Register, consultant: Viewer) -> None:
    offer = ask_next(sqlite_case, consultant, "S1a")
    with pytest.raises(AlreadyAsked):
        ask_next(sqlite_case, consultant, "S1a")
    answer(sqlite_case, consultant, offer, "declined", "busy")
    ask_next(sqlite_case, consultant, "S1a")


def test_who_rests_or_is_not_wanted_or_works_elsewhere_is_not_asked(
    sqlite_case: Register, consultant: Viewer
) -> None:
    revise(sqlite_case, Supporter, "S1a", status="resting")
    revise(sqlite_case, Person, "P1", unwanted=["S1b"])
    for supporter, fault in (("S1a", NotAskable), ("S1b", NotWanted), ("S2a", NotFound)):
        with pytest.raises(fault):
            ask_next(sqlite_case, consultant, supporter)
    assert (request(sqlite_case).status, request(sqlite_case).version) == ("received", 1)
    with pytest.raises(NotFound):
        ask(sqlite_case, consultant, "R2", 1, "S1a", None, NOON)


def test_nobody_is_asked_about_what_is_settled(sqlite_case: Register, consultant: Viewer) -> None:
    answer(sqlite_case, consultant, ask_next(sqlite_case, consultant, "S1a"), "accepted")
    with pytest.raises(StepIllegal):
        ask_next(sqlite_case, consultant, "S1b")


def test_whoever_did_not_see_whom_a_colleague_asked_is_told(
    sqlite_case: Register, consultant: Viewer
) -> None:
    ask_next(sqlite_case, consultant, "S1a")
    read_at = request(sqlite_case).version
    ask(sqlite_case, consultant, "R1", read_at, "S1b", None, NOON)
    with pytest.raises(RecordStale):
        ask(sqlite_case, OTHER, "R1", read_at, "S1b", None, NOON)


def at_once(*deeds: Callable[[], object]) -> list[BaseException | None]:
    """What came of deeds that begin at the same moment."""
    start, faults = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        start.wait()
        try:
            deed()
        except BaseException as fault:  # noqa: BLE001 - told by the test
            faults[place] = fault  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=one) for one in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return faults  # type: ignore[return-value]


def test_of_two_acceptances_at_once_one_is_refused(case: Register, consultant: Viewer) -> None:
    first = ask_next(case, consultant, "S1a")
    second = ask_next(case, consultant, "S1b")
    read_at = {one: read(case, Offer, one).version for one in (first, second)}

    def accept(viewer: Viewer, offer: str) -> Callable[[], None]:
        return lambda: answer_offer(case, viewer, offer, read_at[offer], "accepted", None, NOON)

    faults = at_once(accept(consultant, first), accept(OTHER, second))
    assert sorted(type(one).__name__ for one in faults) == ["NoneType", "RecordStale"]
    assert sorted(offers(case).values()) == ["accepted", "withdrawn"]
    (stale,) = [one for one in faults if one is not None]
    assert stale.facts["mine"]["status"] == "accepted"
    assert stale.facts["theirs"]["status"] == "withdrawn"


def test_of_two_who_ask_at_once_the_later_is_told(case: Register, consultant: Viewer) -> None:
    faults = at_once(
        lambda: ask(case, consultant, "R1", 1, "S1a", None, NOON),
        lambda: ask(case, OTHER, "R1", 1, "S1b", None, NOON),
    )
    assert sorted(type(one).__name__ for one in faults) == ["NoneType", "RecordStale"]
    assert list(offers(case).values()) == ["waiting"]


def test_offers_run_out_and_the_request_is_coordinated_again(
    case: Register, consultant: Viewer
) -> None:
    offer = ask_next(case, consultant, "S1a")
    assert expire_offers(case, consultant, NOON + timedelta(hours=47)) == 0
    assert request(case).status == "asking"
    late = NOON + timedelta(hours=49)
    elsewhere = viewer_of("consultant", "a-elsewhere", frozenset({"D2"}))
    assert expire_offers(case, elsewhere, late) == 0
    assert expire_offers(case, consultant, late) == 1
    assert request(case).status == "coordinating"
    ended = read(case, Offer, offer)
    assert (ended.status, ended.reason) == ("withdrawn", "timeout")
    assert expire_offers(case, consultant, late) == 0


def test_a_request_goes_on_while_somebody_may_still_answer(
    sqlite_case: Register, consultant: Viewer
) -> None:
    ask_next(sqlite_case, consultant, "S1a")
    version = request(sqlite_case).version
    later = NOON + timedelta(hours=20)
    ask(sqlite_case, consultant, "R1", version, "S1b", None, later)
    assert expire_offers(sqlite_case, consultant, NOON + timedelta(hours=49)) == 1
    assert request(sqlite_case).status == "asking"
    assert offers(sqlite_case) == {"S1a": "withdrawn", "S1b": "waiting"}


def test_giving_up_and_cancelling_take_offers_back_and_want_a_reason(
    sqlite_case: Register, consultant: Viewer
) -> None:
    ask_next(sqlite_case, consultant, "S1a")
    with pytest.raises(ParameterWrong):
        give_up(sqlite_case, consultant, "R1", request(sqlite_case).version, " ")
    give_up(sqlite_case, consultant, "R1", request(sqlite_case).version, "nobody_willing")
    ended = request(sqlite_case)
    assert (ended.status, ended.reason) == ("unmet", "nobody_willing")
    assert offers(sqlite_case) == {"S1a": "withdrawn"}
    take_up(sqlite_case, consultant, "R1", ended.version)
    again = request(sqlite_case)
    assert (again.status, again.reason) == ("coordinating", None)
    answer(sqlite_case, consultant, ask_next(sqlite_case, consultant, "S1b"), "accepted")
    cancel(sqlite_case, consultant, "R1", request(sqlite_case).version, "moved")
    assert request(sqlite_case).status == "cancelled"
    assert offers(sqlite_case) == {"S1a": "withdrawn", "S1b": "withdrawn"}


def test_what_is_cancelled_makes_no_visits_any_more(
    sqlite_case: Register, consultant: Viewer
) -> None:
    answer(sqlite_case, consultant, ask_next(sqlite_case, consultant, "S1a"), "accepted")
    with sqlite_case.change(at_the_terminal(), "visit") as change:
        change.add(
            Series, id="I1", request_id="R1", supporter_id="S1a", rule="FREQ=WEEKLY;BYDAY=MO",
            starts_at=NOON, district_id="D1",
        )  # fmt: skip
        for days in (-7, 7):
            change.add(
                Visit, id=f"V{days}", request_id="R1", supporter_id="S1a", district_id="D1",
                planned_at=NOON + timedelta(days=days),
            )  # fmt: skip
    cancel(sqlite_case, consultant, "R1", request(sqlite_case).version, "deceased", NOON)
    assert read(sqlite_case, Series, "I1").status == "ended"
    assert read(sqlite_case, Visit, "V7").status == "cancelled"
    assert read(sqlite_case, Visit, "V7").reason == "over"
    assert read(sqlite_case, Visit, "V-7").status == "planned"
