"""Municipalities read from PostGIS tables are those of the same country in files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from sqlalchemy import URL, create_engine, make_url, text

from geo.country import CoverageStudy, FolderSource, run_study
from geo.errors import CrsMissing, FileMissing, ParameterWrong, SchemaUnknown
from tests.clusters import Cluster
from tests.countries import LAYERS, TOWNS, content, rows_of, write_country
from webapp.faults import DatabaseAway, PostgisMissing
from webapp.terminal.postgis import PostgisSource

STUDY = CoverageStudy(("garbage",), within=5.5)
KINDS = {"activities": "text[]", "needs": "text[]", "weekdays": "text[]", "hours": "text[]"}
NUMBERS = {"most_per_week", "load", "pace", "farthest_minutes", "minutes_there", "minutes_back",
           "metres"}  # fmt: skip


def url_of(address: str) -> URL:
    return make_url(address).set(drivername="postgresql+pg8000")


def write_table(address: str, schema: str, name: str, rows: gpd.GeoDataFrame) -> None:
    """A layer as a table of one geometry column, as an office would keep it."""
    told = [column for column in rows.columns if column != "geometry"]
    kinds = {one: KINDS.get(one, "numeric" if one in NUMBERS else "text") for one in told}
    kinds |= {"steps": "boolean"} if "steps" in told else {}
    engine = create_engine(url_of(address))
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
        columns = ", ".join(f"{one} {kind}" for one, kind in kinds.items())
        shape = "geom geometry(Geometry, 4326)"
        connection.execute(text(f"CREATE TABLE {schema}.{name} ({columns}, {shape})"))
        places = ", ".join(f"CAST(:{one} AS {kind})" for one, kind in kinds.items())
        goal = f"INSERT INTO {schema}.{name}"
        statement = f"{goal} VALUES ({places}, ST_GeomFromText(:shape, 4326))"
        for row in rows.to_dict("records"):
            values = {one: plain(row[one]) for one in told}
            connection.execute(text(statement), values | {"shape": row["geometry"].wkt})
    engine.dispose()


def plain(value: object) -> object:
    if isinstance(value, np.generic):
        value = value.item()
    return None if value is None or value != value else value  # noqa: PLR0124 - NaN


@pytest.fixture(scope="module")
def country(cluster: Cluster) -> Iterator[str]:
    """The country of `tests.countries` in the schema ``welfare``, rows last first."""
    with cluster.database() as address:
        for name in LAYERS:
            write_table(address, "welfare", name, rows_of(TOWNS, name).iloc[::-1])
        some = {code: TOWNS[code] for code in ("01100", "40101")}
        lines = [
            town.streets.lines().drop(columns=["edge", "part"]).assign(municipality=code)
            for code, town in some.items()
        ]
        for at, rows in enumerate(lines):
            write_table(address, f"lines{at}", "streets", rows)
        union = "SELECT * FROM lines0.streets UNION ALL SELECT * FROM lines1.streets"
        cluster.run(make_url(address).database or "", f"CREATE VIEW welfare.streets AS {union}")
        yield f"{address}&schema=welfare"


def test_the_results_are_those_of_the_same_country_in_files(country: str, tmp_path: Path) -> None:
    folder = write_country(tmp_path / "country")
    run_study(FolderSource(folder), STUDY, tmp_path / "files")
    source = PostgisSource(country)
    assert [share.rows for share in source.shares()] == [3, 2, 3]
    run = run_study(source, STUDY, tmp_path / "tables")
    assert run.failures == []
    assert source.strays() == {}
    assert tables(tmp_path / "files") == tables(tmp_path / "tables")
    first = content(tmp_path / "tables")
    run = run_study(PostgisSource(country), STUDY, tmp_path / "tables", resume=True)
    assert run.progress.kept == 3
    assert content(tmp_path / "tables") == first


def tables(folder: Path) -> dict[str, str]:
    """Rows of every part, without what they were made of."""
    return {
        path.name: str(gpd.pd.read_parquet(path).to_dict("records"))
        for path in sorted(folder.glob("*.parquet"))
    }


def test_a_password_is_shown_nowhere(country: str) -> None:
    share = PostgisSource(country).shares()[0]
    assert "postgresql" not in repr(share)


@pytest.mark.parametrize(
    ("deed", "fault"),
    [
        ("ALTER TABLE households DROP COLUMN municipality", SchemaUnknown),
        ("ALTER TABLE households ALTER geom TYPE geometry", CrsMissing),
        ("DROP TABLE households", FileMissing),
        ("DROP EXTENSION postgis CASCADE", PostgisMissing),
    ],
)
def test_tables_that_cannot_be_used_are_named(
    cluster: Cluster, deed: str, fault: type[Exception]
) -> None:
    with cluster.database() as address:
        write_table(address, "public", "households", rows_of(TOWNS, "households"))
        cluster.run(make_url(address).database or "", deed)
        with pytest.raises(fault):
            PostgisSource(address)


def test_a_database_that_is_not_there_is_said(cluster: Cluster) -> None:
    with pytest.raises(DatabaseAway):
        PostgisSource(cluster.address("nowhere"))
    with pytest.raises(ParameterWrong):
        PostgisSource("postgresql://a:b:c:d")
