"""``imports`` and ``undo``: what was taken in, and taking one back whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from webapp.accounts.policy import at_the_terminal
from webapp.faults import IntakeInUse
from webapp.register.intake import Later, list_intakes, undo
from webapp.register.records.intake import Intake
from webapp.terminal.differing import noun_of, say_intake, tell_counts
from webapp.terminal.options import json_option, open_premises, workspace_option
from webapp.terminal.speech import tell, tell_json, word

_SHOWN = 20


@click.command("imports", help=word("imports"))
@json_option
@workspace_option
def list_imports(as_json: bool, workspace: Path | None) -> None:
    """List the imports, the last one first."""
    with open_premises(workspace).register as register:
        found = list_intakes(register)
    if as_json:
        tell_json({"imports": [_document(one) for one in found]})
        return
    if not found:
        tell("no_intakes")
    for one in found:
        facts = {"id": one.id, "kind": one.kind, "file": one.file}
        at = one.at.astimezone().strftime("%Y-%m-%d %H:%M")
        tell("intake_listed", at=at, state=say_intake(f"state_{one.state}"), **facts)
        tell_counts(one.counts)


def _document(one: Intake) -> dict[str, Any]:
    names = ("id", "file", "sha256", "kind", "at", "by", "counts", "state", "undone_at")
    return {name: getattr(one, name) for name in names}


@click.command("undo", help=word("undo"))
@click.argument("identity", metavar="ID")
@click.option("--keep-later", is_flag=True, help=word("keep_later"))
@json_option
@workspace_option
def undo_import(
    identity: str,
    keep_later: bool,
    as_json: bool,
    workspace: Path | None,
) -> None:
    """Take one import back."""
    with open_premises(workspace).register as register:
        try:
            done = undo(register, at_the_terminal(), identity, keep_later=keep_later)
        except IntakeInUse as fault:
            _tell_later(fault.facts["later"], as_json=as_json)  # type: ignore[arg-type]
            raise
    if as_json:
        later = [vars(one) for one in done.later]
        tell_json({"import": identity, "counts": done.counts, "later": later})
        return
    tell("undone", id=identity)
    _tell_later(done.later, as_json=False)


def _tell_later(later: list[Later], *, as_json: bool) -> None:
    if as_json:
        tell_json({"later": [vars(one) for one in later]})
        return
    for one in later[:_SHOWN]:
        facts = {"record": noun_of(one.record), "id": one.id, "by": one.by}
        click.echo(say_intake(f"later_{one.why}", **facts))
    if len(later) > _SHOWN:
        tell("more_rows", count=len(later) - _SHOWN)
