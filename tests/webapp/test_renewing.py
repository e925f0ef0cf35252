"""After a write the layers are ready again before anybody asks."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from geo.sample import sample_town
from tests.doors import client_of, form_token, make_account
from tests.places import found_town
from webapp import create_app
from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.answers import renewing
from webapp.answers.renewing import Renewal
from webapp.answers.wish import ties_of
from webapp.register.house import Register
from webapp.register.records import Person, Supporter, WatchLink
from webapp.settings import Settings


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small town's workspace, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("small") / "town"
    found_town(folder, sample_town(2, households=12, supporters=6)).register.close()
    return folder


@pytest.fixture
def site(small: Path, tmp_path: Path) -> Flask:
    folder = shutil.copytree(small, tmp_path / "town")
    return create_app(Settings.read({}, workspace=folder))


@pytest.fixture
def readied(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The data versions that were made ready, oldest first."""
    versions: list[int] = []
    make = renewing.make_ready

    def watch(atlas: renewing.Atlas) -> None:
        make(atlas)
        versions.append(atlas.version)

    monkeypatch.setattr(renewing, "make_ready", watch)
    return versions


@pytest.fixture
def desk(site: Flask) -> Iterator[FlaskClient]:
    """A consultant's browser at a server that renews."""
    site.extensions["renewal"] = renewal = Renewal(site.extensions["shelf"], pause=0.01)
    yield client_of(site, make_account(site.extensions["register"], "consultant"))
    renewal.end()
    assert "renewal" not in {thread.name for thread in threading.enumerate()}


def wait_for(versions: list[int], count: int) -> None:
    until = time.monotonic() + 20
    while len(versions) < count and time.monotonic() < until:
        time.sleep(0.01)
    assert len(versions) >= count


def test_a_write_makes_the_new_version_ready(
    site: Flask, desk: FlaskClient, readied: list[int]
) -> None:
    register: Register = site.extensions["register"]
    before = register.version()
    with register.look(at_the_terminal(), "matching") as look:
        person = look.several(Person, limit=1)[0].id
    page = desk.get(f"/desk/people/{person}/edit")
    assert page.status_code == 200
    fields = {"csrf": form_token(desk), "version": 1, "name": "新しい名"}
    assert desk.post(f"/desk/people/{person}/edit", data=fields).status_code == 303
    wait_for(readied, 1)
    assert register.version() > before
    shelf = site.extensions["shelf"]
    assert readied[-1] == shelf.whole().version
    desk.post("/language", data={"csrf": form_token(desk), "lang": "en"})
    word = {"csrf": form_token(desk), "text": "元気"}
    assert desk.post(f"/desk/people/{person}/word", data=word).status_code == 303
    time.sleep(0.2)
    assert len(readied) == 1, "nothing that is drawn was changed"


def test_the_atlas_of_a_new_version_is_made_once(site: Flask) -> None:
    register: Register = site.extensions["register"]
    with register.change(at_the_terminal(), "matching", "test") as change:
        change.session.scalars(select(Supporter).limit(1)).one().name = "また改めた名"
    viewer = viewer_of("consultant", "a-once", None)
    shelf = site.extensions["shelf"]
    assert shelf.of(viewer, "matching") is shelf.of(viewer, "matching")


def test_reading_and_failing_make_nothing_ready(desk: FlaskClient, readied: list[int]) -> None:
    assert desk.get("/desk/find").status_code == 200
    assert desk.post("/desk/people/nobody/edit", data={"csrf": form_token(desk)}).status_code >= 400
    time.sleep(0.2)
    assert readied == []


def test_a_question_before_it_is_ready_waits_and_sees_the_write(
    site: Flask, desk: FlaskClient
) -> None:
    register: Register = site.extensions["register"]
    ask = "/api/v1/households/H000001/suggestions?activity=garbage&k=50&within=60"
    desk.get(ask)
    with register.change(at_the_terminal(), "matching", "test") as change:
        one = change.session.get(Supporter, "S00001")
        assert one is not None
        change.revise(Supporter, one.id, one.version, name="改めた名")
    answer = desk.get(ask).json or {}
    named = {row["name"] for row in [*answer["suggestions"], *answer["refused"]]}
    assert "改めた名" in named


def test_helpers_stay_on_their_streets_until_one_of_them_changes(site: Flask) -> None:
    register: Register = site.extensions["register"]
    viewer, shelf = viewer_of("consultant", "a-stays", None), site.extensions["shelf"]
    before = shelf.of(viewer, "matching").pool
    with register.change(at_the_terminal(), "matching", "test") as change:
        change.session.scalars(select(Person).limit(1)).one().phone = "093-000-0000"
    kept = shelf.of(viewer, "matching").pool
    assert kept is before, "nothing about a helper was changed"
    with register.change(at_the_terminal(), "matching", "test") as change:
        moved = change.session.scalars(select(Supporter).limit(1)).one()
        moved.lon = 130.6
    now = shelf.of(viewer, "matching").pool
    row = list(now.ids).index(moved.id)
    assert now.layer.geometry.iloc[row].x == 130.6


def test_ties_are_told_anew_once_a_line_is_drawn(site: Flask) -> None:
    register: Register = site.extensions["register"]
    viewer, shelf = viewer_of("consultant", "a-ties", None), site.extensions["shelf"]
    assert "S00002" not in ties_of(shelf.of(viewer, "matching"), "H000002")
    with register.change(at_the_terminal(), "matching", "test") as change:
        change.add(WatchLink, watcher_id="S00002", watched_id="H000002", kind="friend")
    assert ties_of(shelf.of(viewer, "matching"), "H000002")["S00002"] == ("friend",)
