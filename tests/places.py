"""A place to try things in: a demo workspace, its register, its accounts, a town."""

from __future__ import annotations

from pathlib import Path

from geo.sample import Town
from webapp.accounts.demo import make_demo_accounts
from webapp.answers.premises import Premises
from webapp.register.storage.keys import place_demo_key
from webapp.settings import Settings
from webapp.terminal.founding import found_place, settle_town

PASSPHRASE = "四つ葉のクローバー 7"


def found_town(folder: Path, town: Town | None = None) -> Premises:
    """A demo workspace and register with the demo's accounts, and a town where there is one."""
    settings = Settings.read({}, workspace=folder)
    place = found_place(settings, PASSPHRASE, demo=True)
    place_demo_key(folder, PASSPHRASE)
    if town is not None:
        settle_town(place, town)
    make_demo_accounts(place.register)
    return place
