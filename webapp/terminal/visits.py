"""``visits``: the visits that series call for, made where nobody opens the desk."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from webapp.accounts.policy import at_the_terminal
from webapp.casework.rounds import lag, make_visits
from webapp.terminal.options import json_option, open_premises, workspace_option
from webapp.terminal.speech import remark, tell, tell_json, word

_BEHIND: Final = {
    "behind": "visits_behind",
    "no_supporter": "visits_no_supporter",
    "rule": "visits_rule",
}


@click.group(help=word("visits"))
def visits() -> None:
    """What is done with visits."""


@visits.command("make", help=word("visits_make"))
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), default=None, help=word("visits_until"))
@json_option
@workspace_option
def make(until: datetime | None, as_json: bool, workspace: Path | None) -> None:
    """Make what is due; exit 1 where a series stays behind."""
    now = datetime.now(UTC)
    with open_premises(workspace).register as register:
        last = None if until is None else until.date()
        made = make_visits(register, at_the_terminal(), now, last)
        behind = lag(register, now)
    if as_json:
        tell_json(asdict(made) | {"behind": [asdict(one) for one in behind]})
    else:
        tell("visits_made", visits=made.visits, series=made.series)
        for one in behind:
            remark(_BEHIND[one.why], id=one.series_id)
    if behind:
        click.get_current_context().exit(1)
