"""Both versions of a record that two people changed, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from geo import terms
from webapp.wording import Language, say, say_code

_JAPAN: Final = ZoneInfo("Asia/Tokyo")

_TABLES: Final = {
    "activities": "activity",
    "activity": "activity",
    "needs": "activity",
    "composition": "composition",
    "weekdays": "weekday",
    "work_days": "weekday",
    "gender": "gender",
    "channel": "channel",
    "source": "source",
    "unit": "unit",
}
"""Fields whose values are codes of `geo.terms`."""


@dataclass(frozen=True)
class VersionRow:
    """One field as it stands in both versions."""

    name: str
    label: str
    mine: str
    theirs: str

    @property
    def apart(self) -> bool:
        """Whether they differ."""
        return self.mine != self.theirs


def version_rows(facts: Mapping[str, Any], lang: Language) -> list[VersionRow]:
    """The fields of a stale change, in the order of the record."""
    mine, theirs = facts.get("mine", {}), facts.get("theirs", {})
    record = str(facts.get("record", ""))

    def write(name: str, value: object) -> str:
        if name == "status" and isinstance(value, str):
            return terms.status_label(record, value, lang)
        return _write(name, value, lang)

    return [
        VersionRow(
            name, say_code("field", name, lang), write(name, mine[name]),
            write(name, theirs.get(name)),
        )
        for name in mine
    ]  # fmt: skip


def _write(name: str, value: object, lang: Language) -> str:
    match value:
        case None | "" | []:
            return say("screen.blank", lang)
        case bool():
            return say("screen.yes" if value else "screen.no", lang)
        case list():
            between = "、" if lang == "ja" else ", "
            return between.join(_write(name, one, lang) for one in value)
        case str() if name in _TABLES and _TABLES[name] in terms.LABELS:
            return terms.label(_TABLES[name], value, lang)
        case str():
            return say_moment(value)
        case _:
            return str(value)


def say_moment(text: str) -> str:
    """A moment in Japanese time; any other text as it is."""
    if len(text) < 20 or "T" not in text:
        return text
    try:
        return datetime.fromisoformat(text).astimezone(_JAPAN).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return text
