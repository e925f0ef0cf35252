"""Nobody's name, address, id or position is in anything the public can get."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from geo.sample import Town
from webapp import create_app
from webapp.accounts.staff_key import make_key
from webapp.covering import PUBLIC_MINUTES, hide
from webapp.settings import Settings
from webapp.workspace import Workspace

CANARY = "カナリア"
PATHS = (
    "/", "/sign-in", "/healthz", "/nope", "/api/openapi.json", "/api/v1/coverage",
    *(f"/api/v1/coverage?within={minutes:g}&activity=garbage" for minutes in PUBLIC_MINUTES),
    *(f"/api/v1/map/{name}" for name in (
        "districts", "streets", "places", "mesh", "households", "supporters", "links",
        "uncovered", "uncovered_areas", "population",
    )),
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_canary_sings(client: FlaskClient, path: str, lang: str) -> None:
    client.set_cookie("lang", lang)
    answer = client.get(path)
    body = (
        answer.data
        if answer.headers.get("Content-Encoding") != "gzip"
        else gzip.decompress(answer.data)
    )
    assert CANARY not in body.decode()
    assert "\\u30ab\\u30ca\\u30ea\\u30a2" not in body.decode().lower()
    assert CANARY not in str(answer.headers)


def test_the_canaries_sing_for_staff(client: FlaskClient, bearer: dict[str, str]) -> None:
    for name in ("households", "supporters", "links"):
        assert CANARY in client.get(f"/api/v1/staff/map/{name}", headers=bearer).text


def test_no_position_of_a_household_is_published(client: FlaskClient, town: Town) -> None:
    published = client.get("/").text + client.get("/api/v1/map/mesh").text
    published += client.get("/api/v1/coverage").text
    for point in town.households.geometry:
        assert f"{point.x:.6f}" not in published
        assert f"{point.y:.6f}" not in published


def test_the_page_says_that_it_is_invented_and_gives_its_sources(client: FlaskClient) -> None:
    text = client.get("/").text
    assert "見本の町" in text
    assert "データの版：1" in text


def test_small_counts_are_hidden_in_the_table(client: FlaskClient) -> None:
    cells = re.findall(r"<td>(.*?)</td>", client.get("/").text, flags=re.DOTALL)
    assert cells
    for cell in cells:
        number = re.search(r"([\d,]+)以上", cell.replace(",", ""))
        assert "非公表" in cell or (number and int(number[1]) % 10 == 0 and int(number[1]) >= 10)


def test_coverage_hides_small_groups_and_their_complements(client: FlaskClient) -> None:
    answer = client.get("/api/v1/coverage")
    collection = orjson.loads(answer.data)
    assert answer.content_type == "application/geo+json"
    assert collection["type"] == "FeatureCollection"
    for feature in collection["features"]:
        for name in ("households", "uncovered"):
            count = feature["properties"][name]
            assert count == "*" or (count >= 10 and count % 10 == 0)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(2, 30))
def test_hidden_counts_never_tell_a_small_group(count: int, rest: int, threshold: int) -> None:
    shown = hide(count, count + rest, threshold)
    if shown != "*":
        assert isinstance(shown, int)
        assert threshold <= shown <= count
        assert rest == 0 or rest >= threshold


def test_the_public_cannot_ask_with_a_limit_of_its_own(client: FlaskClient) -> None:
    assert client.get("/api/v1/coverage?within=11").status_code == 422


def test_an_empty_workspace_has_a_page(tmp_path: Path) -> None:
    place = tmp_path / "new"
    Workspace.create(place)
    make_key(place)
    app: Flask = create_app(Settings.read({}, workspace=place))
    answer = app.test_client().get("/")
    assert answer.status_code == 200
    assert "まだデータがありません" in answer.text
    assert app.test_client().get("/api/v1/coverage").status_code == 409
