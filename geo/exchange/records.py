"""Which reader a field of a roster has, applied to a whole column at once.

Columns repeat themselves (○, 活動中, 月・水), so every distinct text is read once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Final

from geo.exchange.dates import read_date, read_year
from geo.exchange.entries import (
    read_code,
    read_codes,
    read_id,
    read_mark,
    read_name,
    read_number,
    read_phone,
    read_text,
)
from geo.exchange.findings import Finding, Repaired, find
from geo.exchange.headings import RosterKind
from geo.exchange.hours import read_hours, read_weekdays
from geo.exchange.spellings import fold
from geo.layers import CONTRACTS, Column

Value = str | float | list[str] | None
"""What a cell of a layer holds; None is unknown."""

Reading = Value | Finding | Repaired[str] | Repaired[list[str]]

_UNITS: Final = {
    "most_per_week": "visits a week",
    "load": "visits a week",
    "pace": "metres a minute",
    "farthest_minutes": "minutes",
    "strength": "1 to 3",
}

_REQUIRED_CELLS: Final = frozenset({"watcher_id", "watched_id"})


def read_column(
    kind: RosterKind, what: str, heading: str, cells: list[str]
) -> tuple[list[Value], list[tuple[int, Finding, bool]]]:
    """The values of a column, and what was found.

    Parameters
    ----------
    kind
        Which roster.
    what
        Field, as ``"mode"`` or ``"activities:garbage"``.
    heading
        As written.
    cells
        One per record.

    Returns
    -------
    Values, None where blank or faulty; findings as (record, finding, whether it is a fault).
    """
    read = _reader(kind, what, heading)
    known: dict[str, Reading] = {}
    values: list[Value] = []
    findings: list[tuple[int, Finding, bool]] = []
    for record, cell in enumerate(cells):
        if cell not in known:
            known[cell] = read(cell)
        value = known[cell]
        if isinstance(value, Finding):
            findings.append((record, value, True))
            value = None
        elif isinstance(value, Repaired):
            findings.append((record, value.note, False))
            value = value.value
        elif value is None and what in _REQUIRED_CELLS:
            findings.append((record, find("value_missing"), True))
        values.append(list(value) if isinstance(value, list) else value)
    return values, findings


def _reader(kind: RosterKind, what: str, heading: str) -> Callable[[str], Reading]:
    base, _, option = what.partition(":")
    if option:
        return partial(_read_option, option=option, heading=heading)
    further: dict[str, Callable[[str], Reading]] = {
        "name": read_name,
        "kana": read_name,
        "address": read_text,
        "phone": read_phone,
        "birth_date": _read_birth,
        "birth_year": _read_birth_year,
        "weekdays": read_weekdays,
    }
    if base in further:
        return further[base]
    column = next(column for column in CONTRACTS[kind] if column.name == base)
    return _contract_reader(column)


def _contract_reader(column: Column) -> Callable[[str], Reading]:
    if column.kind == "code":
        return partial(read_code, table=column.table)
    if column.kind == "codes":
        return partial(read_codes, table=column.table)
    if column.kind == "number":
        return partial(read_number, unit=_UNITS[column.name])
    if column.kind == "hours":
        return read_hours
    return read_id if column.kind in {"id", "reference"} else read_text


def _read_option(text: str, *, option: str, heading: str) -> Reading:
    """[option] for ○, [] for ×, None where blank; free words under その他 mean yes."""
    mark = read_mark(text, heading)
    if isinstance(mark, Finding):
        is_free = option == "other" and len(fold(text)) > 1
        return [option] if is_free else mark
    return None if mark is None else [option] * mark


def _read_birth_year(text: str) -> Reading:
    year = read_year(text)
    return float(year) if isinstance(year, int) else year


def _read_birth(text: str) -> Reading:
    day = read_date(text)
    return day.isoformat() if isinstance(day, dt.date) else day
