"""A form as it was filled in: read by name, whether just sent or kept as a draft."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from flask import request
from werkzeug.datastructures import MultiDict

from geo.errors import ParameterWrong
from geo.exchange.dates import read_date
from geo.exchange.findings import Finding
from webapp.faults import RequestWrong

LONGEST: Final = 4000
"""Characters of one field that are taken."""

_TIME: Final = re.compile(r"([01]?\d|2[0-3])[:：時]?([0-5]\d)?分?")


@dataclass(frozen=True)
class Filled:
    """The fields of a form. What is blank counts as not said."""

    fields: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, form: MultiDict[str, str]) -> Self:
        """A form that was sent."""
        return cls({name: form.getlist(name) for name in form})

    @classmethod
    def kept(cls, content: Mapping[str, Any]) -> Self:
        """A form out of JSON: texts, or lists of texts.

        Raises
        ------
        RequestWrong
        """
        fields: dict[str, list[str]] = {}
        for name, value in content.items():
            texts: list[Any] = value if isinstance(value, list) else [value]
            if not all(isinstance(one, str) for one in texts):
                raise RequestWrong
            fields[name] = [str(one)[:LONGEST] for one in texts]
        return cls(fields)

    def one(self, name: str) -> str:
        """The text of a field without blanks around it; empty where there is none."""
        values = self.fields.get(name) or [""]
        return values[0].strip()[:LONGEST]

    def text(self, name: str) -> str | None:
        """The text, None where it is blank."""
        return self.one(name) or None

    def many(self, name: str) -> list[str]:
        """All values of a field of several, each once."""
        return list(dict.fromkeys(one for one in self.fields.get(name, ()) if one))

    def on(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.one(name))

    def whole(self, name: str) -> int:
        """A whole number, such as a version. Raises `RequestWrong`."""
        try:
            return int(self.one(name))
        except ValueError:
            raise RequestWrong from None

    def day(self, name: str) -> date | None:
        """A day, in an era or western, None where blank. Raises `ParameterWrong`."""
        text = self.one(name)
        found = read_date(text)
        if isinstance(found, Finding):
            raise ParameterWrong(name=name, value=text[:40], wanted=_DAYS)
        return found

    def hours(self, start: str, end: str) -> str | None:
        """Two times as ``HH:MM-HH:MM``, None where both are blank. Raises `ParameterWrong`."""
        first, last = self.one(start), self.one(end)
        if not first and not last:
            return None
        span = f"{_clock(first, '00:00')}-{_clock(last, '24:00')}"
        if span[:5] >= span[6:]:
            raise ParameterWrong(name="hours", value=span, wanted="an end after the beginning")
        return span


def said(name: str) -> str:
    """The text of a field of the form that this request sent; empty where there is none."""
    return Filled.of(request.form).one(name)


def said_day(name: str) -> date | None:
    """The day in a field of it, None where blank. Raises `ParameterWrong`."""
    return Filled.of(request.form).day(name)


_DAYS: Final = "昭和23年5月1日, S23.5.1, 1948-05-01"


def _clock(text: str, otherwise: str) -> str:
    if not text:
        return otherwise
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text))
    if found is None:
        raise ParameterWrong(name="hours", value=text[:40], wanted="08:30")
    return f"{int(found[1]):02d}:{found[2] or '00'}"
