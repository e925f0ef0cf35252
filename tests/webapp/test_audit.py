"""``welfaremap audit`` at the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from geo.sample import Town
from tests.webapp.conftest import store_town
from webapp.answers.premises import Premises
from webapp.cli import main
from webapp.register.records import Person
from webapp.register.trail.access_event import AccessEvent
from webapp.settings import Settings


@pytest.fixture(scope="module")
def place(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town of its own."""
    folder: Path = tmp_path_factory.mktemp("audit") / "town"
    store_town(folder, town).register.close()
    return folder


def _run(place: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--lang", "en", "audit", *words, "--workspace", str(place)])


def test_a_sheet_is_written_and_the_end_is_said(place: Path, tmp_path: Path) -> None:
    register = Premises.open(Settings.read({}, workspace=place)).register
    with register, Session(register.engine) as session:
        person = session.scalars(select(Person.id)).first()
    sheet = tmp_path / "sheet.pdf"
    assert _run(place, "history", str(person), "--out", str(sheet)).exit_code == 0
    assert sheet.read_bytes().startswith(b"%PDF")
    assert _run(place, "history", "p-nobody", "--out", str(tmp_path / "n.pdf")).exit_code == 2
    assert not (tmp_path / "n.pdf").exists()
    said = json.loads(_run(place, "anchor", "--json").output)
    assert len(said["spoken"].split()) == 10
    assert f"{said['sequence']} {said['hash']}" in (place / "anchors.log").read_text()


def test_meddling_ends_with_one_and_names_the_event(place: Path) -> None:
    whole = _run(place, "verify", "--json")
    assert (whole.exit_code, json.loads(whole.output)["whole"]) == (0, True)
    register = Premises.open(Settings.read({}, workspace=place)).register
    with register, register.engine.begin() as connection:
        connection.execute(
            update(AccessEvent).where(AccessEvent.sequence == 3).values(account="nobody")
        )
    broken = _run(place, "verify")
    assert broken.exit_code == 1
    assert "The first event at fault is number 3." in broken.output
    assert "Events 1 to 2 are proven." in broken.output
    assert json.loads(_run(place, "verify", "--json").output)["first_at_fault"] == 3
