"""アンケート: a file of answers is taken in, whole or not at all; what came of each survey."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import geopandas as gpd
from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    case,
    func,
    insert,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute

from geo.errors import NotFound, ParameterWrong, RosterFaulty
from geo.exchange.questionnaires import AnswerRow, Questionnaire
from webapp.faults import IntakeFaulty, RecordWithheld
from webapp.register.house import Register
from webapp.register.intake import Differences
from webapp.register.intake.differences import find_differences
from webapp.register.intake.drafts import Draft, Standing, Values
from webapp.register.intake.permits import require_allowed
from webapp.register.intake.standing import in_batches, table_of
from webapp.register.intake.writing import Stamp, write_differences
from webapp.register.records import SurveyAnswer
from webapp.register.records.base import new_id
from webapp.register.records.intake import Intake
from webapp.register.records.survey_form import SurveyForm
from webapp.register.storage.engine import hold_still
from webapp.register.trail.reads import extent_event
from webapp.register.viewer import Viewer

PURPOSE: Final = "matching"
"""What a consultant reads answers for; for no other purpose."""

KIND: Final = "survey"
"""What the list of imports calls such a file."""

LONGEST_NAME: Final = 64


@dataclass(frozen=True)
class Batch:
    """A survey's file as it is to be taken in. ``survey``: what the survey is called."""

    survey: str
    district_id: str
    questionnaire: Questionnaire
    sha256: str | None = None


@dataclass(frozen=True)
class Preview:
    """What taking a file in would do. ``earlier``: the same file, taken before."""

    differences: Differences
    earlier: Intake | None

    def count(self, deed: str) -> int:
        """How many answers are new, changed or unchanged."""
        return self.differences.counts().get(SurveyAnswer.noun(), {}).get(deed, 0)


def preview(register: Register, viewer: Viewer, batch: Batch) -> Preview:
    """What `take` would do; nothing is changed.

    Raises
    ------
    ParameterWrong, RecordWithheld, FieldWithheld, NotFound
    """
    _require_name(batch.survey)
    with hold_still(register.engine) as connection:
        found = _find(connection, viewer, batch)
        earlier = _find_earlier(connection, batch.sha256)
    register.keep([extent_event(viewer, PURPOSE, SurveyAnswer.noun(), batch.district_id, 0, [])])
    return Preview(found, earlier)


def take(register: Register, viewer: Viewer, batch: Batch) -> Intake:
    """Take the answers in, all or nothing, and remember what the columns of this form ask.

    Answers that are there already are not taken twice; of those nobody has followed up,
    what the file now says otherwise is corrected.

    Raises
    ------
    RosterFaulty, IntakeFaulty
        Rows are at fault; nothing was changed.
    ParameterWrong, RecordWithheld, FieldWithheld, NotFound
    """
    _require_name(batch.survey)
    _require_right(batch.questionnaire)
    made = Intake(
        id=new_id("t"), file=batch.questionnaire.file[:255], sha256=batch.sha256, kind=KIND,
        at=datetime.now(UTC), by=viewer.account, counts={}, state="applied",
    )  # fmt: skip
    with register.change(viewer, PURPOSE, "import", intake_id=made.id) as change:
        connection = change.session.connection()
        found = _find(connection, viewer, batch)
        if found.faults:
            first = found.faults[0]
            raise IntakeFaulty(
                file=made.file, count=len(found.faults), id=first.id, problem=first.problem,
                faults=found.faults,
            )  # fmt: skip
        made.counts = found.counts()
        _remember(change.session.merge, batch.questionnaire, viewer)
        if not found.listed:
            made.state = "unchanged"
            return made
        row = {column.key: getattr(made, column.key) for column in table_of(Intake).columns}
        connection.execute(insert(table_of(Intake)), [row])
        write_differences(connection, found.listed, Stamp.now(viewer, PURPOSE, "import", made.id))
    return made


def kept_mapping(register: Register) -> Callable[[str], Mapping[str, str] | None]:
    """What is remembered of a form, by the digest of its headings."""

    def find(shape: str) -> Mapping[str, str] | None:
        with register.engine.connect() as connection:
            return connection.scalar(select(SurveyForm.mapping).where(SurveyForm.shape == shape))

    return find


def _remember(
    merge: Callable[[SurveyForm], SurveyForm], questionnaire: Questionnaire, viewer: Viewer
) -> None:
    merge(
        SurveyForm(
            shape=questionnaire.shape,
            mapping=questionnaire.mapping,
            changed_at=datetime.now(UTC),
            changed_by=viewer.account,
        )
    )


def _require_name(survey: str) -> None:
    if not survey.strip() or len(survey) > LONGEST_NAME or not survey.isprintable():
        wanted = f"1 to {LONGEST_NAME} letters"
        raise ParameterWrong(name="survey", value=survey[:40] or "–", wanted=wanted)


def _require_right(questionnaire: Questionnaire) -> None:
    faults = questionnaire.faults
    if not faults.empty:
        first = faults.iloc[0]
        raise RosterFaulty(
            file=questionnaire.file, count=len(faults), row=int(first["row"]),
            column=first["column"], problem=first["problem"], faults=faults,
        )  # fmt: skip


def _find(connection: Connection, viewer: Viewer, batch: Batch) -> Differences:
    if not viewer.covers(batch.district_id):
        raise NotFound(kind="district", id=batch.district_id)
    rows = {_digest(batch, row): row for row in batch.questionnaire.rows}
    known = _find_known(connection, list(rows))
    drafts = {
        known[digest].id if digest in known else new_id(SurveyAnswer.PREFIX): _draft(
            batch, digest, row
        )
        for digest, row in rows.items()
        if digest not in known or not known[digest].followed
    }
    found = find_differences(
        connection, [Draft(SurveyAnswer, drafts)], _NOTHING_STANDS, keep_missing=True
    )
    followed = sum(one.followed for one in known.values())
    noun = SurveyAnswer.noun()
    found.unchanged[noun] = found.unchanged.get(noun, 0) + followed
    require_allowed(viewer, PURPOSE, found.listed)
    return found


_NOTHING_STANDS: Final = Standing(gpd.GeoDataFrame({"id": []}, geometry=[], crs=4326), {}, {})
"""Answers lean on no district's boundary and on no household."""


def _digest(batch: Batch, row: AnswerRow) -> str:
    whole = f"{batch.survey}\x1f{batch.district_id}\x1f{row.digest}"
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()


def _draft(batch: Batch, digest: str, row: AnswerRow) -> Values:
    return {
        "survey": batch.survey,
        "district_id": batch.district_id,
        "digest": digest,
        "answered_on": row.answered_on,
        "name": row.name,
        "kana": row.kana,
        "phone": row.phone,
        "address": row.address,
        "willing": row.willing,
        "needs": row.needs,
        "contact": row.contact,
        "answers": row.answers or None,
    }


@dataclass(frozen=True)
class _Known:
    id: str
    followed: bool
    """Somebody made a supporter or a consultation of it: it is not corrected any more."""


def _find_known(connection: Connection, digests: Sequence[str]) -> dict[str, _Known]:
    known: dict[str, _Known] = {}
    for some in in_batches(digests, 500):
        asked = select(
            SurveyAnswer.digest, SurveyAnswer.id, SurveyAnswer.supporter_id,
            SurveyAnswer.consultation_id,
        ).where(SurveyAnswer.digest.in_(some))  # fmt: skip
        for digest, identity, supporter, consultation in connection.execute(asked):
            known[str(digest)] = _Known(identity, bool(supporter or consultation))
    return known


def _find_earlier(connection: Connection, sha256: str | None) -> Intake | None:
    if sha256 is None:
        return None
    table = table_of(Intake)
    same = (table.c.sha256 == sha256) & (table.c.kind == KIND) & (table.c.state == "applied")
    row = connection.execute(select(table).where(same).order_by(table.c.at)).mappings().first()
    return None if row is None else Intake(**row)


@dataclass(frozen=True)
class Survey:
    """One survey of one district, counted.

    ``open_willing`` and ``open_needs``: who may be contacted and has not been followed up.
    """

    key: str
    name: str
    district_id: str | None
    answers: int
    willing: int
    needs: int
    supporters: int
    consultations: int
    open_willing: int
    open_needs: int
    last: date | None


def survey_key(district_id: str | None, survey: str) -> str:
    """What stands for a survey in an address, so that its name does not."""
    whole = f"{district_id}\x1f{survey}".encode()
    return hashlib.blake2b(whole, digest_size=12).hexdigest()


def says(column: InstrumentedAttribute[list[str] | None]) -> ColumnElement[bool]:
    """Answers that name something there."""
    return and_(column.is_not(None), type_coerce(column, Text) != "[]")


def is_open(what: str) -> ColumnElement[bool]:
    """Answers to be followed up: ``willing`` or ``needs``, and one may come back to them."""
    column = SurveyAnswer.willing if what == "willing" else SurveyAnswer.needs
    link = SurveyAnswer.supporter_id if what == "willing" else SurveyAnswer.consultation_id
    return and_(says(column), SurveyAnswer.contact.is_(True), link.is_(None))


def list_surveys(register: Register, viewer: Viewer) -> list[Survey]:
    """Every survey of the viewer's districts, the last one first.

    Raises
    ------
    RecordWithheld
    """
    if not viewer.sight.seen(SurveyAnswer.noun(), PURPOSE):
        raise RecordWithheld(record=SurveyAnswer.noun(), role=viewer.role)
    last = func.max(SurveyAnswer.answered_on)
    asked = (
        select(
            SurveyAnswer.survey, SurveyAnswer.district_id, func.count(),
            _count(says(SurveyAnswer.willing)), _count(says(SurveyAnswer.needs)),
            func.count(SurveyAnswer.supporter_id), func.count(SurveyAnswer.consultation_id),
            _count(is_open("willing")), _count(is_open("needs")), last,
        )
        .group_by(SurveyAnswer.survey, SurveyAnswer.district_id)
        .order_by(func.max(SurveyAnswer.made_at).desc(), SurveyAnswer.survey)
    )  # fmt: skip
    if viewer.districts is not None:
        asked = asked.where(SurveyAnswer.district_id.in_(sorted(viewer.districts)))
    with register.engine.connect() as connection:
        rows = connection.execute(asked).all()
    return [Survey(survey_key(row[1], row[0]), *row) for row in rows]


def _count(fits: ColumnElement[bool]) -> Any:  # noqa: ANN401
    return func.coalesce(func.sum(case((fits, 1), else_=0)), 0)


def find_survey(register: Register, viewer: Viewer, key: str) -> Survey:
    """The survey of a key. Raises `NotFound`."""
    for one in list_surveys(register, viewer):
        if one.key == key:
            return one
    raise NotFound(kind="survey", id=key[:64])


def of_survey(survey: Survey) -> ColumnElement[bool]:
    """The answers of one survey."""
    return and_(SurveyAnswer.survey == survey.name, SurveyAnswer.district_id == survey.district_id)
