"""A survey's answers as a table of any form: one row is one questionnaire.

What a column asks is guessed by `geo.exchange.questions` and may be overruled. An answer
about help that is not understood is kept as written and noted; only what is wrong about
the person (a telephone number, a day) is a fault, and then nothing of the file is taken.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pandas as pd

from geo.errors import FileEmpty
from geo.exchange.dates import read_date
from geo.exchange.entries import read_mark, read_name, read_phone, read_text
from geo.exchange.findings import Finding, Repaired, find
from geo.exchange.ledger import Report
from geo.exchange.questions import (
    GROUPS,
    KEEP,
    LEFT_OUT,
    PERSON,
    activity_in,
    guess_questions,
    is_question,
    overrule_questions,
)
from geo.exchange.sheets import Grid, find_header, join_headings, read_grid
from geo.exchange.spellings import find_code, fold

_SEARCHED_ROWS: Final = 50

_SAMPLES: Final = 4

_ITEMS: Final = re.compile(r"[、,，;；/／\n|&+]|及び")

_NOTHING: Final = frozenset(
    fold(word)
    for word in ("なし", "無し", "無", "特になし", "特に無し", "特にない", "ない", "-", "×")
)

_LEADING: Final = re.compile(r"^[\s0-9①-⑳.．、:：)）-]+")

Value = str | bool | None


@dataclass(frozen=True)
class AskedColumn:
    """One column. ``question``: of `geo.exchange.questions`; ``samples``: some of its answers."""

    heading: str
    question: str
    samples: tuple[str, ...]
    filled: int
    """In how many rows something stands."""


@dataclass(frozen=True)
class AnswerRow:
    """One questionnaire; None = not said.

    ``willing`` and ``needs`` hold activity codes; empty = none, None = the file does not
    ask. ``answers``: as written by heading, what was not read or not wholly understood.
    """

    row: int
    digest: str
    name: str | None = None
    kana: str | None = None
    address: str | None = None
    phone: str | None = None
    answered_on: dt.date | None = None
    contact: bool | None = None
    willing: list[str] | None = None
    needs: list[str] | None = None
    answers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Questionnaire:
    """A survey's file as read.

    Attributes
    ----------
    columns
        Every column with a heading.
    rows
        The answers without a fault, in the order of the file.
    faults, notes
        As of `geo.exchange.rosters.Roster`.
    shape
        Digest of the headings: files with the same are of the same form.
    file
        Name of the file.
    """

    columns: tuple[AskedColumn, ...]
    rows: tuple[AnswerRow, ...]
    faults: pd.DataFrame
    notes: pd.DataFrame
    shape: str
    file: str

    @property
    def mapping(self) -> dict[str, str]:
        """Question by heading."""
        return {one.heading: one.question for one in self.columns}


def read_questionnaire(
    path: str | Path,
    *,
    mapping: Mapping[str, str] | None = None,
    kept: Callable[[str], Mapping[str, str] | None] | None = None,
) -> Questionnaire:
    """Read the answers of a survey and tell every fault in them.

    Parameters
    ----------
    path
        CSV, TSV or .xlsx; see `geo.exchange.sheets`.
    mapping
        Heading → question of `geo.exchange.questions.QUESTIONS`, going before the guess.
    kept
        Gives the mapping that is remembered for a shape, going before the guess but after
        ``mapping``.

    Raises
    ------
    FileFault and its children, CellFaulty
        The file cannot be read as a table.
    ParameterWrong
        ``mapping`` names a question there is not.
    """
    table = _Table.of(read_grid(path))
    guessed = guess_questions(table.names, [table.cells(at) for at in range(len(table.names))])
    shape = digest_shape(table.names)
    remembered = (kept(shape) if kept is not None else None) or {}
    asked = overrule_questions(overrule_questions(guessed, remembered), mapping or {})
    faults, notes = Report(), Report()
    _check_beyond(table, faults)
    rows = [_read_row(table, at, asked, faults, notes) for at in range(len(table.rows))]
    told = faults.table()
    faulty = set(told["row"])
    return Questionnaire(
        columns=tuple(_columns(table, asked)),
        rows=tuple(row for row in rows if row.row not in faulty),
        faults=told,
        notes=notes.table(),
        shape=shape,
        file=table.grid.file,
    )


def digest_shape(names: Sequence[str]) -> str:
    """Digest of headings; blanks and widths do not matter."""
    text = "\x1f".join(fold(name) for name in names)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class _Table:
    """The grid below its header; ``numbers`` are those of the spreadsheet."""

    grid: Grid
    names: list[str]
    rows: list[list[str]]
    numbers: list[int]
    digests: list[str]

    @classmethod
    def of(cls, grid: Grid) -> _Table:
        headings = join_headings(grid, find_header(grid, _known_headers(grid)))
        filled = [
            index
            for index in range(headings.below, len(grid.rows))
            if any(cell.strip() for cell in grid.rows[index])
        ]
        if not filled:
            raise FileEmpty(file=grid.file)
        rows = [grid.rows[index] for index in filled]
        numbers = [grid.row_number(index) for index in filled]
        return cls(grid, headings.names, rows, numbers, list(_digest_rows(rows)))

    def cells(self, at: int) -> list[str]:
        return [row[at] for row in self.rows]


def _digest_rows(rows: list[list[str]]) -> Iterator[str]:
    """Digest of each row; of rows that are alike each has its own."""
    seen: Counter[str] = Counter()
    for row in rows:
        text = "\x1f".join(cell.strip() for cell in row).rstrip("\x1f")
        seen[text] += 1
        whole = f"{text}\x1e{seen[text]}".encode("utf-8", "replace")
        yield hashlib.sha256(whole).hexdigest()


def _known_headers(grid: Grid) -> list[str]:
    """Cells that read like questions; where none does, the first row with two cells or more."""
    first = grid.rows[:_SEARCHED_ROWS]
    known = [cell for row in first for cell in row if cell.strip() and is_question(cell)]
    if known:
        return known
    filled = [[cell for cell in row if cell.strip()] for row in first]
    return next((row for row in filled if len(row) > 1), []) or next(row for row in filled if row)


def _columns(table: _Table, asked: Mapping[str, str]) -> Iterator[AskedColumn]:
    for at, name in enumerate(table.names):
        if name:
            filled = [cell.strip() for cell in table.cells(at) if cell.strip()]
            samples = tuple(one[:40] for one in list(dict.fromkeys(filled))[:_SAMPLES])
            yield AskedColumn(name, asked[name], samples, len(filled))


def _check_beyond(table: _Table, faults: Report) -> None:
    named = [at for at, name in enumerate(table.names) if name]
    width = named[-1] + 1 if named else 0
    for record, row in enumerate(table.rows):
        beyond = next((cell for cell in row[width:] if cell.strip()), None)
        if beyond is not None:
            column = f"column {width + 1}"
            faults.add(table.numbers[record], width, column, beyond, find("cell_beyond"))


def _read_row(
    table: _Table, record: int, asked: Mapping[str, str], faults: Report, notes: Report
) -> AnswerRow:
    number = table.numbers[record]
    values: dict[str, object] = {}
    help_: dict[str, _Help] = {}
    answers: dict[str, str] = {}
    for at, name in enumerate(table.names):
        question, cell = asked.get(name, LEFT_OUT), table.rows[record][at]
        base, _, part = question.partition(":")
        if base in GROUPS:
            kept = help_.setdefault(base, _Help()).take(part, name, cell)
            _keep(answers, name, cell if kept else "")
            unknown = _unknown_word(cell, part) if kept and part != "other" else ""
            if unknown:
                notes.add(number, at, name, cell, find("answer_kept", word=unknown[:40]))
        elif question in PERSON:
            value, finding, is_fault = _read_person(question, name, cell)
            if finding is not None:
                (faults if is_fault else notes).add(number, at, name, cell, finding)
                _keep(answers, name, "" if is_fault or value is not None else cell)
            values[question] = value
        elif question == KEEP:
            _keep(answers, name, cell)
    told = {base: one.codes() for base, one in help_.items()}
    return AnswerRow(number, table.digests[record], **values, **told, answers=answers)  # type: ignore[arg-type]


def _keep(answers: dict[str, str], name: str, cell: str) -> None:
    if cell.strip():
        answers[name] = cell.strip()


def _read_person(
    question: str, heading: str, cell: str
) -> tuple[str | bool | dt.date | None, Finding | None, bool]:
    """The value, what was found, and whether that is a fault."""
    value = _READERS[question](cell) if question != "contact" else read_mark(cell, heading)
    if isinstance(value, Repaired):
        return value.value, value.note, False
    if isinstance(value, Finding):
        if question == "contact":
            said = _read_contact(cell)
            kept = find("answer_kept", word=cell.strip()[:40]) if said is None else None
            return said, kept, False
        return None, value, True
    return value, None, False


def _read_contact(cell: str) -> bool | None:
    """Words that say yes or no within more words; None where they do not."""
    key = fold(cell)
    if re.search(r"不可|しないで|よくない|困る|いや|遠慮|ほしくない|だめ|望まない", key):
        return False
    return (
        True
        if re.search(r"よい|いい|良い|可|して(ください|下さい)|構わない|おーけー|^ok", key)
        else None
    )


_READERS: Final[dict[str, Callable[[str], str | Finding | Repaired[str] | dt.date | None]]] = {
    "name": read_name,
    "kana": read_name,
    "address": read_text,
    "phone": read_phone,
    "answered_on": read_date,
}


class _Help:
    """What one row says of help, offered or needed."""

    def __init__(self) -> None:
        self._codes: dict[str, None] = {}
        self._any: bool | None = None

    def take(self, part: str, heading: str, cell: str) -> bool:
        """Read one cell; whether its words are to be kept besides."""
        if not cell.strip():
            return False
        if not part:
            return self._take_list(cell)
        mark = read_mark(cell, heading)
        if isinstance(mark, Finding):
            if part == "other":
                self._codes["other"] = None
            elif part == "any":
                self._take_list(cell)
            return True
        if part == "any":
            self._any = mark
        elif mark:
            self._codes[part] = None
        return False

    def _take_list(self, cell: str) -> bool:
        if fold(cell) in _NOTHING:
            return False
        kept = False
        for _, code, is_exact in _read_words(cell):
            kept |= not is_exact
            if code is not None:
                self._codes[code] = None
        return kept

    def codes(self) -> list[str]:
        """Activities; a yes without any is help of a kind that was not asked."""
        return list(self._codes) or (["other"] if self._any else [])


def _read_words(cell: str) -> list[tuple[str, str | None, bool]]:
    """Every item of a cell, its code, None where unknown, whether it is spelled as known."""
    whole = find_code("activity", _LEADING.sub("", cell))
    if whole is not None:
        return [(cell.strip(), whole, True)]
    read: list[tuple[str, str | None, bool]] = []
    for item in _ITEMS.split(cell):
        word = _LEADING.sub("", item).strip()
        parts = [word] if find_code("activity", word) else word.split("・")
        for part in filter(None, map(str.strip, parts)):
            exact = find_code("activity", part)
            read.append((part, exact or activity_in(part), exact is not None))
    return read


def _unknown_word(cell: str, part: str) -> str:
    """What of the cell was not understood at all."""
    if part not in {"", "any"}:
        return cell.strip()
    return next((word for word, code, _ in _read_words(cell) if code is None), "")
