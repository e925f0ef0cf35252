from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

PATHS = ("/", "/sign-in", "/healthz", "/nope", "/api/nope", "/api/openapi.json", "/api/v1/coverage")


@pytest.mark.parametrize("path", PATHS)
def test_every_response_says_what_may_be_loaded(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_the_nonce_is_new_each_time_and_on_every_script(client: FlaskClient) -> None:
    pages = [client.get("/") for _ in range(2)]
    nonces = [
        re.findall(r"'nonce-([^']+)'", p.headers["Content-Security-Policy"])[0] for p in pages
    ]
    assert nonces[0] != nonces[1]
    assert "style=" not in pages[0].text
    assert not re.search(r"\son\w+=", pages[0].text)


def test_personal_data_is_kept_by_no_cache(client: FlaskClient, bearer: dict[str, str]) -> None:
    for path in ("/desk/", "/api/v1/staff/map/households", "/api/v1/coverage"):
        answer = client.get(path, headers=bearer)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), path


def test_assets_are_kept_for_ever_and_an_old_address_is_gone(
    app: Flask, client: FlaskClient
) -> None:
    path = re.findall(r'href="(/assets/[^"]+base.css)"', client.get("/").text)[0]
    assert "immutable" in client.get(path, buffered=True).headers["Cache-Control"]
    assert client.get(path.replace(app.config["ASSET_DIGEST"], "0" * 12)).status_code == 404
    assert client.get(f"/assets/{app.config['ASSET_DIGEST']}/web/../settings.py").status_code == 404
    assert client.get(f"/assets/{app.config['ASSET_DIGEST']}/map/test/x.js").status_code == 404


def test_a_host_that_is_not_ours_is_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/healthz", headers={"Host": "127.0.0.1:8000"}).status_code == 200


def test_a_large_body_is_refused(client: FlaskClient) -> None:
    assert client.post("/sign-in", data={"login": "x" * 100_000}).status_code == 413


def test_https_is_said_where_it_is_set(make_app: object) -> None:
    app: Flask = make_app(https=True)  # type: ignore[operator]
    assert "Strict-Transport-Security" in app.test_client().get("/healthz").headers
