"""The pages of a call: the form, its draft, who is alike, the case that comes of it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.doors import client_of, form_token, make_account, send
from webapp.register.house import Register
from webapp.register.records import District, Person, Request, StaffAccount

NEW = "/desk/calls/new"


@pytest.fixture(scope="module")
def app(own_app: Flask) -> Flask:
    """A call writes households down."""
    return own_app


@pytest.fixture(scope="module")
def register(app: Flask) -> Register:
    return app.extensions["register"]


@pytest.fixture(scope="module")
def district(register: Register) -> str:
    with Session(register.engine) as session:
        return str(session.scalars(select(District.id).order_by(District.id)).first())


@pytest.fixture(scope="module")
def account(register: Register) -> StaffAccount:
    return make_account(register, "consultant")


@pytest.fixture
def desk(app: Flask, account: StaffAccount) -> FlaskClient:
    """A consultant of every district."""
    return client_of(app, account)


def post(client: FlaskClient, path: str, content: object) -> TestResponse:
    return client.post(path, json=content, headers={"X-CSRF": form_token(client)})


def call_of(name: str, district: str, **more: object) -> dict[str, object]:
    told: dict[str, object] = {
        "name": name, "district_id": district, "r0_activity": "garbage", "r0_weekday": ["TU", "FR"],
        "r0_from": "7:00", "r0_to": "8:30", "rows": "1", "channel": "phone",
    }  # fmt: skip
    return told | more


def test_a_call_leads_to_the_case_it_made(desk: FlaskClient, district: str) -> None:
    told = call_of("初見　一", district, birth_text="昭和13年5月1日", summary="膝が痛い")
    answer = send(desk, NEW, **told)
    assert answer.status_code == 303
    page = desk.get(answer.location).text
    for said in ("初見　一", "火・金", "07:00–08:30", "膝が痛い", "受付", "相談を受けました"):
        assert said in page, said


def test_a_call_without_a_request_leads_to_the_consultation(
    desk: FlaskClient, district: str
) -> None:
    answer = send(desk, NEW, district_id=district, summary="道を尋ねられた", rows="1")
    assert answer.location.startswith("/desk/consultations/")
    assert "道を尋ねられた" in desk.get(answer.location).text


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(desk: FlaskClient, district: str) -> None:
    told = call_of("失わない", district, r0_activity="other", birth_text="昔")
    answer = send(desk, NEW, **told)
    assert answer.status_code == 422
    assert "生年月日は" in answer.text
    assert 'value="失わない"' in answer.text
    answer = send(desk, NEW, **(told | {"birth_text": ""}))
    assert "くわしい内容も書いてください" in answer.text


def test_one_request_more_without_a_script(desk: FlaskClient, district: str) -> None:
    page = send(desk, NEW, **call_of("二件　太郎", district, do="more")).text
    assert page.count('name="r1_activity"') == 9
    assert 'value="二件　太郎"' in page
    told = call_of("二件　太郎", district, rows="2", r1_activity="errand")
    answer = send(desk, NEW, **told)
    assert "同じ方のほかの困りごと" in desk.get(answer.location).text


def test_searching_without_a_script(desk: FlaskClient, district: str) -> None:
    send(desk, NEW, **call_of("探子　花", district, kana="サガシコ　ハナ"))
    page = send(desk, NEW, do="search", search="sagashiko", rows="1").text
    assert re.search(r'type="radio" name="person_id" value="p-\w+"', page)
    assert "探子　花" in page


def test_people_are_searched_by_post_and_nothing_stands_in_an_address(
    desk: FlaskClient, district: str
) -> None:
    send(desk, NEW, **call_of("早川　澄", district, kana="ハヤカワ　スミ", phone="093-222-3333"))
    answer = post(desk, "/desk/calls/people", {"text": "hayakawa"})
    (found,) = answer.get_json()["people"]
    assert (found["name"], found["phone"]) == ("早川　澄", "093-222-3333")
    assert answer.headers["Cache-Control"] == "no-store"
    assert desk.get("/desk/calls/people?text=x").status_code == 405
    assert post(desk, "/desk/calls/people", {"text": 7}).status_code == 400
    assert post(desk, "/desk/calls/people", []).status_code == 400


def test_a_draft_is_open_again_until_it_is_thrown_away(
    app: Flask, desk: FlaskClient, account: StaffAccount, register: Register
) -> None:
    said = {"name": ["書きかけ　子"], "rows": ["2"], "r1_activity": ["errand"]}
    kept = post(desk, "/desk/calls/draft", said)
    assert re.fullmatch(r"\d\d:\d\d", kept.get_json()["time"])
    another_browser = client_of(app, account)
    page = another_browser.get(NEW).text
    assert 'value="書きかけ　子"' in page
    assert 'name="r1_activity" value="errand" checked' in page
    assert "途中の下書き" in page
    colleague = client_of(app, make_account(register, "consultant"))
    assert "書きかけ" not in colleague.get(NEW).text
    send(desk, "/desk/calls/draft/drop")
    assert "書きかけ" not in desk.get(NEW).text


def test_a_call_that_is_kept_ends_the_draft(desk: FlaskClient, district: str) -> None:
    post(desk, "/desk/calls/draft", {"name": ["送った　子"]})
    send(desk, NEW, **call_of("送った　子", district))
    assert "送った" not in desk.get(NEW).text


def test_who_is_alike_is_shown_before_a_new_person_is_made(
    desk: FlaskClient, district: str, register: Register
) -> None:
    told = call_of("双葉　一", district, phone="093-777-8888")
    send(desk, NEW, **told)
    with Session(register.engine) as session:
        (first,) = session.scalars(select(Person.id).where(Person.name == "双葉　一"))
    again = send(desk, NEW, **(told | {"name": "双葉　ー"}))
    assert again.status_code == 409
    assert "電話番号が同じ" in again.text
    assert f'value="is:{first}"' in again.text
    settled = send(desk, NEW, **(told | {"alike": f"is:{first}"}))
    assert settled.status_code == 303
    with Session(register.engine) as session:
        request = session.get(Request, settled.location.rsplit("/", 1)[1])
        assert request is not None
        assert request.person_id == first
    assert send(desk, NEW, **(told | {"alike": "new"})).status_code == 303
    with Session(register.engine) as session:
        assert len(session.scalars(select(Person.id).where(Person.name == "双葉　一")).all()) == 2


def test_a_stale_version_shows_both(desk: FlaskClient, district: str) -> None:
    page = send(desk, NEW, **call_of("二人　同時", district)).location
    version = re.search(r'name="version" value="(\d+)"', desk.get(f"{page}/wishes").text)
    assert version is not None
    first = send(desk, f"{page}/wishes", version=version[1], activity="errand", sub_reason="牛乳")
    assert first.status_code == 303
    second = send(desk, f"{page}/wishes", version=version[1], activity="cleaning")
    assert second.status_code == 409
    assert "牛乳" in second.text
    assert "掃除" in second.text
    assert "代行（買物等）" in desk.get(page).text


@pytest.mark.parametrize("name", ["requests", "consultations"])
def test_the_lists_sort_and_filter(desk: FlaskClient, district: str, name: str) -> None:
    send(desk, NEW, **call_of("一覧　子", district))
    page = desk.get(f"/desk/lists/{name}?district={district}").text
    assert "一覧　子" in page
    over = {"requests": "open=over", "consultations": "status=closed"}[name]
    assert "一覧　子" not in desk.get(f"/desk/lists/{name}?{over}").text
