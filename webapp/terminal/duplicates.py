"""``duplicates``, ``merge``, ``apart``: records that may be one person; a person decides."""

from __future__ import annotations

from pathlib import Path

import click

from webapp.accounts.policy import at_the_terminal
from webapp.register.duplicates import find_duplicates, keep_apart, require_kind
from webapp.register.merging import merge
from webapp.terminal.differing import tell_counts, tell_pair
from webapp.terminal.options import json_option, open_premises, workspace_option
from webapp.terminal.speech import tell, tell_json, word

_SHOWN = 50


@click.command("duplicates", help=word("duplicates"))
@click.option("--supporters", is_flag=True, help=word("duplicates_supporters"))
@json_option
@workspace_option
def list_duplicates(supporters: bool, as_json: bool, workspace: Path | None) -> None:
    """List records that may be one person."""
    with open_premises(workspace).register as register:
        kind = "supporter" if supporters else "person"
        found = find_duplicates(register, at_the_terminal(), kind)
    if as_json:
        tell_json({"duplicates": [vars(one) for one in found]})
        return
    if not found:
        tell("no_duplicates")
    for pair in found[:_SHOWN]:
        tell_pair(pair)
    if len(found) > _SHOWN:
        tell("more_rows", count=len(found) - _SHOWN)


@click.command("merge", help=word("merge"))
@click.argument("keep")
@click.argument("drop")
@workspace_option
def merge_two(keep: str, drop: str, workspace: Path | None) -> None:
    """Make two records one."""
    with open_premises(workspace).register as register:
        with register.engine.connect() as connection:
            kind = require_kind(connection, keep)
        made = merge(register, at_the_terminal(), kind, keep, drop)
    tell("merged_into", keep=keep, drop=drop)
    tell_counts(made.counts)
    tell("intake_done", id=made.id)


@click.command("apart", help=word("apart"))
@click.argument("first")
@click.argument("second")
@workspace_option
def keep_two_apart(first: str, second: str, workspace: Path | None) -> None:
    """Remember that two are different people."""
    with open_premises(workspace).register as register:
        with register.engine.connect() as connection:
            kind = require_kind(connection, first)
        keep_apart(register, at_the_terminal(), kind, first, second)
    tell("kept_apart", first=first, second=second)
