"""What colleagues did since yesterday, so that somebody who comes in sees it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.casework.asking import answer_offer, take_up
from webapp.casework.reminders import add_reminder
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.records import Offer, Request, StaffAccount
from webapp.register.records.attendance import Attendance
from webapp.register.viewer import Viewer

_SINCE: Final = timedelta(hours=20)


def work_since(register: Register, login: str, now: datetime) -> None:
    """Colleagues go on with the cases of their districts while ``login`` was away."""
    with Session(register.engine) as session:
        reader = session.scalars(select(StaffAccount.id).where(StaffAccount.login == login)).one()
        staff = session.execute(
            select(StaffAccount.id, StaffAccount.districts)
            .where(StaffAccount.role == "consultant", StaffAccount.districts.is_not(None))
            .order_by(StaffAccount.id)
        ).all()
    viewers = {
        one[0]: viewer_of("consultant", account, frozenset(one)) for account, one in staff if one
    }
    _decline(register, viewers, now)
    _take_up(register, viewers)
    _note(register, viewers, now)
    with register.change(at_the_terminal(), "administration", "here") as change:
        change.session.merge(Attendance(account_id=reader, seen_at=now - _SINCE, before=None))


def _decline(register: Register, viewers: dict[str, Viewer], now: datetime) -> None:
    """One who was waited for has no time."""
    for identity, version, viewer in _open(register, viewers, Offer, "waiting"):
        answer_offer(register, viewer, identity, version, "declined", "busy", now)


def _take_up(register: Register, viewers: dict[str, Viewer]) -> None:
    for identity, version, viewer in _open(register, viewers, Request, "received"):
        take_up(register, viewer, identity, version)


def _note(register: Register, viewers: dict[str, Viewer], now: datetime) -> None:
    day = now.astimezone(JAPAN).date()
    for identity, _, viewer in _open(register, viewers, Request, "settled"):
        add_reminder(register, viewer, day, "時間を家族に知らせる", request_id=identity)


def _open(
    register: Register, viewers: dict[str, Viewer], record: type[Offer | Request], status: str
) -> list[tuple[str, int, Viewer]]:
    """The first of a status, with a colleague of its district; none where there is none."""
    asked = select(record.id, record.version, record.district_id).where(record.status == status)
    with register.engine.connect() as connection:
        found = connection.execute(asked.order_by(record.id)).all()
    near = ((one[0], one[1], viewers.get(str(one[2]))) for one in found)
    return [(identity, version, who) for identity, version, who in near if who is not None][:1]
