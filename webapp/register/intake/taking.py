"""Previewing and applying an import."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert

from geo.exchange.rosters import Roster
from geo.layers import LayerName
from webapp.faults import IntakeFaulty
from webapp.layerstore import Layers
from webapp.register.duplicates import (
    KINDS,
    Card,
    Kind,
    Proposal,
    propose_pairs,
    read_apart,
    read_cards,
)
from webapp.register.house import Register
from webapp.register.intake.difference import Differences
from webapp.register.intake.differences import find_differences
from webapp.register.intake.drafts import Values, draft_layers
from webapp.register.intake.permits import require_allowed
from webapp.register.intake.standing import read_standing, table_of
from webapp.register.intake.writing import Stamp, write_differences
from webapp.register.records import Household
from webapp.register.records.base import new_id
from webapp.register.records.intake import Intake
from webapp.register.storage.engine import hold_still
from webapp.register.trail.reads import extent_event
from webapp.register.viewer import Viewer

PURPOSE: Final = "administration"


@dataclass(frozen=True)
class Parcel:
    """What is taken in: layers, the file they came from, the columns it really has.

    ``fields`` None = every column of the layers. ``keep_missing``: what the file does not
    name stays as it is, where else it would be gone from the districts the file covers.
    """

    layers: Layers
    file: str
    kind: str
    sha256: str | None = None
    fields: frozenset[str] | None = None
    keep_missing: bool = False

    @classmethod
    def of_roster(cls, roster: Roster, kind: LayerName, path: Path) -> Parcel:
        """A roster as read.

        Raises
        ------
        RosterFaulty
            It has rows at fault.
        """
        bases = {what.partition(":")[0] for what in roster.mapping.values() if what}
        fields = bases | ({"birth_date_text"} if "birth_date" in bases else set())
        if kind == "supporters" and "birth_date" in bases:
            fields |= {"birth_year"}
        layer = roster.require()
        if layer["geocode_level"].notna().any() if "geocode_level" in layer else False:
            fields |= {"geocode_level"}
        return cls({kind: layer}, path.name, kind, digest_file(path), frozenset(fields))


def digest_file(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def preview(register: Register, viewer: Viewer, parcel: Parcel) -> Differences:
    """What `apply` would do; nothing is changed, the reading is in the trail."""
    with hold_still(register.engine) as connection:
        found = _find(connection, viewer, parcel)
        found.duplicates.extend(_find_duplicates(connection, viewer, found))
    register.keep([
        extent_event(viewer, PURPOSE, noun, None, sum(counts.values()), [])
        for noun, counts in found.counts().items()
        if sum(counts.values())
    ])  # fmt: skip
    return found


def _find_duplicates(
    connection: Connection, viewer: Viewer, found: Differences
) -> Iterator[Proposal]:
    """Pairs of which one is new in the file."""
    for kind, record in KINDS.items():
        fresh = [one for one in found.of("new") if one.record is record]
        if not fresh:
            continue
        homes = {
            one.id: one.new or {} for one in found.listed if one.record is Household and one.new
        }
        gone = {one.id for one in found.of("gone")}
        stored = read_cards(connection, viewer, kind)
        cards = [card for card in stored if card.id not in gone]
        cards += [_card(kind, one.new or {}, homes) for one in fresh]
        ids = {one.id for one in fresh}
        for pair in propose_pairs(cards, read_apart(connection, kind)):
            if pair.first in ids or pair.second in ids:
                yield pair


def _card(kind: Kind, row: Values, homes: Mapping[str, Values]) -> Card:
    address = row.get("address") or homes.get(row.get("household_id", ""), {}).get("address")
    return Card(
        kind, row["id"], row["name"], row["kana"], row.get("birth_date"), row["phone"], address
    )


def apply(register: Register, viewer: Viewer, parcel: Parcel) -> Intake:
    """Take a parcel in, all or nothing; where nothing differs nothing is written.

    Raises
    ------
    IntakeFaulty
        Rows are at fault; nothing was changed.
    RecordWithheld, FieldWithheld, NotFound
        The viewer may not write them.
    """
    made = Intake(
        id=new_id("t"),
        file=parcel.file[:255],
        sha256=parcel.sha256,
        kind=parcel.kind,
        at=datetime.now(UTC),
        by=viewer.account,
        counts={},
        state="applied",
    )
    with register.change(viewer, PURPOSE, "import", intake_id=made.id) as change:
        connection = change.session.connection()
        found = _find(connection, viewer, parcel)
        if found.faults:
            first = found.faults[0]
            raise IntakeFaulty(
                file=parcel.file, count=len(found.faults), id=first.id,
                problem=first.problem, faults=found.faults,
            )  # fmt: skip
        made.counts = found.counts()
        if not found.listed:
            made.state = "unchanged"
            return made
        connection.execute(insert(table_of(Intake)), [_row(made)])
        write_differences(connection, found.listed, Stamp.now(viewer, PURPOSE, "import", made.id))
    return made


def store_layers(
    register: Register, viewer: Viewer, layers: Layers, file: str, *, keep_missing: bool = False
) -> Intake:
    """Take whole layers in, districts, households, supporters, links and places together.

    Raises
    ------
    IntakeFaulty, RecordWithheld, FieldWithheld, NotFound
    """
    kind = "+".join(name for name in layers)[:64]
    return apply(register, viewer, Parcel(layers, file, kind, keep_missing=keep_missing))


def _row(made: Intake) -> dict[str, object]:
    return {column.key: getattr(made, column.key) for column in table_of(Intake).columns}


def _find(connection: Connection, viewer: Viewer, parcel: Parcel) -> Differences:
    standing = read_standing(connection)
    drafts = draft_layers(parcel.layers, standing, parcel.file, parcel.fields)
    found = find_differences(connection, drafts, standing, keep_missing=parcel.keep_missing)
    require_allowed(viewer, PURPOSE, found.listed)
    return found
