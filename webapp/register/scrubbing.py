"""Taking what names one person out of texts that others wrote: notes, minutes, old versions.

Only whole names, numbers and addresses as they were written are looked for; names in the
records of other people of the same name stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, String, Table, Text, or_, select, type_coerce, update
from sqlalchemy.orm import Session

from webapp.register.records import RECORDS, Base, Record
from webapp.register.records.base import Facts
from webapp.register.trail.history import History

BLOT: Final = "■■"
"""What stands where a name stood."""

_OWN: Final = frozenset({
    "name", "kana", "search_key", "phone", "address", "address_key", "login", "birth_text",
})  # fmt: skip
"""Fields that say who a record is about; those of other people are not touched."""

_UNTOUCHED: Final = frozenset({"access_event", "history", "pulse", "forgotten", "credential"})
_SHORTEST: Final = 3
"""Characters; a shorter term would blot out many others."""

_GAPS: Final = re.compile(r"[\s　]+")


def list_terms(*written: str | None) -> list[str]:
    """What to look for, longest first: each as written, with either gap and without.

    >>> list_terms("神宮 福子", None, "福")
    ['神宮 福子', '神宮\u3000福子', '神宮福子']
    """
    texts = [one.strip() for one in written if one]
    spellings = {_GAPS.sub(gap, text) for text in texts for gap in ("", " ", "　")} | {*texts}
    kept = sorted(one for one in spellings if len(one) >= _SHORTEST)
    return sorted(kept, key=len, reverse=True)


def scrub_value(value: Any, terms: Iterable[str]) -> Any:  # noqa: ANN401
    """A text, list or mapping with every term blotted out.

    >>> scrub_value({"who": ["神宮福子さん", 3]}, ["神宮福子"])
    {'who': ['■■さん', 3]}
    """
    if isinstance(value, str):
        for term in terms:
            value = value.replace(term, BLOT)
        return value
    if isinstance(value, list):
        return [scrub_value(one, terms) for one in value]
    if isinstance(value, dict):
        return {scrub_value(key, terms): scrub_value(one, terms) for key, one in value.items()}
    return value


def scrub_register(session: Session, terms: list[str], district: str | None) -> None:
    """Blot the terms out of every free text of the district and of what belongs to none."""
    if not terms:
        return
    session.flush()
    for record in RECORDS.values():
        _scrub_records(session, record, terms, district)
    session.flush()
    for table in Base.metadata.sorted_tables:
        if table.name not in {*RECORDS, *_UNTOUCHED}:
            _scrub_table(session, table, terms)
    _scrub_versions(session, terms, district)


def _free_columns(table: Table) -> list[str]:
    """Columns that hold what somebody wrote in own words."""
    return [
        column.name
        for column in table.columns
        if column.name not in _OWN
        and not column.foreign_keys
        and (isinstance(column.type, Facts) or _is_prose(column.type))
    ]


def _is_prose(kind: Any) -> bool:  # noqa: ANN401
    return isinstance(kind, String) and kind.length is None


def _says(table: Table, names: list[str], terms: list[str]) -> ColumnElement[bool]:
    texts = [type_coerce(table.c[name], Text) for name in names]
    return or_(*(one.contains(term, autoescape=True) for one in texts for term in terms))


def _scrub_records(
    session: Session, record: type[Record], terms: list[str], district: str | None
) -> None:
    table: Table = record.__table__  # type: ignore[assignment]
    names = _free_columns(table)
    if not names:
        return
    asked = select(record).where(_says(table, names, terms))
    if "district_id" in table.columns:
        of = table.c.district_id
        asked = asked.where(or_(of == district, of.is_(None)))
    for one in session.scalars(asked).all():
        for name in names:
            before = getattr(one, name)
            after = scrub_value(before, terms)
            if after != before:
                setattr(one, name, after)


def _scrub_table(session: Session, table: Table, terms: list[str]) -> None:
    names = _free_columns(table)
    if not names:
        return
    rows = session.execute(select(table).where(_says(table, names, terms))).mappings().all()
    for row in rows:
        fresh = {name: scrub_value(row[name], terms) for name in names}
        keys = [column == row[column.name] for column in table.primary_key.columns]
        session.execute(update(table).where(*keys).values(fresh))


def _scrub_versions(session: Session, terms: list[str], district: str | None) -> None:
    table: Table = History.__table__  # type: ignore[assignment]
    found = session.scalars(select(History).where(_says(table, ["values", "reason"], terms))).all()
    for version in found:
        if version.values.get("district_id") not in {district, None}:
            continue
        version.reason = scrub_value(version.reason, terms)
        version.values = {
            name: one if name in _OWN else scrub_value(one, terms)
            for name, one in version.values.items()
        }
