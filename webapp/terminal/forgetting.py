"""``retain`` and ``erase``: what is forgotten by rule, and who on request."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click

from webapp.accounts.policy import at_the_terminal
from webapp.register.erased import write_erased
from webapp.register.erasure import erase_records
from webapp.register.house import Register
from webapp.register.retention import Due, Rule, Rules, forget_due, list_due, list_old_copies
from webapp.register.retention import read_rules as read_rules_of
from webapp.settings import Settings
from webapp.terminal.options import json_option, open_premises, workspace_option
from webapp.terminal.speech import language, remark, tell, tell_json, word
from webapp.wording import catalogue, say
from webapp.workspace.backup_places import backup_places


@click.command(help=word("retain"))
@click.option("--dry-run", is_flag=True, help=word("retain_dry_run"))
@json_option
@workspace_option
def retain(dry_run: bool, as_json: bool, workspace: Path | None) -> None:
    """Forget what the rules say, in the register and among the backups."""
    place = open_premises(workspace)
    rules = read_rules_of(place.settings.workspace)
    now, folder = datetime.now(UTC), backups_folder(place.settings)
    with place.register as register:
        copies = list_old_copies(folder, rules, now)
        if dry_run:
            due = list_due(register, rules, now)
        else:
            due = forget_due(register, at_the_terminal(), rules, now)
            _note_beside(register, place.settings)
            for path in copies:
                path.unlink(missing_ok=True)
    if as_json:
        tell_json({"dry_run": dry_run, "due": [_plain(one) for one in due],
                   "backups": [path.name for path in copies]})  # fmt: skip
    else:
        _tell_due(due, copies, rules, dry_run=dry_run)


def _note_beside(register: Register, settings: Settings) -> None:
    """Note down beside every backup that can be reached who was erased."""
    for folder in backup_places(settings.workspace, settings.backups):
        write_erased(register, folder)


def backups_folder(settings: Settings) -> Path | None:
    """Where the backups lie; None = no setting says."""
    return Path(settings.backups).expanduser() if settings.backups else None


def _plain(due: Due) -> dict[str, object]:
    return {"rule": due.rule, "record": due.record, "id": due.id, "count": due.count,
            "since": None if due.since is None else due.since.isoformat()}  # fmt: skip


def _tell_due(due: list[Due], copies: list[Path], rules: Rules, *, dry_run: bool) -> None:
    counts = Counter[str]()
    for one in due:
        counts[one.rule] += one.count
    for rule in rules.rules:
        if counts[rule.name]:
            tell("retain_line", count=counts[rule.name], record=_noun(rule), why=_why(rule))
    if dry_run:
        for one in due:
            if one.id is not None:
                remark("retain_one", id=one.id, rule=one.rule)
    if copies:
        tell("retain_copies", count=len(copies), days=rules.backup_days)
    tell("retain_nothing" if not (due or copies) else "retain_dry" if dry_run else "retain_done")


def _noun(rule: Rule) -> str:
    key = f"trail.record_{rule.record}"
    return say(key, language()) if key in catalogue() else rule.name


def _why(rule: Rule) -> str:
    return (rule.ja if language() == "ja" else rule.en) or rule.name


@click.command(help=word("erase"))
@click.argument("record", type=click.Choice(["person", "household", "supporter"]))
@click.argument("identity", metavar="ID")
@click.option("--reason", required=True, help=word("erase_reason"))
@workspace_option
def erase(record: str, identity: str, reason: str, workspace: Path | None) -> None:
    """Forget one person, with everything that says who it was."""
    place = open_premises(workspace)
    with place.register as register:
        erase_records(register, at_the_terminal(), [(record, identity)], reason)
        _note_beside(register, place.settings)
    tell("erased", id=identity)
    rules = read_rules_of(place.settings.workspace)
    if rules.backup_days is None:
        remark("erased_copies_stay")
    else:
        remark("erased_copies", days=rules.backup_days)
