"""Districts that follow: new boundaries take in what lay in none, people move with their home."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import Connection, select

from geo.crs import GEOGRAPHIC
from webapp.register.intake.difference import Difference
from webapp.register.intake.drafts import Draft, Standing, Values, join_districts
from webapp.register.intake.standing import read_rows, read_some, table_of
from webapp.register.joining import with_districts
from webapp.register.records import RECORDS, District, Household, Place, Record, Supporter
from webapp.register.records.base import OfDistrict

_PLACED: Final[tuple[type[Record], ...]] = (Household, Supporter, Place)

_LEANS_ON: Final = {
    "household_id": "household",
    "watched_id": "household",
    "person_id": "person",
    "request_id": "request",
    "visit_id": "visit",
}
"""By which column a record belongs to another, whose district is its own."""


def find_settled(
    connection: Connection, drafts: list[Draft], standing: Standing
) -> Iterator[Difference]:
    """Records in no district that lie in one of those drafted."""
    fresh = next((draft for draft in drafts if draft.record is District), None)
    if fresh is None:
        return
    districts = join_districts(_frame(fresh), standing.districts)
    told = {draft.record: draft.rows for draft in drafts}
    for record in _PLACED:
        columns = table_of(record).columns
        asked = select(columns["id"]).where(columns["district_id"].is_(None))
        ids = [row.id for row in connection.execute(asked) if row.id not in told.get(record, {})]
        yield from _settle(record, read_some(connection, record, ids), districts)


def _frame(draft: Draft) -> gpd.GeoDataFrame:
    rows = {identity: row for identity, row in draft.rows.items() if row["boundary"] is not None}
    shapes = shapely.from_wkb(np.array([row["boundary"] for row in rows.values()], object))
    columns = {name: [row.get(name) for row in rows.values()] for name in ("code", "name")}
    return gpd.GeoDataFrame(
        {"id": list(rows)} | columns,
        geometry=gpd.GeoSeries(shapes, crs=GEOGRAPHIC),
        crs=GEOGRAPHIC,
    )


def _settle(
    record: type[Record], rows: dict[str, Values], districts: gpd.GeoDataFrame
) -> Iterator[Difference]:
    placed = [row for row in rows.values() if row["lon"] is not None]
    if not placed:
        return
    spots = shapely.points([row["lon"] for row in placed], [row["lat"] for row in placed])
    points = gpd.GeoDataFrame(
        {"district_id": [None] * len(placed)},
        geometry=gpd.GeoSeries(spots, crs=GEOGRAPHIC),
        crs=GEOGRAPHIC,
    )
    found = with_districts(points, districts)["district_id"]
    for row, district in zip(placed, found, strict=True):
        if isinstance(district, str):
            yield Difference("changed", record, row["id"], row, row | {"district_id": district})


def find_followers(
    connection: Connection, listed: list[Difference], drafts: list[Draft]
) -> Iterator[Difference]:
    """Whatever belongs to a household that comes into another district, and did so before."""
    moved = {
        ("household", one.id): (one.old["district_id"], one.new["district_id"])
        for one in listed
        if one.record is Household and one.old is not None and one.new is not None
        if one.old["district_id"] != one.new["district_id"]
    }
    if not moved:
        return
    told = {(draft.record, identity) for draft in drafts for identity in draft.rows}
    for record in RECORDS.values():
        if record is Household or not issubclass(record, OfDistrict):
            continue
        for identity, old in read_rows(connection, record).items():
            step = next((moved[key] for key in _leans(old) if key in moved), None)
            if step is None or old["district_id"] != step[0]:
                continue
            moved[record.noun(), identity] = step
            if (record, identity) not in told:
                new = old | {"district_id": step[1]}
                yield Difference("changed", record, identity, old, new)


def _leans(row: Values) -> Iterator[tuple[str, str]]:
    for column, noun in _LEANS_ON.items():
        if row.get(column) is not None:
            yield noun, row[column]
