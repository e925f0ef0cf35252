"""Meetings: kept, changed on the version that was read, their cards carried until done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from geo.errors import NotFound, ParameterWrong
from webapp.accounts.policy import at_the_terminal
from webapp.casework.briefing import brief
from webapp.casework.meetings import (
    Minutes,
    TaskCard,
    cards_of,
    finish_card,
    hold_meeting,
    meeting_before,
    open_cards,
    revise_meeting,
)
from webapp.faults import RecordStale
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Consent, Meeting, Person, Place, Request
from webapp.register.viewer import Viewer

MET = datetime(2026, 6, 10, 5, tzinfo=UTC)
CARD = TaskCard("坂の上の家のごみ", "自治会長", date(2026, 7, 1))
MINUTES = Minutes(
    MET, "liaison", "六月の会", ("民生委員", "相談員"), ("R1",), "二人さがす", (CARD,)
)


def look_at(register: Register, viewer: Viewer, identity: str) -> View:
    with register.look(viewer, "matching") as look:
        return look.one(Meeting, identity)


def test_what_was_written_down_is_read_back(case: Register, consultant: Viewer) -> None:
    identity = hold_meeting(case, consultant, "D1", MINUTES)
    meeting = look_at(case, consultant, identity)
    assert meeting["attendees"] == ["民生委員", "相談員"]
    assert meeting["cases"] == ["R1"]
    assert cards_of(meeting) == [CARD]
    revise_meeting(case, consultant, identity, 1, replace(MINUTES, title="", cards=()))
    meeting = look_at(case, consultant, identity)
    assert (meeting["title"], meeting["cards"], meeting.version) == (None, [], 2)


def test_two_who_write_at_once_do_not_overwrite(sqlite_case: Register, consultant: Viewer) -> None:
    identity = hold_meeting(sqlite_case, consultant, "D1", MINUTES)
    finish_card(sqlite_case, consultant, identity, 1, 0, done=True)
    with pytest.raises(RecordStale):
        revise_meeting(sqlite_case, consultant, identity, 1, MINUTES)
    with pytest.raises(RecordStale):
        finish_card(sqlite_case, consultant, identity, 1, 0, done=False)
    assert cards_of(look_at(sqlite_case, consultant, identity))[0].done


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "party"},
        {"title": "あ" * 61},
        {"cards": (TaskCard("", "だれか"),)},
        {"cards": (CARD,) * 41},
        {"attendees": ("あ" * 61,)},
        {"decisions": "あ" * 4001},
    ],
)
def test_what_cannot_be_kept_is_refused(
    sqlite_case: Register, consultant: Viewer, wrong: dict[str, object]
) -> None:
    with pytest.raises(ParameterWrong):
        hold_meeting(sqlite_case, consultant, "D1", replace(MINUTES, **wrong))


def test_a_case_is_of_the_meetings_district(sqlite_case: Register, consultant: Viewer) -> None:
    for case_id in ("R2", "R-none"):
        with pytest.raises(NotFound):
            hold_meeting(sqlite_case, consultant, "D1", replace(MINUTES, cases=(case_id,)))
    with pytest.raises(NotFound):
        hold_meeting(sqlite_case, consultant, "D2", replace(MINUTES, cases=()))
    with pytest.raises(NotFound):
        hold_meeting(sqlite_case, at_the_terminal(), "D1", replace(MINUTES, cases=("R2",)))


def test_open_cards_are_carried_on_until_done(sqlite_case: Register, consultant: Viewer) -> None:
    first = hold_meeting(sqlite_case, consultant, "D1", MINUTES)
    later = replace(MINUTES, met_at=MET + timedelta(days=60), cards=(replace(CARD, done=True),))
    second = hold_meeting(sqlite_case, consultant, "D1", later)
    after = MET + timedelta(days=90)
    carried = open_cards(sqlite_case, consultant, "D1", after)
    assert [(one.meeting.id, one.place) for one in carried] == [(first, 0)]
    last = meeting_before(sqlite_case, consultant, "D1", after)
    assert last is not None
    assert last.id == second
    assert open_cards(sqlite_case, consultant, "D1", MET) == []
    finish_card(sqlite_case, consultant, first, 1, 0, done=True)
    assert open_cards(sqlite_case, consultant, "D1", after) == []
    with pytest.raises(ParameterWrong):
        finish_card(sqlite_case, consultant, first, 2, 1, done=True)


def fill(register: Register) -> None:
    """A second request of P1, one of P3 who allows nothing for planning, and a hall."""
    with register.change(at_the_terminal(), "matching", "test") as change:
        change.add(Person, id="P3", household_id="H1", district_id="D1", name="拒否 する子")
        change.add(
            Place, id="L1", kind="hall", name="守恒市民センター", lon=130.87, lat=33.83,
            district_id="D1",
        )  # fmt: skip
        change.session.flush()
        change.add(
            Request, id="R3", district_id="D1", person_id="P3", household_id="H1",
            activity="errand",
        )  # fmt: skip
        change.add(
            Request, id="R4", district_id="D1", person_id="P1", household_id="H1",
            activity="garbage",
        )  # fmt: skip
        change.add(
            Consent, person_id="P3", district_id="D1", basis="self", purpose="planning",
            status="refused", given_on=datetime.now(UTC) - timedelta(hours=1),
        )  # fmt: skip


def test_a_paper_tells_of_nobody_who_refused(sqlite_case: Register, consultant: Viewer) -> None:
    fill(sqlite_case)
    chosen = replace(MINUTES, cases=("R3", "R4", "R1"))
    identity = hold_meeting(sqlite_case, consultant, "D1", chosen)
    meeting = look_at(sqlite_case, consultant, identity)
    told = brief(sqlite_case, consultant, meeting, datetime.now(UTC))
    assert [(one.number, one.activity) for one in told.cases] == [(2, "garbage"), (3, "garbage")]
    assert [(one.activity, one.count) for one in told.needs] == [("garbage", 2)]
    assert told.released.output.recipient == "council"
    for view in told.released:
        assert set(view) - {"id", "version", "district_id"} == {
            "activity", "household_id", "person_id",
        }  # fmt: skip


def test_an_area_is_called_after_the_public_place_that_is_nearest(
    sqlite_case: Register, consultant: Viewer
) -> None:
    fill(sqlite_case)
    identity = hold_meeting(sqlite_case, consultant, "D1", MINUTES)
    meeting = look_at(sqlite_case, consultant, identity)
    told = brief(sqlite_case, consultant, meeting, datetime.now(UTC))
    assert [one.place for one in told.cases] == ["守恒市民センター"]


def test_what_was_decided_before_comes_without_names(
    sqlite_case: Register, consultant: Viewer
) -> None:
    before = replace(
        MINUTES,
        met_at=MET - timedelta(days=60),
        decisions="神宮福子1さんを民生委員がたずねる。093-000-0000",
        cards=(TaskCard("神宮福子1のごみ", "神宮さんの家族"), replace(CARD, done=True)),
    )
    oldest = replace(before, met_at=MET - timedelta(days=120), decisions="", cards=(CARD,))
    hold_meeting(sqlite_case, consultant, "D1", oldest)
    hold_meeting(sqlite_case, consultant, "D1", before)
    identity = hold_meeting(sqlite_case, consultant, "D1", MINUTES)
    told = brief(
        sqlite_case, consultant, look_at(sqlite_case, consultant, identity), datetime.now(UTC)
    )
    assert told.decided == "〇〇さんを民生委員がたずねる。〇〇"
    assert [one.worry for one in told.cards] == ["〇〇のごみ", CARD.worry]
    assert told.cards[0].who == "〇〇さんの家族"
    assert [one.worry for one in told.carried] == [CARD.worry]
