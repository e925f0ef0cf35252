"""``import survey``: a survey's answers, told column by column, taken whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from geo.errors import NotFound, ParameterWrong, RosterFaulty
from geo.exchange.questionnaires import Questionnaire, read_questionnaire
from webapp.accounts.policy import at_the_terminal
from webapp.answers.findings import list_findings
from webapp.answers.premises import Premises
from webapp.answers.questions import say_question
from webapp.casework.surveys import Batch, kept_mapping, preview, take
from webapp.register.intake import digest_file
from webapp.register.look import Look
from webapp.register.records import District, SurveyAnswer
from webapp.terminal.differing import tell_counts
from webapp.terminal.speech import language, tell, tell_json

_SHOWN: Final = 20


def import_survey(
    place: Premises,
    file: Path,
    *,
    name: str | None,
    district: str | None,
    mapping: dict[str, str],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read the file, tell what it says, and take it in unless it is only looked at.

    Raises
    ------
    ParameterWrong, NotFound, FileFault, RosterFaulty, IntakeFaulty
    """
    if not name or not district:
        missing = "--name" if not name else "--district"
        raise ParameterWrong(name=missing, value="–", wanted="text")
    viewer = at_the_terminal()
    with place.register.look(viewer, "administration") as look:
        _require_district(look, district)
    read = read_questionnaire(file, mapping=mapping, kept=kept_mapping(place.register))
    batch = Batch(name, district, read, digest_file(file))
    noun = SurveyAnswer.noun()
    document: dict[str, Any] = {
        "kind": "survey", "file": file.name, "rows": len(read.rows), "mapping": read.mapping,
        "faults": list_findings(read.faults, language()),
        "notes": list_findings(read.notes, language()),
    }  # fmt: skip
    if dry_run or not read.faults.empty:
        found = preview(place.register, viewer, batch).differences
        document |= {"stored": False, "counts": found.counts().get(noun, {})}
    else:
        made = take(place.register, viewer, batch)
        named = None if made.state == "unchanged" else made.id
        document |= {"stored": True, "counts": made.counts.get(noun, {}), "import": named}
    if as_json:
        tell_json(document)
    else:
        _tell(document)
    if not read.faults.empty:
        raise _fault(read, document["faults"][0]["problem"])


def _require_district(look: Look, district: str) -> None:
    if not look.several(District, District.id == district):
        raise NotFound(kind="district", id=district)


def _fault(read: Questionnaire, problem: str) -> RosterFaulty:
    first = read.faults.iloc[0]
    return RosterFaulty(
        file=read.file, count=len(read.faults), row=int(first["row"]), column=first["column"],
        problem=problem, faults=read.faults,
    )  # fmt: skip


def _tell(document: dict[str, Any]) -> None:
    tell(
        "taken_rows" if document["stored"] else "checked_rows",
        file=document["file"],
        rows=document["rows"],
    )
    for heading, question in document["mapping"].items():
        tell("column_used", heading=heading, field=say_question(question, language()))
    _tell_rows(document["faults"])
    if document["notes"]:
        tell("notes")
        _tell_rows(document["notes"])
    tell_counts({SurveyAnswer.noun(): document["counts"]})
    if document["stored"] and document["import"]:
        tell("intake_done", id=document["import"])
    elif document["stored"]:
        tell("intake_unchanged")


def _tell_rows(rows: list[dict[str, Any]]) -> None:
    for one in rows[:_SHOWN]:
        tell("fault_row", **one)
    if len(rows) > _SHOWN:
        tell("more_rows", count=len(rows) - _SHOWN)
