"""鍵: what one who signs in knows or holds; passwords and codes only as hashes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import Base


class Credential(Base):
    """One proof of one account. ``kind``: password, totp, passkey or recovery.

    A second factor counts from ``confirmed_at`` on; a recovery code until ``used_at``.
    """

    __tablename__ = "credential"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(
        String(64), ForeignKey("staff_account.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(16))
    secret: Mapped[str]
    """argon2id hash, TOTP secret, public key, or the SHA-256 of a recovery code."""
    handle: Mapped[str | None] = mapped_column(unique=True)
    """The passkey's own id; null for the other kinds."""
    label: Mapped[str | None] = mapped_column(String(64))
    counter: Mapped[int] = mapped_column(default=0)
    """The last time step of a TOTP code, the last sign count of a passkey."""
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
