"""The pages that take a survey's file in: sent, looked at column by column, taken or dropped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo.errors import GeoError, NotFound, ParameterWrong
from geo.exchange.questionnaires import Questionnaire, read_questionnaire
from webapp.accounts.clock import now
from webapp.accounts.reader import account_now, register_now, viewer_now
from webapp.answers.findings import list_findings
from webapp.answers.questions import list_questions, say_question
from webapp.casework import surveys as deeds
from webapp.casework.staging import Staged, drop_staged, require_staged, stage
from webapp.casework.surveys import Batch, kept_mapping, survey_key
from webapp.desk.case_lists import district_choices
from webapp.desk.surveys import show_surveys, surveys
from webapp.errors import say_problem, status_of
from webapp.faults import SignInWanted
from webapp.serving.arrivals import as_path, plain_name
from webapp.serving.filled import Filled
from webapp.serving.language import reader_language

_SHOWN: Final = 30
"""Findings that a page tells; the others are counted."""


@surveys.post("/surveys/file")
def take_file() -> Response | tuple[str, int]:
    """A survey's file arrives; it is read before it is kept."""
    if account_now() is None:
        raise SignInWanted
    filled = Filled.of(request.form)
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise ParameterWrong(name="file", value="–", wanted="a file")
        name, district = filled.one("name"), filled.one("district")
        if district not in dict(district_choices()):
            raise NotFound(kind="district", id=district[:64] or "–")
        staged = Staged(plain_name(sent.filename), sent.read(), name, district, {})
        _look_at(staged)
    except GeoError as fault:
        return show_surveys(say_problem(fault)), status_of(fault)
    stage(register_now(), viewer_now(), staged, now())
    return redirect(url_for("surveys.show_file"), code=303)


@surveys.get("/surveys/file")
def show_file() -> str | Response:
    """What the file says as it is read now, before anything is taken."""
    try:
        staged = require_staged(register_now(), viewer_now())
    except NotFound:
        return redirect(url_for("surveys.show_all"), code=303)
    return _show(staged, _look_at(staged))


@surveys.post("/surveys/file/mapping")
def map_file() -> Response | tuple[str, int]:
    """Read the columns as chosen: look once more, or take the answers in."""
    staged = require_staged(register_now(), viewer_now())
    filled = Filled.of(request.form)
    looked = _look_at(staged)
    try:
        chosen = {
            column.heading: _chosen(filled, at, column.question)
            for at, column in enumerate(looked.read.columns)
        }
        name = filled.one("name") or staged.survey
        staged = replace(staged.mapped(chosen), survey=name)
        looked = _look_at(staged)
        stage(register_now(), viewer_now(), staged, now())
        if filled.one("deed") != "take":
            return redirect(url_for("surveys.show_file"), code=303)
        deeds.take(register_now(), viewer_now(), looked.batch)
    except GeoError as fault:
        return _show(staged, looked, fault), status_of(fault)
    drop_staged(register_now(), viewer_now())
    key = survey_key(staged.district_id, staged.survey)
    return redirect(url_for("surveys.show_one", digest=key), code=303)


@surveys.post("/surveys/file/drop")
def drop_file() -> Response:
    """Forget the file that was sent."""
    drop_staged(register_now(), viewer_now())
    return redirect(url_for("surveys.show_all"), code=303)


def _chosen(filled: Filled, at: int, otherwise: str) -> str:
    """What was chosen for a column; ``–`` stands for one that is not taken."""
    said = filled.one(f"column-{at}")
    return "" if said == "–" else said or otherwise


@dataclass(frozen=True)
class _Looked:
    read: Questionnaire
    batch: Batch
    preview: deeds.Preview


def _look_at(staged: Staged) -> _Looked:
    with as_path(staged.file, staged.content) as path:
        read = read_questionnaire(path, mapping=staged.mapping, kept=kept_mapping(register_now()))
    batch = Batch(staged.survey, staged.district_id, read, staged.sha256)
    return _Looked(read, batch, deeds.preview(register_now(), viewer_now(), batch))


def _show(staged: Staged, looked: _Looked, fault: GeoError | None = None) -> str:
    lang = reader_language()
    read = looked.read
    faults, notes = (list_findings(one, lang) for one in (read.faults, read.notes))
    counted: dict[str, Any] = {
        "rows": len(read.rows) + len(set(read.faults["row"])),
        "willing": sum(1 for row in read.rows if row.willing),
        "needs": sum(1 for row in read.rows if row.needs),
        "contact": sum(1 for row in read.rows if row.contact),
    }
    return render_template(
        "desk/survey_file.html",
        staged=staged,
        district=dict(district_choices()).get(staged.district_id, ""),
        columns=read.columns,
        questions=list_questions(lang),
        say_question=lambda code: say_question(code, lang),
        counted=counted,
        preview=looked.preview,
        row_faults=looked.preview.differences.faults,
        faults=faults[:_SHOWN],
        more_faults=max(0, len(faults) - _SHOWN),
        notes=notes[:_SHOWN],
        more_notes=max(0, len(notes) - _SHOWN),
        problem=say_problem(fault) if fault is not None else "",
    )
