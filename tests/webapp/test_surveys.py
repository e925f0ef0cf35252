"""The pages from a survey's file to a supporter, and those of districts."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from geo.sample import Town
from tests.doors import Clock, client_of, form_token, make_account, send
from tests.webapp.conftest import store_town
from webapp import create_app
from webapp.casework.surveys import survey_key
from webapp.cli import main
from webapp.register.house import Register
from webapp.register.records import (
    Consultation,
    District,
    Request,
    Supporter,
    SurveyAnswer,
)
from webapp.register.records.draft import Draft
from webapp.settings import Settings

CANARY = "ひみつ梅子"
HEAD = "氏名,電話,手伝えること ゴミ出し,困っていること,連絡してよいか\n"
FILE = HEAD + f"{CANARY},093-111-0001,○,,はい\nひみつ竹男,093-111-0002,,買い物,はい\n"


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def app(town: Town, clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("surveys") / "town"
    premises = store_town(folder, town)
    settings = Settings.read({}, workspace=folder, most_upload=200_000)
    made = create_app(settings, premises)
    made.extensions["clock"] = clock
    yield made
    premises.register.close()


@pytest.fixture(scope="module")
def register(app: Flask) -> Register:
    opened: Register = app.extensions["register"]
    return opened


@pytest.fixture(scope="module")
def district(register: Register) -> str:
    with Session(register.engine) as session:
        return session.scalars(select(District.id).order_by(District.id)).first() or ""


@pytest.fixture
def consultant(app: Flask, register: Register) -> FlaskClient:
    return client_of(app, make_account(register, "consultant"))


@pytest.fixture(scope="module")
def council(app: Flask, register: Register) -> FlaskClient:
    return client_of(app, make_account(register, "council"))


def upload(
    client: FlaskClient, district: str, content: bytes, name: str = "調査.csv", survey: str = "調査"
) -> TestResponse:
    fields = {"csrf": form_token(client), "name": survey, "district": district}
    sent = {**fields, "file": (io.BytesIO(content), name)}
    return client.post("/desk/surveys/file", data=sent, content_type="multipart/form-data")


def count(register: Register, record: type) -> int:
    with Session(register.engine) as session:
        return session.scalar(select(func.count()).select_from(record)) or 0


def find(register: Register, name: str, survey: str) -> SurveyAnswer:
    with Session(register.engine) as session:
        return session.scalars(
            select(SurveyAnswer).where(SurveyAnswer.name == name, SurveyAnswer.survey == survey)
        ).one()


def test_from_the_file_to_a_supporter_and_a_consultation(
    consultant: FlaskClient, register: Register, district: str
) -> None:
    sent = upload(consultant, district, FILE.encode("cp932"), survey="はじめの調査")
    assert (sent.status_code, sent.location) == (303, "/desk/surveys/file")
    page = consultant.get("/desk/surveys/file").text
    assert "新しい回答 2件" in page
    assert count(register, SurveyAnswer) == 0
    fields = {"name": "はじめの調査", "deed": "take"}
    taken = send(consultant, "/desk/surveys/file/mapping", **fields)
    address = f"/desk/surveys/{survey_key(district, 'はじめの調査')}"
    assert (taken.status_code, taken.location) == (303, address)
    assert count(register, Draft) == 0
    assert CANARY in consultant.get(address).text
    willing = find(register, CANARY, "はじめの調査")
    answer = f"/desk/answers/{willing.id}"
    assert "担い手（希望）にする" in consultant.get(answer).text
    made = send(consultant, f"{answer}/supporter", version=1)
    assert made.status_code == 303
    shown = consultant.get(made.location).text
    assert CANARY in shown
    assert "tel:0931110001" in shown
    identity = made.location.rsplit("/", 1)[-1]
    step = send(consultant, f"/desk/supporters/{identity}/step", version=1, status="interviewed")
    assert step.status_code == 303
    assert "登録をした" in consultant.get(made.location).text
    need = find(register, "ひみつ竹男", "はじめの調査")
    told = send(consultant, f"/desk/answers/{need.id}/consultation", version=1, activity="errand")
    assert re.fullmatch(r"/desk/consultations/k-\w+", told.location or "")
    again = send(consultant, f"/desk/answers/{need.id}/consultation", version=2, activity="errand")
    assert again.status_code == 409
    assert "もう対応が始まっています" in again.text
    assert (count(register, Consultation), count(register, Request)) == (1, 1)


def test_columns_are_read_as_chosen_and_remembered(
    consultant: FlaskClient, register: Register, district: str
) -> None:
    text = "氏名,この先\n甲野,○\n"
    upload(consultant, district, text.encode(), survey="選ぶ調査")
    assert "手伝える人" in consultant.get("/desk/surveys/file").text
    chosen = {"name": "選ぶ調査", "column-1": "willing:talk"}
    looked = send(consultant, "/desk/surveys/file/mapping", deed="look", **chosen)
    assert looked.location == "/desk/surveys/file"
    assert re.search(r'value="willing:talk" selected', consultant.get("/desk/surveys/file").text)
    send(consultant, "/desk/surveys/file/mapping", deed="take", **chosen)
    assert find(register, "甲野", "選ぶ調査").willing == ["talk"]
    upload(consultant, district, "氏名,この先\n乙野,○\n".encode(), survey="次の調査")
    assert re.search(r'value="willing:talk" selected', consultant.get("/desk/surveys/file").text)
    twice = {"column-0": "name", "column-1": "name", "deed": "take"}
    refused = send(consultant, "/desk/surveys/file/mapping", **twice)
    assert refused.status_code == 422
    assert "一つの列だけに" in refused.text
    dropped = send(consultant, "/desk/surveys/file/drop")
    assert dropped.location == "/desk/surveys"
    assert consultant.get("/desk/surveys/file").location == "/desk/surveys"


def test_a_faulty_file_cannot_be_taken_and_says_what_is_right(
    consultant: FlaskClient, register: Register, district: str
) -> None:
    before = count(register, SurveyAnswer)
    upload(consultant, district, (HEAD + "丙野,12,,,\n").encode(), survey="まちがい")
    page = consultant.get("/desk/surveys/file").text
    assert "093-582-0000のように書いてください" in page
    assert "すべて取り込む" not in page
    refused = send(consultant, "/desk/surveys/file/mapping", name="まちがい", deed="take")
    assert refused.status_code == 422
    assert count(register, SurveyAnswer) == before
    send(consultant, "/desk/surveys/file/drop")


def workbook(rows: int) -> bytes:
    book, content = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for number in range(rows):
        sheet.append([f"名{number}", "○"] if number else ["氏名", "手伝えること 掃除"])
    book.save(content)
    return content.getvalue()


def bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 120_000_000)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"\x00" * 500, 422),
        (b"\xff\xfe\x00", 422),
        (b"%PDF-1.7 x", 422),
        (workbook(3)[:-60], 422),
        (HEAD.encode() + b'"open quotation', 422),
        (HEAD.encode(), 422),
        (b"name,phone\n" + b"x" * 40_000 + b",1\n", 422),
        (b"x" * 400_000, 413),
    ],
    ids=["empty", "nul", "half", "pdf", "cut", "quote", "header", "cell", "large"],
)
def test_hostile_files_are_refused_in_a_sentence(
    consultant: FlaskClient, register: Register, district: str, content: bytes, status: int
) -> None:
    before = count(register, SurveyAnswer), count(register, Draft)
    answer = upload(consultant, district, content, survey="悪い")
    assert answer.status_code == status
    assert re.search(r'class="problem"|<h1', answer.text)
    assert "Traceback" not in answer.text
    assert (count(register, SurveyAnswer), count(register, Draft)) == before


def test_an_archive_that_unpacks_to_much_is_refused(
    consultant: FlaskClient, register: Register, district: str
) -> None:
    content = bomb()
    assert len(content) < 200_000
    before = count(register, Draft)
    assert upload(consultant, district, content, "爆弾.xlsx").status_code == 422
    assert count(register, Draft) == before


def test_a_workbook_is_taken_too_and_no_other_page_takes_so_much(
    consultant: FlaskClient, register: Register, district: str
) -> None:
    content = workbook(9000)
    assert len(content) > 70_000
    assert upload(consultant, district, content, "調査.xlsx", "大きい").status_code == 303
    send(consultant, "/desk/surveys/file/mapping", name="大きい", deed="take")
    assert find(register, "名8999", "大きい").willing == ["cleaning"]
    fields = {"csrf": form_token(consultant), "file": (io.BytesIO(content), "x.xlsx")}
    other = consultant.post(
        "/desk/surveys/file/drop", data=fields, content_type="multipart/form-data"
    )
    assert other.status_code == 413


def test_the_file_on_its_way_lies_nowhere_unencrypted(
    app: Flask, consultant: FlaskClient, district: str
) -> None:
    secret = "ひみつの百合子".encode()
    upload(consultant, district, HEAD.encode() + secret + b",,,,\n", survey="ひみつ")
    folder: Path = app.config["SETTINGS"].workspace
    held = [path for path in folder.rglob("*") if path.is_file()]
    assert held
    assert not [path for path in held if secret in path.read_bytes()]
    send(consultant, "/desk/surveys/file/drop")


def test_another_districts_survey_is_none(
    app: Flask, register: Register, consultant: FlaskClient, district: str
) -> None:
    upload(consultant, district, FILE.encode(), survey="よそ")
    send(consultant, "/desk/surveys/file/mapping", name="よそ", deed="take")
    with Session(register.engine) as session:
        other = session.scalars(select(District.id).where(District.id != district)).first()
    theirs = client_of(app, make_account(register, "consultant", [str(other)]))
    assert "よそ" not in theirs.get("/desk/surveys").text
    address = f"/desk/surveys/{survey_key(district, 'よそ')}"
    assert theirs.get(address).status_code == 404
    assert send(theirs, f"{address}/follow", what="willing").status_code == 404
    assert upload(theirs, district, FILE.encode()).status_code == 404


def test_all_at_once_makes_supporters_and_tells_what_is_left(
    consultant: FlaskClient, register: Register, district: str
) -> None:
    text = HEAD + "丁野,093-222-0001,○,,はい\n丁野,093-222-0001,○,掃除,はい\n,,○,,はい\n"
    upload(consultant, district, text.encode(), survey="まとめて")
    send(consultant, "/desk/surveys/file/mapping", name="まとめて", deed="take")
    before = count(register, Supporter)
    address = f"/desk/surveys/{survey_key(district, 'まとめて')}"
    told = send(consultant, f"{address}/follow", what="willing")
    assert count(register, Supporter) == before + 1
    page = consultant.get(told.location).text
    assert "1件を進めました" in page
    assert "似ている1件" in page
    assert "連絡先もない1件" in page
    assert send(consultant, f"{address}/follow", what="x").status_code == 422


def test_a_supporter_is_entered_and_corrected_by_hand(
    consultant: FlaskClient, district: str
) -> None:
    fields = {"name": "戊野 花", "phone": "093-333-1", "activities": ["talk", "garbage"]}
    more = {"weekdays": "MO", "hours": "午前", "most_per_week": "2", "insured_until": "2020-03-31"}
    made = send(consultant, "/desk/supporters/new", district_id=district, **fields, **more)
    assert made.status_code == 303
    page = consultant.get(made.location).text
    assert "保険が 2020-03-31 で切れています" in page
    assert "09:00-12:00" in page
    form = consultant.get(f"{made.location}/edit").text
    assert 'value="戊野 花"' in form
    wrong = send(consultant, f"{made.location}/edit", version=1, name="x", hours="ずっと")
    assert wrong.status_code == 422
    assert 'value="ずっと"' in wrong.text
    saved = send(consultant, f"{made.location}/edit", version=1, name="戊野 花", phone="093-4")
    assert saved.status_code == 303
    stale = send(consultant, f"{made.location}/edit", version=1, name="別", phone="")
    assert stale.status_code == 409
    assert "093-4" in stale.text
    no_reason = send(consultant, f"{made.location}/step", version=2, status="left")
    assert no_reason.status_code == 422
    assert "理由を選ぶか書いてください" in no_reason.text


def test_the_list_of_supporters_narrows_by_what_they_can_and_when(
    consultant: FlaskClient, district: str
) -> None:
    send(
        consultant, "/desk/supporters/new", district_id=district, name="己野 曜",
        activities="furniture", weekdays="SU",
    )  # fmt: skip
    address = "/desk/lists/supporters?activity=furniture&weekday=SU&status=willing"
    assert "己野 曜" in consultant.get(address).text
    assert "己野 曜" not in consultant.get(f"{address}&weekday=MO".replace("SU", "MO")).text
    assert "己野 曜" not in consultant.get(address.replace("willing", "active")).text
    assert "己野 曜" in consultant.get(f"{address}&district={district}").text


def test_the_council_sees_districts_and_counts_and_nobody(
    council: FlaskClient, consultant: FlaskClient, district: str
) -> None:
    upload(consultant, district, FILE.encode(), survey="数える")
    send(consultant, "/desk/surveys/file/mapping", name="数える", deed="take")
    for path in ("/desk/districts", f"/desk/districts/{district}", "/desk/funnel"):
        answer = council.get(path)
        assert answer.status_code == 200, path
        assert CANARY not in answer.text
    assert "/desk/districts" in council.get("/").text
    for path in ("/desk/surveys", "/desk/lists/supporters"):
        assert council.get(path).status_code == 403


@pytest.mark.parametrize("sort", ["name", "-willing", "stage", "consultants", "-organised"])
def test_the_overview_is_sorted_as_asked(council: FlaskClient, sort: str) -> None:
    page = council.get(f"/desk/districts?sort={sort}").text
    way = "descending" if sort.startswith("-") else "ascending"
    assert page.count(f'aria-sort="{way}"') == 1
    assert council.get("/desk/districts?sort=outcome").status_code == 422


@pytest.mark.parametrize("role", ["council", "consultant"])
def test_a_district_writes_down_what_it_decides(
    app: Flask, register: Register, role: str, district: str
) -> None:
    client = client_of(app, make_account(register, role))  # type: ignore[arg-type]
    address = f"/desk/districts/{district}"
    version = version_of(client, f"{address}/progress")
    fields = {"stage": "2", "stage_since": "2026-04-01", "mode": "both", "activities": "garbage"}
    sent = send(client, f"{address}/progress", version=version, outcome=f"{role}の成果", **fields)
    assert sent.status_code == 303
    page = client.get(address).text
    assert "2026-04-01 から" in page
    assert f"{role}の成果" in client.get("/desk/districts").text
    rules = {"unit": "ticket", "usual_fee": "2", "fee-garbage": "1", "reward": "50"}
    more = {"cancel_hours": "12", "cancel_fee": "1", "check-0": "phone_family"}
    version = version_of(client, f"{address}/rules")
    assert send(client, f"{address}/rules", version=version, **rules, **more).status_code == 303
    page = client.get(address).text
    assert "2枚" in page
    assert "家族に電話する" in page
    assert "50％" in page
    wrong = send(client, f"{address}/rules", version=version + 1, usual_fee="-5")
    assert wrong.status_code == 422


def version_of(client: FlaskClient, path: str) -> int:
    found = re.search(r'name="version" value="(\d+)"', client.get(path).text)
    assert found is not None
    return int(found[1])


def test_the_terminal_looks_and_takes_and_keeps_the_mapping(town: Town, tmp_path: Path) -> None:
    premises = store_town(tmp_path / "town", town)
    with Session(premises.register.engine) as session:
        district = session.scalars(select(District.id).order_by(District.id)).first() or ""
    premises.register.close()
    path = tmp_path / "answers.csv"
    path.write_bytes("氏名,この先\n甲野,○\n".encode("cp932"))
    words = ["--lang", "ja", "import", "survey", str(path), "--district", district]
    where = ["--workspace", str(tmp_path / "town")]

    def run(*more: str) -> Result:
        return CliRunner().invoke(main, [*words, *more, *where])

    missing = run()
    assert missing.exit_code == 2
    assert run("--name", "調査", "--district", "zzz").exit_code == 2
    looked = run("--name", "調査", "--map", "この先=willing:talk", "--dry-run")
    assert looked.exit_code == 0, looked.output
    assert "手伝えること：話し相手・見守り" in looked.output
    assert "新しい 1" in looked.output
    taken = run("--name", "調査", "--map", "この先=willing:talk")
    assert re.search(r"t-\w{12}", taken.output)
    again = json.loads(run("--name", "調査", "--json").output)
    assert again["mapping"] == {"氏名": "name", "この先": "willing:talk"}
    assert (again["import"], again["counts"]) == (None, {"unchanged": 1})
    path.write_bytes("氏名,電話\n甲野,12\n".encode())
    faulty = run("--name", "調査")
    assert faulty.exit_code == 2
    assert "093-582-0000のように" in faulty.output
