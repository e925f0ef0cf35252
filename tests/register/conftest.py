"""A register on every engine, empty but for two districts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clusters import Cluster, running_cluster, wanting
from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.register.house import Register
from webapp.register.opening import NAME, make_register, open_register
from webapp.register.records import District, Household, Person
from webapp.register.viewer import Viewer

PASSPHRASE = "四つ葉のクローバー 7"


@pytest.fixture(params=["sqlite", "postgres"])
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    """A new register with the districts D1 and D2, once on each engine."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_register")
        return
    address = request.getfixturevalue("settled_database")
    with open_register(tmp_path / "workspace", database=address) as opened:
        yield opened


@pytest.fixture
def sqlite_register(settled_file: Path, tmp_path: Path) -> Iterator[Register]:
    """The same in a file: tmp_path/workspace/register.db."""
    folder = tmp_path / "workspace"
    folder.mkdir(mode=0o700)
    shutil.copy2(settled_file, folder / NAME)
    with open_register(folder, PASSPHRASE) as opened:
        yield opened


@pytest.fixture(scope="session")
def settled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register's file that is made once and copied for each test."""
    folder = tmp_path_factory.mktemp("settled")
    with make_register(folder, PASSPHRASE) as made:
        settle_districts(made)
    return folder / NAME


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """PostgreSQL of this test run."""
    with running_cluster() as running:
        if running is None:
            wanting("no PostgreSQL on this machine; install postgresql and postgresql-postgis")
        else:
            yield running


@pytest.fixture(scope="session")
def settled_template(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database that is made once and copied for each test."""
    cluster.run("postgres", "CREATE DATABASE settled TEMPLATE with_postgis")
    folder = tmp_path_factory.mktemp("settled")
    with make_register(folder, database=cluster.address("settled")) as made:
        settle_districts(made)
    return "settled"


@pytest.fixture
def settled_database(cluster: Cluster, settled_template: str) -> Iterator[str]:
    """The address of a database of one's own, with two districts."""
    with cluster.database(settled_template) as address:
        yield address


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
