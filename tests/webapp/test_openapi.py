"""The description and the API agree, whatever is sent, whoever asks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.generation.modes import GenerationMode

from geo.sample import Town
from tests.places import found_town
from webapp import create_app
from webapp.accounts.policy import at_the_terminal
from webapp.accounts.throttle import Throttle
from webapp.accounts.tokens import make_token
from webapp.settings import Settings

EXAMPLES: Final = int(os.environ.get("WELFAREMAP_EXAMPLES", "4"))
"""Requests of each role to each operation; `make fuzz` sends many more."""

CHECKS: Final = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_headers_conformance,
    schemathesis.checks.response_schema_conformance,
]

ROLES: Final = ("public", "consultant", "facilitator", "planner", "council", "administrator")


@pytest.fixture(scope="module")
def app(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("described") / "town"
    premises = found_town(folder, town)
    yield create_app(Settings.read({}, workspace=folder), premises)
    premises.register.close()


@pytest.fixture(scope="module")
def headers(app: Flask, town: Town) -> dict[str, dict[str, str]]:
    """The header of each role's program, of one district."""
    register, district = app.extensions["register"], str(town.districts["id"].iloc[0])
    tokens = {
        role: make_token(register, at_the_terminal(), role, [district], datetime.now(UTC))[1]
        for role in ROLES
        if role != "public"
    }
    named = {role: {"Authorization": f"Bearer {token}"} for role, token in tokens.items()}
    return named | {"public": {}}


def converse(app: Flask, operation: Any, headers: dict[str, str]) -> set[int]:  # noqa: ANN401
    """Ask one operation in many ways, right and wrong; the statuses it answered with."""
    statuses: set[int] = set()
    ways = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(ways)
    def ask(case: Any) -> None:  # noqa: ANN401
        app.extensions["throttle"] = Throttle()  # wrong tokens are among what is sent
        statuses.add(case.call_and_validate(headers=headers, checks=CHECKS).status_code)

    ask()
    return statuses


@pytest.mark.parametrize("role", ROLES)
def test_answers_are_as_described(
    app: Flask, headers: dict[str, dict[str, str]], role: str
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    answered: dict[str, set[int]] = {}
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        answered[operation.label] = converse(app, operation, headers[role])
    everything = set[int]().union(*answered.values())
    if role == "consultant":
        assert 200 in everything
        assert not everything & {401, 403}
        assert {404, 422} <= everything
