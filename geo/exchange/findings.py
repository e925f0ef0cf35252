"""What can be wrong in a cell, or was put right: one code, one sentence and one way out each.

A reader of cells gives back the value, a `Finding` where there is none to give, or
`Repaired` where it is sure of what was meant. Screens translate by ``code`` and fill
in ``facts``; the English sentences stand here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    # Faults: nothing of the file is taken.
    "column_missing": (
        "no column was recognised as {field}",
        "add the heading {heading}, or say which column it is",
    ),
    "value_missing": ("it is blank and must not be", "fill it in"),
    "word_unknown": ("{word} is not among the known words", "write {nearest}"),
    "word_only_one": ("it names more than one", "write one, for example {nearest}"),
    "mark_unclear": ("{word} is neither yes nor no", "write ○ for yes, or leave it blank"),
    "number_unclear": ("{word} is not a number", "write digits only, in {unit}"),
    "number_negative": ("{word} is below zero", "write a number of zero or more, in {unit}"),
    "number_outside": ("{word} is outside {low} to {high}", "write a number from {low} to {high}"),
    "unit_other": ("{word} is not in {unit}", "write it in {unit}"),
    "date_unclear": ("{word} is not a date", "write it as 昭和23年5月1日 or 1948-05-01"),
    "date_incomplete": ("{word} lacks year, month or day", "write it as 1948-05-01"),
    "date_two_digit_year": ("the year {word} may be of any era", "write the era, or four digits"),
    "date_impossible": ("there is no day {word}", "correct the month or the day"),
    "date_outside_era": ("{era} ran from {begins} to {ends}", "write {suggested}"),
    "year_unclear": ("{word} is not a year", "write it as 昭和23年 or 1948"),
    "hours_unclear": ("{word} is not a time of day", "write it as 09:00-12:00"),
    "hours_open": ("{word} has no end", "write it with its end, as 09:00-12:00"),
    "hours_backwards": ("{word} ends before it begins", "write two times, the earlier one first"),
    "coordinate_unclear": (
        "{word} is not a coordinate",
        "write degrees with decimals, as 33.8834, or leave both blank",
    ),
    "coordinate_outside": (
        "{word} degrees is outside {low} to {high}",
        "write degrees with decimals, or leave both blank",
    ),
    "coordinate_alone": (
        "the other coordinate is blank",
        "give both latitude and longitude, or neither",
    ),
    "coordinates_swapped": (
        "latitude and longitude are the wrong way round",
        "write latitude {lat} and longitude {lon}",
    ),
    "coordinates_zero": ("0, 0 lies in the sea off Africa", "leave both blank where unknown"),
    "phone_unclear": ("{word} is not a telephone number", "write it as 093-582-0000"),
    "id_scientific": (
        "the spreadsheet shortened the number to {word}",
        "format the column as text and enter the id again",
    ),
    "id_zero_lost": (
        "{word} is shorter than the other ids; the zeros in front seem lost",
        "write {suggested}",
    ),
    "id_twice": ("{word} stands in row {first} already", "give each row its own id"),
    "record_twice": ("the same person stands in row {first} already", "delete one of the two rows"),
    "link_twice": ("the same line stands in row {first} already", "delete one of the two rows"),
    "link_to_itself": ("{word} watches over itself", "correct one of the two ids"),
    "cell_beyond": (
        "there is a value beyond the last heading",
        "give the column a heading; a comma inside a cell needs quotation marks",
    ),
    "character_lost": (
        "it holds the sign � that stands for a lost character",
        "write the name again from its source",
    ),
    # Notes: the file is taken.
    "character_doubtful": (
        "it holds a question mark, which may stand for a character lost in saving",
        "compare the name with its source",
    ),
    "phone_zero_restored": ("the leading zero was lost", "{suggested} is stored"),
    "phone_without_area": ("the area code is missing", "add it when the person is next called"),
    "holidays_left_out": ("public holidays are not stored", "agree on them by telephone"),
    "private_character": (
        "it holds a character of this office's own (外字), which other machines cannot show",
        "replace it with the Unicode character",
    ),
    "address_unknown": ("the address was not found in the town list", "set the point on the map"),
    "address_ambiguous": (
        "the address is in more than one place: {candidates}",
        "add the ward, or set the point on the map",
    ),
    "address_coarse": ("only the ward of the address was found", "set the point on the map"),
    "address_missing": ("there is neither a position nor an address", "set the point on the map"),
    "outside_japan": ("the point lies outside Japan", "check latitude and longitude"),
    "answer_kept": ("{word} is not among the known answers", "it is kept as written"),
    "status_missing": (
        "no column says who is active",
        "nobody will be suggested until a status is given",
    ),
}
"""Problem and suggestion of every code, with the facts they need."""


@dataclass(frozen=True)
class Finding:
    """Something about a cell that a person should know."""

    code: str
    facts: dict[str, str]

    @property
    def problem(self) -> str:
        """What is wrong, in English."""
        return SENTENCES[self.code][0].format_map(self.facts)

    @property
    def suggestion(self) -> str:
        """What would be right, in English."""
        return SENTENCES[self.code][1].format_map(self.facts)


@dataclass(frozen=True)
class Repaired(Generic[T]):
    """A value that was put right, and what a person should know about it."""

    value: T
    note: Finding


def find(code: str, **facts: str) -> Finding:
    """A finding of a code of `SENTENCES`.

    >>> find("hours_open", word="13:00~").problem
    '13:00~ has no end'
    """
    return Finding(code, facts)
