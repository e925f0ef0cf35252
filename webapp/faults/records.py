"""Faults of records: who may, which version, which step, which import."""

from __future__ import annotations

from geo.errors import GeoError


class RecordWithheld(GeoError):
    """The role may not see or write such records. Facts: record, role."""

    code = "record_withheld"
    sentence = "Your role may not do that with this kind of record: {record}."


class FieldWithheld(GeoError):
    """The role may not see or write that field. Facts: record, field."""

    code = "field_withheld"
    sentence = "Your role may not use the field {field} of {record}."


class RecordStale(GeoError):
    """Changed on stale data. Facts: record, id, version, current, by, at, mine, theirs."""

    code = "record_stale"
    sentence = (
        "Somebody changed this record meanwhile. Nothing was overwritten. "
        "Compare both versions and decide."
    )


class StepIllegal(GeoError):
    """The status cannot follow. Facts: record, status, wanted, legal."""

    code = "step_illegal"
    sentence = "From {status} one cannot go to {wanted}. Possible now: {legal}."


class IntakeFaulty(GeoError):
    """Records of a file cannot be taken. Facts: file, count, id, problem, faults."""

    code = "intake_faulty"
    sentence = "{file}: {count} records cannot be taken in; the first is {id}. Nothing was changed."


class IntakeUndone(GeoError):
    """The import was already taken back. Facts: id."""

    code = "intake_undone"
    sentence = "The import {id} was already taken back. Nothing was changed."


class IntakeInUse(GeoError):
    """What an import brought was changed or used since. Facts: id, count, later."""

    code = "intake_in_use"
    sentence = (
        "{count} records were changed or used after the import {id}. Nothing was taken back. "
        "To take back the rest: --keep-later"
    )


class MergeIllegal(GeoError):
    """The two cannot become one. Facts: keep, drop."""

    code = "merge_illegal"
    sentence = "{keep} and {drop} cannot be merged: choose two different records of one kind."


class ConsentWanted(GeoError):
    """Nobody may be handed on without a yes. Facts: recipient."""

    code = "consent_wanted"
    sentence = (
        "The person has not agreed that this recipient is told anything. "
        "Ask for consent first. Nothing was handed on."
    )
