"""Rosters of households, supporters and watch links, as offices keep them.

One row is one record. A file is taken whole or not at all: `read_roster` tells every
fault it finds, `Roster.require` gives the layer only where there is none.

Ids
    An id column is used as it stands. Without one, an id is made from the record itself:
    a digest of name, kana, birth date, address and telephone number, folded so that a
    blank or a width more does not matter; where a row has no name, of everything in it.
    So the same file gives the same ids again, and a changed activity or status keeps
    them; a corrected name or address makes a new one. Such an id can be recomputed by
    whoever knows the person's data: it is no pseudonym and is not for publishing.

Positions
    From 緯度/経度 (``geocode_level`` "given"), else from the address where a gazetteer is
    given (its level), else null ("unknown"). An address of which only the ward was found
    gets no point either: its level says "ward".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import GEOGRAPHIC
from geo.errors import FileEmpty, ParameterWrong, RosterFaulty
from geo.exchange.findings import find
from geo.exchange.headings import HEADINGS, RosterKind, known_headings, propose_mapping
from geo.exchange.identities import check_links, identify
from geo.exchange.ledger import Ledger
from geo.exchange.placements import Locator, place
from geo.exchange.positions import Position
from geo.exchange.records import Value, read_column
from geo.exchange.sheets import Grid, find_header, join_headings, read_grid
from geo.layers import CONTRACTS

_REQUIRED: Final[dict[RosterKind, tuple[str, ...]]] = {
    "households": (),
    "supporters": ("activities",),
    "links": ("watcher_id", "watched_id"),
}


@dataclass(frozen=True)
class Roster:
    """A roster as read.

    Attributes
    ----------
    layer
        The records without a fault, EPSG:4326, keeping the contract of their layer in
        `geo.layers`; besides ``kana``, ``phone``, ``birth_date`` (ISO) and
        ``birth_date_text`` (as written) where the file has them. Geometry is null where
        the position is unknown, and always for links.
    faults
        One row per faulty cell: row (number in the spreadsheet), column (heading), value (as
        written), problem and suggestion (English), code and facts (for translation).
    mapping
        Heading → field of every column that was used; ``""`` for one kept out on request.
    notes
        As faults, for what was put right or should be looked at; nothing hinders the import.
    unknown
        Headings not recognised, whose columns were left out.
    file
        Name of the file.
    """

    layer: gpd.GeoDataFrame
    faults: pd.DataFrame
    mapping: dict[str, str]
    notes: pd.DataFrame
    unknown: list[str]
    file: str

    def require(self) -> gpd.GeoDataFrame:
        """The layer, if every record is without fault.

        Raises
        ------
        RosterFaulty
            With the whole report in ``facts["faults"]``.
        """
        if self.faults.empty:
            return self.layer
        first = self.faults.iloc[0]
        raise RosterFaulty(
            file=self.file,
            count=len(self.faults),
            row=int(first["row"]),
            column=first["column"],
            problem=first["problem"],
            faults=self.faults,
        )


def read_roster(
    path: str | Path,
    kind: RosterKind = "households",
    *,
    mapping: Mapping[str, str | None] | None = None,
    locate: Locator | None = None,
) -> Roster:
    """Read a roster and tell every fault in it.

    Parameters
    ----------
    path
        CSV, TSV or .xlsx; see `geo.exchange.sheets`.
    kind
        What the rows are.
    mapping
        Heading → field, going before the proposal of `geo.exchange.headings`; None or ``""``
        keeps a column out.
    locate
        Finds points for addresses where a row has no position; None leaves them unknown.

    Raises
    ------
    FileFault and its children, CellFaulty
        The file cannot be read as a table.
    SchemaUnknown
        No heading is known.
    ParameterWrong
        ``kind`` or ``mapping`` names what there is not.
    """
    if kind not in HEADINGS:
        raise ParameterWrong(name="kind", value=kind, wanted="one of " + ", ".join(HEADINGS))
    table = _open_table(read_grid(path), kind, mapping)
    _require_columns(table)
    values = _read_fields(table)
    points: list[Position | None] = [None] * len(table.rows)
    if kind == "links":
        check_links(table, values)
    else:
        values["id"] = identify(table, values)
        points, values["geocode_level"] = place(table, values.get("address"), locate)
    return _finish(table, values, points)


def _open_table(grid: Grid, kind: RosterKind, overrule: Mapping[str, str | None] | None) -> Ledger:
    header = find_header(grid, [*(overrule or {}), *known_headings(kind)])
    headings = join_headings(grid, header)
    records = [
        (grid.row_number(index), row)
        for index, row in enumerate(grid.rows[headings.below :], headings.below)
        if any(cell.strip() for cell in row)
    ]
    if not records:
        raise FileEmpty(file=grid.file)
    mapping = propose_mapping(headings.names, kind, overrule)
    numbers, rows = [number for number, _ in records], [row for _, row in records]
    return Ledger(kind, grid, headings.names, header, rows, numbers, mapping)


def _require_columns(table: Ledger) -> None:
    bases = {what.partition(":")[0] for what in table.mapping.values()}
    missing = [name for name in _REQUIRED[table.kind] if name not in bases]
    if len(bases & {"lat", "lon"}) == 1:
        missing += sorted({"lat", "lon"} - bases)
    for name in missing:
        finding = find("column_missing", field=name, heading=HEADINGS[table.kind][name][0])
        table.faults.add(table.grid.row_number(table.header), 0, name, "", finding)
    if table.kind == "supporters" and "status" not in bases:
        number = table.grid.row_number(table.header)
        table.notes.add(number, 0, "status", "", find("status_missing"))
    named = [index for index, name in enumerate(table.names) if name]
    if table.grid.encoding != "xlsx" and named:
        _check_beyond(table, named[-1] + 1)


def _check_beyond(table: Ledger, width: int) -> None:
    for record, row in enumerate(table.rows):
        beyond = next((cell for cell in row[width:] if cell.strip()), None)
        if beyond is not None:
            number = table.numbers[record]
            table.faults.add(number, width, f"column {width + 1}", beyond, find("cell_beyond"))


def _read_fields(table: Ledger) -> dict[str, list[Value]]:
    """Values by field; several columns of marks make one list."""
    values: dict[str, list[Value]] = {}
    for heading, what in table.mapping.items():
        base, _, option = what.partition(":")
        if base in {"", "lat", "lon"}:
            continue
        cells = table.cells(heading)
        read, findings = read_column(table.kind, what, heading, cells)
        for record, finding, is_fault in findings:
            (table.fault if is_fault else table.note)(record, heading, finding)
        values[base] = _join_marks(values.get(base), read) if option else read
        if base == "birth_date":
            values["birth_date_text"] = [cell.strip() or None for cell in cells]
    if table.kind == "supporters" and "birth_date" in values and "birth_year" not in values:
        values["birth_year"] = [_year_of(day) for day in values["birth_date"]]
    if table.kind == "supporters" and "activities" in values:
        values["activities"] = [value or [] for value in values["activities"]]
    return values


def _year_of(day: Value) -> Value:
    return float(day[:4]) if isinstance(day, str) else None


def _join_marks(before: list[Value] | None, after: list[Value]) -> list[Value]:
    """Lists of two columns joined; null where both are blank."""
    if before is None:
        return after
    return [_join(old, new) for old, new in zip(before, after, strict=True)]


def _join(old: Value, new: Value) -> Value:
    if not isinstance(old, list) or not isinstance(new, list):
        return new if old is None else old
    return old + [item for item in new if item not in old]


def _finish(table: Ledger, values: dict[str, list[Value]], points: list[Position | None]) -> Roster:
    faults = table.faults.table()
    faulty = set(faults["row"])
    right = np.array([number not in faulty for number in table.numbers], bool)
    contract = CONTRACTS[table.kind]
    names = [column.name for column in contract]
    names += [name for name in values if name not in names]
    numbers = {column.name for column in contract if column.kind == "number"}
    columns: dict[str, pd.Series] = {}
    for name in names:
        column = values.get(name, [None] * len(table.rows))
        columns[name] = pd.Series(column, dtype="float64" if name in numbers else "object")[right]
    lon = np.array([point.lon if point else np.nan for point in points])[right]
    lat = np.array([point.lat if point else np.nan for point in points])[right]
    geometry = np.asarray(shapely.points(lon, lat), object)
    geometry[np.isnan(lon)] = None
    frame = pd.DataFrame(columns).reset_index(drop=True)
    return Roster(
        layer=gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(geometry, crs=GEOGRAPHIC)),
        faults=faults,
        mapping=table.mapping,
        notes=table.notes.table(),
        unknown=[name for name in table.names if name and name not in table.mapping],
        file=table.grid.file,
    )
