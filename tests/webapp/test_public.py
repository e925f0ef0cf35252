"""Nobody's name, address, id or position is in anything the public can get."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import orjson
import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from geo.draw.audience import Layers, drawn_layers
from geo.masking import SUPPRESSED
from geo.sample import Town
from tests.places import found_town
from webapp import create_app
from webapp.answers.covering import PUBLIC_MINUTES, hide
from webapp.settings import Settings

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
    assert re.search(r"データの版：\d+", text)


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


def test_every_public_count_is_of_the_same_cells(client: FlaskClient) -> None:
    """Counts of smaller cells could be subtracted from those of the map."""
    drawn = orjson.loads(client.get("/api/v1/map/mesh").data)
    collection = orjson.loads(client.get("/api/v1/coverage").data)
    codes = {feature["properties"]["mesh"] for feature in collection["features"]}
    digits = {"1km": 8, "500m": 9, "250m": 10}[collection["cells"]]
    assert {len(code) for code in codes} == {digits} == {len(code) for code in drawn["mesh"]}


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
    found_town(place).register.close()
    app: Flask = create_app(Settings.read({}, workspace=place))
    answer = app.test_client().get("/")
    assert answer.status_code == 200
    assert "まだデータがありません" in answer.text
    assert app.test_client().get("/api/v1/coverage").status_code == 409


@pytest.mark.parametrize(
    ("asked", "kept", "seen"),
    [
        (None, None, "ja"),
        ("en-GB,en;q=0.9", None, "en"),
        ("fr-FR,fr;q=0.9,en;q=0.4", None, "en"),
        ("en;q=0.5,ja", None, "ja"),
        ("*", None, "ja"),
        ("fr", None, "ja"),
        ("no, language; at=all", None, "ja"),
        ("en", "ja", "ja"),
        ("ja", "en", "en"),
    ],
)
def test_a_first_visitor_reads_the_language_the_browser_asks_for(
    client: FlaskClient, asked: str | None, kept: str | None, seen: str
) -> None:
    if kept:
        client.set_cookie("lang", kept)
    answer = client.get("/", headers={"Accept-Language": asked} if asked else {})
    assert f'<html lang="{seen}">' in answer.text


def test_the_setting_is_the_language_of_who_asks_for_none(make_app: Callable[..., Flask]) -> None:
    english = make_app(lang="en").test_client()
    assert '<html lang="en">' in english.get("/").text
    assert '<html lang="en">' in english.get("/", headers={"Accept-Language": "*"}).text
    assert '<html lang="ja">' in english.get("/", headers={"Accept-Language": "ja"}).text


def test_the_threshold_of_the_host_holds_for_the_map_too(make_app: Callable[..., Flask]) -> None:
    strict = make_app(threshold=25).test_client()
    page = strict.get("/").text
    assert "25未満" in page
    assert "10未満" not in page
    assert strict.get("/api/v1/coverage").json["rounded_to"] == 25  # type: ignore[index]


@pytest.mark.parametrize(("threshold", "least"), [(10, 11), (25, 30)])
def test_what_is_drawn_keeps_the_threshold(town: Town, threshold: int, least: int) -> None:
    rows = [*([0] * 11), *([20] * 30), *([5] * 9), *([33] * 9), *([7] * 9)]
    spots = np.repeat(np.arange(5), [11, 30, 9, 9, 9])
    households = town.households.iloc[rows].assign(id=[f"H{row}" for row in range(len(rows))])
    places = shapely.points(130.5 + 0.05 * spots, np.full(len(rows), 33.5))
    given = Layers(town.districts, households.set_geometry(places, crs=4326), threshold=threshold)
    counts = drawn_layers(given, "public")["mesh"]["count"]
    assert min(count for count in counts if count is not SUPPRESSED) == least
