"""ログイン中の記録: a browser that signed in; the cookie's secret only as a hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import Base


class StaffSession(Base):
    """One signed-in browser."""

    __tablename__ = "staff_session"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(
        String(64), ForeignKey("staff_account.id", ondelete="CASCADE"), index=True
    )
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """The last click, to the minute."""
    proved_at: Mapped[datetime]
    """When the password was last asked."""
    second: Mapped[bool] = mapped_column(default=False)
    """Whether the second factor was shown."""
    challenge: Mapped[str | None] = mapped_column(String(128))
    """What a passkey has to sign now."""
    back: Mapped[str | None] = mapped_column(String(512))
    """The page to return to once the password was asked again."""
    browser: Mapped[str | None] = mapped_column(String(64))
