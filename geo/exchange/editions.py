"""The editions of boundary files, and how one is told from another.

A column changes its meaning by edition (``A27_003`` is a school's name in 2010 and its
code in 2021), so an edition is recognised by its columns **and** by their values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import pandas as pd

from geo.errors import SchemaUnknown

_FITTING: Final = 0.9
"""Share of the filled values that must look as the edition says."""

Identity = Literal["code", "name", "both", "school"]

_FIVE_DIGITS: Final = re.compile(r"\d{4,5}")
_SMALL_AREA: Final = re.compile(r"\d{8,11}")
_SCHOOL: Final = re.compile(r"[A-Za-z]?\d{5,13}")
_WORDS: Final = re.compile(r".*[^\x00-\x7f].*", re.DOTALL)
_WARD: Final = re.compile(r".+区")


@dataclass(frozen=True)
class Edition:
    """One way a boundary file writes its districts.

    Attributes
    ----------
    title
        For the report.
    columns
        All must be there; small and capital letters are one.
    code, name
        Where the code and the name stand; of several name columns the first filled one counts.
    identity
        What makes two rows one district: the code; the name; both; or a school's code,
        which stands for one district only as long as it carries one name.
    patterns
        How the values of a column look.
    lengths
        Digits a code may have; one digit less is a lost leading zero.
    figures, texts
        Columns of ours taken from columns of theirs.
    left_out
        Column, value and reason of rows that are no district.
    """

    title: str
    columns: tuple[str, ...]
    code: str | None
    name: tuple[str, ...]
    identity: Identity
    patterns: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[tuple[str, str, str], ...] = ()


_UNDECIDED: Final = ("N03_004", "所属未定地", "land of no municipality")

_COUNTS: Final = {"people": "JINKO", "households": "SETAI"}

EDITIONS: Final = (
    Edition(
        "N03, 2024 on",
        ("N03_001", "N03_004", "N03_005", "N03_007"),
        "N03_007",
        ("N03_005", "N03_004"),
        "code",
        {"N03_007": _FIVE_DIGITS, "N03_005": _WARD},
        (5,),
        left_out=(_UNDECIDED,),
    ),
    Edition(
        "N03, to 2023",
        ("N03_001", "N03_004", "N03_007"),
        "N03_007",
        ("N03_004",),
        "code",
        {"N03_007": _FIVE_DIGITS, "N03_004": _WORDS},
        (5,),
        left_out=(_UNDECIDED,),
    ),
    Edition(
        "N03, wards only",
        ("N03_007", "ward"),
        "N03_007",
        ("ward",),
        "code",
        {"N03_007": _FIVE_DIGITS},
        (5,),
    ),
    Edition(
        "A27, 2021 on",
        ("A27_001", "A27_003", "A27_004", "A27_005"),
        "A27_003",
        ("A27_004",),
        "school",
        {"A27_001": _FIVE_DIGITS, "A27_003": _SCHOOL, "A27_004": _WORDS},
        texts={"address": "A27_005"},
    ),
    Edition(
        "A27, 2016",
        ("A27_005", "A27_007", "A27_008"),
        "A27_005",
        ("A27_007",),
        "both",
        {"A27_005": _FIVE_DIGITS, "A27_007": _WORDS},
        (5,),
        texts={"address": "A27_008"},
    ),
    Edition(
        "A27, 2010",
        ("A27_001", "A27_003", "A27_004"),
        "A27_001",
        ("A27_003",),
        "both",
        {"A27_001": _FIVE_DIGITS, "A27_003": _WORDS, "A27_004": _WORDS},
        (5,),
        texts={"address": "A27_004"},
    ),
    Edition(
        "A27, names and municipality only",
        ("name", "adminCode"),
        "adminCode",
        ("name",),
        "both",
        {"adminCode": _FIVE_DIGITS, "name": _WORDS},
        (5,),
    ),
    Edition(
        "e-Stat small areas",
        ("KEY_CODE", "S_NAME"),
        "KEY_CODE",
        ("S_NAME", "CITY_NAME"),
        "code",
        {"KEY_CODE": _SMALL_AREA},
        (9, 11),
        figures=_COUNTS,
        left_out=(("HCODE", "8154", "water"),),
    ),
    Edition(
        "e-Stat small areas, key and counts only",
        ("key", "name", "jinko"),
        "key",
        ("name",),
        "code",
        {"key": _SMALL_AREA},
        (9, 11),
        figures=_COUNTS,
    ),
    Edition(
        "a districts layer of this program",
        ("id", "code", "name"),
        "id",
        ("name",),
        "code",
        texts={"code": "code", "address": "address"},
        figures={"people": "people", "households": "households"},
    ),
)
"""Most particular first; the first that fits is taken."""

_WAY_OUT: Final = (
    "Say which column is which with --name-column and --code-column "
    "(name_column=, code_column= in Python)."
)


def find_edition(
    table: pd.DataFrame, file: str, *, name_column: str | None, code_column: str | None
) -> tuple[Edition, pd.DataFrame]:
    """The edition of a table, and the table with its columns spelled as the edition has them.

    Raises
    ------
    SchemaUnknown
        None fits, or a column given by name is not there.
    """
    if name_column is not None or code_column is not None:
        return _told(table, file, name_column, code_column), table
    for edition in EDITIONS:
        spelled = _respell(table, edition)
        if spelled is not None and all(_fits(spelled[c], p) for c, p in edition.patterns.items()):
            return edition, spelled
    raise SchemaUnknown(
        file=file,
        found=_listed(table),
        expected="those of N03 (N03_001 … N03_007), A27 (A27_001 … A27_008), e-Stat small areas "
        "(KEY_CODE, S_NAME …) with values that fit, or id, code and name",
        way_out=_WAY_OUT,
    )


def as_text(value: object) -> str | None:
    """A code or name as text: no blanks around it, no decimals after a whole number.

    >>> as_text(40101.0), as_text(" 門司区 "), as_text(float("nan")), as_text("")
    ('40101', '門司区', None, None)
    """
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 - NaN
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() or None


def _told(
    table: pd.DataFrame, file: str, name_column: str | None, code_column: str | None
) -> Edition:
    for column in (name_column, code_column):
        if column is not None and column not in table.columns:
            raise SchemaUnknown(
                file=file, found=_listed(table), expected=f"a column {column}", way_out=_WAY_OUT
            )
    return Edition(
        "columns given by name",
        (),
        code_column,
        (name_column,) if name_column else (),
        "school" if code_column and name_column else ("code" if code_column else "name"),
    )


def _respell(table: pd.DataFrame, edition: Edition) -> pd.DataFrame | None:
    here = {str(column).upper(): str(column) for column in table.columns}
    if any(column.upper() not in here for column in edition.columns):
        return None
    wanted = [*edition.columns, *edition.name, *edition.figures.values(), *edition.texts.values()]
    wanted += [column for column, _, _ in edition.left_out]
    spelling = {here[name.upper()]: name for name in wanted if name.upper() in here}
    return table.rename(columns=spelling)


def _fits(values: pd.Series, pattern: re.Pattern[str]) -> bool:
    texts = [text for text in map(as_text, values) if text is not None]
    right = sum(pattern.fullmatch(text) is not None for text in texts)
    return bool(texts) and right >= _FITTING * len(texts)


def _listed(table: pd.DataFrame) -> str:
    names = [str(column)[:30] for column in table.columns if column != "geometry"]
    more = f" and {len(names) - 15} more" if len(names) > 15 else ""
    return (", ".join(names[:15]) or "none") + more
