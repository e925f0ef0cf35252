"""A register on every engine, empty but for two districts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.register.house import Register
from webapp.register.opening import make_register
from webapp.register.records import District, Household, Person
from webapp.register.viewer import Viewer

PASSPHRASE = "四つ葉のクローバー 7"


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    """A new register with the districts D1 and D2."""
    with make_register(tmp_path / "workspace", PASSPHRASE) as made:
        settle_districts(made)
        yield made


def settle_districts(register: Register) -> None:
    """Two districts, each with one household and its person."""
    with register.change(at_the_terminal(), "administration", "first") as change:
        for number in ("1", "2"):
            change.add(District, id=f"D{number}", name=f"第{number}校区")
            change.session.flush()
            change.add(
                Household, id=f"H{number}", district_id=f"D{number}", address="守恒町1丁目",
                lon=130.87, lat=33.83,
            )  # fmt: skip
            change.session.flush()
            change.add(
                Person, id=f"P{number}", household_id=f"H{number}", district_id=f"D{number}",
                name=f"神宮福子{number}", phone="093-000-0000",
            )  # fmt: skip


@pytest.fixture
def consultant() -> Viewer:
    """A consultant of D1."""
    return viewer_of("consultant", "a-consultant", frozenset({"D1"}))
