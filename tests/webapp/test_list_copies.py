"""Every list leaves as a numbered copy: whole, by consent, with its number, inert."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.sample import Town
from tests.doors import PASSWORD, Clock, client_of, form_token, make_account, send
from tests.webapp.conftest import store_town
from webapp import create_app
from webapp.accounts.policy import at_the_terminal
from webapp.desk.listing import Cell, Column, Filter, Listing, Row
from webapp.desk.lists import LISTINGS
from webapp.register.change import Change
from webapp.register.export_copies import copies_telling_of
from webapp.register.house import Register
from webapp.register.records import (
    Consent,
    Consultation,
    District,
    ExportCopy,
    LedgerEntry,
    Meeting,
    Person,
    Reminder,
    Request,
    StaffAccount,
    Supporter,
    SurveyAnswer,
    Visit,
)
from webapp.register.trail.access_event import AccessEvent
from webapp.settings import Settings
from webapp.wording import say


def said(row: Row, name: str) -> str:
    return row["record"].get(name) or ""


PEOPLE = Listing(
    name="canaries",
    title="menu.requests",
    record=Person,
    columns=(
        Column("name", "list.copy_of", lambda row: Cell(said(row, "name")), (Person.id,)),
        Column("source", "list.copy_holder", lambda row: Cell(said(row, "source"), href="/x")),
    ),
    filters=(
        Filter(
            "source",
            "list.all",
            lambda: [("self", "self"), ("family", "family")],
            lambda code: Person.source == code,
        ),
    ),
    gather=lambda views: [{"record": view} for view in views],
    usual="name",
    usual_filters={},
)  # fmt: skip

RETURN = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
USUAL = {"form": "csv", "holder": "相談 はなこ", "return_by": RETURN, "sort": "name"}
AWAY = "/desk/lists/canaries/export"


@pytest.fixture(scope="module")
def place(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copies") / "town"
    with store_town(folder, town).register as register:
        settle(register)
    return folder


def settle(register: Register) -> None:
    """Three people of the first district, one of whom refuses, and a fourth of the second."""
    with register.change(at_the_terminal(), "matching", "test") as change:
        homes = list(change.session.execute(select(Person.household_id, Person.district_id)))
        first = homes[0][1]
        other = next(home for home in homes if home[1] != first)
        names = {"X1": "=HYPERLINK(1)", "X2": "二番 さくら", "X3": "拒否 ことわる"}
        for person, name in names.items():
            change.add(
                Person, id=person, name=name, source="self", household_id=homes[0][0],
                district_id=first,
            )  # fmt: skip
        change.add(
            Person, id="X4", name="隣の 校区", source="self", household_id=other[0],
            district_id=other[1],
        )  # fmt: skip
        change.session.flush()
        work(change, first)
        for purpose in ("matching", "visit", "watching"):
            change.add(
                Consent, person_id="X3", district_id=first, basis="self", purpose=purpose,
                status="refused", given_on=datetime.now(UTC) - timedelta(hours=1),
            )  # fmt: skip


def work(change: Change, district: str | None) -> None:
    """Something for each list of the desk, of one who allows it and of one who does not."""
    at = datetime.now(UTC)
    supporter = change.session.scalar(select(Supporter.id).where(Supporter.district_id == district))
    supporter = (
        supporter
        or change.add(Supporter, district_id=district, name="支手", activities=["garbage"]).id
    )
    for person in ("X2", "X3"):
        own = {"district_id": district}
        change.add(Consultation, id=f"K{person}", person_id=person, received_at=at, **own)
        change.session.flush()
        change.add(
            Request, id=f"R{person}", person_id=person, activity="garbage",
            consultation_id=f"K{person}", **own,
        )  # fmt: skip
        change.session.flush()
        change.add(
            Visit, id=f"V{person}", request_id=f"R{person}", supporter_id=supporter,
            planned_at=at, **own,
        )  # fmt: skip
        change.add(
            LedgerEntry, on=at.date(), unit="yen", amount=300, debit=f"person:{person}",
            credit=f"district:{district}", kind="fee", **own,
        )  # fmt: skip
        change.add(Reminder, person_id=person, on=at.date(), text="電話する", **own)
    colleague = change.session.scalar(select(StaffAccount.id).limit(1))
    change.add(
        Reminder, on=at.date(), text="拒否 同僚だけの覚え", account_id=colleague,
        district_id=district,
    )  # fmt: skip
    change.add(Meeting, district_id=district, met_at=at, kind="liaison")
    change.add(SurveyAnswer, district_id=district, survey="試し", name="二番 さくら", needs=[])


@pytest.fixture
def desk(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setitem(LISTINGS, "canaries", PEOPLE)  # type: ignore[arg-type]
    app = create_app(Settings.read({}, workspace=place))
    app.extensions["clock"] = Clock()
    yield app
    app.extensions["register"].close()


def home_district(app: Flask) -> str:
    with Session(app.extensions["register"].engine) as session:
        return str(session.scalar(select(Person.district_id).where(Person.id == "X1")))


def consultant(app: Flask, districts: list[str] | None) -> FlaskClient:
    return client_of(app, make_account(app.extensions["register"], "consultant", districts))


def rows_of(body: bytes) -> list[dict[str, str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_the_whole_list_leaves_with_its_number_and_without_whom_refused(desk: Flask) -> None:
    client = consultant(desk, [home_district(desk)])
    answer = send(client, AWAY, **USUAL, source="self")
    assert answer.status_code == 200
    label = answer.headers["Content-Disposition"].split("welfaremap-")[1].split(".csv")[0]
    rows = rows_of(answer.data)
    assert [row["一覧"] for row in rows] == ["'=HYPERLINK(1)", "二番 さくら"]
    assert {row["写しの番号"] for row in rows} == {label}
    assert answer.headers["Cache-Control"] == "no-store"
    assert "拒否" not in answer.data.decode()


def test_the_register_keeps_who_holds_it_and_whom_it_tells_of(desk: Flask) -> None:
    register: Register = desk.extensions["register"]
    send(consultant(desk, [home_district(desk)]), AWAY, **USUAL, source="self")
    with Session(register.engine) as session:
        copy = session.scalars(select(ExportCopy).order_by(ExportCopy.number.desc())).first()
        assert copy is not None
        home = session.scalar(select(Person.household_id).where(Person.id == "X1"))
        assert (copy.holder, copy.form, copy.count) == ("相談 はなこ", "csv", 2)
        assert (copy.recipient, copy.purpose) == ("consultant", "matching")
        assert copy.households == [home]
        assert "name" in copy.fields
        export = session.scalars(
            select(AccessEvent)
            .where(AccessEvent.deed == "export", AccessEvent.record == "person")
            .order_by(AccessEvent.sequence.desc())
        ).first()
        assert export is not None
        assert (export.facts or {})["count"] == 2
        assert (export.facts or {})["recipient"] == "consultant"
    assert copy.label in copies_telling_of(register, at_the_terminal(), str(home))


def test_a_workbook_says_its_number_below_each_page_and_behind_the_rows(desk: Flask) -> None:
    asked = USUAL | {"form": "xlsx"}
    answer = send(consultant(desk, [home_district(desk)]), AWAY, **asked, source="self")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    rows, note = book.worksheets
    assert [cell.value for cell in rows["A"]] == ["一覧", "=HYPERLINK(1)", "二番 さくら"]
    assert rows["A2"].data_type == "s"
    label = note["B1"].value
    assert label in answer.headers["Content-Disposition"]
    assert rows.oddFooter.center.text == f"写し {label}　相談 はなこ　{RETURN}までに返却"
    assert ("持つ人", "相談 はなこ") in list(note.iter_rows(values_only=True))


def test_whoever_has_several_districts_takes_one_at_a_time(desk: Flask) -> None:
    with Session(desk.extensions["register"].engine) as session:
        both = sorted(
            set(session.scalars(select(Person.district_id).where(Person.source == "self")))
        )
    client = consultant(desk, both)
    assert "どの校区の分か" in client.get("/desk/lists/canaries").text
    assert send(client, AWAY, **USUAL).status_code == 404
    one = send(client, AWAY, **USUAL, source="self", of_district=home_district(desk))
    assert len(rows_of(one.data)) == 2
    with Session(desk.extensions["register"].engine) as session:
        foreign = session.scalar(select(District.id).where(District.id.not_in(both)))
    assert send(client, AWAY, **USUAL, of_district=foreign).status_code == 404
    everyone = send(consultant(desk, None), AWAY, **USUAL, source="self")
    assert len(rows_of(everyone.data)) == 3


def test_an_old_password_is_asked_again_and_the_filters_are_kept(desk: Flask) -> None:
    register: Register = desk.extensions["register"]
    account = make_account(
        register, "consultant", [home_district(desk)], login="s@x", password=PASSWORD
    )
    client = client_of(desk, account)
    desk.extensions["clock"].move(minutes=6)
    page = "http://localhost/desk/lists/canaries?sort=-name&source=self"
    answer = client.post(AWAY, data=USUAL | {"csrf": form_token(client)}, headers={"Referer": page})
    assert (answer.status_code, answer.location) == (303, "/account/password-again")
    back = send(client, "/account/password-again", password=PASSWORD)
    assert back.location == "/desk/lists/canaries?sort=-name&source=self"
    assert send(client, AWAY, **USUAL).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"holder": ""},
        {"return_by": "2020-01-01"},
        {"return_by": "x"},
        {"form": "pdf"},
        {"sort": "birth"},
        {"source": "x"},
    ],
)
def test_no_copy_without_a_holder_a_day_or_a_form(desk: Flask, wrong: dict[str, str]) -> None:
    client = consultant(desk, [home_district(desk)])
    assert send(client, AWAY, **(USUAL | wrong)).status_code == 422


def test_an_empty_list_is_no_copy(desk: Flask) -> None:
    client = consultant(desk, [home_district(desk)])
    page = client.get("/desk/lists/canaries?source=family").text
    assert "持ち出す写しを作る" not in page
    answer = send(client, AWAY, **USUAL, source="family")
    assert (answer.status_code, answer.location) == (303, "/desk/lists/canaries")


def test_the_form_keeps_how_the_list_was_asked_for(desk: Flask) -> None:
    client = consultant(desk, [home_district(desk)])
    page = client.get("/desk/lists/canaries?sort=-name&source=self").text
    assert '<input type="hidden" name="sort" value="-name">' in page
    assert '<input type="hidden" name="source" value="self">' in page


@pytest.mark.parametrize("name", sorted(LISTINGS))
def test_every_list_of_the_desk_leaves_as_a_table(desk: Flask, name: str) -> None:
    listing = LISTINGS[name]
    heads = [say(column.label, "ja") for column in listing.columns]
    assert len(set(heads)) == len(heads), "two columns of one name are one in a table"
    asked = {key: value for key, value in USUAL.items() if key != "sort"}
    blank = {one.name: "" for one in listing.filters}
    client = consultant(desk, [home_district(desk)])
    answer = send(client, f"/desk/lists/{name}/export", **asked, **blank, sort=listing.usual)
    assert answer.status_code == 200, answer.text
    rows = rows_of(answer.data)
    assert rows, name
    assert list(rows[0]) == [*heads, "写しの番号"]
    assert "拒否" not in answer.data.decode()


def test_the_books_close_and_nobody_who_refused_is_named(desk: Flask) -> None:
    asked = {key: value for key, value in USUAL.items() if key != "sort"}
    client = consultant(desk, [home_district(desk)])
    rows = rows_of(send(client, "/desk/lists/entries/export", **asked, sort="-on").data)
    assert sorted(row["借方"] for row in rows) == ["–", "二番 さくら"]
    assert {row["金額・数"] for row in rows} == {"300"}
