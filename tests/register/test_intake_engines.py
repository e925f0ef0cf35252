"""An import, its undoing and a merging, once on each engine."""

from __future__ import annotations

from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo import sample_town
from webapp.accounts.policy import at_the_terminal
from webapp.layerstore import Layers
from webapp.register.house import Register
from webapp.register.intake import store_layers, undo
from webapp.register.merging import merge
from webapp.register.records import Household, Person, Supporter

TERMINAL = at_the_terminal()


def _people(register: Register) -> dict[str, tuple[str | None, str, str | None]]:
    with Session(register.engine) as session:
        return {
            one.id: (one.name, one.status, one.district_id)
            for one in session.scalars(select(Person))
        }


def test_a_town_goes_in_twice_changes_and_is_taken_back(register: Register) -> None:
    town = sample_town(1, households=60, supporters=12)
    names = ("districts", "households", "supporters", "links", "places")
    layers = cast("Layers", {name: getattr(town, name) for name in names})
    before, version = _people(register), register.version()
    first = store_layers(register, TERMINAL, layers, "town")
    assert len(_people(register)) == len(before) + 60
    assert register.version() == version + 1
    assert store_layers(register, TERMINAL, layers, "town").state == "unchanged"
    assert register.version() == version + 1
    whole = _people(register)
    fewer = layers["households"].iloc[:-1].assign(composition=None)
    second = store_layers(register, TERMINAL, {"households": fewer}, "fewer")
    merged = merge(register, TERMINAL, "person", *sorted(_people(register))[:2])
    undo(register, TERMINAL, merged.id)
    assert undo(register, TERMINAL, second.id, keep_later=True).later is not None
    assert _people(register) == whole
    done = undo(register, TERMINAL, first.id, keep_later=True)
    touched = {one.id for one in done.later}
    with Session(register.engine) as session:
        left = {one for one in session.scalars(select(Household.id)) if one not in {"H1", "H2"}}
        assert left <= touched
        assert not set(session.scalars(select(Supporter.id))) - touched
