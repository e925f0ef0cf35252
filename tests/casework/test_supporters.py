"""A supporter's steps and their days, however the status changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from geo.errors import NotFound, ParameterWrong
from geo.exchange.rosters import read_roster
from webapp.accounts.policy import at_the_terminal
from webapp.casework.supporter_file import read_supporter
from webapp.casework.supporters import add_supporter, advance, correct_supporter
from webapp.casework.supporting import told_besides
from webapp.faults import RecordStale, StepIllegal
from webapp.register.house import Register
from webapp.register.intake import Parcel, apply
from webapp.register.records import Supporter
from webapp.register.viewer import Viewer

TODAY = date(2026, 6, 1)


def read(register: Register, identity: str) -> Supporter:
    with Session(register.engine) as session:
        found = session.get_one(Supporter, identity)
        session.expunge(found)
        return found


def made(register: Register, viewer: Viewer) -> str:
    return add_supporter(
        register, viewer, "D1", date(2026, 4, 1), name="伊藤 梅", activities=["garbage"]
    )


def test_each_step_keeps_the_day_it_was_first_reached(case: Register, consultant: Viewer) -> None:
    one = made(case, consultant)
    for version, (status, day) in enumerate(
        [("interviewed", 10), ("registered", 20), ("active", 25)], start=1
    ):
        advance(case, consultant, one, version, status, date(2026, 4, day), today=TODAY)
    advance(case, consultant, one, 4, "resting", date(2026, 5, 1), "health", today=TODAY)
    assert read(case, one).reason == "health"
    advance(case, consultant, one, 5, "active", date(2026, 5, 20), today=TODAY)
    found = read(case, one)
    assert found.status == "active"
    assert found.reason is None
    assert found.milestones == {
        "willing": "2026-04-01", "interviewed": "2026-04-10", "registered": "2026-04-20",
        "active": "2026-04-25", "resting": "2026-05-01",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "on", "reason"),
    [
        ("interviewed", date(2026, 6, 2), ""),
        ("interviewed", date(1926, 6, 2), ""),
        ("left", TODAY, "  "),
    ],
)
def test_a_day_to_come_or_a_missing_reason_is_refused(
    sqlite_case: Register, consultant: Viewer, status: str, on: date, reason: str
) -> None:
    one = made(sqlite_case, consultant)
    with pytest.raises(ParameterWrong):
        advance(sqlite_case, consultant, one, 1, status, on, reason, today=TODAY)
    assert read(sqlite_case, one).status == "willing"


def test_steps_that_cannot_follow_and_stale_versions_are_refused(
    sqlite_case: Register, consultant: Viewer
) -> None:
    one = made(sqlite_case, consultant)
    with pytest.raises(StepIllegal):
        advance(sqlite_case, consultant, one, 1, "active", TODAY, today=TODAY)
    advance(sqlite_case, consultant, one, 1, "interviewed", TODAY, today=TODAY)
    with pytest.raises(RecordStale):
        advance(sqlite_case, consultant, one, 1, "registered", TODAY, today=TODAY)
    with pytest.raises(NotFound):
        advance(sqlite_case, consultant, "S2a", 1, "resting", TODAY, "health", today=TODAY)


def test_a_status_that_anything_else_changes_keeps_its_day_too(
    sqlite_case: Register, consultant: Viewer
) -> None:
    one = made(sqlite_case, consultant)
    with sqlite_case.change(consultant, "matching") as change:
        change.revise(Supporter, one, 1, status="interviewed")
    milestones = read(sqlite_case, one).milestones or {}
    assert set(milestones) == {"willing", "interviewed"}
    assert milestones["willing"] == "2026-04-01"


def test_an_import_keeps_the_day_of_a_change_and_invents_none(
    sqlite_case: Register, tmp_path: Path
) -> None:
    path = tmp_path / "supporters.csv"

    def take(text: str) -> None:
        path.write_text("番号,氏名,支援内容,状態,校区\n" + text, "utf-8")
        roster = read_roster(path, "supporters")
        apply(sqlite_case, at_the_terminal(), Parcel.of_roster(roster, "supporters", path))

    take("N1,伊藤 梅,掃除,登録,D1\nN2,加藤 松,掃除,活動中,D1\n")
    assert read(sqlite_case, "N1").milestones is None
    take("N1,伊藤 梅,掃除,活動中,D1\n")
    assert set(read(sqlite_case, "N1").milestones or {}) == {"active"}
    gone = read(sqlite_case, "N2")
    assert (gone.status, set(gone.milestones or {})) == ("left", {"left"})


def test_corrections_keep_the_position_unless_the_address_changes(
    sqlite_case: Register, consultant: Viewer
) -> None:
    before = read(sqlite_case, "S1a")
    values = {"name": before.name, "phone": "093-1-2345", "activities": ["talk"]}
    correct_supporter(sqlite_case, consultant, "S1a", before.version, **values)
    found = read(sqlite_case, "S1a")
    assert (found.phone, found.activities, found.lon) == ("093-1-2345", ["talk"], 130.871)
    correct_supporter(sqlite_case, consultant, "S1a", found.version, name="別名", address="どこか9")
    moved = read(sqlite_case, "S1a")
    assert (moved.lon, moved.search_key) == (None, "別名")
    with pytest.raises(ParameterWrong):
        correct_supporter(sqlite_case, consultant, "S1a", moved.version, name=None, phone=None)


def test_a_new_supporter_needs_a_name_and_a_district_of_the_viewer(
    sqlite_case: Register, consultant: Viewer
) -> None:
    for district, values in (("D1", {"name": None}), ("", {"name": "甲"})):
        with pytest.raises(ParameterWrong):
            add_supporter(sqlite_case, consultant, district, TODAY, activities=[], **values)
    with pytest.raises(NotFound):
        add_supporter(sqlite_case, consultant, "D2", TODAY, name="甲", activities=[])


def test_the_next_steps_are_those_that_can_follow(
    sqlite_case: Register, consultant: Viewer
) -> None:
    one = made(sqlite_case, consultant)
    file = read_supporter(sqlite_case, consultant, one)
    assert (file.forward, file.ending) == (["interviewed", "registered"], ["left"])
    active = read_supporter(sqlite_case, consultant, "S1a")
    assert (active.forward, active.ending) == ([], ["resting", "left"])
    with pytest.raises(NotFound):
        read_supporter(sqlite_case, consultant, "S2a")


def test_what_a_survey_says_besides_is_understood_or_left() -> None:
    told = told_besides(
        {
            "曜日": "月・水",
            "都合のよい時間": "午前",
            "移動手段": "自転車",
            "性別": "男性",
            "感想": "なし",
        }
    )
    assert told == {
        "weekdays": ["MO", "WE"], "hours": ["09:00-12:00"], "mode": "bicycle", "gender": "m",
    }  # fmt: skip
    assert told_besides({"曜日": "気が向いたら", "性別": "ひみつ"}) == {}
