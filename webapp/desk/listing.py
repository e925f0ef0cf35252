"""A list of records: which columns it shows, how it sorts and filters.

One mechanism for all of the desk's lists. Sorting and filtering go by codes only, so
that nobody's name stands in an address; pages are cut by `webapp.register.released`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement

from geo.errors import ParameterWrong
from webapp.accounts.reader import register_now, viewer_now
from webapp.register.look import View
from webapp.register.records import Record
from webapp.register.released import Released, release_records

PAGE: Final = 50
"""Rows on one page."""


@dataclass(frozen=True)
class Cell:
    """What stands in one cell; ``href`` leads on, ``number`` is set to the right."""

    text: str
    href: str = ""
    number: bool = False
    tag: str = ""
    """late or wait marks it; empty = plain."""


Row = Mapping[str, Any]
"""What one row is made of: the record's view as ``record``, and what was gathered with it."""


@dataclass(frozen=True)
class Column:
    """One column. ``label``: key of its word; ``order``: what it sorts by, empty = it does not."""

    name: str
    label: str
    show: Callable[[Row], Cell]
    order: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Filter:
    """One choice. ``options``: codes with their words; ``where``: the rows of a code."""

    name: str
    label: str
    options: Callable[[], Sequence[tuple[str, str]]]
    where: Callable[[str], ColumnElement[bool]]


@dataclass(frozen=True)
class Listing:
    """One list. ``gather`` makes the rows of a page; ``usual``: the column it is sorted by.

    ``intro`` names a template that stands above the rows; empty = none.
    """

    name: str
    title: str
    record: type[Record]
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...]
    gather: Callable[[Sequence[View]], Sequence[Row]]
    usual: str
    usual_filters: Mapping[str, str]
    purpose: str = "matching"
    intro: str = ""
    within: Callable[[], ColumnElement[bool]] | None = None
    """Rows that are the reader's at all, whatever is chosen; None = all that may be seen."""


@dataclass(frozen=True)
class Choice:
    """How a list was asked for."""

    sort: str
    down: bool
    chosen: Mapping[str, str]
    page: int

    def address(self, **other: object) -> dict[str, object]:
        """Query parameters of the same list with something else about it."""
        said: dict[str, object] = {"sort": ("-" if self.down else "") + self.sort, **self.chosen}
        return {**said, **other}


def read_choice(listing: Listing, given: Mapping[str, str]) -> Choice:
    """The sorting, the filters and the page of a query string.

    Raises
    ------
    ParameterWrong
    """
    known = {"sort", "page", "from", *(one.name for one in listing.filters)}
    for name in given:
        if name not in known:
            raise ParameterWrong(name="parameter", value=name[:40], wanted=", ".join(sorted(known)))
    sort = given.get("sort") or listing.usual
    sortable = [one.name for one in listing.columns if one.order]
    if sort.removeprefix("-") not in sortable:
        raise ParameterWrong(name="sort", value=sort[:40], wanted=", ".join(sortable))
    chosen = {
        one.name: _chosen(one, given.get(one.name, listing.usual_filters.get(one.name, "")))
        for one in listing.filters
    }
    page = given.get("page", "1")
    if not page.isdecimal() or not 0 < int(page) < 100_000:
        raise ParameterWrong(name="page", value=page[:40], wanted="1 or more")
    return Choice(sort.removeprefix("-"), sort.startswith("-"), chosen, int(page))


def _chosen(one: Filter, code: str) -> str:
    codes = [known for known, _ in one.options()]
    if code and code not in codes:
        raise ParameterWrong(name=one.name, value=code[:40], wanted=", ".join(codes))
    return code


def read_rows(
    listing: Listing,
    choice: Choice,
    *besides: ColumnElement[bool],
    whole: bool = False,
) -> tuple[Sequence[Row], Released]:
    """The rows of the page that was asked for, or of all pages, and how many there are.

    ``besides`` are conditions that no filter stands for.
    """
    column = next(one for one in listing.columns if one.name == choice.sort)
    order = [one.desc() if choice.down else one.asc() for one in column.order]
    where = [
        one.where(choice.chosen[one.name]) for one in listing.filters if choice.chosen[one.name]
    ]
    where += [*besides, *([] if listing.within is None else [listing.within()])]
    first, limit = (0, None) if whole else ((choice.page - 1) * PAGE, PAGE)
    found = release_records(
        register_now(), viewer_now(), listing.purpose, listing.record, *where,
        order=(*order, listing.record.id), first=first, limit=limit,
    )  # fmt: skip
    return listing.gather(found), found
