"""``doctor``: whether everything is there and works."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from geo import sample
from geo.draw import vendor
from geo.errors import GeoError
from webapp.answers.atlas import Atlas
from webapp.answers.premises import Premises
from webapp.answers.suggesting import suggest_for
from webapp.answers.wish import Wish
from webapp.errors import sentence_of
from webapp.layerstore import Contents
from webapp.register.storage.telling import told_faults
from webapp.settings import Settings
from webapp.terminal.checkup import look_at_register, look_at_sqlite
from webapp.terminal.finding import Finding
from webapp.terminal.finding import say_finding as _say
from webapp.terminal.options import json_option, workspace_option
from webapp.terminal.speech import language, tell, tell_json, word
from webapp.wording import say


@click.command(help=word("doctor"))
@json_option
@workspace_option
def doctor(as_json: bool, workspace: Path | None) -> None:
    """Look at the program and the workspace; exit 1 where something is wrong."""
    findings = [
        *_look_at_program(),
        *_look_at_workspace(
            Settings.read(workspace=workspace).workspace, named=workspace is not None
        ),
    ]
    if as_json:
        tell_json({"fine": all(f.fine for f in findings), "findings": [vars(f) for f in findings]})
    else:
        for finding in findings:
            tell(finding.sign, what=finding.what)
    if not all(finding.fine for finding in findings):
        click.get_current_context().exit(1)


def _look_at_program() -> Iterator[Finding]:
    yield Finding(_say("python", version=platform.python_version()), sys.version_info >= (3, 11))
    yield from look_at_sqlite()
    yield _try("assets", lambda: [vendor.asset_bytes(name) for name in vendor.ASSETS])
    yield _try("font", vendor.font_folder)
    yield _try("kernels", _ask_sample)


def _ask_sample() -> None:
    town = sample.sample_town(households=5, supporters=5)
    layers = {"households": town.households, "supporters": town.supporters, "links": town.links}
    atlas = Atlas(Contents(1, demo=True, layers=layers, streets=town.streets))  # type: ignore[arg-type]
    suggest_for(atlas, town.households["id"].iloc[0], Wish("garbage"), "en")


def _look_at_workspace(folder: Path, *, named: bool) -> Iterator[Finding]:
    if not folder.exists():
        yield Finding(_say("no_workspace", folder=folder), fine=not named)
        return
    try:
        with told_faults():
            place = Premises.open(Settings.read(workspace=folder))
    except GeoError as fault:
        yield Finding(sentence_of(fault, language()), fine=False)
        return
    with place.register:
        yield from _until_fault(_look_at_layers(place, folder))
        yield from _until_fault(look_at_register(place, datetime.now(UTC)))


def _until_fault(findings: Iterator[Finding]) -> Iterator[Finding]:
    """What was found, and last the fault that ended it."""
    try:
        with told_faults():
            yield from findings
    except GeoError as fault:
        yield Finding(sentence_of(fault, language()), fine=False)


def _look_at_layers(place: Premises, folder: Path) -> Iterator[Finding]:
    atlas = place.shelf().whole()
    yield Finding(_say("workspace", folder=folder, version=atlas.version), fine=True)
    yield Finding(_say("closed"), fine=_is_closed(folder))
    for name, layer in atlas.contents.layers.items():
        yield Finding(
            _say("layer", layer=say(f"public.{name}", language()), rows=len(layer)), fine=True
        )
    if atlas.streets is not None:
        yield Finding(_say("streets", edges=atlas.streets.edges), fine=True)


def _is_closed(folder: Path) -> bool:
    if sys.platform == "win32":
        return True
    return not any(path.stat().st_mode & 0o077 for path in [folder, *folder.rglob("*")])


def _try(key: str, work: Callable[[], object]) -> Finding:
    try:
        work()
    except GeoError as fault:
        return Finding(sentence_of(fault, language()), fine=False)
    except Exception:  # noqa: BLE001
        return Finding(_say(key), fine=False)
    return Finding(_say(key), fine=True)
