from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.country import read_results
from tests.countries import TOWNS, rows_of, write_country
from webapp.cli import main


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["country", *(str(word) for word in words)])


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WELFAREMAP_LANG", "en")


def test_a_study_is_written_and_gone_on_with(tmp_path: Path) -> None:
    words = ("coverage", "--from", write_country(tmp_path / "in"), "--to", tmp_path / "out",
             "--activity", "garbage", "--within", 5, "--workers", 1)  # fmt: skip
    first = run(*words)
    assert first.exit_code == 0
    assert f"3 municipalities (8 households) are in {tmp_path / 'out'}, 0 of them" in first.output
    assert len(read_results(tmp_path / "out")) == 3
    again = run(*words)
    assert again.exit_code == 2
    assert "holds results already" in again.output
    resumed = json.loads(run(*words, "--resume", "--json").stdout)
    assert (resumed["done"], resumed["kept"], resumed["households"]) == (3, 3, 8)


@pytest.mark.parametrize("study", ["uncovered", "access", "recruit"])
def test_every_study_can_be_asked_for(study: str, tmp_path: Path) -> None:
    words = ("--from", write_country(tmp_path / "in"), "--to", tmp_path / "out", "--workers", 1)
    extra = ("--sites", 1) if study == "recruit" else ()
    ended = run(study, *words, *extra, "--within", 2)
    assert ended.exit_code == 0
    manifest = json.loads((tmp_path / "out" / "_manifest.json").read_text("utf-8"))
    assert manifest["study"] == study
    assert manifest["parameters"]["within"] == 2.0


def test_one_that_fails_is_said_and_the_command_ends_with_2(tmp_path: Path) -> None:
    folder = write_country(tmp_path / "in")
    wrong = rows_of(TOWNS, "supporters")
    wrong.loc[wrong["municipality"] == "40101", "status"] = "asleep"
    wrong.to_parquet(folder / "supporters.parquet")
    ended = run("coverage", "--from", folder, "--to", tmp_path / "out", "--workers", 1)
    assert ended.exit_code == 2
    assert "40101: The supporters layer does not keep its contract" in ended.stderr
    assert "1 of 3 municipalities could not be done (40101)" in ended.stderr
    assert "2 municipalities" in ended.stdout


def test_a_scheduler_that_does_not_answer_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.country.cluster._PATIENCE", 0.2)
    words = ("coverage", "--from", write_country(tmp_path / "in"), "--to", tmp_path / "out")
    ended = run(*words, "--scheduler", "tcp://127.0.0.1:1")
    assert ended.exit_code == 2
    assert "No cluster answers at tcp://127.0.0.1:1" in ended.stderr


def test_words_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    assert run("coverage", "--from", tmp_path, "--to", tmp_path / "out").exit_code == 2
    assert run("gossip", "--from", tmp_path, "--to", tmp_path / "out").exit_code == 2
