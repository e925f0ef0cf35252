"""How long what is kept: rules as data, what is due by them, and forgetting it.

The rules stand in retention.toml, beside this file or in the workspace.
"""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Date, Table, delete, inspect, or_, select

from geo.errors import GeoError, NotFound
from webapp.faults import RulesFaulty
from webapp.register.copies.backup import ENDING
from webapp.register.copies.sealing import read_about
from webapp.register.erasure import bare_fields, erase_records
from webapp.register.house import Register
from webapp.register.records import RECORDS, Base, Person
from webapp.register.viewer import Viewer

NAME: Final = "retention.toml"
_OURS: Final = Path(__file__).with_name(NAME)


@dataclass(frozen=True)
class Rule:
    """One rule: what goes, ``months`` and ``days`` after the moment in the field ``since``.

    ``record``: a record of the field, erased with all that hangs on it. ``table``: rows
    about no person of the field, such as sessions. ``status`` and ``person_status``: only
    those in such a status, or whose person is; empty = all.
    """

    name: str
    since: str
    record: str = ""
    table: str = ""
    status: tuple[str, ...] = ()
    person_status: tuple[str, ...] = ()
    months: int = 0
    days: int = 0
    ja: str = ""
    en: str = ""
    """Why, said to people."""

    def before(self, now: datetime) -> datetime:
        """What lies before this moment is due."""
        year, month = divmod(now.year * 12 + now.month - 1 - self.months, 12)
        day = min(now.day, monthrange(year, month + 1)[1])
        return now.replace(year=year, month=month + 1, day=day) - timedelta(days=self.days)

    def rows(self) -> Table:
        """The table it speaks of. Raises `KeyError` where there is none of that name."""
        if self.record:
            RECORDS[self.record]
        return Base.metadata.tables[self.record or self.table]


@dataclass(frozen=True)
class Rules:
    """All rules of one place. ``backup_days``: None = backups are kept for ever."""

    rules: tuple[Rule, ...]
    backup_days: int | None = None


@dataclass(frozen=True)
class Due:
    """One thing that is due. ``id`` null = rows of a table, counted."""

    rule: str
    record: str
    id: str | None
    since: datetime | None
    count: int = 1


def read_rules(folder: Path) -> Rules:
    """The rules of the workspace in ``folder``; ours where it has none of its own.

    Raises
    ------
    RulesFaulty
    """
    file = folder / NAME if (folder / NAME).is_file() else _OURS
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        raise RulesFaulty(file=file.name, rule="–") from None
    rules = tuple(_read_rule(one, file) for one in told.get("rule", []))
    days = told.get("backups", {}).get("days")
    if not (days is None or (isinstance(days, int) and days > 0)):
        raise RulesFaulty(file=file.name, rule="backups")
    return Rules(rules, days)


def _read_rule(told: dict[str, Any], file: Path) -> Rule:
    try:
        rule = Rule(**told)
        rule = replace(rule, status=tuple(rule.status), person_status=tuple(rule.person_status))
        table = rule.rows()
        needs = [rule.since, *(["status"] if rule.status else [])]
        needs += ["person_id"] if rule.person_status else []
        known = all(name in table.columns for name in needs)
        whole = rule.months >= 0 and rule.days >= 0 and bool(rule.record) != bool(rule.table)
    except (TypeError, KeyError):
        known = whole = False
        rule = Rule(str(told.get("name", "–")), "")
    if not (known and whole):
        raise RulesFaulty(file=file.name, rule=rule.name)
    return rule


def list_due(register: Register, rules: Rules, now: datetime) -> list[Due]:
    """Everything that the rules say is due, in their order."""
    with register.engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        return [
            due
            for rule in rules.rules
            if rule.rows().name in there
            for due in _find_due(connection, rule, now)
        ]


def _find_due(connection: Connection, rule: Rule, now: datetime) -> Iterator[Due]:
    table = rule.rows()
    if not rule.record:
        count = len(
            connection.execute(select(table.c[rule.since]).where(*_is_due(rule, now))).all()
        )
        if count:
            yield Due(rule.name, rule.table, None, None, count)
        return
    asked = select(table.c.id, table.c[rule.since]).where(*_is_due(rule, now)).order_by(table.c.id)
    for identity, since in connection.execute(asked):
        yield Due(rule.name, rule.record, identity, since)


def _is_due(rule: Rule, now: datetime) -> list[ColumnElement[bool]]:
    table, before = rule.rows(), rule.before(now)
    since = table.c[rule.since]
    limit = before.date() if isinstance(since.type, Date) else before
    where: list[ColumnElement[bool]] = [since <= limit]
    if rule.status:
        where.append(table.c.status.in_(rule.status))
    if rule.person_status:
        ended = select(Person.id).where(Person.status.in_(rule.person_status))
        where.append(table.c.person_id.in_(ended))
    bare = bare_fields(rule.record)
    if bare:
        where.append(or_(*(table.c[name].is_not(None) for name in bare)))
    return where


def forget_due(register: Register, viewer: Viewer, rules: Rules, now: datetime) -> list[Due]:
    """Erase everything that is due; what was erased."""
    due = list_due(register, rules, now)
    for one in due:
        if one.id is not None:
            with suppress(NotFound):  # gone with one before it
                erase_records(register, viewer, [(one.record, one.id)], one.rule, one.rule, at=now)
    with register.change(viewer, "administration", "retention") as change:
        for rule in rules.rules:
            if rule.table and any(one.rule == rule.name for one in due):
                change.session.execute(delete(rule.rows()).where(*_is_due(rule, now)))
        change.note("retain", due=sum(one.count for one in due))
    return due


def list_old_copies(folder: Path | None, rules: Rules, now: datetime) -> list[Path]:
    """Copies in ``folder`` that are older than they may be, by what they say of themselves."""
    if folder is None or rules.backup_days is None:
        return []
    before = now - timedelta(days=rules.backup_days)
    copies = sorted(folder.glob(f"*{ENDING}"))
    return [path for path in copies if (made_at := _made_at(path)) and made_at < before]


def _made_at(path: Path) -> datetime | None:
    """When the copy was made; None = it is none of ours and left alone."""
    try:
        return datetime.fromisoformat(read_about(path)["made_at"])
    except (GeoError, KeyError, ValueError, TypeError):
        return None
