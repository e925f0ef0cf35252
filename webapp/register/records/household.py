"""世帯: the home where help is wanted or watched over."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record, Stepped, Steps


class Household(OfDistrict, Stepped, Record):
    """One household. ``lon`` and ``lat`` in degrees (EPSG:4326); null = not placed.

    ``address`` is as written; ``address_key`` is for searching only.
    """

    __tablename__ = "household"
    PREFIX: ClassVar[str] = "h"
    LAYER: ClassVar[bool] = True
    STEPS: ClassVar[Steps] = Steps({"current": {"past"}, "past": {"current"}})

    address: Mapped[str | None]
    address_key: Mapped[str | None] = mapped_column(index=True)
    lon: Mapped[float | None] = mapped_column(Float)
    lat: Mapped[float | None] = mapped_column(Float)
    geocode_level: Mapped[str | None] = mapped_column(String(32))
    mesh: Mapped[str | None] = mapped_column(String(16), index=True)
    """250 m mesh code (JIS X 0410)."""
    composition: Mapped[str | None] = mapped_column(String(32))
    needs: Mapped[list[str] | None]
    """Activity codes wanted; empty = none, null = not asked."""
