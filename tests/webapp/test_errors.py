from __future__ import annotations

import re
from pathlib import Path

import orjson
import pytest
from flask import Flask

from geo.errors import FileUnreadable, ParameterWrong
from webapp.answers.atlas import AtlasShelf
from webapp.errors import say_problem, sentence_of
from webapp.faults import UndoInUse, WorkspaceDamaged
from webapp.wording import catalogue

SECRET = "鍵は植木鉢の下"


@pytest.mark.parametrize("path", ["/", "/api/v1/coverage"])
def test_an_unforeseen_fault_shows_a_ticket_and_never_its_text(
    make_app: object, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    app: Flask = make_app()  # type: ignore[operator]

    def fail(self: AtlasShelf) -> None:
        del self
        raise RuntimeError(SECRET)

    monkeypatch.setattr(AtlasShelf, "whole", fail)
    answer = app.test_client().get(path)
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert "RuntimeError" not in answer.text
    assert "受付番号" in answer.text or "受付番号" in str(orjson.loads(answer.data))
    tickets = list((Path(app.config["SETTINGS"].workspace) / "tickets").iterdir())
    assert any(ticket.stem in answer.text for ticket in tickets)
    for ticket in tickets:
        assert SECRET not in ticket.read_text("utf-8")
        assert "RuntimeError" in ticket.read_text("utf-8")
        assert ticket.stat().st_mode & 0o077 == 0


def test_a_wrong_method_has_a_sentence(make_app: object) -> None:
    app: Flask = make_app()  # type: ignore[operator]
    answer = app.test_client().post("/healthz")
    assert answer.status_code == 405
    assert "その使い方ができません" in answer.text


def test_pages_of_faults_are_in_the_readers_language(make_app: object) -> None:
    app: Flask = make_app()  # type: ignore[operator]
    client = app.test_client()
    client.set_cookie("lang", "en")
    answer = client.get("/nope")
    assert 'lang="en"' in answer.text
    assert "There is no page at this address." in answer.text


def test_a_fault_of_the_host_is_a_ticket_to_the_reader(
    make_app: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    app: Flask = make_app()  # type: ignore[operator]

    def fail(self: AtlasShelf) -> None:
        del self
        raise WorkspaceDamaged(folder="/srv/secret", part="data")

    monkeypatch.setattr(AtlasShelf, "whole", fail)
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "受付番号" in answer.text


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("a table", "名簿.csv を表として読めませんでした（中身は画像です）。"),
        ("GeoJSON", "名簿.csv を GeoJSON として読めませんでした（中身は画像です）。"),
    ],
)
def test_a_japanese_sentence_has_no_gap_between_japanese_words(kind: str, sentence: str) -> None:
    fault = FileUnreadable(file="名簿.csv", kind=kind, reason="it is a picture")
    assert sentence_of(fault, "ja").startswith(sentence)
    english = FileUnreadable(file="名簿.csv", kind="表", reason="it is a picture")
    assert sentence_of(english, "en").startswith("名簿.csv could not be read as 表: it is")


@pytest.mark.parametrize("room", ["board", "workshop"])
def test_every_field_of_a_workshops_forms_has_a_sentence_of_its_own(room: str) -> None:
    house = Path(__file__).parents[2] / "webapp" / room
    told = "".join(one.read_text("utf-8") for one in house.rglob("*.py"))
    fields = set(re.findall(r'ParameterWrong\(\s*name="(\w+)"', told))
    assert {f"problem.{one}" for one in fields} <= catalogue().keys()


def test_only_the_name_of_a_field_is_read_as_one(app: Flask) -> None:
    with app.test_request_context("/"):
        wrong = ParameterWrong(name="title", value="", wanted="1 to 60 characters")
        assert say_problem(wrong) == "会の名前を60文字までで書いてください。"
        assert say_problem(UndoInUse(name="title")) == sentence_of(UndoInUse(name="title"), "ja")
        unknown = ParameterWrong(name="nothing", value="x", wanted="y")
        assert say_problem(unknown) == sentence_of(unknown, "ja")
