"""The plan of all open requests: a proposal that asks nobody until it is taken."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.sample import Town
from tests.doors import client_of, make_account, send
from tests.webapp.conftest import store_town
from webapp import create_app
from webapp.accounts.policy import at_the_terminal
from webapp.register.change import Change
from webapp.register.house import Register
from webapp.register.records import Consent, Household, Offer, Person, Request, Supporter
from webapp.settings import Settings

TERMINAL = at_the_terminal()


@pytest.fixture(scope="module")
def resting(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town's workspace, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("resting") / "town"
    with (
        store_town(folder, town).register as register,
        register.change(TERMINAL, "matching", "test") as change,
    ):
        for one in change.session.scalars(select(Supporter).where(Supporter.status == "active")):
            one.status = "resting"
        home = placed_home(change.session)
        for name, most in (("near", 1.0), ("next", 1.0)):
            made = change.add(
                Supporter, id=f"s-{name}", name=f"支手{name}", activities=["garbage"],
                lon=home.lon, lat=home.lat, district_id=home.district_id, status="registered",
                most_per_week=most,
            )  # fmt: skip
            made.status = "active"
    return folder


@pytest.fixture
def app(resting: Path, tmp_path: Path) -> Iterator[Flask]:
    """The town with its supporters at rest but for two, who put out garbage beside one house."""
    folder = shutil.copytree(resting, tmp_path / "town")
    made = create_app(Settings.read({}, workspace=folder))
    yield made
    made.extensions["register"].close()


@pytest.fixture
def register(app: Flask) -> Register:
    return app.extensions["register"]


@pytest.fixture
def browser(app: Flask, register: Register) -> FlaskClient:
    return client_of(app, make_account(register, "consultant"))


def placed_home(session: Session) -> Household:
    asked = select(Household).where(Household.lon.is_not(None)).order_by(Household.id)
    home = session.scalars(asked).first()
    assert home is not None
    return home


def add_request(change: Change, name: str, **values: object) -> None:
    home = placed_home(change.session)
    about = {"household_id": home.id, "district_id": home.district_id}
    change.add(Person, id=f"p-{name}", name=f"依頼{name}", source="self", **about)
    change.session.flush()
    told = {"id": f"r-{name}", "person_id": f"p-{name}", "activity": "garbage", **about}
    change.add(Request, **(told | values))
    change.session.flush()


@pytest.fixture
def two(register: Register) -> None:
    """Two requests about garbage at that house."""
    with register.change(TERMINAL, "matching", "test") as change:
        add_request(change, "a")
        add_request(change, "b")


def seen(page: str) -> list[str]:
    return re.findall(r'name="seen" value="([^"]+)"', page)


def statuses(register: Register) -> dict[str, str]:
    with Session(register.engine) as session:
        return {one.id: one.status for one in session.scalars(select(Request))}


def offers(register: Register) -> dict[str, tuple[str, str]]:
    with Session(register.engine) as session:
        found = session.scalars(select(Offer))
        return {one.request_id: (one.supporter_id, one.status) for one in found}


@pytest.mark.usefixtures("two")
def test_a_proposal_asks_nobody_and_taken_whole_it_only_asks(
    browser: FlaskClient, register: Register
) -> None:
    page = browser.get("/desk/plan").text
    assert offers(register) == {}
    assert "2件のうち2件に担い手が見つかりました" in page
    assert "これより多くの困りごとに応え" in page
    assert page.count("＋1回で週1回（1回まで）") == 2
    answer = send(browser, "/desk/plan", take="all", seen=seen(page), district="")
    assert answer.status_code == 303
    assert sorted(offers(register).values()) == [("s-near", "waiting"), ("s-next", "waiting")]
    assert statuses(register) == {"r-a": "asking", "r-b": "asking"}
    with Session(register.engine) as session:
        assert all(one.minutes is not None for one in session.scalars(select(Offer)))
    page = browser.get(answer.location).text
    assert "2件を打診しました" in page
    assert seen(page) == []


@pytest.mark.usefixtures("two")
def test_a_single_row_is_taken_and_the_other_waits(
    browser: FlaskClient, register: Register
) -> None:
    first, second = seen(browser.get("/desk/plan").text)
    send(browser, "/desk/plan", take=first, seen=[first, second], district="")
    assert statuses(register) == {"r-a": "asking", "r-b": "received"}
    (left,) = seen(browser.get("/desk/plan").text)
    assert left == second


@pytest.mark.usefixtures("two")
def test_what_changed_meanwhile_is_told_and_the_others_go_through(
    browser: FlaskClient, register: Register
) -> None:
    shown = seen(browser.get("/desk/plan").text)
    with register.change(TERMINAL, "matching", "test") as change:
        change.revise(Request, "r-a", 1, sub_reason="瓶も")
    answer = send(browser, "/desk/plan", take="all", seen=shown, district="")
    assert statuses(register) == {"r-a": "received", "r-b": "asking"}
    page = browser.get(answer.location).text
    assert "1件を打診しました" in page
    assert "1件は、見ていたあいだに変わったので" in page
    assert "依頼a" in page


@pytest.mark.usefixtures("two")
def test_nothing_of_the_form_is_trusted(browser: FlaskClient, register: Register) -> None:
    with register.change(TERMINAL, "matching", "test") as change:
        made = change.add(
            Supporter, id="s-far", activities=["garbage"], status="registered", name="遠"
        )
        made.status = "active"
    for forged in ("r-a:1:s-far", "r-a:1:", "r-zz:1:s-near", "r-a", "r-a:9:s-near"):
        answer = send(browser, "/desk/plan", take=forged, district="")
        assert answer.status_code == 303
    assert offers(register) == {}
    assert send(browser, "/desk/plan", take="", district="").status_code == 400


def test_who_is_unwanted_said_no_or_is_asked_already_is_not_proposed(
    browser: FlaskClient, register: Register
) -> None:
    with register.change(TERMINAL, "matching", "test") as change:
        add_request(change, "a")
        change.get(Person, "p-a").unwanted = ["s-near"]
    assert [one.split(":")[2] for one in seen(browser.get("/desk/plan").text)] == ["s-next"]
    with register.change(TERMINAL, "matching", "test") as change:
        said = change.add(Offer, request_id="r-a", supporter_id="s-next")
        said.status = "declined"
    page = browser.get("/desk/plan").text
    assert seen(page) == []
    assert "近くに2人いますが" in page


def test_too_few_helpers_leave_somebody_with_the_reason(
    browser: FlaskClient, register: Register
) -> None:
    with register.change(TERMINAL, "matching", "test") as change:
        for name in "abc":
            add_request(change, name)
        add_request(change, "d", activity="furniture")
    page = browser.get("/desk/plan").text
    assert len(seen(page)) == 2
    assert "希望に合う2人は、この案ではほかの困りごとに回ります" in page
    assert "この活動ができる担い手がいません" in page


@pytest.mark.usefixtures("two")
def test_an_open_offer_fills_a_place(browser: FlaskClient, register: Register) -> None:
    first, _ = seen(browser.get("/desk/plan").text)
    send(browser, "/desk/plan", take=first, district="")
    taken = first.split(":")[2]
    (left,) = seen(browser.get("/desk/plan").text)
    assert left.split(":")[2] != taken
    with register.change(TERMINAL, "matching", "test") as change:
        add_request(change, "c")
    assert len(seen(browser.get("/desk/plan").text)) == 1


@pytest.mark.usefixtures("two")
def test_another_districts_requests_are_in_no_plan(app: Flask, register: Register) -> None:
    with Session(register.engine) as session:
        mine = placed_home(session).district_id
        others = select(Household.district_id).where(Household.district_id != mine)
        other = session.scalars(others).first()
    stranger = client_of(app, make_account(register, "consultant", [str(other)]))
    assert "依頼a" not in stranger.get("/desk/plan").text
    assert stranger.get(f"/desk/plan?district={mine}").status_code == 404
    send(stranger, "/desk/plan", take="r-a:1:s-near", district="")
    assert offers(register) == {}
    own = client_of(app, make_account(register, "consultant", [str(mine)]))
    assert "依頼a" in own.get(f"/desk/plan?district={mine}").text


@pytest.mark.usefixtures("two")
def test_who_withholds_the_request_is_in_no_plan(browser: FlaskClient, register: Register) -> None:
    with register.change(TERMINAL, "matching", "test") as change:
        change.add(
            Consent, person_id="p-a", purpose="matching", basis="self", status="refused",
            given_on=change.get(Person, "p-a").made_at,
        )  # fmt: skip
    assert [one.split(":")[0] for one in seen(browser.get("/desk/plan").text)] == ["r-b"]


def test_nothing_to_plan_is_said(browser: FlaskClient) -> None:
    assert "組み合わせを待っている困りごとはありません" in browser.get("/desk/plan").text
