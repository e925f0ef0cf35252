"""The list of what was erased, laid beside the copies: salted hashes of ids, no names.

Whoever puts an old copy back has the list beside it, even where the register is lost.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, select

from webapp.faults import CopyUnwritable
from webapp.register.house import Register
from webapp.register.records.forgotten import Forgotten
from webapp.workspace.placing import place_bytes

NAME: Final = "erased.list"
"""The file beside the copies."""


@dataclass
class ErasedList:
    """Hashes of ids with the moment of their erasure."""

    salt: bytes
    moments: dict[str, datetime] = field(default_factory=dict)

    def add(self, record: str, identity: str, at: datetime) -> None:
        """Take one record in."""
        self.moments[self._hash(record, identity)] = at

    def moment(self, record: str, identity: str, made_at: datetime) -> datetime | None:
        """When that record was erased; None = it was not, or was made later under the same id."""
        at = self.moments.get(self._hash(record, identity))
        return at if at is not None and made_at <= at else None

    def _hash(self, record: str, identity: str) -> str:
        return hmac.new(self.salt, f"{record}:{identity}".encode(), hashlib.sha256).hexdigest()


def read_erased(folder: Path) -> ErasedList | None:
    """The list in ``folder``; None where there is none or it cannot be read."""
    try:
        first, *lines = (folder / NAME).read_text("utf-8").splitlines()
        listed = ErasedList(bytes.fromhex(json.loads(first)["salt"]))
        for line in lines:
            entry = json.loads(line)
            listed.moments[entry["hash"]] = datetime.fromisoformat(entry["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return listed


def write_erased(register: Register, folder: Path) -> int:
    """Bring the list in ``folder`` up to what the register knows; how many it holds.

    Raises
    ------
    CopyUnwritable
    """
    listed = read_erased(folder) or ErasedList(secrets.token_bytes(16))
    with register.engine.connect() as connection:
        for record, identity, at in list_forgotten(connection):
            listed.add(record, identity, at)
    lines: Iterable[str] = (
        json.dumps({"hash": one, "at": at.isoformat()}) for one, at in listed.moments.items()
    )
    text = "\n".join([json.dumps({"salt": listed.salt.hex()}), *lines]) + "\n"
    try:
        place_bytes(folder / NAME, text.encode())
    except OSError:
        raise CopyUnwritable(file=str(folder / NAME)) from None
    return len(listed.moments)


def list_forgotten(connection: Connection) -> list[tuple[str, str, datetime]]:
    """Record, id and moment of everything erased."""
    if not inspect(connection).has_table(Forgotten.__tablename__):
        return []
    asked = select(Forgotten.record, Forgotten.record_id, Forgotten.at).order_by(Forgotten.id)
    return [(row.record, row.record_id, row.at) for row in connection.execute(asked)]
