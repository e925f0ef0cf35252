"""地域資源: shop, clinic, garbage station, hall."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record


class Place(OfDistrict, Record):
    """One place. ``lon`` and ``lat`` in degrees (EPSG:4326)."""

    __tablename__ = "place"
    PREFIX: ClassVar[str] = "l"
    PERSONAL: ClassVar[bool] = False
    LAYER: ClassVar[bool] = True

    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str | None]
    address: Mapped[str | None]
    lon: Mapped[float | None] = mapped_column(Float)
    lat: Mapped[float | None] = mapped_column(Float)
    weekdays: Mapped[list[str] | None]
    """Days it is open, of a garbage station those of the collection; null = unknown."""
    hours: Mapped[list[str] | None]
    """Each HH:MM-HH:MM; a garbage station takes bags until the end of it."""
