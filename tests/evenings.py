"""Evenings at the map of district D1: drawn, ended, reviewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.errors import GeoError
from tests.board.drawn import Told
from webapp.accounts.policy import viewer_of
from webapp.board.deciding import Decision, decide, read_review
from webapp.board.stroke import read_stroke
from webapp.board.table import Table
from webapp.board.workshops import Wanted, close_workshop, open_workshop, plan_workshop
from webapp.register.house import Register
from webapp.register.records import Base, Workshop

_R = TypeVar("_R", bound=Base)

LEADER = viewer_of("facilitator", "a-leads", frozenset({"D1"}))
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@dataclass
class Evening:
    """A workshop and its pen."""

    register: Register
    id: str
    count: int = 0

    def draw(self, *deeds: Told) -> None:
        """Draw as the recorder does."""
        self.count += 1
        told = {"stroke": f"stroke-{self.count}", "deeds": list(deeds)}
        Table(self.register, self.id).write(read_stroke(told), "t-1", "記録係")

    def open(self) -> None:
        """Open it for drawing."""
        open_workshop(self.register, LEADER, self.id, self.record().version, NOW)

    def close(self) -> None:
        """End the drawing."""
        close_workshop(self.register, LEADER, self.id, self.record().version)

    def record(self) -> Workshop:
        """The workshop as it stands."""
        with Session(self.register.engine, expire_on_commit=False) as session:
            return session.get_one(Workshop, self.id)

    def decide(
        self,
        item: str,
        verdict: str = "entered",
        *,
        seen: int | None = None,
        version: int = 0,
        same: str | None = None,
    ) -> None:
        """Decide on one item, as somebody does who sees the map as it is."""
        number = read_review(self.register, self.id).board.number if seen is None else seen
        decision = Decision(item, verdict, number, version, same)
        decide(self.register, LEADER, self.id, [decision], NOW)

    def enter_all(self) -> None:
        """Try to enter everything, twice over, so that lines find their ends."""
        for _ in range(2):
            for item in list(read_review(self.register, self.id).finds):
                try:
                    self.decide(item)
                except GeoError:
                    continue


def begin(register: Register, basis: str = "empty") -> Evening:
    """An open workshop."""
    wanted = Wanted("D1", "三丁目の会", NOW.date(), basis=basis, keep_until=date(2026, 12, 26))
    made = Evening(register, plan_workshop(register, LEADER, wanted, "abcd-efgh"))
    made.open()
    return made


def rows(register: Register, record: type[_R], **where: object) -> list[_R]:
    """Rows of the register."""
    with Session(register.engine, expire_on_commit=False) as session:
        return list(session.scalars(select(record).filter_by(**where)))
