"""``key``: another passphrase for the register."""

from __future__ import annotations

from pathlib import Path

import click

from webapp.register.storage.keys import (
    ask_new_passphrase,
    change_passphrase,
    key_file,
    make_passphrase,
)
from webapp.settings import Settings
from webapp.terminal.options import workspace_option
from webapp.terminal.speech import tell, word
from webapp.workspace import Workspace


@click.group(help=word("key"))
def key() -> None:
    """What is done with the register's key."""


@key.command("change", help=word("key_change"))
@workspace_option
def change(workspace: Path | None) -> None:
    """Put the register under another passphrase: at random in a key file, else typed."""
    settings = Settings.read(workspace=workspace)
    demo = Workspace(settings.workspace).index().demo
    kept = key_file(settings, demo=demo) is not None
    passphrase = make_passphrase() if kept else ask_new_passphrase(settings)
    change_passphrase(settings, passphrase, demo=demo)
    tell("key_changed")
