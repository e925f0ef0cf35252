"""The accounts of the invented town: one for each role, one password for all.

The password is known to everybody; outside an invented town it opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select

from webapp.accounts.passwords import DEMO_PASSWORD, hash_password, set_password
from webapp.accounts.policy import Role, at_the_terminal
from webapp.register.change import Change
from webapp.register.house import Register
from webapp.register.records import District, StaffAccount, Supporter


@dataclass(frozen=True)
class DemoAccount:
    """One account of the invented town. ``districts``: how many of the town's; None = all."""

    login: str
    name: str
    role: Role
    districts: int | None
    password: str = DEMO_PASSWORD


DEMO_ACCOUNTS: Final = (
    DemoAccount("soudan", "相談 はなこ", "consultant", None),
    DemoAccount("shinko", "進行 たろう", "facilitator", 1),
    DemoAccount("keikaku", "計画 みちこ", "planner", None),
    DemoAccount("shakyo", "社協 じろう", "council", None),
    DemoAccount("ninaite", "担手 さくら", "supporter", 1),
    DemoAccount("kanri", "管理 いちろう", "administrator", None),
)


def make_demo_accounts(register: Register) -> list[DemoAccount]:
    """Put the accounts into the register of an invented town; those that are there stay."""
    now, hashed = datetime.now(UTC), hash_password(DEMO_PASSWORD)
    with register.change(at_the_terminal(), "administration", "invented town") as change:
        there = set(change.session.scalars(select(StaffAccount.login)))
        districts = list(change.session.scalars(select(District.id).order_by(District.id)))
        for one in DEMO_ACCOUNTS:
            if one.login not in there:
                _make(change, one, districts, hashed, now)
    return list(DEMO_ACCOUNTS)


def _make(
    change: Change, one: DemoAccount, districts: list[str], hashed: str, now: datetime
) -> None:
    supporter = select(Supporter.id).where(Supporter.status == "active").order_by(Supporter.id)
    made = change.add(
        StaffAccount,
        login=one.login,
        name=one.name,
        role=one.role,
        districts=None if one.districts is None else districts[: one.districts],
        supporter_id=change.session.scalar(supporter) if one.role == "supporter" else None,
    )
    change.session.flush()
    made.status = "active"
    set_password(change.session, made.id, hashed, now)
