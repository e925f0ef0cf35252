"""アンケート: what one answered: needs, willingness, whether one may be asked again."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import OfDistrict, Record


class SurveyAnswer(OfDistrict, Record):
    """One questionnaire. ``contact``: may we come back to you; null = not said."""

    __tablename__ = "survey_answer"
    PREFIX: ClassVar[str] = "q"

    survey: Mapped[str] = mapped_column(String(64), index=True)
    answered_on: Mapped[date | None]
    name: Mapped[str | None]
    needs: Mapped[list[str] | None]
    willing: Mapped[list[str] | None]
    contact: Mapped[bool | None]
    answers: Mapped[dict[str, Any] | None]
