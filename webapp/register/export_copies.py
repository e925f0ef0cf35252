"""Copies that leave: each numbered, with its holder and its day of return.

A copy is made of what was cut by consent: layers that were disclosed, or records that were
released (`webapp.register.taken`). It is made on demand and sent; the file itself is not
kept. The register keeps that it was made, of what, for whom, until when, and whether it
came back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal, Protocol

import geopandas as gpd
import pandas as pd
from sqlalchemy import Text, func, select, type_coerce

from geo.errors import ParameterWrong
from geo.exchange.tables import layer_bytes, workbook_bytes
from geo.layers import LayerName
from webapp.register.allowances import Output
from webapp.register.consents import JAPAN
from webapp.register.disclose import Disclosure
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import ExportCopy
from webapp.register.taken import Taken
from webapp.register.trail.pulse import Pulse
from webapp.register.viewer import Viewer

MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}
"""The forms a copy can have."""

_NEW_YEAR: Final = 4
"""年度 begins in April."""

_LONGEST: Final = 40


class Leaving(Protocol):
    """What leaves, cut by consent: of whom, what, to whom."""

    @property
    def viewer(self) -> Viewer:
        """Who takes it."""
        ...

    @property
    def output(self) -> Output:
        """For what, to whom, when."""
        ...

    @property
    def district(self) -> str | None:
        """The one it tells of; None = every one of the viewer's."""
        ...

    @property
    def households(self) -> list[str]:
        """Ids of those it tells of."""
        ...

    @property
    def told(self) -> list[str]:
        """Fields, sorted."""
        ...

    @property
    def count(self) -> int:
        """How many records it tells of."""
        ...


@dataclass(frozen=True)
class Loan:
    """Who carries the copy, and until when."""

    holder: str
    return_by: date
    expires: date | None = None
    """Last day of use; None = the day of return."""


@dataclass(frozen=True)
class Mark:
    """What stands on every copy."""

    label: str
    holder: str
    return_by: date


@dataclass(frozen=True)
class Note:
    """The mark of a list in words. ``lines``: each fact with what it is called."""

    title: str
    head: str
    foot: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Sent:
    """A copy, ready to be sent; its name tells its number and nobody's name."""

    label: str
    name: str
    media: str
    body: bytes


@dataclass(frozen=True)
class Listed:
    """One copy in the list of copies."""

    id: str
    version: int
    label: str
    holder: str
    recipient: str
    purpose: str
    form: str
    fields: tuple[str, ...]
    count: int
    issued_at: datetime
    issued_by: str
    return_by: date
    expires: date
    status: str
    ended_on: date | None
    due: bool
    """It is still out after the day of return or the last day of use."""


def send_copy(
    register: Register,
    leaving: Leaving,
    loan: Loan,
    form: str,
    draw: Callable[[Mark], bytes],
) -> Sent:
    """Make one copy of what leaves; ``draw`` sets its mark on it.

    The number is given before the copy is made. A copy that cannot be made is void; its
    number is not used again.

    Raises
    ------
    ParameterWrong
        A form nobody knows, no holder or a long name, a day of return that has passed, or
        more than one district of a viewer who has not all of them.
    """
    if form not in MEDIA:
        raise ParameterWrong(name="form", value=form, wanted=", ".join(MEDIA))
    copy = _issue(register, leaving, loan, form)
    mark = Mark(copy.label, copy.holder, copy.return_by)
    try:
        body = draw(mark)
    except BaseException:
        _end(register, leaving, copy)
        raise
    return Sent(copy.label, f"welfaremap-{copy.label}.{form}", MEDIA[form], body)


def send_table(
    register: Register, disclosure: Disclosure, loan: Loan, form: str, layer: LayerName
) -> Sent:
    """One layer of what was disclosed as a table: csv, xlsx or geojson.

    Raises
    ------
    ParameterWrong, CellsUnwritable
    """
    table = disclosure.layers[layer].dropna(axis="columns", how="all")
    if "geometry" not in table.columns:
        table = disclosure.layers[layer][[*table.columns, "geometry"]]
    return send_copy(register, disclosure, loan, form, lambda _: layer_bytes(table, f".{form}"))


def send_layer(
    register: Register, leaving: Leaving, loan: Loan, form: str, layer: gpd.GeoDataFrame
) -> Sent:
    """A layer made of what leaves, as gpkg, parquet or geojson; every row carries the number.

    Raises
    ------
    ParameterWrong, CellsUnwritable
    """
    return send_copy(
        register, leaving, loan, form,
        lambda mark: layer_bytes(layer.assign(copy=mark.label), f".{form}"),
    )  # fmt: skip


def send_rows(
    register: Register, taken: Taken, loan: Loan, form: str, say_note: Callable[[Mark], Note]
) -> Sent:
    """A list that was taken out of the register: csv or xlsx.

    In a csv the number stands in a column of its own, so that every row carries it and the
    file can still be read in; in an xlsx it stands below every printed page and on a sheet
    behind the rows.

    Raises
    ------
    ParameterWrong, CellsUnwritable
    """
    if form not in {"csv", "xlsx"}:
        raise ParameterWrong(name="form", value=form, wanted="csv, xlsx")

    def draw(mark: Mark) -> bytes:
        note = say_note(mark)
        if form == "csv":
            return layer_bytes(taken.table.assign(**{note.head: mark.label}), ".csv")
        facts = pd.DataFrame(note.lines, columns=pd.Index([note.head, mark.label]))
        return workbook_bytes({note.title: taken.table, note.head: facts}, foot=note.foot)

    return send_copy(register, taken, loan, form, draw)


def _issue(register: Register, leaving: Leaving, loan: Loan, form: str) -> ExportCopy:
    viewer, at = leaving.viewer, leaving.output.at
    today = at.astimezone(JAPAN).date()
    _check_loan(loan, today)
    district = _district_of(leaving)
    year = today.year - (today.month < _NEW_YEAR)
    with register.change(viewer, leaving.output.purpose, "export") as change:
        change.session.execute(select(Pulse.id).with_for_update())
        last = select(func.max(ExportCopy.number)).where(ExportCopy.year == year)
        made = change.add(
            ExportCopy,
            district_id=district,
            year=year,
            number=(change.session.scalar(last) or 0) + 1,
            holder=loan.holder.strip(),
            recipient=leaving.output.recipient,
            purpose=leaving.output.purpose,
            form=form,
            fields=leaving.told,
            households=leaving.households,
            count=leaving.count,
            issued_at=at,
            issued_by=viewer.account,
            return_by=loan.return_by,
            expires=loan.expires or loan.return_by,
        )
        label = f"{year}-{made.number:04d}"
        change.note("export", copy=label, form=form, count=made.count)
    return made


def _check_loan(loan: Loan, today: date) -> None:
    holder = loan.holder.strip()
    if not holder or len(holder) > _LONGEST or not holder.isprintable():
        raise ParameterWrong(
            name="holder", value=holder or "–", wanted=f"a name of 1 to {_LONGEST} characters"
        )
    for name, day in (("return_by", loan.return_by), ("expires", loan.expires)):
        if day is not None and day < today:
            raise ParameterWrong(name=name, value=day.isoformat(), wanted="today or later")


def _district_of(leaving: Leaving) -> str | None:
    """The district a copy belongs to; None = every one."""
    districts = leaving.viewer.districts
    if leaving.district is not None or districts is None:
        return leaving.district
    if len(districts) != 1:
        raise ParameterWrong(name="district", value="–", wanted="one of your districts")
    return next(iter(districts))


def _end(register: Register, leaving: Leaving, copy: ExportCopy) -> None:
    with register.change(leaving.viewer, leaving.output.purpose, "not made") as change:
        change.revise(ExportCopy, copy.id, copy.version, status="void")


def list_copies(
    register: Register,
    viewer: Viewer,
    purpose: str = "administration",
    *,
    at: datetime | None = None,
) -> list[Listed]:
    """Every copy the viewer may know of, newest first, those to be asked back marked due.

    Raises
    ------
    RecordWithheld
    """
    today = (at or datetime.now(UTC)).astimezone(JAPAN).date()
    newest = (ExportCopy.year.desc(), ExportCopy.number.desc())
    with register.look(viewer, purpose) as look:
        return [_listed(view, today) for view in look.several(ExportCopy, order=newest)]


def _listed(view: View, today: date) -> Listed:
    same = {
        name: view[name]
        for name in (
            "holder", "recipient", "purpose", "form", "count", "issued_at", "issued_by",
            "return_by", "expires", "status", "ended_on",
        )
    }  # fmt: skip
    due = view["status"] == "out" and today > min(view["return_by"], view["expires"])
    label = f"{view['year']}-{view['number']:04d}"
    return Listed(view.id, view.version, label, fields=tuple(view["fields"]), due=due, **same)


def mark_returned(
    register: Register,
    viewer: Viewer,
    copy_id: str,
    version: int,
    ended: Literal["returned", "destroyed"] = "returned",
    purpose: str = "administration",
    *,
    at: datetime | None = None,
) -> None:
    """Tick a copy off: it came back, or was destroyed before somebody's eyes.

    Raises
    ------
    NotFound, RecordStale, RecordWithheld, StepIllegal
    """
    today = (at or datetime.now(UTC)).astimezone(JAPAN).date()
    with register.change(viewer, purpose, ended) as change:
        change.revise(ExportCopy, copy_id, version, status=ended, ended_on=today)


def copies_telling_of(
    register: Register, viewer: Viewer, household_id: str, purpose: str = "administration"
) -> list[str]:
    """Numbers of the copies that tell of one household, for its people's access history."""
    names = type_coerce(ExportCopy.households, Text).contains(f'"{household_id}"', autoescape=True)
    order = (ExportCopy.year, ExportCopy.number)
    with register.look(viewer, purpose) as look:
        found = look.several(ExportCopy, names, order=order)
        return [f"{view['year']}-{view['number']:04d}" for view in found]
