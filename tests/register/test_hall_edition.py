"""The hall edition: gone when its time is up, in backups too; the erased go from its strokes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from tests.board.drawn import house, line, put
from tests.evenings import NOW, Evening, begin, rows
from tests.register.test_reviewing import HERE, answer
from webapp.accounts.policy import at_the_terminal
from webapp.board.deciding import read_review
from webapp.board.table import Table
from webapp.register.copies.backup import make_copy
from webapp.register.copies.restore import Target, restore_copy
from webapp.register.copies.rows import list_columns, list_tables, read_pages
from webapp.register.copies.sealing import Opener, Seal, make_identity
from webapp.register.erased import read_erased, write_erased
from webapp.register.erasure import erase_person
from webapp.register.hall_edition import find_over
from webapp.register.house import Register
from webapp.register.opening import open_register
from webapp.register.records import Consent, Person
from webapp.register.records.reviewed import Reviewed
from webapp.register.records.scan import Scan, ScanFind
from webapp.register.records.seat import Seat
from webapp.register.retention import forget_due, list_due, read_rules
from webapp.register.trail.verify import verify_trail
from webapp.workspace.index import Index, write_index

TERMINAL = at_the_terminal()
LAST = date(2026, 12, 26)
AFTER = datetime(2026, 12, 27, 1, tzinfo=UTC)
CANARIES = ("鷹匠　福江", "鷹匠福江", "雨戸の家", "一班のタブレット", "写った名前")
SECRET, PUBLIC = make_identity()


def everything(register: Register) -> str:
    """All that the register says anywhere."""
    with register.engine.connect() as connection:
        return "\n".join(
            row
            for table in list_tables(connection)
            for page in read_pages(connection, table, list_columns(table))
            for row in page
        )


def fill(register: Register) -> Evening:
    """An evening with a name, words, a device, a photo; one house entered."""
    evening = begin(register)
    evening.draw(
        house("house-a", **HERE),
        put("person-a", "person", house="house-a", name=CANARIES[0]),
        put("worry-a", "worry", about="house-a", text=CANARIES[2]),
        house("house-b", lon=130.9, name="残る家", consent="self"),
        line("line-ab", "house-a", "house-b"),
    )
    with Session(register.engine) as session, session.begin():
        session.add(Seat(id="t-9", workshop_id=evening.id, digest="x", name=CANARIES[3],
                         made_at=NOW, ended_at=None))  # fmt: skip
        session.add(Scan(id="n-9", workshop_id=evening.id, digest="x", code="x", picture="x",
                         residual=0.1, missing=0, until=LAST,
                         made_at=NOW, made_by="x"))  # fmt: skip
        session.flush()
        session.add(ScanFind(scan_id="n-9", number=1, content={"text": CANARIES[4]},
                             until=LAST))  # fmt: skip
    evening.close()
    evening.decide("house-b")
    evening.decide("person-a", "later")
    return evening


def test_nothing_of_the_hall_is_left_when_time_is_up(register: Register, tmp_path: Path) -> None:
    evening = fill(register)
    table = Table(register, evening.id)
    assert set(CANARIES) - {"鷹匠福江"} <= {one for one in CANARIES if one in everything(register)}
    rules = read_rules(tmp_path)
    last = datetime(2026, 12, 26, 14, tzinfo=UTC)
    assert [one for one in list_due(register, rules, last) if one.rule == "hall_edition"] == []
    assert find_over(register, LAST) == []
    assert find_over(register, date(2026, 12, 27)) == [evening.id]
    forget_due(register, TERMINAL, rules, AFTER)
    after = everything(register)
    assert [one for one in CANARIES if one in after] == []
    assert evening.record().status == "erased"
    assert rows(register, Reviewed) == []
    assert [one.name for one in rows(register, Person, name="残る家")] == ["残る家"]
    assert table.news(0).items == []
    assert find_over(register, date(2027, 1, 1)) == []
    assert verify_trail(register.engine).whole


def test_a_backup_brings_no_hall_edition_back(sqlite_register: Register, tmp_path: Path) -> None:
    fill(sqlite_register)
    folder, copy = tmp_path / "workspace", tmp_path / "away" / "a.backup"
    write_index(folder, Index())
    (folder / "data").mkdir()
    copy.parent.mkdir()
    make_copy(sqlite_register, folder, copy, Seal(recipients=(PUBLIC,)), TERMINAL)
    forget_due(sqlite_register, TERMINAL, read_rules(tmp_path), AFTER)
    write_erased(sqlite_register, copy.parent)
    listed = read_erased(copy.parent)
    assert listed is not None
    target = Target(tmp_path / "back", "鍵 八つ")
    assert restore_copy(copy, Opener(identity=SECRET), target, TERMINAL, [listed]).erased == 1
    with open_register(tmp_path / "back", "鍵 八つ") as back:
        found = everything(back)
    assert [one for one in CANARIES if one in found] == []
    assert "残る家" in found


def test_whoever_is_erased_goes_from_the_strokes_too(register: Register) -> None:
    answer(register, "P1", "given")
    evening = begin(register, "register")
    (home,) = read_review(register, evening.id).board.of_kind("house")
    (person,) = read_review(register, evening.id).board.of_kind("person")
    evening.draw(
        put(person.id, "person", 1, kana="カナリア"),
        put(home.id, "house", 1, name="家の札"),
        put("person-x", "person", house=home.id, name="同居の人"),
        put("worry-x", "worry", about=person.id, text="夜に出歩く"),
        house("house-b", lon=130.9, name="残る家", consent="self"),
        put("note-x", "note", lon=130.9, lat=33.8, text="神宮福子1さんの前"),
    )
    table = Table(register, evening.id)
    number = table.news(0).number
    erase_person(register, TERMINAL, "P1", "申し出")
    found = everything(register)
    for word in ("神宮福子1", "カナリア", "家の札", "同居の人", "夜に出歩く"):
        assert word not in found, word
    assert "残る家" in found
    assert table.board().number == number
    gone = {one["id"] for one in table.news(number).items if not one["shown"]}
    assert gone >= {person.id, home.id, "person-x", "worry-x"}
    assert {one["id"] for one in table.news(0).items} == {"house-b", "note-x"}
    evening.close()
    evening.decide("house-b")
    (entered,) = rows(register, Person, name="残る家")
    erase_person(register, TERMINAL, entered.id, "申し出")
    assert "残る家" not in everything(register)
    assert set(read_review(register, evening.id).board.items) == {"note-x"}


def test_who_withdraws_is_off_the_map_at_its_next_load(sqlite_register: Register) -> None:
    register = sqlite_register
    answer(register, "P1", "given")
    evening = begin(register, "register")
    (home,) = read_review(register, evening.id).board.of_kind("house")
    evening.draw(
        house("house-b", lon=130.9), line("line-b", "house-b", home.id),
        put("worry-b", "worry", about=home.id, text="x"),
    )  # fmt: skip
    table = Table(register, evening.id)
    before = table.news(0)
    assert len(before.items) == 5
    (given,) = rows(register, Consent, person_id="P1")
    with register.change(TERMINAL, "administration") as change:
        change.revise(Consent, given.id, given.version, status="withdrawn")
    assert [one["id"] for one in table.news(0).items] == ["house-b"]
    gone = {one["id"] for one in table.news(before.number).items if not one["shown"]}
    assert len(gone) == 4
