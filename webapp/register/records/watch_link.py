"""見守りの線: who looks in on whom."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record


class WatchLink(OfDistrict, Record):
    """One line. ``watcher_id`` names a household or a supporter, ``watched_id`` a household."""

    __tablename__ = "watch_link"
    PREFIX: ClassVar[str] = "w"
    LAYER: ClassVar[bool] = True

    watcher_id: Mapped[str] = mapped_column(String(64), index=True)
    watched_id: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str | None] = mapped_column(String(32))
    direction: Mapped[str | None] = mapped_column(String(16))
    strength: Mapped[float | None] = mapped_column(Float)
    how_often: Mapped[str | None]
