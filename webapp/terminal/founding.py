"""A new place: its workspace, its register, its key; an invented town to fill it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from geo import sample
from geo.errors import ParameterWrong
from geo.sample import Town
from webapp.accounts.demo import make_demo_accounts
from webapp.accounts.policy import at_the_terminal
from webapp.answers.premises import Premises
from webapp.faults import WorkspaceMissing, WorkspaceTaken
from webapp.invented import Size, invent_workshops, invent_year, work_since
from webapp.invented.residents import invent_residents
from webapp.layerstore import Change
from webapp.register.intake import store_layers
from webapp.register.opening import make_register
from webapp.register.storage.keys import make_passphrase, place_demo_key
from webapp.settings import Settings
from webapp.terminal.speech import remark
from webapp.workspace import Workspace

_SOURCE: Final = "sample town"
_USUAL: Final = 600


def found_place(settings: Settings, passphrase: str, *, demo: bool = False) -> Premises:
    """A new, empty workspace and register.

    Raises
    ------
    WorkspaceTaken
        The folder holds files.
    """
    workspace = Workspace.create(settings.workspace, demo=demo)
    register = make_register(settings.workspace, passphrase, database=settings.database, demo=demo)
    return Premises(settings, workspace, register)


def settle_town(premises: Premises, town: Town) -> None:
    """Put a town in: its people into the register, its streets into the workspace."""
    layers = {
        "districts": town.districts,
        "households": town.households,
        "supporters": town.supporters,
        "links": town.links,
        "places": town.places,
    }
    store_layers(premises.register, at_the_terminal(), layers, _SOURCE)  # type: ignore[arg-type]
    premises.workspace.replace(Change(streets=town.streets, file=_SOURCE))


def open_demo(settings: Settings, size: int | None) -> Premises:
    """An invented town of ``size`` households, 600 without a word; one that is there is kept.

    Raises
    ------
    ParameterWrong
        The town that is there is of another size.
    WorkspaceTaken
        The folder holds anything but an invented town.
    """
    if not _is_demo(settings.workspace):
        remark("inventing")
        _found_demo(settings, size or _USUAL)
    place = Premises.open(settings)
    there = len(place.shelf().whole().layer("households"))
    if size not in {None, there}:
        wanted = f"{there}, or another --workspace"
        raise ParameterWrong(name="--size", value=size, wanted=wanted)
    return place


def _found_demo(settings: Settings, size: int) -> None:
    passphrase = make_passphrase()
    with found_place(settings, passphrase, demo=True).register as register:
        place_demo_key(settings.workspace, passphrase)
        place = Premises(settings, Workspace(settings.workspace), register)
        town = sample.sample_town(households=size, supporters=max(1, size // 10))
        settle_town(place, town)
        outlook, dangers = sample.sample_projections(town), sample.sample_hazards(size)
        grounds = {"hazards": dangers, "projections": outlook}
        grounds["population"] = invent_residents(town.districts, town.households)
        place.workspace.replace(Change(grounds, file=_SOURCE))  # type: ignore[arg-type]
        accounts, now = make_demo_accounts(register), datetime.now(UTC)
        invent_year(register, at_the_terminal(), now, Size.for_town(size))
        invent_workshops(register, at_the_terminal(), town.streets, now)
        work_since(register, accounts[0].login, now)


def _is_demo(folder: Path) -> bool:
    try:
        index = Workspace(folder).index()
    except WorkspaceMissing:
        return False
    if not index.demo:
        raise WorkspaceTaken(folder=str(folder))
    return True
