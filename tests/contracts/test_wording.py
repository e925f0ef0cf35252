"""Both languages say the same things, and every fault can be said in both."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo import errors as geo_errors
from geo.errors import GeoError
from geo.exchange.findings import SENTENCES
from geo.suitability import MET, UNMET
from webapp import faults as web_faults
from webapp.errors import placeholders, sentence_of, status_of, template_of
from webapp.wording import catalogue

ROOT = Path(__file__).parents[2]
FAULTS = [
    kind
    for module in (geo_errors, web_faults)
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, GeoError) and kind.__module__.startswith(module.__name__)
]
SPOKEN_BY_CODE = (
    "board.",
    "menu.",
    "told.",
    "noanswer.",
    "handed.",
    "handing.",
    "recipient.",
    "purpose.",
    "problem.",
    "wish.",
    "fault.",
    "intake.",
    "field.",
    "survey.q_",
    "funnel.step_",
    "district.",
    "survey.shown_",
    "survey.same_",
    "supporter.to_",
    "admin.engine_",
    "admin.copy_",
    "admin.kind_",
    "admin.intake_",
    "trail.deed_",
    "trail.purpose_",
    "trail.record_",
    "trail.fault_",
    "finding.",
    "reason.",
    "note.",
    "condition.",
    "series.kind_",
    "series.holiday_",
    "series.reason_",
    "visit.step_",
    "visit.outcome_",
    "visit.by_",
    "calendar.span_",
    "ledger.kind_",
    "minutes.count_",
    "ledger.status_",
    "ledger.owner_",
    "ledger.person_",
    "ledger.supporter_",
    "ledger.district_",
    "ledger.cash_",
    "review.count_",
    "review.kind_",
    "review.sort_",
    "review.field_",
    "review.writes_",
    "review.not_",
    "paper.title_",
    "planning.js_",
    "access.js_",
    "sensitivity.js_",
    "siting.goal_",
    "siting.places_",
    "siting.counted_",
    "siting.js_",
    "stops.counted_",
    "stops.by_",
    "stops.js_",
    "overview.class_",
    "report.what_",
    "report.form_",
    "report.public_",
    "report.why_",
    "report.age_",
    "report.plan_",
    "report.told_",
    "paper.note_",
    "paper.format_",
    "paper.colour_",
    "round.box_",
    "changes.",
    "handover.",
    "refusal.",
    "noun.",
    "fact.",
)


def used_words() -> str:
    """All code and templates that may name a key."""
    files = [*(ROOT / "webapp").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    return "\n".join(file.read_text("utf-8") for file in files)


def bilingual() -> Iterator[tuple[str, str, str]]:
    for key, entry in catalogue().items():
        if not key.startswith(("fault.", "finding.")):
            yield key, entry["ja"], entry["en"]


def test_there_are_faults_to_look_at() -> None:
    assert len(FAULTS) > 25


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.__name__)
def test_every_fault_has_both_sentences_with_the_same_places(kind: type[GeoError]) -> None:
    assert f"fault.{kind.code}" in catalogue()
    japanese, english = template_of(kind, "ja"), template_of(kind, "en")
    assert placeholders(japanese) == placeholders(english)
    assert re.search(r"[ぁ-ん]", japanese)
    assert not re.search(r"[ぁ-んァ-ン]", english)


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.__name__)
def test_every_fault_has_a_status_and_survives_missing_facts(kind: type[GeoError]) -> None:
    facts = dict.fromkeys(placeholders(kind.sentence), "x")
    fault = kind(**facts)
    fault.facts = {}
    assert 400 <= status_of(fault) < 600
    assert "{" not in sentence_of(fault, "ja")


def test_no_fault_is_said_that_is_gone() -> None:
    codes = {kind.code for kind in FAULTS}
    assert {key.removeprefix("fault.") for key in catalogue() if key.startswith("fault.")} == codes


def test_both_languages_have_the_same_places() -> None:
    for key, japanese, english in bilingual():
        assert japanese or key == "desk.between", key
        assert english, key
        assert placeholders(japanese) == placeholders(english), key


def test_every_finding_is_said_in_japanese_with_the_same_places() -> None:
    entries = {
        k.removeprefix("finding."): e["ja"]
        for k, e in catalogue().items()
        if k.startswith("finding.")
    }
    assert set(entries) == set(SENTENCES) | {f"{code}_way" for code in SENTENCES}
    for code, (problem, way) in SENTENCES.items():
        assert placeholders(entries[code]) <= placeholders(problem), code
        assert placeholders(entries[f"{code}_way"]) <= placeholders(way), code


def test_every_key_is_used() -> None:
    words = used_words()
    for key in catalogue():
        topic, _, name = key.partition(".")
        if key.startswith(SPOKEN_BY_CODE):
            continue
        made = {"public": "public.{", "terminal": 'tell(f"basis_' if "basis_" in key else "\0"}
        checked = f'"{name.removeprefix("doctor_")}"'
        spoken = (f'"{key}"', f"'{key}'", f'"{name}"', checked, made.get(topic, "\0"))
        assert any(word in words for word in spoken), key


def test_every_key_that_is_used_exists() -> None:
    words = used_words()
    for key in re.findall(r'say\("([a-z_]+\.[a-z_]*[a-z])"', words):
        assert key in catalogue(), key
    for name in re.findall(r'(?:tell|remark|word|report_progress)\("([a-z_]+)"', words):
        assert f"terminal.{name}" in catalogue(), name


def said(topic: str) -> set[str]:
    return {key.removeprefix(f"{topic}.") for key in catalogue() if key.startswith(f"{topic}.")}


def test_every_reason_refusal_and_note_of_geo_has_a_sentence() -> None:
    case = (ROOT / "geo" / "suitability.py").read_text("utf-8")
    reasons = set(re.findall(r'"code": "([a-z_]+)"', case)) | {"asked_lately", "not_asked_lately"}
    reasons |= {code for code, _ in MET.values()} | {f"{wish}_unknown" for wish in MET}
    assert len(reasons) > 12
    assert reasons <= said("reason")
    refusals = set(re.findall(r'^            "([a-z_]+)": ', case, flags=re.MULTILINE))
    refusals |= {*UNMET.values(), "outranked"}
    refusals -= {"code", "minutes", "metres", "there", "back", "load", "most"}
    assert {"no_capacity", "booked", "beyond_limit", "relative_unwanted"} <= refusals
    assert refusals <= said("refusal")
    notes = (ROOT / "geo" / "suggesting.py").read_text("utf-8").partition("def _notes")[2]
    codes = set(re.findall(r'"((?:no_)?c[a-z_]+)"', notes)) - {"code"}
    assert codes == said("note")
