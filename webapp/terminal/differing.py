"""What an import would change, told to the one at the terminal and to nobody else.

Personal values go to stdout only: never to a log, never into the trail.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import click

from geo.terms import label
from webapp.register.duplicates import Proposal
from webapp.register.intake import Difference, Differences, RowFault
from webapp.register.records.base import plain
from webapp.terminal.speech import language, tell
from webapp.wording import say, say_code

_TABLES: Final = {
    "composition": "composition",
    "needs": "activity",
    "activities": "activity",
    "weekdays": "weekday",
    "mode": "mode",
    "direction": "direction",
    "status": "status",
}
"""Fields whose values are codes of a table of `geo.terms`."""

_KINDS: Final = {"watch_link": "link", "place": "place"}

_DEEDS = ("new", "changed", "gone")


def say_intake(code: str, **facts: object) -> str:
    """What is said of imports by code."""
    return say(f"intake.{code}", language(), **facts)


def list_differences(found: Differences) -> dict[str, Any]:
    """All of it as one document."""
    return {
        "counts": found.counts(),
        "differences": [
            {
                "deed": one.deed,
                "record": one.record.noun(),
                "id": one.id,
                "district_id": one.district_id,
                "fields": _plain_fields(one),
            }
            for one in found.listed
        ],
        "row_faults": [
            {"record": one.record.noun(), "id": one.id, "problem": one.problem, **one.facts}
            for one in found.faults
        ],
        "duplicates": [vars(one) for one in found.duplicates],
    }


def _plain_fields(one: Difference) -> dict[str, dict[str, Any]]:
    return {
        name: {"old": plain(old), "new": plain(new)}
        for name, (old, new) in one.fields().items()
        if name != "boundary"
    }


def tell_counts(counts: Mapping[str, Mapping[str, int]]) -> None:
    """One line for each kind of record."""
    for noun, count in counts.items():
        numbers = {deed: count.get(deed, 0) for deed in (*_DEEDS, "unchanged")}
        tell("intake_counts", record=noun_of(noun), **numbers)


def tell_differences(found: Differences, shown: int) -> None:
    """Counts, then the first ``shown`` of each deed with what they change."""
    tell_counts(found.counts())
    for deed in _DEEDS:
        listed = found.of(deed)  # type: ignore[arg-type]
        if listed:
            click.echo(say_intake(deed))
        for one in listed[:shown]:
            _tell_one(one)
        if len(listed) > shown:
            tell("more_rows", count=len(listed) - shown)
    for fault in found.faults[:shown]:
        tell_row_fault(fault)
    for pair in found.duplicates[:shown]:
        tell_pair(pair)
    if len(found.duplicates) > shown:
        tell("more_rows", count=len(found.duplicates) - shown)


def _tell_one(one: Difference) -> None:
    fields = {name: pair for name, pair in one.fields().items() if name != "boundary"}
    pairs = (_told(one, name, old, new) for name, (old, new) in fields.items())
    told = ", ".join(pair for pair in pairs if pair)
    tell("intake_one", record=noun_of(one.record.noun()), id=one.id, fields=told or "–")


def _told(one: Difference, name: str, old: object, new: object) -> str:
    field = say_code("field", name, language())
    say_it = partial(_word, one.record.noun(), name)
    if one.deed == "changed" or (one.deed == "gone" and one.new is not None):
        return f"{field}: {say_it(old)} → {say_it(new)}"
    value = old if one.new is None else new
    return "" if value is None else f"{field}: {say_it(value)}"


def _word(record: str, name: str, value: object) -> str:
    said = plain(value)
    if said is None:
        return "–"
    items = said if isinstance(said, list) else [said]
    return "・".join(_code_word(record, name, str(one)) for one in items)


def _code_word(record: str, name: str, code: str) -> str:
    """A code in the reader's language; anything else as it is."""
    if name == "status" and record in {"household", "person"}:
        return say_code("intake", f"status_{code}", language())
    table = _TABLES.get(name) or _KINDS.get(record, "")
    is_code = name in _TABLES or name == "kind"
    return label(table, code, language()) if is_code and table else code


def tell_row_fault(fault: RowFault) -> None:
    """One record that cannot be taken in, and why."""
    facts = {"record": noun_of(fault.record.noun()), "id": fault.id, **fault.facts}
    click.echo(say_intake(f"row_{fault.problem}", **facts))


def tell_pair(pair: Proposal) -> None:
    """Two that may be one, and why."""
    why = "・".join(say_intake(f"same_{code}") for code in pair.reasons)
    facts = vars(pair) | {"record": noun_of(pair.record), "reasons": why}
    tell("duplicate", **facts | {"percent": f"{pair.score * 100:.0f}"})


def noun_of(noun: str) -> str:
    """What records of a kind are called."""
    return say_intake(f"record_{noun}")
