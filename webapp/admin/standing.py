"""How the house stands: figures for the administrator, none of them about a resident."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.accounts.reader import limits_now
from webapp.register.copies.backup import last_copy
from webapp.register.export_copies import list_copies
from webapp.register.house import Register
from webapp.register.intake import list_intakes
from webapp.register.records import StaffAccount
from webapp.register.records.session import StaffSession
from webapp.register.trail.anchors import Anchor, chain_end, read_anchors
from webapp.register.trail_pages import last_proof
from webapp.register.viewer import Viewer

_STALE_DAYS = 7
"""Days after which a backup is too old."""


@dataclass(frozen=True)
class House:
    """The figures of the overview; None = never, or none."""

    engine: str
    end: Anchor
    proven: tuple[datetime, dict[str, Any]] | None
    anchor_file: str | None
    anchors: int
    anchor: Anchor | None
    anchor_trouble: str | None
    backup: datetime | None
    accounts: dict[str, int]
    sessions: int
    out: int
    due: int
    imports: int
    now: datetime

    @property
    def backup_days(self) -> int | None:
        """Full days since the last backup."""
        return None if self.backup is None else (self.now - self.backup).days

    @property
    def backup_stale(self) -> bool:
        """There is none, or it is too old."""
        return self.backup_days is None or self.backup_days >= _STALE_DAYS


def look_at_house(register: Register, viewer: Viewer) -> House:
    """Every figure as it is now. Raises `RecordWithheld` where the role sees no copies."""
    now = datetime.now(UTC)
    lines = None if register.anchors is None else read_anchors(register.anchors.path)
    with register.look(viewer, "administration") as look:
        accounts = Counter(one["status"] for one in look.several(StaffAccount))
    copies = list_copies(register, viewer)
    return House(
        engine=register.engine.dialect.name,
        end=chain_end(register.engine, lambda: now),
        proven=last_proof(register),
        anchor_file=None if register.anchors is None else register.anchors.path.name,
        anchors=len(lines.anchors) if lines else 0,
        anchor=lines.anchors[-1] if lines and lines.anchors else None,
        anchor_trouble=None if register.anchors is None else register.anchors.trouble,
        backup=last_copy(register),
        accounts=dict(accounts),
        sessions=_count_sessions(register, now),
        out=sum(one.status == "out" for one in copies),
        due=sum(one.due for one in copies),
        imports=len(list_intakes(register)),
        now=now,
    )


def _count_sessions(register: Register, now: datetime) -> int:
    """Sessions that are still good."""
    limits = limits_now()
    good = (StaffSession.seen_at > now - limits.idle) & (StaffSession.made_at > now - limits.whole)
    with Session(register.engine) as session:
        return session.scalar(select(func.count()).select_from(StaffSession).where(good)) or 0
