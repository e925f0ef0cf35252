"""A roster on the way in: its cells by field, and what was found in them.

Findings carry the spreadsheet's own row number and come out in the order of the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from geo.exchange.findings import Finding
from geo.exchange.headings import RosterKind
from geo.exchange.sheets import Grid

REPORT_COLUMNS: Final = ("row", "column", "value", "problem", "suggestion", "code", "facts")
"""Columns of ``Roster.faults`` and ``Roster.notes``."""


@dataclass
class Report:
    """Findings by row, in the order of the file."""

    entries: list[tuple[int, int, str, str, Finding]] = field(default_factory=list)

    def add(self, row: int, order: int, column: str, value: str, finding: Finding) -> None:
        """Enter a finding; ``order`` is the place of its column."""
        self.entries.append((row, order, column, value, finding))

    def table(self) -> pd.DataFrame:
        """One row per finding, with `REPORT_COLUMNS`."""
        rows = [
            (row, column, value[:200], found.problem, found.suggestion, found.code, found.facts)
            for row, _, column, value, found in sorted(self.entries, key=lambda e: e[:2])
        ]
        return pd.DataFrame(rows, columns=list(REPORT_COLUMNS))


@dataclass(frozen=True)
class Ledger:
    """The records of a grid by field, with where each came from."""

    kind: RosterKind
    grid: Grid
    names: list[str]
    header: int
    rows: list[list[str]]
    numbers: list[int]
    mapping: dict[str, str]
    faults: Report = field(default_factory=Report)
    notes: Report = field(default_factory=Report)

    def heading(self, name: str) -> str | None:
        """The heading whose column is the field ``name``."""
        return next((head for head, what in self.mapping.items() if what == name), None)

    def cells(self, heading: str) -> list[str]:
        """The cells below a heading."""
        index = self.names.index(heading)
        return [row[index] for row in self.rows]

    def fault(self, record: int, heading: str, finding: Finding) -> None:
        """Note a fault in a record's cell."""
        self._enter(self.faults, record, heading, finding)

    def note(self, record: int, heading: str, finding: Finding) -> None:
        """Note what hinders nothing."""
        self._enter(self.notes, record, heading, finding)

    def _enter(self, report: Report, record: int, heading: str, finding: Finding) -> None:
        order = self.names.index(heading) if heading in self.names else len(self.names)
        value = self.rows[record][order] if order < len(self.names) else ""
        report.add(self.numbers[record], order, heading, value, finding)
