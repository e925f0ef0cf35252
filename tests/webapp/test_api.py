from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from geo.sample import Town

CANARY = "カナリア"


Asked = Callable[..., TestResponse]


@pytest.fixture
def asked(client: FlaskClient, bearer: dict[str, str], town: Town) -> Asked:
    """Suggestions for a household that somebody is near."""

    def ask(
        query: str = "activity=garbage&within=30", row: int = 0, **headers: str
    ) -> TestResponse:
        identity = quote(CANARY + town.households["id"].iloc[row])
        return client.get(
            f"/api/v1/households/{identity}/suggestions?{query}", headers=bearer | headers
        )

    return ask


def first_found(
    asked: Asked, town: Town, query: str = "activity=garbage&within=60"
) -> dict[str, Any]:
    for row in range(len(town.households)):
        answer = asked(query, row).get_json()
        if answer["suggestions"]:
            return answer
    pytest.fail("nobody is suggested to anybody")


def test_suggestions_have_the_shape_of_the_contract(asked: Asked, town: Town) -> None:
    answer = first_found(asked, town)
    assert {"household_id", "activity", "basis", "suggestions", "refused"} <= answer.keys()
    assert answer["basis"] == "streets"
    first = answer["suggestions"][0]
    assert {"supporter_id", "rank", "minutes", "score", "reasons"} <= first.keys()
    assert first["rank"] == 1
    assert 0 <= first["score"] <= 1
    near = next(reason for reason in first["reasons"] if reason["code"] == "near")
    assert near["sentence"].startswith("徒歩")
    assert all(refusal["sentence"] for one in answer["refused"] for refusal in one["refusals"])
    names = {one["supporter_id"] for one in answer["suggestions"] + answer["refused"]}
    assert {f"{CANARY}{one}" for one in town.supporters["id"]} <= names


def test_unknown_minutes_are_null_and_never_a_number(asked: Asked) -> None:
    answer = asked("activity=garbage&within=1").get_json()
    far = [one for one in answer["refused"] if one["minutes"] is None]
    assert far
    assert b"NaN" not in asked("activity=talk").data


def test_sentences_follow_the_language(asked: Asked, town: Town) -> None:
    english = first_found(asked, town, "activity=garbage&within=60&lang=en")
    assert "on foot" in english["suggestions"][0]["reasons"][0]["sentence"]


@pytest.mark.parametrize(
    "query",
    [
        "", "activity=", "activity=dancing", "activity=garbage&k=0", "activity=garbage&k=x",
        "activity=garbage&within=nan", "activity=garbage&within=1e9", "activity=garbage&weekday=XX",
        "activity=garbage&hours=9-10", "activity=garbage&modes=foot,plane",
        "activity=garbage&steps_free=perhaps", "activity=garbage&wihtin=10", "activity=garbage%00",
    ],
)  # fmt: skip
def test_wrong_parameters_are_problems_with_a_sentence(asked: Asked, query: str) -> None:
    answer = asked(query)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    problem = orjson.loads(answer.data)
    assert problem["status"] == 422
    assert problem["code"] == "parameter_wrong"
    assert "になっています" in problem["detail"]


def test_right_parameters_are_taken(asked: Asked) -> None:
    query = (
        "activity=garbage&k=3&within=20&weekday=MO&hours=07:00-08:30&modes=foot,car&steps_free=true"
    )
    assert asked(query).status_code == 200


def test_an_unknown_household_is_not_found(client: FlaskClient, bearer: dict[str, str]) -> None:
    answer = client.get("/api/v1/households/nobody/suggestions?activity=garbage", headers=bearer)
    assert answer.status_code == 404
    assert orjson.loads(answer.data)["detail"] == "IDが「nobody」の世帯はありません。"


def test_households_are_found_by_parts_of_what_one_knows(
    client: FlaskClient, bearer: dict[str, str]
) -> None:
    def found(text: str) -> list[dict[str, object]]:
        answer = client.post("/api/v1/households/search", json={"text": text}, headers=bearer)
        return answer.get_json()["households"]

    assert len(found("")) == 20
    assert [one["name"] for one in found("太郎39")] == ["カナリア太郎39"]
    assert found("ｶﾅﾘｱ　太郎３９") == found("かなりあ 太郎39")
    assert found("誰でもない") == []


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b'{"text": 3}', b"\xff"])
def test_a_search_that_is_no_search_is_refused(
    client: FlaskClient, bearer: dict[str, str], body: bytes
) -> None:
    answer = client.post("/api/v1/households/search", data=body, headers=bearer)
    assert answer.status_code == 400


def test_staff_coverage_lists_households(
    client: FlaskClient, bearer: dict[str, str], town: Town
) -> None:
    path = "/api/v1/coverage?within=10"
    everyone = client.get(path, headers=bearer).get_json()["features"]
    counts = [
        len(
            client.get(f"/api/v1/coverage?within=10&district={one}", headers=bearer).get_json()[
                "features"
            ]
        )
        for one in town.districts["id"]
    ]
    assert sum(counts) == len(everyone)
    assert max(counts) < len(everyone)
    listed = [one["properties"]["household_id"] for one in everyone]
    assert len(listed) == len(set(listed)), "each is listed once"
    assert set(listed) <= {f"{CANARY}{one}" for one in town.households["id"]}
    assert client.get("/api/v1/coverage?district=none", headers=bearer).status_code == 404


def test_a_longer_limit_leaves_fewer_households(
    client: FlaskClient, bearer: dict[str, str]
) -> None:
    counts = [
        len(client.get(f"/api/v1/coverage?within={m}", headers=bearer).get_json()["features"])
        for m in (2, 5, 10, 30)
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_layers_come_packed_and_once(client: FlaskClient) -> None:
    answer = client.get("/api/v1/map/streets", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/api/v1/map/streets", headers={"Accept-Encoding": "identity"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == plain.data
    again = client.get("/api/v1/map/streets", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_description_names_every_path_and_only_those(app: Flask, client: FlaskClient) -> None:
    described = client.get("/api/openapi.json").get_json()["paths"]
    names = {"identity": "id", "name": "layer"}
    served: set[tuple[str, str]] = set()
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api."):
            path = rule.rule.replace("<path:", "<")
            for argument in rule.arguments - {"plural"}:
                path = path.replace(f"<{argument}>", f"{{{names[argument]}}}")
            served |= {(path, m.lower()) for m in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert served == {(path, method) for path, item in described.items() for method in item}
