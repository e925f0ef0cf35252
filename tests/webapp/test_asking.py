"""The pages of asking: from the list of calls to a yes, and the text for the supporter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.sample import Town
from tests.doors import Clock, client_of, make_account, send
from tests.webapp.conftest import store_town
from webapp import create_app
from webapp.accounts.policy import at_the_terminal
from webapp.register.house import Register
from webapp.register.records import Consent, Household, Offer, Person, Request, Supporter
from webapp.register.trail.access_event import AccessEvent
from webapp.settings import Settings

SECRETS = {
    "name": "ひみつ花子", "kana": "ひみつかな", "phone": "093-999-8888", "birth": "秘昭和八年",
    "contact": "ひみつの娘", "house": "77番66号", "sub": "ひみつの用事", "station": "ひみつの鍵",
}  # fmt: skip
"""A canary for each thing that a supporter may not know, or not yet."""

TOWN = "守恒本町"


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def app(town: Town, clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("asking") / "town"
    premises = store_town(folder, town)
    made = create_app(Settings.read({}, workspace=folder), premises)
    made.extensions["clock"] = clock
    yield made
    premises.register.close()


@pytest.fixture(scope="module")
def register(app: Flask) -> Register:
    """With three supporters more, who live where the first household does."""
    opened: Register = app.extensions["register"]
    with opened.change(at_the_terminal(), "matching", "test") as change:
        home = placed_home(change.session)
        for number in range(3):
            made = change.add(
                Supporter, name=f"支手{number}", phone=f"093-1-{number}", activities=["garbage"],
                lon=home.lon, lat=home.lat, district_id=home.district_id, status="registered",
            )  # fmt: skip
            made.status = "active"
    return opened


def placed_home(session: Session) -> Household:
    asked = select(Household).where(Household.lon.is_not(None)).order_by(Household.id)
    home = session.scalars(asked).first()
    assert home is not None
    return home


@pytest.fixture
def browser(app: Flask, register: Register) -> FlaskClient:
    return client_of(app, make_account(register, "consultant"))


@pytest.fixture
def case(register: Register) -> Request:
    """A new request about garbage of somebody with a canary in every field."""
    with register.change(at_the_terminal(), "matching", "test") as change:
        home = placed_home(change.session)
        house = change.add(
            Household, district_id=home.district_id, lon=home.lon, lat=home.lat,
            address=f"北九州市小倉南区{TOWN}1丁目{SECRETS['house']}",
        )  # fmt: skip
        change.session.flush()
        person = change.add(
            Person, household_id=house.id, district_id=home.district_id, name=SECRETS["name"],
            kana=SECRETS["kana"], phone=SECRETS["phone"], birth_text=SECRETS["birth"],
            emergency_contact=SECRETS["contact"], source="self",
        )  # fmt: skip
        change.session.flush()
        return change.add(
            Request, person_id=person.id, household_id=house.id, district_id=home.district_id,
            activity="garbage", sub_reason=SECRETS["sub"], wanted_from=date(2026, 6, 3),
            constraints={"weekdays": ["WE"], "note": SECRETS["station"]},
        )  # fmt: skip


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the first form that asks."""
    form = re.search(r'<form method="post" action="[^"]*/offers".*?</form>', page, re.DOTALL)
    assert form is not None
    return dict(re.findall(r'type="hidden" name="(?!csrf)(\w+)" value="([^"]*)"', form.group()))


def offers_of(register: Register, request_id: str) -> list[Offer]:
    with Session(register.engine, expire_on_commit=False) as session:
        asked = select(Offer).where(Offer.request_id == request_id).order_by(Offer.made_at)
        return list(session.scalars(asked))


def status_of(register: Register, request_id: str) -> str:
    with Session(register.engine) as session:
        return session.scalars(select(Request.status).where(Request.id == request_id)).one()


def ask_first(browser: FlaskClient, case: Request, answer: str = "waiting") -> None:
    path = f"/desk/requests/{case.id}"
    page = browser.get(f"{path}/ask").text
    assert send(browser, f"{path}/offers", answer=answer, **fields(page)).status_code == 303


def answer_offer(browser: FlaskClient, offer: Offer, answer: str, **more: object) -> int:
    path = f"/desk/offers/{offer.id}/answer"
    return send(browser, path, version=offer.version, answer=answer, **more).status_code


def text_of(browser: FlaskClient, offer: Offer) -> str:
    page = browser.get(f"/desk/offers/{offer.id}/notice")
    assert page.status_code == 200
    found = re.search(r'id="text"[^>]*>(.*?)</p>', page.text, re.DOTALL)
    return found.group(1) if found else ""


def test_the_next_one_appears_when_one_says_no(
    browser: FlaskClient, register: Register, case: Request
) -> None:
    path = f"/desk/requests/{case.id}/ask"
    first = fields(browser.get(path).text)["supporter_id"]
    ask_first(browser, case, "declined:too_far")
    page = browser.get(path).text
    assert fields(page)["supporter_id"] != first
    assert "遠い" in page
    ask_first(browser, case, "absent")
    (_, second) = offers_of(register, case.id)
    assert (second.status, second.tries) == ("absent", 1)
    page = browser.get(path).text
    assert "不在 1回" in page
    assert "あと2日" in page
    assert answer_offer(browser, second, "accepted") == 303
    page = browser.get(path).text
    assert "引き受けました" in page
    assert status_of(register, case.id) == "settled"
    assert 'name="supporter_id"' not in page


def test_a_yes_on_the_telephone_settles_at_once(
    browser: FlaskClient, register: Register, case: Request
) -> None:
    ask_first(browser, case, "accepted")
    (offer,) = offers_of(register, case.id)
    assert (offer.status, status_of(register, case.id)) == ("accepted", "settled")
    assert answer_offer(browser, offer, "withdrawn:dropped_out") == 303
    assert status_of(register, case.id) == "coordinating"


def test_a_reason_in_own_words_is_kept(
    browser: FlaskClient, register: Register, case: Request
) -> None:
    ask_first(browser, case)
    (offer,) = offers_of(register, case.id)
    assert answer_offer(browser, offer, "declined:other", text=" 孫の世話 ") == 303
    assert offers_of(register, case.id)[0].reason == "孫の世話"
    assert "孫の世話" in browser.get(f"/desk/requests/{case.id}/ask").text


def test_what_was_changed_meanwhile_is_shown_and_not_overwritten(
    app: Flask, browser: FlaskClient, register: Register, case: Request
) -> None:
    colleague = client_of(app, make_account(register, "consultant"))
    path = f"/desk/requests/{case.id}"
    read = fields(browser.get(f"{path}/ask").text)
    ask_first(colleague, case)
    answer = send(browser, f"{path}/offers", **read)
    assert answer.status_code == 409
    assert "ほかの人が先に変更しました" in answer.text
    (offer,) = offers_of(register, case.id)
    assert answer_offer(colleague, offer, "declined:busy") == 303
    assert answer_offer(browser, offer, "accepted") == 409
    assert offers_of(register, case.id)[0].status == "declined"


def test_one_who_is_asked_already_is_not_asked_again(
    browser: FlaskClient, register: Register, case: Request
) -> None:
    ask_first(browser, case)
    (offer,) = offers_of(register, case.id)
    with Session(register.engine) as session:
        version = session.scalars(select(Request.version).where(Request.id == case.id)).one()
    path = f"/desk/requests/{case.id}/offers"
    answer = send(browser, path, version=version, supporter_id=offer.supporter_id, minutes="")
    assert answer.status_code == 409
    assert "もう打診していて" in answer.text


@pytest.mark.parametrize("minutes", ["x", "-1", "inf", "1e9"])
def test_a_walk_that_is_none_is_refused(browser: FlaskClient, case: Request, minutes: str) -> None:
    page = browser.get(f"/desk/requests/{case.id}/ask").text
    asked = fields(page) | {"minutes": minutes}
    assert send(browser, f"/desk/requests/{case.id}/offers", **asked).status_code == 400


def test_an_offer_that_ran_out_frees_the_request_when_the_page_is_opened(
    browser: FlaskClient, register: Register, case: Request, clock: Clock
) -> None:
    ask_first(browser, case)
    before = clock.now
    try:
        clock.move(hours=49)
        account = make_account(register, "consultant")
        later = client_of(browser.application, account)
        page = later.get(f"/desk/requests/{case.id}/ask").text
    finally:
        clock.now = before
    assert "返事がないまま期限が過ぎた" in page
    assert status_of(register, case.id) == "coordinating"


def test_nobody_found_is_said_with_a_reason_and_can_be_tried_again(
    browser: FlaskClient, register: Register, case: Request
) -> None:
    path = f"/desk/requests/{case.id}"
    version = fields(browser.get(f"{path}/ask").text)["version"]
    done = send(browser, f"{path}/give-up", version=version, reason="nobody_near")
    assert done.status_code == 303
    page = browser.get(f"{path}/ask").text
    assert "近くに担い手がいない" in page
    again = re.search(r'take-up">.*?name="version" value="(\d+)"', page, re.DOTALL)
    assert again is not None
    assert send(browser, f"{path}/take-up", version=again.group(1)).status_code == 303
    assert status_of(register, case.id) == "coordinating"


def test_before_the_yes_nothing_tells_who_or_where_exactly(
    browser: FlaskClient, register: Register, case: Request
) -> None:
    ask_first(browser, case)
    (offer,) = offers_of(register, case.id)
    page = browser.get(f"/desk/offers/{offer.id}/notice").text
    assert [what for what, secret in SECRETS.items() if secret in page] == []
    text = text_of(browser, offer)
    assert "ゴミ出し" in text
    assert "水曜日" in text
    assert "6月3日" in text
    assert f"{TOWN}あたり" in text
    assert "丁目" not in text
    assert re.search(r"歩いて約\d+分", text)
    assert str(case.person_id) not in page
    assert str(case.household_id) not in page
    browser.set_cookie("lang", "en")
    page = browser.get(f"/desk/offers/{offer.id}/notice").text
    assert f"around {TOWN}" in page
    assert [what for what, secret in SECRETS.items() if secret in page] == []


def test_after_the_yes_name_and_address_are_told_and_nothing_else(
    browser: FlaskClient, register: Register, case: Request
) -> None:
    ask_first(browser, case, "accepted")
    (offer,) = offers_of(register, case.id)
    page = browser.get(f"/desk/offers/{offer.id}/notice").text
    told = {what for what, secret in SECRETS.items() if secret in page}
    assert told == {"name", "house", "sub"}
    assert f"{TOWN}1丁目{SECRETS['house']}" in text_of(browser, offer)


def consent(register: Register, case: Request, clock: Clock, **values: object) -> None:
    """The person answers about what supporters are told for a visit."""
    with register.change(at_the_terminal(), "matching", "test") as change:
        said = {"purpose": "visit", "basis": "self", "recipients": ["supporter"]}
        change.add(
            Consent, person_id=case.person_id, given_on=clock.now - timedelta(days=1),
            **(said | values),
        )  # fmt: skip


def test_who_does_not_want_supporters_told_is_not_told_of(
    browser: FlaskClient, register: Register, case: Request, clock: Clock
) -> None:
    ask_first(browser, case, "accepted")
    consent(register, case, clock, status="refused")
    (offer,) = offers_of(register, case.id)
    page = browser.get(f"/desk/offers/{offer.id}/notice").text
    assert [what for what, secret in SECRETS.items() if secret in page] == []
    assert "同意していません" in page
    assert text_of(browser, offer) == ""


def test_a_withheld_address_is_not_told_even_after_the_yes(
    browser: FlaskClient, register: Register, case: Request, clock: Clock
) -> None:
    ask_first(browser, case)
    consent(register, case, clock, status="refused", fields=["address", "position"])
    (offer,) = offers_of(register, case.id)
    assert TOWN not in text_of(browser, offer)
    assert answer_offer(browser, offer, "accepted") == 303
    text = text_of(browser, offer)
    assert SECRETS["name"] in text
    assert TOWN not in text


def test_that_it_left_is_in_the_trail(
    browser: FlaskClient, register: Register, case: Request
) -> None:
    ask_first(browser, case)
    (offer,) = offers_of(register, case.id)
    text_of(browser, offer)
    with Session(register.engine) as session:
        asked = select(AccessEvent).where(
            AccessEvent.deed == "export", AccessEvent.record_id == case.id
        )
        (event,) = session.scalars(asked)
    assert event.fields == ["activity", "constraints", "town", "wanted_from"]
    assert event.facts == {"recipient": "supporter"}


def test_an_offer_that_is_over_tells_nothing(
    browser: FlaskClient, register: Register, case: Request
) -> None:
    ask_first(browser, case, "declined:busy")
    (offer,) = offers_of(register, case.id)
    assert text_of(browser, offer) == ""
