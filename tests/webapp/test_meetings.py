"""Meetings on the screen, and papers that name nobody."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.sample import Town
from tests.doors import Clock, client_of, make_account, send
from tests.webapp.conftest import CANARY, store_town
from webapp import create_app
from webapp.accounts.policy import at_the_terminal
from webapp.register.house import Register
from webapp.register.records import (
    Consent,
    Consultation,
    District,
    ExportCopy,
    Household,
    Meeting,
    Person,
    Request,
)
from webapp.settings import Settings

TOOL = shutil.which("pdftotext")
needs_poppler = pytest.mark.skipif(TOOL is None, reason="pdftotext (poppler-utils) is absent")
NAME, PHONE, ADDRESS, SUMMARY = "小夜啼 かなりあ", "093-555-0199", "極秘町7番地", "ひみつの病気"
SECRETS = ("小夜啼", "かなりあ", "555-0199", "5550199", "極秘", SUMMARY, CANARY, "ことわり")
LOAN = {"holder": "相談 はなこ", "return_by": (date.today() + timedelta(days=9)).isoformat()}  # noqa: DTZ011
FORM = {
    "day": "2026-11-20", "time": "14:00", "kind": "liaison", "title": "秋の会",
    "attendees": "民生委員\n相談員", "decisions": "二人さがす。", "card_count": "2",
    "worry_0": "坂の上のごみ", "who_0": "自治会長", "by_0": "2026-12-01",
}  # fmt: skip


@pytest.fixture(scope="module")
def place(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("meetings") / "town"
    with store_town(folder, town).register as register:
        settle(register)
    return folder


def settle(register: Register) -> None:
    """Two people whose every field is a canary, one of whom allows nothing for planning."""
    with register.change(at_the_terminal(), "matching", "test") as change:
        home = change.session.scalars(
            select(Household).where(Household.district_id.is_not(None)).order_by(Household.id)
        ).first()
        assert home is not None
        district = home.district_id
        change.add(
            Household, id="HX", district_id=district, address=ADDRESS, lon=home.lon, lat=home.lat
        )
        change.session.flush()
        for number, name in (("1", NAME), ("2", "ことわり する子")):
            change.add(
                Person, id=f"PX{number}", household_id="HX", district_id=district, name=name,
                phone=PHONE,
            )  # fmt: skip
            change.session.flush()
            change.add(
                Consultation, id=f"KX{number}", district_id=district, person_id=f"PX{number}",
                received_at=datetime(2026, 11, 10, tzinfo=UTC), summary=f"{NAME} {SUMMARY}",
                channel="phone",
            )  # fmt: skip
            change.session.flush()
            change.add(
                Request, id=f"RX{number}", district_id=district, person_id=f"PX{number}",
                household_id="HX", consultation_id=f"KX{number}", sub_reason=f"{NAME} {SUMMARY}",
                activity="other" if number == "1" else "furniture",
            )  # fmt: skip
        change.add(
            Consent, person_id="PX2", district_id=district, basis="self", purpose="planning",
            status="refused", given_on=datetime.now(UTC) - timedelta(hours=1),
        )  # fmt: skip


@pytest.fixture(scope="module")
def desk(place: Path) -> Iterator[Flask]:
    app = create_app(Settings.read({}, workspace=place))
    app.extensions["clock"] = Clock()
    yield app
    app.extensions["register"].close()


@pytest.fixture(scope="module")
def district(desk: Flask) -> str:
    with Session(desk.extensions["register"].engine) as session:
        return str(session.scalar(select(Person.district_id).where(Person.id == "PX1")))


@pytest.fixture(scope="module")
def client(desk: Flask, district: str) -> FlaskClient:
    return client_of(desk, make_account(desk.extensions["register"], "consultant", [district]))


def hold(client: FlaskClient, district: str, **other: object) -> str:
    """A meeting that was written down by its form; the address of its page."""
    answer = send(client, "/desk/meetings/new", **(FORM | {"district": district} | other))
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def words(body: bytes, folder: Path) -> str:
    """All that a PDF says, without blanks."""
    (folder / "x.pdf").write_bytes(body)
    tool = [str(TOOL), "-layout", str(folder / "x.pdf"), "-"]
    return re.sub(r"\s", "", subprocess.run(tool, capture_output=True, check=True).stdout.decode())


def test_a_meeting_is_written_down_and_listed(client: FlaskClient, district: str) -> None:
    form = client.get("/desk/meetings/new").text
    assert NAME in form, "whose case it is stands on the screen"
    page = client.get(hold(client, district, cases=["RX2", "RX1"])).text
    assert "秋の会" in page
    assert "坂の上のごみ" in page
    assert re.search(r'value="RX2" checked><b>事例1</b>', page)
    assert re.search(r'value="RX1" checked><b>事例2</b>', page)
    listed = client.get("/desk/lists/meetings").text
    assert "2026-11-20 14:00" in listed
    assert "残り1枚" in listed


def test_numbers_stay_when_cases_are_added(client: FlaskClient, district: str) -> None:
    address = hold(client, district, cases=["RX2"])
    again = FORM | {"version": 1, "cases": ["RX1", "RX2"], "cases_before": "RX2"}
    assert send(client, address, **again).status_code == 303
    page = client.get(address).text
    assert re.search(r'value="RX2" checked><b>事例1</b>', page)
    assert re.search(r'value="RX1" checked><b>事例2</b>', page)
    stale = send(client, address, **again)
    assert stale.status_code == 409


def test_a_card_is_ticked_off_where_it_is_carried_to(client: FlaskClient, district: str) -> None:
    first = hold(client, district, worry_0="灯油の運び手", day="2026-08-20")
    second = hold(client, district, day="2026-11-22")
    assert "2026-08-20の会議から" in client.get(second).text
    done = {"version": 1, "place": 0, "done": "1", "back": second.rsplit("/", 1)[1]}
    answer = send(client, f"{first}/card", **done)
    assert (answer.status_code, answer.location) == (303, second)
    assert "灯油の運び手" not in client.get(second).text
    assert "is-done" in client.get(first).text


@pytest.mark.parametrize(
    "wrong",
    [{"worry_0": ""}, {"title": "あ" * 61}, {"kind": "party"}, {"day": "x"}, {"time": "25"}],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    client: FlaskClient, district: str, wrong: dict[str, str]
) -> None:
    answer = send(client, "/desk/meetings/new", **(FORM | {"district": district} | wrong))
    assert answer.status_code == 422
    if not {"day", "time"} & set(wrong):
        assert "二人さがす。" in answer.text
        assert 'role="alert"' in answer.text


@needs_poppler
@pytest.mark.parametrize("which", ["pack", "minutes"])
def test_a_paper_names_nobody(
    client: FlaskClient, district: str, tmp_path: Path, which: str
) -> None:
    told = f"{NAME}さんをたずねる。電話{PHONE}、{ADDRESS}。小夜啼さん。"
    free = {"decisions": told, "worry_0": f"{NAME}のごみ", "who_0": "小夜啼さんの家族"}
    hold(client, district, day="2026-11-18", **free)
    address = hold(
        client, district, day="2026-11-19", title=f"{NAME}の会", cases=["RX2", "RX1"], **free
    )
    answer = send(client, f"{address}/paper", which=which, **LOAN)
    assert answer.status_code == 200
    said = words(answer.data, tmp_path)
    assert [secret for secret in SECRETS if secret in said] == []
    assert "〇〇さんをたずねる" in said
    assert "事例2" in said
    assert "事例1" not in said, "whoever allows nothing for planning is no case on paper"
    assert "取扱注意" in said
    label = answer.headers["Content-Disposition"].split("welfaremap-")[1].split(".pdf")[0]
    assert f"写し{label}" in said
    if which == "pack":
        assert "新しい課題カード" in said
        assert "担い手がまだ決まっていない困りごと" in said
        assert "相談・調整の件数" in said
        assert "前の会議で決まったこと" in said


def test_a_paper_is_a_copy_that_is_known_of(
    desk: Flask, client: FlaskClient, district: str
) -> None:
    address = hold(client, district, cases=["RX1"])
    assert send(client, f"{address}/paper", which="minutes", **LOAN).status_code == 200
    with Session(desk.extensions["register"].engine) as session:
        copy = session.scalars(select(ExportCopy).order_by(ExportCopy.number.desc())).first()
    assert copy is not None
    assert (copy.recipient, copy.purpose, copy.form) == ("council", "planning", "pdf")
    assert "HX" in copy.households
    assert copy.district_id == district


@pytest.mark.parametrize("wrong", [{"which": "all"}, {"holder": ""}, {"return_by": "x"}])
def test_no_paper_without_a_holder_and_a_day(
    client: FlaskClient, district: str, wrong: dict[str, str]
) -> None:
    address = hold(client, district)
    answer = send(client, f"{address}/paper", **({"which": "pack"} | LOAN | wrong))
    assert answer.status_code == 422


def test_a_paper_asks_for_the_password_again(desk: Flask, district: str) -> None:
    client = client_of(desk, make_account(desk.extensions["register"], "consultant", [district]))
    address = hold(client, district)
    desk.extensions["clock"].move(minutes=6)
    answer = send(client, f"{address}/paper", which="pack", **LOAN)
    assert answer.location == "/account/password-again"


def test_another_districts_meeting_is_not_there(
    desk: Flask, client: FlaskClient, district: str
) -> None:
    register = desk.extensions["register"]
    with Session(register.engine) as session:
        other = session.scalars(select(District.id).where(District.id != district)).first()
    with register.change(at_the_terminal(), "matching", "test") as change:
        made = change.add(Meeting, district_id=other, met_at=datetime.now(UTC), kind="other")
    assert client.get(f"/desk/meetings/{made.id}").status_code == 404
    assert client.get(f"/desk/meetings/new?district={other}").status_code == 404
    answer = send(client, "/desk/meetings/new", **(FORM | {"district": other}))
    assert answer.status_code == 404
