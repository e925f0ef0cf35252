"""Who did it: the names of those who work at the desk, by their accounts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from webapp.register.house import Register
from webapp.register.records import StaffAccount
from webapp.register.viewer import Viewer


def colleague_names(register: Register, accounts: Iterable[str | None]) -> dict[str, str]:
    """Names by account; one that is no account, such as the terminal, is not among them."""
    wanted = sorted({one for one in accounts if one})
    asked = select(StaffAccount.id, StaffAccount.name).where(StaffAccount.id.in_(wanted))
    with register.engine.connect() as connection:
        return {str(one.id): str(one.name or one.id) for one in connection.execute(asked)}


def on_duty(register: Register, viewer: Viewer) -> dict[str, str]:
    """Consultants who share a district with the viewer, the viewer too: names by account."""
    asked = select(StaffAccount.id, StaffAccount.name, StaffAccount.districts).where(
        StaffAccount.role == "consultant", StaffAccount.status == "active"
    )
    with register.engine.connect() as connection:
        rows = connection.execute(asked.order_by(StaffAccount.name)).all()
    return {
        str(identity): str(name or identity)
        for identity, name, districts in rows
        if viewer.districts is None or districts is None or viewer.districts & set(districts)
    }
