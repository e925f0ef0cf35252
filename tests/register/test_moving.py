"""Moving a register into PostgreSQL: all of it, compared, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect

from tests.clusters import Cluster
from webapp.accounts.policy import at_the_terminal
from webapp.faults import CopyDiffers, DatabaseTaken
from webapp.register import moving
from webapp.register.copies.digest import digest_tables
from webapp.register.house import Register
from webapp.register.moving import move_register
from webapp.register.opening import open_register
from webapp.register.records import Household, StaffAccount
from webapp.register.storage.engine import open_postgres
from webapp.register.trail.verify import verify_trail

TERMINAL = at_the_terminal()
NOTED = {"access_event", "pulse"}


@pytest.fixture
def filled(sqlite_register: Register) -> Register:
    """The two districts, an account, a second version."""
    with sqlite_register.change(TERMINAL, "administration") as change:
        change.add(StaffAccount, login="sato", role="consultant", districts=["D1"])
        change.revise(Household, "H1", 1, needs=["garbage"], lon=130.87000000000003)
    return sqlite_register


def test_everything_moves_and_is_the_same(
    filled: Register, cluster: Cluster, tmp_path: Path
) -> None:
    folder = tmp_path / "workspace"
    before = digest_tables(filled)
    anchors = (folder / "anchors.log").read_bytes() if (folder / "anchors.log").exists() else b""
    with cluster.database() as address:
        rows = move_register(filled, folder, address, TERMINAL)
        assert (rows["history"], rows["staff_account"]) == (8, 1)
        with open_register(folder, database=address) as moved:
            after = digest_tables(moved)
            assert {k: v for k, v in after.items() if k not in NOTED} == {
                k: v for k, v in before.items() if k not in NOTED
            }
            with moved.change(TERMINAL, "matching") as change:
                change.revise(Household, "H1", 2, address="versions go on being numbered")
            assert verify_trail(moved.engine).faults == []
        assert digest_tables(filled) == before, "the file is left as it was"
        if anchors:
            assert (folder / "anchors.log").read_bytes().startswith(anchors)
        with pytest.raises(DatabaseTaken):
            move_register(filled, folder, address, TERMINAL)
        with open_register(folder, database=address) as moved:
            assert digest_tables(moved)["household"] != before["household"], "nothing was cleared"


def test_what_arrives_altered_is_taken_away_again(
    filled: Register, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = moving.put_lines

    def put_wrong(connection: object, table: object, columns: object, lines: list[str]) -> int:
        return put(connection, table, columns, [one.replace("福子1", "福子9") for one in lines])

    monkeypatch.setattr(moving, "put_lines", put_wrong)
    with cluster.database() as address:
        with pytest.raises(CopyDiffers):
            move_register(filled, tmp_path / "workspace", address, TERMINAL)
        engine = open_postgres(address)
        assert set(inspect(engine).get_table_names()) <= {"spatial_ref_sys"}
        engine.dispose()
