"""アンケートの形: what the columns of a survey's file ask, remembered for the next of its form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.register.records.base import Base


class SurveyForm(Base):
    """One form. ``shape``: digest of its headings; ``mapping``: question by heading."""

    __tablename__ = "survey_form"

    shape: Mapped[str] = mapped_column(String(64), primary_key=True)
    mapping: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(64))
