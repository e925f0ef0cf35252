"""アンケート: what one answered: needs, willingness, whether one may be asked again."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record


class SurveyAnswer(OfDistrict, Record):
    """One questionnaire. ``contact``: may we come back to you; null = not said."""

    __tablename__ = "survey_answer"
    PREFIX: ClassVar[str] = "q"

    survey: Mapped[str] = mapped_column(String(64), index=True)
    answered_on: Mapped[date | None]
    name: Mapped[str | None]
    kana: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(String(64))
    address: Mapped[str | None]
    supporter_id: Mapped[str | None] = mapped_column(
        String(64), ForeignKey("supporter.id"), index=True
    )
    """Who came of a willing answer."""
    consultation_id: Mapped[str | None] = mapped_column(
        String(64), ForeignKey("consultation.id"), index=True
    )
    """What came of an answer with a need."""
    digest: Mapped[str | None] = mapped_column(String(64), index=True)
    """Of the row it was read from, so that the same file read twice changes nothing."""
    needs: Mapped[list[str] | None]
    willing: Mapped[list[str] | None]
    contact: Mapped[bool | None]
    answers: Mapped[dict[str, Any] | None]
