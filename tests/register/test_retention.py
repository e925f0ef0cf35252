"""Forgetting: by rule and on request, through versions and notes, and in every restored copy."""

from __future__ import annotations

import tarfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pyrage
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from geo.errors import NotFound
from webapp.accounts.policy import at_the_terminal
from webapp.faults import RecordWithheld, RulesFaulty
from webapp.register.copies.backup import make_copy
from webapp.register.copies.restore import Target, restore_copy
from webapp.register.copies.rows import list_columns, list_tables, read_pages
from webapp.register.copies.sealing import Opener, Seal, make_identity
from webapp.register.erased import NAME as LIST
from webapp.register.erased import read_erased, write_erased
from webapp.register.erasure import erase_person, erase_records
from webapp.register.house import Register
from webapp.register.opening import open_register
from webapp.register.records import (
    Consent,
    Consultation,
    Household,
    LedgerEntry,
    Meeting,
    Offer,
    Person,
    Referral,
    Request,
    SensitiveNote,
    Supporter,
    SurveyAnswer,
    Visit,
    WatchLink,
)
from webapp.register.retention import (
    Rule,
    Rules,
    forget_due,
    list_due,
    list_old_copies,
    read_rules,
)
from webapp.register.trail.access_event import AccessEvent
from webapp.register.trail.history import History
from webapp.register.trail.verify import verify_trail
from webapp.register.viewer import Viewer
from webapp.workspace.index import Index, write_index

TERMINAL = at_the_terminal()
SECRET, PUBLIC = make_identity()
NAME, KANA, PHONE, HOUSE = "鷹匠　福江", "タカジョウ　フクエ", "093-555-0199", "守恒町9丁目8-7"
CANARIES = (NAME, "鷹匠福江", "鷹匠 福江", KANA, "たかじょうふくえ", PHONE, HOUSE, "植木鉢")
NOW = datetime.now(UTC)


@pytest.fixture
def case(sqlite_register: Register, tmp_path: Path) -> Register:
    """P9 with everything that can be known of somebody, and a neighbour P1."""
    write_index(tmp_path / "workspace", Index())
    (tmp_path / "workspace" / "data").mkdir()
    fill(sqlite_register)
    return sqlite_register


def fill(register: Register) -> None:
    with register.change(TERMINAL, "visit", "登録") as change:
        change.add(Household, id="H9", district_id="D1", address=HOUSE, lon=130.9, lat=33.9)
        change.add(Supporter, id="S1", name="担い手", activities=[], district_id="D1")
        change.session.flush()
        change.add(
            Person, id="P9", household_id="H9", district_id="D1", name=NAME, kana=KANA,
            search_key="たかじょうふくえ", phone=PHONE,
        )  # fmt: skip
        change.add(WatchLink, watcher_id="S1", watched_id="H9", district_id="D1")
        change.session.flush()
        change.add(SensitiveNote, person_id="P9", topic="key", text="植木鉢の下", district_id="D1")
        change.add(
            Consent, id="C9", person_id="P9", basis="self", purpose="matching", given_on=NOW,
            district_id="D1", status="given",
        )  # fmt: skip
        change.add(
            Consultation, id="K9", person_id="P9", received_at=NOW, district_id="D1",
            summary=f"{NAME}さんから電話",
        )  # fmt: skip
        change.add(
            SurveyAnswer,
            id="Q9",
            survey="R2",
            name=NAME,
            district_id="D1",
            answered_on=NOW.date(),
        )
        change.add(
            Meeting, met_at=NOW, district_id="D1", decisions="鷹匠福江さんの件を続ける",
            cards={"worry": "鷹匠福江さんのゴミ"},
        )  # fmt: skip
        change.session.flush()
        change.add(
            Request, id="R9", person_id="P9", household_id="H9", consultation_id="K9",
            activity="garbage", district_id="D1", sub_reason=f"{PHONE} に電話",
            constraints={"note": NAME},
        )  # fmt: skip
        change.add(Referral, person_id="P9", recipient="ward_office", consent_id="C9",
                   consultation_id="K9", summary="植木鉢", district_id="D1")  # fmt: skip
        change.session.flush()
        change.add(Offer, request_id="R9", supporter_id="S1", reason=NAME, district_id="D1")
        change.add(Visit, id="V9", request_id="R9", supporter_id="S1", planned_at=NOW,
                   observation=f"{NAME}さんは元気", district_id="D1")  # fmt: skip
        change.session.flush()
        change.add(LedgerEntry, id="G9", visit_id="V9", on=date(2026, 11, 1), unit="yen",
                   amount=100, debit="household:H9", credit="supporter:S1",
                   district_id="D1")  # fmt: skip
        change.add(Consultation, id="K1", person_id="P1", received_at=NOW, district_id="D1",
                   summary="隣の鷹匠 福江さんが心配")  # fmt: skip
    with register.change(TERMINAL, "visit", "moved") as change:
        change.revise(Person, "P9", 1, phone=PHONE + "0")


def everything(register: Register) -> str:
    """All that the register says anywhere, the trail with it."""
    with register.engine.connect() as connection:
        return "\n".join(
            line
            for table in list_tables(connection)
            for page in read_pages(connection, table, list_columns(table))
            for line in page
        )


def test_nothing_says_who_it_was_and_the_numbers_stay(case: Register) -> None:
    before = everything(case)
    assert all(canary in before for canary in CANARIES)
    erase_person(case, TERMINAL, "P9", f"{NAME}さんの申し出")
    after = everything(case)
    assert [canary for canary in CANARIES if canary in after] == []
    with Session(case.engine) as session:
        request = session.get_one(Request, "R9")
        assert (request.activity, request.district_id) == ("garbage", "D1")
        assert (request.person_id, request.household_id) == (None, None)
        assert session.get_one(Visit, "V9").supporter_id == "S1"
        assert session.get_one(LedgerEntry, "G9").amount == 100
        assert session.get(Person, "P9") is None
        assert session.get(Household, "H9") is None
        assert session.get_one(Consultation, "K1").summary == "隣の■■さんが心配"
        assert session.get_one(Person, "P1").name == "神宮福子1"
        left = select(History).where(History.record == "request", History.record_id == "R9")
        assert {one.values["person_id"] for one in session.scalars(left)} == {None}


def test_the_trail_stays_whole_and_keeps_the_id(case: Register) -> None:
    erase_person(case, TERMINAL, "P9", "申し出")
    proof = verify_trail(case.engine)
    assert proof.faults == []
    with Session(case.engine) as session:
        erased = select(AccessEvent).where(AccessEvent.deed == "erase")
        assert ("person", "P9") in {(e.record, e.record_id) for e in session.scalars(erased)}


def test_a_household_goes_with_the_last_of_its_people(case: Register) -> None:
    with case.change(TERMINAL, "visit") as change:
        change.add(Person, id="P8", household_id="H9", district_id="D1", name="鷹匠　寿")
    erase_person(case, TERMINAL, "P9", "申し出")
    with Session(case.engine) as session:
        assert session.get_one(Household, "H9").address == HOUSE
    erase_records(case, TERMINAL, [("household", "H9")], "申し出")
    with Session(case.engine) as session:
        assert session.get(Person, "P8") is None
        assert session.get(Household, "H9") is None


def test_a_supporter_keeps_only_what_was_done(case: Register) -> None:
    erase_records(case, TERMINAL, [("supporter", "S1")], "申し出")
    assert "担い手" not in everything(case)
    with Session(case.engine) as session:
        assert session.get_one(Visit, "V9").supporter_id == "S1"


def test_only_who_may_erases(case: Register, consultant: Viewer) -> None:
    with pytest.raises((NotFound, RecordWithheld)):
        erase_person(case, consultant, "P2", "x")
    with pytest.raises(NotFound):
        erase_person(case, TERMINAL, "P77", "x")


def _copy(register: Register, folder: Path, path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    make_copy(register, folder, path, Seal(recipients=(PUBLIC,)), TERMINAL)
    return path


def test_no_restored_copy_holds_an_erased_name(case: Register, tmp_path: Path) -> None:
    """The register is lost after the erasure; an old copy and the list beside it are left."""
    copy = _copy(case, tmp_path / "workspace", tmp_path / "away" / "a.backup")
    erase_person(case, TERMINAL, "P9", "申し出")
    write_erased(case, copy.parent)
    listed = read_erased(copy.parent)
    assert listed is not None
    assert "P9" not in (copy.parent / LIST).read_text("utf-8")
    target = Target(tmp_path / "back", "新しい合言葉 きゅうじゅう")
    restored = restore_copy(copy, Opener(identity=SECRET), target, TERMINAL, [listed])
    assert restored.erased == 1
    with open_register(target.folder, target.passphrase) as back:
        after = everything(back)
        assert [canary for canary in CANARIES if canary in after] == []
        assert verify_trail(back.engine).faults == []
    again = _copy(case, tmp_path / "workspace", tmp_path / "later" / "b.backup")
    assert [one for one in CANARIES if one in _content(again)] == []


def _content(copy: Path) -> str:
    content = BytesIO()
    with ZipFile(copy) as parts, parts.open("content.age") as sealed:
        pyrage.decrypt_io(sealed, content, [pyrage.x25519.Identity.from_str(SECRET)])
    content.seek(0)
    with tarfile.open(fileobj=content) as members:
        files = [members.extractfile(one) for one in members]
        return "".join(one.read().decode("utf-8", "replace") for one in files)


def test_one_registered_anew_under_the_same_id_stays(case: Register, tmp_path: Path) -> None:
    copy = _copy(case, tmp_path / "workspace", tmp_path / "away" / "a.backup")
    erase_person(case, TERMINAL, "P9", "申し出")
    write_erased(case, copy.parent)
    with case.change(TERMINAL, "visit") as change:
        change.add(Person, id="P9", household_id="H1", district_id="D1", name="別の方")
    later = _copy(case, tmp_path / "workspace", tmp_path / "away" / "b.backup")
    lists = [read_erased(copy.parent)]
    target = Target(tmp_path / "back", "新しい合言葉 きゅうじゅう")
    assert restore_copy(later, Opener(identity=SECRET), target, TERMINAL, lists).erased == 0


def test_old_copies_are_due_by_their_own_word(case: Register, tmp_path: Path) -> None:
    folder = tmp_path / "away"
    for name, age in (("old", 91), ("new", 89)):
        folder.mkdir(exist_ok=True)
        make_copy(
            case, tmp_path / "workspace", folder / f"{name}.backup",
            Seal(recipients=(PUBLIC,)), TERMINAL, clock=lambda age=age: NOW - timedelta(days=age),
        )  # fmt: skip
    (folder / "somebody's.backup").write_text("not ours")
    old = list_old_copies(folder, read_rules(tmp_path), NOW)
    assert [path.name for path in old] == ["old.backup"]
    assert list_old_copies(folder, Rules((), None), NOW) == []


def _end(register: Register, person: str, years: float) -> None:
    with register.change(TERMINAL, "visit") as change:
        found = change.get(Person, person)
        found.status = "closed"
    with register.engine.begin() as connection:
        then = NOW - timedelta(days=years * 365.25)
        connection.execute(update(Person).where(Person.id == person).values(changed_at=then))


def test_what_is_due_is_said_and_then_forgotten(case: Register, tmp_path: Path) -> None:
    _end(case, "P9", 5.1)
    _end(case, "P1", 4.9)
    rules = read_rules(tmp_path)
    due = list_due(case, rules, NOW + timedelta(days=1))
    assert [(one.rule, one.id) for one in due if one.record == "person"] == [("person_ended", "P9")]
    assert [one.rule for one in due if one.record == "sensitive_note"] == ["note_of_ended"]
    assert forget_due(case, TERMINAL, rules, NOW + timedelta(days=1)) == due
    assert list_due(case, rules, NOW + timedelta(days=1)) == []
    after = everything(case)
    assert [canary for canary in CANARIES if canary in after] == []
    with Session(case.engine) as session:
        assert session.get(Person, "P1") is not None


def test_a_place_has_its_own_rules(case: Register, tmp_path: Path) -> None:
    (tmp_path / "retention.toml").write_text(
        '[[rule]]\nname = "soon"\nrecord = "survey_answer"\nsince = "answered_on"\ndays = 1\n'
    )
    rules = read_rules(tmp_path)
    assert rules.backup_days is None
    later = datetime.now(UTC) + timedelta(days=3)
    assert [(one.rule, one.id) for one in list_due(case, rules, later)] == [("soon", "Q9")]


@pytest.mark.parametrize(
    "told",
    [
        "[[rule]]\nname='a'\nrecord='nobody'\nsince='changed_at'",
        "[[rule]]\nname='a'\nrecord='person'\nsince='nothing'",
        "[[rule]]\nname='a'\nrecord='place'\nsince='changed_at'\nstatus=['x']",
        "[[rule]]\nname='a'\nrecord='person'\nsince='changed_at'\nyears=5",
        "[[rule]]\nname='a'\nrecord='person'\nsince='changed_at'\nmonths=-5",
        "[[rule]]\nname='a'\nsince='changed_at'",
        "[backups]\ndays = 'many'",
        "no toml",
    ],
)
def test_a_rule_that_cannot_be_understood_erases_nothing(tmp_path: Path, told: str) -> None:
    (tmp_path / "retention.toml").write_text(told)
    with pytest.raises(RulesFaulty):
        read_rules(tmp_path)


@pytest.mark.parametrize(
    ("months", "days", "before"),
    [(1, 0, "2026-02-28"), (0, 31, "2026-02-28"), (13, 0, "2025-02-28"), (60, 1, "2021-03-30")],
)
def test_months_end_where_the_calendar_does(months: int, days: int, before: str) -> None:
    rule = Rule("x", "changed_at", record="person", months=months, days=days)
    then = datetime(2026, 3, 31, tzinfo=UTC)
    assert rule.before(then).date().isoformat() == before


def test_forgetting_reaches_a_database_too(register: Register) -> None:
    fill(register)
    erase_person(register, TERMINAL, "P9", "申し出")
    after = everything(register)
    assert [canary for canary in CANARIES if canary in after] == []
