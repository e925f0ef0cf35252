from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.asked import OF_DISTRICT, OF_THE_HOUSE, Asked
from tests.doors import client_of, form_token, give_app, make_account
from webapp.accounts.gate import EVERYBODY, POLICY, SECOND, SET_UP
from webapp.accounts.policy import ROLES, Role, at_the_terminal
from webapp.register.change import Change
from webapp.register.house import Register
from webapp.register.records import (
    Consultation,
    District,
    Household,
    LedgerEntry,
    Meeting,
    Offer,
    Person,
    Record,
    Referral,
    Reminder,
    Request,
    Series,
    Study,
    Supporter,
    SurveyAnswer,
    Visit,
    Workshop,
)

PEOPLE: tuple[Role, ...] = tuple(r for r in ROLES if r not in {"public", "terminal", "participant"})
VALUES = {
    "identity": "x", "name": "households", "digest": "0", "first": "web", "z": 1, "x": 1, "y": 1,
    "plural": "offers", "item": "item-1",
}  # fmt: skip
LIKELY = "1"
"""Stands for what a route takes that the table above does not name."""


EVERY_DISTRICT = {("admin.show_history", "administrator"), ("admin.send_history", "administrator")}
"""Who is asked for any resident's access history, which holds nothing of the record."""

SIGNS_OUT = {"accounts.sign_out", "own.change_password"}
"""These end the session, so each case has one of its own."""


def endpoints() -> list[str]:
    return sorted(POLICY)


def address(app: Flask, endpoint: str, identity: str = "x") -> tuple[str, str]:
    rule = next(app.url_map.iter_rules(endpoint))
    method = next(m for m in ("GET", "POST", "PUT", "PATCH", "DELETE") if m in (rule.methods or ()))
    asked = OF_DISTRICT.get(endpoint)
    values = VALUES | {"identity": identity, "person_id": identity}
    values |= {} if asked is None else asked.values
    wanted = {name: values.get(name, LIKELY) for name in rule.arguments}
    return method, app.url_map.bind("localhost").build(endpoint, wanted, method=method)


def call(client: FlaskClient, app: Flask, endpoint: str, identity: str = "x") -> TestResponse:
    method, path = address(app, endpoint, identity)
    headers = {"X-CSRF": form_token(client)} if method != "GET" else {}
    asked = OF_DISTRICT.get(endpoint, Asked(Household))
    sent = {"data": asked.form} if asked.form is not None else {"json": asked.body}
    return client.open(path + asked.query, method=method, headers=headers, **sent)


@pytest.fixture(scope="module")
def districts(app: Flask) -> tuple[str, str]:
    """Two districts of the town that have households."""
    register: Register = app.extensions["register"]
    with Session(register.engine) as session:
        asked = select(District.id).join(Household, Household.district_id == District.id)
        first, second, *_ = sorted(set(session.scalars(asked)))
    return first, second


@pytest.fixture(scope="module")
def people(app: Flask, districts: tuple[str, str]) -> dict[str, FlaskClient]:
    """One signed-in browser for each role, all of the first district."""
    register: Register = app.extensions["register"]
    return {role: client_of(app, make_account(register, role, [districts[0]])) for role in PEOPLE}


@pytest.fixture(scope="module")
def records(app: Flask, districts: tuple[str, str]) -> dict[tuple[type[Record], str], str]:
    """The id of a household, a person and a consultation of each district."""
    register: Register = app.extensions["register"]
    found: dict[tuple[type[Record], str], str] = {}
    with register.change(at_the_terminal(), "matching", "test") as change:
        for district in districts:
            of_district = select(Household.id).where(Household.district_id == district)
            household = change.session.scalars(of_district).first()
            assert household is not None
            found[Household, district] = household
            person = change.add(
                Person, household_id=household, district_id=district, name="試し", source="self"
            )
            change.session.flush()
            made: list[Record] = [
                person,
                change.add(Consultation, district_id=district, received_at=datetime.now(UTC)),
                change.add(
                    Referral, person_id=person.id, district_id=district, recipient="ward_office"
                ),
                change.add(
                    Workshop, title="試し", held_on=date(2026, 6, 1), kind="drawing",
                    basis="empty", code="abcd-efgh", keep_until=date(2026, 7, 1), too_many=5,
                    district_id=district,
                ),
                change.add(
                    Study, title="試し", question={}, changes=[], data_version=1, figures={},
                    district_id=district,
                ),
                change.add(Reminder, on=date(2026, 6, 1), text="試し", district_id=district),
                change.add(
                    Meeting, district_id=district, met_at=datetime.now(UTC), kind="liaison",
                    cards=[{"worry": "x", "who": "y", "by": None, "done": False}],
                ),
                change.add(
                    Request, person_id=person.id, household_id=household, district_id=district,
                    activity="garbage",
                ),
            ]  # fmt: skip
            helper = change.add(Supporter, district_id=district, activities=["garbage"])
            change.session.flush()
            made.append(
                change.add(
                    Offer, request_id=made[-1].id, supporter_id=helper.id, district_id=district
                )
            )
            made.append(
                change.add(
                    SurveyAnswer, survey="試し", name="回答", contact=True, willing=["garbage"],
                    needs=["garbage"], district_id=district,
                )
            )  # fmt: skip
            change.session.flush()
            asked = next(one for one in made if isinstance(one, Request))
            made += keep_work(change, asked.id, helper.id, district)
            made.append(helper)
            change.session.flush()
            found |= {(type(one), district): one.id for one in made}
            found[District, district] = district
        change.add(Supporter, id="s-asked", district_id=districts[0], activities=["garbage"])
    return found


def keep_work(change: Change, request: str, helper: str, district: str) -> list[Record]:
    """A series, a visit and what it cost."""
    about = {"request_id": request, "supporter_id": helper, "district_id": district}
    now = datetime.now(UTC)
    made: list[Record] = [
        change.add(Series, rule="FREQ=WEEKLY;BYDAY=MO", starts_at=now, **about),
        change.add(Visit, planned_at=now, **about),
        change.add(
            LedgerEntry, district_id=district, on=now.date(), unit="yen", amount=1,
            debit="person:x", credit=f"district:{district}",
        ),
    ]  # fmt: skip
    return made


def test_every_endpoint_has_an_entry_and_every_entry_an_endpoint(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(POLICY)


def test_nothing_is_listed_for_roles_that_are_none() -> None:
    assert all(roles <= EVERYBODY for roles in POLICY.values())
    assert set(POLICY) >= SECOND | SET_UP


@pytest.mark.parametrize("endpoint", endpoints())
def test_whoever_has_not_signed_in_is_led_to_the_door(
    app: Flask, client: FlaskClient, endpoint: str
) -> None:
    answer = call(client, app, endpoint)
    if "public" in POLICY[endpoint]:
        assert answer.status_code != 401, endpoint
        assert answer.location != "/sign-in" or endpoint.startswith("accounts."), endpoint
    elif address(app, endpoint)[1].startswith("/api/"):
        assert answer.status_code == 401
        assert answer.content_type == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    else:
        assert (answer.status_code, answer.location) == (303, "/sign-in")


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("endpoint", endpoints())
def test_a_role_opens_what_the_table_says_and_nothing_else(
    app: Flask, people: dict[str, FlaskClient], endpoint: str, role: Role
) -> None:
    register: Register = app.extensions["register"]
    ends = endpoint in SIGNS_OUT and role in POLICY[endpoint]
    client = client_of(app, make_account(register, role)) if ends else people[role]
    answer = call(client, app, endpoint)
    if role in POLICY[endpoint]:
        assert answer.status_code != 401, endpoint
        assert answer.location != "/sign-in", endpoint
        assert "あなたの役割では、このページを開けません".encode() not in answer.data, endpoint
        assert answer.status_code < 500, endpoint
    else:
        assert answer.status_code == 403, endpoint
        assert "あなたの役割では、このページを開けません" in answer.text


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("endpoint", sorted(OF_DISTRICT))
def test_a_record_of_another_district_is_as_one_that_is_not_there(
    app: Flask,
    people: dict[str, FlaskClient],
    districts: tuple[str, str],
    records: dict[tuple[type[Record], str], str],
    endpoint: str,
    role: Role,
) -> None:
    own, other = (records[OF_DISTRICT[endpoint].record, district] for district in districts)
    absent = f"{other[:-3]}zzz"
    theirs = call(people[role], app, endpoint, other)
    missing = call(people[role], app, endpoint, absent)
    if (endpoint, role) not in EVERY_DISTRICT:
        assert theirs.status_code == missing.status_code
        assert theirs.text.replace(other, absent) == missing.text
    if role in POLICY[endpoint]:
        assert missing.status_code == 404
        answer = call(people[role], app, endpoint, own)
        assert answer.status_code in {200, 303, 409}, "409: another case changed it meanwhile"
    else:
        assert missing.status_code == 403


def test_every_endpoint_with_an_id_says_whose_records_it_is_about(app: Flask) -> None:
    """One who adds an endpoint that names a record says here how it keeps districts apart."""
    ids = {"identity", "person_id", "copy_id"}
    named = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if ids & rule.arguments and "public" not in POLICY[rule.endpoint]
    }
    assert named == set(OF_DISTRICT) | OF_THE_HOUSE
    spoken = {name for rule in app.url_map.iter_rules() for name in rule.arguments}
    assert spoken - ids == {
        "name", "digest", "first", "z", "x", "y", "plural", "secret", "seat", "item",
        "scan", "number",
    }  # fmt: skip


@pytest.mark.parametrize("endpoint", endpoints())
def test_half_signed_in_one_reaches_only_the_second_factor(
    endpoint: str, halves: dict[str, FlaskClient], app: Flask
) -> None:
    for stage, mine in (("second", SECOND), ("set_up", SET_UP)):
        answer = call(halves[stage], app, endpoint)
        if endpoint in mine or "public" in POLICY[endpoint]:
            assert answer.status_code not in {401, 500}, endpoint
        elif address(app, endpoint)[1].startswith("/api/"):
            assert answer.status_code == 401, endpoint
        else:
            door = "/sign-in/second/" if stage == "second" else "/account/second-factor"
            assert (answer.status_code, answer.location) == (303, door), endpoint


@pytest.fixture
def halves(app: Flask) -> dict[str, FlaskClient]:
    """Browsers whose second factor is awaited, or has to be set up."""
    register: Register = app.extensions["register"]
    with_app = make_account(register, "administrator")
    give_app(register, with_app)
    without = make_account(register, "administrator")
    return {
        "second": client_of(app, with_app, second=False),
        "set_up": client_of(app, without, second=False),
    }


def test_an_endpoint_without_an_entry_is_refused(make_app: object) -> None:
    app: Flask = make_app()  # type: ignore[operator]
    app.add_url_rule("/new", "new", lambda: "secret")
    assert app.test_client().get("/new").status_code == 404


def test_what_the_public_may_call_is_written_down_here_too() -> None:
    assert {name for name, roles in POLICY.items() if "public" in roles} == {
        "health", "assets.send", "basemap.tile", "language.choose",
        "accounts.sign_in", "accounts.take_password", "accounts.sign_out",
        "invited.show", "invited.accept",
        "public.show_map", "api.describe", "api.coverage", "api.statistics",
        "api.public_layer", "feeds.send", "joining.show", "joining.join",
    }  # fmt: skip


def test_another_host_name_is_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_every_form_carries_the_token(people: dict[str, FlaskClient]) -> None:
    client = people["administrator"]
    token = form_token(client)
    for path in (
        "/",
        "/account/",
        "/account/second-factor",
        "/admin/staff/",
        "/admin/staff/invite",
    ):
        page = client.get(path).text
        forms = len(re.findall(r"<form[^>]*method=\"post\"", page))
        assert forms, path
        assert page.count(f'name="csrf" value="{token}"') == forms, path


@pytest.mark.parametrize("given", ["", "0" * 64, "鍵"])
def test_a_form_without_this_sessions_token_is_refused(
    people: dict[str, FlaskClient], given: str
) -> None:
    client = people["consultant"]
    answer = client.post("/account/elsewhere", data={"csrf": given})
    assert answer.status_code == 403
    assert "このページは古くなりました" in answer.text
    path = "/api/v1/households/search"
    assert client.post(path, json={"text": "x"}).status_code == 403
    token = {"X-CSRF": form_token(client)}
    assert client.post(path, json={"text": "x"}, headers=token).status_code == 200


def test_another_sessions_token_does_not_fit(people: dict[str, FlaskClient]) -> None:
    stolen = form_token(people["planner"])
    answer = people["consultant"].post("/account/elsewhere", data={"csrf": stolen})
    assert answer.status_code == 403
