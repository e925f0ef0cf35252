"""``backup``, ``backup-key``, ``restore`` and ``migrate``: copies, and another engine."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from geo.errors import ParameterWrong
from webapp.accounts.policy import at_the_terminal
from webapp.answers.premises import Premises
from webapp.faults import CopyMissing, CopyUnwritable
from webapp.register.copies.backup import ENDING, make_copy
from webapp.register.copies.restore import Restored, Target, restore_copy
from webapp.register.copies.sealing import Opener, Seal, make_identity, read_about, read_identity
from webapp.register.erased import ErasedList, read_erased
from webapp.register.moving import move_register
from webapp.register.opening import NAME, open_register
from webapp.register.storage.keys import (
    find_passphrase,
    new_passphrase,
    place_demo_key,
    read_key_file,
)
from webapp.settings import Settings
from webapp.terminal.options import workspace_option
from webapp.terminal.speech import remark, report_progress, tell, word
from webapp.workspace import Workspace
from webapp.workspace.backup_places import remember_place

_FILE: Final = click.Path(path_type=Path, dir_okay=False)
passphrase_option: Final = click.option(
    "--passphrase-file", type=_FILE, default=None, metavar="FILE", help=word("copy_passphrase")
)


@click.command(help=word("backup"))
@click.argument("file", type=_FILE, required=False)
@click.option("--recipient", multiple=True, metavar="age1…", help=word("copy_recipient"))
@passphrase_option
@workspace_option
def backup(
    file: Path | None,
    recipient: tuple[str, ...],
    passphrase_file: Path | None,
    workspace: Path | None,
) -> None:
    """Copy everything into one closed file while the server goes on."""
    settings = Settings.read(workspace=workspace)
    path = file or _dated(settings)
    demo = Workspace(settings.workspace).index().demo
    words = "" if recipient else _words(settings, passphrase_file, demo=demo)
    report_progress("copying")
    place = Premises.open(settings)
    with place.register as register:
        made = make_copy(
            register, settings.workspace, path, Seal(words, recipient), at_the_terminal()
        )
    remember_place(settings.workspace, path.resolve().parent)
    rows = {name: f"{made.rows.get(name, 0):,}" for name in ("household", "person", "supporter")}
    tell("copied", file=path, files=made.files, size=f"{path.stat().st_size / 1e6:.1f}", **rows)


def _dated(settings: Settings) -> Path:
    """A file of this minute in the folder of the backups."""
    if not settings.backups:
        raise click.MissingParameter(param_hint="FILE", param_type="argument")
    folder = Path(settings.backups).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise CopyUnwritable(file=str(folder)) from None
    return folder / f"welfaremap-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}{ENDING}"


def _words(settings: Settings, file: Path | None, *, demo: bool = False) -> str:
    return read_key_file(file) if file is not None else find_passphrase(settings, demo=demo)


@click.command("backup-key", help=word("copy_key"))
@click.argument("file", type=_FILE)
def backup_key(file: Path) -> None:
    """Make a pair of keys: the secret one into a file to lock away, the public one to use."""
    secret, public = make_identity()
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as into:
            into.write(f"# public key: {public}\n{secret}\n")
    except OSError:
        raise ParameterWrong(name="FILE", value=str(file), wanted="a new file") from None
    click.echo(public)
    remark("copy_key_made", file=file)


@click.command(help=word("restore"))
@click.argument("file", type=_FILE)
@click.option("--identity", type=_FILE, default=None, metavar="FILE", help=word("copy_identity"))
@passphrase_option
@workspace_option
def restore(
    file: Path, identity: Path | None, passphrase_file: Path | None, workspace: Path | None
) -> None:
    """Put a copy back into a new folder, or an empty database."""
    settings = Settings.read(workspace=workspace)
    made_at = read_about(file)["made_at"]
    opener = _open_with(settings, identity, passphrase_file)
    report_progress("restoring")
    with _target(settings, opener) as target:
        lists = [one for one in _lists(file, settings) if one is not None]
        restored = restore_copy(file, opener, target, at_the_terminal(), lists)
    _tell_restored(restored, settings, made_at)


def _open_with(settings: Settings, identity: Path | None, file: Path | None) -> Opener:
    if identity is not None:
        try:
            return Opener(identity=read_identity(identity.read_text("utf-8").splitlines()) or "–")
        except (OSError, UnicodeDecodeError):
            raise CopyMissing(file=str(identity)) from None
    there = settings.key_file and Path(settings.key_file).expanduser().is_file()
    known = settings if there else replace(settings, key_file="")
    return Opener(_words(known, file))


@contextmanager
def _target(settings: Settings, opener: Opener) -> Generator[Target]:
    """Where to put it back; a key file that is made for it goes again where that fails."""
    key = Path(settings.key_file).expanduser() if settings.key_file else None
    made = key is not None and not key.exists()
    words = opener.passphrase
    if settings.database:
        words = ""
    elif key is not None and not made:
        words = read_key_file(key)
    elif key is not None or not words:
        words = new_passphrase(settings)
    try:
        yield Target(settings.workspace, words, settings.database, place_demo_key)
    except BaseException:
        if made and key is not None:
            key.unlink(missing_ok=True)
        raise


def _lists(file: Path, settings: Settings) -> list[ErasedList | None]:
    folders = {file.resolve().parent}
    if settings.backups:
        folders.add(Path(settings.backups).expanduser().resolve())
    return [read_erased(folder) for folder in sorted(folders)]


def _tell_restored(restored: Restored, settings: Settings, made_at: str) -> None:
    tell("restored", folder=settings.workspace, made_at=made_at[:16].replace("T", " "))
    named = ("district", "household", "person", "supporter", "request", "history")
    tell("restored_rows", **{name: f"{restored.rows.get(name, 0):,}" for name in named})
    if restored.erased:
        tell("restored_erased", count=restored.erased)
    remark("restored_next")


@click.command(help=word("migrate"))
@click.argument("way", type=click.Choice(["sqlite-to-postgres", "sqlite→postgres"]))
@click.option("--database", metavar="URL", default=None, help=word("migrate_database"))
@workspace_option
def migrate(way: str, database: str | None, workspace: Path | None) -> None:
    """Move the register from its file into an empty PostgreSQL database."""
    del way
    settings = Settings.read(workspace=workspace)
    address = database or settings.database
    if not address:
        raise click.MissingParameter(param_hint="--database", param_type="option")
    file = replace(settings, database="")
    words = find_passphrase(file, demo=Workspace(settings.workspace).index().demo)
    report_progress("moving")
    with open_register(settings.workspace, words) as source:
        rows = move_register(source, settings.workspace, address, at_the_terminal())
    tell("moved", tables=len(rows), rows=f"{sum(rows.values()):,}")
    remark("moved_next", file=settings.workspace / NAME)
