"""Migrations: they make what the records say, on both engines, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Engine, Integer, MetaData, inspect, text

from tests.clusters import Cluster
from tests.register.conftest import PASSPHRASE
from webapp.accounts.policy import at_the_terminal
from webapp.faults import PostgisMissing, RegisterNewer
from webapp.register.house import Register
from webapp.register.migrations import geometry
from webapp.register.opening import NAME, make_register, open_register
from webapp.register.records import Base, Household
from webapp.register.storage.engine import IMMEDIATE, open_file, open_postgres
from webapp.register.storage.schema import bring_up, is_up_to_date, take_steps


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without a table."""
    if request.param == "sqlite":
        engine = open_file(tmp_path / "empty" / NAME, PASSPHRASE)
    else:
        engine = open_postgres(request.getfixturevalue("empty_database"))
    yield engine
    engine.dispose()


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[str]:
    """The address of a database that has PostGIS and nothing else."""
    with cluster.database() as address:
        yield address


def _is_ours(_thing: object, name: str | None, kind: str, reflected: bool, _: object) -> bool:
    """Everything but what PostGIS keeps by itself."""
    if kind == "table":
        return not (reflected and name == "spatial_ref_sys")
    return not (reflected and name is not None and name.endswith(geometry.COLUMN))


def _differences(engine: Engine, metadata: MetaData) -> list[Any]:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": _is_ours}
        )
        return compare_metadata(context, metadata)


@pytest.mark.filterwarnings("ignore:Did not recognize type 'geometry'")
def test_the_steps_make_what_the_records_say(empty: Engine) -> None:
    bring_up(empty)
    assert _differences(empty, Base.metadata) == []
    assert is_up_to_date(empty)


@pytest.mark.filterwarnings("ignore:Did not recognize type 'geometry'")
def test_a_column_without_its_step_is_noticed(empty: Engine) -> None:
    bring_up(empty)
    later = MetaData()
    for table in Base.metadata.sorted_tables:
        table.to_metadata(later)
    later.tables["household"].append_column(Column("rooms", Integer))
    (missing,) = _differences(empty, later)
    assert missing[0] == "add_column"


def test_taking_the_steps_again_changes_nothing(empty: Engine) -> None:
    bring_up(empty)
    tables = inspect(empty).get_table_names()
    bring_up(empty)
    assert inspect(empty).get_table_names() == tables


def test_a_step_that_fails_leaves_nothing(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise KeyboardInterrupt

    before = inspect(empty).get_table_names()
    monkeypatch.setattr(geometry, "add_geometry", fail)
    with pytest.raises(KeyboardInterrupt):
        bring_up(empty)
    assert inspect(empty).get_table_names() == before


def test_an_older_register_is_brought_up_when_it_is_opened(tmp_path: Path) -> None:
    engine = open_file(tmp_path / NAME, PASSPHRASE)
    with engine.execution_options(**IMMEDIATE).begin() as connection:
        take_steps(connection, until="0001")
        first = "id, sequence, hash, data_version, answer_version, demo"
        connection.execute(text(f"INSERT INTO pulse ({first}) VALUES (1, 0, '', 7, 0, 0)"))  # noqa: S608
    engine.dispose()
    with open_register(tmp_path, PASSPHRASE) as register:
        assert is_up_to_date(register.engine)
        assert register.version() == 7


def test_a_newer_register_is_refused_untouched(register: Register) -> None:
    with register.engine.execution_options(**IMMEDIATE).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RegisterNewer):
        is_up_to_date(register.engine)


def test_gis_clients_find_points_areas_and_indexes(settled_database: str, tmp_path: Path) -> None:
    with open_register(tmp_path, database=settled_database) as register:
        with register.change(at_the_terminal(), "matching") as change:
            change.revise(Household, "H1", 1, lon=130.9, lat=33.8)
            change.add(Household, id="H3", district_id="D1")
        _give_area(register.engine)
        with register.engine.connect() as connection:
            points = connection.execute(
                text("SELECT id, ST_AsText(geom), ST_SRID(geom) FROM household ORDER BY id")
            ).all()
            area = connection.scalar(text("SELECT ST_AsText(geom) FROM district WHERE id = 'D1'"))
            layers = connection.execute(
                text("SELECT f_table_name, type, srid FROM geometry_columns ORDER BY 1")
            ).all()
            indexes = connection.scalar(
                text("SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%USING gist (geom)%'")
            )
    assert [tuple(point) for point in points] == [
        ("H1", "POINT(130.9 33.8)", 4326),
        ("H2", "POINT(130.87 33.83)", 4326),
        ("H3", None, None),
    ]
    assert area == "MULTIPOLYGON(((0 0,1 0,1 1,0 0)))"
    assert [tuple(layer) for layer in layers] == [
        ("district", "MULTIPOLYGON", 4326),
        ("household", "POINT", 4326),
        ("place", "POINT", 4326),
        ("supporter", "POINT", 4326),
    ]
    assert indexes == 4


def _give_area(engine: Engine) -> None:
    with engine.begin() as connection:
        wkb = "ST_AsBinary(ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))'))"
        connection.execute(text(f"UPDATE district SET boundary = {wkb} WHERE id = 'D1'"))  # noqa: S608


def test_a_database_without_postgis_is_told(cluster: Cluster, tmp_path: Path) -> None:
    cluster.run(
        "postgres", "CREATE ROLE clerk LOGIN", "CREATE DATABASE bare OWNER clerk TEMPLATE template0"
    )
    address = cluster.address("bare").replace("//register@", "//clerk@")
    with pytest.raises(PostgisMissing):
        make_register(tmp_path, database=address)
    engine = open_postgres(address)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
