"""A list taken along: the whole of it, as it was sorted and filtered, as a numbered copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd
from sqlalchemy import select

from geo.errors import NotFound
from webapp.accounts.clock import today_here
from webapp.accounts.reader import name_now, register_now, viewer_now
from webapp.answers.loans import USUAL_LOAN, read_loan
from webapp.desk.listing import Choice, Listing, Row, read_rows
from webapp.register.export_copies import Mark, Note, Sent, send_rows
from webapp.register.records import District
from webapp.register.records.base import OfDistrict
from webapp.register.taken import take_rows
from webapp.serving.language import reader_language
from webapp.wording import say

ASKED: Final = ("form", "holder", "return_by", "of_district")
"""What the form asks besides the list's own sorting and filters."""


@dataclass(frozen=True)
class Copying:
    """What the form offers; ``districts`` is empty where there is nothing to choose."""

    holder: str
    return_by: date
    today: date
    districts: Sequence[tuple[str, str]]
    kept: Mapping[str, object]
    """The list's own sorting and filters."""


def copying(choice: Choice) -> Copying:
    """The form under a list, with what is usual filled in."""
    today = today_here()
    return Copying(name_now(), today + USUAL_LOAN, today, _districts(), choice.address())


def copy_list(listing: Listing, choice: Choice, asked: Mapping[str, str]) -> Sent | None:
    """The copy that was asked for; None where the list is empty.

    Raises
    ------
    ParameterWrong
        No such form or district, no holder, a day of return that is none or has passed.
    """
    loan = read_loan(asked["holder"], asked["return_by"])
    district = _read_district(asked["of_district"])
    rows, found = read_rows(listing, choice, *_within(listing, district), whole=True)
    if not rows:
        return None
    lang = reader_language()
    heads = [say(column.label, lang) for column in listing.columns]
    cells = [[column.show(row).text for column in listing.columns] for row in rows]
    taken = take_rows(
        register_now(),
        viewer_now(),
        listing.record,
        found,
        pd.DataFrame(cells, columns=pd.Index(heads), dtype=object),
        district=district,
        homes=_homes(rows),
    )
    return send_rows(
        register_now(), taken, loan, asked["form"], lambda mark: _note(listing, len(rows), mark)
    )


def _note(listing: Listing, count: int, mark: Mark) -> Note:
    lang, day = reader_language(), mark.return_by.isoformat()
    lines = (
        ("list.copy_of", say(listing.title, lang)),
        ("list.copy_holder", mark.holder),
        ("list.copy_return_by", day),
        ("list.copy_made", today_here().isoformat()),
        ("list.copy_rows", str(count)),
    )
    return Note(
        title=say(listing.title, lang)[:_SHEET],
        head=say("list.copy_number", lang),
        foot=say("list.copy_foot", lang, label=mark.label, holder=mark.holder, day=day),
        lines=[(say(key, lang), value) for key, value in lines],
    )


_SHEET: Final = 31
"""Letters in the name of a sheet."""


def _homes(rows: Iterable[Row]) -> set[str]:
    """The homes of those who stand in the rows beside the records themselves."""
    said = (getattr(one, "household_id", None) for row in rows for one in _parts(row))
    return {home for home in said if isinstance(home, str)}


def _parts(row: Row) -> list[Any]:
    return [row[name] for name in row]


def _within(listing: Listing, district: str | None) -> list[Any]:
    record = listing.record
    if district is None:
        return []
    if issubclass(record, OfDistrict):
        return [record.district_id == district]
    return [record.id == district] if listing.record is District else []


def _districts() -> list[tuple[str, str]]:
    """The viewer's districts to choose from, where a copy can be of one only."""
    mine = viewer_now().districts
    if mine is None or len(mine) == 1:
        return []
    asked = select(District.id, District.name).where(District.id.in_(mine)).order_by(District.id)
    with register_now().engine.connect() as connection:
        return [(str(one), str(name or one)) for one, name in connection.execute(asked)]


def _read_district(given: str) -> str | None:
    viewer = viewer_now()
    if viewer.districts is not None and len(viewer.districts) == 1:
        return next(iter(viewer.districts))
    if not given and viewer.districts is None:
        return None
    if not viewer.covers(given):
        raise NotFound(kind="district", id=given[:64] or "–")
    return given
