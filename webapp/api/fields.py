"""The fields of each record that programs write: one table reads bodies and describes them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from geo import terms
from geo.errors import ParameterWrong
from webapp.register.records import (
    Consultation,
    Household,
    Offer,
    Person,
    Place,
    Record,
    Request,
    Supporter,
    Visit,
)
from webapp.register.records.base import steps_of
from webapp.register.records.district import District
from webapp.register.records.series import Series

Kind = Literal["id", "text", "code", "moment", "day", "number", "flag", "facts", "version"]

_LONGEST: Final = 4000
_ID: Final = re.compile(r"[^\x00-\x20\x7f/?#]{1,64}")
_YEARS: Final = range(1900, 2200)


@dataclass(frozen=True)
class Field:
    """One field of a body. ``of``: what an id must be the id of."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    codes: tuple[str, ...] = ()
    most: float = 0
    of: type[Record] | None = None

    def wanted(self) -> str:
        """What it takes, as a sentence part."""
        if self.kind == "code":
            return "|".join(self.codes)
        if self.kind == "number":
            return f"0–{self.most:g}"
        return _WANTED[self.kind]

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        own = {"code": {"type": "string", "enum": list(self.codes)}} | {
            "number": {"type": "number", "minimum": 0, "maximum": self.most}
        }
        schema: dict[str, Any] = own.get(self.kind) or dict(_SCHEMAS[self.kind])
        if not self.required:
            schema = schema | {"type": [schema["type"], "null"]}
            if "enum" in schema:
                schema["enum"] = [*schema["enum"], None]
        return schema | {"description": self.meaning}

    def read(self, value: object) -> object:
        """The value as the register takes it. Raises `ParameterWrong`."""
        if value is None and not self.required:
            return None
        try:
            return _READERS[self.kind](self, value)
        except (ValueError, OverflowError):
            shown = str(value)[:40] if self.kind == "code" else type(value).__name__
            wrong = ParameterWrong(name=self.name, value=shown, wanted=self.wanted())
            raise wrong from None


_WANTED: Final[dict[Kind, str]] = {
    "id": "id", "text": f"text, at most {_LONGEST} characters", "flag": "true|false",
    "moment": "2026-11-02T09:30:00+09:00", "day": "2026-11-02", "facts": "{…}", "version": "1, 2 …",
}  # fmt: skip

_SCHEMAS: Final[dict[Kind, dict[str, Any]]] = {
    "id": {"type": "string", "minLength": 1, "maxLength": 64},
    "text": {"type": "string", "maxLength": _LONGEST},
    "moment": {"type": "string", "format": "date-time"},
    "day": {"type": "string", "format": "date"},
    "flag": {"type": "boolean"},
    "facts": {"type": "object"},
    "version": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
}


def is_id(text: str) -> bool:
    """Whether an id may look so; what may not is not asked for."""
    return _ID.fullmatch(text) is not None


def _id(_: Field, value: object) -> str:
    if not isinstance(value, str) or not is_id(value):
        raise ValueError
    return value


def _text(_: Field, value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST or "\0" in value:
        raise ValueError
    return value


def _code(field: Field, value: object) -> str:
    if value not in field.codes:
        raise ValueError
    return str(value)


def _moment(_: Field, value: object) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    if moment is None or moment.utcoffset() is None or moment.year not in _YEARS:
        raise ValueError
    return moment


def _day(_: Field, value: object) -> date:
    day = date.fromisoformat(value) if isinstance(value, str) else None
    if day is None or day.year not in _YEARS:
        raise ValueError
    return day


def _number(field: Field, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError  # noqa: TRY004 - told as a fault of the field
    if not (math.isfinite(value) and 0 <= value <= field.most):
        raise ValueError
    return float(value)


def _flag(_: Field, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError  # noqa: TRY004 - told as a fault of the field
    return value


def _facts(_: Field, value: object) -> dict[str, Any]:
    if not isinstance(value, dict) or len(str(value)) > _LONGEST or "\0" in str(value):
        raise ValueError
    return value


def _version(_: Field, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**31:
        raise ValueError
    return value


_READERS: Final[dict[Kind, Callable[[Field, object], object]]] = {
    "id": _id, "text": _text, "code": _code, "moment": _moment, "day": _day,
    "number": _number, "flag": _flag, "facts": _facts, "version": _version,
}  # fmt: skip

VERSION: Final = Field("version", "version", "The version that was read.", required=True)

_DISTRICT: Final = Field("district_id", "id", "The district.", required=True, of=District)
_PERSON: Final = Field("person_id", "id", "Whom it is about.", of=Person)
_CHANNELS: Final = ("phone", "visit", "office", "letter", "survey")
_DAY_LONG: Final = 1440

_OF_VISIT_AND_OFFER: Final = (
    Field("request_id", "id", "The request it serves.", required=True, of=Request),
    Field("supporter_id", "id", "The supporter.", required=True, of=Supporter),
)


@dataclass(frozen=True)
class Form:
    """What is written of one kind of record: references once, the rest at any time."""

    record: type[Record]
    references: tuple[Field, ...]
    fields: tuple[Field, ...]

    def status(self) -> Field:
        """The status, by its legal steps."""
        steps = steps_of(self.record)
        codes = () if steps is None else tuple(steps.table)
        return Field("status", "code", "Only legal steps can be taken.", codes=codes, required=True)

    def new(self) -> tuple[Field, ...]:
        """The fields of a new record."""
        return (*self.references, *self.fields)

    def change(self) -> tuple[Field, ...]:
        """The fields of a change; none of them but the version is required."""
        return (VERSION, *self.fields, self.status())


FORMS: Final[Mapping[str, Form]] = {
    "consultations": Form(
        Consultation,
        (_DISTRICT, _PERSON),
        (
            Field("received_at", "moment", "When it came.", required=True),
            Field("channel", "code", "How it came.", codes=_CHANNELS),
            Field("source", "text", "From whom."),
            Field("summary", "text", "What was said."),
            Field("result", "text", "What came of it."),
        ),
    ),
    "requests": Form(
        Request,
        (
            _DISTRICT,
            Field("consultation_id", "id", "Where it was said.", of=Consultation),
            _PERSON,
            Field("household_id", "id", "Where help is wanted.", of=Household),
        ),
        (
            Field(
                "activity", "code", "What help is wanted.", required=True,
                codes=tuple(terms.LABELS["activity"]),
            ),
            Field("sub_reason", "text", "What exactly; required where the activity is other."),
            Field("paid", "flag", "Whether the helper is paid; null = not said."),
            Field("wanted_from", "day", "The first day it is wanted."),
            Field("place_id", "id", "The station, the shop, where to go along to.", of=Place),
            Field("constraints", "facts", "weekdays, hours, steps_free …"),
            Field("reason", "text", "Why it ended unmet or cancelled."),
        ),
    ),
    "offers": Form(
        Offer,
        _OF_VISIT_AND_OFFER,
        (
            Field("minutes", "number", "The walk said to the supporter.", most=_DAY_LONG),
            Field("asked_at", "moment", "When the supporter was asked."),
            Field("due_at", "moment", "Unanswered after this it has run out."),
            Field("answered_at", "moment", "When the supporter answered."),
            Field("reason", "text", "Why it was declined."),
        ),
    ),
    "visits": Form(
        Visit,
        (*_OF_VISIT_AND_OFFER, Field("series_id", "id", "The series it is of.", of=Series)),
        (
            Field("planned_at", "moment", "When it is planned.", required=True),
            Field("planned_minutes", "number", "How long it is planned to take.", most=_DAY_LONG),
            Field("actual_at", "moment", "When it was."),
            Field("minutes", "number", "Minutes spent there.", most=_DAY_LONG),
            Field("observation", "text", "What was seen."),
            Field("expense", "number", "Yen.", most=1_000_000),
            Field("reason", "text", "Why it was cancelled or missed."),
        ),
    ),
}  # fmt: skip
"""By the word in the address."""


def read_body(
    given: Mapping[str, object], fields: tuple[Field, ...], *, whole: bool
) -> dict[str, Any]:
    """The fields that were given, read; with ``whole`` the required ones must be there.

    Raises
    ------
    ParameterWrong
        Absent though required, not of its kind, or of no known name.
    """
    names = [field.name for field in fields]
    for name in given:
        if name not in names:
            raise ParameterWrong(name="field", value=name[:40], wanted=", ".join(names))
    for field in fields:
        if field.required and field.name not in given and (whole or field is VERSION):
            raise ParameterWrong(name=field.name, value="–", wanted=field.wanted())
    return {field.name: field.read(given[field.name]) for field in fields if field.name in given}
