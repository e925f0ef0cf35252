"""相談員・社協職員: one who signs in."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import Record, Stepped, Steps


class StaffAccount(Stepped, Record):
    """One account. ``districts``: ids; null = every district.

    How its owner proves who they are lies in `webapp.register.records.credential`.
    """

    __tablename__ = "staff_account"
    PREFIX: ClassVar[str] = "a"
    PERSONAL: ClassVar[bool] = False
    STEPS: ClassVar[Steps] = Steps(
        {
            "invited": {"active", "left"},
            "active": {"suspended", "left"},
            "suspended": {"active", "left"},
            "left": set(),
        }
    )

    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str | None]
    role: Mapped[str] = mapped_column(String(16))
    districts: Mapped[list[str] | None]
    supporter_id: Mapped[str | None] = mapped_column(String(64), ForeignKey("supporter.id"))
    """Whose own visits a supporter's account shows."""
    work_days: Mapped[list[str] | None]
