"""要配慮情報: illness, disability, where the key is. Kept apart from the person."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record


class SensitiveNote(OfDistrict, Record):
    """One note about one person."""

    __tablename__ = "sensitive_note"
    PREFIX: ClassVar[str] = "n"

    person_id: Mapped[str] = mapped_column(String(64), ForeignKey("person.id"), index=True)
    topic: Mapped[str] = mapped_column(String(16))
    """illness, disability, key, other."""
    text: Mapped[str]
