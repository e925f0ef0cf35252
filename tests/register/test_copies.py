"""Numbered copies: no gap, a holder, a day of return, a mark, inert cells, no file kept."""

from __future__ import annotations

import csv
import io
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from geo.draw.webmap import welfare_map
from geo.errors import NetworkEmpty, ParameterWrong
from tests.register.test_disclose import TERMINAL, fill, say
from webapp.accounts.policy import viewer_of
from webapp.faults import RecordWithheld, StepIllegal
from webapp.register.disclose import Disclosure, disclose
from webapp.register.export_copies import (
    Loan,
    Mark,
    copies_telling_of,
    list_copies,
    mark_returned,
    send_copy,
    send_table,
)
from webapp.register.house import Register
from webapp.register.records import ExportCopy, Household
from webapp.register.viewer import Viewer

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
LOAN = Loan("佐藤一郎", date(2026, 12, 1))


def disclosed(register: Register, viewer: Viewer = TERMINAL, at: datetime = NOW) -> Disclosure:
    return disclose(register, viewer, "matching", "consultant", at=at)


def table(register: Register, form: str = "csv", at: datetime = NOW) -> str:
    sent = send_table(register, disclosed(register, at=at), LOAN, form, "households")
    return sent.label


def test_numbers_run_without_gap_and_anew_each_year(register: Register) -> None:
    april = datetime(2027, 3, 31, 15, tzinfo=UTC)
    labels = [table(register) for _ in range(3)]
    spring = send_table(
        register, disclosed(register, at=april), Loan("佐藤", date(2027, 5, 1)), "csv", "households"
    )
    assert labels == ["2026-0001", "2026-0002", "2026-0003"]
    assert spring.label == "2027-0001"


def test_two_at_once_get_two_numbers(register: Register) -> None:
    made = disclosed(register)
    labels: list[str] = []
    ways = [
        threading.Thread(
            target=lambda: labels.append(
                send_copy(register, made, LOAN, "csv", lambda _: b"").label
            )
        )
        for _ in range(6)
    ]
    for way in ways:
        way.start()
    for way in ways:
        way.join()
    assert sorted(labels) == [f"2026-000{number}" for number in range(1, 7)]


def test_a_copy_that_could_not_be_made_is_void_and_keeps_its_number(register: Register) -> None:
    def fail(_: Mark) -> bytes:
        raise NetworkEmpty(source="x")

    with pytest.raises(NetworkEmpty):
        send_copy(register, disclosed(register), LOAN, "xlsx", fail)
    assert table(register) == "2026-0002"
    assert [one.status for one in list_copies(register, TERMINAL)] == ["out", "void"]


def test_the_name_of_the_file_tells_its_number_and_nobody(register: Register) -> None:
    sent = send_table(register, disclosed(register), LOAN, "xlsx", "households")
    assert sent.name == "welfaremap-2026-0001.xlsx"
    assert sent.media.startswith("application/vnd.openxmlformats")
    assert sent.body.startswith(b"PK")


def test_the_copy_knows_its_holder_purpose_fields_and_days(register: Register) -> None:
    table(register)
    (one,) = list_copies(register, TERMINAL, at=NOW)
    assert (one.holder, one.recipient, one.purpose) == ("佐藤一郎", "consultant", "matching")
    assert (one.return_by, one.expires, one.count) == (date(2026, 12, 1), date(2026, 12, 1), 2)
    assert {"name", "address", "geometry"} <= set(one.fields)
    assert not one.due


def test_a_copy_is_due_after_its_day_until_it_is_ticked_off(register: Register) -> None:
    table(register)
    table(register)
    on_the_day, after = NOW + timedelta(days=8), NOW + timedelta(days=9)
    assert not any(one.due for one in list_copies(register, TERMINAL, at=on_the_day))
    second, first = list_copies(register, TERMINAL, at=after)
    assert first.due
    assert second.due
    mark_returned(register, TERMINAL, first.id, first.version, at=after)
    mark_returned(register, TERMINAL, second.id, second.version, "destroyed", at=after)
    listed = list_copies(register, TERMINAL, at=after)
    assert [(one.status, one.due) for one in listed] == [("destroyed", False), ("returned", False)]
    assert listed[0].ended_on == date(2026, 12, 2)
    with pytest.raises(StepIllegal):
        mark_returned(register, TERMINAL, first.id, first.version + 1, "destroyed")


@pytest.mark.parametrize(
    "loan",
    [
        Loan("", date(2026, 12, 1)),
        Loan("あ" * 41, date(2026, 12, 1)),
        Loan("a\u202eb", date(2026, 12, 1)),
        Loan("佐藤", date(2026, 11, 22)),
        Loan("佐藤", date(2026, 12, 1), expires=date(2026, 11, 1)),
    ],
)
def test_nobody_gets_a_copy_without_a_holder_or_a_day(register: Register, loan: Loan) -> None:
    with pytest.raises(ParameterWrong):
        send_table(register, disclosed(register), loan, "csv", "households")
    assert list_copies(register, TERMINAL) == []


def test_who_has_two_districts_names_one(register: Register) -> None:
    both = viewer_of("consultant", "a", frozenset({"D1", "D2"}))
    with pytest.raises(ParameterWrong):
        send_table(register, disclosed(register, both), LOAN, "csv", "households")
    one = disclose(register, both, "matching", "consultant", district="D2", at=NOW)
    assert send_table(register, one, LOAN, "csv", "households").label == "2026-0001"


def test_an_administrator_lists_copies_and_learns_of_nobody(register: Register) -> None:
    table(register)
    administrator = viewer_of("administrator", "a-admin", None)
    (one,) = list_copies(register, administrator)
    assert one.count == 2
    mark_returned(register, administrator, one.id, one.version)
    with pytest.raises(RecordWithheld):
        list_copies(register, viewer_of("public", "p", None))


def test_it_is_known_which_copies_tell_of_a_home(register: Register) -> None:
    table(register)
    say(register, "P2", "refused", purpose="matching", district_id="D2")
    table(register)
    assert copies_telling_of(register, TERMINAL, "H1") == ["2026-0001", "2026-0002"]
    assert copies_telling_of(register, TERMINAL, "H2") == ["2026-0001"]
    assert copies_telling_of(register, TERMINAL, "H%") == []


def test_a_name_that_is_a_formula_is_text(register: Register) -> None:
    with register.change(TERMINAL, "administration") as change:
        change.revise(Household, "H1", 1, address="=HYPERLINK(1)")
    sent = send_table(register, disclosed(register), LOAN, "csv", "households")
    rows = list(csv.DictReader(io.StringIO(sent.body.decode("utf-8-sig"))))
    assert rows[0]["address"] == "'=HYPERLINK(1)"


def test_a_map_carries_number_holder_and_day_and_none_refused(register: Register) -> None:
    fill(register)
    say(register, "P3", "refused", purpose="matching")
    made = disclosed(register)

    def draw(mark: Mark) -> bytes:
        layers = {name: made.layers[name] for name in ("households", "supporters", "links")}
        said = f"{mark.label} {mark.holder} {mark.return_by.isoformat()}"
        return (
            welfare_map(made.layers["districts"], audience="staff", watermark=said, **layers)
            .single_file()
            .encode()
        )

    page = send_copy(register, made, LOAN, "html", draw).body.decode()
    assert page.count("2026-0001 佐藤一郎 2026-12-01") == 3
    assert "秘密4子" in page
    for canary in ("秘密3子", "秘密町3番地", '"H3"'):
        assert canary not in page


def test_no_file_is_kept(register: Register, tmp_path: Path) -> None:
    fill(register)
    table(register, "xlsx")
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    assert not any("秘密4子".encode() in path.read_bytes() for path in kept)
    with Session(register.engine) as session:
        assert session.query(ExportCopy).count() == 1
