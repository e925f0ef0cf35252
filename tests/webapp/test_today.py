"""Today's page: friendly when nothing is there, loud when the desk could not keep up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from geo.sample import Town
from tests.doors import client_of, make_account, send
from tests.webapp.conftest import store_town
from webapp import create_app
from webapp.desk import upkeep
from webapp.settings import Settings


@pytest.fixture(scope="module")
def app(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A town of its own, in which nobody else makes visits or reminders."""
    folder = tmp_path_factory.mktemp("today") / "town"
    premises = store_town(folder, town)
    yield create_app(Settings.read({}, workspace=folder), premises)
    premises.register.close()


def test_an_empty_day_is_said_kindly(app: Flask) -> None:
    client = client_of(app, make_account(app.extensions["register"], "consultant"))
    page = client.get("/desk/").text
    assert "今日の活動はありません。" in page
    assert 'role="alert"' not in page


def test_what_could_not_be_made_is_said_aloud_with_a_ticket(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(upkeep, "_DEEDS", {"today.visits_failed": fail})
    client = client_of(app, make_account(app.extensions["register"], "consultant"))
    answer = client.get("/desk/")
    assert answer.status_code == 200
    assert "定期活動の予定を作れませんでした（番号 " in answer.text
    assert "RuntimeError" not in answer.text


def test_a_reminder_is_made_shown_and_done(app: Flask) -> None:
    client = client_of(app, make_account(app.extensions["register"], "consultant"))
    assert send(client, "/desk/reminders", text="薬を聞く").status_code == 422, "in which district?"
    page = client.get("/desk/reminders").text
    district = page.split('name="district_id"')[1].split('<option value="')[2].split('"')[0]
    send(client, "/desk/reminders", text="薬を聞く", district_id=district)
    page = client.get("/desk/").text
    assert "薬を聞く" in page
    address = page.split('action="/desk/reminders/')[1].split('"')[0]
    send(client, f"/desk/reminders/{address}", version=1)
    assert "薬を聞く" not in client.get("/desk/").text
