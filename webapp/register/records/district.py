"""校(地)区: the school district that helps itself."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import Record


class District(Record):
    """One district. ``boundary`` is WKB of a MultiPolygon in longitude and latitude."""

    __tablename__ = "district"
    PREFIX: ClassVar[str] = "d"
    PERSONAL: ClassVar[bool] = False
    LAYER: ClassVar[bool] = True

    name: Mapped[str | None]
    code: Mapped[str | None] = mapped_column(String(32))
    ward_code: Mapped[str | None] = mapped_column(String(16), index=True)
    school_code: Mapped[str | None] = mapped_column(String(32))
    boundary: Mapped[bytes | None] = mapped_column(LargeBinary)
    boundary_source: Mapped[str | None]
    mode: Mapped[str | None] = mapped_column(String(16))
    """paid, unpaid or both; null while it is being decided."""
    stage: Mapped[int | None]
    """1 調べる, 2 しくみを考える, 3 しくみをつくる."""
    stage_since: Mapped[date | None]
    activities: Mapped[list[str] | None]
    """Activity codes offered; null = not decided yet."""
    arrangements: Mapped[dict[str, Any] | None]
    """取り決め, see `webapp.casework.arrangements`; null = the usual ones."""
    outcome: Mapped[str | None]
    """What came of the year, in the programme's overview."""
    rules: Mapped[str] = mapped_column(String(32), default="consent")
    """The municipality's rule set of consent, see `webapp.register.rulesets`."""
