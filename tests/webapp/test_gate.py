from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from webapp.accounts.gate import POLICY

VALUES = {
    "identity": "x", "name": "households", "digest": "0", "first": "web", "z": 1, "x": 1, "y": 1,
}  # fmt: skip


def address(app: Flask, endpoint: str) -> tuple[str, str]:
    rule = next(app.url_map.iter_rules(endpoint))
    method = "POST" if "POST" in (rule.methods or ()) else "GET"
    wanted = {name: VALUES[name] for name in rule.arguments}
    return method, app.url_map.bind("localhost").build(endpoint, wanted, method=method)


def test_every_endpoint_has_an_entry_and_every_entry_an_endpoint(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(POLICY)


def test_staff_endpoints_are_closed_to_others(app: Flask, client: FlaskClient) -> None:
    for endpoint in (name for name, audience in POLICY.items() if audience == "staff"):
        method, path = address(app, endpoint)
        answer = client.open(path, method=method)
        if path.startswith("/api/"):
            assert answer.status_code == 401, path
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        else:
            assert (answer.status_code, answer.location) == (303, "/sign-in"), path


def test_staff_endpoints_open_for_the_key(
    app: Flask, client: FlaskClient, bearer: dict[str, str]
) -> None:
    for endpoint in (name for name, audience in POLICY.items() if audience == "staff"):
        method, path = address(app, endpoint)
        answer = client.open(path, method=method, headers=bearer)
        assert answer.status_code not in {303, 401, 403}, path


def test_an_endpoint_without_an_entry_is_refused(make_app: object) -> None:
    app: Flask = make_app()  # type: ignore[operator]
    app.add_url_rule("/new", "new", lambda: "secret")
    assert app.test_client().get("/new").status_code == 404


def test_what_the_public_may_call_is_written_down_here_too() -> None:
    assert {name for name, audience in POLICY.items() if audience == "public"} == {
        "health", "assets.send", "basemap.tile", "language.choose",
        "accounts.sign_in", "accounts.check_key_form", "accounts.sign_out",
        "public.show_map", "api.describe", "api.coverage", "api.public_layer",
    }  # fmt: skip
