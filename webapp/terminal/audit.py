"""``audit``: prove the trail, say its end aloud, print who looked at whom."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from webapp.accounts.policy import at_the_terminal
from webapp.answers.history_page import history_sheet
from webapp.answers.premises import Premises
from webapp.register.access_history import tell_history
from webapp.register.trail.anchors import anchors_path, chain_end
from webapp.register.trail.proof_words import proof_sentences
from webapp.register.trail.verify import verify_trail
from webapp.register.trail_pages import keep_proof
from webapp.settings import Settings
from webapp.terminal.options import json_option, workspace_option
from webapp.terminal.outputs import place_output
from webapp.terminal.speech import language, report_progress, tell_json, word
from webapp.wording import say


@click.group(help=word("audit"))
def audit() -> None:
    """Everything about the trail."""


@audit.command(help=word("audit_verify"))
@json_option
@workspace_option
def verify(as_json: bool, workspace: Path | None) -> None:
    """Prove the whole trail; exit 1 where it is broken."""
    settings = Settings.read(workspace=workspace)
    report_progress("audit_proving")
    with Premises.open(settings).register as register:
        proof = verify_trail(register.engine, anchors_path(settings.workspace))
        with suppress(SQLAlchemyError):  # a trail that is broken enough takes no event more
            keep_proof(register, at_the_terminal(), proof)
    if as_json:
        tell_json(proof.document())
    else:
        for sentence in proof_sentences(proof, language()):
            click.echo(sentence)
    if not proof.whole:
        click.get_current_context().exit(1)


@audit.command(help=word("audit_anchor"))
@json_option
@workspace_option
def anchor(as_json: bool, workspace: Path | None) -> None:
    """Say the end of the trail, short enough for the phone, and write it to the anchors."""
    with Premises.open(Settings.read(workspace=workspace)).register as register:
        end = chain_end(register.engine, lambda: datetime.now(UTC))
        register.anchor()
    if as_json:
        tell_json(
            {"sequence": end.sequence, "hash": end.hash, "at": end.at, "spoken": end.spoken()}
        )
        return
    if not end.sequence:
        click.echo(say("trail.anchor_none", language()))
        return
    at = end.at.astimezone().strftime("%Y-%m-%d %H:%M")
    click.echo(say("trail.anchor_said", language(), sequence=end.sequence, at=at))
    click.echo(end.spoken())


@audit.command(help=word("audit_history"))
@click.argument("person_id")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="FILE", help=word("out")
)
@workspace_option
def history(person_id: str, out: Path, workspace: Path | None) -> None:
    """Print who looked at one person, on one sheet."""
    with Premises.open(Settings.read(workspace=workspace)).register as register:
        told = tell_history(register, at_the_terminal(), "administration", person_id)
    with place_output(out) as beside:
        beside.write_bytes(history_sheet(told, language()))
    click.echo(say("trail.written", language(), file=out.name))
