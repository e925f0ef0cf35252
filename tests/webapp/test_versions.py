"""A stale change is answered with both versions, field by field, in the reader's words."""

from __future__ import annotations

import pytest
from flask import Flask

from webapp.errors import answer_fault, sentence_of
from webapp.faults import NotAskable, RecordStale, StepIllegal
from webapp.serving.versions import version_rows

FACTS = {
    "record": "person", "id": "p-1", "version": 1, "current": 2, "by": "a-1",
    "at": "2026-11-02T01:30:00+00:00",
    "mine": {"phone": "<b>111</b>", "needs": ["garbage"], "name": "福"},
    "theirs": {"phone": None, "needs": [], "name": "福"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "label", "blank"), [("ja", "電話番号", "（空欄）"), ("en", "telephone", "(blank)")]
)
def test_fields_are_labelled_and_blanks_said(lang: str, label: str, blank: str) -> None:
    rows = {row.name: row for row in version_rows(FACTS, lang)}  # type: ignore[arg-type]
    assert (rows["phone"].label, rows["phone"].theirs) == (label, blank)
    assert rows["needs"].mine == ("ゴミ出し" if lang == "ja" else "Putting out garbage")
    assert [name for name, row in rows.items() if not row.apart] == ["name"]


def test_the_page_shows_both_and_runs_nothing(app: Flask) -> None:
    with app.test_request_context("/desk/", headers={"Referer": "http://localhost/desk/p?x=1"}):
        answer = answer_fault(RecordStale(**FACTS))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert answer.headers["Cache-Control"] == "no-store"
    assert "&lt;b&gt;111&lt;/b&gt;" in page
    assert "（空欄）" in page
    assert 'href="/desk/p"' in page


def test_a_program_gets_both_as_json(app: Flask) -> None:
    with app.test_request_context("/api/v1/x"):
        told = answer_fault(RecordStale(**FACTS)).get_json(force=True)
    assert (told["mine"], told["theirs"]) == (FACTS["mine"], FACTS["theirs"])
    assert (told["version"], told["current"]) == (1, 2)


def test_a_status_is_said_in_words() -> None:
    facts = {"record": "request", "mine": {"status": "unmet"}, "theirs": {"status": "settled"}}
    (row,) = version_rows(facts, "ja")
    assert (row.mine, row.theirs) == ("対応できず", "決定")


def test_a_step_that_is_not_legal_names_the_steps_in_words() -> None:
    fault = StepIllegal(record="visit", status="done", wanted="missed", legal="planned")
    assert sentence_of(fault, "ja").count("済み") == 1
    assert "missed" not in sentence_of(fault, "ja")
    assert "Missed" in sentence_of(fault, "en")
    assert "休止中" in sentence_of(NotAskable(status="resting"), "ja")
