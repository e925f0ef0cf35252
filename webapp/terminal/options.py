"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from geo import terms
from webapp.answers.premises import Premises
from webapp.settings import Settings
from webapp.terminal.speech import language, word
from webapp.workspace import Workspace

ACTIVITIES: Final = click.Choice(list(terms.ACTIVITIES))

workspace_option: Final = click.option(
    "--workspace",
    type=click.Path(path_type=Path),
    default=None,
    metavar="DIR",
    help=word("workspace"),
)
json_option: Final = click.option("--json", "as_json", is_flag=True, help=word("json"))
within_option: Final = click.option(
    "--within", type=click.FloatRange(1, 60), default=None, help=word("within")
)


def open_premises(folder: Path | None) -> Premises:
    """The workspace and the register that a command names.

    Raises
    ------
    WorkspaceMissing, WorkspaceDamaged, RegisterMissing, KeyDoesNotFit
    """
    return Premises.open(Settings.read(workspace=folder, lang=language()))


def open_workspace(folder: Path | None) -> Workspace:
    """The workspace that a command names. Raises `WorkspaceMissing`, `WorkspaceDamaged`."""
    workspace = Workspace(Settings.read(workspace=folder).workspace)
    workspace.index()
    return workspace
