from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cbor2
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from flask.testing import FlaskClient
from pyotp.totp import TOTP
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from geo.errors import NotFound
from tests.doors import PASSWORD, Clock, client_of, form_token, give_app, make_account, send
from webapp.accounts import factors, staffing
from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.accounts.staffing import Post
from webapp.accounts.throttle import Throttle
from webapp.cli import main
from webapp.faults import InvitationWrong, LastAdministrator, SignInWrong, TooManyTries
from webapp.register.house import Register
from webapp.register.opening import make_register
from webapp.register.records import StaffAccount
from webapp.register.records.credential import Credential
from webapp.register.records.invitation import Invitation
from webapp.register.trail.access_event import AccessEvent


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fresh(make_app: object, clock: Clock) -> Flask:
    """An application that requires a second factor, with a clock that the test moves."""
    app: Flask = make_app()  # type: ignore[operator]
    app.extensions["clock"] = clock
    return app


@pytest.fixture
def house(fresh: Flask) -> Register:
    return fresh.extensions["register"]


@pytest.fixture
def account(house: Register) -> StaffAccount:
    login = f"sato{datetime.now(UTC).timestamp()}"
    return make_account(house, "consultant", login=login, password=PASSWORD)


@pytest.fixture
def administrator(fresh: Flask, house: Register) -> FlaskClient:
    return client_of(fresh, make_account(house, "administrator"))


def shown_code(page: str) -> str:
    found = re.search(r'<code class="key huge">([a-z0-9-]+)</code>', page)
    assert found is not None
    return found.group(1)


def accept(app: Flask, code: str, login: str, password: str = PASSWORD) -> FlaskClient:
    client = app.test_client()
    answer = send(client, "/invitation/", code=code, login=login, password=password)
    assert (answer.status_code, answer.location) == (303, "/account/second-factor"), answer.text
    return client


# Codes of an app ---------------------------------------------------------------


def test_a_code_opens_once_and_only_near_its_time(
    house: Register, account: StaffAccount, clock: Clock
) -> None:
    app = TOTP(give_app(house, account))
    code = app.at(clock.now)
    for wrong in ("000000" if code != "000000" else "111111", "", code[:5], app.at(0)):
        with pytest.raises(SignInWrong):
            factors.take_code(house, account, wrong, clock.now)
    assert factors.take_code(house, account, code, clock.now) == "totp"
    with pytest.raises(SignInWrong):
        factors.take_code(house, account, code, clock.now)
    clock.move(seconds=60)
    late = app.at(clock.now)
    clock.move(seconds=30)
    assert factors.take_code(house, account, f" {late[:3]} {late[3:]}", clock.now) == "totp"
    later = app.at(clock.now.timestamp() + 3600)
    with pytest.raises(SignInWrong):
        factors.take_code(house, account, later, clock.now)


def test_an_earlier_code_does_not_open_after_a_later_one(
    house: Register, account: StaffAccount, clock: Clock
) -> None:
    app = TOTP(give_app(house, account))
    early, late = app.at(clock.now), app.at(clock.now + timedelta(seconds=30))
    factors.take_code(house, account, late, clock.now)
    with pytest.raises(SignInWrong):
        factors.take_code(house, account, early, clock.now)


def test_a_code_on_paper_opens_once_and_is_kept_as_a_hash(
    house: Register, account: StaffAccount, clock: Clock
) -> None:
    codes = factors.make_recovery_codes(house, account, clock.now)
    assert len(set(codes)) == 10
    with Session(house.engine) as session:
        kept = session.scalars(select(Credential.secret).where(Credential.kind == "recovery")).all()
    assert not set(codes) & set(kept)
    assert factors.take_code(house, account, codes[0].upper(), clock.now) == "recovery"
    with pytest.raises(SignInWrong):
        factors.take_code(house, account, codes[0], clock.now)
    assert factors.codes_left(house, account) == 9
    factors.make_recovery_codes(house, account, clock.now)
    with pytest.raises(SignInWrong):
        factors.take_code(house, account, codes[1], clock.now)


def test_the_second_factor_opens_the_desk_and_changes_the_session(
    fresh: Flask, house: Register, account: StaffAccount, clock: Clock
) -> None:
    app = TOTP(give_app(house, account))
    client = fresh.test_client()
    send(client, "/sign-in", login=account.login, password=PASSWORD)
    before = client.get_cookie("staff")
    assert send(client, "/sign-in/second/", code="nonsense").status_code == 403
    assert client.get("/desk/").status_code == 303
    answer = send(client, "/sign-in/second/", code=app.at(clock.now))
    assert (answer.status_code, answer.location) == (303, "/desk/")
    assert client.get_cookie("staff") != before
    assert client.get("/desk/").status_code == 200


def test_guessing_codes_is_throttled_whatever_browser_it_comes_from(
    fresh: Flask, house: Register, account: StaffAccount, clock: Clock
) -> None:
    app = TOTP(give_app(house, account))
    for _ in range(8):
        client = client_of(fresh, account, second=False)
        assert send(client, "/sign-in/second/", code="nonsense").status_code == 403
    client = client_of(fresh, account, second=False)
    assert send(client, "/sign-in/second/", code=app.at(clock.now)).status_code == 429


def test_setting_an_app_up_shows_codes_for_paper_once(
    fresh: Flask, account: StaffAccount, clock: Clock
) -> None:
    client = client_of(fresh, account, second=False)
    assert client.get("/desk/").location == "/account/second-factor"
    page = send(client, "/account/app").text
    found = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)
    assert found is not None
    assert 'src="data:image/svg+xml' in page
    secret = found.group(1).replace(" ", "")
    assert send(client, "/account/app/code", code="nonsense").status_code == 403
    page = send(client, "/account/app/code", code=TOTP(secret).at(clock.now)).text
    codes = re.findall(r'<code class="key">([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</code>', page)
    assert len(codes) == 10
    assert client.get("/desk/").status_code == 200
    assert codes[0] not in client.get("/account/second-factor").text


# Passkeys ------------------------------------------------------------------------


class Key:
    """A key as a telephone holds it: made for one site, counting what it signs."""

    def __init__(self, origin: str = "http://localhost", site: str = "localhost") -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id, self.count = b"key-" + os.urandom(32), 0
        self.origin, self.site = origin, site

    def make(self, options: dict[str, object]) -> dict[str, object]:
        numbers = self.private.public_key().public_numbers()
        public = cbor2.dumps(
            {
                1: 2,
                3: -7,
                -1: 1,
                -2: numbers.x.to_bytes(32),
                -3: numbers.y.to_bytes(32),
            }
        )
        held = bytes(16) + len(self.id).to_bytes(2) + self.id + public
        attested = {"fmt": "none", "attStmt": {}, "authData": self._about(0x41) + held}
        client = self._client("webauthn.create", options)
        return self._answer(clientDataJSON=client, attestationObject=cbor2.dumps(attested))

    def sign(self, options: dict[str, object]) -> dict[str, object]:
        self.count += 1
        client, about = self._client("webauthn.get", options), self._about(0x01)
        signed = about + hashlib.sha256(client).digest()
        signature = self.private.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=about, signature=signature)

    def _about(self, flags: int) -> bytes:
        site = hashlib.sha256(self.site.encode()).digest()
        return site + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, kind: str, options: dict[str, object]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _answer(self, **response: bytes) -> dict[str, object]:
        return {
            "id": in_letters(self.id),
            "rawId": in_letters(self.id),
            "type": "public-key",
            "response": {name: in_letters(value) for name, value in response.items()},
        }


def in_letters(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def post(client: FlaskClient, path: str, body: object = None) -> TestResponse:
    return client.post(path, json=body or {}, headers={"X-CSRF": form_token(client)})


def give_key(app: Flask, account: StaffAccount, key: Key) -> FlaskClient:
    client = client_of(app, account, second=False)
    answer = post(
        client, "/account/passkey", key.make(post(client, "/account/passkey/options").json)
    )
    assert answer.status_code == 200, answer.json
    return client


def test_a_passkey_is_set_up_and_opens(fresh: Flask, account: StaffAccount) -> None:
    key = Key()
    assert give_key(fresh, account, key).get("/desk/").status_code == 200
    client = client_of(fresh, account, second=False)
    assert client.get("/desk/").location == "/sign-in/second/"
    options = post(client, "/sign-in/second/passkey/options").json
    assert options is not None
    assert [one["id"] for one in options["allowCredentials"]] == [in_letters(key.id)]
    answer = post(client, "/sign-in/second/passkey", key.sign(options))
    assert (answer.status_code, answer.json) == (200, {"to": "/desk/"})
    assert client.get("/desk/").status_code == 200


def test_taking_a_lost_telephone_away_signs_out_elsewhere(
    fresh: Flask, house: Register, account: StaffAccount
) -> None:
    give_app(house, account)
    here, thief = client_of(fresh, account), client_of(fresh, account)
    assert thief.get("/desk/").status_code == 200
    (lost,) = factors.factors_of(house, account)
    send(here, f"/account/second-factor/{lost.id}/remove")
    assert factors.factors_of(house, account) == []
    assert (here.get("/desk/").status_code, thief.get("/desk/").status_code) == (200, 303)


def test_a_passkey_signs_each_challenge_once(fresh: Flask, account: StaffAccount) -> None:
    key = Key()
    give_key(fresh, account, key)
    client = client_of(fresh, account, second=False)
    signed = key.sign(post(client, "/sign-in/second/passkey/options").json)
    assert post(client, "/sign-in/second/passkey", signed).status_code == 200
    thief = client_of(fresh, account, second=False)
    assert post(thief, "/sign-in/second/passkey", signed).status_code == 403
    post(thief, "/sign-in/second/passkey/options")
    assert post(thief, "/sign-in/second/passkey", signed).status_code == 403


def test_a_key_that_is_kept_already_is_not_kept_again(
    fresh: Flask, house: Register, account: StaffAccount
) -> None:
    key = Key()
    give_key(fresh, account, key)
    client = client_of(fresh, make_account(house, "consultant"), second=False)
    made = key.make(post(client, "/account/passkey/options").json)
    assert post(client, "/account/passkey", made).status_code == 403


def test_a_wrong_answer_uses_the_challenge_up(fresh: Flask, account: StaffAccount) -> None:
    key, stranger = Key(), Key()
    give_key(fresh, account, key)
    client = client_of(fresh, account, second=False)
    options = post(client, "/sign-in/second/passkey/options").json
    assert post(client, "/sign-in/second/passkey", stranger.sign(options)).status_code == 403
    assert post(client, "/sign-in/second/passkey", key.sign(options)).status_code == 403


def test_a_passkey_of_another_site_or_account_does_not_open(
    fresh: Flask, house: Register, account: StaffAccount
) -> None:
    key = Key()
    give_key(fresh, account, key)
    client = client_of(fresh, account, second=False)
    phished = Key("https://evil.example")
    phished.private, phished.id, phished.count = key.private, key.id, 5
    options = post(client, "/sign-in/second/passkey/options").json
    assert post(client, "/sign-in/second/passkey", phished.sign(options)).status_code == 403
    other = make_account(house, "consultant")
    theirs = Key()
    give_key(fresh, other, theirs)
    options = post(client, "/sign-in/second/passkey/options").json
    assert post(client, "/sign-in/second/passkey", theirs.sign(options)).status_code == 403


def test_a_copied_passkey_is_noticed_by_its_count(fresh: Flask, account: StaffAccount) -> None:
    key = Key()
    give_key(fresh, account, key)
    for count, status in ((7, 200), (3, 403)):
        key.count = count
        client = client_of(fresh, account, second=False)
        options = post(client, "/sign-in/second/passkey/options").json
        assert post(client, "/sign-in/second/passkey", key.sign(options)).status_code == status


@pytest.mark.parametrize("body", [{}, {"id": 5}, {"id": "x", "response": {}}, {"id": "えー"}])
def test_nonsense_is_no_passkey(fresh: Flask, account: StaffAccount, body: object) -> None:
    give_key(fresh, account, Key())
    client = client_of(fresh, account, second=False)
    post(client, "/sign-in/second/passkey/options")
    assert post(client, "/sign-in/second/passkey", body).status_code == 403
    whole = client_of(fresh, account)
    post(whole, "/account/passkey/options")
    assert post(whole, "/account/passkey", body).status_code == 403


# Invitations ------------------------------------------------------------------------


def test_an_invitation_opens_an_account_once(
    fresh: Flask, house: Register, administrator: FlaskClient
) -> None:
    answer = send(
        administrator, "/admin/staff/invite", name="山田 花子", role="consultant", every="on"
    )
    code = shown_code(answer.text)
    with Session(house.engine) as session:
        kept = session.scalars(select(Invitation.digest)).all()
        told = session.scalars(select(AccessEvent.facts)).all()
    assert code not in kept
    assert code not in str(told)
    login = f"hanako{datetime.now(UTC).timestamp()}"
    accept(fresh, code.upper().replace("-", " "), login)
    again = send(fresh.test_client(), "/invitation/", code=code, login="x", password=PASSWORD)
    assert again.status_code == 403
    assert send(fresh.test_client(), "/sign-in", login=login, password=PASSWORD).status_code == 303


def test_an_invitation_ends_after_three_days(fresh: Flask, house: Register, clock: Clock) -> None:
    _, code = staffing.invite(house, at_the_terminal(), "", Post("planner"), clock.now)
    clock.move(hours=72, seconds=1)
    answer = send(fresh.test_client(), "/invitation/", code=code, login="late", password=PASSWORD)
    assert answer.status_code == 403
    assert "期限切れ" in answer.text


def test_what_is_wrong_with_login_or_password_leaves_the_code_good(
    fresh: Flask, house: Register, account: StaffAccount, clock: Clock
) -> None:
    _, code = staffing.invite(house, at_the_terminal(), "", Post("planner"), clock.now)
    client = fresh.test_client()
    for login, password, status in (
        ("ab", PASSWORD, 422),
        ("a b c d", PASSWORD, 422),
        ("fine.login", "password1234", 422),
        (account.login.upper(), PASSWORD, 409),
    ):
        sent = send(client, "/invitation/", code=code, login=login, password=password)
        assert sent.status_code == status, login
    accept(fresh, code, f"keiko{datetime.now(UTC).timestamp()}")


def test_a_new_code_for_a_lost_telephone_ends_what_was(
    fresh: Flask, house: Register, account: StaffAccount, administrator: FlaskClient
) -> None:
    give_app(house, account)
    signed_in = client_of(fresh, account)
    code = shown_code(send(administrator, f"/admin/staff/{account.id}/invite").text)
    assert signed_in.get("/desk/").status_code == 200
    client = accept(fresh, code, account.login, "うみねこ 朝もや 五つの坂")
    assert signed_in.get("/desk/").status_code == 303
    assert client.get("/account/second-factor").status_code == 200
    assert factors.factors_of(house, account) == []


def test_guessing_invitations_is_throttled(house: Register, clock: Clock) -> None:
    throttle = Throttle()
    for _ in range(24):
        with pytest.raises(InvitationWrong):
            staffing.accept_invitation(house, throttle, ("x", "y", "z"), "::1", clock.now)
    _, code = staffing.invite(house, at_the_terminal(), "", Post("planner"), clock.now)
    with pytest.raises(TooManyTries):
        staffing.accept_invitation(house, throttle, (code, "yyyy", PASSWORD), "::1", clock.now)


# The administrator's pages -----------------------------------------------------------


def test_the_administrator_suspends_and_lets_in_again(
    account: StaffAccount, administrator: FlaskClient
) -> None:
    assert account.name is not None
    assert account.name in administrator.get("/admin/staff/").text
    path = f"/admin/staff/{account.id}"
    assert send(administrator, f"{path}/status", status="suspended", version=account.version)
    page = administrator.get(path).text
    assert "停止中" in page
    assert 'value="active"' in page
    stale = send(administrator, f"{path}/status", status="active", version=account.version)
    assert stale.status_code == 409
    assert send(administrator, f"{path}/status", status="flying", version=1).status_code == 409


def test_a_change_of_post_is_in_the_trail_with_its_author(
    house: Register, account: StaffAccount, administrator: FlaskClient
) -> None:
    path = f"/admin/staff/{account.id}/post"
    sent = send(administrator, path, role="planner", every="on", version=account.version)
    assert sent.status_code == 303
    with Session(house.engine) as session:
        told = session.scalars(
            select(AccessEvent)
            .where(AccessEvent.record_id == account.id)
            .order_by(AccessEvent.sequence.desc())
        ).first()
    assert told is not None
    assert (told.deed, told.role, told.fields) == ("change", "administrator", ["role"])
    assert told.account != account.id


@pytest.mark.parametrize(
    "fields", [{"role": "terminal"}, {"role": "king"}, {"role": "planner", "district": "nowhere"}]
)
def test_nobody_is_given_what_there_is_not(
    account: StaffAccount, administrator: FlaskClient, fields: dict[str, str]
) -> None:
    path = f"/admin/staff/{account.id}/post"
    assert send(administrator, path, version=account.version, **fields).status_code in {404, 422}


def test_a_consultant_changes_nobodys_post(house: Register, account: StaffAccount) -> None:
    asked = viewer_of("consultant", account.id, None)
    with pytest.raises(NotFound):
        staffing.change_post(house, asked, account.id, account.version, Post("administrator"))


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Register]:
    """A register of its own with no account."""
    with make_register(tmp_path / "alone", PASSWORD) as made:
        yield made


def test_the_last_administrator_stays(alone: Register) -> None:
    by, only = at_the_terminal(), make_account(alone, "administrator")
    for status in ("suspended", "left"):
        with pytest.raises(LastAdministrator):
            staffing.change_status(alone, by, only.id, only.version, status)
    with pytest.raises(LastAdministrator):
        staffing.change_post(alone, by, only.id, only.version, Post("planner"))
    make_account(alone, "administrator")
    staffing.change_status(alone, by, only.id, only.version, "left")


# At the terminal -----------------------------------------------------------------------


def run(*words: str) -> str:
    result = CliRunner().invoke(main, ["--lang", "en", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_terminal_invites_and_makes_tokens(fresh: Flask, folder: Path) -> None:
    place = ("--workspace", str(folder))
    said = run("invite", "--role", "administrator", *place)
    code = said.removeprefix("Invitation code: ").strip()
    accept(fresh, code, f"first{datetime.now(UTC).timestamp()}")
    token = run("token", "new", "--role", "consultant", "--label", "bench", *place).strip()
    header = {"Authorization": f"Bearer {token}"}
    path = "/api/v1/staff/map/households"
    assert fresh.test_client().get(path, headers=header).status_code == 200
    row = next(row for row in run("token", "list", *place).splitlines() if "bench" in row)
    run("token", "revoke", row.split()[0], *place)
    assert fresh.test_client().get(path, headers=header).status_code == 401
    assert token not in row
