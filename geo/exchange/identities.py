"""Which record is which: ids that a file gives, ids made from the record, lines drawn twice."""

from __future__ import annotations

import hashlib
from typing import Final

from geo.exchange.findings import find
from geo.exchange.headings import RosterKind
from geo.exchange.ledger import Ledger
from geo.exchange.records import Value
from geo.exchange.spellings import fold

_IDENTITY: Final = ("name", "kana", "birth_date", "address", "phone")


def identify(table: Ledger, values: dict[str, list[Value]]) -> list[Value]:
    """The id of every record, from the file's id column or made from the record.

    Faults are entered for ids that are blank, stand twice or lost their leading zeros:
    where all ids with leading zeros have one width, a shorter number has lost some.
    """
    heading = table.heading("id")
    if heading is None:
        return _make_ids(table, values)
    ids = values["id"]
    width = _common_width(ids)
    first: dict[str, int] = {}
    known = {number for number, _, column, _, _ in table.faults.entries if column == heading}
    for record, value in enumerate(ids):
        if not isinstance(value, str):
            if table.numbers[record] not in known:
                table.fault(record, heading, find("value_missing"))
            continue
        if value in first:
            earlier = str(table.numbers[first[value]])
            table.fault(record, heading, find("id_twice", word=value, first=earlier))
        elif value.isdigit() and len(value) < width:
            suggested = value.zfill(width)
            finding = find("id_zero_lost", word=value, suggested=suggested)
            table.fault(record, heading, finding)
        first.setdefault(value, record)
    return ids


def _common_width(ids: list[Value]) -> int:
    """The length of the ids that begin with 0, if they have one; 0 otherwise."""
    widths = {len(i) for i in ids if isinstance(i, str) and i.isdigit() and i.startswith("0")}
    return widths.pop() if len(widths) == 1 else 0


def _make_ids(table: Ledger, values: dict[str, list[Value]]) -> list[Value]:
    first: dict[str, int] = {}
    counts: dict[str, int] = {}
    made: list[Value] = []
    used = [table.names.index(head) for head, what in table.mapping.items() if what]
    nobody: list[Value] = [None] * len(table.rows)
    for record, name in enumerate(values.get("name", nobody)):
        if name:
            identity = [str(values.get(part, nobody)[record] or "") for part in _IDENTITY]
        else:
            identity = [table.rows[record][index] for index in used]
        key = _digest(table.kind, identity)
        counts[key] = counts.get(key, 0) + 1
        if name and key in first:
            earlier = str(table.numbers[first[key]])
            table.fault(record, table.heading("name") or "", find("record_twice", first=earlier))
        first.setdefault(key, record)
        made.append(key if name or counts[key] == 1 else f"{key}-{counts[key]}")
    return made


def _digest(kind: RosterKind, identity: list[str]) -> str:
    text = "\x1f".join(fold(part) for part in identity)
    return kind[0] + hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def check_links(table: Ledger, values: dict[str, list[Value]]) -> None:
    """Enter faults for a line from someone to themselves, and for a line drawn twice."""
    nobody: list[Value] = [None] * len(table.rows)
    watchers, watched = (values.get(name, nobody) for name in ("watcher_id", "watched_id"))
    first: dict[tuple[Value, Value, str], int] = {}
    for record, (one, other) in enumerate(zip(watchers, watched, strict=True)):
        if one is None or other is None:
            continue
        heading = table.heading("watched_id") or ""
        key = (one, other, str(values.get("kind", nobody)[record]))
        if one == other:
            table.fault(record, heading, find("link_to_itself", word=str(one)))
        elif key in first:
            earlier = str(table.numbers[first[key]])
            table.fault(record, heading, find("link_twice", first=earlier))
        first.setdefault(key, record)
