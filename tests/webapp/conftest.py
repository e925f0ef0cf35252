"""A workspace with a small invented town whose every person carries a canary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo.sample import Town, sample_town
from tests.doors import client_of, make_account
from tests.places import found_town
from tests.tablets import begin, first_district
from webapp import create_app
from webapp.accounts.policy import at_the_terminal
from webapp.accounts.throttle import Throttle
from webapp.accounts.tokens import make_token
from webapp.answers.premises import Premises
from webapp.register.house import Register
from webapp.settings import Settings

CANARY = "カナリア"


@pytest.fixture(scope="session")
def town() -> Town:
    """Forty households and twelve supporters."""
    return sample_town(seed=3, households=40, supporters=12)


def store_town(folder: Path, town: Town) -> Premises:
    """The town in a new workspace; names, addresses and ids of people are canaries."""
    households, supporters = town.households.copy(), town.supporters.copy()
    for layer in (households, supporters):
        layer["id"] = CANARY + layer["id"]
        layer["name"] = [f"{CANARY}太郎{row}" for row in range(len(layer))]
    households["address"] = f"{CANARY}町1丁目"
    links = town.links.copy()
    for end in ("watcher_id", "watched_id"):
        links[end] = CANARY + links[end]
    links["how_often"] = CANARY
    marked = replace(town, households=households, supporters=supporters, links=links)
    return found_town(folder, marked)


@pytest.fixture(scope="session")
def folder(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace, for reading only."""
    path = tmp_path_factory.mktemp("web") / "town"
    store_town(path, town).register.close()
    return path


MakeApp = Callable[..., Flask]


@pytest.fixture
def make_app(folder: Path) -> MakeApp:
    """Makes an application over the town with other settings."""

    def make(**other: object) -> Flask:
        return create_app(Settings.read({}, **({"workspace": folder} | other)))

    return make


@pytest.fixture(scope="session")
def app(folder: Path) -> Flask:
    """The application over the town."""
    return create_app(Settings.read({}, workspace=folder))


@pytest.fixture(scope="module")
def own_app(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over a town of the file's own: who writes people down takes this as app."""
    folder = tmp_path_factory.mktemp("own") / "town"
    premises = store_town(folder, town)
    yield create_app(Settings.read({}, workspace=folder), premises)
    premises.register.close()


@pytest.fixture
def register(app: Flask) -> Register:
    """The register of the application."""
    found: Register = app.extensions["register"]
    return found


@pytest.fixture
def district(app: Flask) -> str:
    """A district of the town."""
    return first_district(app)


@pytest.fixture
def leader(app: Flask, district: str) -> FlaskClient:
    """The browser of who leads the district's workshops, the password just given."""
    return client_of(app, make_account(app.extensions["register"], "facilitator", [district]))


@pytest.fixture
def workshop(leader: FlaskClient, district: str) -> str:
    """The address of an open workshop on an empty map."""
    return begin(leader, district)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader who has not signed in, where nobody has guessed yet."""
    app.extensions["throttle"] = Throttle()
    return app.test_client()


@pytest.fixture
def bearer(app: Flask) -> dict[str, str]:
    """The header of a program that may do what a consultant of every district may."""
    return {"Authorization": f"Bearer {_token(app)}"}


@cache
def _token(app: Flask) -> str:
    register = app.extensions["register"]
    return make_token(register, at_the_terminal(), "consultant", None, datetime.now(UTC))[1]
